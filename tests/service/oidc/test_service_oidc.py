"""Logging in by another party: the whole way, whose account it is, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from build_log_in import BACK, BEGIN, LABEL, log_in, refused, sent_off, with_party
from build_provider import CLIENT, SECRET, Party, query_of
from fastapi.testclient import TestClient

from build_service import HERE, PUBLIC, SETTINGS, client_for, opened
from matcher.workflow import accounts
from service.begun import LASTS
from service.throttle import BY_ADDRESS


def test_the_whole_way(fresh: TestClient, party: Party, folder: Path) -> None:
    begun = fresh.get(BEGIN)
    assert begun.status_code == 303
    address = begun.headers["location"]
    assert address.startswith(f"{party.url}/authorize?tenant=walnut&")
    asked = query_of(address)
    assert asked["redirect_uri"] == SETTINGS.origin + BACK
    wanted = {"response_type": "code", "client_id": CLIENT, "scope": "openid email"}
    assert wanted.items() <= asked.items()
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert SECRET not in address
    answer = log_in(fresh)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "log-in" not in fresh.cookies
    assert fresh.get("/api/v1/me").json()["account"]["email"] == "fay@staff.example"
    with opened(folder) as workspace, workspace.store.read() as reading:
        entry = reading.audit(1)[0]
        assert entry.actor == "account-f"
        assert [each.what for each in entry.done] == ["add identity", "add login"]
        assert not {"person-7", "fay@staff.example"} & {id for each in entry.done for id in each.ids}


def test_the_cookies_are_closed_to_scripts_and_to_other_sites(
    folder: Path, light: None, party: Party
) -> None:
    with client_for(folder, with_party(party, PUBLIC)) as browser:
        browser.follow_redirects = False
        begun = browser.get(BEGIN).headers["set-cookie"].split("; ")
        assert begun[0].startswith("__Secure-log-in=")
        wanted = {"HttpOnly", f"Max-Age={LASTS.seconds}", f"Path={BACK}", "SameSite=lax", "Secure"}
        assert set(begun[1:]) == wanted
        kept = log_in(browser).headers.get_list("set-cookie")
        assert [each.partition("=")[0] for each in kept] == ["__Host-session", "__Secure-log-in"]
        assert "Max-Age=0" in kept[1]


def test_the_browser_is_sent_nowhere_else(browser: TestClient) -> None:
    for name in ("next", "redirect_uri", "return_to"):
        begun = browser.get(BEGIN, params={name: "https://evil.example"})
        assert "evil" not in begun.headers["location"]
        back = browser.get(sent_off(browser) + f"&{name}=https://evil.example")
        assert back.headers["location"] == "/"


def test_a_link_leads_out_under_the_strict_policy(browser: TestClient) -> None:
    # A form would not: "form-action 'self'" holds for where it is sent on to, too.
    begun = browser.get(BEGIN, headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"})
    assert begun.status_code == 303
    assert "form-action 'self'" in begun.headers["content-security-policy"]
    assert begun.headers["referrer-policy"] == "no-referrer"
    back = browser.get(sent_off(browser), headers={"Sec-Fetch-Site": "cross-site"})
    assert back.status_code == 303


def test_where_one_logs_in_is_told_to_whoever_has_to(browser: TestClient, client: TestClient) -> None:
    password = {"label": "Log in with a password", "method": "POST", "path": "/api/v1/me/log-in"}
    other = {"label": LABEL, "method": "GET", "path": BEGIN}
    assert browser.get("/api/v1/me").json()["ways"] == [password, other]
    assert client.get("/api/v1/me").json()["ways"] == [password]


def test_it_is_off_unless_it_is_set_up(client: TestClient) -> None:
    for path in (BEGIN, BACK):
        assert refused(client.get(path), 404, "no-oidc", "docs/hosting.md")


def test_whom_nobody_made_an_account_for_does_not_get_one(
    fresh: TestClient, party: Party, folder: Path
) -> None:
    party.person |= {"email": "new@staff.example"}
    assert refused(log_in(fresh), 403, "denied", "Nobody has an account")
    with opened(folder) as workspace:
        assert len(accounts.accounts(workspace)) == 3


def test_a_deactivated_account_stays_shut(fresh: TestClient, folder: Path) -> None:
    with opened(folder) as workspace:
        accounts.deactivate(workspace, "account-f")
    assert refused(log_in(fresh), 403, "denied", "deactivated")


def test_an_address_that_passed_to_somebody_else_opens_nothing(browser: TestClient, party: Party) -> None:
    assert log_in(browser).status_code == 303
    browser.cookies.clear()
    party.person["sub"] = "person-8"
    assert refused(log_in(browser), 403, "denied", "had the address before you")


def test_failures_are_counted_by_address_and_what_the_sender_cannot_help_is_not(
    browser: TestClient, party: Party
) -> None:
    party.answers["/token"] = (500, "{}")
    assert refused(log_in(browser), 503, "oidc-unreachable")
    party.answers.clear()
    assert log_in(browser).status_code == 303
    for _ in range(BY_ADDRESS):
        assert refused(browser.get(BACK), 400, "oidc-state")  # a page elsewhere can make a browser do that
    for _ in range(BY_ADDRESS):
        state = query_of(browser.get(BEGIN).headers["location"])["state"]
        assert refused(browser.get(BACK, params={"state": state, "error": "no"}), 403, "oidc-refused")
    party.asked.clear()
    assert refused(log_in(browser), 429, "too-many-tries")
    assert "/token" not in party.asked


def test_logs_hold_nothing_of_who_came(
    browser: TestClient, party: Party, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    party.claims = {"nonce": "another"}
    location = sent_off(browser)
    answer = browser.get(location)
    assert "invalid_claim: nonce" in caplog.text
    secrets = (SECRET, "fay@", "person-7", "another", query_of(location)["code"], query_of(location)["state"])
    assert not any(each in caplog.text + answer.text for each in secrets)
    assert SECRET not in repr(with_party(party))
    assert HERE[0] in repr(with_party(party))

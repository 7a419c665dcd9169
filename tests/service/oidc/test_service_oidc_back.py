"""Coming back from another party: in the browser that was sent there, once, in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from build_log_in import BACK, BEGIN, at, refused, sent_off
from build_provider import Party, query_of
from fastapi.testclient import TestClient

from build_service import SETTINGS
from service.begun import LASTS


def browser_without_cookie(browser: TestClient) -> None:
    browser.cookies.clear()


def browser_with_another_cookie(browser: TestClient) -> None:
    kept = browser.cookies["log-in"]
    browser.cookies.clear()
    browser.cookies.set("log-in", kept + "x", path=BACK)


def browser_with_a_later_end(browser: TestClient) -> None:
    end, _, letters = browser.cookies["log-in"].partition(".")
    browser.cookies.clear()
    browser.cookies.set("log-in", f"{int(end) + 600}.{letters}", path=BACK)


def browser_that_began_anew(browser: TestClient) -> None:
    browser.get(BEGIN)


@pytest.mark.parametrize(
    "change",
    [
        browser_without_cookie,
        browser_with_another_cookie,
        browser_with_a_later_end,
        browser_that_began_anew,
    ],
)
def test_what_was_not_begun_in_this_browser_is_refused(
    browser: TestClient, party: Party, change: Callable[[TestClient], None]
) -> None:
    location = sent_off(browser)
    change(browser)
    assert refused(browser.get(location), 400, "oidc-state", SETTINGS.origin + BEGIN)
    assert "/token" not in party.asked


@pytest.mark.parametrize("state", ["", "another", "ä", "x" * 43])
def test_another_state_is_refused(browser: TestClient, state: str) -> None:
    given = query_of(sent_off(browser)) | {"state": state}
    assert refused(browser.get(BACK, params=given), 400, "oidc-state")


def test_a_log_in_has_ten_minutes(browser: TestClient) -> None:
    location = sent_off(browser)
    at(browser, lambda: datetime.now(UTC) + LASTS + timedelta(seconds=1))
    assert refused(browser.get(location), 400, "oidc-state", "10 minutes")


def test_coming_back_twice_logs_in_once(browser: TestClient) -> None:
    location = sent_off(browser)
    kept = browser.cookies["log-in"]
    assert browser.get(location).status_code == 303
    browser.cookies.clear()
    assert refused(browser.get(location), 400, "oidc-state")
    browser.cookies.set("log-in", kept, path=BACK)
    assert refused(browser.get(location), 403, "oidc-unproven", "was used")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"error": "access_denied"}, "(access_denied)"),
        ({"error": "<b>click https://evil.example</b>"}, "(no reason)"),
        ({}, "(no reason)"),
    ],
)
def test_what_the_party_refuses_is_told(
    browser: TestClient, party: Party, given: dict[str, str], told: str
) -> None:
    state = query_of(sent_off(browser))["state"]
    answer = browser.get(BACK, params={"state": state, **given})
    assert refused(answer, 403, "oidc-refused", told)
    assert "evil" not in answer.text
    assert "/token" not in party.asked

"""Accounts over the web, by an administrator: pages, adding once, passwords, deactivating."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from build_service import log_in, opened
from matcher.accounts import Role

NEW = {"email": "New@x.example", "name": "Nia Hale", "role": "facilitator", "password": "four words in a row"}


@pytest.fixture
def admin(client: TestClient) -> TestClient:
    log_in(client, Role.ADMINISTRATOR)
    return client


def addresses(client: TestClient) -> list[str]:
    return [each["email"] for each in client.get("/api/v1/accounts").json()["accounts"]]


def test_pages_together_are_the_whole_list(admin: TestClient) -> None:
    seen, cursor = [], ""
    while True:
        shown = admin.get("/api/v1/accounts", params={"limit": 2, "cursor": cursor}).json()
        seen.append([each["email"] for each in shown["accounts"]])
        cursor = shown["next"]
        if not cursor:
            break
    assert seen == [["ada@staff.example", "fay@staff.example"], ["mel@walnut.example"]]


@pytest.mark.parametrize("cursor", ["?", "ä", "AA", "_w=="])
def test_what_is_no_cursor_is_refused(admin: TestClient, cursor: str) -> None:
    assert admin.get("/api/v1/accounts", params={"cursor": cursor}).status_code == 400


def test_an_account_is_added_in_the_administrator_s_name_and_can_log_in(
    admin: TestClient, folder: Path
) -> None:
    made = admin.post("/api/v1/accounts", json=NEW)
    assert made.status_code == 201
    assert (made.json()["email"], made.json()["active"]) == ("new@x.example", True)
    assert "words" not in made.text
    with opened(folder) as workspace, workspace.store.read() as reading:
        newest = max(reading.audit(), key=lambda entry: entry.id)
    assert newest.actor == "account-a"
    log_in(admin, None)
    given = {"email": NEW["email"], "password": NEW["password"]}
    assert admin.post("/api/v1/me/log-in", json=given).status_code == 200


def test_a_request_that_comes_again_is_done_once(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "a-random-key"}
    first, again = (admin.post("/api/v1/accounts", json=NEW, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = admin.post("/api/v1/accounts", json={**NEW, "name": "Other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert len(addresses(admin)) == 4


def test_what_tells_requests_apart_gives_no_password_away(admin: TestClient, folder: Path) -> None:
    """A plain hash of the body would be a fast way to try passwords: it needs the server's secret."""
    import hashlib
    import json

    admin.post("/api/v1/accounts", json=NEW, headers={"Idempotency-Key": "k"})
    with opened(folder) as workspace, workspace.store.read() as reading:
        kept = reading.kept_answer("account-a", "k")
    assert kept is not None
    body = json.dumps(NEW, separators=(",", ":")).encode()
    plain = {hashlib.sha256(each).hexdigest() for each in (body, b"POST\0/api/v1/accounts\0" + body)}
    assert kept.request_hash not in plain


def test_an_address_that_has_an_account_is_a_conflict(admin: TestClient) -> None:
    answer = admin.post("/api/v1/accounts", json={**NEW, "email": "FAY@staff.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["cure"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"email": "no address"}, 400),
        ({"password": "short"}, 400),
        ({"role": "member"}, 400),
        ({"role": "member", "member_id": "nobody"}, 400),
        ({"role": "owner"}, 422),
        ({"admin": True}, 422),
        ({"name": "\ud800"}, 422),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    admin: TestClient, wrong: dict[str, object], status: int
) -> None:
    import json

    sent = json.dumps({**NEW, **wrong})
    answer = admin.post("/api/v1/accounts", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert len(addresses(admin)) == 3


def test_a_deactivated_account_s_session_ends_at_once(admin: TestClient) -> None:
    answer = admin.post("/api/v1/accounts/account-f/deactivate")
    assert answer.json()["active"] is False
    log_in(admin, Role.FACILITATOR)
    assert admin.get("/api/v1/me").status_code == 401
    log_in(admin, Role.ADMINISTRATOR)
    assert admin.post("/api/v1/accounts/account-f/activate").json()["active"] is True


def test_the_last_administrator_stays(admin: TestClient) -> None:
    answer = admin.post("/api/v1/accounts/account-a/deactivate")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert admin.get("/api/v1/me").status_code == 200


def test_another_password_ends_the_account_s_sessions(admin: TestClient) -> None:
    given = {"new": "four words in a row"}
    assert admin.put("/api/v1/accounts/account-m/password", json=given).status_code == 204
    log_in(admin, Role.MEMBER)
    assert admin.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "password"), ("POST", "deactivate"), ("POST", "activate")],
)
def test_an_account_that_is_not_there_is_not_found(admin: TestClient, method: str, path: str) -> None:
    answer = admin.request(method, f"/api/v1/accounts/nobody/{path}", json={"new": "four words in a row"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")

"""One's own account over the web: logging in, the password, keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from build_service import ELSEWHERE, client_for, log_in, opened
from matcher.accounts import Role
from matcher.workflow import accounts
from service import throttle

PASSWORD = "four words in a row"
FAY = {"email": "fay@staff.example", "password": PASSWORD}


@pytest.fixture(autouse=True)
def with_passwords(folder: Path, light: None) -> None:
    with opened(folder) as workspace:
        for id in ("account-a", "account-f"):
            accounts.set_password(workspace, id, PASSWORD)


def enter(client: TestClient, email: str = FAY["email"], password: str = PASSWORD) -> None:
    """Log in, and send the session's CSRF token from now on."""
    answer = client.post("/api/v1/me/log-in", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]


def test_a_log_in_gives_a_session_that_a_log_out_ends(client: TestClient) -> None:
    enter(client)
    me = client.get("/api/v1/me").json()
    assert (me["account"]["email"], me["scopes"]) == ("fay@staff.example", None)
    assert client.post("/api/v1/me/log-out").status_code == 204
    assert not client.cookies
    assert client.get("/api/v1/me").status_code == 401


def test_a_log_out_ends_the_session_wherever_its_cookie_went(client: TestClient) -> None:
    enter(client)
    stolen = client.cookies["session"]
    client.post("/api/v1/me/log-out")
    client.cookies.set("session", stolen)
    assert client.get("/api/v1/me").status_code == 401


def test_nobody_learns_which_of_the_two_was_wrong(client: TestClient) -> None:
    answers = [
        client.post("/api/v1/me/log-in", json=given)
        for given in ({**FAY, "password": "wrong words in a row"}, {**FAY, "email": "no@x.example"})
    ]
    assert {each.status_code for each in answers} == {401}
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] == "wrong-log-in"
    assert not client.cookies


def test_too_many_tries_for_one_account_wait_and_others_do_not(client: TestClient) -> None:
    wrong = {**FAY, "password": "wrong words in a row"}
    answers = [client.post("/api/v1/me/log-in", json=wrong) for _ in range(throttle.BY_ACCOUNT + 1)]
    assert [each.status_code for each in answers] == [401] * throttle.BY_ACCOUNT + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= throttle.WINDOW
    assert client.post("/api/v1/me/log-in", json=FAY).status_code == 429
    enter(client, "ada@staff.example")


def test_the_old_password_cannot_be_tried_for_ever_either(client: TestClient) -> None:
    enter(client)
    wrong = {"old": "wrong words in a row", "new": "other words in a row"}
    answers = [client.put("/api/v1/me/password", json=wrong) for _ in range(throttle.BY_ACCOUNT + 1)]
    assert [each.status_code for each in answers] == [403] * throttle.BY_ACCOUNT + [429]


def test_a_new_password_ends_other_sessions_and_begins_one(client: TestClient, folder: Path) -> None:
    enter(client)
    before = client.cookies["session"]
    answer = client.put("/api/v1/me/password", json={"old": PASSWORD, "new": "other words in a row"})
    assert answer.status_code == 200
    assert client.get("/api/v1/me").json()["csrf"] == answer.json()["csrf"]
    client.cookies.clear()
    client.cookies.set("session", before)
    assert client.get("/api/v1/me").status_code == 401
    client.cookies.clear()
    enter(client, password="other words in a row")


def test_a_key_works_where_its_scope_reaches(client: TestClient) -> None:
    enter(client)
    made = client.post("/api/v1/me/keys", json={"name": "nightly", "scopes": ["read"]})
    assert made.status_code == 201
    token, key = made.json()["token"], made.json()["key"]
    assert token not in client.get("/api/v1/me/keys").text
    assert client.get("/api/v1/me/keys").json()["keys"] == [key]
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {token}"}
    me = client.get("/api/v1/me", headers=bearer).json()
    assert (me["csrf"], me["scopes"]) == (None, ["read"])
    for refused in (
        client.get("/api/v1/me/keys", headers=bearer),
        client.post("/api/v1/me/keys", headers=bearer, json={"name": "x", "scopes": ["read"]}),
        client.put("/api/v1/me/password", headers=bearer, json={"old": PASSWORD, "new": "z" * 12}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "denied")
        assert refused.json()["detail"].startswith("You may not ")
        assert "your own" in refused.json()["detail"]
        assert refused.json()["cure"] == "Log in: with a key nobody may."


def test_a_key_with_the_scope_admin_manages_accounts_without_a_csrf_token(client: TestClient) -> None:
    enter(client, "ada@staff.example")
    token = client.post("/api/v1/me/keys", json={"name": "n", "scopes": ["admin"]}).json()["token"]
    client.cookies.clear()
    del client.headers["X-CSRF-Token"]
    body = {"email": "new@x.example", "name": "N", "role": "facilitator"}
    made = client.post("/api/v1/accounts", json=body, headers={"Authorization": f"bearer {token}"})
    assert made.status_code == 201


@pytest.mark.parametrize("sent", ["Bearer no-such-key", "Basic YTpi", "Bearer", ""])
def test_a_key_that_does_not_hold_is_refused_even_beside_a_session(client: TestClient, sent: str) -> None:
    enter(client)
    answer = client.get("/api/v1/me", headers={"Authorization": sent})
    assert (answer.status_code, answer.json()["code"]) == (401, "key")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_key_holds_no_longer(client: TestClient) -> None:
    enter(client)
    made = client.post("/api/v1/me/keys", json={"name": "n", "scopes": ["read"]}).json()
    assert client.delete(f"/api/v1/me/keys/{made['key']['id']}").status_code == 204
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    assert client.get("/api/v1/me/keys").json()["keys"][0]["revoked"] is True


def test_nobody_revokes_the_key_of_another(client: TestClient, folder: Path) -> None:
    enter(client)
    made = client.post("/api/v1/me/keys", json={"name": "n", "scopes": ["read"]}).json()
    log_in(client, Role.MEMBER)
    assert client.delete(f"/api/v1/me/keys/{made['key']['id']}").status_code == 404


def test_a_key_that_is_asked_for_twice_is_made_once_and_shown_once(client: TestClient, folder: Path) -> None:
    enter(client)
    asked = {"json": {"name": "n", "scopes": ["read"]}, "headers": {"Idempotency-Key": "once"}}
    first, again = (client.post("/api/v1/me/keys", **asked) for _ in range(2))  # type: ignore[arg-type]
    assert first.json()["token"]
    assert again.json() == {**first.json(), "token": None}
    assert len(client.get("/api/v1/me/keys").json()["keys"]) == 1
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert first.json()["token"].encode() not in kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["all"]},
        {"name": ""},
        {"expires": "2027-01-01T00:00:00"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"expires": "9999-12-31T23:59:59-23:00"},
        {"expires": "0001-01-01T00:00:00+23:00"},
        {"role": "administrator"},
    ],
)
def test_a_key_that_cannot_be_made_is_refused(client: TestClient, wrong: dict[str, object]) -> None:
    enter(client)
    answer = client.post("/api/v1/me/keys", json={"name": "n", "scopes": ["read"], **wrong})
    assert answer.status_code in (400, 422)
    assert answer.json()["cure"]
    assert client.get("/api/v1/me/keys").json()["keys"] == []


def test_what_was_sent_is_not_repeated_in_an_error(client: TestClient) -> None:
    answer = client.post("/api/v1/me/log-in", json={"email": 1, "password": ["my secret"]})
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["errors"]] == [["body", "email"], ["body", "password"]]
    assert "secret" not in answer.text


def test_tries_are_counted_by_where_they_come_from(folder: Path, light: None) -> None:
    with client_for(folder, sender=ELSEWHERE) as client:
        answers = [
            client.post("/api/v1/me/log-in", json={**FAY, "email": f"p{number}@x.example"}).status_code
            for number in range(throttle.BY_ADDRESS + 1)
        ]
    assert answers == [401] * throttle.BY_ADDRESS + [429]

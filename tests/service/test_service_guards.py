"""What every request and every answer passes: headers, sizes, names, other sites, CSRF tokens, cookies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import service.app
from build_service import CSRF, HERE, PUBLIC, SETTINGS, client_for, log_in, opened, token_of
from matcher.accounts import Role
from matcher.workflow import accounts
from service.guards import BODY

LOG_IN = {"email": "nobody@x.example", "password": "four words in a row"}


@pytest.fixture
def public(folder: Path, light: None) -> Iterator[TestClient]:
    """As people reach it: by TLS, under its name."""
    with client_for(folder, PUBLIC) as entered:
        yield entered


@pytest.mark.parametrize(
    "path", ["/healthz", "/nowhere", "/api/v1/me", "/api/v1/search", "/first", "/api/v1/openapi.json"]
)
def test_every_answer_carries_the_strict_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(maxsplit=1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


def test_a_bug_is_told_with_the_headers_and_logged_without_what_was_sent(
    folder: Path, light: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Ada Reyes wrote this")

    monkeypatch.setattr(accounts, "are_there", broken)
    with client_for(folder) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 500
    assert (answer.json()["code"], answer.headers["x-frame-options"]) == ("bug", "DENY")
    assert "RuntimeError" in caplog.text
    assert "Ada" not in caplog.text + answer.text


def test_with_tls_browsers_are_told_to_stay_with_it(public: TestClient) -> None:
    assert "max-age" in public.get("/healthz").headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api/v1/me/", "//evil.example"])
def test_nothing_answers_that_nobody_named(client: TestClient, path: str) -> None:
    log_in(client, Role.ADMINISTRATOR)
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-path")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1"])
def test_it_answers_only_to_its_own_names(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "host")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:1", "[::1]:8000", "peers.example"])
def test_it_answers_to_each_of_its_names(public: TestClient, host: str) -> None:
    assert public.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_body_has_a_size_that_it_declares(client: TestClient) -> None:
    answer = client.post("/api/v1/me/log-in", content=b"x" * (BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_that_declares_nothing_is_counted_while_it_is_read(client: TestClient) -> None:
    sent = []

    def parts() -> Iterator[bytes]:
        for number in range(200):
            sent.append(number)
            yield b"x" * 1000

    answer = client.post("/api/v1/me/log-in", content=parts(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_of_exactly_the_size_is_read(client: TestClient) -> None:
    filled = '{"email": "a@b.example", "password": "' + "x" * 900 + '"'
    body = filled + " " * (BODY - len(filled) - 1) + "}"
    answer = client.post(
        "/api/v1/me/log-in", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.json()["code"] == "wrong-log-in"


@pytest.mark.parametrize("length", ["-1", "ten", "1e9", "9" * 400])
def test_a_length_that_is_none_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/api/v1/me/log-in", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413


def test_a_form_with_files_can_be_given_more_at_a_path(
    folder: Path, light: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(service.app.LARGER, "/api/v1/me/log-in", 2 * BODY)
    with client_for(folder) as client:

        def sent(size: int, path: str = "me/log-in", kind: str = "multipart/form-data; boundary=b") -> int:
            headers = {"Content-Type": kind}
            return client.post(f"/api/v1/{path}", content=b"x" * size, headers=headers).status_code

        assert [sent(2 * BODY), sent(2 * BODY + 1)] == [422, 413]
        assert sent(BODY + 1, "me/keys") == 413
        # What else there is at the path is read before it is known who sent it.
        for other in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            assert sent(BODY + 1, kind=other) == 413


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({}, True),  # a program
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, False),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://127.0.0.1:8001"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[::1"}, False),
    ],
)
def test_pages_of_other_sites_change_nothing(
    client: TestClient, headers: dict[str, str], let_in: bool
) -> None:
    answer = client.post("/api/v1/me/log-in", json=LOG_IN, headers=headers)
    assert answer.json()["code"] == ("wrong-log-in" if let_in else "cross-site")


def test_a_key_is_no_cookie_and_is_let_in_from_wherever(client: TestClient, folder: Path) -> None:
    headers = {"Authorization": "Bearer wrong", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/accounts", headers=headers, json={}).status_code == 401


@pytest.mark.parametrize("csrf", [None, "", "wrong", CSRF + "x", "ä"])
def test_a_session_changes_nothing_without_its_csrf_token(client: TestClient, csrf: str | None) -> None:
    log_in(client, Role.ADMINISTRATOR)
    del client.headers["X-CSRF-Token"]
    headers = {} if csrf is None else {"X-CSRF-Token": csrf.encode()}
    body = {"email": "new@x.example", "name": "N", "role": "facilitator"}
    answer = client.post("/api/v1/accounts", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert "new@x.example" not in client.get("/api/v1/accounts").text


def test_a_form_carries_the_token_in_a_field(client: TestClient) -> None:
    log_in(client, Role.MEMBER)
    del client.headers["X-CSRF-Token"]
    assert client.post("/api/v1/me/log-out", data={"csrf": "wrong"}).status_code == 403
    assert client.post("/api/v1/me/log-out", data={"csrf": CSRF}).status_code == 204
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("body", [b"a=" + b"\xff", b"&".join(b"a=b" for _ in range(300)), b"a=%ff"])
def test_a_form_that_cannot_be_read_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(
        "/first", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "form")


@pytest.fixture
def known(folder: Path, light: None) -> None:
    """An account with a password."""
    with opened(folder) as workspace:
        accounts.set_password(workspace, "account-f", LOG_IN["password"])


def cookie_after_log_in(client: TestClient) -> tuple[str, set[str]]:
    given = client.post("/api/v1/me/log-in", json={**LOG_IN, "email": "fay@staff.example"})
    assert given.status_code == 200
    pair, *flags = given.headers["set-cookie"].split("; ")
    return pair.partition("=")[0], {flag.casefold() for flag in flags if not flag.startswith("Max-Age")}


def test_with_tls_the_cookie_is_the_host_s_alone(known: None, public: TestClient) -> None:
    assert cookie_after_log_in(public) == (
        "__Host-session",
        {"httponly", "path=/", "samesite=lax", "secure"},
    )


def test_without_tls_the_cookie_is_still_closed_to_scripts(known: None, client: TestClient) -> None:
    assert cookie_after_log_in(client) == ("session", {"httponly", "path=/", "samesite=lax"})


def test_with_tls_the_cookie_without_its_prefix_counts_for_nothing(public: TestClient) -> None:
    public.cookies.set("session", token_of(Role.MEMBER))
    assert public.get("/api/v1/me").status_code == 401
    log_in(public, Role.MEMBER, https=True)
    assert public.get("/api/v1/me").status_code == 200


def test_the_settings_show_no_secret() -> None:
    assert "ssss" not in repr(SETTINGS)
    assert SETTINGS.first_token not in repr(SETTINGS)
    assert HERE[0] in SETTINGS.hosts

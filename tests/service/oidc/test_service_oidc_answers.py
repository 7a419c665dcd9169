"""Another party's own answers: kept for an hour, not waited for, and looked at."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from build_log_in import BEGIN, WELL_KNOWN, log_in, provider_of, refused, sent_off, with_clock, with_party
from build_provider import Party
from fastapi.testclient import TestClient

import service.oidc
from build_service import SETTINGS, client_for
from service.begun import begin
from service.oidc import KEPT, PAUSE
from service.problems import Problem


def test_what_the_party_says_of_itself_is_asked_once(browser: TestClient, party: Party) -> None:
    for _ in range(2):
        assert log_in(browser).status_code == 303
    assert (party.asked.count(WELL_KNOWN), party.asked.count("/keys")) == (1, 1)


def test_what_is_known_is_kept_for_an_hour(browser: TestClient, party: Party) -> None:
    seconds = [0.0]
    with_clock(browser, party, lambda: seconds[0])
    for elapsed, times in ((0, 1), (KEPT - 1, 1), (KEPT, 2)):
        seconds[0] = elapsed
        assert log_in(browser).status_code == 303
        assert (party.asked.count(WELL_KNOWN), party.asked.count("/keys")) == (times, times)


def test_a_party_that_did_not_answer_is_left_alone_for_a_while(browser: TestClient, party: Party) -> None:
    seconds = [0.0]
    with_clock(browser, party, lambda: seconds[0])
    party.answers[WELL_KNOWN] = (500, "")
    assert refused(browser.get(BEGIN), 503, "oidc-unreachable")
    party.answers.clear()
    seconds[0] = PAUSE - 1
    assert refused(browser.get(BEGIN), 503, "oidc-unreachable")
    assert party.asked == [WELL_KNOWN]
    seconds[0] = PAUSE
    assert log_in(browser).status_code == 303


@pytest.mark.parametrize("status", [200, 500])
def test_of_many_at_once_one_asks(party: Party, status: int) -> None:
    if status != 200:
        party.answers[WELL_KNOWN] = (status, "")
    provider = provider_of(party, lambda: 0.0)

    async def come() -> list[object]:
        begun = begin(SETTINGS.secret, datetime.now(UTC))
        return await asyncio.gather(*[provider.where(begun) for _ in range(5)], return_exceptions=True)

    found = asyncio.run(come())
    assert {type(each) for each in found} == {str if status == 200 else Problem}
    assert party.asked == [WELL_KNOWN]


@pytest.mark.parametrize(
    "answer", [(500, "{}"), (302, "{}"), (200, "<html>"), (200, "[]"), (200, "{}"), (404, "")]
)
@pytest.mark.parametrize("path", [WELL_KNOWN, "/keys", "/token"])
def test_a_party_that_does_not_answer_as_it_should_is_told_of(
    browser: TestClient, party: Party, path: str, answer: tuple[int, str]
) -> None:
    party.answers[path] = answer
    told = browser.get(BEGIN) if path == WELL_KNOWN else log_in(browser)
    assert refused(told, 503, "oidc-unreachable")
    assert told.headers["retry-after"]


def test_a_party_that_is_not_there_is_told_of_and_then_left_alone(
    folder: Path, light: None, party: Party
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with client_for(folder, with_party(party, issuer=f"http://127.0.0.1:{port}")) as browser:
        for _ in range(2):
            assert refused(browser.get(BEGIN), 503, "oidc-unreachable")


@pytest.mark.parametrize("path", [WELL_KNOWN, "/keys", "/token"])
@pytest.mark.parametrize("how", ["slow", "drips"])
def test_a_slow_party_is_not_waited_for(
    browser: TestClient, party: Party, path: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = BEGIN if path == WELL_KNOWN else sent_off(browser)
    getattr(party, how).add(path)
    monkeypatch.setattr(service.oidc, "PATIENCE", 0.2)
    told = browser.get(location)
    assert refused(told, 503, "oidc-unreachable")


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://login.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": "file:///etc/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_what_a_party_says_of_itself_is_looked_at(
    browser: TestClient, party: Party, about: dict[str, Any]
) -> None:
    party.about = about
    assert refused(browser.get(BEGIN), 503, "oidc-unreachable")


def test_a_client_that_the_party_does_not_know_is_told_of(folder: Path, light: None, party: Party) -> None:
    with client_for(folder, with_party(party, client_secret="wrong")) as browser:
        browser.follow_redirects = False
        assert refused(log_in(browser), 503, "oidc-client", "MATCHER_OIDC_CLIENT_SECRET")


@pytest.mark.parametrize(
    ("supported", "used"), [(["client_secret_basic"], "basic"), (["client_secret_post"], "post"), (None, "")]
)
def test_the_secret_is_sent_as_the_party_wants_it(
    browser: TestClient, party: Party, supported: list[str] | None, used: str
) -> None:
    if supported is None:  # not told: basic is what the specification then says
        described = party.described()
        del described["token_endpoint_auth_methods_supported"]
        party.described = lambda: described  # type: ignore[method-assign]
    else:
        party.about = {"token_endpoint_auth_methods_supported": supported}
    assert log_in(browser).status_code == 303
    assert party.methods == [used or "basic"]


def test_a_party_that_gives_no_token_is_told_of(browser: TestClient, party: Party) -> None:
    party.sign = lambda claims: 7  # type: ignore[assignment, return-value]
    assert refused(log_in(browser), 503, "oidc-unreachable")

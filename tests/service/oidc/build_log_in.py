"""Logging in by another party, step by step, as a browser does."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from build_provider import CLIENT, SECRET, Party
from fastapi.testclient import TestClient
from httpx2 import Response

from build_service import SETTINGS
from service.oidc import Provider
from service.settings import OidcSettings, ServiceSettings

BEGIN, BACK = "/log-in/oidc", "/log-in/oidc/back"
WELL_KNOWN = "/.well-known/openid-configuration"
LABEL = "Log in with Walnut Draw"


def with_party(party: Party, settings: ServiceSettings = SETTINGS, **changed: str) -> ServiceSettings:
    return replace(settings, oidc=replace(OidcSettings(party.url, CLIENT, SECRET, LABEL), **changed))


def provider_of(party: Party, clock: Callable[[], float]) -> Provider:
    oidc = with_party(party).oidc
    assert oidc is not None
    return Provider(oidc, SETTINGS.origin + BACK, clock)


def with_clock(browser: TestClient, party: Party, clock: Callable[[], float]) -> None:
    state = browser.app.state  # type: ignore[attr-defined]
    state.service = replace(state.service, oidc=provider_of(party, clock))


def at(browser: TestClient, clock: Callable[[], datetime]) -> None:
    state = browser.app.state  # type: ignore[attr-defined]
    state.service = replace(state.service, clock=clock)


def sent_off(browser: TestClient) -> str:
    """Where the other party sends the browser, after it was sent there."""
    begun = browser.get(BEGIN)
    assert begun.status_code == 303, begun.text
    there = urlsplit(begun.headers["location"])
    connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=5)
    connection.request("GET", f"{there.path}?{there.query}")
    location = connection.getresponse().headers["Location"]
    connection.close()
    return str(location)


def log_in(browser: TestClient) -> Response:
    return browser.get(sent_off(browser))


def refused(answer: Response, status: int, code: str, told: str = "") -> bool:
    found = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), answer.text
    assert told in found["detail"] + found["cure"]
    assert found["cure"]
    assert "session" not in answer.cookies
    return True

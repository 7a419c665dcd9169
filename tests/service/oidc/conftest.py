"""A party that logs people in, and services that send people there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from build_log_in import provider_of, with_party
from build_provider import Party
from fastapi.testclient import TestClient

import service.app
from build_service import client_for, opened
from service.state import now
from service.throttle import Throttle


@pytest.fixture(scope="session")
def server() -> Iterator[Party]:
    made = Party()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def party(server: Party) -> Party:
    server.forget()
    return server


@pytest.fixture(scope="session")
def entered(server: Party, served: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that every test of what is refused uses: it takes a while to begin."""
    folder = shutil.copytree(served, tmp_path_factory.mktemp("oidc") / "network")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service.app, "open_workspace", opened)
            made = stack.enter_context(client_for(folder, with_party(server)))
        yield made


@pytest.fixture
def browser(entered: TestClient, party: Party) -> TestClient:
    """Nothing is known of the party, of earlier tries, or of the browser. That Fay is known there stays."""
    entered.cookies.clear()
    entered.follow_redirects = False
    state = entered.app.state  # type: ignore[attr-defined]
    throttle, provider = Throttle(time.monotonic), provider_of(party, time.monotonic)
    state.service = replace(state.service, throttle=throttle, oidc=provider, clock=now)
    return entered


@pytest.fixture
def fresh(folder: Path, light: None, party: Party) -> Iterator[TestClient]:
    """A service of one's own, over ``folder``."""
    with client_for(folder, with_party(party)) as made:
        made.follow_redirects = False
        yield made

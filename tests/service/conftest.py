"""A network with an account of each role, made once and copied, and a client of the service over it."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

import matcher.workflow.workspace
import service.app
from build_plans import make_plans
from build_service import client_for, make_network, opened
from matcher.embed import find_model
from matcher.workflow import passwords

FOUND = functools.cache(find_model)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With accounts. Tests take a copy."""
    folder = tmp_path_factory.mktemp("served")
    make_network(folder)
    return folder


@pytest.fixture
def folder(served: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served, tmp_path / "network")


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app reads texts without a model, whose files are looked at once, and hashes as cheap as can be."""
    monkeypatch.setattr(matcher.workflow.workspace, "find_model", FOUND)
    monkeypatch.setattr(service.app, "open_workspace", opened)
    monkeypatch.setattr(
        passwords,
        "PasswordHasher",
        functools.partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1),
    )


@pytest.fixture
def client(folder: Path, light: None) -> Iterator[TestClient]:
    """Nobody is logged in; on http, from this machine."""
    with client_for(folder) as entered:
        yield entered


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With accounts and plans. Tests take a copy."""
    folder = tmp_path_factory.mktemp("planned")
    make_plans(folder)
    return folder


@pytest.fixture
def plans(planned: Path, tmp_path: Path) -> Path:
    return shutil.copytree(planned, tmp_path / "planned")


@pytest.fixture
def api(plans: Path, light: None) -> Iterator[TestClient]:
    """A client of a service over plans; nobody is logged in."""
    with client_for(plans) as entered:
        yield entered

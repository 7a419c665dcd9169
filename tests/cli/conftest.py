"""Networks that are made once: one imported, one with a term formed. Tests only read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_cli import TERM, done, make_network


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("imported"))


@pytest.fixture(scope="session")
def formed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = make_network(tmp_path_factory.mktemp("formed"))
    for kind in ("pairs", "cohorts", "visits"):
        done(kind, *TERM, network=network)
    return network

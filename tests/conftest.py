"""What all tests share: output is as wide as when it is piped, whoever runs them; no timing fails one.

``pytest`` runs all tests; their networks are on SQLite. ``pytest --postgresql`` runs those of ON_BOTH once
more, with their networks on PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import networks_on_postgres
import postgres_server
from matcher.workflow import workspace

os.environ.pop("COLUMNS", None)  # pytest-xdist gives it to its workers
settings.register_profile("house", deadline=None)
settings.load_profile("house")

POSTGRES = "MATCHER_TEST_POSTGRES"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
NO_POSTGRES = f"no PostgreSQL on this system, and none given in {POSTGRES}"
#: What is run once more on PostgreSQL: tests of what is kept, and of what becomes of it where somebody dies.
ON_BOTH = frozenset(
    {
        *(f"test_faults_{name}" for name in ("people", "runs", "server", "writes")),
        *(f"test_service_{name}" for name in ("accounts", "first", "me", "rights", "worker")),
        *(
            f"test_workflow_{name}"
            for name in (
                "accounts",
                "agreed",
                "check",
                "decisions",
                "erasing",
                "identities",
                "intake",
                "jobs",
                "once",
                "proposals",
                "term",
            )
        ),
    }
)
#: As are those of the API, by what their names begin with; a walk by chance is not about the store.
API, BY_CHANCE = "test_api_", "test_api_schemathesis"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run what is for both databases on PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.option.postgresql:
        return
    again = [each for each in items if _keeps(each)]
    config.hook.pytest_deselected(items=[each for each in items if each not in again])
    items[:] = again


def _keeps(item: pytest.Item) -> bool:
    name = item.path.stem
    named = name in ON_BOTH or (name.startswith(API) and name != BY_CHANCE)
    # The model reads the same whatever keeps what it read.
    return named and not any(map(item.get_closest_marker, ("sqlite", "model")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is given, or one that is started for the tests."""
    given = os.environ.get(POSTGRES)
    programs = postgres_server.binaries()
    if given:
        yield given
    elif programs:
        with postgres_server.running(programs) as address:
            yield address
    else:
        pytest.skip(NO_POSTGRES)


@pytest.fixture(scope="session", autouse=True)
def networks(request: pytest.FixtureRequest) -> Iterator[networks_on_postgres.Networks | None]:
    """The databases of networks, where they are on PostgreSQL."""
    if not request.config.option.postgresql:
        yield None
        return
    made = networks_on_postgres.Networks(request.getfixturevalue("postgres"), WORKER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "database", made.of)
        yield made
    made.close()


@pytest.fixture(autouse=True)
def _forgotten(
    networks: networks_on_postgres.Networks | None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """What a test made is gone after it."""
    if networks is None:
        yield
        return
    folder = request.getfixturevalue("tmp_path")
    yield
    networks.forget(folder)

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.store import Store, open_store, schema


def _fresh_schema(address: str, name: str) -> str:
    """The address with a schema of this worker's own, emptied."""
    schema = f"matcher_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
        connection.execute(sa.schema.CreateSchema(schema))
    engine.dispose()
    url = sa.make_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture
def postgres_place(postgres: str) -> str:
    """The address of an empty database, without a table."""
    return _fresh_schema(postgres, "empty")


@pytest.fixture(scope="session")
def _migrated(postgres: str) -> Iterator[Store]:
    with open_store(_fresh_schema(postgres, "test"), create=True) as opened:
        yield opened


@pytest.fixture
def postgres_store(_migrated: Store) -> Store:
    """An empty store in PostgreSQL. Its tables are made once: that takes longer than most tests."""
    names = ", ".join(f'"{name}"' for name in schema.metadata.tables)
    with _migrated._engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return _migrated


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, of each kind of database in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_store")
        return
    with open_store(tmp_path / "network.db", create=True) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a SQLite store is to be."""
    return tmp_path / "network.db"

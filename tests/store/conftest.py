from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.store import Store, open_store

POSTGRES = "MATCHER_TEST_POSTGRES"


def _fresh_postgres_schema(address: str) -> str:
    """The address with a schema of this worker's own, emptied."""
    schema = f"matcher_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
        connection.execute(sa.schema.CreateSchema(schema))
    engine.dispose()
    url = sa.make_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, of each kind of database in turn."""
    where: Path | str = tmp_path / "network.db"
    if request.param == "postgresql":
        address = os.environ.get(POSTGRES)
        if not address:
            pytest.skip(f"no PostgreSQL given in {POSTGRES}")
        where = _fresh_postgres_schema(address)
    with open_store(where, create=True) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a SQLite store is to be."""
    return tmp_path / "network.db"

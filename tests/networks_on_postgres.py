"""Networks whose databases are on a PostgreSQL server, for tests that know no more of them than a folder.

What stands at the place of a SQLite database's file says which database is the folder's. A folder that was
copied gets a copy of it when it is first opened.
"""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from matcher import config
from matcher.store import open_store
from matcher.workflow.workspace import DATABASE

#: Databases without a table, and with tables alone.
_EMPTY, _TABLES = "template0", "matcher_tables"
#: What a folder without a network is told; nothing is ever written there.
_NOWHERE = "matcher_nowhere"


class Networks:
    """The databases of one process's tests on the server at ``address``; ``worker`` tells processes apart."""

    def __init__(self, address: str, worker: str) -> None:
        self._url = sa.make_url(address)
        self._worker = worker
        self._engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._folders: dict[str, Path] = {}
        self._count = 0
        for name in (_TABLES, _NOWHERE):
            self._make(self._named(name), _EMPTY)
        open_store(self._address(self._named(_TABLES)), create=True).close()

    def close(self) -> None:
        """Let go of the server; what is there stays."""
        self._engine.dispose()

    def of(self, folder: Path) -> str:
        """The address of a folder's database. It is made where the folder is to become a network, or is a
        copy of one."""
        mark, here = folder / DATABASE, folder.resolve()
        known = json.loads(mark.read_text()) if mark.exists() else None
        if known is not None and known["folder"] == str(here):
            return self._address(known["name"])
        if known is None and not (folder / config.FILE_NAME).exists():
            return self._address(self._named(_NOWHERE))
        self._count += 1
        name = self._named(f"network_{self._count}")
        self._make(name, known["name"] if known else self._named(_TABLES))
        self._folders[name] = here
        mark.write_text(json.dumps({"name": name, "folder": str(here)}))
        return self._address(name)

    def forget(self, folder: Path) -> None:
        """Drop the databases of the folders in a folder."""
        for name, each in [*self._folders.items()]:
            if each.is_relative_to(folder.resolve()):
                del self._folders[name]
                self._drop(name)

    def _named(self, name: str) -> str:
        return name if name == _EMPTY else f"{name}_{self._worker}"

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _make(self, name: str, template: str) -> None:
        self._drop(name)  # of an earlier run, where the server is not the tests' own
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _drop(self, name: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

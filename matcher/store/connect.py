"""Engines: what each connection is set to, and how a transaction begins. Here alone databases differ.

SQLite: foreign keys on, a commit survives a power cut (synchronous=FULL), a writer waits BUSY_SECONDS for
another, and every writing transaction begins with BEGIN IMMEDIATE: a transaction that read first and
then writes would fail at once when another has written in between, whatever the timeout. Python's driver
would begin transactions by itself, later and without IMMEDIATE, so that is switched off.

PostgreSQL: a writing transaction takes one advisory lock, so that there, too, is one writer at a time; a
reading one sees one state of the database (REPEATABLE READ).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from matcher.errors import InputError

#: How long a writer waits for another one, in seconds.
BUSY_SECONDS = 5.0
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
#: Any number, as long as every copy of this program takes the same.
_ADVISORY_LOCK = 7_205_759_403
_BEGIN = "matcher_begin"


def address(path_or_url: str | Path) -> sa.URL:
    """The URL of a path, or the URL that is given. Raises InputError where it is none that can be used."""
    cure = "Give the path of a file, or an address such as postgresql://user@host/name."
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        url = sa.URL.create("sqlite", database=str(path_or_url))
    else:
        try:
            url = sa.make_url(path_or_url)
        except (ArgumentError, ValueError):
            raise InputError("That is not the address of a database.", cure=cure) from None
    if url.drivername not in _DRIVERS:
        raise InputError(f"Databases of the kind '{url.drivername}' cannot be used.", cure=cure)
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise InputError("A database in memory cannot be kept.", cure=cure)
    return url


def sqlite_file(url: sa.URL) -> Path | None:
    """The file of a SQLite database, or None for another database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: sa.URL) -> sa.Engine:
    """An engine with the settings above. Nothing is opened yet.

    Raises InputError where the database's driver is not installed.
    """
    try:
        # Hidden parameters: an error's text must not show a name or a statement.
        engine = sa.create_engine(url, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise InputError(
            f"The driver '{error.name}' for this database is not installed.",
            cure=f"Install it: pip install '{error.name}[binary]'.",
        ) from None
    if sqlite_file(url):
        sa.event.listen(engine, "connect", _set_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN)
    if begin:
        connection.exec_driver_sql(begin)


def begin_reading(connection: sa.Connection) -> sa.RootTransaction:
    """Begin a transaction that sees one state of the database."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    return connection.execution_options(**{_BEGIN: "BEGIN"}).begin()


def begin_writing(connection: sa.Connection) -> sa.RootTransaction:
    """Begin a transaction that is the only writing one. Fails as busy after BUSY_SECONDS."""
    transaction = connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SET LOCAL lock_timeout = {int(BUSY_SECONDS * 1000)}"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    return transaction


def write_anew(connection: sa.Connection) -> bool:
    """Write the database anew, without the rows that were deleted; False where a reader keeps what was there
    before. Fails as busy after BUSY_SECONDS."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # Or else it waits without end for one who reads, and everybody else for it.
        connection.exec_driver_sql(f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}")
        try:
            connection.exec_driver_sql("VACUUM FULL")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
        return True
    connection.exec_driver_sql("VACUUM")
    busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy

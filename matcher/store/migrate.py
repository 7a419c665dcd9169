"""Bringing a database's tables to the newest revision, after a backup copy.

The revisions are Alembic's, in the package ``migrations``. Alembic itself is imported only where a
database is not at HEAD already, so that opening one stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from matcher.errors import InputError, NotFoundError
from matcher.store.connect import begin_reading, begin_writing
from matcher.store.copying import copy_to
from matcher.store.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

#: Where the revisions are, as Alembic writes a folder inside a package.
LOCATION = "matcher.store:migrations"
_VERSIONS = sa.table("alembic_version", sa.column("version_num"))
_OURS = {"organization", "member", "exchange_member"}


def prepare(engine: sa.Engine, place: str, file: Path | None, *, create: bool) -> None:
    """Make the tables (only with ``create``), or bring them to HEAD; do nothing where they are there.

    Raises NotFoundError where there are no tables and none were to be made, InputError where the tables
    are another program's or a newer version's.
    """
    with engine.connect() as connection, begin_reading(connection):
        at = _revision(connection, place, create=create)
    if file is not None:
        _use_wal(engine)
    if at != HEAD:
        _migrate(engine, place, file, create=create)


def _revision(connection: sa.Connection, place: str, *, create: bool) -> str | None:
    """The revision the database is at, one that this program knows; None where it has no tables."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        if create:
            return None
        raise NotFoundError(f"There are no tables in {place}.", cure="Make them with `matcher init`.")
    foreign = InputError(f"{place} is a database of another program.", cure="Give the path of another file.")
    if _VERSIONS.name not in tables or not tables >= _OURS:
        raise foreign
    at = connection.scalar(sa.select(_VERSIONS.c.version_num))
    if at is None:
        raise foreign
    if at != HEAD and at not in _known():
        raise InputError(
            f"{place} was written by a newer version of this program (revision {at}; this one knows {HEAD}).",
            cure="Update this program.",
        )
    return str(at)


def _known() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", LOCATION)
    return config


def _use_wal(engine: sa.Engine) -> None:
    """Readers and a writer side by side. The mode is kept in the file, so that this acts once."""
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _migrate(engine: sa.Engine, place: str, file: Path | None, *, create: bool) -> None:
    from alembic import command

    with engine.connect() as connection:
        if file is not None:
            # Rebuilding a table that others refer to would fail, or delete what refers to it. It can only
            # be switched off outside a transaction; the references are checked at the end instead.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        try:
            with begin_writing(connection):
                at = _revision(connection, place, create=create)  # another process may have been quicker
                if at != HEAD:
                    if file is not None and at is not None:
                        # By a second connection, while this one holds the lock.
                        copy_to(engine, file.with_name(f"{file.name}.before-{HEAD}"))
                    config = _config()
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
                    if file is not None:
                        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                        if broken:
                            raise AssertionError(f"the migration broke {len(broken)} references")
        finally:
            connection.invalidate()  # foreign keys are off in it

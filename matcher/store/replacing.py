"""Putting another database in the place of a SQLite one that nobody is using."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from matcher.errors import ConflictError, InputError
from matcher.store.connect import address, sqlite_file
from matcher.store.failures import translated
from matcher.store.repository import open_store

#: What is added to the name of the database that was there.
BEFORE = ".before-restore"
_BESIDE = ("-wal", "-shm", "-journal")


def replace_database(path_or_url: str | Path, new: Path) -> Path | None:
    """Put the database in the file ``new`` in place of the one at ``path_or_url``, at once or, on any error,
    not at all. What was there is kept beside it, in place of an earlier one; its path, None where there was
    nothing. ``new`` is looked over first, and brought to this version's tables.

    Raises InputError where ``new`` is damaged, no database of this program's, or a newer version's, or the
    other is no file; ConflictError where the one that is there is in use.
    """
    file = sqlite_file(address(path_or_url))
    if file is None:
        raise InputError(
            "The database is not a file: PostgreSQL has a program of its own to bring a backup back.",
            cure="Use pg_restore; docs/hosting.md says how.",
        )
    _look_over(new)
    part, kept = file.with_name(f"{file.name}.part"), file.with_name(f"{file.name}{BEFORE}")
    try:
        _copy(new, part)
        _give_away(part, file)
        if not file.exists():
            part.replace(file)
            return None
        with _unused(file):
            _copy(file, kept.with_name(f"{kept.name}.part"))
            kept.with_name(f"{kept.name}.part").replace(kept)
            for end in _BESIDE:  # they are there only where the database is too damaged to be opened
                beside = file.with_name(file.name + end)
                if beside.exists():
                    beside.replace(kept.with_name(kept.name + end))
            part.replace(file)
        return kept
    finally:
        part.unlink(missing_ok=True)
        kept.with_name(f"{kept.name}.part").unlink(missing_ok=True)


def _look_over(new: Path) -> None:
    with open_store(new) as store, store.read() as reading:
        damage = reading.damage()
    if damage:
        raise InputError(
            f"The database that was to be put in place is damaged: {damage[0]}.", cure="Use another backup."
        )


@contextmanager
def _unused(file: Path) -> Iterator[None]:
    """Keep others out of the database. Raises ConflictError where one has it open, be it only to read: it
    would go on writing to a file that is not there any more."""
    with translated(str(file)), closing(sqlite3.connect(file, timeout=0.0, isolation_level=None)) as alone:
        try:
            alone.execute("PRAGMA journal_mode = DELETE")  # refused where another has it open
            alone.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ConflictError(
                    f"Another program is using {file}; nothing was changed.",
                    cure="Stop the service, and whatever else works on this network, and try again.",
                ) from None
            if code not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
        yield


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.touch(0o600)
    shutil.copyfile(source, target)
    with target.open("rb+") as copied:
        os.fsync(copied.fileno())


def _give_away(new: Path, file: Path) -> None:
    """Make ``new`` readable by those who could read ``file``, or by its owner alone where there is none. A
    superuser gives it to who owns the other, or the folder: a service must be able to write it."""
    if file.exists():
        shutil.copymode(file, new)
    if os.geteuid() == 0:
        owner = (file if file.exists() else file.parent).stat()
        os.chown(new, owner.st_uid, owner.st_gid)

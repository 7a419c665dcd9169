"""The store: opening it, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store.audit_rows import append
from matcher.store.connect import address, begin_reading, begin_writing, make_engine, sqlite_file, write_anew
from matcher.store.copying import copy_to
from matcher.store.failures import translated
from matcher.store.migrate import prepare
from matcher.store.reading import Reading
from matcher.store.writing import Writing

#: Who acts where nobody logged in.
COMMAND_LINE = "command line"


class Store:
    """An open database. Threads may share it; each transaction is one thread's.

    The database's own errors leave :meth:`read` and :meth:`write` as MatcherErrors: ConflictError where
    another writer was not done in time, InputError where the file is damaged or a value refers to nothing,
    MatcherError where the disk is full or may not be written.
    """

    def __init__(self, engine: sa.Engine, place: str, actor: str = COMMAND_LINE) -> None:
        self._engine = engine
        self._place = place
        self._actor = actor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def acting_as(self, actor: str) -> Store:
        """The same database, in whose audit every writing transaction is this actor's: an account's id, never
        a name or an address."""
        return Store(self._engine, self._place, actor)

    @property
    def actor(self) -> str:
        """Whom the audit names for what is written here."""
        return self._actor

    def back_up(self, path: Path) -> None:
        """Copy a SQLite database to ``path``, whole, while others go on writing.

        Raises InputError where it is another database.
        """
        if self._engine.dialect.name != "sqlite":
            raise InputError(
                f"{self._place} is not a file: PostgreSQL has a program of its own for backups.",
                cure="Use pg_dump, and pg_restore to bring one back; docs/hosting.md says how.",
            )
        with translated(self._place):
            copy_to(self._engine, path)

    def compact(self) -> None:
        """Write the database anew, so that nothing of what was taken out is left in its files.

        Raises ConflictError where others keep it busy.
        """
        try:
            with translated(self._place), self._engine.connect() as connection:
                done = write_anew(connection)
        except ConflictError:
            done = False
        if not done:
            raise ConflictError(
                f"Somebody is using {self._place}: what was taken out is still in its files.",
                cure="Try again when they are done.",
            )

    def close(self) -> None:
        """Close its connections. A SQLite file is then whole by itself, with no file beside it."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """One transaction that sees the store as it is now, whatever others write meanwhile."""
        with translated(self._place), self._engine.connect() as connection, begin_reading(connection):
            yield Reading(connection)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """One transaction, and the only writing one. Any exception undoes all of it. What was done is in
        the audit with it."""
        with translated(self._place), self._engine.connect() as connection, begin_writing(connection):
            writing = Writing(connection)
            yield writing
            if writing.done:
                append(connection, self._actor, writing.done)


def open_store(path_or_url: str | Path, *, create: bool = False) -> Store:
    """Open the database in a file (SQLite) or at a URL (``postgresql://...``); make it with ``create``.

    An older database is brought to this version's tables; a SQLite file is first copied to
    ``<file>.before-<revision>``. Raises NotFoundError where there is no database, InputError where it is
    another program's or a newer version's, and what :class:`Store` lists.
    """
    url = address(path_or_url)
    file = sqlite_file(url)
    place = str(file) if file else url.render_as_string(hide_password=True)
    if file and not create and not file.exists():
        raise NotFoundError(f"There is no database at {place}.", cure="Make one with `matcher init`.")
    engine = make_engine(url)
    try:
        with translated(place):
            prepare(engine, place, file, create=create)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, place)

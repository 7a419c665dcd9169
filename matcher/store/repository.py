"""The store: opening it, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from matcher.errors import NotFoundError
from matcher.store.connect import address, begin_reading, begin_writing, make_engine, sqlite_file
from matcher.store.failures import translated
from matcher.store.migrate import prepare
from matcher.store.reading import Reading
from matcher.store.writing import Writing


class Store:
    """An open database. Threads may share it; each transaction is one thread's.

    The database's own errors leave :meth:`read` and :meth:`write` as MatcherErrors: ConflictError where
    another writer was not done in time, InputError where the file is damaged or a value refers to nothing,
    MatcherError where the disk is full or may not be written.
    """

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        """One transaction, and the only writing one. Any exception undoes all of it."""
        with translated(self._place), self._engine.connect() as connection, begin_writing(connection):
            yield Writing(connection)


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

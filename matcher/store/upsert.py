"""Writing rows by their keys, the same way on every database, and asking which keys are there.

No dialect's own upsert: rows are read, compared and then inserted or updated, so that the number of new
and changed rows is known. That is safe because there is one writer at a time (see ``connect``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa

from matcher.errors import InputError
from matcher.store.failures import storable
from matcher.store.rows import Row

V = TypeVar("V")
#: A primary key: a value, or a tuple where it has several columns.
Key: TypeAlias = Any

#: Keys asked for in one query; twice this many parameters is far below any database's limit.
CHUNK = 1000
_SHOWN = 5


def chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """``keys`` in lists of at most CHUNK, sorted, so that the same keys give the same queries."""
    ordered = sorted(keys)
    for first in range(0, len(ordered), CHUNK):
        yield ordered[first : first + CHUNK]


def stored_rows(connection: sa.Connection, table: sa.Table, keys: Iterable[Any]) -> Iterator[Row]:
    """The rows of ``table`` with these primary keys: values, or tuples where the key has several columns."""
    columns = list(table.primary_key)
    key = columns[0] if len(columns) == 1 else sa.tuple_(*columns)
    with storable():
        for chunk in chunks(keys):
            for row in connection.execute(sa.select(table).where(key.in_(chunk))).mappings():
                yield dict(row)


def distinct(what: str, values: Iterable[V], key: Callable[[V], Any]) -> dict[Any, V]:
    """The values by their key. Raises InputError where two different ones share it."""
    given: dict[Any, V] = {}
    for value in values:
        if given.setdefault(key(value), value) != value:
            raise InputError(
                f"Two different entries of '{what}' have the key {key(value)!r}; nothing was changed.",
                cure="Take one of the two out, or give it a key of its own.",
            )
    return given


@dataclass(frozen=True, slots=True)
class Put:
    """The keys of the rows that were new, and of those that were there and differed."""

    new: tuple[Key, ...]
    changed: tuple[Key, ...]

    def __len__(self) -> int:
        return len(self.new) + len(self.changed)


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> Put:
    """Insert the rows whose key is new, update those that differ; which were either.

    Raises InputError where two different rows have one key.
    """
    names = [column.name for column in table.primary_key]

    def key(row: Row) -> Any:
        return row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)

    given = distinct(table.name, rows, key)
    stored = {key(row): row for row in stored_rows(connection, table, given)}
    new = [row for which, row in given.items() if which not in stored]
    changed = [row for which, row in given.items() if which in stored and stored[which] != row]
    with storable():
        if new:
            connection.execute(sa.insert(table), new)
        if changed:
            matches = [table.c[name] == sa.bindparam(f"key_{name}") for name in names]
            keyed = [row | {f"key_{name}": row[name] for name in names} for row in changed]
            connection.execute(sa.update(table).where(*matches), keyed)
    return Put(tuple(map(key, new)), tuple(map(key, changed)))


def require(connection: sa.Connection, table: sa.Table, keys: Iterable[str], *, cure: str) -> None:
    """Raise InputError that counts and names the keys that ``table`` (with one key column) lacks."""
    wanted = set(keys)
    (column,) = table.primary_key
    with storable():
        for chunk in chunks(wanted):
            wanted.difference_update(connection.scalars(sa.select(column).where(column.in_(chunk))))
    if wanted:
        missing = sorted(wanted)
        shown = ", ".join(missing[:_SHOWN]) + (", ..." if len(missing) > _SHOWN else "")
        raise InputError(
            f"Not in the database, but referred to: {len(missing)} of '{table.name}' ({shown}); "
            "nothing was changed.",
            cure=cure,
        )

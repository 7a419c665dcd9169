"""What every part of a transaction has: its connection, and, where it writes, notes of what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa

from matcher.audit import Done
from matcher.store.rows import Row
from matcher.store.upsert import Key, require, upsert

_NONE: Mapping[str, int] = MappingProxyType({})
_CURE = "Import the file that holds them first, or correct the ids."


class Asking:
    """A transaction that reads."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection


class Noting(Asking):
    """A transaction that writes. ``done`` is what the audit is told at its end: ids and counts, never a name,
    an address or a text."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self.done: list[Done] = []

    def _note(self, what: str, ids: Iterable[str | int] = (), counts: Mapping[str, int] = _NONE) -> None:
        self.done.append(Done(what, tuple(map(str, ids)), dict(counts)))

    def _put(self, table: sa.Table, rows: Sequence[Row], *, named: bool = True) -> int:
        """Upsert and note it; how many rows were new or changed. The keys are noted where they are
        ``named``: not where a key is made of what somebody wrote."""
        put = upsert(self._connection, table, rows)
        if put:
            ids = (_id(key) for key in (*put.new, *put.changed)) if named else ()
            self._note(f"put {table.name}", ids, {"new": len(put.new), "changed": len(put.changed)})
        return len(put)

    def _require(self, table: sa.Table, keys: Iterable[str]) -> None:
        require(self._connection, table, keys, cure=_CURE)


def _id(key: Key) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)

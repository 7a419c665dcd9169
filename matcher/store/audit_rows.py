"""The audit in the store: read in either direction, and added to at the end of a writing transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from matcher.audit import Done, Entry, digest
from matcher.store import schema
from matcher.store.rows import Stored, naive
from matcher.store.transaction import Asking

_TABLE = schema.audit


class AuditReading(Asking):
    def audit(self, limit: int | None = None, after: int | None = None) -> tuple[Entry, ...]:
        """The latest first, at most ``limit`` entries; with ``after`` those that follow on it in this order,
        that is, the older ones."""
        asked = sa.select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(_TABLE.c.id < after)
        return tuple(map(_entry, self._connection.execute(asked).mappings()))

    def audit_chain(self) -> Iterator[Entry]:
        """Every entry from the first one on, as :func:`matcher.audit.broken` wants them."""
        found = self._connection.execute(sa.select(_TABLE).order_by(_TABLE.c.id))
        return map(_entry, found.mappings())

    def last_entry(self) -> int:
        """The number of the latest entry, 0 before the first: another one once anything was written."""
        return self._connection.scalar(sa.select(sa.func.max(_TABLE.c.id))) or 0

    def done_after(self, id: int) -> tuple[Done, ...]:
        """All that was done in the entries after that one, the oldest first."""
        told = self._connection.execute(
            sa.select(_TABLE.c.done).where(_TABLE.c.id > id).order_by(_TABLE.c.id)
        ).scalars()
        return tuple(each for text in told for each in _done(text))

    def last_hash(self) -> str:
        """The hash of the latest entry, empty before the first: kept elsewhere, it also shows entries that
        were taken off the end."""
        latest = sa.select(_TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)
        return self._connection.scalar(latest) or ""


def append(connection: sa.Connection, actor: str, done: Sequence[Done]) -> None:
    """Add an entry, now, in the transaction that did it. There is one writer at a time, so that the entry
    before it is the last."""
    last = connection.execute(
        sa.select(_TABLE.c.id, _TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)
    ).first()
    number, before = (last.id + 1, last.hash) if last else (1, "")
    entry = Entry(number, datetime.now(UTC), actor, tuple(done), before)
    entry = replace(entry, hash=digest(entry))
    told = [{"what": one.what, "ids": one.ids, "counts": dict(one.counts)} for one in entry.done]
    connection.execute(
        sa.insert(_TABLE),
        {
            "id": entry.id,
            "at": naive(entry.at),
            "actor": entry.actor,
            "done": json.dumps(told),
            "before": entry.before,
            "hash": entry.hash,
        },
    )


def _entry(row: Stored) -> Entry:
    done = _done(row["done"])
    return Entry(row["id"], row["at"].replace(tzinfo=UTC), row["actor"], done, row["before"], row["hash"])


def _done(text: str) -> tuple[Done, ...]:
    return tuple(Done(one["what"], tuple(one["ids"]), one["counts"]) for one in json.loads(text))

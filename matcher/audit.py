"""The audit: one entry for each writing transaction, each with the hash of the one before. No I/O.

Entries hold ids and counts, never a name, an address or a text, so that erasing somebody leaves the chain
whole. The chain shows that an entry was altered, or taken out before another; of entries taken off its end
it shows nothing, unless the last hash is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: ``what`` ("put member"), to which ``ids``, and ``counts`` of it by name."""

    what: str
    ids: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what in one transaction, and when (UTC). ``before`` is the hash of the entry before, empty in
    the first one; ``hash`` is :func:`digest` of the others."""

    id: int
    at: datetime
    actor: str
    done: tuple[Done, ...]
    before: str
    hash: str = ""


def digest(entry: Entry) -> str:
    """sha256, in hex, over a canonical JSON text of every field but ``hash``."""
    told = {
        "id": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "done": [{"what": one.what, "ids": one.ids, "counts": dict(one.counts)} for one in entry.done],
        "before": entry.before,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def broken(entries: Iterable[Entry]) -> int | None:
    """The id of the first entry that does not fit: it was altered, or the one before it is not the one that
    stood there. ``entries`` come from the first one on, in order. None where the chain is whole."""
    before = ""
    for number, entry in enumerate(entries, 1):
        if entry.id != number or entry.before != before or entry.hash != digest(entry):
            return entry.id
        before = entry.hash
    return None

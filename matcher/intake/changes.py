"""What an import would change, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeAlias

from matcher.domain import Ban, Exchange, Facilitator, Member, Organization, Statement, Term
from matcher.intake.batch import Batch, Known, Note, Problem, ban_key

__all__ = ["Change", "FieldChange", "Known", "Plan", "Status", "plan"]

Value: TypeAlias = Organization | Member | Statement | Exchange | Ban | Facilitator | Term
KINDS = ("organizations", "members", "statements", "exchanges", "bans", "facilitators", "terms")


class Status(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a value that differs, with what it was and what it will be."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a batch against what is stored. ``kind`` is one of :data:`KINDS`."""

    kind: str
    id: str
    status: Status
    value: Value
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every value of a batch with its status, and the rows that are refused."""

    changes: tuple[Change, ...]
    refused: tuple[Problem, ...]
    notes: tuple[Note, ...]

    def of(self, status: Status, kind: str = "") -> tuple[Change, ...]:
        """The changes of one status, and of one kind where it is given."""
        return tuple(
            change for change in self.changes if change.status is status and kind in ("", change.kind)
        )

    def counts(self) -> dict[str, dict[Status, int]]:
        """For each kind how many values are new, changed and unchanged."""
        counted = {kind: dict.fromkeys(Status, 0) for kind in KINDS}
        for change in self.changes:
            counted[change.kind][change.status] += 1
        return counted

    @property
    def refused_rows(self) -> int:
        """How many rows have a problem: a row with two problems counts once."""
        rows = {(p.place.file, p.place.sheet, p.place.row) for p in self.refused if p.place.row is not None}
        return len(rows)

    @property
    def changes_nothing(self) -> bool:
        """Whether all that the files say is stored already."""
        return all(change.status is Status.UNCHANGED for change in self.changes)


def plan(batch: Batch, existing: Known) -> Plan:
    """Compare a batch with what exists.

    A blank in a file never erases a known value: the batch's values were completed from
    what is known when its rows were read (:func:`matcher.intake.rows.to_batch`), so read it
    against the same ``existing``. What the files do not mention is neither changed nor removed.
    """
    changes: list[Change] = []
    for kind in KINDS:
        stored = {_identity(value): value for value in _values(existing, kind)}
        for value in _values(batch, kind):
            old = stored.get(_identity(value))
            differing = _differing(old, value) if old is not None else ()
            status = Status.NEW if old is None else Status.CHANGED if differing else Status.UNCHANGED
            changes.append(Change(kind, _identity(value), status, value, differing))
    return Plan(tuple(changes), batch.problems, batch.notes)


def _values(source: Batch | Known, kind: str) -> Iterable[Value]:
    values: tuple[Value, ...] = getattr(source, kind)
    return values


def _identity(value: Value) -> str:
    match value:
        case Ban():
            return ban_key(value)
        case Term():
            return value.name
        case _:
            return value.id


def _differing(old: Value, new: Value) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(f.name, getattr(old, f.name), getattr(new, f.name))
        for f in fields(new)
        if getattr(old, f.name) != getattr(new, f.name)
    )

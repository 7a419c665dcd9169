"""An earlier plan carried over to the problem of today, which is what a repair begins from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.cohorts.problem import Cohort
from matcher.store import RunKind
from matcher.visits.problem import Event
from matcher.workflow.places import listed


@dataclass(frozen=True, slots=True)
class PairsBefore:
    """What a repair of pairs begins from: the earlier plan in indices of the new problem, which of it is
    confirmed, and the most changes; kept, so that the repair can be done again."""

    plan: tuple[tuple[int, int], ...]
    confirmed: tuple[int, ...]
    most_changes: int | None


@dataclass(frozen=True, slots=True)
class CohortsBefore:
    """As :class:`PairsBefore`, for cohorts."""

    plan: tuple[Cohort, ...]
    confirmed: tuple[int, ...]
    most_changes: int | None


@dataclass(frozen=True, slots=True)
class VisitsBefore:
    """As :class:`PairsBefore`, for visits."""

    plan: tuple[Event, ...]
    confirmed: tuple[int, ...]
    most_changes: int | None


BEFORE: dict[RunKind, type[Any]] = {
    RunKind.PAIRS: PairsBefore,
    RunKind.COHORTS: CohortsBefore,
    RunKind.VISITS: VisitsBefore,
}


def carried(
    kind: RunKind, old: Any, solution: Any, new: Any, stays: Sequence[Any], most_changes: int | None
) -> Any:
    """The earlier plan for the new problem, without those who are not in it."""
    plan: list[Any] = []
    confirmed = []
    for each in listed(kind, solution):
        moved = _translated(kind, old, new, each)
        if moved is not None:
            if each in stays:
                confirmed.append(len(plan))
            plan.append(moved)
    return BEFORE[kind](tuple(plan), tuple(confirmed), most_changes)


def _translated(kind: RunKind, old: Any, new: Any, each: Any) -> Any:
    """One pair, cohort or visit in the indices of the new problem; None where nothing of it is left."""
    if kind is RunKind.VISITS:
        hosts = {host.id: i for i, host in enumerate(new.hosts)}
        visitors = {visitor.id: i for i, visitor in enumerate(new.visitors)}
        guests = [old.visitors[i].id for i in each.visitors]
        there = tuple(sorted(visitors[one] for one in guests if one in visitors))
        host = hosts.get(old.hosts[each.host].id)
        return replace(each, host=host, visitors=there) if host is not None and there else None
    index = {member.id: i for i, member in enumerate(new.members)}
    if kind is RunKind.PAIRS:
        a, b = (index.get(old.members[i].id, -1) for i in (each.a, each.b))
        return (min(a, b), max(a, b)) if min(a, b) >= 0 else None
    present = (old.members[i].id for i in each.members)
    members = tuple(sorted(index[one] for one in present if one in index))
    return replace(each, members=members) if members else None

"""Mending a plan when somebody drops out or arrives: as it was, but for the fewest changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher import record
from matcher.cohorts.problem import VALUE_SCALE, Cohort
from matcher.cohorts.repair import repair as repair_cohorts
from matcher.domain import Member, Term
from matcher.embed import Progress
from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.outcome import Option
from matcher.pairing.repair import repair as repair_pairs
from matcher.store import Decisions, Origin, RunKind, Way
from matcher.visits.problem import Event
from matcher.visits.repair import repair as repair_visits
from matcher.watch import Watch
from matcher.workflow.asking import find_member
from matcher.workflow.case import Case, load
from matcher.workflow.composing import cohort_problem, pair_problem, visit_problem
from matcher.workflow.keeping import Plan, Problem, Solution, current_or_raise, keep, proposals_of
from matcher.workflow.reading import loaded
from matcher.workflow.term import limits
from matcher.workflow.topics import with_topics
from matcher.workflow.workspace import Workspace

REPAIR: dict[RunKind, Any] = {
    RunKind.PAIRS: repair_pairs,
    RunKind.COHORTS: repair_cohorts,
    RunKind.VISITS: repair_visits,
}
COMPOSE: dict[RunKind, Callable[..., Problem]] = {
    RunKind.PAIRS: pair_problem,
    RunKind.COHORTS: cohort_problem,
    RunKind.VISITS: visit_problem,
}


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


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody whose place a repair changed: names of those it was to meet, and of those it meets now."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired plan. ``gone`` are names of those who were in it and are not any more; ``changes`` counts
    those whose place was taken from them by the repair, nobody else's. ``options`` were solved and not
    taken. Objectives in points. ``kept`` is the number of the new run, None where nothing was kept."""

    session: int
    gone: tuple[str, ...]
    moved: tuple[Place, ...]
    changes: int
    placed_before: int
    placed: int
    objective: int
    options: tuple[Option, ...]
    cut_short: bool
    kept: int | None


def repair(
    workspace: Workspace,
    term: Term,
    kind: RunKind,
    *,
    without: Iterable[str] = (),
    back: Iterable[str] = (),
    release: Iterable[tuple[str, str]] = (),
    confirmed: Iterable[int] = (),
    most_changes: int | None = None,
    keep_it: bool = False,
    by: str = "",
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> tuple[Mended, ...]:
    """Mend the term's plan of a kind for who is there now; one answer for each session.

    ``without`` are members (id, email or name) who dropped out, ``back`` those who did and are back; of the
    twos to ``release`` what staff pinned or kept apart holds no more.
    Everybody that was imported since the plan was made is taken in where there is room. ``confirmed`` are
    numbers of pairs, cohorts or visits as they are listed, which stay whatever it costs; what was agreed or
    held stays in any case. At most ``most_changes`` where given; else as few as can be.
    Raises NotFoundError, InputError, InfeasibleError and ConflictError as :func:`adjust` does.
    """
    runs = current_or_raise(workspace, kind, term)
    plans = [loaded(run) for run in runs]
    case = with_topics(workspace, progress) if kind is RunKind.COHORTS else load(workspace, progress)
    out, again = (
        {case.members[find_member(case.members, name)].id for name in names} for names in (without, back)
    )
    freed = {frozenset(case.members[find_member(case.members, name)].id for name in pair) for pair in release}
    fixed = _confirmed(plans, kind, frozenset(confirmed))
    within = limits(workspace.settings, kind)
    mended, made = [], []
    for run, (problem, solution), stays in zip(runs, plans, fixed, strict=True):
        earlier = run.origin.decisions
        decided = Decisions(
            tuple(pin for pin in earlier.pins if frozenset(pin) not in freed),
            tuple(ban for ban in earlier.bans if frozenset(ban) not in freed),
            tuple(sorted({*earlier.without, *out} - again)),
        )
        new = COMPOSE[kind](workspace, case, term, decided)
        before = _carried(kind, problem, solution, new, stays, most_changes)
        found = again_from(kind, new, before, within, watch)
        origin = Origin(
            way=Way.REPAIRED,
            session=run.origin.session,
            of=run.id,
            by=by,
            done=f"Repaired with {found.changes} changes",
            given=record.dump(before),
            decisions=decided,
        )
        if kind is RunKind.PAIRS:
            new = found.problem  # confirmed pairs are pinned in it
        made.append(Plan(new, found.solution, origin))
        mended.append(_mended(case, kind, run.origin.session, problem, solution, new, found))
    if keep_it:
        labels = {topic.id: topic.label for topic in case.topics}
        proposals = proposals_of(term, [(plan.problem, plan.solution) for plan in made], labels)
        numbers = keep(workspace, kind, term, made, proposals)
        mended = [replace(each, kept=number) for each, number in zip(mended, numbers, strict=True)]
    return tuple(mended)


def listed(kind: RunKind, solution: Any) -> list[Any]:
    """Pairs, cohorts or visits in the order in which they are shown, and so numbered."""
    if kind is RunKind.PAIRS:
        return sorted(solution.pairs, key=lambda pair: -pair.affinity)
    return list(solution.cohorts if kind is RunKind.COHORTS else solution.events)


def _confirmed(
    plans: Sequence[tuple[Problem, Solution]], kind: RunKind, numbers: frozenset[int]
) -> list[list[Any]]:
    """What is confirmed of each session. Raises InputError where there is no such number."""
    shown = [listed(kind, solution) for _, solution in plans]
    total = sum(map(len, shown))
    for number in sorted(numbers):
        if not 1 <= number <= total:
            raise InputError(
                f"There is no {kind.value[:-1]} {number}.", cure=f"They are numbered from 1 to {total}."
            )
    found, first = [], 1
    for each in shown:
        found.append([one for at, one in enumerate(each, start=first) if at in numbers])
        first += len(each)
    return found


def again_from(kind: RunKind, problem: Problem, before: Any, within: Limits, watch: Watch | None) -> Any:
    """The room's repair of ``problem``, begun from one of :data:`BEFORE`."""
    return REPAIR[kind](
        problem,
        before.plan,
        confirmed=before.confirmed,
        most_changes=before.most_changes,
        limits=within,
        watch=watch,
    )


def _carried(
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


def _mended(case: Case, kind: RunKind, session: int, old: Any, solution: Any, new: Any, found: Any) -> Mended:
    names = {member.id: member.name for member in case.members}
    now = _people(kind, new)
    left = [one for one in _placed(kind, old, solution) if one not in {each.id for each in now}]
    scale = VALUE_SCALE if kind is RunKind.COHORTS else 1
    hosts = new.hosts if kind is RunKind.VISITS else now
    return Mended(
        session=session,
        gone=tuple(names.get(one, one) for one in left),
        moved=tuple(
            Place(
                names[now[each.member].id],
                tuple(names[hosts[i].id] for i in each.before),
                tuple(names[hosts[i].id] for i in each.after),
            )
            for each in found.moved
        ),
        changes=found.changes,
        placed_before=len(_placed(kind, old, solution)),
        placed=len(_placed(kind, new, found.solution)),
        objective=found.solution.objective // scale,
        options=tuple(replace(each, objective=each.objective // scale) for each in found.options),
        cut_short=found.solution.cut_short,
        kept=None,
    )


def _people(kind: RunKind, problem: Any) -> Sequence[Member]:
    people: Sequence[Member] = problem.visitors if kind is RunKind.VISITS else problem.members
    return people


def _placed(kind: RunKind, problem: Any, solution: Any) -> list[str]:
    """Ids of those who have a place; hosts are not counted."""
    people = _people(kind, problem)
    if kind is RunKind.PAIRS:
        seated = {i for each in solution.pairs for i in (each.a, each.b)}
    elif kind is RunKind.COHORTS:
        seated = {i for each in solution.cohorts for i in each.members}
    else:
        seated = {i for each in solution.events for i in each.visitors}
    return [people[i].id for i in sorted(seated)]

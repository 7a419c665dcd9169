"""Mending a plan when somebody drops out or arrives: as it was, but for the fewest changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from matcher import record
from matcher.cohorts.problem import VALUE_SCALE
from matcher.cohorts.repair import repair as repair_cohorts
from matcher.domain import Term
from matcher.embed import Progress
from matcher.errors import InputError
from matcher.explain.words import counted
from matcher.optimize import Limits
from matcher.outcome import Option
from matcher.pairing.repair import repair as repair_pairs
from matcher.store import Decisions, Origin, RunKind, Way
from matcher.visits.repair import repair as repair_visits
from matcher.watch import Watch
from matcher.workflow.asking import find_member
from matcher.workflow.carrying import carried
from matcher.workflow.case import Case, load
from matcher.workflow.composing import cohort_problem, pair_problem, visit_problem
from matcher.workflow.keeping import (
    STRUCTURES,
    Plan,
    Problem,
    Solution,
    current_or_raise,
    keep,
    proposals_of,
)
from matcher.workflow.ledger import busy
from matcher.workflow.places import listed, peers, people, placed
from matcher.workflow.reading import loaded
from matcher.workflow.sessions import apart
from matcher.workflow.standing import proven_before, still_proven
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
class Place:
    """Somebody whose place a repair changed: names of those it was to meet, with those who dropped out, and
    of those it meets now."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired plan. ``gone`` are names of those who were in it and are not any more; who agreed to its
    cohort or visit by now is planned for no more, and counted nowhere. ``changes`` counts
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
    expected: str | None = None,
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
    _check_undone(case, kind, [run.origin.decisions for run in runs], again, freed)
    fixed = _confirmed(plans, kind, frozenset(confirmed))
    within = limits(workspace.settings, kind)
    cases = apart(workspace, case, term, [run.origin.session for run in runs]) if len(runs) > 1 else [case]
    mended, made = [], []
    for run, seen, (problem, solution), stays in zip(runs, cases, plans, fixed, strict=True):
        earlier = run.origin.decisions
        decided = Decisions(
            tuple(pin for pin in earlier.pins if frozenset(pin) not in freed),
            tuple(ban for ban in earlier.bans if frozenset(ban) not in freed),
            tuple(sorted({*earlier.without, *out} - again)),
        )
        new = COMPOSE[kind](workspace, seen, term, decided)
        before = carried(kind, problem, solution, new, stays, most_changes)
        found = again_from(kind, new, before, within, watch)
        origin = Origin(
            way=Way.REPAIRED,
            session=run.origin.session,
            of=run.id,
            by=by,
            done=f"Repaired with {counted(found.changes, 'change')}",
            given=record.dump(before),
            decisions=decided,
            limits=within,
        )
        if kind is RunKind.PAIRS:
            new = found.problem  # confirmed pairs are pinned in it
        with workspace.store.read() as reading:
            proven = still_proven(new, found.solution, proven_before(reading, run))
        made.append(Plan(new, proven, origin))
        settled = busy(seen, term, STRUCTURES[kind]) - {*decided.without}
        mended.append(_mended(case, kind, run.origin.session, problem, solution, new, found, settled))
    if keep_it:
        labels = {topic.id: topic.label for topic in case.topics}
        proposals = proposals_of(term, [(plan.problem, plan.solution) for plan in made], labels)
        numbers = keep(
            workspace, kind, term, made, proposals, basis=runs, seen=case.exchanges, expected=expected
        )
        mended = [replace(each, kept=number) for each, number in zip(mended, numbers, strict=True)]
    return tuple(mended)


def _check_undone(
    case: Case, kind: RunKind, earlier: Sequence[Decisions], again: set[str], freed: set[frozenset[str]]
) -> None:
    """Raise InputError where somebody is said to be back, or two to be released, who are not known to be
    out, pinned or kept apart: it was most likely somebody else who was meant."""
    names = {member.id: member.name for member in case.members}
    for one in sorted(again - {each for decided in earlier for each in decided.without}):
        raise InputError(f"{names[one]} had not dropped out of the {kind.value}.", cure="Leave --back away.")
    known = {frozenset(pair) for decided in earlier for pair in (*decided.pins, *decided.bans)}
    for pair in sorted(map(sorted, freed - known)):
        both = " and ".join(names[one] for one in pair)
        raise InputError(
            f"{both} were neither pinned nor kept apart by hand in the {kind.value}.",
            cure="Look for the change with: matcher show runs",
        )


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
    """The room's repair of ``problem``, begun from one of :data:`matcher.workflow.carrying.BEFORE`."""
    return REPAIR[kind](
        problem,
        before.plan,
        confirmed=before.confirmed,
        most_changes=before.most_changes,
        limits=within,
        watch=watch,
    )


def _mended(
    case: Case,
    kind: RunKind,
    session: int,
    old: Any,
    solution: Any,
    new: Any,
    found: Any,
    settled: frozenset[str],
) -> Mended:
    """A repair in names. Who is ``settled`` agreed to its place: planned for no more, and not gone."""
    names = {member.id: member.name for member in case.members}
    now = people(kind, new)
    hosts = new.hosts if kind is RunKind.VISITS else now
    there = {each.id for each in (*now, *hosts)}
    met, meets = peers(kind, old, solution), peers(kind, new, found.solution)
    left = [one for one in dict.fromkeys([*met, *chain(*met.values())]) if one not in there | settled]
    moved = {each.member for each in found.moved}
    if kind is not RunKind.COHORTS:  # the room knows nothing of those who are gone, and who lost them
        moved |= {i for i, each in enumerate(now) if {*met.get(each.id, ())} != {*meets.get(each.id, ())}}
    scale = VALUE_SCALE if kind is RunKind.COHORTS else 1
    return Mended(
        session=session,
        gone=tuple(names.get(one, one) for one in left),
        moved=tuple(
            Place(
                names[now[i].id],
                tuple(names.get(one, one) for one in met.get(now[i].id, ())),
                tuple(names[one] for one in meets.get(now[i].id, ())),
            )
            for i in sorted(moved)
        ),
        changes=found.changes,
        placed_before=sum(one in there or one not in settled for one in placed(kind, old, solution)),
        placed=len(placed(kind, new, found.solution)),
        objective=found.solution.objective // scale,
        options=tuple(replace(each, objective=each.objective // scale) for each in found.options),
        cut_short=found.solution.cut_short,
        kept=None,
    )

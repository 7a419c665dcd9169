"""Several sessions of cohorts: what was agreed to in one of them leaves the others as they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from matcher.cohorts.model import solve
from matcher.cohorts.problem import MET as HAVE_MET
from matcher.cohorts.problem import Problem, Solution
from matcher.cohorts.rounds import solve_rounds
from matcher.domain import Exchange, Structure, Term
from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.network import STANDING
from matcher.optimize import Limits
from matcher.store import Decisions, Origin, Run, RunKind, Way
from matcher.watch import Watch
from matcher.workflow.case import Case
from matcher.workflow.composing import cohort_problem
from matcher.workflow.keeping import Plan
from matcher.workflow.ledger import busy
from matcher.workflow.reading import loaded_cohorts
from matcher.workflow.workspace import Workspace

#: What is noted of a session that was taken over as it was.
AS_AGREED = "taken over as agreed"


def apart(workspace: Workspace, case: Case, term: Term, sessions: Iterable[int]) -> list[Case]:
    """The case as each of ``sessions`` is to see it: without the term's cohorts that were agreed to for
    another session. Who agreed to one of these is free in this one."""
    held_in = _sessions_of(workspace, case, term)
    cases = []
    for number in sessions:
        left = tuple(
            each
            for each in case.exchanges
            if not _stands(each, term) or number in held_in.get(frozenset(each.member_ids), {number})
        )
        cases.append(replace(case, exchanges=left))
    return cases


def _stands(exchange: Exchange, term: Term) -> bool:
    """Whether it is a cohort of the term that was published, agreed to or held: it is not planned again."""
    return (
        exchange.term.name == term.name
        and exchange.structure is Structure.VIRTUAL
        and exchange.status in STANDING
    )


def _sessions_of(workspace: Workspace, case: Case, term: Term) -> dict[frozenset[str], frozenset[int]]:
    """The sessions that each cohort which was agreed to was planned for, by its members; without those that
    no plan of the term held. Where sessions were formed anew since, the latest plan that held it counts,
    with all that was made of it by hand: one that was agreed to is not planned again by a repair."""
    sought = {frozenset(each.member_ids) for each in case.exchanges if _stands(each, term)}
    found: dict[frozenset[str], frozenset[int]] = {}
    planned: defaultdict[frozenset[str], set[int]] = defaultdict(set)
    with workspace.store.read() as reading:
        for summary in reading.runs():  # the latest first
            if not sought - found.keys():
                break
            if (summary.kind, summary.term) != (RunKind.COHORTS, term.name):
                continue
            try:
                groups = _groups(reading.run(summary.id))
            except InputError:
                break  # of another version: what was agreed to before it counts in all sessions
            for each in groups & sought:
                planned[each].add(summary.origin.session)
            if summary.origin.way is Way.FORMED and summary.origin.session == 1:  # the first of its plan
                found = {each: frozenset(numbers) for each, numbers in planned.items()} | found
    return {each: frozenset(numbers) for each, numbers in planned.items()} | found


def _groups(run: Run) -> set[frozenset[str]]:
    """The members of each cohort of a run, by their ids."""
    problem, solution = loaded_cohorts(run)
    return {frozenset(problem.members[i].id for i in each.members) for each in solution.cohorts}


def decided_in(runs: Sequence[Run], count: int) -> list[Decisions]:
    """What staff decided by hand for each of ``count`` sessions that are formed anew; ``runs`` are the plan
    as it was. A pin holds in the session that it was made for, or in the last where there are fewer now: in
    all of them it would keep the two from meeting others. A session that is new has the bans of all."""
    own = {run.origin.session: run.origin.decisions for run in runs}
    bans = tuple(sorted({ban for each in own.values() for ban in each.bans}))
    without = tuple(sorted({one for each in own.values() for one in each.without}))
    decided = [replace(own.get(n, Decisions(bans=bans)), without=without) for n in range(1, count + 1)]
    moved = {pin for number, each in own.items() if number > count for pin in each.pins}
    last = decided[-1]
    # A ban takes back the pins of the two in all sessions: a pin that stands is the later word.
    decided[-1] = replace(
        last,
        pins=tuple(sorted({*last.pins, *moved})),
        bans=tuple(ban for ban in last.bans if ban not in moved),
    )
    return decided


def plan_sessions(
    workspace: Workspace,
    case: Case,
    term: Term,
    runs: Sequence[Run],
    decided: Sequence[Decisions],
    within: Limits,
    watch: Watch | None,
) -> list[Plan]:
    """A plan for each session, with what was ``decided`` for it; ``runs`` are the plan as it was.

    A session all of whose cohorts were agreed to is taken over as it is. The others are planned together
    where they are for the same people, so that few meet twice; whom somebody meets in a session that stands
    counts too, as long as no fewer are placed. Raises InfeasibleError where pins cannot be kept.
    """
    sessions = range(1, len(decided) + 1)
    cases = [case] if len(decided) == 1 else apart(workspace, case, term, sessions)
    agreed = {frozenset(each.member_ids) for each in case.exchanges if _stands(each, term)}
    met = {frozenset(pair) for group in agreed for pair in combinations(group, 2)}
    taken = _taken_over(runs, decided, agreed) if len(decided) > 1 else {}

    def given(number: int) -> tuple[frozenset[str], Decisions]:
        """What makes the problem of a session: who is settled in it, and what was decided."""
        return busy(cases[number - 1], term, Structure.VIRTUAL), decided[number - 1]

    open_ = [number for number in sessions if number not in taken]
    alike: dict[tuple[frozenset[str], Decisions], list[int]] = {}
    for number in open_:
        alike.setdefault(given(number), []).append(number)
    plans = dict(taken)
    for numbers in alike.values():
        problem = cohort_problem(workspace, cases[numbers[0] - 1], term, decided[numbers[0] - 1])
        share = replace(within, seconds=max(0.1, within.seconds * len(numbers) / len(open_)))
        made = _solved(problem, met if len(decided) > 1 else set(), len(numbers), share, watch)
        for number, plan in zip(numbers, made, strict=True):
            origin = replace(plan.origin, session=number, decisions=decided[number - 1])
            plans[number] = replace(plan, origin=origin)
            met |= _meetings(plan)
    return [plans[number] for number in sessions]


def _taken_over(
    runs: Sequence[Run], decided: Sequence[Decisions], agreed: set[frozenset[str]]
) -> dict[int, Plan]:
    """The plans of the sessions all of whose cohorts were agreed to, by the session."""
    found = {}
    for run in runs:
        number = run.origin.session
        if not agreed or number > len(decided):
            continue
        try:
            groups = _groups(run)
        except InputError:
            continue  # of another version
        if groups and groups <= agreed:
            origin = Origin(session=number, of=run.id, done=AS_AGREED, decisions=decided[number - 1])
            found[number] = Plan(*loaded_cohorts(run), origin)
    return found


def _solved(
    problem: Problem, met: set[frozenset[str]], count: int, within: Limits, watch: Watch | None
) -> list[Plan]:
    """Plans of ``problem`` for ``count`` sessions. Who ``met`` in another session is kept apart where that
    places as many as if it did not count."""
    barred = _with_met(problem, met)
    if barred == problem:
        return _rounds(problem, count, within, watch)
    half = replace(within, seconds=max(0.1, within.seconds / 2))
    try:
        plans = _rounds(barred, count, half, watch)
    except (InfeasibleError, TimeLimitError):  # with those who met kept apart
        return _rounds(problem, count, half, watch)
    if _placed(plans) == count * len(problem.members):
        return plans
    try:
        freely = _rounds(problem, count, half, watch)
    except TimeLimitError:
        return plans
    return max(plans, freely, key=_placed)


def _rounds(problem: Problem, count: int, within: Limits, watch: Watch | None) -> list[Plan]:
    if count == 1:
        return [Plan(problem, solve(problem, within, watch), Origin(limits=within))]
    rounds = solve_rounds(problem, count, within, watch)
    plans = []
    for number, solution in enumerate(rounds.solutions, start=1):
        given = {"sessions": count, "round": number, "repeats_bound": rounds.repeats_bound}
        plans.append(Plan(problem, solution, Origin(given=json.dumps(given), limits=within)))
    return plans


def _with_met(problem: Problem, met: set[frozenset[str]]) -> Problem:
    """The problem with those who ``met``, by their ids, kept apart as well."""
    index = {member.id: i for i, member in enumerate(problem.members)}
    pairs = (sorted(index[one] for one in pair) for pair in met if pair <= index.keys())
    why = dict.fromkeys(((a, b) for a, b in pairs), HAVE_MET)
    why |= dict(zip(problem.apart, problem.apart_why, strict=True))
    apart = tuple(sorted(why))
    return replace(problem, apart=apart, apart_why=tuple(why[pair] for pair in apart))


def _placed(plans: Sequence[Plan]) -> int:
    return sum(solution.placed for solution in map(solution_of, plans))


def solution_of(plan: Plan) -> Solution:
    """The solution of a plan of cohorts."""
    assert isinstance(plan.solution, Solution)
    return plan.solution


def _meetings(plan: Plan) -> set[frozenset[str]]:
    """Who meets whom in a plan, by their ids."""
    assert isinstance(plan.problem, Problem)
    ids = [member.id for member in plan.problem.members]
    return {
        frozenset((ids[a], ids[b]))
        for each in solution_of(plan).cohorts
        for a, b in combinations(each.members, 2)
    }

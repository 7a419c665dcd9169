"""One change of a cohort plan by hand, and what it does, at once: nothing else is planned anew."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from matcher.cohorts import check
from matcher.cohorts import desk as desks
from matcher.cohorts.problem import BAN, Cohort, Problem, Solution
from matcher.errors import InputError
from matcher.optimize import Status, grade
from matcher.outcome import Change, ChangeKind, Verdict


@dataclass(frozen=True, slots=True)
class Adjusted:
    """``problem`` with the pin or ban of the change written in. Where the verdict names a broken rule,
    ``solution`` is None and ``problem`` as it was."""

    problem: Problem
    solution: Solution | None
    verdict: Verdict


def adjust(problem: Problem, solution: Solution, change: Change) -> Adjusted:
    """``solution`` with one change made, and the verdict on it.

    ``pin``: ``one`` joins the cohort of ``other``; where ``other`` waits, ``other`` joins that of
    ``one``. ``ban``: ``one`` leaves the cohort it shares with ``other`` for the waitlist; a pin of the
    two is lifted. ``move``: ``one`` goes to cohort number ``to`` of ``solution.cohorts``, -1 for the
    waitlist. ``swap``: the two exchange cohorts, or one its cohort for the waitlist. A cohort keeps its
    hour, facilitator and topic where they suit its new members, and gets others where they do not.
    Cohorts keep their numbers.

    Raises InputError where the change names no such member or cohort, or ``solution`` breaks a rule.
    """
    began = time.perf_counter()
    _check(problem, solution, change)
    home = {i: number for number, cohort in enumerate(solution.cohorts) for i in cohort.members}
    moves = _moves(change, home)
    now = _written(problem, change)
    d = desks.desk(now)
    groups = [list(cohort.members) for cohort in solution.cohorts]
    for member, to in moves.items():
        if member in home:
            groups[home[member]].remove(member)
        if to >= 0:
            groups[to].append(member)
    groups = [sorted(group) for group in groups]
    touched = sorted({*moves.values(), *(home[i] for i in moves if i in home)} - {-1})
    broken = [text for number in touched for text in desks.broken(d, number, groups[number])]
    cohorts = list(solution.cohorts)
    broken += _settle(d, cohorts, groups, touched)
    broken += desks.parted(d, groups)
    if change.kind == ChangeKind.PIN and change.one not in home and change.other not in home:
        broken.append("Both wait: move one of them into a cohort first.")

    placed, worst = sum(map(len, groups)), desks.worst(d, groups)
    objective = solution.objective + sum(
        desks.value(d, groups[number]) - desks.value(d, solution.cohorts[number].members)
        for number in touched
    )
    before = desks.worst(d, [cohort.members for cohort in solution.cohorts])
    verdict = Verdict(
        broken=tuple(dict.fromkeys(broken)),
        placed=placed,
        placed_change=placed - solution.placed,
        objective=objective,
        objective_change=objective - solution.objective,
        worst=worst,
        worst_change=(worst or 0) - (before or 0),
    )
    if broken:
        return Adjusted(problem, None, verdict)
    by_hand = {i for i, to in moves.items() if to < 0}
    changed = _solution(d, solution, cohorts, verdict, by_hand, opened=_opened(problem, now))
    changed = replace(changed, seconds=time.perf_counter() - began)
    wrong = check.violations(now, changed)
    assert not wrong, f"{len(wrong)} rules broken, first: {wrong[0]}"
    return Adjusted(now, changed, verdict)


def _check(problem: Problem, solution: Solution, change: Change) -> None:
    wrong = check.violations(problem, solution)
    if wrong:
        raise InputError(
            f"The plan breaks {len(wrong)} rules of its problem already: "
            f"{wrong[0].where} {wrong[0].message}.",
            cure="Repair it first.",
        )
    n, count = len(problem.members), len(solution.cohorts)
    both = change.kind != ChangeKind.MOVE
    for member in (change.one, change.other) if both else (change.one,):
        if not 0 <= member < n:
            raise InputError(f"There is no member {member}.", cure=f"Name one from 0 to {n - 1}.")
    if both and change.one == change.other:
        raise InputError(
            f"Member '{problem.members[change.one].id}' is named twice.", cure="Name two members."
        )
    if not both and not -1 <= change.to < count:
        raise InputError(
            f"There is no cohort {change.to}.",
            cure=f"Name one from 0 to {count - 1}, or -1 for the waitlist.",
        )


def _moves(change: Change, home: dict[int, int]) -> dict[int, int]:
    """Where the change puts whom: cohort numbers, -1 for the waitlist; without those who stay."""
    one, other = change.one, change.other
    mine, theirs = home.get(one, -1), home.get(other, -1)
    moves = {}
    if change.kind == ChangeKind.PIN:
        moves = {one: theirs} if theirs >= 0 else {other: mine}
    elif change.kind == ChangeKind.BAN and mine == theirs:
        moves = {one: -1}
    elif change.kind == ChangeKind.MOVE:
        moves = {one: change.to}
    elif change.kind == ChangeKind.SWAP:
        moves = {one: theirs, other: mine}
    return {member: to for member, to in moves.items() if to != home.get(member, -1)}


def _written(problem: Problem, change: Change) -> Problem:
    """``problem`` with the pin or ban of ``change``."""
    pair = (min(change.one, change.other), max(change.one, change.other))
    if change.kind == ChangeKind.PIN and pair not in problem.together:
        return replace(problem, together=tuple(sorted((*problem.together, pair))))
    if change.kind == ChangeKind.BAN:
        why = dict(zip(problem.apart, problem.apart_why, strict=True)) | {pair: BAN}
        apart = tuple(sorted(why))
        together = tuple(each for each in problem.together if each != pair)
        return replace(problem, apart=apart, apart_why=tuple(why[each] for each in apart), together=together)
    return problem


def _opened(problem: Problem, now: Problem) -> bool:
    """Whether ``now`` allows plans that ``problem`` did not: a pin lets two meet who have met, or one was
    lifted."""
    lifted = set(problem.together) - set(now.together)
    return bool(lifted) or not check.kept_apart(problem).keys() <= check.kept_apart(now).keys()


def _settle(
    d: desks.Desk, cohorts: list[Cohort], groups: Sequence[Sequence[int]], touched: Sequence[int]
) -> list[str]:
    """Give the ``touched`` cohorts their new members, with hours and facilitators; what hinders it."""
    others = [cohort for number, cohort in enumerate(cohorts) if number not in touched]
    options = [list(desks.places(d, cohorts[number], groups[number], others)) for number in touched]
    hindered = [
        desks.no_hour(d, number, groups[number])
        for number, found in zip(touched, options, strict=True)
        if not found
    ]
    if hindered:
        return hindered
    for chosen in product(*options):
        taken = [(one.facilitator, one.hour) for one in chosen if one.facilitator]
        if len(set(taken)) == len(taken):
            for number, cohort in zip(touched, chosen, strict=True):
                cohorts[number] = cohort
            return []
    names = " and ".join(str(number + 1) for number in touched)
    return [f"No facilitator is free for both of cohorts {names}."]


def _solution(
    d: desks.Desk,
    before: Solution,
    cohorts: Sequence[Cohort],
    verdict: Verdict,
    by_hand: set[int],
    *,
    opened: bool,
) -> Solution:
    """The plan with every figure recomputed. The old bounds hold where the change only rules plans out
    (it has not ``opened`` any), that of the value for the same number of members placed."""
    same = verdict.placed == before.placed and not opened
    n = len(d.problem.members)
    bound = min(desks.value_bound(d, verdict.placed), before.bound if same else 2**62)
    placed_bound = n if opened else before.placed_bound
    proven = (verdict.placed, verdict.objective) == (placed_bound, bound)
    return replace(
        before,
        cohorts=tuple(cohorts),
        waitlist=desks.waitlist(d, cohorts, by_hand=by_hand),
        objective=verdict.objective,
        bound=bound,
        placed=verdict.placed,
        placed_bound=placed_bound,
        gap=grade(verdict.objective, bound).gap,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        baselines=(),
    )

"""Why not these two in one cohort: what cohorts have to say to :mod:`matcher.explain.whynot`."""

from __future__ import annotations

from dataclasses import replace

from matcher.cohorts import check, model
from matcher.cohorts.problem import BAN, MET, VALUE_SCALE, Problem, Solution
from matcher.explain.measure import PLACED, POINTS, Aim
from matcher.explain.people import names
from matcher.explain.words import Words, counted, listed
from matcher.optimize import Limits
from matcher.outcome import Moved
from matcher.watch import Watch

SCALE = VALUE_SCALE
Group = tuple[int, ...]


def solve(problem: Problem, limits: Limits, watch: Watch | None, start: Solution | None) -> Solution:
    given = None if start is None else groups(start)
    return model.solve(problem, limits, watch, start=given)


def groups(solution: Solution) -> tuple[Group, ...]:
    return tuple(cohort.members for cohort in solution.cohorts)


def aims(solution: Solution) -> tuple[Aim, ...]:
    return (
        Aim(PLACED, solution.placed, solution.placed_bound),
        Aim(POINTS, solution.objective, solution.bound),
    )


def figures(problem: Problem, solution: Solution) -> tuple[int, int]:
    return check.placed(solution), check.objective(problem, solution)


def matched(solution: Solution, one: int, other: int) -> bool:
    return any(one in group and other in group for group in groups(solution))


def pair_of(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def pinned(problem: Problem, one: int, other: int) -> Problem:
    return replace(problem, together=tuple(sorted({*problem.together, pair_of(one, other)})))


def banned(problem: Problem, one: int, other: int) -> Problem:
    """Kept apart: the pin of the two is taken away, and where others hold them together, it clashes."""
    pair = pair_of(one, other)
    free = replace(problem, together=tuple(each for each in problem.together if each != pair))
    return with_bans(free, [pair])


def with_bans(problem: Problem, pairs: list[tuple[int, int]]) -> Problem:
    apart = dict(zip(problem.apart, problem.apart_why, strict=True)) | dict.fromkeys(pairs, BAN)
    kept = tuple(sorted(apart))
    return replace(problem, apart=kept, apart_why=tuple(apart[pair] for pair in kept))


def barred_hard(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that even a pin does not override."""
    first, second = names(problem, one, other, words)
    a, b, rules = problem.members[one], problem.members[other], problem.rules
    found = []
    if check.kept_apart(problem).get(pair_of(one, other)) == BAN:
        found.append(f"Staff keep {first} and {second} apart.")
    for name, most, mine, its in (
        ("organization", rules.per_organization, a.organization_id, b.organization_id),
        ("state", rules.per_state, a.state, b.state),
    ):
        if mine and mine == its and most < 2:
            found.append(
                f"{first} and {second} are of one {name}, of which a cohort takes {counted(most, 'member')}."
            )
    if not check.shared_hours(problem, [a, b]):
        staff = " at which a facilitator is free" if problem.facilitators else ""
        found.append(
            f"{first} and {second} have no hour in common{staff} ({first} offers "
            f"{counted(len(a.hours), 'hour')}, {second} {counted(len(b.hours), 'hour')})."
        )
    return tuple(found)


def overridden(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that a pin would override."""
    if check.kept_apart(problem).get(pair_of(one, other)) != MET:
        return ()
    first, second = names(problem, one, other, words)
    return (f"{first} and {second} met in an earlier term, or are a pair of this term.",)


def moved(before: Solution, after: Solution) -> tuple[Moved, ...]:
    """Those who change cohorts, come in or drop out; cohorts that have most members in common are the
    same one."""
    old, new = groups(before), groups(after)
    same = _same(old, new)
    home = {i: number for number, group in enumerate(old) for i in group}
    then = {i: number for number, group in enumerate(new) for i in group}

    def mates(plan: tuple[Group, ...], at: dict[int, int], one: int) -> Group:
        return tuple(i for i in plan[at[one]] if i != one) if one in at else ()

    return tuple(
        Moved(one, mates(old, home, one), mates(new, then, one))
        for one in sorted({*home, *then})
        if one not in home or one not in then or same.get(then[one]) != home[one]
    )


def _same(old: tuple[Group, ...], new: tuple[Group, ...]) -> dict[int, int]:
    """Which new cohort goes on which old one, so that the most members stay."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    home = {i: number for number, group in enumerate(old) for i in group}
    stay = np.zeros((len(new), len(old)), np.int64)
    for number, group in enumerate(new):
        for i in group:
            if i in home:
                stay[number, home[i]] += 1
    rows, columns = linear_sum_assignment(stay, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if stay[row, column]}


def cause(problem: Problem, one: int, other: int, moved: tuple[Moved, ...], words: Words) -> str:
    """What the two give up: ``"it takes Ben from the cohort of Cy, Dee and 4 others"``."""
    given_up = [
        f"{words.name(problem.members[move.member].id)} from the cohort of "
        f"{_mates(problem, move.before, words)}"
        for move in moved
        if move.member in (one, other) and move.before
    ]
    return f"it takes {' and '.join(given_up)}" if given_up else ""


def tell(problem: Problem, moved: Moved, words: Words) -> str:
    """What becomes of a member, in a sentence."""
    name = words.name(problem.members[moved.member].id)
    before, after = (_mates(problem, group, words) for group in (moved.before, moved.after))
    if not moved.after:
        return f"{name} waits, no longer in the cohort of {before}."
    if not moved.before:
        return f"{name} no longer waits, and joins {after}."
    return f"{name} leaves the cohort of {before}, and joins {after}."


def _mates(problem: Problem, group: Group, words: Words) -> str:
    return listed(words.name(problem.members[i].id) for i in group)

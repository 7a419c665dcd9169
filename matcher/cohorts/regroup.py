"""Some members of a draft grouped anew, as a small problem of its own, beside the cohorts that stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from matcher.cohorts.desk import WEEK
from matcher.cohorts.draft import Case, Draft
from matcher.cohorts.problem import Cohort, Facilitator, Problem
from matcher.optimize import Limits
from matcher.watch import Watch


def regrouped(
    case: Case, draft: Draft, members: Sequence[int], limits: Limits, watch: Watch | None
) -> tuple[list[Cohort], bool]:
    """Cohorts of ``members``, at hours and with facilitators that the cohorts of ``draft`` leave; and
    whether the clock or the caller cut the search for them short.

    Raises InfeasibleError where pins among them clash. Which topics carry the practice duty is counted
    among all members of the problem: a cohort that does not stand by that count is left out.
    """
    from matcher.cohorts.model import solve

    problem = case.problem
    if len(members) < problem.rules.min_size:
        return [], False
    small = part(problem, draft.cohorts, sorted(members))
    if problem.facilitators and not small.facilitators:
        return [], False
    found = solve(small, limits, None if watch is None else Watch(stop=watch.stopped))
    numbers = sorted(members)
    cohorts = (replace(one, members=tuple(numbers[i] for i in one.members)) for one in found.cohorts)
    return [one for one in cohorts if case.stands(one.members, one.hour)], found.cut_short


def part(problem: Problem, beside: Collection[Cohort], numbers: Sequence[int]) -> Problem:
    """``problem`` of the members ``numbers`` alone; facilitators are busy with the cohorts ``beside``."""
    index = {i: number for number, i in enumerate(numbers)}
    busy: dict[str, set[int | None]] = {}
    for cohort in beside:
        if cohort.members:
            busy.setdefault(cohort.facilitator, set()).add(cohort.hour)
    staff = []
    for one in problem.facilitators:
        left = (frozenset(one.hours) or WEEK) - busy.get(one.id, set())
        if one.id not in busy:
            staff.append(one)
        elif left:
            staff.append(Facilitator(one.id, tuple(sorted(hour for hour in left if hour is not None))))
    pairs = [
        (pair, why)
        for pair, why in zip(problem.apart, problem.apart_why, strict=True)
        if pair[0] in index and pair[1] in index
    ]
    return replace(
        problem,
        members=tuple(problem.members[i] for i in numbers),
        affinities=tuple(
            (index[i], index[j], points) for i, j, points in problem.affinities if i in index and j in index
        ),
        apart=tuple((index[i], index[j]) for (i, j), _ in pairs),
        apart_why=tuple(why for _, why in pairs),
        facilitators=tuple(staff),
        together=tuple((index[i], index[j]) for i, j in problem.together if i in index and j in index),
    )

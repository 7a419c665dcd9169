"""Plans of an earlier day, and the best repair by trying every one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from build_cohorts import cohorts_of, plan, random_problem
from matcher.cohorts import check
from matcher.cohorts.problem import Cohort, Problem
from matcher.cohorts.regroup import part

Group = tuple[int, ...]


def only(problem: Problem, numbers: Sequence[int]) -> Problem:
    """``problem`` of the members ``numbers`` alone."""
    return part(problem, (), numbers)


def carried(before: Sequence[Cohort], numbers: Sequence[int], now: Sequence[int]) -> tuple[Cohort, ...]:
    """``before``, of the members ``numbers``, in indices of a problem of the members ``now``."""
    index = {member: i for i, member in enumerate(now)}
    return tuple(
        replace(
            cohort,
            members=tuple(sorted(index[numbers[i]] for i in cohort.members if numbers[i] in index)),
        )
        for cohort in before
    )


def drawn(seed: int, count: int) -> tuple[Problem, list[int], list[int]]:
    """A problem, those who were there before, and those who are there now: some of both."""
    draw = random.Random(seed)
    problem = random_problem(seed, count)
    gone = draw.sample(range(count), draw.randint(1, 2))
    new = [i for i in draw.sample(range(count), draw.randint(0, 3)) if i not in gone]
    return problem, [i for i in range(count) if i not in new], [i for i in range(count) if i not in gone]


def best_repair(problem: Problem, old: Sequence[Cohort]) -> tuple[int, int, int]:
    """Fewest changes, most placed with them, most value with both: by trying every plan in which cohorts
    keep their hour and facilitator, or are new at an hour with room."""
    best: tuple[int, int, int] = (10**9, 0, 0)
    had = {i for cohort in old for i in cohort.members}
    for groups in _disjoint(cohorts_of(problem), ()):
        rank = (
            sum(map(len, groups)),
            check.objective(problem, plan(problem, *(Cohort(g, None) for g in groups))),
        )
        for places in product(range(-1, len(old)), repeat=len(groups)):
            kept = [c for c in places if c >= 0]
            if len(set(kept)) == len(kept) and _fits(problem, old, groups, places):
                stay = sum(
                    len(set(group) & set(old[c].members))
                    for group, c in zip(groups, places, strict=True)
                    if c >= 0
                )
                best = min(best, (len(had) - stay, -rank[0], -rank[1]))
    return best[0], -best[1], -best[2]


def _disjoint(groups: list[Group], chosen: tuple[Group, ...]) -> Iterator[tuple[Group, ...]]:
    yield chosen
    for number, group in enumerate(groups):
        rest = [other for other in groups[number + 1 :] if not set(group) & set(other)]
        yield from _disjoint(rest, (*chosen, group))


def _fits(problem: Problem, old: Sequence[Cohort], groups: Sequence[Group], places: Sequence[int]) -> bool:
    taken: set[tuple[str, int | None]] = set()
    fresh = []
    for group, c in zip(groups, places, strict=True):
        if c < 0:
            fresh.append(group)
            continue
        cohort = old[c]
        hours = [problem.members[i].hours for i in group]
        if any(given and cohort.hour not in given for given in hours):
            return False
        taken.add((cohort.facilitator, cohort.hour))
    if not problem.facilitators:
        return True
    named = {h for one in (*problem.members, *problem.facilitators) for h in one.hours} | {0, 41}
    options = [
        sorted(check.shared_hours(problem, [problem.members[i] for i in group]) & named) for group in fresh
    ]
    for hours in product(*options):
        room = {
            hour: sum(not one.hours or hour in one.hours for one in problem.facilitators)
            - sum(h == hour for _, h in taken)
            for hour in hours
        }
        if all(hours.count(hour) <= room[hour] for hour in hours):
            return True
    return not fresh

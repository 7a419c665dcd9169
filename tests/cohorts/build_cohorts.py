"""Small cohort problems, plans by hand, and the best plan by trying every one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product

from matcher.cohorts import check
from matcher.cohorts.problem import (
    BAN,
    MET,
    Cohort,
    CohortMember,
    CohortRules,
    Facilitator,
    Problem,
    Solution,
)
from matcher.optimize import Status, grade

Group = tuple[int, ...]


def members(count: int, **given: object) -> tuple[CohortMember, ...]:
    """Members free at any hour, of no state; a tuple of ``given`` holds one entry a member."""
    made = []
    for i in range(count):
        fields = {name: values[i] for name, values in given.items()}  # type: ignore[index]
        made.append(CohortMember(f"m{i}", **fields))
    return tuple(made)


def plan(problem: Problem, *cohorts: Cohort, **changed: object) -> Solution:
    """A solution with these cohorts, everybody else waiting, and figures that are right."""
    seated = {i for cohort in cohorts for i in cohort.members}
    waiting = tuple((i, "left over") for i in range(len(problem.members)) if i not in seated)
    bare = Solution(cohorts, waiting, 0, 0, 0, 0, 0.0, Status.OPTIMAL, 0.0)
    value, placed = check.objective(problem, bare), len([i for cohort in cohorts for i in cohort.members])
    fields = {
        "cohorts": cohorts,
        "waitlist": waiting,
        "objective": value,
        "bound": value,
        "placed": placed,
        "placed_bound": placed,
        "gap": grade(value, value).gap,
        "status": Status.OPTIMAL,
        "seconds": 0.0,
        **changed,
    }
    return Solution(**fields)  # type: ignore[arg-type]


def random_problem(seed: int, count: int | None = None, *, large: bool = False) -> Problem:
    """All rules switched on. Small ones have up to 7 members and cohorts of 2 to 5."""
    draw = random.Random(seed)
    n = draw.randint(2, 7) if count is None else count
    low = draw.randint(2, 3)
    rules = CohortRules(
        min_size=5 if large else low,
        max_size=8 if large else low + draw.randint(0, 2),
        per_state=draw.randint(1, 3),
        per_organization=draw.randint(1, 2),
        practice=draw.random() < 0.7,
    )
    if large:
        rules = CohortRules()
    hours = [h + day * 24 for day in range(3) for h in (15, 16)] if large else [15, 16, 40, 160]
    states, organizations = (["", *(f"s{i}" for i in range(25 if large else 3))], n // 2 + 2)

    def some(values: list[str], most: int) -> tuple[str, ...]:
        return tuple(sorted(draw.sample(values, draw.randint(0, most))))

    topics = [f"t{i}" for i in range(max(3, n // 10))]
    people = tuple(
        CohortMember(
            f"m{i}",
            draw.choice(["", *(f"o{k}" for k in range(organizations))]),
            draw.choice(states),
            tuple(sorted(draw.sample(hours, draw.randint(2, 4)))) if draw.random() < 0.8 else (),
            some(topics, 2),
            some(topics, 2) if draw.random() < 0.6 else (),
        )
        for i in range(n)
    )
    pairs = list(combinations(range(n), 2))
    apart = tuple(pair for pair in pairs if draw.random() < (0.03 if large else 0.12))
    staff = draw.choice([0, 0, 1, 2]) if not large else draw.choice([0, 3, 5])
    return Problem(
        people,
        tuple((i, j, draw.randint(1, 1000)) for i, j in pairs if draw.random() < 0.7),
        apart,
        tuple(draw.choice([BAN, MET]) for _ in apart),
        rules,
        tuple(
            Facilitator(f"f{i}", tuple(sorted(draw.sample(hours, 2))) if draw.random() < 0.8 else ())
            for i in range(staff)
        ),
    )


def allowed(problem: Problem, group: Group) -> bool:
    """Whether ``group`` may be a cohort, facilitators' capacity apart."""
    rules, people = problem.rules, [problem.members[i] for i in group]
    states = Counter(one.state for one in people if one.state)
    organizations = Counter(one.organization_id for one in people if one.organization_id)
    return (
        rules.min_size <= len(group) <= rules.max_size
        and max(states.values(), default=0) <= rules.per_state
        and max(organizations.values(), default=0) <= rules.per_organization
        and not any(pair in check.kept_apart(problem) for pair in combinations(group, 2))
        and bool(check.shared_hours(problem, people))
        and bool(check.topics_allowed(people, check.practice_duty(problem)))
    )


def cohorts_of(problem: Problem) -> list[Group]:
    """Every cohort the rules allow."""
    n, rules = len(problem.members), problem.rules
    return [
        group
        for size in range(rules.min_size, rules.max_size + 1)
        for group in combinations(range(n), size)
        if allowed(problem, group)
    ]


def best_plan(problem: Problem) -> tuple[int, int] | None:
    """Members placed and value of the best plan, by trying all plans; None where pins leave none."""
    groups = cohorts_of(problem)
    return max(
        ((sum(map(len, chosen)), _value(problem, chosen)) for chosen in _disjoint(groups, ())
         if _hours_fit(problem, chosen) and _pins_kept(problem, chosen)),
        default=None,
    )  # fmt: skip


def _pins_kept(problem: Problem, chosen: tuple[Group, ...]) -> bool:
    return all(any({i, j} <= set(group) for group in chosen) for i, j in problem.together)


def _disjoint(groups: list[Group], chosen: tuple[Group, ...]) -> Iterator[tuple[Group, ...]]:
    yield chosen
    for number, group in enumerate(groups):
        rest = [other for other in groups[number + 1 :] if not set(group) & set(other)]
        yield from _disjoint(rest, (*chosen, group))


def _value(problem: Problem, chosen: tuple[Group, ...]) -> int:
    return check.objective(problem, plan(problem, *(Cohort(group, None) for group in chosen)))


def _hours_fit(problem: Problem, chosen: tuple[Group, ...]) -> bool:
    if not problem.facilitators:
        return True
    named = {h for one in (*problem.members, *problem.facilitators) for h in one.hours} | {0}
    options = [
        sorted(check.shared_hours(problem, [problem.members[i] for i in group]) & named) for group in chosen
    ]
    return any(
        all(
            used <= sum(not one.hours or hour in one.hours for one in problem.facilitators)
            for hour, used in Counter(hours).items()
        )
        for hours in product(*options)
    )

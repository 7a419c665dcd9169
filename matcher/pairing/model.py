"""Pairs, solved to the proven optimum in two stages: most members placed, then the most affinity."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import numpy as np

from matcher.errors import InfeasibleError
from matcher.optimize import ContradictionError, Limits, Status, grade, log_solve
from matcher.pairing.check import (
    Bars,
    able_facilitators,
    barred,
    objective,
    placed,
    shared_hours,
    violations,
)
from matcher.pairing.problem import Pair, Problem, Solution
from matcher.pairing.programme import Edges, Ints, Programme, build
from matcher.pairing.reasons import waitlist


def solve(problem: Problem, limits: Limits | None = None) -> Solution:
    """The best plan, with the bounds that prove it.

    Raises InfeasibleError where the pinned pairs clash with a rule. A plan is returned even where
    time runs out: its bounds then say how far from the best it may be.
    """
    from matcher.pairing.relax import maximise, with_row

    limits = limits or Limits()
    started = time.perf_counter()
    _refuse_bad_pins(problem)
    programme = build(problem)
    if not len(programme.edges.affinity):
        return _finish(problem, (), placed_bound=0, bound=0, started=started)
    try:
        most, programme = maximise(programme, programme.placed, limits, started)
        x = _greedy(problem, programme) if most.x is None else most.x
        floored = with_row(programme, -programme.placed, -int(programme.placed @ x))
        best, _ = maximise(floored, programme.points, limits, started, known=x)
    except ContradictionError:
        raise InfeasibleError(
            f"The {len(problem.pins)} pinned pairs do not all fit what the facilitators can convene.",
            cure="Raise a facilitator's number of pairs, add hours, or take a pin away.",
        ) from None
    pairs = _pairs(problem, programme.edges, x if best.x is None else best.x)
    return _finish(problem, pairs, placed_bound=most.bound, bound=best.bound, started=started)


def _pairs(problem: Problem, edges: Edges, x: Ints) -> tuple[Pair, ...]:
    """The chosen pairs with a facilitator and the first hour that suits all of them."""
    chosen = np.flatnonzero(x[: len(edges.affinity)])
    staff = staffing(problem, [edges.class_members[edges.classes[edge]] for edge in chosen])
    pairs = []
    for edge, facilitator in zip(chosen, staff, strict=True):
        a, b = (int(end) for end in edges.ends[edge])
        hours = shared_hours(problem, a, b)
        name = ""
        if facilitator is not None:
            name = problem.facilitators[facilitator].id
            free = frozenset(problem.facilitators[facilitator].hours)
            hours = (hours & free if free else hours) if hours is not None else (free or None)
        pairs.append(Pair(a, b, int(edges.affinity[edge]), min(hours) if hours else None, name))
    return tuple(pairs)


def staffing(problem: Problem, able: Sequence[tuple[int, ...]]) -> list[int | None]:
    """A facilitator for each pair, given those able to convene it, so that loads are even.

    The first seat of a facilitator costs 1, the second 3, the third 5: the least total is the
    least sum of squared loads. None for every pair where the problem has no facilitators.
    Raises ContradictionError where they cannot all be convened.
    """
    from scipy.optimize import linear_sum_assignment

    if not problem.facilitators or not able:
        return [None] * len(able)
    seats = [
        (each, k) for each, f in enumerate(problem.facilitators) for k in range(min(f.capacity, len(able)))
    ]
    cost = np.full((len(able), len(seats)), np.inf)
    for column, (facilitator, k) in enumerate(seats):
        for row, names in enumerate(able):
            if facilitator in names:
                cost[row, column] = 2 * k + 1
    if len(seats) < len(able):
        raise ContradictionError
    try:
        rows, columns = linear_sum_assignment(cost)
    except ValueError:  # scipy's word for "no assignment"
        raise ContradictionError from None
    found: list[int | None] = [None] * len(able)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[row] = seats[column][0]
    return found


def _greedy(problem: Problem, programme: Programme) -> Ints:
    """A plan for when time ran out first: pins, then the best pair that still fits."""
    edges = programme.edges
    x = np.zeros(len(programme.points), dtype=np.int64)
    left = programme.capacity.copy()
    seats = [each.capacity for each in problem.facilitators]
    for edge in np.lexsort((-edges.affinity, ~edges.pinned)):
        able = [f for f in edges.class_members[edges.classes[edge]] if seats[f] > 0]
        ends = edges.ends[edge]
        if left[ends].min() <= 0 or (problem.facilitators and not able):
            continue
        if able:
            seats[max(able, key=lambda f: seats[f])] -= 1
        left[ends] -= 1
        x[edge] = 1
    several = np.flatnonzero(programme.capacity > 1)
    first = len(edges.affinity)
    x[first : first + len(several)] = left[several] < programme.capacity[several]
    return x


def _refuse_bad_pins(problem: Problem) -> None:
    bars = Bars.of(problem)
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    pins: Counter[int] = Counter()
    for pin in sorted(bars.pins):
        names = " and ".join(problem.members[index].id for index in pin)
        pins.update(pin)
        rule = barred(problem, bars, *pin, known.get(pin, 0))
        if rule:
            cause = {"organization": "they are of one organization", "ban": "a ban bars them"}
            raise InfeasibleError(
                f"The pinned pair {names} cannot be: {cause.get(rule, 'they share no hour')}.",
                cure="Take the pin away, or mend what bars it.",
            )
        hours = shared_hours(problem, *pin)
        if problem.facilitators and not able_facilitators(problem, hours):
            raise InfeasibleError(
                f"No facilitator can convene the pinned pair {names} at an hour that suits both.",
                cure="Add hours or a facilitator, or take the pin away.",
            )
    for index, count in sorted(pins.items()):
        wanted = problem.members[index].wanted
        if count > wanted:
            raise InfeasibleError(
                f"{problem.members[index].id} has {count} pinned pairs and wants {wanted}.",
                cure="Raise its wished number or take a pin away.",
            )


def _finish(
    problem: Problem, pairs: Sequence[Pair], *, placed_bound: int, bound: int, started: float
) -> Solution:
    """Recompute every figure from the problem, and refuse a plan with a violation."""
    seconds = time.perf_counter() - started
    draft = Solution(tuple(pairs), (), 0, 0, 0, 0, 0.0, Status.FEASIBLE, 0.0)
    value, count = objective(problem, draft), placed(draft)
    total = grade(value, bound)
    proven = total.status == Status.OPTIMAL and count == placed_bound
    solution = Solution(
        pairs=tuple(pairs),
        waitlist=waitlist(problem, tuple(pairs)),
        placed=count,
        placed_bound=placed_bound,
        objective=value,
        bound=bound,
        gap=total.gap,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        seconds=seconds,
    )
    broken = violations(problem, solution)
    if broken:
        raise AssertionError(f"a plan with {len(broken)} violations, first: {broken[0]}")
    sizes = {"members": len(problem.members), "candidates": len(problem.candidates), "pairs": len(pairs)}
    log_solve("pairs", sizes, objective=value, bound=solution.bound, seconds=seconds)
    return solution

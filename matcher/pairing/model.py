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
from matcher.pairing.programme import Edges, Floats, Ints, Programme, build
from matcher.pairing.reasons import waitlist
from matcher.pairing.staff import Roster, staffing


def solve(problem: Problem, limits: Limits | None = None) -> Solution:
    """The best plan, with the bounds that prove it.

    Raises InfeasibleError where the pinned pairs clash with a rule or with each other. Nothing else
    can be infeasible. A plan is returned even where time runs out: its bounds then say how far from
    the best it may be.
    """
    from matcher.pairing.relax import Best, maximise, relax, with_row

    limits = limits or Limits()
    started = time.perf_counter()
    _refuse_bad_pins(problem)
    programme = build(problem)
    if not len(programme.edges.affinity):
        return _finish(problem, (), placed_bound=0, bound=0, started=started)
    ceiling = relax(programme, programme.placed, limits, started)
    programme = ceiling.programme
    # No more members are placed than can be by themselves, whatever the relaxation proves.
    most = min(ceiling.proof.bound, int((programme.capacity > 0).sum()))
    best: Best | None = None
    while best is None and not ceiling.cut_short:
        floored = with_row(programme, -programme.placed, -most)
        try:
            best, _ = maximise(floored, programme.points, limits, started, known=ceiling.x)
        except ContradictionError:  # proven: no plan places so many
            most -= 1
    if best is not None and best.x is not None and best.proven:
        x, bound = best.x, best.bound
    else:
        starts = [None, ceiling.x, None if best is None else best.x]
        x = max((_filled(problem, programme, start) for start in starts), key=programme.worth)
        floor, _ = programme.worth(x)
        if best is not None and floor == most:
            bound = best.bound
        else:
            lowered = with_row(programme, -programme.placed, -floor)
            bound = relax(lowered, programme.points, limits, started, known=x).proof.bound
    pairs = _pairs(problem, programme.edges, x)
    return _finish(problem, pairs, placed_bound=most, bound=bound, started=started)


def _pairs(problem: Problem, edges: Edges, x: Ints) -> tuple[Pair, ...]:
    """The chosen pairs with a facilitator and the first hour that suits all of them."""
    chosen = np.flatnonzero(x[: len(edges.affinity)])
    able = [edges.class_members[edges.classes[edge]] for edge in chosen]
    staff = staffing(problem, able) if problem.facilitators else [None] * len(able)
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


def _filled(problem: Problem, programme: Programme, x: Floats | Ints | None) -> Ints:
    """A plan that no pair can be added to: the pins, the pairs near 1 in ``x``, the best that fit."""
    edges = programme.edges
    given = np.zeros(len(edges.affinity), dtype=bool) if x is None else x[: len(edges.affinity)] > 0.5
    full = np.zeros(len(programme.points), dtype=np.int64)
    left = programme.capacity.copy()
    roster = Roster([each.capacity for each in problem.facilitators])
    for edge in np.lexsort((-edges.affinity, ~given, ~edges.pinned)):
        ends = edges.ends[edge]
        if left[ends].min() <= 0:
            continue
        if problem.facilitators and not roster.add(edges.class_members[edges.classes[edge]]):
            continue
        left[ends] -= 1
        full[edge] = 1
    several = np.flatnonzero(programme.capacity > 1)
    first = len(edges.affinity)
    full[first : first + len(several)] = left[several] < programme.capacity[several]
    return full


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
    if problem.facilitators:
        able = [able_facilitators(problem, shared_hours(problem, *pin)) for pin in sorted(bars.pins)]
        try:
            staffing(problem, able)
        except ContradictionError:
            raise InfeasibleError(
                f"The facilitators cannot convene all of the {len(able)} pinned pairs.",
                cure="Raise a facilitator's number of pairs, add hours, or take a pin away.",
            ) from None


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
        waitlist=waitlist(problem, tuple(pairs), proven=proven),
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

"""From chosen pairs to a solution that has been checked."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from matcher.optimize import log_solve
from matcher.outcome import Baseline, Stage
from matcher.pairing.check import (
    PLACED,
    TOTAL,
    able_facilitators,
    ordered,
    reached,
    shared_hours,
    standing,
    violations,
)
from matcher.pairing.problem import Pair, Problem, Solution
from matcher.pairing.reasons import UNKNOWN, waitlist
from matcher.pairing.staff import staffing


def convened(
    problem: Problem, known: Mapping[tuple[int, int], int], ends: Sequence[tuple[int, int]]
) -> tuple[Pair, ...]:
    """The pairs of these members, each with a facilitator and the first hour that suits all of them.

    ``known`` as of :func:`matcher.pairing.check.affinities`. Raises ContradictionError where the
    facilitators cannot convene them all.
    """
    hours = [shared_hours(problem, a, b) for a, b in ends]
    able = [able_facilitators(problem, each) for each in hours] if problem.facilitators else []
    staff = staffing(problem, able) if problem.facilitators else [None] * len(ends)
    pairs = []
    for (a, b), both, index in zip(ends, hours, staff, strict=True):
        name, suits = "", both
        if index is not None:
            facilitator = problem.facilitators[index]
            name, free = facilitator.id, frozenset(facilitator.hours)
            suits = (both & free if free else both) if both is not None else (free or None)
        affinity = known.get(ordered(a, b), 0)
        pairs.append(Pair(a, b, affinity, min(suits) if suits else None, name))
    return tuple(pairs)


def finish(
    problem: Problem,
    known: Mapping[tuple[int, int], int],
    pairs: tuple[Pair, ...],
    bounds: dict[str, int],
    *,
    started: float,
    prices: dict[str, int | None] | None = None,
    baselines: tuple[Baseline, ...] = (),
    cut_short: bool = False,
    otherwise: str = UNKNOWN,
) -> Solution:
    """A solution with every figure recomputed from the problem.

    ``known`` as for :func:`convened`; ``bounds`` and ``prices`` go by the name of the stage;
    ``started`` is of ``time.perf_counter``; ``otherwise`` as :func:`matcher.pairing.reasons.waitlist`
    takes it. Raises AssertionError where a rule is broken: such a plan is never shown.
    """
    prices = prices or {}
    figures = reached(problem, known, pairs)
    stages = tuple(Stage(name, value, bounds[name], prices.get(name)) for name, value in figures)
    value, bound = stages[-1].reached, bounds[TOTAL]
    status, gap = standing(value, bound, stages)
    seconds = time.perf_counter() - started
    solution = Solution(
        pairs=pairs,
        waitlist=waitlist(problem, pairs, status, otherwise),
        placed=stages[0].reached,
        placed_bound=bounds[PLACED],
        objective=value,
        bound=bound,
        gap=gap,
        status=status,
        seconds=seconds,
        stages=stages,
        baselines=baselines,
        cut_short=cut_short,
    )
    broken = violations(problem, solution)
    if broken:
        raise AssertionError(f"a plan with {len(broken)} violations, first: {broken[0]}")
    sizes = {"members": len(problem.members), "candidates": len(problem.candidates), "pairs": len(pairs)}
    log_solve("pairs", sizes, objective=value, bound=bound, seconds=seconds)
    return solution

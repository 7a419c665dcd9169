"""Pairs, solved to the proven optimum in stages: most members placed, the worst-off as high as can be
where the rules are fair, then the most affinity."""

from __future__ import annotations

import time

import numpy as np

from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.pairing.check import PLACED, TOTAL, WORST_OFF, affinities, ordered
from matcher.pairing.finish import convened, finish
from matcher.pairing.greedy import baselines, fill
from matcher.pairing.pins import refuse_bad_pins
from matcher.pairing.problem import Problem, Solution
from matcher.pairing.programme import Edges, Ints, build
from matcher.watch import Watch

#: Pairs by the indices of their members.
Pairs = tuple[tuple[int, int], ...]


def solve(
    problem: Problem,
    limits: Limits | None = None,
    watch: Watch | None = None,
    *,
    start: Pairs | None = None,
    prices: bool = False,
) -> Solution:
    """The best plan, with the bounds that prove it.

    ``start`` is a plan to begin from: where the search is cut short, what is given is not worse than
    what of it is still allowed. ``prices`` asks what each stage costs the total, a solve a stage.

    Raises InfeasibleError where the pinned pairs clash with a rule or with each other, InputError where
    ``start`` holds what is no pair of members. Nothing else can be infeasible. A plan is returned even
    where time runs out or ``watch`` is stopped: its bounds then say how far from the best it may be.
    """
    from matcher.pairing.stages import Search, climb, whole

    limits, watch = limits or Limits(), watch or Watch()
    started = time.perf_counter()
    refuse_bad_pins(problem)
    programme = build(problem)
    edges = programme.edges
    if not len(edges.affinity):
        nothing = {PLACED: 0, WORST_OFF: 0, TOTAL: 0}
        return finish(problem, {}, (), nothing, prices=dict(nothing) if prices else None, started=started)
    given = None
    if start is not None:
        order = np.argsort(-edges.affinity, kind="stable")
        given = whole(programme, fill(problem, edges, order[listed(problem, edges, start)[order]]))
    best = climb(Search(problem, limits, watch, started), programme, given, prices=prices)
    known = affinities(problem)
    solution = finish(
        problem,
        known,
        convened(problem, known, chosen(edges, best.x)),
        {PLACED: best.placed, WORST_OFF: best.floor, TOTAL: best.total},
        prices={PLACED: best.prices.placed, WORST_OFF: best.prices.floor, TOTAL: 0} if prices else None,
        baselines=baselines(problem, edges, limits.seed),
        cut_short=best.cut_short,
        started=started,
    )
    watch.tell("done", 1.0, value=solution.objective, bound=solution.bound)
    return solution


def chosen(edges: Edges, x: Ints) -> Pairs:
    """The pairs that a point (columns,) takes."""
    taken = edges.ends[np.flatnonzero(x[: len(edges.affinity)])]
    return tuple((a, b) for a, b in taken.tolist())


def listed(problem: Problem, edges: Edges, pairs: Pairs) -> np.ndarray:
    """Which of the possible pairs (m,) are among ``pairs``. Raises InputError where one is no pair."""
    size = len(problem.members)
    for a, b in pairs:
        if not (0 <= a < size and 0 <= b < size and a != b):
            raise InputError(f"The plan to begin from holds ({a}, {b}), no pair of {size} members.")
    wanted = {ordered(*pair) for pair in pairs}
    return np.array([(a, b) in wanted for a, b in edges.ends.tolist()], dtype=bool)

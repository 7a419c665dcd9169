"""Annealing from several starts, with several numbers of cohorts, and the pool of cohorts it leaves.

The work is planned in moves from the problem's size and the time limit, never from a clock, so that the
same problem and seed give the same pool. The clock only ends it early, and then that is said.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.cohorts.bounds import group_value, member_means, price, value_bound
from matcher.cohorts.tables import Arrays
from matcher.optimize import Limits

if TYPE_CHECKING:
    from matcher.cohorts.state import State

Group = tuple[int, ...]
#: Moves planned for a second of the limit: somewhat less than one core of a small machine makes.
MOVES_A_SECOND = 700_000
#: Moves a member after which more starts are worth more than longer ones, and the most of all starts.
MOVES_A_START, MOVES_A_MEMBER = 30_000, 120_000
#: Numbers of cohorts tried, as shares of the most there can be.
SHARES = (1.0, 0.92, 0.84)
#: One in so many moves is spent on trying them.
TRIALS = 3
#: Weights at the first and the last move, as multiples of the mean best affinity.
HOT, COLD, CREDIT, LACK_FIRST, LACK_LAST = 0.36, 0.05, 4.0, 0.15, 6.0
CHUNKS, KEPT_CHUNKS = 20, 8


@dataclass(slots=True)
class Found:
    """The best plan (most placed, then value) and every cohort met on the way, with its value."""

    plan: tuple[Group, ...] = ()
    placed: int = 0
    value: int = 0
    pool: dict[Group, int] = field(default_factory=dict)
    cut_short: bool = False


def warm_up(arrays: Arrays) -> None:
    """Compile, or load from the cache, all that the search calls: seconds, once on a machine."""
    import numpy as np

    from matcher.cohorts.anneal import anneal
    from matcher.cohorts.state import Weights, empty_state

    one = Weights(1.0, 1.0, 1.0)
    anneal(arrays, empty_state(arrays, 1, 0), one, one, 1)
    free = np.zeros(len(arrays.state)), np.zeros(len(arrays.capacity))
    price(arrays, *free, math.inf, a_member=1, most=1, nodes=1)
    value_bound(arrays, 1)
    group_value(arrays, (0, 1))


def search(
    arrays: Arrays, limits: Limits, seconds: float, deadline: float, progress: Callable[[float], None]
) -> Found:
    """Anneal for the moves planned for ``seconds``, and no longer than ``deadline``."""
    n = arrays.state.shape[0]
    moves = int(min(seconds * MOVES_A_SECOND, n * MOVES_A_MEMBER))
    most = min(n // int(arrays.sizes[0]), int(arrays.capacity.sum()))
    fewest = max(1, n // int(arrays.sizes[1]))
    tries = sorted({min(most, max(fewest, round(most * share))) for share in SHARES}, reverse=True)
    longer = max(1, min(8, moves * 2 // 3 // (n * MOVES_A_START)))
    trial, long = moves // TRIALS // len(tries), (moves - moves // TRIALS) // longer
    found = Found()
    best: tuple[int, int, int] = (-1, 0, 0)
    done = 0
    for number, cohorts in enumerate(tries):
        placed, value = _start(arrays, cohorts, limits.seed * 1000 + number, trial, deadline, found)
        best = max(best, (placed, value, cohorts))
        done += trial
        progress(done / moves)
    for number in range(longer):
        _start(arrays, best[2], limits.seed * 1000 + len(tries) + number, long, deadline, found)
        done += long
        progress(done / moves)
    return found


def _start(
    arrays: Arrays, cohorts: int, seed: int, moves: int, deadline: float, found: Found
) -> tuple[int, int]:
    """One annealing run into ``found``; what it placed, and the value."""
    from matcher.cohorts import state as plans
    from matcher.cohorts.anneal import anneal

    unit = max(1.0, float(member_means(arrays).mean()))
    state = plans.empty_state(arrays, cohorts, seed)
    first = (HOT * unit, CREDIT * unit, LACK_FIRST * unit)
    last = (COLD * unit, CREDIT * unit, LACK_LAST * unit)
    for chunk in range(CHUNKS):
        if time.perf_counter() > deadline:
            found.cut_short = True
            break
        begin, end = (
            plans.Weights(*(a * (b / a) ** (step / CHUNKS) for a, b in zip(first, last, strict=True)))
            for step in (chunk, chunk + 1)
        )
        anneal(arrays, state, begin, end, max(1, moves // CHUNKS))
        if chunk >= CHUNKS - KEPT_CHUNKS:
            _keep(arrays, state.home, state, found.pool)
    placed, value = int(state.counts[plans.BEST_PLACED]), int(state.counts[plans.BEST_VALUE])
    groups = _keep(arrays, state.best, state, found.pool)
    if (placed, value) > (found.placed, found.value):
        found.plan, found.placed, found.value = groups, placed, value
    return placed, value


def _keep(arrays: Arrays, home: object, state: State, pool: dict[Group, int]) -> tuple[Group, ...]:
    """The complete cohorts of ``home``, put into ``pool``."""
    import numpy as np

    low = int(arrays.sizes[0])
    where = np.asarray(home)
    members: list[list[int]] = [[] for _ in range(state.size.shape[0])]
    for i in np.flatnonzero(where >= 0).tolist():
        members[where[i]].append(i)
    groups = tuple(sorted(tuple(group) for group in members if len(group) >= low))
    for group in groups:
        if group not in pool:
            pool[group] = group_value(arrays, group)
    return groups

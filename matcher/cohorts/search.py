"""Annealing from several starts, with several numbers of cohorts, and the pool of cohorts it leaves.

The work is planned in moves from the problem's size and the time limit, never from a clock, so that the
same problem and seed give the same pool. Where the clock turns out not to last for it, the rest is cooled
down in the time there is, as a plan left hot is worth little; a watch ends it at once. Both are said.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.cohorts.bounds import group_value, member_means, price, value_bound
from matcher.cohorts.problem import cohort_value
from matcher.cohorts.tables import Arrays, common_classes
from matcher.optimize import Limits
from matcher.watch import Watch

if TYPE_CHECKING:
    from matcher.cohorts.state import State
    from matcher.cohorts.tables import Ints, Longs

Group = tuple[int, ...]
#: Moves planned for a second of the limit, less by the part of so many members: somewhat fewer than one core
#: of a small machine makes, which looks up scores more slowly the more there are.
MOVES_A_SECOND, SLOWER_BY = 6_500_000, 4_000
#: Moves a member after which more starts are worth more than longer ones, and the most of all starts.
MOVES_A_START, MOVES_A_MEMBER = 30_000, 120_000
#: Numbers of cohorts tried, as shares of the most there can be. Where all have to have the smallest size,
#: some stay incomplete to the end.
SHARES = (0.985, 0.97, 0.95)
#: One in so many moves is spent on trying them.
TRIALS = 10
#: Weights at the first and the last move, as multiples of the mean best affinity.
HOT, COLD, CREDIT, LACK_FIRST, LACK_LAST = 0.25, 0.06, 4.0, 0.5, 4.0
#: A run is cut into so many pieces, or more of at most so many moves, so that the clock and the watch are
#: asked in time; of the last ones the cohorts are kept.
PIECES, PIECE, KEPT_PIECES = 20, 3_000_000, 8
#: The time lasts for so much less than what is planned before less is done.
SHORT = 1.3


@dataclass(slots=True)
class Found:
    """The best plan (most pinned members placed, then most placed, then value) and every cohort met on the
    way, with its value."""

    plan: tuple[Group, ...] = ()
    pinned: int = 0
    placed: int = 0
    value: int = 0
    pool: dict[Group, int] = field(default_factory=dict)
    cut_short: bool = False

    def take(self, arrays: Arrays, state: State) -> None:
        """Take over the best plan of ``state`` where it is better, its cohorts in any case."""
        from matcher.cohorts.state import BEST_PINNED, BEST_PLACED, BEST_VALUE

        groups = groups_of(arrays, state.best)
        keep_cohorts(arrays, groups, self.pool)
        figures = tuple(int(state.counts[at]) for at in (BEST_PINNED, BEST_PLACED, BEST_VALUE))
        if figures > (self.pinned, self.placed, self.value):
            self.pinned, self.placed, self.value = figures
            self.plan = groups


def warm_up(arrays: Arrays) -> None:
    """Compile, or load from the cache, all that the search calls: seconds, once on a machine."""
    import numpy as np

    from matcher.cohorts.anneal import anneal
    from matcher.cohorts.construct import restore, round_off
    from matcher.cohorts.kernels import pair_scores
    from matcher.cohorts.state import Weights, empty_state

    nobody, nothing = np.empty(0, np.int32), np.zeros(0, np.int64)
    pair_scores(arrays, nobody)
    restore(arrays, empty_state(arrays, 1, 0), np.zeros(1, np.int64), nobody, nothing)
    one = Weights(1.0, 1.0, 1.0)
    anneal(arrays, empty_state(arrays, 1, 0), one, one, 1)
    take_up(arrays, ((0,),))
    round_off(arrays, empty_state(arrays, 1, 0))
    free = np.zeros(len(arrays.state)), np.zeros(len(arrays.capacity))
    price(arrays, *free, math.inf, a_member=1, most=1, nodes=1)
    value_bound(arrays, 1)
    group_value(arrays, (0, 1))


def unit_of(arrays: Arrays) -> float:
    """The mean best affinity, in points: what weights are multiples of."""
    return max(1.0, float(member_means(arrays).mean()))


def most_cohorts(arrays: Arrays) -> int:
    """No plan has more cohorts: by the smallest size, and by the room in the hours."""
    by_size, by_room = len(arrays.state) // int(arrays.sizes[0]), int(arrays.capacity.sum())
    return max(1, min(by_size, by_room))


def simple(arrays: Arrays, seed: int, *, greedy: bool) -> State:
    """A plan made member by member: see :func:`matcher.cohorts.construct.construct`."""
    from matcher.cohorts.construct import construct
    from matcher.cohorts.state import empty_state

    state = empty_state(arrays, most_cohorts(arrays), seed)
    construct(arrays, state, greedy)
    return state


def take_up(arrays: Arrays, groups: Sequence[Group]) -> State:
    """What of the plan ``groups`` the rules allow, and whoever else then finds a seat."""
    import numpy as np

    from matcher.cohorts import construct
    from matcher.cohorts.state import empty_state

    state = empty_state(arrays, max(most_cohorts(arrays), len(groups)), 0)
    start = np.cumsum([0, *map(len, groups)]).astype(np.int64)
    members = np.array([i for group in groups for i in group], np.int32)
    construct.take_up(arrays, state, start, members, _spread(arrays, groups))
    construct.construct(arrays, state, True)
    return state


def _spread(arrays: Arrays, groups: Sequence[Group]) -> Longs:
    """A class of hours for each group, so that as many as can be have room together; -1 for the others. In
    turn the first ones would take the only hours of those behind them."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    room = np.minimum(arrays.capacity, len(groups))
    of_place = np.repeat(np.arange(len(room)), room)
    shared = [common_classes(arrays, group) for group in groups]
    fits = np.array([[classes >> number & 1 for number in range(len(room))] for classes in shared], np.int8)
    place = maximum_bipartite_matching(csr_array(fits[:, of_place]), perm_type="column")
    return np.where(place >= 0, of_place[place], -1).astype(np.int64)


def pace(members: int) -> float:
    """Moves planned for a second."""
    return MOVES_A_SECOND / (1 + members / SLOWER_BY)


@dataclass(slots=True)
class _Clock:
    """How many moves are still planned, and how many the time until ``deadline`` lasts for: hot ones take
    longer, so that a forecast is heeded only where it falls short by ``SHORT``."""

    planned: int
    deadline: float
    begun: float
    made: int = 0

    def affordable(self, moves: int) -> int:
        """``moves``, or their part of what can still be made at the pace so far."""
        now = time.perf_counter()
        able = self.made / max(1e-9, now - self.begun) * max(0.0, self.deadline - now)
        late = self.made > 0 and able * SHORT < self.planned
        self.planned -= moves
        able = max(1, int(moves * able / (self.planned + moves))) if late else moves
        self.made += able
        return able


def search(
    arrays: Arrays, found: Found, limits: Limits, seconds: float, deadline: float, watch: Watch
) -> int:
    """Anneal into ``found`` for the moves planned for ``seconds``, and hardly longer than ``deadline``; how
    many moves were planned."""
    n = arrays.state.shape[0]
    moves = max(1, int(min(seconds * pace(n), n * MOVES_A_MEMBER)))
    most = most_cohorts(arrays)
    fewest = min(most, max(1, n // int(arrays.sizes[1])))
    tries = sorted({min(most, max(fewest, round(most * share))) for share in SHARES}, reverse=True)
    longer = max(1, min(8, (moves - moves // TRIALS) // (n * MOVES_A_START)))
    trial, long = moves // TRIALS // len(tries), (moves - moves // TRIALS) // longer
    plans = [(cohorts, trial) for cohorts in tries] + [(0, long)] * longer
    clock = _Clock(sum(work for _, work in plans), deadline, time.perf_counter())
    best = (-1, 0, 0, 0)
    done = 0
    for number, (cohorts, work) in enumerate(plans):
        if watch.stopped():
            found.cut_short = True
            break
        figures = _start(arrays, cohorts or best[-1], limits.seed * 1000 + number, work, clock, found, watch)
        best = max(best, (*figures, cohorts or best[-1]))
        done += work
        watch.tell("searching", done / moves, value=found.value)
    return moves


def _start(
    arrays: Arrays, cohorts: int, seed: int, moves: int, clock: _Clock, found: Found, watch: Watch
) -> tuple[int, int, int]:
    """One annealing run into ``found``; what it placed of the pinned and of all, and the value."""
    from matcher.cohorts import construct
    from matcher.cohorts import state as plans
    from matcher.cohorts.anneal import anneal

    unit = unit_of(arrays)
    state = plans.empty_state(arrays, cohorts, seed)
    first = (HOT * unit, CREDIT * unit, LACK_FIRST * unit)
    last = (COLD * unit, CREDIT * unit, LACK_LAST * unit)
    pieces = max(PIECES, moves // PIECE)
    for piece in range(pieces):
        if watch.stopped():
            found.cut_short = True
            break
        begin, end = (
            plans.Weights(*(a * (b / a) ** (step / pieces) for a, b in zip(first, last, strict=True)))
            for step in (piece, piece + 1)
        )
        planned = max(1, moves // pieces)
        able = clock.affordable(planned)
        found.cut_short = found.cut_short or able < planned
        anneal(arrays, state, begin, end, able)
        if piece >= pieces - KEPT_PIECES:
            _keep(arrays, state, found.pool)
    construct.round_off(arrays, state)
    found.take(arrays, state)
    pinned, placed, value = state.counts[[plans.BEST_PINNED, plans.BEST_PLACED, plans.BEST_VALUE]].tolist()
    return pinned, placed, value


def _keep(arrays: Arrays, state: State, pool: dict[Group, int]) -> None:
    """Put the complete cohorts of ``state`` into ``pool``."""
    low = int(arrays.sizes[0])
    rows = zip(state.members.tolist(), state.size.tolist(), state.total.tolist(), strict=True)
    for row, size, total in rows:
        if size >= low:
            pool[tuple(sorted(row[:size]))] = cohort_value(total, size)


def keep_cohorts(arrays: Arrays, groups: Sequence[Group], pool: dict[Group, int]) -> None:
    """Put ``groups``, cohorts that the rules allow, into ``pool``."""
    pool.update((group, group_value(arrays, group)) for group in groups if group not in pool)


def groups_of(arrays: Arrays, home: Ints) -> tuple[Group, ...]:
    """The complete cohorts where member i is in cohort ``home[i]``, -1 for none."""
    import numpy as np

    seated = np.flatnonzero(home >= 0)
    order = seated[np.argsort(home[seated], kind="stable")]
    ends = np.flatnonzero(np.diff(home[order])) + 1
    groups = (tuple(group.tolist()) for group in np.split(order, ends))
    return tuple(sorted(group for group in groups if len(group) >= arrays.sizes[0]))

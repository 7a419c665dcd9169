"""Rounds of cohorts searched together, in counted work; the compiled moves are in ``mixing``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.cohorts import bounds, place, tables
from matcher.optimize import Limits
from matcher.watch import Watch

if TYPE_CHECKING:
    from matcher.cohorts.mixing import Heat, Mix

Group = tuple[int, ...]
#: Moves planned for a second of the limit, and at most for a member and a round; searches from the start;
#: into how many pieces each is cut for the clock.
MOVES_A_SECOND, MOVES_A_MEMBER, STARTS, PIECES = 200_000, 60_000, 6, 20
#: Weights at the first and the last move, in multiples of the mean best affinity: heat, price of a repeat.
HOT, COLD, REPEAT_FIRST, REPEAT_LAST = 0.36, 0.05, 0.5, 3.0
#: Price of a repeat where none more is wanted.
NEVER = 1e9


@dataclass(slots=True)
class Run:
    """One search; ``late``: the clock or the caller has cut it short."""

    arrays: tables.Arrays
    limits: Limits
    watch: Watch | None
    began: float
    late: bool = False

    def search(self, groups: Sequence[Sequence[Group]], least: int) -> list[list[Group]]:
        """Rounds with fewer repeats than ``groups``, or as many and more value. ``least`` repeats cannot
        be bettered: once there, only the value counts."""
        from matcher.cohorts.mixing import BEST_REPEATS, Heat

        unit = max(1.0, float(bounds.member_means(self.arrays).mean()))
        n, rounds = len(self.arrays.state), len(groups)
        moves = int(min(self.limits.seconds * MOVES_A_SECOND, n * rounds * MOVES_A_MEMBER)) // (STARTS + 1)
        hot = Heat(HOT * unit, REPEAT_FIRST * unit), Heat(COLD * unit, REPEAT_LAST * unit)
        best = state_of(self.arrays, groups, self.limits.seed)
        for number in range(STARTS):
            if best.counts[BEST_REPEATS] <= least or self.late:
                break
            state = state_of(self.arrays, groups, self.limits.seed * 1000 + number)
            self._anneal(state, hot, moves, least)
            best = max(best, state, key=_worth)
        state = state_of(self.arrays, groups_of(best), self.limits.seed)
        self._anneal(state, (Heat(COLD * unit, NEVER), Heat(COLD * unit / 10, NEVER)), moves, -1)
        return groups_of(state)

    def _anneal(self, state: Mix, weights: tuple[Heat, Heat], moves: int, least: int) -> None:
        """``moves`` from the first to the last of ``weights``, in pieces, unless it is late."""
        from matcher.cohorts.mixing import BEST_REPEATS, Heat, mix

        for piece in range(PIECES):
            over = time.perf_counter() - self.began > self.limits.seconds
            if over or (self.watch is not None and self.watch.stopped()):
                self.late = True
                return
            begin, end = (
                Heat(*(a * (b / a) ** (step / PIECES) for a, b in zip(*weights, strict=True)))
                for step in (piece, piece + 1)
            )
            mix(self.arrays, state, begin, end, max(1, moves // PIECES), least)
            if self.watch is not None:
                self.watch.tell("mixing rounds", piece / PIECES)
            if state.counts[BEST_REPEATS] <= least:
                return


def warm_up(arrays: tables.Arrays) -> None:
    """Compile, or load from the cache, all that the search calls: seconds, once on a machine."""
    from matcher.cohorts import search
    from matcher.cohorts.mixing import Heat, mix

    search.warm_up(arrays)
    mix(arrays, state_of(arrays, [[], []], 0), Heat(1.0, 1.0), Heat(1.0, 1.0), 1, -1)


def _worth(state: Mix) -> tuple[int, int]:
    from matcher.cohorts.mixing import BEST_REPEATS, BEST_VALUE

    return -int(state.counts[BEST_REPEATS]), int(state.counts[BEST_VALUE])


def state_of(arrays: tables.Arrays, groups: Sequence[Sequence[Group]], seed: int) -> Mix:
    """The search's state for rounds of ``groups``, which is its best so far too."""
    import numpy as np

    from matcher.cohorts.kernels import group_total
    from matcher.cohorts.mixing import Mix, keep_best

    n, most = len(arrays.state), max(1, *map(len, groups))
    home = np.full((len(groups), n), -1, np.int32)
    members = np.full((len(groups), most, int(arrays.sizes[1]) + 1), -1, np.int32)
    size, total = np.zeros((2, len(groups), most), np.int64)
    hour = np.full((len(groups), most), -1, np.int32)
    used = np.zeros((len(groups), len(arrays.capacity)), np.int64)
    met = np.zeros((n, n), np.uint8)
    for r, each in enumerate(groups):
        shared = [tables.common_classes(arrays, group) for group in each]
        chosen = place.assign_classes(shared, arrays.capacity.tolist())
        assert chosen is not None, "the cohorts do not fit into their hours"
        used[r] = np.bincount(np.array(chosen, np.int64), minlength=len(arrays.capacity))
        for c, group in enumerate(each):
            row: Any = np.array(group, np.int32)
            home[r, row], members[r, c, : len(group)] = c, row
            size[r, c], hour[r, c] = len(group), chosen[c]
            total[r, c] = group_total(arrays, row)
            met[np.ix_(row, row)] += 1
    np.fill_diagonal(met, 0)
    repeats = int(np.maximum(met.astype(np.int64) - 1, 0).sum()) // 2
    state = Mix(
        home=home,
        members=members,
        size=size,
        total=total,
        hour=hour,
        used=used,
        met=met,
        counts=np.array([repeats, 2**62, 0], np.int64),
        best=home.copy(),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64 or 1], np.uint64),
        topic_counts=np.zeros(arrays.duty.shape[0], np.int64),
    )
    keep_best(state)
    return state


def groups_of(state: Mix) -> list[list[Group]]:
    """The cohorts of the best rounds."""
    import numpy as np

    return [
        [tuple(np.flatnonzero(row == c).tolist()) for c in range(int(row.max()) + 1)] for row in state.best
    ]

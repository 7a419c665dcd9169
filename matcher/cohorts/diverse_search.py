"""The anneals behind ``diverse``: how the work is planned, where the heat begins, and what is reckoned in
whole numbers.
"""

from __future__ import annotations

import math
import time
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.optimize import Limits
from matcher.watch import Watch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.diverse_kernels import Given, Sorted

    Floats = NDArray[np.float64]
    Homes = NDArray[np.uint32]
    Longs = NDArray[np.int64]

#: Pairs looked at for a second of the limit: somewhat less than one core of a small machine does. A move
#: that is made takes as long as looking at ``MOVE`` pairs and one more a member, and turning to a member as
#: long as ``ROW`` pairs.
PAIRS_A_SECOND, MOVE, ROW = 800_000_000, 250, 60
#: Where sizes have credits, pairs take so many times as long.
CREDITED = 2
#: Pairs looked at between two looks at the clock, the turns of an anneal at least, and the pairs looked at
#: before the heat falls.
PAIRS_A_TURN, TURNS, PAIRS_A_HEAT = 20_000_000, 40, 30_000
#: The work is split into so many anneals, where each then looks at each pair so often; and into more, where
#: each still looks at each pair ``LONG`` times a member.
ANNEALS, SWEEPS, LONG = 4, 500, 100
#: By how much pairs in a group count for more or less when other sizes are tried: a standard deviation.
OTHERWISE = 0.1
#: The first heat tried, in standard deviations of what swaps gain in a random partition, and how it falls
#: until no more than ``MELTED`` moves a member are made in a sweep.
FIRST, FALL, MELTED = 0.3, 0.85, 1.0
#: Anneals in turn go from and to these shares of that heat: the second kind from the best partition so far.
BANDS = ((1.0, 0.4), (0.5, 0.25))
#: No sum that the search meets is larger: it reckons in 32 bits.
LARGEST = 1 << 29
#: Weights all below it count as none.
TINY = 1e-100
#: Credits of sizes are whole numbers of at most so much.
MOST_CREDIT = 5_040


class Aim(StrEnum):
    """What is maximised: the total weight inside the groups; the mean over members, or over groups, of the
    mean weight among the pairs of a group (a member alone in its group has 0)."""

    TOTAL = "total"
    MEMBERS = "members"
    GROUPS = "groups"


class Search:
    """One search: what is given, where it stands, and how much of its work is done."""

    def __init__(self, given: Given, limits: Limits, watch: Watch, started: float, work: int | None) -> None:
        from matcher.cohorts.diverse_kernels import DRAWN

        n = len(given.weight)
        self.given, self.limits, self.watch, self.started = given, limits, watch, started
        pace = PAIRS_A_SECOND if given.level else PAIRS_A_SECOND // CREDITED
        self.work = int(limits.seconds * pace) if work is None else work
        self.sweep = n * (n - 1) // 2 + ROW * n
        self.done, self.cut_short = 0, False
        self.draw = np.random.default_rng(limits.seed)
        self.logs = np.log((self.draw.permutation(DRAWN) + 0.5) / DRAWN)
        self.state = _blank(given, self.draw)

    @property
    def moves(self) -> int:
        from matcher.cohorts.diverse_kernels import MADE

        return int(self.state.counts[MADE])

    def descend_from(self, home: Homes) -> None:
        """Make of this partition the best one so far, and better it by what gains."""
        self._begin(home)
        self._descend()

    def run(self) -> Homes:
        """The group of each member in the best partition found.

        The first anneal has the sizes that are best were all weights alike; later ones begin in turn at
        the best partition so far, and at random with sizes nearly as good.
        """
        n, groups = len(self.given.weight), len(self.given.low)
        left = self.work - self.done
        often = left // self.sweep
        anneals = max(often // (LONG * n), ANNEALS if often >= ANNEALS * SWEEPS else 1)
        hot = 0.0
        for number in range(anneals if left > 0 or not self.done else 0):
            if number % 2:
                self._begin(self.state.best[:n])
            else:
                noise = OTHERWISE * self.draw.standard_normal(groups) if number else np.zeros(groups)
                self._shuffle(best_sizes(self.given, 1.0 + noise))
            if number == 0:
                hot = self._melt()
                left = max(self.sweep, self.work - self.done)
            first, last = BANDS[number % len(BANDS)]
            if hot == 0.0 or not self._anneal(hot * first, hot * last, left / anneals):
                break
        return self.state.best[:n]

    def _shuffle(self, sizes: Longs) -> None:
        """Begin from a random partition of the sizes."""
        self._begin(self.draw.permutation(np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)))

    def _begin(self, home: Homes) -> None:
        from matcher.cohorts.diverse_kernels import settle

        self.state.home[: len(home)] = home
        settle(self.given, self.state)

    def _melt(self) -> float:
        """The heat by which the anneals are measured, 0 where all partitions are alike: a random one is
        cooled, a sweep at a time, until few of its members move."""
        n = len(self.given.weight)
        heat = FIRST * _spread(self.given, self.state, self.draw)
        while heat > 0.0 and self.done < self.work:
            if self._sweep(np.array([heat])) <= MELTED * n:
                break
            heat *= FALL
        return heat

    def _anneal(self, first: float, last: float, work: float) -> bool:
        """Cool for so much ``work``, then descend to where no swap gains; False once the search is to end."""
        begun, cost = self.done, float(self.sweep)
        while (share := (self.done - begun) / work) < 1.0:
            count = max(1, int(min(PAIRS_A_TURN, work / TURNS) / cost))
            same = max(1, PAIRS_A_HEAT // self.sweep)
            shares = share + cost / work * (np.arange(count) // same * same)
            before = self.done
            self._sweep(first * (last / first) ** np.minimum(shares, 1.0))
            cost = (self.done - before) / count
            self.watch.tell("grouping", min(1.0, self.done / self.work))
            late = time.perf_counter() - self.started > self.limits.seconds
            if (late and self.done < self.work) or self.watch.stopped():
                self.cut_short = True
                break
        self._descend()
        return not self.cut_short

    def _descend(self) -> None:
        while self._sweep(np.zeros(TURNS)):
            pass

    def _sweep(self, heats: Floats) -> int:
        """A sweep at each heat; the moves that the last one made."""
        from matcher.cohorts.diverse_kernels import sweeps

        before = self.moves
        last = sweeps(self.given, self.state, heats, self.logs)
        price = MOVE + len(self.given.weight)
        self.done += self.sweep * len(heats) + price * (self.moves - before)
        return int(last)


def whole(matrix: Floats, low: Longs, high: Longs, aim: Aim) -> Given:
    """The search's own whole numbers: weights to the last decimal that fits, and a credit a size."""
    from matcher.cohorts.diverse_kernels import CHUNK, Given

    n, most = len(matrix), int(high.max())
    credit = _credits(low, most, aim)
    weight = np.zeros((n, n + CHUNK), np.int32)
    off = matrix - np.diag(matrix.diagonal())
    largest = float(np.abs(off).max())
    if largest > TINY:
        # a gain sums four times the weights to one group
        scale = 10.0 ** math.floor(math.log10(LARGEST / (4 * largest * most * int(credit.max()))))
        weight[:, :n] = np.rint(off * scale)
    level = bool((credit[int(low.min()) :] == 1).all())
    return Given(weight, np.zeros(n + CHUNK, np.int32), low, high, credit, level, bool((low < high).any()))


def _credits(low: Longs, most: int, aim: Aim) -> Longs:
    """For each size up to ``most`` what weights inside such a group count for: exact where the common
    denominator of the sizes is small, else rounded."""
    credit = np.ones(most + 2, np.int64)
    if aim is Aim.TOTAL:
        return credit
    parts = [size - 1 if aim is Aim.MEMBERS else size * (size - 1) for size in range(most + 2)]
    inner = [part for size, part in enumerate(parts) if max(2, int(low.min()) - 1) <= size <= most + 1]
    unit = math.lcm(*inner) if inner else 1
    if unit // min(inner, default=1) > MOST_CREDIT:
        unit = MOST_CREDIT * min(inner)
    for size, part in enumerate(parts):
        credit[size] = round(unit / part) if part > 0 and part in inner else 0
    return credit


def best_sizes(given: Given, factors: Floats) -> Longs:
    """Sizes under which the pairs inside groups, by their credit and the group's factor, are most: were
    all weights alike, the best there are. Where the mean weight is negative, the fewest. By dynamic
    programming over the groups."""
    n = len(given.weight)
    if not given.loose:
        return given.low
    sign = -1.0 if given.weight.sum() < 0 else 1.0
    most = np.full(n + 1, -np.inf)
    most[0] = 0.0
    chosen: list[Longs] = []
    for low, high, factor in zip(given.low.tolist(), given.high.tolist(), factors.tolist(), strict=True):
        better, size = np.full(n + 1, -np.inf), np.zeros(n + 1, np.int64)
        for s in range(low, high + 1):
            total = most[: n + 1 - s] + sign * factor * float(given.credit[s]) * s * (s - 1)
            gains = total > better[s:]
            better[s:][gains] = total[gains]
            size[s:][gains] = s
        chosen.append(size)
        most = better
    sizes, left = np.zeros(len(chosen), np.int64), n
    for number in range(len(chosen) - 1, -1, -1):
        sizes[number] = chosen[number][left]
        left -= sizes[number]
    return sizes


def _blank(given: Given, draw: np.random.Generator) -> Sorted:
    from matcher.cohorts.diverse_kernels import BEST, CHUNK, Sorted

    n, groups = len(given.weight), len(given.low)
    counts = np.zeros(3, np.int64)
    counts[BEST] = np.iinfo(np.int64).min
    return Sorted(
        home=np.full(n + CHUNK, groups, np.uint32),
        gain=np.zeros((groups, n + CHUNK), np.int32),
        own=np.zeros(n + CHUNK, np.int32),
        size=np.zeros(groups, np.int64),
        total=np.zeros(groups, np.int64),
        counts=counts,
        best=np.zeros(n + CHUNK, np.uint32),
        random=draw.integers(1, 1 << 63, 1, np.uint64),
    )


def _spread(given: Given, s: Sorted, draw: np.random.Generator) -> float:
    """The standard deviation of what a thousand random swaps would gain; of all weights by their largest
    credit, where all are in one group."""
    n = len(given.weight)
    i, j = draw.integers(0, n, (2, 1000))
    a, b = s.home[i], s.home[j]
    two = a != b
    i, j, a, b = i[two], j[two], a[two], b[two]
    if len(i) == 0:
        return float(given.weight[:, :n].std() * given.credit.max())
    weight = given.weight[i, j].astype(np.float64)
    mine, other = given.credit[s.size[a]], given.credit[s.size[b]]
    gains = mine * (s.gain[a, j] - s.own[i] - weight) + other * (s.gain[b, i] - s.own[j] - weight)
    return float(gains.std())


def warm_up() -> None:
    """Compile the search, or load it from the cache."""
    from matcher.cohorts.diverse_kernels import settle, sweeps

    sizes = np.array([1, 1])
    given = whole(np.zeros((2, 2)), sizes, sizes, Aim.TOTAL)
    state = _blank(given, np.random.default_rng(1))
    state.home[:2] = (0, 1)
    settle(given, state)
    sweeps(given, state, np.zeros(1), np.zeros(4096))

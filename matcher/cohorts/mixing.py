"""Several rounds of cohorts searched together, compiled: fewer repeats first, then more value.

The number of cohorts of each round and the number of members placed stay as they are: two members change
places, one goes to a cohort with room, or one who waits takes the place of another. Members who are pinned
together stay where they are. All rules hold all the time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import (
    can_meet,
    caps_hold,
    class_with_room,
    compiled,
    inner,
    is_shared,
    pull,
    topic_holds,
    value_of,
)
from matcher.cohorts.state import draw, replace
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

    Cube = NDArray[np.int32]

#: Places in ``Mix.counts``.
REPEATS, BEST_REPEATS, BEST_VALUE = 0, 1, 2
#: Share of moves to the cohort of somebody whom the member suits.
SUITED = 0.5


class Mix(NamedTuple):
    """Round r: ``home[r, i]`` is the cohort of member i or -1; ``members[r, c]`` holds ``size[r, c]`` of
    them, with ``total[r, c]`` of pair scores in class ``hour[r, c]``; ``used[r]`` counts cohorts by class.
    ``met[i, j]``: rounds in which i and j meet. ``best``: ``home`` of the best rounds so far."""

    home: Cube
    members: NDArray[np.int32]
    size: Longs
    total: Longs
    hour: Cube
    used: Longs
    met: NDArray[np.uint8]
    counts: Longs
    best: Cube
    random: NDArray[np.uint64]
    topic_counts: Longs


class Heat(NamedTuple):
    """In points of affinity: the heat of the search, and what a repeat costs."""

    heat: float
    repeat: float


@inner
def known(s: Mix, group: Ints, size: int, skip: int, member: int, times: int) -> int:
    """How many of the first ``size`` of ``group`` but ``skip`` and itself ``member`` meets more than
    ``times`` times."""
    count = 0
    for position in range(size):
        other = group[position]
        if other != skip and other != member and s.met[member, other] > times:  # noqa: PLR1714
            count += 1
    return count


@inner
def place(a: Arrays, s: Mix, r: int, c: int, group: Ints, size: int) -> int:
    """A class of hours for ``group`` as cohort c of round r, under all rules; -1 for none."""
    now = s.hour[r, c]
    if not is_shared(a, group, size, now):
        begin = int(draw(s.random) * a.capacity.shape[0])
        now = class_with_room(a, group, size, s.used[r], now, begin)
    if now >= 0 and not topic_holds(a, group, size, s.topic_counts):
        return -1
    return int(now)


@inner
def write(a: Arrays, s: Mix, r: int, c: int, group: Ints, size: int, hour: int) -> None:
    """Make ``group`` cohort c of round r; whom each meets is counted elsewhere."""
    s.used[r, s.hour[r, c]] -= 1
    s.used[r, hour] += 1
    s.hour[r, c] = hour
    s.size[r, c] = size
    total = 0
    for position in range(size):
        one = group[position]
        total += pull(a, group, position, -1, one)
        s.members[r, c, position] = one
        s.home[r, one] = c
    s.total[r, c] = total


@inner
def meet(s: Mix, group: Ints, size: int, skip: int, member: int, step: int) -> None:
    """Count a meeting more (``step`` 1) or fewer (-1) of ``member`` with ``group`` but ``skip``."""
    for position in range(size):
        other = group[position]
        if other != skip and other != member:  # noqa: PLR1714 - numba has no "in" for these
            before = s.met[member, other]
            s.met[member, other] = before + step
            s.met[other, member] = before + step
            if before + min(0, step) >= 1:
                s.counts[REPEATS] += step


@inner
def attempt(  # noqa: PLR0911, PLR0912, PLR0915 - one move; each split costs seconds of compiling
    a: Arrays, s: Mix, r: int, one: int, other: int, target: int, w: Heat, scratch: Ints
) -> bool:
    """Try to move placed member ``one`` to cohort ``target`` (-1: the waitlist), and ``other`` (-1:
    nobody) into the cohort that ``one`` leaves; ``other`` is in ``target``, or waits."""
    source = s.home[r, one]
    here, size = s.members[r, source], s.size[r, source]
    loss = pull(a, here, size, one, one)
    gain = 0
    if other >= 0:
        gain = pull(a, here, size, one, other)
        if gain == APART:
            return False
    again = -known(s, here, size, one, one, 1)
    if other >= 0:
        again += known(s, here, size, one, other, 0)
        change = 2.0 * (gain - loss) / (size - 1)
    else:
        change = 2.0 * (s.total[r, source] - loss) / (size - 2) - 2.0 * s.total[r, source] / (size - 1)
    if target >= 0:
        there, count = s.members[r, target], s.size[r, target]
        gain = pull(a, there, count, other, one)
        if gain == APART:
            return False
        again += known(s, there, count, other, one, 0)
        if other >= 0:
            again -= known(s, there, count, other, other, 1)
            change += 2.0 * (gain - pull(a, there, count, other, other)) / (count - 1)
        else:
            total = s.total[r, target]
            change += 2.0 * (total + gain) / count - 2.0 * total / (count - 1)
    change -= w.repeat * again
    if change < 0.0 and draw(s.random) >= math.exp(change / w.heat):
        return False
    left, right = scratch[0], scratch[1]
    left_size = replace(here, size, one, other, left)
    if other >= 0 and not (caps_hold(a, left, left_size) and can_meet(a, left, left_size)):
        return False
    right_size, right_hour = 0, -1
    if target >= 0:
        right_size = replace(s.members[r, target], s.size[r, target], other, one, right)
        if not (caps_hold(a, right, right_size) and can_meet(a, right, right_size)):
            return False
        right_hour = place(a, s, r, target, right, right_size)
        if right_hour < 0:
            return False
        s.used[r, s.hour[r, target]] -= 1  # its new hour counts as taken, its old one as free
        s.used[r, right_hour] += 1
    left_hour = place(a, s, r, source, left, left_size)
    if target >= 0:
        s.used[r, s.hour[r, target]] += 1
        s.used[r, right_hour] -= 1
    if left_hour < 0:
        return False
    meet(s, here, size, one, one, -1)
    if target >= 0 and other >= 0:
        meet(s, s.members[r, target], s.size[r, target], other, other, -1)
    s.home[r, one] = -1
    if other >= 0:
        s.home[r, other] = -1
    write(a, s, r, source, left, left_size, left_hour)
    if other >= 0:
        meet(s, left, left_size, other, other, 1)
    if target >= 0:
        write(a, s, r, target, right, right_size, right_hour)
        meet(s, right, right_size, one, one, 1)
    return True


@inner
def propose(a: Arrays, s: Mix, w: Heat, scratch: Ints) -> bool:
    """Draw one move and try it."""
    rounds, n = s.home.shape
    r, one = int(draw(s.random) * rounds), int(draw(s.random) * n)
    source = s.home[r, one]
    if source < 0 or a.block[one] >= 0:
        return False
    mate = int(draw(s.random) * n)
    near = a.first[one + 1] - a.first[one]
    if near > 0 and draw(s.random) < SUITED:
        rank = draw(s.random)
        mate = a.best[a.first[one] + int(rank * rank * near)]
    target = s.home[r, mate]
    if target == source or a.block[mate] >= 0:
        return False
    if target < 0:
        return attempt(a, s, r, one, mate, -1, w, scratch)
    room = s.size[r, source] > a.sizes[0] and s.size[r, target] < a.sizes[1]
    if room and draw(s.random) < 0.5:
        return attempt(a, s, r, one, -1, target, w, scratch)
    other = s.members[r, target, int(draw(s.random) * s.size[r, target])]
    return a.block[other] < 0 and attempt(a, s, r, one, other, target, w, scratch)


@compiled
def mix(a: Arrays, s: Mix, first: Heat, last: Heat, moves: int, enough: int) -> None:
    """Try ``moves`` moves while the weights go from ``first`` to ``last``; ends early where no more than
    ``enough`` repeats are left (-1: never). The best rounds are kept in ``s.best``."""
    scratch = np.empty((2, a.sizes[1] + 2), np.int32)
    n = s.home.shape[1]
    w = first
    for move in range(moves):
        if move % n == 0:
            keep_best(s)
            share = move / moves
            w = Heat(
                first.heat * (last.heat / first.heat) ** share,
                first.repeat * (last.repeat / first.repeat) ** share,
            )
        if propose(a, s, w, scratch) and s.counts[REPEATS] < s.counts[BEST_REPEATS]:
            keep_best(s)
            if s.counts[REPEATS] <= enough:
                return
    keep_best(s)


@compiled
def keep_best(s: Mix) -> None:
    """Copy the rounds to ``s.best`` where they are better."""
    if s.counts[REPEATS] > s.counts[BEST_REPEATS]:
        return
    value = 0
    for r in range(s.size.shape[0]):
        for c in range(s.size.shape[1]):
            if s.size[r, c] > 1:
                value += value_of(s.total[r, c], s.size[r, c])
    if s.counts[REPEATS] < s.counts[BEST_REPEATS] or value > s.counts[BEST_VALUE]:
        s.counts[BEST_REPEATS], s.counts[BEST_VALUE] = s.counts[REPEATS], value
        s.best[:] = s.home

"""Every cohort worth at least so much, by branch and bound, compiled.

A cohort S of s members is worth ``gain * (sum of its pair scores) - sum of its members' prices -
the least price of an hour class all share``. With ``gain`` = 2 * VALUE_SCALE / (s - 1) and the duals
of a linear programme as prices that is its reduced cost; see Barnhart et al. 1998, Branch-and-price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.kernels import can_meet, caps_hold, compiled, is_shared, pair_score, topic_holds
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

    Floats = NDArray[np.float64]


@compiled
def hour_price(a: Arrays, group: Ints, size: int, prices: Floats) -> float:
    """The least price of a class that all of ``group`` share; infinity where they share none."""
    least = np.inf
    for number in range(prices.shape[0]):
        if prices[number] < least and is_shared(a, group, size, number):
            least = prices[number]
    return least


@compiled
def rank(
    a: Arrays, gain: float, prices: Floats, cand: Ints, count: int, near: Floats, rest: int, worth: Floats
) -> None:
    """Sort ``cand`` by what each can add at most, falling, into ``worth``.

    That is its pairs with the members already in (``near``), half of its best ``rest - 1`` pairs with
    other candidates (each such pair is shared by two), less its price.
    """
    top = np.zeros(max(1, rest - 1), np.int64)
    for x in range(count):
        one = cand[x]
        half = 0.0
        if rest > 1:
            for place in range(rest - 1):
                top[place] = 0
            for y in range(count):
                if y != x:
                    score = pair_score(a, one, cand[y])
                    place = rest - 2
                    if score > top[place]:
                        while place > 0 and top[place - 1] < score:
                            top[place] = top[place - 1]
                            place -= 1
                        top[place] = score
            for place in range(rest - 1):
                half += 0.5 * top[place]
        worth[x] = gain * (near[one] + half) - prices[one]
    for x in range(1, count):  # insertion sort: short lists, and numba's own sorts are slow to compile
        one, value, place = cand[x], worth[x], x
        while place > 0 and worth[place - 1] < value:
            cand[place], worth[place] = cand[place - 1], worth[place - 1]
            place -= 1
        cand[place], worth[place] = one, value


@compiled
def cohorts_above(  # noqa: PLR0912, PLR0915 - one search; each split costs seconds of compiling
    a: Arrays,
    size: int,
    gain: float,
    prices: Floats,
    hour_prices: Floats,
    floor: float,
    a_root: int,
    nodes: int,
    found: Ints,
    totals: Longs,
    worths: Floats,
) -> tuple[int, bool]:
    """Write the cohorts of ``size`` worth more than ``floor`` into the rows of ``found``,
    the sums of their pair scores into ``totals`` and their worth into ``worths``; how many there are,
    and whether these are all.

    They are not all where the rows of ``found`` are full, where one first member has more than
    ``a_root`` of them, or where more than ``nodes`` partial cohorts were opened.
    """
    n = a.state.shape[0]
    counts = np.zeros(a.duty.shape[0], np.int64)
    cand = np.empty((size, n), np.int32)
    worth = np.empty((size, n), np.float64)
    near = np.zeros((size, n), np.float64)
    many = np.zeros(size, np.int64)
    at = np.zeros(size, np.int64)
    base = np.zeros(size, np.float64)
    pairs = np.zeros(size, np.float64)
    group = np.empty(size, np.int32)
    least = np.inf if hour_prices.shape[0] > 0 else 0.0
    for price in hour_prices:
        least = min(least, price)
    for i in range(n):
        free = False
        for word in a.mask[i]:
            free = free or word != 0
        if free:
            cand[0, many[0]] = i
            many[0] += 1
    rank(a, gain, prices, cand[0], many[0], near[0], size, worth[0])
    total, opened, from_root, complete, depth = 0, 0, 0, True, 0
    while depth >= 0:
        rest, x = size - depth, at[depth]
        most = -np.inf
        if x + rest <= many[depth]:
            most = base[depth] - least
            for y in range(x, x + rest):
                most += worth[depth, y]
        if depth == 0:
            from_root = 0
        if most <= floor or from_root >= a_root:
            if most > floor:
                complete = False
            depth -= 1
            continue
        at[depth] += 1
        one = cand[depth, x]
        group[depth] = one
        if rest == 1:
            exact = base[depth] + worth[depth, x] - hour_price(a, group, size, hour_prices)
            if exact > floor and topic_holds(a, group, size, counts):
                if total == worths.shape[0]:
                    return total, False
                for place in range(size):
                    found[total, place] = group[place]
                totals[total] = int(pairs[depth] + near[depth, one])
                worths[total] = exact
                total += 1
                from_root += 1
            continue
        opened += 1
        if opened > nodes:
            return total, False
        into = depth + 1
        base[into] = base[depth] + gain * near[depth, one] - prices[one]
        pairs[into] = pairs[depth] + near[depth, one]
        many[into], at[into] = 0, 0
        for y in range(x + 1, many[depth]):
            other = cand[depth, y]
            score = pair_score(a, one, other)
            group[into] = other
            if score != APART and caps_hold(a, group, into + 1) and can_meet(a, group, into + 1):
                cand[into, many[into]] = other
                near[into, other] = near[depth, other] + score
                many[into] += 1
        rank(a, gain, prices, cand[into], many[into], near[into], rest - 1, worth[into])
        depth = into
    return total, complete

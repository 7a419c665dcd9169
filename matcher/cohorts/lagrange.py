"""A bound on the value at every size: prices for members that no cohort betters.

Where every cohort's value is at most the sum of its members' prices, no plan is worth more than the prices
of those it places. Such prices are the duals of the linear programme over all cohorts (set packing, solved
by column generation: Barnhart et al. 1998); any others bound as well, only looser. They are found in rounds:

1. prices that suit the cohorts known so far: the smoothed dual, by coordinate descent, within a box around
   the best prices so far, so that members of few known cohorts are not priced too low
   (boxstep: Marsten, Hogan and Blankenship 1975; smoothing: Pessoa, Sadykov, Uchoa and Vanderbeck 2018);
2. member by member the cohorts that better these prices are found, and the member's price is raised until
   none does (:func:`matcher.cohorts.dense.lift`): a bound, and new cohorts to know.

It begins with the prices of :func:`matcher.cohorts.bounds.value_bound`, and is never looser. Hours, caps and
pairs kept apart hold in it; the practice duty (unless all cohorts are of one size), the room in the hours,
pins, and that cohorts are whole, do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.cohorts.bounds import group_value, member_means
from matcher.cohorts.problem import VALUE_SCALE, Solution
from matcher.optimize import whole_bound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Arrays

    Floats = NDArray[np.float64]

Group = tuple[int, ...]
#: A round costs about a second for so many members: measured at 200 to 20,000.
MEMBERS_A_SECOND = 3_000
#: Rounds at least and at most.
FEWEST, MOST = 2, 24
#: How far below the best prices those of a round may be, how much of the way to them is gone, in mean prices.
BOX, STEP = 0.2, 0.8
#: Heat of the smoothed dual in the first round and at the end, in mean prices, and by what it falls a round.
HOT, COLD, COOLING = 0.1, 0.002, 0.8
SWEEPS = 300
#: So many roots are looked at before ``go_on`` is asked again.
ASKED = 2_000
#: Cohorts kept of a root, and pairs looked at around it before cohorts worth little are given up.
KEPT, EFFORT = 3, 2_000_000
#: From this share on the bound is said to be loose.
LOOSE = 0.01
#: Rounds in a row that better the bound by less than this share end it.
LITTLE, PATIENCE = 0.0001, 3


@dataclass(frozen=True, slots=True)
class Tightened:
    """No plan that places as many is worth more than ``bound``. ``late``: ended by the caller."""

    bound: int
    late: bool


def rounds_in(members: int, seconds: float) -> int:
    """How many rounds are planned for ``seconds``."""
    return max(FEWEST, min(MOST, int(seconds * MEMBERS_A_SECOND / max(1, members))))


def warm_up(arrays: Arrays) -> None:
    """Compile, or load from the cache, what :func:`tighten` calls: seconds, once on a machine."""
    import numpy as np

    from matcher.cohorts import dense
    from matcher.cohorts.around import make_room
    from matcher.cohorts.smooth import smooth

    size, nobody, one = int(arrays.sizes[0]), np.empty(0, np.int32), np.zeros(1)
    prices = np.zeros(len(arrays.state))
    room, desk = make_room(arrays, prices, size), dense.make_desk(arrays, size)
    dense.lift(arrays, prices, room, desk, nobody, size, 1, 1, np.empty((1, size), np.int32), one)
    smooth(np.zeros(2, np.int64), nobody, one, one.copy(), one.copy(), 0, 1.0, 0)


def tighten(
    arrays: Arrays,
    known: dict[Group, int],
    placed: int,
    rounds: int,
    go_on: Callable[[float, int], bool],
) -> Tightened:
    """The bound on plans that place ``placed`` members, by ``rounds`` rounds.

    ``known`` are cohorts with their values, of which some are better than none: those of good plans.
    ``go_on`` is told on the way which share is done, and the bound; where it says no, that is all.
    """
    import numpy as np

    from matcher.cohorts import dense
    from matcher.cohorts.around import make_room

    size, able = int(arrays.sizes[0]), arrays.mask.any(axis=1)
    roots = np.flatnonzero(able).astype(np.int32)
    best: Floats = member_means(arrays) * VALUE_SCALE
    bound = _total(best[able], placed)
    mean = bound / max(1, placed)
    if not placed or not mean:
        return Tightened(whole_bound(bound), late=False)
    desk, pool = dense.make_desk(arrays, size), dict(known)
    rows, worths = np.empty((len(roots) * KEPT, size), np.int32), np.empty(len(roots) * KEPT)
    prices, heat, step, idle = best - BOX / 2 * mean, HOT, STEP, 0
    for number in range(rounds):
        _suit(prices, best - BOX * mean, pool, placed, heat * mean)
        lifted = (best + step * (prices - best)) / (2 * VALUE_SCALE)
        room = make_room(arrays, lifted, size)
        count = 0
        for begin in range(0, len(roots), ASKED):  # a part of a round bounds nothing
            if not go_on((number + begin / len(roots)) / rounds, whole_bound(bound)):
                return Tightened(whole_bound(bound), late=True)
            some = roots[begin : begin + ASKED]
            count += dense.lift(
                arrays, lifted, room, desk, some, size, KEPT, EFFORT, rows[count:], worths[count:]
            )
        pool.update(
            (group, group_value(arrays, group))
            for group in map(tuple, np.sort(rows[:count], axis=1).tolist())
            if group not in pool
        )
        total = _total(lifted[able], placed) * 2 * VALUE_SCALE
        idle = idle + 1 if total > bound * (1 - LITTLE) else 0
        step = min(STEP, 1.5 * step) if total < bound else 0.6 * step
        if total < bound:
            bound, best = total, lifted * (2 * VALUE_SCALE)
        heat = max(COLD, COOLING * heat)
        if idle == PATIENCE and heat == COLD:
            break
    go_on(1.0, whole_bound(bound))
    return Tightened(whole_bound(bound), late=False)


def looseness(solution: Solution) -> str:
    """Why the bound of ``solution`` may be far off, in a sentence for people; empty where it is near."""
    if solution.bound - solution.objective < LOOSE * solution.bound:
        return ""
    return (
        "How much of that distance can be had is not known: the limit counts hours, caps and pairs kept "
        "apart, but in large plans not that a cohort needs a practice on its topic, how many can be convened "
        "at an hour, and that nobody can be in parts of several."
    )


def _total(prices: Floats, placed: int) -> float:
    """The ``placed`` largest prices, added up exactly."""
    import numpy as np

    return math.fsum(np.sort(prices)[::-1][:placed].tolist())


def _suit(prices: Floats, alone: Floats, pool: dict[Group, int], placed: int, heat: float) -> None:
    """Move ``prices`` so that they suit the cohorts of ``pool`` in plans that place so many members."""
    import numpy as np

    from matcher.cohorts.smooth import smooth

    n, groups = len(prices), list(pool)
    sizes = np.array([len(group) for group in groups], np.int64)
    members = np.fromiter((i for group in groups for i in group), np.int64, int(sizes.sum()))
    column = np.repeat(np.arange(len(groups)), sizes)
    start = np.concatenate([[0], np.cumsum(np.bincount(members, minlength=n))]).astype(np.int64)
    of_member = column[np.argsort(members, kind="stable")].astype(np.int32)
    paid = np.bincount(column, prices[members], minlength=len(groups))
    slack = np.array([pool[group] for group in groups], np.float64) - paid
    smooth(start, of_member, slack, prices, alone, n - placed, heat, SWEEPS)

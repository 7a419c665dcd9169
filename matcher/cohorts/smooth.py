"""The smoothed dual of set packing, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.kernels import compiled

if TYPE_CHECKING:
    from matcher.cohorts.around import Floats
    from matcher.cohorts.tables import Ints, Longs

#: Sweeps end where no price moves by more than this share of the heat.
STILL = 0.01


@compiled
def smooth(
    start: Longs,
    column: Ints,
    slack: Floats,
    price: Floats,
    alone: Floats,
    spare: int,
    heat: float,
    sweeps: int,
) -> int:
    """Move each price in turn to the minimum of ``sum of prices + heat * sum of exp(slack / heat)`` over
    the sets, for at most ``sweeps`` sweeps; how many.

    Sets ``column[start[i]:start[i + 1]]`` hold member i; ``slack`` is a set's value less its prices, and is
    kept in step. ``alone[i]`` is the value of a set of member i alone. At the minimum the sets, taken
    ``exp(slack / heat)`` times each, cover each member once: Sinkhorn's scaling (1967), for sets. So many
    as ``spare`` are covered by waiting, which is worth the same to all.
    """
    waiting = price.min()
    for sweep in range(sweeps):
        moved = 0.0
        for i in range(price.shape[0]):
            most = alone[i] - price[i]
            for entry in range(start[i], start[i + 1]):
                most = max(most, slack[column[entry]])
            if spare > 0:
                most = max(most, waiting - price[i])
            total = np.exp((alone[i] - price[i] - most) / heat)
            if spare > 0:
                total += np.exp((waiting - price[i] - most) / heat)
            for entry in range(start[i], start[i + 1]):
                total += np.exp((slack[column[entry]] - most) / heat)
            step = most + heat * np.log(total)
            price[i] += step
            moved = max(moved, abs(step))
            for entry in range(start[i], start[i + 1]):
                slack[column[entry]] -= step
        if spare > 0:
            least, total = price.min(), 0.0
            for i in range(price.shape[0]):
                total += np.exp((least - price[i]) / heat)
            step = least + heat * (np.log(spare) - np.log(total)) - waiting
            waiting += step
            moved = max(moved, abs(step))
        if moved < STILL * heat:
            return sweep + 1
    return sweeps

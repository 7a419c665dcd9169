"""How sure a figure is: 95 % intervals by the percentile bootstrap (Efron & Tibshirani 1993).

What was measured is drawn again and again with replacement, always with the same seed, and the
figure is computed from each draw; the interval is the middle 95 % of those values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWS = 1000
SEED = 0
#: The percentiles between which 95 % of the draws lie.
ENDS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the ends of its 95 % interval, in the figure's own unit."""

    value: float
    low: float
    high: float


def mean_interval(values: npt.ArrayLike) -> Interval:
    """The mean of values (n,), one a query or statement, with its interval over them.

    For the difference of two methods give the differences query by query: then the interval is that of
    the paired comparison. Raises ValueError where there is no value.
    """
    given = np.asarray(values, dtype=np.float64)
    if not given.size:
        raise ValueError("there is nothing to take the mean of")
    chance = np.random.default_rng(SEED)
    means = np.array([given[chance.integers(0, given.size, given.size)].mean() for _ in range(DRAWS)])
    return _around(float(given.mean()), means)


def interval(statistic: Callable[[Ints], float], n: int) -> Interval:
    """A statistic of n rows with its interval; ``statistic`` is given row numbers, some of them repeated.

    A row that is drawn twice agrees with itself, which lifts measures of agreement between groupings a
    little in every draw. So the draws are shifted until their mean is the value that was measured: the
    interval says how far it varies, not how far repeats lift it.
    """
    if n < 1:
        raise ValueError("there is nothing to measure")
    value = statistic(np.arange(n, dtype=np.int64))
    chance = np.random.default_rng(SEED)
    found = np.array([statistic(chance.integers(0, n, n)) for _ in range(DRAWS)])
    return _around(value, found - (found.mean() - value))


def _around(value: float, draws: Floats) -> Interval:
    low, high = np.percentile(draws, ENDS).tolist()
    # Rounding alone may put the value of equal draws just outside.
    return Interval(value, min(low, value), max(high, value))

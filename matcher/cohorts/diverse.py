"""Groups of most weight inside them, with no rule but their sizes.

This is the maximally diverse grouping problem where the total counts (Gallego, Laguna, Martí and Duarte
2013), and size-limited clustering where the mean affinity does. A search over networks with all rules is in
``search``; this core knows none of them, and takes its weights as a matrix.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.diverse_search import Aim, Search, warm_up, whole
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits
from matcher.watch import Watch

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Homes = NDArray[np.uint32]
    Longs = NDArray[np.int64]

log = logging.getLogger(__name__)

HUGE = 1e100


@dataclass(frozen=True, slots=True)
class Grouping:
    """``groups[g]`` holds the members of group g, ascending, in the order of the sizes given. ``value``
    is recomputed from the weights. ``work`` counts what was done, in pairs looked at; ``moves`` were made.
    ``cut_short``: the clock or the caller ended it before its planned work was done."""

    groups: tuple[tuple[int, ...], ...]
    value: float
    work: int
    moves: int
    seconds: float
    cut_short: bool = False


def group(
    weights: ArrayLike,
    sizes: Sequence[tuple[int, int]],
    limits: Limits | None = None,
    watch: Watch | None = None,
    *,
    aim: Aim = Aim.TOTAL,
    work: int | None = None,
    start: Sequence[Sequence[int]] | None = None,
) -> Grouping:
    """The best partition found of the members into ``len(sizes)`` groups of the (lowest, highest) sizes.

    ``weights`` is a symmetric n by n matrix; its diagonal does not count. The search is planned as
    ``work`` pairs to look at, by default as many as suit ``limits.seconds``; the same weights, sizes, seed
    and work give the same groups. The limit begins once the search is compiled. ``start`` is a partition
    of such sizes to begin from: the result is never worse, and without ``work`` it is that partition after
    swaps and moves that each gain. Raises InputError where the weights, sizes or start make no sense,
    InfeasibleError where no partition has such sizes.
    """
    began = time.perf_counter()
    limits, watch, aim = limits or Limits(), watch or Watch(), Aim(aim)
    matrix = _matrix(weights)
    low, high = _sizes(sizes, len(matrix))
    if len(matrix) == 0:
        return Grouping(tuple(() for _ in sizes), 0.0, 0, 0, time.perf_counter() - began)
    given = whole(matrix, low, high, aim)
    warm_up()
    search = Search(given, limits, watch, time.perf_counter(), work)
    if start is not None:
        search.descend_from(_homes(start, low, high, len(matrix)))
    home = search.run()
    groups = tuple(tuple(np.flatnonzero(home == g).tolist()) for g in range(len(low)))
    assert all(a <= len(one) <= b for a, one, b in zip(low, groups, high, strict=True)), "sizes are kept"
    seconds = time.perf_counter() - began
    found = Grouping(groups, worth(matrix, groups, aim), search.done, search.moves, seconds, search.cut_short)
    log.info(
        "diverse: members=%d groups=%d value=%.6g pairs=%d seconds=%.2f",
        len(matrix), len(groups), found.value, found.work, seconds,
    )  # fmt: skip
    return found


def worth(weights: ArrayLike, groups: Sequence[Sequence[int]], aim: Aim = Aim.TOTAL) -> float:
    """What ``groups`` are worth by ``aim``, with no search in sight."""
    matrix = np.asarray(weights)
    members, total = sum(map(len, groups)), 0.0
    for one in groups:
        inside = matrix[np.ix_(one, one)]
        pairs = float(inside.sum() - inside.diagonal().sum()) / 2
        size = len(one)
        if aim is Aim.TOTAL:
            total += pairs
        elif size > 1:
            mean = pairs / (size * (size - 1) / 2)
            total += mean * size / members if aim is Aim.MEMBERS else mean / len(groups)
    return total


def _matrix(weights: ArrayLike) -> Floats:
    matrix = np.asarray(weights, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"The weights have the shape {matrix.shape}.", cure="Give a square matrix.")
    sound = np.abs(matrix) < HUGE
    if not sound.all():
        i, j = np.argwhere(~sound)[0].tolist()
        raise InputError(
            f"The weight of members {i} and {j} is {matrix[i, j]}.", cure=f"Give numbers below {HUGE:g}."
        )
    if not np.array_equal(matrix, matrix.T):
        i, j = np.argwhere(matrix != matrix.T)[0].tolist()
        raise InputError(
            f"Members {i} and {j} weigh {matrix[i, j]:g}, but {j} and {i} weigh {matrix[j, i]:g}.",
            cure="Give each pair one weight, on both sides of the diagonal.",
        )
    return matrix


def _sizes(sizes: Sequence[tuple[int, int]], n: int) -> tuple[Longs, Longs]:
    for number, (least, most) in enumerate(sizes):
        if not 0 <= least <= most:
            raise InputError(
                f"Group {number} is to have from {least} to {most} members.",
                cure="The lowest size is at least 0 and at most the highest.",
            )
    low = np.array([one for one, _ in sizes], np.int64)
    high = np.array([min(one, n) for _, one in sizes], np.int64)
    if not low.sum() <= n <= high.sum():
        raise InfeasibleError(
            f"{len(sizes)} groups of such sizes hold {low.sum()} to {high.sum()} members, and there are {n}.",
            cure="Change the number of groups or their sizes.",
        )
    return low, high


def _homes(start: Sequence[Sequence[int]], low: Longs, high: Longs, n: int) -> Homes:
    """The group of each member in ``start``."""
    if sorted(i for one in start for i in one) != list(range(n)):
        raise InputError("The partition to begin from is none.", cure=f"Name each of the {n} members once.")
    if len(start) != len(low) or any(
        not a <= len(one) <= b for a, one, b in zip(low, start, high, strict=True)
    ):
        raise InputError(
            f"The partition to begin from has groups of {', '.join(str(len(one)) for one in start)} members.",
            cure="Give as many groups as there are sizes, each within its sizes.",
        )
    home = np.zeros(n, np.uint32)
    for number, one in enumerate(start):
        home[list(one)] = number
    return home

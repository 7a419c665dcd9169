"""The graph of nearest neighbours.

Weights are those of UMAP's fuzzy graph (McInnes, Healy & Melville 2018): what counts is how near a
neighbour is beside the others of the same statement, so that dense and sparse subjects weigh alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.embed import GRID, Vectors, on_grid

if TYPE_CHECKING:
    from scipy import sparse

#: Rows scored at a time.
BLOCK = 512
#: Twice as far as a rough score can be from the exact one.
MARGIN = 1e-4
#: Candidates a row may have beyond the neighbours that are asked for.
ROOM = 64
#: Steps of the bisection for the width of a statement's neighbourhood.
STEPS = 40

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Nearest rows of each row: ``index`` (n, k), ``cosine`` (n, k), best first."""

    index: Ints
    cosine: Floats


def nearest(vectors: Vectors, k: int, rows: Ints | None = None) -> Neighbours:
    """The ``k`` nearest other rows of each row by cosine on the grid, exactly; ties go to the lower
    index. ``k`` is cut to n - 1. With ``rows`` only those rows' neighbours, in their order.

    Rough products in float32 find candidates, which are scored again on the grid: so the outcome is
    the same on every machine.
    """
    n = len(vectors)
    asked = np.arange(n) if rows is None else rows
    k = max(0, min(k, n - 1))
    index, cosine = np.zeros((len(asked), k), dtype=np.int64), np.zeros((len(asked), k))
    if not k:
        return Neighbours(index, cosine)
    from matcher.topics.kernels import best_of_block

    exact = on_grid(vectors)
    rough = np.ascontiguousarray(vectors, dtype=np.float32)
    found = np.empty(k + ROOM, dtype=np.int64)
    for start in range(0, len(asked), BLOCK):
        own = asked[start : start + BLOCK]
        part = slice(start, start + len(own))
        crowded = best_of_block(rough[own] @ rough.T, own, exact, MARGIN, index[part], cosine[part], found)
        for place in np.flatnonzero(crowded).tolist():
            scores = exact @ exact[own[place]]
            scores[own[place]] = -np.inf
            best = np.argsort(-scores, kind="stable")[:k]
            index[start + place], cosine[start + place] = best, scores[best]
    return Neighbours(index, cosine)


def among(near: Neighbours, vectors: Vectors, rows: Ints, k: int) -> Neighbours:
    """The ``k`` nearest among ``rows`` (ascending), numbered by their place in them, from the ``near``
    of all; a row with too few of them in ``near`` is looked up again."""
    k = max(0, min(k, len(rows) - 1))
    place = np.full(len(vectors), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    index = place[near.index[rows]]
    first = np.argsort(index < 0, axis=1, kind="stable")[:, :k]
    index = np.take_along_axis(index, first, axis=1)
    cosine = np.take_along_axis(near.cosine[rows], first, axis=1)
    if index.shape[1] < k:
        return nearest(vectors[rows], k)
    short = np.flatnonzero((index < 0).any(axis=1))
    if len(short):
        again = nearest(vectors[rows], k, short)
        index[short], cosine[short] = again.index, again.cosine
    return Neighbours(index, cosine)


def fuzzy(near: Neighbours) -> sparse.csr_matrix:
    """Weights (n, n), symmetric, 0 to 1.

    A neighbour at distance d of row i has exp(-(d - d1) / s), with d1 the distance of the nearest and
    s such that the k weights sum to log2 k; what two rows say of each other is joined as chances are:
    a + b - ab.
    """
    from scipy import sparse

    n, k = near.index.shape
    if not k:
        return sparse.csr_matrix((n, n))
    beyond = near.cosine[:, :1] - near.cosine
    wanted = np.log2(k) if k > 1 else 1.0
    low, high = np.full((n, 1), 1e-4), np.full((n, 1), 10.0)
    for _ in range(STEPS):
        width = (low + high) / 2
        less = np.exp(-beyond / width).sum(axis=1, keepdims=True) < wanted
        low, high = np.where(less, width, low), np.where(less, high, width)
    # Steps of 1 / GRID: sums of weights are the same in any order.
    weight = np.rint(np.exp(-beyond / high) * GRID) / GRID
    weight[near.cosine <= 0.0] = 0.0
    one = sparse.csr_matrix((weight.ravel(), near.index.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    both = (one + one.T - one.multiply(one.T)).tocsr()
    both.data = np.rint(both.data * GRID) / GRID
    both.eliminate_zeros()
    both.sort_indices()
    return both

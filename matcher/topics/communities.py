"""Communities of a graph: Louvain's method (Blondel et al. 2008), with nodes that stay where they are.

networkx has the method without such nodes and takes minutes at 100,000 statements; a test compares
the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

    from matcher.topics.graph import Floats, Ints

#: Passes over the whole graph, each from what the one before found.
PASSES = 4


def communities(
    weights: sparse.csr_matrix,
    resolution: float,
    fixed: Ints,
    *,
    degree: Floats | None = None,
    total: float | None = None,
) -> Ints:
    """The community of each node, numbered from 0.

    ``fixed`` (n,) holds the community of the nodes that stay, numbered 0 to some c - 1 without a gap,
    and -1 for the free ones; those join fixed communities or form new ones, numbered from c in the
    order of their first node. Each maximises modularity at ``resolution``, where a merge pays if the
    weight between two communities is above resolution * degree * degree / total. For a part of a graph
    give ``degree`` and ``total`` of the whole.
    """
    if degree is None:
        degree = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    if total is None:
        total = float(degree.sum())
    count = int(fixed.max(initial=-1)) + 1
    free = fixed < 0
    own = fixed.copy()
    own[free] = count + np.arange(int(free.sum()))
    if total <= 0.0 or not free.any():
        return own
    scale = resolution / total
    for seed in range(PASSES):
        before = own.copy()
        own = _pass(weights, degree, free, own, count, scale, seed)
        if np.array_equal(before, own):
            break
    return own


def _pass(
    weights: sparse.csr_matrix,
    degree: Floats,
    free: npt.NDArray[np.bool_],
    own: Ints,
    count: int,
    scale: float,
    seed: int,
) -> Ints:
    """Moves of single nodes, then of the communities as nodes, until nothing moves."""
    from scipy import sparse

    from matcher.topics.kernels import move_nodes

    graph, weight_of, movable = weights, degree, free
    labels, flat = own.copy(), own
    while True:
        moved = move_nodes(
            graph.indptr.astype(np.int64),
            graph.indices.astype(np.int64),
            graph.data.astype(np.float64),
            weight_of,
            movable,
            labels,
            scale,
            seed,
        )
        labels = _numbered(labels, count)
        flat = labels if graph is weights else labels[flat]
        if not moved and graph is not weights:
            return _numbered(flat, count)
        size = int(labels.max()) + 1
        join = sparse.csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)))
        graph = (join.T @ graph @ join).tocsr()
        graph.sort_indices()
        weight_of = np.bincount(labels, weight_of, minlength=size).astype(np.float64)
        movable = np.arange(size) >= count
        labels = np.arange(size)


def _numbered(labels: Ints, count: int) -> Ints:
    """Labels from ``count`` on without a gap, in the order in which they come; lower ones stay."""
    new = labels >= count
    _, first, inverse = np.unique(labels[new], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    numbered = labels.copy()
    numbered[new] = count + rank[inverse]
    return numbered

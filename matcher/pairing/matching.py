"""Programmes that are matchings: one pair each and no rule beside, but perhaps a least number of pairs.

They are solved by the compiled search of :mod:`matcher.pairing.blossom`, exactly and in no time. The
duals it ends with are those of the linear programme with odd-set rows, and so prove the bound as
:func:`matcher.pairing.programme.certify` adds it up. Nothing here is believed that is not added up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from matcher.optimize import ContradictionError, Limits, assign
from matcher.pairing.programme import Certificate, Ints, Programme, certify
from matcher.watch import Watch

if TYPE_CHECKING:
    from matcher.pairing.forest import Forest, Graph

#: Sums and products of the search have to stay below this.
LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Matched:
    """``x`` (columns,) is a matching, the best one and of as many pairs as asked for unless ``cut_short``."""

    x: Ints
    proof: Certificate
    cut_short: bool


def matching(
    programme: Programme, cost: Ints, limits: Limits, started: float, watch: Watch
) -> Matched | None:
    """The best plan of a programme for ``cost``, where it is a matching; None where it is not.

    Raises ContradictionError where no plan has the least number of pairs that the rows ask for.
    """
    least = _least_pairs(programme)
    if least is None:
        return None
    for prize in (_prize(cost, len(programme.capacity)), 0) if least else (0,):
        free = _open(programme, cost + prize)
        if free is None:
            return None
        found = _solve(programme, cost, least, prize, free, limits, started, watch)
        pairs = int(found.x.sum())
        if found.cut_short or pairs == least or (pairs > least and not prize):
            return found
        if pairs < least and prize:
            raise ContradictionError
    return None


def _prize(cost: Ints, size: int) -> int:
    """What a pair is worth by itself where one more of them counts for more than all ``cost``."""
    return 2 * (1 + size // 2 * (int(cost.max(initial=0)) - int(cost.min(initial=0))))


def _least_pairs(programme: Programme) -> int | None:
    """How many pairs a plan has to have; None where the programme is more than a matching."""
    n, m = len(programme.capacity), len(programme.edges.affinity)
    if not m or len(programme.convenable) or len(programme.low) > m or programme.capacity.max() > 1:
        return None
    least = 0
    for row in range(n, len(programme.right)):
        values = programme.matrix.data[programme.matrix.indptr[row] : programme.matrix.indptr[row + 1]]
        if len(values) < m or values.max(initial=-1) >= 0 or values.min() < values[0]:
            return None
        least = max(least, -(int(programme.right[row]) // -int(values[0])))
    return least


@dataclass(frozen=True, slots=True)
class Open:
    """The pairs that are left to choose: their graph, and the column of each of its arcs."""

    graph: Graph
    columns: Ints


def _open(programme: Programme, weight: Ints) -> Open | None:
    """The graph without the pinned members; None where its numbers are too large.

    Raises ContradictionError where the pins themselves take more than there is.
    """
    from matcher.pairing.forest import Graph

    ends, n = programme.edges.ends, len(programme.capacity)
    left = programme.capacity - np.bincount(ends[programme.low > 0].ravel(), minlength=n)
    if left.min(initial=0) < 0:
        raise ContradictionError
    free = np.flatnonzero((programme.high > 0) & (left[ends] > 0).all(axis=1))
    tail = ends[free].T.ravel()
    order = np.argsort(tail, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))])
    columns = np.tile(free, 2)[order]
    graph = Graph(start, ends[free][:, ::-1].T.ravel()[order], tail[order], 2 * weight[columns])
    largest = 16 * (int(np.abs(graph.weight).max(initial=0)) + 1)
    return Open(graph, columns) if largest * (len(tail) + 2 * n + 1) < LARGEST else None


def _solve(
    programme: Programme,
    cost: Ints,
    least: int,
    prize: int,
    free: Open,
    limits: Limits,
    started: float,
    watch: Watch,
) -> Matched:
    from matcher.pairing.blossom import begin, search
    from matcher.pairing.forest import forest

    graph, n = free.graph, len(programme.capacity)
    trees = forest(n)
    begin(graph, trees, *assign(graph.tail, graph.near, graph.weight // 2, n))
    late = False
    for root in range(n):
        if trees.mate[root] >= 0 or not trees.y[root]:
            continue
        late = time.perf_counter() - started > limits.seconds or watch.stopped()
        if late:
            break
        search(graph, trees, root)
    x = programme.low.copy()
    matched = trees.mate[graph.tail] == graph.near
    x[free.columns[matched]] = 1
    return Matched(x, _prove(programme, cost, least, prize, free, trees), late)


def _prove(
    programme: Programme, cost: Ints, least: int, prize: int, free: Open, trees: Forest
) -> Certificate:
    """The bound from the duals of members and blossoms; the prize is that of the least number of pairs."""
    n = len(programme.capacity)
    duals = np.zeros(len(programme.right))
    duals[:n] = trees.y / 2
    pinned = programme.low > 0  # a pinned member's dual takes all that its other pairs could be worth
    taken = np.zeros(n, dtype=bool)
    taken[programme.edges.ends[pinned].ravel()] = True
    duals[:n][taken] = max(0, int(cost.max(initial=0)) + prize)
    sets = list(_blossoms(free, trees))
    columns = [inside for inside, _, _ in sets]
    rows = sparse.csr_matrix(
        (
            np.ones(sum(map(len, columns)), dtype=np.int64),
            np.concatenate([np.zeros(0, dtype=np.int64), *columns]),
            np.cumsum([0, *map(len, columns)]),
        ),
        shape=(len(sets), len(cost)),
    )
    asked = sparse.csr_matrix(np.full((1, len(cost)), -1, dtype=np.int64))
    matrix = sparse.vstack([programme.matrix, rows, asked]).tocsr()
    right = np.concatenate([programme.right, [right for _, right, _ in sets], [-least]]).astype(np.int64)
    duals = np.concatenate([duals, [dual for _, _, dual in sets], [prize]])
    return certify(matrix, right, cost, programme.low, programme.high, duals)


def _blossoms(free: Open, trees: Forest) -> Iterator[tuple[Ints, int, float]]:
    """The columns inside each odd set with a dual, the most of them a plan can have, and that dual."""
    graph, n = free.graph, len(trees.y)
    inside = np.zeros(n, dtype=bool)
    for node in (np.flatnonzero(trees.z[n:] > 0) + n).tolist():
        members = [int(trees.head[node])]
        while members[-1] != trees.tail[node]:
            members.append(int(trees.follow[members[-1]]))
        inside[members] = True
        arcs = np.concatenate([np.arange(graph.start[each], graph.start[each + 1]) for each in members])
        yield np.unique(free.columns[arcs[inside[graph.near[arcs]]]]), len(members) // 2, trees.z[node] / 2
        inside[members] = False

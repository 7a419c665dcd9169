"""Nodes to groups: communities of the graph, and when a topic splits or two become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.embed import Vectors
from matcher.topics.communities import communities
from matcher.topics.graph import Ints

if TYPE_CHECKING:
    from scipy import sparse

#: Resolution for each granularity, times log2(nodes / 10): more statements hold more subjects.
#: bench/tune_topics.py prints what other values give; docs/adr/0015-topics.md says more.
RESOLUTION = {"broad": 0.375, "normal": 0.75, "fine": 1.5}
SUBJECT = 10.0
#: log2(nodes / SUBJECT) is at least this.
LEAST_SCALE = 4 / 3
#: Neighbours are at most this share of the nodes.
NEIGHBOUR_SHARE = 5
#: A group of fewer nodes joins the topic that its statements are nearest to.
LEAST_SIZE = 3
#: A part leaves a topic where the weight between it and the rest is below this many times the one
#: from which on keeping them together pays ...
SPLIT_BELOW = 0.85
#: ... and where it holds at least this share of the topic.
SPLIT_SHARE = 0.15
#: Two topics become one where the weight between them is above this many times the same.
MERGE_ABOVE = 1.3
#: Splits and mergers of one run take at most this share of the statements to another topic, the
#: clearest first: nearly everything stays where staff saw it last.
MOST_MOVED = 0.04


def neighbours_of(settings_neighbours: int, n: int) -> int:
    """How many neighbours each of ``n`` nodes is linked to."""
    return min(settings_neighbours, max(2, n // NEIGHBOUR_SHARE))


def resolution(granularity: str, n: int) -> float:
    """Resolution for ``n`` nodes."""
    return RESOLUTION[granularity] * max(float(np.log2(max(n, 1) / SUBJECT)), LEAST_SCALE)


def group(weights: sparse.csr_matrix, vectors: Vectors, scale: float, fixed: Ints) -> Ints:
    """The group of each node: ``fixed`` ones (0 to c - 1) stay, free ones (-1) join them or form new
    groups, from c on; a new group that is too small joins the nearest."""
    found = communities(weights, scale, fixed)
    count = int(fixed.max(initial=-1)) + 1
    sizes = np.bincount(found)
    large = [g for g in range(len(sizes)) if g < count or sizes[g] >= LEAST_SIZE]
    if not large:
        return np.zeros(len(found), dtype=np.int64)
    # A dot product with a mean is the mean cosine to all of them.
    centres = np.array([vectors[found == g].mean(axis=0) for g in large])
    number = np.full(len(sizes), -1, dtype=np.int64)
    number[large] = np.arange(len(large))
    joined = number[found]
    lone = np.flatnonzero(joined < 0)
    joined[lone] = np.argmax(vectors[lone] @ centres.T, axis=1)
    return joined


def changed(
    weights: sparse.csr_matrix,
    scale: float,
    groups: Ints,
    *,
    gained: list[int],
    settled: frozenset[int],
    held: Ints,
) -> Ints:
    """``groups`` with the splits and mergers for which there is clear evidence.

    Only groups that ``gained`` nodes are looked at, and none that is ``settled``. ``held`` (n,) counts
    the statements of each node that were in a topic before: at most MOST_MOVED of them move.
    """
    found = groups.copy()
    steps = _splits(weights, scale, groups, gained, settled)
    steps += _mergers(weights, scale, groups, gained, settled)
    left = MOST_MOVED * float(held.sum())
    used = set[int]()
    for _, own, nodes, target in sorted(steps, key=lambda step: (step[0], step[1], int(step[2][0]))):
        moved = float(held[nodes].sum())
        if moved > left or own in used or target in used:
            continue
        left -= moved
        # Of a topic that was changed the rest was not weighed anew: that waits for the next run.
        used |= {own, target} - {-1}
        found[nodes] = target if target >= 0 else int(found.max()) + 1
    return found


#: How clear (lower is clearer), the group, the nodes that leave it, and where to (-1: a group of their own).
_Step = tuple[float, int, "Ints", int]


def _splits(
    weights: sparse.csr_matrix, scale: float, groups: Ints, gained: list[int], settled: frozenset[int]
) -> list[_Step]:
    """The parts that may leave a group, for another that they clearly belong to or for one of their own."""
    degree = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    sizes = np.bincount(groups, degree)
    total = float(degree.sum())
    found: list[_Step] = []
    for each in gained:
        nodes = np.flatnonzero(groups == each)
        if each in settled:
            continue
        inner = weights[nodes][:, nodes].tocsr()
        free = np.full(len(nodes), -1, dtype=np.int64)
        parts = communities(inner, scale, free, degree=degree[nodes], total=total)
        count = np.bincount(parts)
        for part in np.argsort(-count, kind="stable")[1:].tolist():
            if count[part] < max(LEAST_SIZE, SPLIT_SHARE * len(nodes)):
                continue
            own = nodes[parts == part]
            weight = degree[own].sum()
            links = np.asarray(weights[own].sum(axis=0)).ravel()
            to = np.bincount(groups, links, minlength=len(sizes))
            stay = float(links[nodes[parts != part]].sum())
            ratio = stay * total / max(scale * weight * (sizes[each] - weight), 1e-9)
            if ratio >= SPLIT_BELOW:
                continue
            pays = to * total / np.maximum(scale * weight * sizes, 1e-9)
            pays[[each, *settled]] = 0.0
            target = int(np.argmax(pays))
            found.append((ratio, each, own, target if pays[target] > MERGE_ABOVE else -1))
    return found


def _mergers(
    weights: sparse.csr_matrix, scale: float, groups: Ints, gained: list[int], settled: frozenset[int]
) -> list[_Step]:
    """The groups that may join another, the smaller the larger, of equal ones the higher the lower."""
    from scipy import sparse as sp

    count = int(groups.max()) + 1
    join = sp.csr_matrix((np.ones(len(groups)), (np.arange(len(groups)), groups)), shape=(len(groups), count))
    between = (join.T @ weights @ join).tocoo()
    degree = np.bincount(groups, np.asarray(weights.sum(axis=1)).ravel(), minlength=count)
    sizes = np.bincount(groups, minlength=count)
    total = float(degree.sum())
    found: list[_Step] = []
    for a, b, weight in zip(between.row.tolist(), between.col.tolist(), between.data.tolist(), strict=True):
        if a >= b or {a, b} & settled or not {a, b} & set(gained):
            continue
        ratio = weight * total / max(scale * degree[a] * degree[b], 1e-9)
        if ratio > MERGE_ABOVE:
            stays, ends = (a, b) if sizes[a] >= sizes[b] else (b, a)
            found.append((1 / ratio, ends, np.flatnonzero(groups == ends), stays))
    return found

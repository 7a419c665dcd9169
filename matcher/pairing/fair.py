"""The floor: what the worst-off placed member gains, lifted as high as can be.

Max-min fairness by thresholds, as in the bottleneck assignment problem (Burkard, Dell'Amico and
Martello, "Assignment Problems", 2009, chapter 6): a floor can be held where a plan that places as
many exists on the pairs at or above it. A flow, which leaves out what odd sets and facilitators
forbid, bounds the floor from above in little time, and is mostly right; the levels from there down
are tried with the whole programme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from matcher.optimize import ContradictionError
from matcher.pairing.programme import Ints, Programme
from matcher.pairing.relax import Best


@dataclass(frozen=True, slots=True)
class Lifted:
    """The best plan at the highest floor that was reached, and the floor that no plan is above."""

    best: Best
    bound: int


def pinned_members(programme: Programme) -> npt.NDArray[np.bool_]:
    """Which members (members,) have a pinned pair; the floor does not ask about them."""
    pinned = np.zeros(len(programme.capacity), dtype=bool)
    pinned[programme.edges.ends[programme.edges.pinned].ravel()] = True
    return pinned


def floor_of(programme: Programme, x: Ints) -> int:
    """As :func:`matcher.pairing.check.worst_off`, of a whole point (columns,)."""
    edges = programme.edges
    chosen = np.flatnonzero(x[: len(edges.affinity)])
    best = np.full(len(programme.capacity), -1, dtype=np.int64)
    np.maximum.at(best, edges.ends[chosen].ravel(), np.repeat(edges.affinity[chosen], 2))
    asked = best[(best >= 0) & ~pinned_members(programme)]
    return int(asked.min()) if len(asked) else 0


def held(programme: Programme, floor: int) -> Programme:
    """The programme whose plans keep ``floor``: a placed member without a pinned pair has one of at
    least that. So who takes one pair only takes none below it, and who takes several takes none below
    it but beside one that is not.

    Raises ContradictionError where a pair that has to be taken breaks it.
    """
    edges, capacity = programme.edges, programme.capacity
    m = len(edges.affinity)
    below = (edges.affinity < floor) & ~edges.pinned
    asks = ~pinned_members(programme)
    enough = np.bincount(edges.ends[~below].ravel(), minlength=len(capacity)) > 0
    never = asks & ((capacity == 1) | ~enough)
    high = programme.high.copy()
    high[:m][below & never[edges.ends].any(axis=1)] = 0
    if (high < programme.low).any():
        raise ContradictionError
    several = np.flatnonzero(capacity > 1)
    column = m + np.flatnonzero(asks[several])  # "is placed" of those who take several and are asked about
    member = several[column - m]
    if not len(member):
        return replace(programme, high=high)
    rows = np.full(len(capacity), -1, dtype=np.int64)
    rows[member] = np.arange(len(member))
    low_pairs = _pairs_of(programme, rows, np.flatnonzero(below & (high[:m] > 0)))
    good_pairs = _pairs_of(programme, rows, np.flatnonzero(~below))
    each, shape = (rows[member], column), low_pairs.shape
    placed = sparse.csr_matrix((np.ones_like(member), each), shape=shape)
    spare = sparse.csr_matrix((capacity[member] - 1, each), shape=shape)
    matrix = sparse.vstack([programme.matrix, placed - good_pairs, low_pairs - spare])
    right = np.append(programme.right, np.zeros(2 * len(member), dtype=np.int64))
    return replace(programme, matrix=matrix.tocsr(), right=right, high=high)


def _pairs_of(programme: Programme, rows: Ints, pairs: Ints) -> sparse.csr_matrix:
    """A row (of ``rows``, -1 for none) for each member, with 1 for each of ``pairs`` it is in."""
    ends = rows[programme.edges.ends[pairs]]
    there = ends >= 0
    columns = np.broadcast_to(pairs[:, None], ends.shape)[there]
    shape = (int(rows.max(initial=-1)) + 1, len(programme.low))
    return sparse.csr_matrix((np.ones(len(columns), dtype=np.int64), (ends[there], columns)), shape=shape)


def highest(programme: Programme, placed: int, most: int) -> int:
    """A floor that no plan is above that places ``placed`` members or more, where no plan places more
    than ``most``: 0 where the pins alone place these.

    Each placed member without a pin chooses a pair of at least the floor, and is chosen at most as
    often as it takes pairs beside its pins: a flow, and so it can be looked up level by level.
    """
    edges, pinned = programme.edges, pinned_members(programme)
    more = max(1, placed - int(pinned.sum()))
    m = len(edges.affinity)
    open_pairs = (programme.high[:m] > 0) & ~edges.pinned
    levels = np.unique(edges.affinity[open_pairs])
    if most <= pinned.sum() or not len(levels):
        return 0
    taken = np.bincount(edges.ends[edges.pinned].ravel(), minlength=len(pinned))
    room = programme.capacity - taken

    def enough(level: int) -> bool:
        ends = edges.ends[open_pairs & (edges.affinity >= level)]
        arcs = np.concatenate([ends, ends[:, ::-1]])
        arcs = arcs[~pinned[arcs[:, 0]]]
        return len(np.unique(arcs[:, 0])) >= more and _flow(arcs, room) >= more

    good, bad, step = 0, len(levels), 1  # the least level asks for nothing that a placed member lacks
    while bad - good > 1:
        at = max(bad - step, (good + bad) // 2)
        good, bad = (at, bad) if enough(int(levels[at])) else (good, at)
        step *= 2
    return int(levels[good])


def _flow(arcs: Ints, room: Ints) -> int:
    """How many members can choose, each one arc (k, 2) from it, and each chosen at most ``room``."""
    size = len(room)
    source, sink = 2 * size, 2 * size + 1
    choosers, chosen = np.unique(arcs[:, 0]), np.unique(arcs[:, 1])
    tails = np.concatenate([np.full(len(choosers), source), arcs[:, 0], size + chosen])
    heads = np.concatenate([choosers, size + arcs[:, 1], np.full(len(chosen), sink)])
    capacity = np.concatenate([np.ones(len(choosers) + len(arcs)), np.maximum(room[chosen], 0)])
    graph = sparse.csr_array((capacity.astype(np.int32), (tails, heads)), shape=(sink + 1, sink + 1))
    return int(csgraph.maximum_flow(graph, source, sink).flow_value)


def lift(
    programme: Programme, placed: int, best: Best, solve_at: Callable[[Programme, Ints], Best | None]
) -> Lifted:
    """Lift the floor of ``best``, the best plan that places ``placed`` members, as high as can be.

    ``solve_at`` gives the best plan of a programme that places as many (beginning from a plan), None
    where time ran out first, and raises ContradictionError where there is none.
    """
    assert best.x is not None
    low, top = floor_of(programme, best.x), highest(programme, placed, placed)
    unpinned = programme.edges.affinity[~programme.edges.pinned]
    levels = np.unique(unpinned[(unpinned >= low) & (unpinned <= top)])
    good, bad, step = 0, len(levels), 1
    while bad - good > 1:
        at = max(bad - step, (good + bad) // 2)
        try:
            found = solve_at(held(programme, int(levels[at])), best.x)
        except ContradictionError:
            bad = at
        else:
            if found is None or found.x is None:
                return Lifted(best, int(levels[bad - 1]))
            best = found
            good = int(np.searchsorted(levels, floor_of(programme, found.x)))
            if not found.proven:
                return Lifted(best, int(levels[bad - 1]))
        step *= 2
    return Lifted(best, int(levels[good]) if len(levels) else low)

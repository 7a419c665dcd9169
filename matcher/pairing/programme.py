"""The integer programme of one-to-one exchanges as plain arrays, and the proof of its bound.

Maximise ``c x`` subject to ``A x <= r``, ``low <= x <= high``, x whole. The columns are first one
for each possible pair, then "is placed" for each member that may take several pairs. What facilitators
can convene would take many more columns; rows say it instead, added when a point breaks one: see
:func:`matcher.pairing.cuts.overload`. A class is the set of facilitators who could convene a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.pairing.check import Bars, able_facilitators, barred, ordered, shared_hours
from matcher.pairing.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: Duals are rounded to these fractions of a point; half points are exact for plain matching.
DUAL_SCALES = (2, 1 << 20)


@dataclass(frozen=True, slots=True)
class Edges:
    """Possible pairs: ends (m, 2), affinities (m,), pinned (m,) and the facilitator class of each."""

    ends: Ints
    affinity: Ints
    pinned: npt.NDArray[np.bool_]
    classes: Ints
    class_members: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """``low`` and ``high`` are (n,) bounds of the columns, ``matrix`` (rows, n), ``right`` (rows,).
    ``capacity`` (members,) and ``convenable`` (facilitators,) are the most pairs of each. ``placed``
    (n,) counts members with a pair, ``points`` (n,) their affinity. The first
    ``len(edges.affinity)`` columns are the pairs."""

    edges: Edges
    capacity: Ints
    convenable: Ints
    matrix: Any
    right: Ints
    low: Ints
    high: Ints
    placed: Ints
    points: Ints

    def worth(self, x: Ints) -> tuple[int, int]:
        """What is most wanted of a plan, in this order: members placed, and points."""
        return int(self.placed @ x), int(self.points @ x)


def possible_edges(problem: Problem) -> Edges:
    """The pairs that break no rule by themselves and that some facilitator can convene."""
    bars = Bars.of(problem)
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    known |= {pin: known.get(pin, 0) for pin in bars.pins}
    classes: dict[tuple[int, ...], int] = {}
    rows: list[tuple[int, int, int, bool, int]] = []
    for (a, b), affinity in sorted(known.items()):
        wanted = min(problem.members[a].wanted, problem.members[b].wanted)
        if not wanted or barred(problem, bars, a, b, affinity):
            continue
        able = able_facilitators(problem, shared_hours(problem, a, b))
        if problem.facilitators and not able:
            continue
        rows.append((a, b, affinity, ordered(a, b) in bars.pins, classes.setdefault(able, len(classes))))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Edges(table[:, :2], table[:, 2], table[:, 3].astype(bool), table[:, 4], tuple(classes))


def build(problem: Problem) -> Programme:
    """The programme of a problem: rows for the wished numbers, placing, and the facilitators' total."""
    edges = possible_edges(problem)
    m, n = len(edges.affinity), len(problem.members)
    # More than there are pairs is never used, and large numbers would overflow the proof.
    wanted = np.array([min(member.wanted, m) for member in problem.members], dtype=np.int64)
    capacity = np.minimum(wanted, np.bincount(edges.ends.ravel(), minlength=n))
    convenable = np.array([min(each.capacity, m) for each in problem.facilitators], dtype=np.int64)
    degree = sparse.csr_matrix(
        (np.ones(2 * m, dtype=np.int64), (edges.ends.T.ravel(), np.tile(np.arange(m), 2))), shape=(n, m)
    )
    several = np.flatnonzero(capacity > 1)
    s = len(several)
    blocks: list[list[Any]] = [[degree, sparse.csr_matrix((n, s))]]
    right = [capacity]
    if s:  # placed only with a pair
        blocks.append([-degree[several], sparse.identity(s, dtype=np.int64)])
        right.append(np.zeros(s, dtype=np.int64))
    if problem.facilitators:
        blocks.append([sparse.csr_matrix(np.ones((1, m), dtype=np.int64)), sparse.csr_matrix((1, s))])
        right.append(convenable.sum(keepdims=True))
    matrix = sparse.vstack([sparse.hstack(row) for row in blocks]).tocsr().astype(np.int64)
    low, high = np.zeros(m + s, dtype=np.int64), np.ones(m + s, dtype=np.int64)
    low[:m] = edges.pinned
    placed, points = np.zeros(m + s, dtype=np.int64), np.zeros(m + s, dtype=np.int64)
    placed[:m] = (capacity[edges.ends] == 1).sum(axis=1)
    placed[m:] = 1
    points[:m] = edges.affinity
    right_side = np.concatenate(right)
    return Programme(edges, capacity, convenable, matrix, right_side, low, high, placed, points)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A bound that no solver has to be believed for, and what each column would take from it.

    ``bound`` is proven for every feasible whole x. ``better`` (n,) is the end of each column that the
    bound assumes, and ``price`` (n,) how much the bound falls, at least, where that column is moved
    one away from it. Bound and price are in whole points, rounded so that they stay true.
    """

    bound: int
    better: Ints
    price: Ints


def certify(matrix: Any, right: Ints, cost: Ints, low: Ints, high: Ints, duals: Floats) -> Certificate:
    """The bound that ``duals`` (rows,) prove by weak duality, in whole-number arithmetic.

    For any y >= 0: c x <= y r + sum_j max over [low_j, high_j] of (c_j - y A_j) x_j. So rounded
    duals prove a true, if slightly looser, bound, whatever they are; negative ones count as 0. The
    costs being whole, it is rounded down. The best of the roundings is given.
    """
    best: Certificate | None = None
    for scale in DUAL_SCALES:
        y = np.rint(np.maximum(duals, 0.0) * scale).astype(np.int64)
        reduced = cost * scale - matrix.T @ y
        ends = np.maximum(reduced * low, reduced * high)
        bound = (int(y @ right) + int(ends.sum())) // scale
        if best is None or bound < best.bound:
            best = Certificate(bound, np.where(reduced > 0, high, low), np.abs(reduced) // scale)
    assert best is not None
    return best

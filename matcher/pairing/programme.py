"""The integer programme of one-to-one exchanges as plain arrays, and the proof of its bound.

Maximise ``c x`` subject to ``A x <= r``, ``low <= x <= high``, x whole. The columns are first one
for each possible pair, then "is placed" for each member that may take several pairs, then, where
there are facilitators, how many pairs of a class each convenes. A class is the set of facilitators
who could convene a pair; there are far fewer classes than pairs.
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
    ``placed`` (n,) counts members with a pair, ``points`` (n,) their affinity. The first
    ``len(edges.affinity)`` columns are the pairs."""

    edges: Edges
    capacity: Ints
    matrix: Any
    right: Ints
    low: Ints
    high: Ints
    placed: Ints
    points: Ints


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
    """The programme of a problem: rows for the wished numbers, placing, and facilitators."""
    edges = possible_edges(problem)
    m, n = len(edges.affinity), len(problem.members)
    capacity = np.array([member.wanted for member in problem.members], dtype=np.int64)
    degree = sparse.csr_matrix(
        (np.ones(2 * m, dtype=np.int64), (edges.ends.T.ravel(), np.tile(np.arange(m), 2))), shape=(n, m)
    )
    several = np.flatnonzero(capacity > 1)
    flows = [
        (index, facilitator)
        for index, able in enumerate(edges.class_members)
        for facilitator in able
        if problem.facilitators
    ]
    s, y = len(several), len(flows)
    blocks: list[list[Any]] = [[degree, sparse.csr_matrix((n, s)), sparse.csr_matrix((n, y))]]
    right = [capacity]
    if s:  # placed only with a pair
        blocks.append([-degree[several], sparse.identity(s, dtype=np.int64), sparse.csr_matrix((s, y))])
        right.append(np.zeros(s, dtype=np.int64))
    if y:
        kinds, staff = len(edges.class_members), len(problem.facilitators)
        of_class = np.array([index for index, _ in flows])
        of_staff = np.array([facilitator for _, facilitator in flows])
        pairs = sparse.csr_matrix(
            (np.ones(m, dtype=np.int64), (edges.classes, np.arange(m))), shape=(kinds, m)
        )
        convened = sparse.csr_matrix(
            (-np.ones(y, dtype=np.int64), (of_class, np.arange(y))), shape=(kinds, y)
        )
        load = sparse.csr_matrix((np.ones(y, dtype=np.int64), (of_staff, np.arange(y))), shape=(staff, y))
        blocks.append([pairs, sparse.csr_matrix((kinds, s)), convened])
        blocks.append([sparse.csr_matrix((staff, m)), sparse.csr_matrix((staff, s)), load])
        right.append(np.zeros(kinds, dtype=np.int64))
        right.append(np.array([each.capacity for each in problem.facilitators], dtype=np.int64))
    matrix = sparse.vstack([sparse.hstack(row) for row in blocks]).tocsr().astype(np.int64)
    columns = m + s + y
    low, high = np.zeros(columns, dtype=np.int64), np.ones(columns, dtype=np.int64)
    low[:m] = edges.pinned
    if y:
        high[m + s :] = np.array([problem.facilitators[facilitator].capacity for _, facilitator in flows])
    placed, points = np.zeros(columns, dtype=np.int64), np.zeros(columns, dtype=np.int64)
    placed[:m] = (capacity[edges.ends] == 1).sum(axis=1)
    placed[m : m + s] = 1
    points[:m] = edges.affinity
    return Programme(edges, capacity, matrix, np.concatenate(right), low, high, placed, points)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A bound that no solver has to be believed for, and what each column would take from it.

    ``bound`` is proven for every feasible x. ``price`` (n,) is how much the bound falls, at least,
    where a column at its better end is moved one away from it. Both in whole points, rounded so
    that they stay true.
    """

    bound: int
    price: Ints


def certify(matrix: Any, right: Ints, cost: Ints, low: Ints, high: Ints, duals: Floats) -> Certificate:
    """The bound that ``duals`` (rows,) prove by weak duality, in whole-number arithmetic.

    For any y >= 0: c x <= y r + sum_j max over [low_j, high_j] of (c_j - y A_j) x_j. So rounded
    duals prove a true, if slightly looser, bound. The best of the roundings is given.
    """
    best: Certificate | None = None
    for scale in DUAL_SCALES:
        y = np.rint(np.maximum(duals, 0.0) * scale).astype(np.int64)
        reduced = cost * scale - matrix.T @ y
        ends = np.maximum(reduced * low, reduced * high)
        bound = (int(y @ right) + int(ends.sum())) // scale
        if best is None or bound < best.bound:
            best = Certificate(bound, np.abs(reduced) // scale)
    assert best is not None
    return best

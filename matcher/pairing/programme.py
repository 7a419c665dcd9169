"""The integer programme of one-to-one exchanges as plain arrays, and the proof of its bound.

Maximise ``c x`` subject to ``A x <= r``, ``low <= x <= high``, x whole. The columns are first one
for each possible pair, then "is placed" for each member that may take several pairs. What facilitators
can convene would take many more columns; rows say it instead, added when a point breaks one: see
:func:`matcher.pairing.cuts.overload`. A class is the set of facilitators who could convene a pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.pairing.check import ordered
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
    """The pairs that break no rule by themselves and that some facilitator can convene, in order.

    As :func:`matcher.pairing.check.barred` and :func:`matcher.pairing.check.able_facilitators` say,
    for all candidates at once.
    """
    members, rules, size = problem.members, problem.rules, len(problem.members)
    pins = np.array([ordered(*pin) for pin in problem.pins], dtype=np.int64).reshape(-1, 2)
    given = np.array(problem.candidates, dtype=np.int64).reshape(-1, 3)
    added = np.unique(pins[~_among(pins, given, size)], axis=0)
    table = np.concatenate([given, np.pad(added, ((0, 0), (0, 1)))])
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    ends, affinity = table[:, :2], table[:, 2]
    pinned = _among(table, pins, size)
    hours = _weeks(member.hours for member in members)[ends]
    both = hours.any(axis=2).all(axis=1)
    shared = np.where(both[:, None], hours[:, 0] & hours[:, 1], hours[:, 0] | hours[:, 1])
    soft = ~_among(table, problem.met, size) & (affinity >= rules.threshold)
    if rules.across_states:
        soft &= ~_same([member.state for member in members], ends)
    if rules.same_role:
        soft &= _same([member.role_group for member in members], ends)
    if rules.same_type:
        soft &= _same([member.organization_type for member in members], ends)
    fine = (soft | pinned) & (~both | shared.any(axis=1)) & ~_among(table, problem.bans, size)
    fine &= ~_same([member.organization_id for member in members], ends)
    fine &= np.array([member.wanted > 0 for member in members], dtype=bool)[ends].all(axis=1)
    left = np.flatnonzero(fine)
    classes, class_members = _conveners(problem, shared[left])
    if problem.facilitators:
        able = np.array([bool(able) for able in class_members], dtype=bool)[classes]
        left, classes = left[able], classes[able]
    return Edges(ends[left], affinity[left], pinned[left], classes, class_members)


def _among(table: Ints, pairs: Any, size: int) -> npt.NDArray[np.bool_]:
    """Which of the pairs a < b at the head of the rows of ``table`` are among ``pairs``, in either order."""
    if not len(pairs):
        return np.zeros(len(table), dtype=bool)
    listed = np.sort(np.array(pairs, dtype=np.int64)[:, :2], axis=1)
    return np.isin(table[:, 0] * size + table[:, 1], listed[:, 0] * size + listed[:, 1])


def _same(words: list[str], ends: Ints) -> npt.NDArray[np.bool_]:
    """Whether the two of each pair have the same word."""
    numbers: dict[str, int] = {}
    code = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64)
    same: npt.NDArray[np.bool_] = code[ends[:, 0]] == code[ends[:, 1]]
    return same


def _weeks(hours: Iterable[tuple[int, ...]]) -> npt.NDArray[np.uint64]:
    """Hours of the week as bits, three words for each tuple."""
    words = [sum(1 << hour for hour in set(each)).to_bytes(24, "little") for each in hours]
    return np.frombuffer(b"".join(words), dtype="<u8").reshape(-1, 3).astype(np.uint64)


def _conveners(problem: Problem, shared: npt.NDArray[np.uint64]) -> tuple[Ints, tuple[tuple[int, ...], ...]]:
    """The class of each pair by its ``shared`` hours, and the facilitators of each class."""
    kinds, kind = np.unique(shared, axis=0, return_inverse=True)
    free = _weeks(each.hours for each in problem.facilitators)
    working = np.array([each.capacity > 0 for each in problem.facilitators], dtype=bool)
    always = ~free.any(axis=1)
    numbers: dict[tuple[int, ...], int] = {}
    classes = np.zeros(len(kinds), dtype=np.int64)
    for index, hours in enumerate(kinds):
        able = working & (always | ~hours.any() | (hours & free).any(axis=1))
        classes[index] = numbers.setdefault(tuple(np.flatnonzero(able).tolist()), len(numbers))
    return classes[kind.reshape(-1)], tuple(numbers)


def build(problem: Problem) -> Programme:
    """The programme of a problem: rows for the wished numbers, placing, groups, and the facilitators'
    total."""
    edges = possible_edges(problem)
    m, n = len(edges.affinity), len(problem.members)
    # More than there are pairs is never used, and large numbers would overflow the proof.
    wanted = np.array([min(member.wanted, m) for member in problem.members], dtype=np.int64)
    for group in problem.groups:
        indices = list(group.members)
        wanted[indices] = np.minimum(wanted[indices], min(group.capacity, m))
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
    if problem.groups:  # a pair of two of a group counts twice
        inside = sparse.lil_matrix((len(problem.groups), n), dtype=np.int64)
        for index, group in enumerate(problem.groups):
            inside[index, list(group.members)] = 1
        blocks.append([inside.tocsr() @ degree, sparse.csr_matrix((len(problem.groups), s))])
        right.append(np.array([min(group.capacity, 2 * m) for group in problem.groups], dtype=np.int64))
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

"""The linear relaxation with odd-set cuts, and the integer programme on what stays fractional.

Columns are priced in: the relaxation begins with each member's best pairs and takes in others as
long as their reduced cost says that they could help. Rows are cut in: see :mod:`matcher.pairing.cuts`.
The bound comes from :func:`matcher.pairing.programme.certify`, never from a solver's own word,
but where the integer programme closes the last of it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.optimize import ContradictionError, Limits, LinearProgram, branch
from matcher.pairing.cuts import violated_cuts
from matcher.pairing.programme import Certificate, Floats, Ints, Programme, certify

#: Pairs of each member, best first, that the relaxation begins with.
FIRST_COLUMNS = 8
WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Best:
    """``x`` (n,) is the best plan found, None where there is none; no plan is above ``bound``."""

    x: Ints | None
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Where a relaxation ended: its point, its proof, whether the clock cut it short, and the
    programme with the cuts it found."""

    x: Floats
    proof: Certificate
    programme: Programme
    cut_short: bool


def with_row(programme: Programme, row: Ints, right: int) -> Programme:
    """The programme with one more row, ``row x <= right``."""
    matrix = sparse.vstack([programme.matrix, sparse.csr_matrix(row)]).tocsr()
    return replace(programme, matrix=matrix, right=np.append(programme.right, right))


def relax(
    programme: Programme, cost: Ints, limits: Limits, started: float, known: Ints | None = None
) -> Relaxed:
    """Solve the relaxation with cuts until none is violated or time is out.

    ``known`` (n,) is a point that meets every row, where there is a row that the first columns
    alone might not meet.

    Raises ContradictionError where even the relaxation has no point.
    """
    matrix, right = programme.matrix, programme.right
    columns = matrix.tocsc()
    pairs = len(programme.edges.affinity)
    lp = LinearProgram(cost, programme.low, programme.high, right)
    lp.add_columns(np.flatnonzero(_first_columns(programme, cost, known)), columns)
    proof: Certificate | None = None
    while True:
        x, duals = lp.solve(limits.left(started))
        reduced = cost - columns.T @ duals
        latest = certify(matrix, right, cost, programme.low, programme.high, duals)
        proof = latest if proof is None or latest.bound <= proof.bound else proof
        late = time.perf_counter() - started > limits.seconds
        helpful = np.flatnonzero(~lp.active & (reduced > WHOLE))
        if len(helpful) and not late:
            lp.add_columns(helpful, columns)
            continue
        cuts = [] if late else violated_cuts(programme.edges.ends, programme.capacity, x[:pairs])
        if not cuts:
            grown = replace(programme, matrix=matrix, right=right)
            return Relaxed(x, proof, grown, late)
        rows = sparse.lil_matrix((len(cuts), len(cost)), dtype=np.int64)
        for index, cut in enumerate(cuts):
            rows[index, list(cut.columns)] = 1
        matrix = sparse.vstack([matrix, rows]).tocsr()
        right = np.append(right, [cut.right for cut in cuts])
        columns = matrix.tocsc()
        lp.add_rows(rows.tocsr(), right[-len(cuts) :])


def maximise(
    programme: Programme, cost: Ints, limits: Limits, started: float, known: Ints | None = None
) -> tuple[Best, Programme]:
    """The best whole x for ``cost``, with its bound, and the programme with the cuts found.

    ``known`` as in :func:`relax`.

    Raises ContradictionError where no plan meets the rows.
    """
    relaxed = relax(programme, cost, limits, started, known)
    grown, proof = relaxed.programme, relaxed.proof
    rounded = np.rint(relaxed.x).astype(np.int64)
    if np.abs(relaxed.x - rounded).max(initial=0.0) < WHOLE and feasible(grown, rounded):
        value = int(cost @ rounded)
        return Best(rounded, value, max(value, proof.bound)), grown
    best = Best(None, 0, proof.bound)
    margin = max(20, abs(proof.bound) // 2000)
    while not relaxed.cut_short:
        kept = proof.price <= margin
        best = _branch(grown, cost, relaxed, kept, margin, limits.left(started), best)
        late = time.perf_counter() - started > limits.seconds
        if kept.all() or late or (best.x is not None and best.value >= best.bound):
            break
        margin *= 8
    return best, grown


def feasible(programme: Programme, x: Ints) -> bool:
    """Whether a whole point meets every row and bound."""
    inside = (x >= programme.low).all() and (x <= programme.high).all()
    return bool(inside and (programme.matrix @ x <= programme.right).all())


def _branch(
    programme: Programme,
    cost: Ints,
    relaxed: Relaxed,
    kept: npt.NDArray[np.bool_],
    margin: int,
    seconds: float,
    best: Best,
) -> Best:
    """Branch and bound on the kept columns; the others stand at the end their price speaks for.

    A plan that moves one of the others is worth at most ``bound - price``, and so at most
    ``bound - margin - 1``: what holds for the kept columns holds for all, down to there.
    """
    proof = relaxed.proof
    standing = np.where(relaxed.x > 0.5, programme.high, programme.low)
    low = np.where(kept, programme.low, standing)
    high = np.where(kept, programme.high, standing)
    outside = proof.bound - margin - 1 if not kept.all() else -1
    try:
        x, bound = branch(cost, low, high, programme.matrix, programme.right, seconds)
    except ContradictionError:
        if kept.all():
            raise
        return replace(best, bound=min(best.bound, outside))
    bound = min(best.bound, max(bound, outside))
    if x is None or (best.x is not None and int(cost @ x) <= best.value):
        return replace(best, bound=bound)
    return Best(x, int(cost @ x), max(bound, int(cost @ x)))


def _first_columns(programme: Programme, cost: Ints, known: Ints | None) -> npt.NDArray[np.bool_]:
    """Everything but pairs, the pinned and the known pairs, and each member's best few."""
    pairs = len(programme.edges.affinity)
    first = np.ones(len(cost), dtype=bool)
    first[:pairs] = programme.low[:pairs] > 0
    if known is not None:
        first |= known > 0
    order = np.lexsort((-programme.points[:pairs], -cost[:pairs]))
    taken = np.zeros(len(programme.capacity), dtype=np.int64)
    for edge in order:
        a, b = programme.edges.ends[edge]
        if taken[a] < FIRST_COLUMNS or taken[b] < FIRST_COLUMNS:
            first[edge] = True
            taken[a] += 1
            taken[b] += 1
    return first

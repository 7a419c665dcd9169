"""The linear relaxation with odd-set cuts, and the integer programme on what stays fractional.

A programme that is a plain matching is solved by :mod:`matcher.pairing.matching` instead, faster and
exactly, behind the same calls. Otherwise columns are priced in: the relaxation begins with each
member's best pairs and takes in others as long as their reduced cost says that they could help. Rows
are cut in: see :mod:`matcher.pairing.cuts`.

The bound comes from :func:`matcher.pairing.programme.certify`, never from a solver's own word, but
where the integer programme closes the last of it; that no point meets the rows is a solver's word.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.optimize import ContradictionError, Limits, LinearProgram, branch
from matcher.pairing.cuts import Cut, overload, violated_cuts
from matcher.pairing.matching import matching
from matcher.pairing.programme import Certificate, Floats, Ints, Programme, certify
from matcher.watch import Watch

#: Pairs of each member, best first, that the relaxation begins with.
FIRST_COLUMNS = 12
#: Columns that the branching is given at most. With twice as many HiGHS has been seen to go on for minutes
#: before it looks at the clock.
MOST_COLUMNS = 20_000
WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Where a relaxation ended: its point, its proof, whether the clock cut it short, and the
    programme with the cuts it found. ``duals`` (rows,) are those of the proof; None of a matching."""

    x: Floats
    proof: Certificate
    programme: Programme
    cut_short: bool
    duals: Floats | None = None

    def bound_at(self, cost: Ints, row: int, right: int) -> int:
        """What the proof says where the right side of ``row`` is another; ``cost`` is what it was for."""
        assert self.duals is not None
        moved = self.programme.right.copy()
        moved[row] = right
        return _prove(replace(self.programme, right=moved), cost, self.duals).bound


@dataclass(frozen=True, slots=True)
class Best:
    """``x`` (n,) is the best plan found, None where there is none; no plan is above ``bound``. ``relaxed``
    is the relaxation it comes from."""

    x: Ints | None
    value: int
    bound: int
    relaxed: Relaxed | None = None

    @property
    def proven(self) -> bool:
        return self.x is not None and self.value == self.bound


def halves(programme: Programme, cost: Ints) -> Floats:
    """Duals (rows,) that any programme has: each member's row at half the most a pair of it costs.
    They prove a bound, a loose one, before a solver has run."""
    half = np.zeros(len(programme.right))
    pairs = len(programme.edges.affinity)
    np.maximum.at(half, programme.edges.ends.ravel(), np.repeat(cost[:pairs] / 2, 2))
    return half


def with_row(programme: Programme, row: Ints, right: int) -> Programme:
    """The programme with one more row, ``row x <= right``."""
    matrix = sparse.vstack([programme.matrix, sparse.csr_matrix(row)]).tocsr()
    return replace(programme, matrix=matrix, right=np.append(programme.right, right))


def with_cuts(programme: Programme, cuts: Sequence[Cut]) -> Programme:
    """The programme with the rows of ``cuts``."""
    columns = np.concatenate([cut.columns for cut in cuts])
    begins = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    rows = sparse.csr_matrix(
        (np.ones_like(columns), columns, begins), shape=(len(cuts), len(programme.low)), dtype=np.int64
    )
    matrix = sparse.vstack([programme.matrix, rows]).tocsr()
    return replace(programme, matrix=matrix, right=np.append(programme.right, [cut.right for cut in cuts]))


def relax(
    programme: Programme,
    cost: Ints,
    limits: Limits,
    started: float,
    known: Floats | Ints | None = None,
    watch: Watch | None = None,
) -> Relaxed:
    """Solve the relaxation with cuts until none is violated or time is out.

    ``known`` (n,) is a point whose columns are wanted from the beginning: one that meets a row which
    the others might not meet alone. A stopped ``watch`` ends it like the clock.

    Raises ContradictionError where even the relaxation has no point.
    """
    watch = watch or Watch()
    exact = matching(programme, cost, limits, started, watch)
    if exact is not None:
        return Relaxed(exact.x.astype(np.float64), exact.proof, programme, exact.cut_short)
    columns = programme.matrix.tocsc()
    pairs = len(programme.edges.affinity)
    lp = LinearProgram(cost, programme.low, programme.high, programme.right)
    lp.add_columns(np.flatnonzero(_first_columns(programme, cost, known)), columns)
    x, proven_by = np.zeros(len(cost)), halves(programme, cost)
    proof = _prove(programme, cost, proven_by)
    while True:
        try:
            point, duals = lp.solve(limits.left(started), watch)
        except ContradictionError:
            if lp.active.all():
                raise
            lp.add_columns(np.flatnonzero(~lp.active), columns)
            continue
        x = point if point.any() else x  # a solve that was cut short may have none
        reduced = cost - columns.T @ duals
        latest = _prove(programme, cost, duals)
        if latest.bound <= proof.bound:
            proof, proven_by = latest, duals
        late = _late(limits, started, watch)
        helpful = np.flatnonzero(~lp.active & (reduced > WHOLE))
        if len(helpful) and not late:
            lp.add_columns(helpful, columns)
            continue
        cuts = [] if late else _cuts(programme, x, np.abs(reduced[:pairs]) < WHOLE)
        if not cuts:
            proven_by = np.pad(proven_by, (0, len(programme.right) - len(proven_by)))
            return Relaxed(x, proof, programme, late, proven_by)
        programme = with_cuts(programme, cuts)
        columns = programme.matrix.tocsc()
        lp.add_rows(programme.matrix[-len(cuts) :], programme.right[-len(cuts) :])


def _late(limits: Limits, started: float, watch: Watch) -> bool:
    return time.perf_counter() - started > limits.seconds or watch.stopped()


def _prove(programme: Programme, cost: Ints, duals: Floats) -> Certificate:
    return certify(programme.matrix, programme.right, cost, programme.low, programme.high, duals)


def _cuts(programme: Programme, x: Floats, tight: npt.NDArray[np.bool_]) -> list[Cut]:
    pairs = len(programme.edges.affinity)
    odd = violated_cuts(programme.edges.ends, programme.capacity, x[:pairs], tight)
    beyond = overload(programme, x)
    return odd if beyond is None else [*odd, beyond]


def maximise(
    programme: Programme,
    cost: Ints,
    limits: Limits,
    started: float,
    known: Floats | Ints | None = None,
    watch: Watch | None = None,
) -> tuple[Best, Programme]:
    """The best whole x for ``cost``, with its bound, and the programme with the cuts found.

    ``known`` and ``watch`` as in :func:`relax`.

    Raises ContradictionError where no plan meets the rows.
    """
    watch = watch or Watch()
    relaxed = relax(programme, cost, limits, started, known, watch)
    grown, proof = relaxed.programme, relaxed.proof
    best = Best(None, 0, proof.bound, relaxed)
    rounded = np.rint(relaxed.x).astype(np.int64)
    if np.abs(relaxed.x - rounded).max(initial=0.0) < WHOLE and feasible(grown, rounded):
        best = Best(rounded, int(cost @ rounded), proof.bound, relaxed)
    widest = _widest(proof)
    margin, tried = min(abs(proof.bound) // 1_000_000, widest), -1
    late = relaxed.cut_short
    while not (late or best.proven) and margin > tried:
        kept = proof.price <= margin
        best, more = _branch(grown, cost, proof, kept, margin, limits.left(started), best, watch)
        if more is not None:
            grown = with_cuts(grown, [more])
        else:
            tried = margin
            # What can still beat a plan costs less than the gap.
            margin = 8 * margin + 8 if best.x is None else max(margin + 1, proof.bound - best.value)
            margin = min(margin, widest)
        late = (more is None and bool(kept.all())) or _late(limits, started, watch)
    return best, grown


def _widest(proof: Certificate) -> int:
    """The largest margin at which no more columns are kept than the branching can take."""
    if len(proof.price) <= MOST_COLUMNS:
        return int(proof.price.max(initial=0))
    return max(0, int(np.partition(proof.price, MOST_COLUMNS)[MOST_COLUMNS]) - 1)


def feasible(programme: Programme, x: Ints) -> bool:
    """Whether a whole point meets every row and bound, and its pairs can all be convened."""
    inside = (x >= programme.low).all() and (x <= programme.high).all()
    return bool(inside and (programme.matrix @ x <= programme.right).all()) and overload(programme, x) is None


def _branch(
    programme: Programme,
    cost: Ints,
    proof: Certificate,
    kept: npt.NDArray[np.bool_],
    margin: int,
    seconds: float,
    best: Best,
    watch: Watch,
) -> tuple[Best, Cut | None]:
    """Branch and bound on the kept columns; the others stand at their better end. Where the
    facilitators cannot convene what it finds, the cut that says so comes with the bound.

    A plan that moves one of the others is worth at most ``bound - price``, and so at most
    ``bound - margin - 1``: what holds for the kept columns holds for all, down to there.
    """
    low = np.where(kept, programme.low, proof.better)
    high = np.where(kept, programme.high, proof.better)
    outside = proof.bound - margin - 1 if not kept.all() else -1  # all costs are 0 or more
    try:
        x, bound = branch(cost, low, high, programme.matrix, programme.right, seconds, watch)
    except ContradictionError:
        if kept.all():
            raise
        return replace(best, bound=min(best.bound, outside)), None
    best = replace(best, bound=min(best.bound, max(bound, outside)))
    beyond = None if x is None else overload(programme, x)
    if x is None or beyond is not None or (best.x is not None and int(cost @ x) <= best.value):
        return best, beyond
    return Best(x, int(cost @ x), max(best.bound, int(cost @ x)), best.relaxed), None


def _first_columns(programme: Programme, cost: Ints, known: Floats | Ints | None) -> npt.NDArray[np.bool_]:
    """Everything but pairs, the pinned and the known pairs, and each member's best dozen."""
    pairs = len(programme.edges.affinity)
    first = np.ones(len(cost), dtype=bool)
    first[:pairs] = programme.low[:pairs] > 0
    if known is not None:
        first |= known > WHOLE
    edge = np.tile(np.arange(pairs), 2)
    end = programme.edges.ends.T.ravel()
    order = np.lexsort((-programme.points[edge], -cost[edge], end))
    begins = np.searchsorted(end[order], end[order])
    first[edge[order][np.arange(2 * pairs) - begins < FIRST_COLUMNS]] = True
    return first

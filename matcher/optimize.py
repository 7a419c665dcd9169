"""Running an OR-Tools model: limits, seed, status, bound, one log line.

A solver's own word for its result is never passed on. Each ``model.py`` hands the objective
that ``check`` recomputed and the bound that was proven to :func:`grade`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from ortools.sat.python import cp_model

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

log = logging.getLogger(__name__)


class Status(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of wall clock for the whole solve; ``workers`` threads; one gives the same
    answer every time unless the clock cuts the search short."""

    seconds: float = 60.0
    seed: int = 1
    workers: int = 1

    def left(self, started: float) -> float:
        """Seconds left of the limit, for a solve begun at ``started`` (``time.perf_counter``): at least
        a tenth, so that there is always an answer, and at most a day, for solvers take no more."""
        return min(max(0.1, self.seconds - (time.perf_counter() - started)), 86_400.0)


@dataclass(frozen=True, slots=True)
class Grade:
    """``gap`` is (bound - objective) / max(1, |bound|), for a problem that maximises."""

    status: Status
    gap: float


def grade(objective: int, bound: int) -> Grade:
    """Status and gap of a maximising solve, from numbers alone.

    Raises AssertionError where the objective is above the bound: one of the two is a bug.
    """
    if objective > bound:
        raise AssertionError(f"objective {objective} above its bound {bound}")
    gap = (bound - objective) / max(1, abs(bound))
    return Grade(Status.OPTIMAL if objective == bound else Status.FEASIBLE, gap)


def whole_bound(value: float) -> int:
    """The integer bound that a floating-point upper bound proves for an integer objective.

    A solver's tolerance is allowed for: 1e-6, and 1e-9 of the value.
    """
    return math.floor(value + 1e-6 + 1e-9 * abs(value))


@dataclass(frozen=True, slots=True)
class CpAnswer:
    """What CP-SAT found: ``values`` is None where it found no solution in time. ``bound`` is proven;
    2**62 where nothing is."""

    values: tuple[int, ...] | None
    bound: int
    infeasible: bool


def run_cp_sat(
    model: cp_model.CpModel,
    variables: Sequence[cp_model.IntVar],
    limits: Limits,
    seconds: float,
    *,
    parameters: Mapping[str, int | float] | None = None,
) -> CpAnswer:
    """Solve a CP-SAT model that maximises an integer objective; give back ``variables``' values.

    ``parameters`` are CP-SAT's own, by name. ``max_deterministic_time``, of the order of seconds,
    is one: where it ends the search before the clock does, one worker gives the same answer every time.
    Raises ValueError where the model is malformed: that is a bug of the caller.
    """
    from ortools.sat.python import cp_model as cp

    solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    for name, value in (parameters or {}).items():
        setattr(solver.parameters, name, value)
    solver.parameters.random_seed = limits.seed
    solver.parameters.num_workers = limits.workers
    # Left to itself CP-SAT takes Ctrl-C as its own and goes on with what it has.
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(model)
    if status == cp.MODEL_INVALID:
        raise ValueError(model.validate())
    if status == cp.INFEASIBLE:
        return CpAnswer(None, 0, infeasible=True)
    bound = solver.best_objective_bound if model.has_objective() else 0.0
    if status == cp.UNKNOWN and not bound:
        bound = math.inf  # the field was never set: it proves nothing
    whole = whole_bound(bound) if math.isfinite(bound) else 2**62
    if status in (cp.OPTIMAL, cp.FEASIBLE):
        return CpAnswer(tuple(solver.value(v) for v in variables), whole, infeasible=False)
    return CpAnswer(None, whole, infeasible=False)


class ContradictionError(Exception):
    """A model has no point at all. The caller turns it into words that name the rules."""


class LinearProgram:
    """Maximise ``cost x`` over rows ``A x <= right`` and bounds, by GLOP, keeping the basis
    while columns and rows are added. Columns that were not added stand at 0."""

    def __init__(self, cost: Ints, low: Ints, high: Ints, right: Ints) -> None:
        import numpy as np
        from ortools.math_opt.python import mathopt

        self.cost, self.low, self.high = cost, low, high
        self.active = np.zeros(len(cost), dtype=bool)
        self._model = mathopt.Model()
        self._columns: dict[int, Any] = {}
        self._rows = [self._model.add_linear_constraint(ub=float(value)) for value in right]
        self._model.maximize(0.0)
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def add_columns(self, indices: Ints, matrix: Any) -> None:
        """Columns ``indices`` of ``matrix``, a scipy CSC matrix over the rows there are now."""
        for j in indices:
            column = self._model.add_variable(lb=float(self.low[j]), ub=float(self.high[j]))
            self._columns[int(j)] = column
            self._model.objective.set_linear_coefficient(column, float(self.cost[j]))
            span = slice(matrix.indptr[j], matrix.indptr[j + 1])
            for i, value in zip(matrix.indices[span], matrix.data[span], strict=True):
                self._rows[i].set_coefficient(column, float(value))
        self.active[indices] = True

    def add_rows(self, rows: Any, right: Ints) -> None:
        """More rows, a scipy CSR matrix over all columns."""
        for i, value in enumerate(right):
            row = self._model.add_linear_constraint(ub=float(value))
            span = slice(rows.indptr[i], rows.indptr[i + 1])
            for j, coefficient in zip(rows.indices[span], rows.data[span], strict=True):
                if self.active[j]:
                    row.set_coefficient(self._columns[int(j)], float(coefficient))
            self._rows.append(row)

    def solve(self, seconds: float) -> tuple[Floats, Floats]:
        """The point (columns,) and the duals (rows,); zeros where time ran out before there were any.

        Raises ContradictionError where no point meets the rows.
        """
        import numpy as np
        from ortools.math_opt.python import mathopt

        limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
        result = self._solver.solve(params=limit)
        if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
            raise ContradictionError
        x, duals = np.zeros(len(self.cost)), np.zeros(len(self._rows))
        if result.has_primal_feasible_solution():
            keys = np.fromiter(self._columns, dtype=np.int64)
            x[keys] = result.variable_values(list(self._columns.values()))
        if result.has_dual_feasible_solution():
            duals[:] = result.dual_values(self._rows)
        return x, duals


def branch(
    cost: Ints, low: Ints, high: Ints, matrix: Any, right: Ints, seconds: float
) -> tuple[Ints | None, int]:
    """Maximise ``cost x`` over whole x with ``matrix x <= right`` (scipy CSR), by HiGHS.

    Gives the best point found, or None, and a bound. Columns with ``low == high`` are taken out
    first. Raises ContradictionError where no whole point meets the rows.
    """
    import numpy as np
    from ortools.math_opt.python import mathopt

    loose = np.flatnonzero(low < high)
    fixed = np.where(low < high, 0, low)
    rest = (right - matrix @ fixed).astype(np.int64)
    free = matrix[:, loose].tocsr()
    if ((np.diff(free.indptr) == 0) & (rest < 0)).any():
        raise ContradictionError
    model = mathopt.Model()
    columns = [model.add_integer_variable(lb=int(low[j]), ub=int(high[j])) for j in loose]
    for i in np.flatnonzero(np.diff(free.indptr)):
        span = slice(free.indptr[i], free.indptr[i + 1])
        terms = zip(free.indices[span], free.data[span], strict=True)
        model.add_linear_constraint(mathopt.fast_sum(int(v) * columns[j] for j, v in terms) <= int(rest[i]))
    model.maximize(mathopt.fast_sum(int(cost[j]) * columns[k] for k, j in enumerate(loose) if cost[j]))
    # HiGHS through MathOpt rejects a number of threads and ends at a gap of 0.01% unless told.
    limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds), relative_gap_tolerance=0.0)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit)
    reasons = mathopt.TerminationReason
    if result.termination.reason in (reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED):
        raise ContradictionError
    base = int(cost @ fixed)
    dual = result.termination.objective_bounds.dual_bound
    bound = base + whole_bound(dual) if math.isfinite(dual) else 2**62
    if not result.has_primal_feasible_solution():
        return None, bound
    x = fixed.astype(np.int64)
    x[loose] = np.rint(result.variable_values(columns)).astype(np.int64)
    inside = (matrix @ x <= right).all() and (x >= low).all() and (x <= high).all()
    return (x, max(bound, int(cost @ x))) if inside else (None, bound)


def log_solve(name: str, sizes: dict[str, int], *, objective: int, bound: int, seconds: float) -> None:
    """The one INFO line of a solve. Sizes and figures only, never a name or a text."""
    counts = " ".join(f"{key}={value}" for key, value in sizes.items())
    log.info(
        "%s %s status=%s objective=%d bound=%d seconds=%.2f",
        name,
        counts,
        grade(objective, bound).status.value,
        objective,
        bound,
        seconds,
    )

"""Linear programmes by GLOP, and whole ones over the same arrays by HiGHS."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from matcher.optimize.limits import whole_bound
from matcher.optimize.stopping import stopped_by
from matcher.watch import Watch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

#: How long HiGHS runs at first before it is asked whether to stop.
FIRST_SLICE_SECONDS = 8.0
#: With fewer different costs the primal simplex begins.
VARIED_COSTS = 50


class ContradictionError(Exception):
    """A model has no point at all. The caller turns it into words that name the rules."""


class LinearProgram:
    """Maximise ``cost x`` over rows ``A x <= right`` and bounds, by GLOP, keeping the basis
    while columns and rows are added. Columns that were not added stand at 0.

    It speaks to MathOpt in messages, as MathOpt's own Python model does: arrays go in and come out
    without an object for each column and coefficient, which would take longer than the solving.
    """

    def __init__(self, cost: Ints, low: Ints, high: Ints, right: Ints) -> None:
        import numpy as np
        from ortools.math_opt import model_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver

        self.cost, self.low, self.high = cost, low, high
        self.active = np.zeros(len(cost), dtype=bool)
        self._added: Ints = np.zeros(0, dtype=np.int64)  # the column of each variable
        self._rows, self._begun = 0, False
        model = model_pb2.ModelProto()
        model.objective.maximize = True
        self._state: Any = solver.new(
            parameters_pb2.SOLVER_TYPE_GLOP, model, parameters_pb2.SolverInitializerProto()
        )
        self._update(rows=right)

    def add_columns(self, indices: Ints, matrix: Any) -> None:
        """Columns ``indices`` of ``matrix``, a scipy CSC matrix over the rows there are now."""
        import numpy as np

        first = len(self._added)
        self._added = np.append(self._added, indices)
        self.active[indices] = True
        self._update(columns=indices, entries=matrix[:, indices].tocoo(), first=first)

    def add_rows(self, rows: Any, right: Ints) -> None:
        """More rows, a scipy CSR matrix over all columns."""
        entries = rows[:, self._added].tocoo()
        entries.row += self._rows
        self._update(rows=right, entries=entries)

    def _update(self, rows: Any = (), columns: Any = (), entries: Any = None, first: int = 0) -> None:
        """Tell the solver of new rows (their right sides), new columns, and entries, whose columns are
        counted from the variable ``first``."""
        import numpy as np
        from ortools.math_opt import model_update_pb2

        update = model_update_pb2.ModelUpdateProto()
        constraints, variables = update.new_linear_constraints, update.new_variables
        constraints.ids.extend(range(self._rows, self._rows + len(rows)))
        constraints.lower_bounds.extend([-math.inf] * len(rows))
        constraints.upper_bounds.extend(float(value) for value in rows)
        if len(columns):
            variables.ids.extend(range(first, first + len(columns)))
            variables.lower_bounds.extend(self.low[columns].astype(float).tolist())
            variables.upper_bounds.extend(self.high[columns].astype(float).tolist())
            variables.integers.extend([False] * len(columns))
            worth = update.objective_updates.linear_coefficients
            worth.ids.extend(range(first, first + len(columns)))
            worth.values.extend(self.cost[columns].astype(float).tolist())
        if entries is not None:
            order = np.lexsort((entries.col, entries.row))
            matrix = update.linear_constraint_matrix_updates
            matrix.row_ids.extend(entries.row[order].tolist())
            matrix.column_ids.extend((entries.col[order] + first).tolist())
            matrix.coefficients.extend(entries.data[order].astype(float).tolist())
        self._rows += len(rows)
        if not self._state.update(update):
            raise AssertionError("GLOP takes no such change")

    def solve(self, seconds: float, watch: Watch | None = None) -> tuple[Floats, Floats]:
        """The point (columns,) and the duals (rows,); zeros where time ran out, or the ``watch`` was
        stopped, before there were any.

        Raises ContradictionError where no point meets the rows.
        """
        import numpy as np
        from ortools.math_opt import callback_pb2, model_parameters_pb2, result_pb2, solution_pb2
        from ortools.math_opt.python import mathopt
        from ortools.util.python import solve_interrupter

        limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
        # From nothing the dual simplex is twice as fast as the primal, but where many costs are alike it
        # is far slower; from a basis to which columns came it would begin anew.
        if not self._begun and len(np.unique(self.cost)) >= VARIED_COSTS:
            limit.lp_algorithm = mathopt.LPAlgorithm.DUAL_SIMPLEX
        self._begun = True
        interrupter = solve_interrupter.SolveInterrupter()
        with stopped_by(watch, interrupter.interrupt):
            result = self._state.solve(
                limit.to_proto(),
                model_parameters_pb2.ModelSolveParametersProto(),
                None,
                callback_pb2.CallbackRegistrationProto(),
                None,
                interrupter.pybind_interrupter,
            )
        if result.termination.reason == result_pb2.TERMINATION_REASON_INFEASIBLE:
            raise ContradictionError
        x, duals = np.zeros(len(self.cost)), np.zeros(self._rows)
        for found in result.solutions[:1]:
            if found.primal_solution.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
                values = found.primal_solution.variable_values
                x[self._added[list(values.ids)]] = values.values
            if found.dual_solution.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
                duals[list(found.dual_solution.dual_values.ids)] = found.dual_solution.dual_values.values
        return x, duals


def branch(
    cost: Ints,
    low: Ints,
    high: Ints,
    matrix: Any,
    right: Ints,
    seconds: float,
    watch: Watch | None = None,
) -> tuple[Ints | None, int]:
    """Maximise ``cost x`` over whole x with ``matrix x <= right`` (scipy CSR), by HiGHS.

    Gives the best point found, or None, and a bound; a stopped ``watch`` ends it early. Columns with
    ``low == high`` are taken out first. Raises ContradictionError where no whole point meets the rows.
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
    # HiGHS through MathOpt rejects a number of threads and ends at a gap of 0.01% unless told. It takes no
    # notice of an interrupter either: so it is run for a while, and then, beginning anew, for twice as long.
    left, slice_seconds = seconds, FIRST_SLICE_SECONDS
    while True:
        given = min(left, slice_seconds)
        limit = mathopt.SolveParameters(time_limit=timedelta(seconds=given), relative_gap_tolerance=0.0)
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit)
        left, slice_seconds = left - given, 2 * slice_seconds
        ended = result.termination.limit is None
        if ended or left <= 0 or (watch is not None and watch.stopped()):
            break
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

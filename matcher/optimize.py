"""Running an OR-Tools model: limits, seed, status, bound, one log line.

A solver's own word for its result is never passed on. Each ``model.py`` hands the objective
that ``check`` recomputed and the bound that was proven to :func:`grade`.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from matcher.watch import Watch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from ortools.sat.python import cp_model

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

#: Told of a new objective or a new bound while a model is solved; the other one is None.
Told = Callable[[int | None, int | None], None]
#: How long HiGHS runs at first before it is asked whether to stop.
FIRST_SLICE_SECONDS = 8.0
#: With fewer different costs the primal simplex begins.
VARIED_COSTS = 50
#: How often a helper thread asks whether to stop.
POLL_SECONDS = 0.05

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
    watch: Watch | None = None,
    told: Told | None = None,
) -> CpAnswer:
    """Solve a CP-SAT model that maximises an integer objective; give back ``variables``' values.

    A ``watch`` that is stopped ends the search within a tenth of a second or so; what was found by then is
    given. ``told(value, bound)`` is called with each new objective or bound, None where it is the other
    that is new.

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
    listener = _listen(solver, told) if told is not None and model.has_objective() else None
    with _stopped_by(watch, solver.stop_search):
        status = solver.solve(model, listener)
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


def _listen(solver: Any, told: Told) -> Any:
    """A callback for solutions that tells of their objective; bounds are told of by the ``solver``."""
    from ortools.sat.python import cp_model as cp

    class Listener(cp.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            told(round(self.objective_value), None)

    def bounded(value: float) -> None:
        if math.isfinite(value):
            told(None, whole_bound(value))

    solver.best_bound_callback = bounded
    return Listener()


@contextmanager
def _stopped_by(watch: Watch | None, stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` from a helper thread once ``watch`` says so, as long as the block runs.

    A search that has not begun takes no notice of it: it is told again until it has ended.
    """
    if watch is None:
        yield
        return
    ended = threading.Event()

    def poll() -> None:
        while not ended.wait(POLL_SECONDS):
            if watch.stopped():
                stop()

    helper = threading.Thread(target=poll, name="stop-watch", daemon=True)
    helper.start()
    try:
        yield
    finally:
        ended.set()
        helper.join()


def cheapest_flow(arcs: Sequence[tuple[Ints, Ints, Ints, Ints]], supplies: Mapping[int, int]) -> Ints:
    """What flows on each arc in a flow of least cost: (arcs,), in the order given.

    ``arcs`` are groups of (tails, heads, capacities, unit costs), each an array or of length 1, for all of
    its group; ``supplies`` of nodes, negative for a demand. Raises AssertionError where there is none.
    """
    import numpy as np
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    numbers = [flow.add_arcs_with_capacity_and_unit_cost(*np.broadcast_arrays(*group)) for group in arcs]
    for node, supply in supplies.items():
        flow.set_node_supply(node, supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise AssertionError(f"the flow ended with {status}")
    flows: Ints = flow.flows(np.concatenate(numbers))
    return flows


def assign(tails: Ints, heads: Ints, worth: Ints, size: int) -> tuple[Ints, Ints]:
    """The best assignment of ``size`` nodes each to another along an arc, or to itself for nothing: where
    each goes, and what that is worth. Raises AssertionError where the numbers are too large."""
    import numpy as np
    from ortools.graph.python import linear_sum_assignment

    itself = np.arange(size)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(
        np.concatenate([tails, itself]),
        np.concatenate([heads, itself]),
        np.concatenate([-worth, np.zeros(size, dtype=np.int64)]),
    )
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise AssertionError(f"the assignment ended with {status}")
    image = np.fromiter(map(solver.right_mate, range(size)), dtype=np.int64, count=size)
    return image, -np.fromiter(map(solver.assignment_cost, range(size)), dtype=np.int64, count=size)


class WholeProgramme:
    """An integer programme for CP-SAT, kept while its aims are put one before the other: variables and
    rows by number, so that a room states its rules without the solver's own words."""

    def __init__(self) -> None:
        from ortools.sat.python import cp_model

        self._model: Any = cp_model.CpModel()
        self._sum = cp_model.LinearExpr.weighted_sum
        self.variables: list[cp_model.IntVar] = []

    def variable(self, low: int = 0, high: int = 1) -> int:
        """A new whole variable from ``low`` to ``high``; its number."""
        self.variables.append(self._model.new_int_var(low, high, ""))
        return len(self.variables) - 1

    def row(
        self,
        terms: Iterable[tuple[int, int]],
        low: int = -(2**31),
        high: int = 2**31,
        *,
        only_if: int | None = None,
    ) -> None:
        """The sum of the (variable, coefficient) ``terms`` lies between ``low`` and ``high``; where
        ``only_if`` is given, only if that variable is 1."""
        row = self._model.add_linear_constraint(self._expression(terms), low, high)
        if only_if is not None:
            row.only_enforce_if(self.variables[only_if])

    def maximise(
        self,
        terms: Iterable[tuple[int, int]],
        limits: Limits,
        seconds: float,
        *,
        work: float,
        hint: Mapping[int, int],
        watch: Watch | None = None,
        told: Told | None = None,
        parameters: Mapping[str, int | float] | None = None,
    ) -> CpAnswer:
        """The best point by ``terms``; ``work`` is CP-SAT's deterministic time, and
        ``hint`` a point to begin from. The rest as for :func:`run_cp_sat`."""
        self._model.clear_hints()
        for number, value in hint.items():
            self._model.add_hint(self.variables[number], value)
        self._model.maximize(self._expression(terms))
        given = {"max_deterministic_time": work} | dict(parameters or {})
        return run_cp_sat(
            self._model, self.variables, limits, seconds, parameters=given, watch=watch, told=told
        )

    def _expression(self, terms: Iterable[tuple[int, int]]) -> Any:
        pairs = list(terms)
        return self._sum([self.variables[i] for i, _ in pairs], [factor for _, factor in pairs])


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
        with _stopped_by(watch, interrupter.interrupt):
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

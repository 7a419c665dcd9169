"""Whole programmes by CP-SAT."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.optimize.limits import Limits, whole_bound
from matcher.optimize.stopping import stopped_by
from matcher.watch import Watch

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

#: Told of a new objective or a new bound while a model is solved; the other one is None.
Told = Callable[[int | None, int | None], None]


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
    with stopped_by(watch, solver.stop_search):
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

"""Running an OR-Tools model: limits, seed, status, bound, one log line.

A solver's own word for its result is never passed on. Each ``model.py`` hands the objective
that ``check`` recomputed and the bound that was proven to :func:`grade`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

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
        """Seconds left of the limit, at least a tenth, for a solve begun at ``started``
        (``time.perf_counter``)."""
        return max(0.1, self.seconds - (time.perf_counter() - started))


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
    """What CP-SAT found: ``values`` is None where it found no solution in time."""

    values: tuple[int, ...] | None
    bound: int
    infeasible: bool


def run_cp_sat(
    model: cp_model.CpModel, variables: Sequence[cp_model.IntVar], limits: Limits, seconds: float
) -> CpAnswer:
    """Solve a CP-SAT model that maximises an integer objective; give back ``variables``' values.

    Raises ValueError where the model is malformed: that is a bug of the caller.
    """
    from ortools.sat.python import cp_model as cp

    solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = limits.seed
    solver.parameters.num_workers = limits.workers
    status = solver.solve(model)
    if status == cp.MODEL_INVALID:
        raise ValueError(model.validate())
    if status == cp.INFEASIBLE:
        return CpAnswer(None, 0, infeasible=True)
    bound = solver.best_objective_bound if model.has_objective() else 0.0
    whole = whole_bound(bound) if math.isfinite(bound) else 2**62
    if status in (cp.OPTIMAL, cp.FEASIBLE):
        return CpAnswer(tuple(solver.value(v) for v in variables), whole, infeasible=False)
    return CpAnswer(None, whole, infeasible=False)


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

"""What a solve may take, and how good its result is, from numbers alone."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from enum import StrEnum

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

"""Kept runs as values again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.errors import InputError
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Run, RunKind
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.workflow.keeping import Problem, Solution


def loaded_pairs(run: Run) -> tuple[PairProblem, PairSolution]:
    """Problem and solution of a run of pairs. Raises InputError where another version wrote them."""
    with _readable(run):
        return PairProblem.from_json(run.problem), PairSolution.from_json(run.solution)


def loaded_cohorts(run: Run) -> tuple[CohortProblem, CohortSolution]:
    """As :func:`loaded_pairs`, for cohorts."""
    with _readable(run):
        return CohortProblem.from_json(run.problem), CohortSolution.from_json(run.solution)


def loaded_visits(run: Run) -> tuple[VisitProblem, VisitSolution]:
    """As :func:`loaded_pairs`, for visits."""
    with _readable(run):
        return VisitProblem.from_json(run.problem), VisitSolution.from_json(run.solution)


def loaded(run: Run) -> tuple[Problem, Solution]:
    """As :func:`loaded_pairs`, for any kind. Raises InputError where it is a run of topics."""
    if run.kind is RunKind.PAIRS:
        return loaded_pairs(run)
    if run.kind is RunKind.COHORTS:
        return loaded_cohorts(run)
    if run.kind is RunKind.VISITS:
        return loaded_visits(run)
    raise InputError("Topics are found, not solved.", cure="Name a run of pairs, cohorts or visits.")


@contextmanager
def _readable(run: Run) -> Iterator[None]:
    try:
        yield
    except ValueError:
        raise InputError(
            f"Run {run.id} was kept by another version of the program and cannot be read by this one.",
            cure=f"Form the {run.kind.value} anew.",
        ) from None

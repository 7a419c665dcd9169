"""Solving a kept run again: the same problem, seed and versions give the same plan."""

from __future__ import annotations

import json

from matcher import config
from matcher.cohorts.model import solve as solve_cohorts
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.pairing.model import solve as solve_pairs
from matcher.pairing.problem import Problem as PairProblem
from matcher.store import RunKind
from matcher.visits.model import solve as solve_visits
from matcher.visits.problem import Problem as VisitProblem
from matcher.workflow.workspace import Workspace


def replay(workspace: Workspace, run_id: int) -> bool:
    """Solve a kept run's problem again; whether the answer is the same but for the seconds it took.

    Raises NotFoundError where there is no such run, InputError where it was a topic run.
    """
    with workspace.store.read() as reading:
        run = reading.run(run_id)
    limits = Limits(seconds=_seconds(workspace.settings, run.kind), seed=run.seed, workers=1)
    if run.kind is RunKind.PAIRS:
        again = solve_pairs(PairProblem.from_json(run.problem), limits).to_json()
    elif run.kind is RunKind.COHORTS:
        again = solve_cohorts(CohortProblem.from_json(run.problem), limits).to_json()
    elif run.kind is RunKind.VISITS:
        again = solve_visits(VisitProblem.from_json(run.problem), limits).to_json()
    else:
        raise InputError("Topics are found, not solved.", cure="Replay a run of pairs, cohorts or visits.")
    return _without_seconds(again) == _without_seconds(run.solution)


def _seconds(settings: config.Settings, kind: RunKind) -> float:
    limits = {
        RunKind.PAIRS: settings.pairs.seconds,
        RunKind.COHORTS: settings.cohorts.seconds,
        RunKind.VISITS: settings.visits.seconds,
    }
    return limits.get(kind, 0.0)


def _without_seconds(solution: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(solution)
    return {name: value for name, value in found.items() if name != "seconds"}

"""Doing a kept run again: the same problem, seed and versions give the same plan, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from matcher import record
from matcher.cohorts.model import solve as solve_cohorts
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.rounds import solve_rounds
from matcher.outcome import Change
from matcher.pairing.model import solve as solve_pairs
from matcher.pairing.problem import Problem as PairProblem
from matcher.store import Run, Way
from matcher.visits.model import solve as solve_visits
from matcher.watch import Watch
from matcher.workflow.carrying import BEFORE
from matcher.workflow.decisions import ADJUST
from matcher.workflow.keeping import Solution
from matcher.workflow.reading import loaded
from matcher.workflow.repairing import again_from
from matcher.workflow.term import limits
from matcher.workflow.workspace import Workspace


def replay(workspace: Workspace, run_id: int, watch: Watch | None = None) -> bool:
    """Do what made a kept run again, on one worker; whether the plan is the same, but for the seconds.

    A plan that was formed is solved again, one that was repaired is repaired again, and one that was
    adjusted by hand is adjusted again. Raises NotFoundError where there is no such run, InputError where
    it is one of topics or of another version.
    """
    with workspace.store.read() as reading:
        run = reading.run(run_id)
        before = None if run.origin.of is None else reading.run(run.origin.of)
    _, solution = loaded(run)
    again = _again(workspace, run, before, watch)
    return replace(again, seconds=0.0).to_json() == replace(solution, seconds=0.0).to_json()


def _again(workspace: Workspace, run: Run, before: Run | None, watch: Watch | None) -> Solution:
    problem, _ = loaded(run)
    within = replace(limits(workspace.settings, run.kind), seed=run.seed, workers=1)
    answer: Any
    if run.origin.way is Way.ADJUSTED and before is not None:
        change = record.load(Change, run.origin.given)
        answer = ADJUST[run.kind](*loaded(before), change).solution
    elif run.origin.way is Way.REPAIRED:
        before_it = record.load(BEFORE[run.kind], run.origin.given)
        answer = again_from(run.kind, problem, before_it, within, watch).solution
    elif isinstance(problem, PairProblem):
        answer = solve_pairs(problem, within, watch, prices=True)
    elif isinstance(problem, CohortProblem):
        sessions = json.loads(run.origin.given)["sessions"] if run.origin.given else 1
        if sessions == 1:
            answer = solve_cohorts(problem, within, watch)
        else:
            answer = solve_rounds(problem, sessions, within, watch).solutions[run.origin.session - 1]
    else:
        answer = solve_visits(problem, within, watch)
    solution: Solution = answer
    return solution

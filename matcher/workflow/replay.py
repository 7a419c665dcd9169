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
from matcher.store import Reading, Run, Way
from matcher.visits.model import solve as solve_visits
from matcher.watch import Watch
from matcher.workflow.carrying import BEFORE
from matcher.workflow.decisions import ADJUST
from matcher.workflow.keeping import Solution
from matcher.workflow.reading import loaded
from matcher.workflow.repairing import again_from
from matcher.workflow.standing import proven_before, still_proven
from matcher.workflow.term import limits
from matcher.workflow.workspace import Workspace


def replay(workspace: Workspace, run_id: int, watch: Watch | None = None) -> bool:
    """Do what made a kept run again, within its limits; whether the plan is the same, but for the seconds.

    A plan that was formed is solved again, one that was repaired is repaired again, one that was adjusted
    by hand is adjusted again, and of one that was taken over the run that it is from is done again. Where
    the limits were not kept (see :func:`has_limits`) the settings of today count, on one worker. Raises
    NotFoundError where there is no such run, InputError where it is one of topics or of another version.
    """
    with workspace.store.read() as reading:
        run = _made(reading, run_id)
        before = None if run.origin.of is None else reading.run(run.origin.of)
        known = [] if before is None else proven_before(reading, before)
    problem, solution = loaded(run)
    again = still_proven(problem, _again(workspace, run, before, watch), known)
    return replace(again, seconds=0.0).to_json() == replace(solution, seconds=0.0).to_json()


def has_limits(workspace: Workspace, run_id: int) -> bool:
    """Whether a replay of the run takes no settings of today: its limits were kept, or nothing was solved
    for it. Runs of earlier versions of the program did not keep them. Raises as :func:`replay` does."""
    with workspace.store.read() as reading:
        run = _made(reading, run_id)
    return run.origin.limits is not None or run.origin.way is Way.ADJUSTED


def ended_early(workspace: Workspace, run_id: int) -> bool:
    """Whether the clock, or somebody, ended the run's search, so that a replay may give another plan. Raises
    as :func:`replay` does."""
    with workspace.store.read() as reading:
        run = _made(reading, run_id)
    return run.origin.way is not Way.ADJUSTED and loaded(run)[1].cut_short


def _made(reading: Reading, run_id: int) -> Run:
    """The run, or where it was taken over as it was the one that made it."""
    run = reading.run(run_id)
    while run.origin.way is Way.FORMED and run.origin.of is not None:
        run = reading.run(run.origin.of)
    return run


def _again(workspace: Workspace, run: Run, before: Run | None, watch: Watch | None) -> Solution:
    problem, _ = loaded(run)
    today = replace(limits(workspace.settings, run.kind), seed=run.seed, workers=1)
    within = run.origin.limits or today
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
        given = json.loads(run.origin.given) if run.origin.given else {"sessions": 1}
        if given["sessions"] == 1:
            answer = solve_cohorts(problem, within, watch)
        else:
            rounds = solve_rounds(problem, given["sessions"], within, watch)
            answer = rounds.solutions[given.get("round", run.origin.session) - 1]
    else:
        answer = solve_visits(problem, within, watch)
    solution: Solution = answer
    return solution

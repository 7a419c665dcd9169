"""Bounds of an earlier plan that hold for a later one: never below what can be reached, and not lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.cohorts import check
from matcher.cohorts.adjust import adjust
from matcher.cohorts.model import solve
from matcher.cohorts.problem import BAN, MET, CohortMember, CohortRules, Problem, Solution
from matcher.optimize import Limits, Status
from matcher.outcome import Change, ChangeKind
from matcher.store import Run, RunKind
from matcher.workflow import decisions, keeping, repairing, term
from matcher.workflow.reading import loaded_cohorts
from matcher.workflow.replay import replay
from matcher.workflow.standing import only_takes_away, still_proven
from matcher.workflow.workspace import Workspace

WITHIN = Limits(5.0)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def kept(workspace: Workspace) -> tuple[Run, Problem, Solution]:
    (run,) = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    return run, *loaded_cohorts(run)


def test_who_goes_and_comes_back_leaves_the_plan_as_proven_as_it_was(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    _, problem, formed = kept(workspace)
    assert formed.status is Status.OPTIMAL
    gone = problem.members[formed.cohorts[0].members[0]].id
    cohorts = (workspace, FALL, RunKind.COHORTS)
    decisions.adjust(*cohorts, ChangeKind.MOVE, gone, keep_it=True)
    assert kept(workspace)[2].bound != formed.bound  # of plans that place fewer nothing was proven
    repairing.repair(*cohorts, keep_it=True)
    run, _, mended = kept(workspace)
    assert mended.placed == formed.placed
    assert (mended.bound, mended.placed_bound) == (formed.bound, formed.placed_bound)
    assert (mended.status, mended.gap) == (Status.OPTIMAL, 0.0)
    assert replay(workspace, run.id)
    decisions.adjust(*cohorts, ChangeKind.MOVE, gone, keep_it=True)
    decisions.adjust(*cohorts, ChangeKind.MOVE, gone, to="1", keep_it=True)
    run, _, back = kept(workspace)
    assert (back.bound, back.status) == (formed.bound, Status.OPTIMAL)
    assert replay(workspace, run.id)


def random_problem(seed: int, count: int) -> Problem:
    """Members of three states and cohorts of 2 or 3, a few of them kept apart, two of them pinned."""
    draw = random.Random(seed)
    pairs = list(combinations(range(count), 2))
    apart = tuple(pair for pair in pairs[1:] if draw.random() < 0.12)
    return Problem(
        tuple(CohortMember(f"m{i}", f"o{i}", f"s{draw.randrange(3)}") for i in range(count)),
        tuple((i, j, draw.randint(1, 1000)) for i, j in pairs if draw.random() < 0.7),
        apart,
        tuple(draw.choice([BAN, MET]) for _ in apart),
        CohortRules(2, 3, per_state=2, practice=False),
        together=((0, 1),) if seed % 3 == 0 else (),
    )


def rows_of_changes(seeds: range) -> Iterator[tuple[list[tuple[Problem, Solution]], Problem, Solution]]:
    """Small problems, solved and then changed by hand: one waits, something else is changed, and it comes
    back. What was before, and each plan."""
    for seed in seeds:
        rnd = random.Random(seed)
        problem = random_problem(seed, 7)
        solution = solve(problem, WITHIN)
        earlier = [(problem, solution)]
        homes = [(i, to) for to, cohort in enumerate(solution.cohorts) for i in cohort.members]
        if not homes:
            continue
        away, home = rnd.choice(homes)
        one, other = rnd.sample(range(7), 2)
        between = Change(rnd.choice(list(ChangeKind)), one, other, home)
        for change in (Change(ChangeKind.MOVE, away), between, Change(ChangeKind.MOVE, away, to=home)):
            made = adjust(problem, solution, change)
            if made.solution is not None:
                problem, solution = made.problem, made.solution
                yield list(earlier), problem, solution
                earlier.append((problem, solution))


def test_a_bound_that_was_handed_on_is_never_below_the_best_there_is() -> None:
    tightened = 0
    for earlier, problem, solution in rows_of_changes(range(60)):
        found = still_proven(problem, solution, earlier)
        assert isinstance(found, Solution)
        assert check.violations(problem, found) == []
        best = solve(problem, WITHIN)
        assert best.status is Status.OPTIMAL
        assert found.placed_bound >= best.placed
        if found.placed == best.placed:
            assert found.bound >= best.objective
        tightened += found.bound < solution.bound or found.placed_bound < solution.placed_bound
    assert tightened > 5


def test_what_lets_more_plans_in_takes_away_more_than_bounds() -> None:
    problem = replace(random_problem(3, 6), apart=((0, 1),), apart_why=(BAN,), together=((2, 3),))
    assert only_takes_away(problem, problem)
    banned = replace(problem, apart=((0, 1), (4, 5)), apart_why=(BAN, BAN))
    pinned = replace(problem, together=((2, 3), (4, 5)))
    assert only_takes_away(problem, banned)
    assert only_takes_away(problem, pinned)
    for looser in (
        replace(problem, apart=(), apart_why=()),
        replace(problem, together=()),
        replace(problem, rules=replace(problem.rules, max_size=9)),
        replace(problem, members=problem.members[:-1], affinities=()),
    ):
        assert not only_takes_away(problem, looser)

"""The solver against every plan there is, and what holds of any plan it gives."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_cohorts import best_plan, members, random_problem
from matcher.cohorts import check, stages
from matcher.cohorts.model import solve
from matcher.cohorts.problem import CohortRules, Facilitator, Problem, Solution
from matcher.optimize import Limits, Status
from matcher.watch import Moment, Watch

QUICK = Limits(seconds=3.0)


def without_seconds(solution: Solution) -> dict[str, object]:
    figures: dict[str, object] = json.loads(solution.to_json())
    del figures["seconds"]
    return figures


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_equal_to_trying_every_plan(first: int) -> None:
    placed_somebody = 0
    for seed in range(first, first + 20):
        problem = random_problem(seed)
        solution = solve(problem, QUICK)
        assert (solution.placed, solution.objective) == best_plan(problem), f"seed {seed}"
        assert solution.status == Status.OPTIMAL, f"seed {seed}"
        placed_somebody += solution.placed > 0
    assert placed_somebody >= 5


@given(st.integers(1000, 100_000))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_rule_is_broken_and_figures_agree(seed: int) -> None:
    problem = random_problem(seed, 12)
    solution = solve(problem, QUICK)
    assert check.violations(problem, solution) == []
    assert solution.objective == check.objective(problem, solution) <= solution.bound
    assert solution.placed == check.placed(solution) <= solution.placed_bound
    assert solution.placed + len(solution.waitlist) == 12


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_search_and_proof_agree_with_the_full_list(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(seed, 14)
    listed = solve(problem, QUICK)
    assert listed.status == Status.OPTIMAL
    monkeypatch.setattr(stages, "LIST_UP_TO", 0)
    searched = solve(problem, QUICK)
    assert (searched.placed, searched.objective) == (listed.placed, listed.objective)
    assert searched.bound >= listed.objective
    assert searched.placed_bound >= listed.placed


@pytest.mark.parametrize(
    "changed",
    [{"PROOF": 0.0}, {"CLOSING": 0}, {"CLOSING": 15}, {"RELAX": 0.0}, {"GLANCES": (0.3,)}, {"WORK": 1e-6}],
    ids=str,
)
def test_a_proof_that_is_broken_off_claims_nothing(
    changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With hardly any annealing the plan is poor: whatever ends the proof, the bound still holds."""
    monkeypatch.setattr("matcher.cohorts.search.MOVES_A_SECOND", 1)
    monkeypatch.setattr("matcher.cohorts.budget.POLISH_BEFORE_PROOF", 0)
    below = 0
    for seed in range(10, 18):
        problem = random_problem(seed, 14)
        best = solve(problem, QUICK)
        assert best.status == Status.OPTIMAL
        with monkeypatch.context() as patch:
            patch.setattr(stages, "LIST_UP_TO", 0)
            for name, value in changed.items():
                patch.setattr(stages, name, value)
            poor = solve(problem, QUICK)
        assert poor.placed <= best.placed <= poor.placed_bound
        if poor.placed == best.placed:
            assert poor.objective <= best.objective <= poor.bound
        below += (poor.placed, poor.objective) < (best.placed, best.objective)
    assert below or "GLANCES" in changed


@pytest.mark.parametrize("seed", [0, 1])
def test_some_sixty_members(seed: int) -> None:
    problem = random_problem(seed, 60, large=True)
    solution = solve(problem, replace(QUICK, seconds=4.0))
    assert check.violations(problem, solution) == []
    assert solution.placed >= 40
    assert solution.objective <= solution.bound


#: Little work under a long limit: a busy machine must not cut it short.
REPLAYED = """
from matcher.cohorts import budget, search, stages
from matcher.cohorts.model import solve
from matcher.optimize import Limits

search.MOVES_A_SECOND, stages.LIST_UP_TO, stages.WORK, budget.PROVE_UP_TO = 20_000, 0, 0.02, 40
solution = solve(problem, Limits(seconds=20.0))
"""


@pytest.mark.parametrize(("count", "large"), [(20, False), (60, True)])
def test_the_same_seed_gives_the_same_plan(count: int, large: bool) -> None:
    """Twice, each time in an interpreter of its own."""
    problem = random_problem(7, count, large=large)
    program = (
        "import sys\nfrom matcher.cohorts.problem import Problem\n"
        f"problem = Problem.from_json(sys.stdin.read())\n{REPLAYED}\nprint(solution.to_json())"
    )
    first, second = (
        Solution.from_json(
            subprocess.run(
                [sys.executable, "-c", program],
                input=problem.to_json(),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(2)
    )
    assert not first.cut_short
    assert first.placed > 0
    assert without_seconds(first) == without_seconds(second)


def test_the_clock_is_a_cap_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.cohorts.search.MOVES_A_SECOND", 10**9)
    monkeypatch.setattr("matcher.cohorts.search.MOVES_A_MEMBER", 10**9)
    problem = random_problem(3, 60, large=True)
    solution = solve(problem, Limits(seconds=0.5))
    assert solution.cut_short
    assert check.violations(problem, solution) == []


def test_many_free_members_are_proven_in_time() -> None:
    """All may meet: tens of thousands of cohorts, on which CP-SAT's full presolve would take minutes."""
    draw = random.Random(3)
    pairs = tuple((i, j, draw.randint(1, 1000)) for i in range(16) for j in range(i + 1, 16))
    solution = solve(Problem(members(16), pairs, rules=CohortRules(practice=False)), Limits(seconds=20.0))
    assert (solution.placed, solution.status) == (16, Status.OPTIMAL)


def test_many_members_without_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.cohorts.budget.PROVE_UP_TO", 0)
    problem = random_problem(5, 120, large=True)
    solution = solve(problem, QUICK)
    assert check.violations(problem, solution) == []
    assert solution.placed >= 90
    assert solution.status == Status.FEASIBLE
    assert solution.gap > 0


@pytest.mark.parametrize("proof", [0, 250])
def test_many_members_and_few_facilitators(proof: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hour is short: annealing, parts and proof all have to keep to the room there is."""
    monkeypatch.setattr("matcher.cohorts.budget.PROVE_UP_TO", proof)
    hours = ((15, 39), (15, 16), (16, 63))
    problem = replace(
        random_problem(5, 70, large=True),
        facilitators=tuple(Facilitator(f"f{i}", pair) for i, pair in enumerate(hours)),
    )
    solution = solve(problem, Limits(seconds=4.0))
    assert check.violations(problem, solution) == []
    assert len(solution.cohorts) == 6
    assert solution.placed == solution.placed_bound == 48
    reasons = {reason for _, reason in solution.waitlist}
    assert any("6 full at 8" in reason for reason in reasons)


def test_nobody_and_one_member() -> None:
    empty = solve(Problem(()))
    assert (empty.cohorts, empty.waitlist, empty.status) == ((), (), Status.OPTIMAL)
    alone = solve(Problem(members(1)))
    assert alone.waitlist == ((0, "1 member in all: a cohort takes at least 5"),)
    assert (alone.placed_bound, alone.status) == (0, Status.OPTIMAL)


def test_larger_is_not_better_by_itself() -> None:
    """Six who suit each other alike: any split places all; one weak member drags a cohort down."""
    pairs = [(i, j, 900 if max(i, j) < 4 else 100) for i in range(6) for j in range(i + 1, 6)]
    problem = Problem(members(6), tuple(pairs), rules=CohortRules(2, 6, practice=False))
    solution = solve(problem, QUICK)
    assert [cohort.members for cohort in solution.cohorts] in (
        [(0, 1, 2, 3), (4, 5)],
        [(0, 1), (2, 3), (4, 5)],
        [(0, 2), (1, 3), (4, 5)],
        [(0, 3), (1, 2), (4, 5)],
    )
    assert solution.objective == 100 * (4 * 900 + 2 * 100)


def test_facilitators_bound_the_cohorts_at_an_hour() -> None:
    free_at_ten = members(8, hours=((10,),) * 8)
    rules = CohortRules(2, 2, practice=False)
    for staff, placed in ((1, 2), (3, 6), (4, 8)):
        facilitators = tuple(Facilitator(f"f{i}", (10, 11)) for i in range(staff))
        solution = solve(Problem(free_at_ten, rules=rules, facilitators=facilitators), QUICK)
        assert (solution.placed, solution.status) == (placed, Status.OPTIMAL)
        assert len({cohort.facilitator for cohort in solution.cohorts}) == placed // 2


def test_an_hour_is_left_open_only_where_nobody_names_any() -> None:
    rules = CohortRules(2, 2, practice=False)
    assert solve(Problem(members(2), rules=rules)).cohorts[0].hour is None
    assert solve(Problem(members(2, hours=((9,), ())), rules=rules)).cohorts[0].hour == 9
    staffed = solve(Problem(members(2), rules=rules, facilitators=(Facilitator("f", (33,)),)))
    assert (staffed.cohorts[0].hour, staffed.cohorts[0].facilitator) == (33, "f")
    assert solve(Problem(members(2), rules=rules, facilitators=(Facilitator("f"),))).cohorts[0].hour == 41


def test_progress_is_told() -> None:
    told: list[Moment] = []
    solution = solve(random_problem(1, 60, large=True), Limits(seconds=4.0), Watch(told.append))
    assert {"searching", "polishing", "choosing"} <= {moment.stage for moment in told}
    assert all(0 <= moment.share <= 1 for moment in told)
    last = told[-1]
    assert last.value is not None
    assert last.bound is not None
    assert last.value <= solution.objective <= solution.bound <= last.bound


@pytest.mark.parametrize(("count", "asked"), [(14, 1), (60, 1), (60, 3), (60, 12)])
def test_a_stopped_solve_gives_the_plan_it_has(count: int, asked: int) -> None:
    times = 0

    def stop() -> bool:
        nonlocal times
        times += 1
        return times >= asked

    problem = random_problem(3, count, large=count > 20)
    solution = solve(problem, Limits(seconds=5.0), Watch(stop=stop))
    assert check.violations(problem, solution) == []
    assert solution.placed > 0
    assert solution.cut_short
    assert solution.seconds < 60


def test_baselines_stand_beside_the_plan() -> None:
    for seed in range(6):
        problem = random_problem(seed, 16)
        solution = solve(problem, QUICK)
        assert [one.name for one in solution.baselines] == ["greedy", "random"]
        for one in solution.baselines:
            assert (one.placed, one.objective) <= (solution.placed, solution.objective)
    assert any(one.objective for one in solution.baselines)


def test_a_plan_to_begin_from_is_never_made_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """With hardly any work of its own the solve keeps what it is given."""
    problem = random_problem(2, 60, large=True)
    good = solve(problem, Limits(seconds=2.0))
    monkeypatch.setattr("matcher.cohorts.search.MOVES_A_SECOND", 10)
    monkeypatch.setattr("matcher.cohorts.budget.PROVE_UP_TO", 0)
    start = tuple(one.members for one in good.cohorts)
    alone, again = solve(problem, QUICK), solve(problem, QUICK, start=start)
    assert (alone.placed, alone.objective) < (good.placed, good.objective)
    assert (again.placed, again.objective) >= (good.placed, good.objective)
    # Two cohorts in one, and one of the wrong size: what may be is kept.
    mixed = solve(problem, QUICK, start=((*start[0], *start[1]), start[2][:3], *start[3:]))
    assert check.violations(problem, mixed) == []
    assert mixed.placed >= sum(map(len, start[3:]))


def test_nobody_can_meet() -> None:
    """No hour in common with anybody, or none at which a facilitator is free: all wait, with the reason."""
    for facilitators in ((), (Facilitator("f", (99,)),)):
        problem = Problem(members(6, hours=tuple((i,) for i in range(6))), facilitators=facilitators)
        solution = solve(problem, QUICK)
        assert (solution.cohorts, solution.placed, solution.status) == ((), 0, Status.OPTIMAL)
        assert len(solution.waitlist) == 6
        assert all("hour" in reason for _, reason in solution.waitlist)
        assert check.violations(problem, solution) == []
    sizes = solve(Problem(members(7), rules=CohortRules(4, 6, practice=False)), QUICK)
    assert sizes.placed == 6
    ((_, reason),) = sizes.waitlist
    assert "7" in reason

"""Members that staff pinned: kept in every plan, or refused with the numbers."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_cohorts import best_plan, members, plan, random_problem
from matcher.cohorts import check, stages, tables
from matcher.cohorts.model import solve
from matcher.cohorts.problem import Cohort, CohortRules, Facilitator, Problem
from matcher.cohorts.search import take_up
from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.optimize import Limits, Status

QUICK = Limits(seconds=3.0)
LOOSE = CohortRules(2, 3, per_state=3, per_organization=3, practice=False)


def with_pins(problem: Problem, seed: int, count: int) -> Problem:
    draw = random.Random(seed)
    n = len(problem.members)
    pairs = {tuple(sorted(draw.sample(range(n), 2))) for _ in range(count)} if n > 1 else set()
    return replace(problem, together=tuple(sorted(pairs)))  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_equal_to_trying_every_plan(first: int) -> None:
    kept = refused = 0
    for seed in range(first, first + 20):
        problem = with_pins(random_problem(seed), seed, 1 + seed % 2)
        best = best_plan(problem)
        if best is None:
            with pytest.raises(InfeasibleError, match="pin"):
                solve(problem, QUICK)
            refused += 1
        else:
            solution = solve(problem, QUICK)
            assert (solution.placed, solution.objective) == best, f"seed {seed}"
            assert solution.status == Status.OPTIMAL, f"seed {seed}"
            kept += solution.placed > 0
    assert kept >= 3
    assert refused >= 3


@pytest.mark.parametrize("seed", [*range(8), 2009])
def test_a_plan_to_begin_from_is_taken_up_whole(seed: int) -> None:
    """Also where hours have little room: in turn the first cohorts would take those of others."""
    problem = random_problem(seed, 60, large=True)
    before = solve(problem, Limits(seconds=0.1, seed=1))
    state = take_up(
        tables.build(problem, tables.hour_classes(problem)), [one.members for one in before.cohorts]
    )
    assert (state.counts[1], state.counts[2]) >= (before.placed, before.objective)
    assert before.cohorts


@given(st.integers(0, 100_000))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_pins_that_a_plan_keeps_are_kept(seed: int) -> None:
    """Feasible by construction: the pins are pairs of a plan without pins."""
    problem = random_problem(seed, 60, large=True)
    limits = Limits(seconds=0.3, seed=1)
    before = solve(problem, limits)
    draw = random.Random(seed)
    pairs = {tuple(sorted(draw.sample(one.members, 2))) for one in before.cohorts for _ in range(2)}
    pinned = replace(problem, together=tuple(sorted(pairs)))  # type: ignore[arg-type]
    start = tuple(one.members for one in before.cohorts)
    after = solve(pinned, limits, start=start)
    assert check.violations(pinned, after) == []
    assert (after.placed, after.objective) >= (before.placed, before.objective)
    assert pairs


def test_pinned_members_move_together_in_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "LIST_UP_TO", 0)
    reached = missed = 0
    for seed in range(12):
        problem = with_pins(random_problem(seed, 14), seed, 3)
        with monkeypatch.context() as patch:
            patch.setattr(stages, "LIST_UP_TO", 40)
            try:
                best = solve(problem, QUICK)
            except InfeasibleError:
                continue
        assert best.status == Status.OPTIMAL
        try:
            found = solve(problem, Limits(seconds=1.0))
        except TimeLimitError:  # hardly any room: the search may miss the few plans there are
            missed += 1
            continue
        assert check.violations(problem, found) == []
        assert (found.placed, found.objective) <= (best.placed, best.objective)
        assert found.placed_bound >= best.placed
        reached += (found.placed, found.objective) == (best.placed, best.objective)
    assert reached >= 3
    assert missed <= 1


def test_pins_that_no_plan_was_found_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks that share no hour and the one facilitator's hour: not proven without the list."""
    problem = Problem(
        members(6, hours=((1,), (1,), (1,), (1,), (1, 2), (1, 2))),
        rules=replace(LOOSE, max_size=2),
        together=((0, 1), (2, 3)),
        facilitators=(Facilitator("f", (1, 2)),),
    )
    monkeypatch.setattr(stages, "LIST_UP_TO", 0)
    with pytest.raises(TimeLimitError, match="No plan was found that places everybody who is pinned"):
        solve(problem, Limits(seconds=0.5))


def test_the_rule_in_the_check() -> None:
    problem = Problem(members(5), rules=LOOSE, together=((0, 1), (1, 2)))
    assert check.blocks(problem) == ((0, 1, 2),)
    assert check.violations(problem, plan(problem, Cohort((0, 1, 2), None), Cohort((3, 4), None))) == []
    apart = check.violations(problem, plan(problem, Cohort((0, 1), None), Cohort((2, 3), None)))
    assert [(each.rule, each.where) for each in apart] == [("together", "member 1")]
    waiting = check.violations(problem, plan(problem, Cohort((3, 4), None)))
    assert [each.rule for each in waiting] == ["together", "together"]


def test_a_pin_overrides_having_met_and_not_a_ban() -> None:
    met = Problem(members(4), apart=((0, 1), (0, 2)), apart_why=("met", "met"), rules=LOOSE)
    pinned = replace(met, together=((0, 1),))
    assert check.kept_apart(pinned) == {(0, 2): "met"}
    (cohort,) = [one for one in solve(pinned, QUICK).cohorts if 0 in one.members]
    assert 1 in cohort.members
    assert 2 not in cohort.members
    through_another = replace(met, together=((0, 3), (1, 3)))
    assert check.kept_apart(through_another) == {(0, 2): "met"}
    banned = replace(pinned, apart_why=("ban", "met"))
    with pytest.raises(InfeasibleError, match="Pins put m0 and m1 into one cohort, and a ban"):
        solve(banned, QUICK)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (
            Problem(members(6), rules=LOOSE, together=((0, 1), (1, 2), (2, 3))),
            "Pins put 4 members into one cohort (m0, m1, m2, m3), at most 3.",
        ),
        (
            Problem(
                members(5, state=("A", "A", "B", "A", "")),
                rules=replace(LOOSE, per_state=2),
                together=((0, 1), (1, 3)),
            ),
            "Pins put 3 members of one state into one cohort (m0, m1, m3), at most 2.",
        ),
        (
            Problem(
                members(4, organization_id=("o", "", "o", "")),
                rules=replace(LOOSE, per_organization=1),
                together=((0, 2),),
            ),
            "Pins put 2 members of one organization into one cohort (m0, m2), at most 1.",
        ),
        (
            Problem(members(4, hours=((1,), (2,), (), ())), rules=LOOSE, together=((0, 1),)),
            "The 2 members pinned together (m0, m1) share no hour.",
        ),
        (
            Problem(
                members(4, hours=((1, 2), (2,), (), ())),
                rules=LOOSE,
                together=((0, 1),),
                facilitators=(Facilitator("f", (1,)),),
            ),
            "The 2 members pinned together (m0, m1) share no hour at which a facilitator is free.",
        ),
        (
            Problem(
                members(5, hours=((1,), (1,), (1,), (2,), (2,))),
                rules=replace(LOOSE, min_size=4, max_size=4),
                together=((0, 1),),
            ),
            "The 2 members pinned together (m0, m1) can meet at most 1 others at any hour they share; "
            "a cohort takes at least 4.",
        ),
        (
            Problem(members(2), rules=replace(LOOSE, min_size=3), together=((0, 1),)),
            "The 2 members pinned together (m0, m1) can meet at most 0 others",
        ),
        (
            Problem(
                members(4),
                rules=replace(LOOSE, max_size=2),
                together=((0, 1), (2, 3)),
                facilitators=(Facilitator("f", (1,)),),
            ),
            "No plan places the 4 members who are pinned (2 pins)",
        ),
    ],
)
def test_pins_that_cannot_be_kept(problem: Problem, words: str) -> None:
    with pytest.raises(InfeasibleError) as caught:
        solve(problem, QUICK)
    assert words in str(caught.value)
    assert caught.value.cure


def test_a_start_that_cannot_be_read() -> None:
    problem = Problem(members(4), rules=LOOSE)
    for start in (((0, 1), (1, 2)), ((0, 4),)):
        with pytest.raises(InputError, match=r"names member [14] twice, or there is no such member"):
            solve(problem, QUICK, start=start)

"""Several rounds: designs that are known, bounds against trying everything, and what holds of any rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_cohorts import cohorts_of, members, plan, random_problem
from matcher.cohorts import meetings, model
from matcher.cohorts.problem import BAN, CohortRules, Problem
from matcher.cohorts.rounds import Rounds, solve_rounds, violations_of_rounds
from matcher.errors import InputError
from matcher.optimize import Limits, Status
from matcher.watch import Watch

QUICK = Limits(seconds=8.0)
Group = tuple[int, ...]


def golf(groups: int, size: int) -> Problem:
    """``groups`` of exactly ``size``, everybody with everybody."""
    return Problem(members(groups * size), rules=CohortRules(size, size, practice=False))


@pytest.mark.parametrize(
    ("groups", "size", "rounds", "repeats"),
    [(3, 3, 4, 0), (4, 4, 5, 0), (2, 4, 3, 8), (5, 2, 9, 0), (2, 3, 2, 2), (3, 3, 5, 9)],
    ids=str,
)
def test_known_designs(groups: int, size: int, rounds: int, repeats: int) -> None:
    """The affine planes of order 3 and 4, a round robin, and rounds that cannot but repeat."""
    problem = golf(groups, size)
    found = solve_rounds(problem, rounds, QUICK)
    assert violations_of_rounds(problem, found) == []
    assert [one.placed for one in found.solutions] == [groups * size] * rounds
    assert (found.repeats, found.repeats_bound) == (repeats, repeats)
    assert sum(found.new_peers) == 2 * found.meetings


def plans(problem: Problem) -> list[tuple[Group, ...]]:
    """Every plan that places the most, hours apart."""

    def disjoint(groups: list[Group], chosen: tuple[Group, ...]) -> Iterator[tuple[Group, ...]]:
        yield chosen
        for number, group in enumerate(groups):
            rest = [other for other in groups[number + 1 :] if not set(group) & set(other)]
            yield from disjoint(rest, (*chosen, group))

    every = list(disjoint(cohorts_of(problem), ()))
    most = max(sum(map(len, one)) for one in every)
    return [one for one in every if sum(map(len, one)) == most]


def fewest(problem: Problem, rounds: int) -> tuple[int, int]:
    """Members placed a round, and the fewest repeats, by trying all rounds."""
    every = plans(problem)
    placed = sum(map(len, every[0]))
    return placed, min(
        meetings.repeats(meetings.met(chosen)) for chosen in combinations_with_replacement(every, rounds)
    )


@pytest.mark.parametrize("first", [0, 10])
def test_bounds_and_rounds_against_trying_everything(first: int) -> None:
    reached = tried = 0
    for seed in range(first, first + 10):
        problem = replace(random_problem(seed, 6), facilitators=())
        rounds = 2 + seed % 2
        placed, least = fewest(problem, rounds)
        found = solve_rounds(problem, rounds, Limits(2.0))
        assert violations_of_rounds(problem, found) == []
        assert [one.placed for one in found.solutions] == [placed] * rounds, f"seed {seed}"
        assert found.repeats_bound <= least <= found.repeats, f"seed {seed}"
        reached += found.repeats == least
        tried += placed > 0
    assert tried >= 4
    assert reached >= 9


@given(st.integers(0, 100_000), st.integers(1, 3))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_no_rule_is_broken_and_meetings_are_counted(seed: int, rounds: int) -> None:
    problem = random_problem(seed, 14)
    found = solve_rounds(problem, rounds, Limits(1.5))
    assert violations_of_rounds(problem, found) == []
    assert found.repeats_bound <= found.repeats
    assert len({one.placed for one in found.solutions}) == 1
    for one in found.solutions:
        assert one.objective <= one.bound
    if rounds == 1:
        assert found.repeats == 0


def test_a_plan_of_many_members_has_no_repeats() -> None:
    problem = random_problem(2, 60, large=True)
    found = solve_rounds(problem, 3, Limits(6.0))
    assert violations_of_rounds(problem, found) == []
    assert found.repeats == found.repeats_bound == 0
    assert min(one.placed for one in found.solutions) >= 50


def test_pins_meet_in_every_round_and_bans_in_none() -> None:
    problem = replace(golf(3, 3), together=((0, 1),), apart=((2, 3),), apart_why=(BAN,))
    found = solve_rounds(problem, 3, QUICK)
    times = meetings.met([[cohort.members for cohort in one.cohorts] for one in found.solutions])
    assert times[0, 1] == 3
    assert (2, 3) not in times
    assert found.repeats >= found.repeats_bound >= 2


def test_wrong_figures_are_seen() -> None:
    problem = golf(3, 3)
    found = solve_rounds(problem, 2, QUICK)
    assert violations_of_rounds(problem, replace(found, repeats=found.repeats + 1))[0].rule == "figures"
    assert violations_of_rounds(problem, replace(found, new_peers=(1,) * 9))[0].where == "rounds"
    assert violations_of_rounds(problem, replace(found, repeats_bound=1))[0].message == (
        "the bound is above the repeats"
    )
    broken = replace(found.solutions[1], objective=7)
    wrong = violations_of_rounds(problem, replace(found, solutions=(found.solutions[0], broken)))
    assert wrong[0].where == "round 1, plan"


def test_nobody_one_member_and_no_round() -> None:
    for count in (0, 1):
        found = solve_rounds(Problem(members(count)), 2, QUICK)
        assert (found.meetings, found.repeats, found.new_peers) == (0, 0, (0,) * count)
    with pytest.raises(InputError, match=r"0 rounds are asked for. Ask for 1 or more."):
        solve_rounds(golf(2, 2), 0)


def test_the_same_twice_and_through_json() -> None:
    problem = golf(2, 4)

    def bare(found: Rounds) -> Rounds:
        timeless = tuple(replace(one, seconds=0.0) for one in found.solutions)
        return replace(found, solutions=timeless, seconds=0.0)

    one, two = solve_rounds(problem, 3, QUICK), solve_rounds(problem, 3, QUICK)
    assert not one.cut_short
    assert bare(one) == bare(two)
    assert Rounds.from_json(one.to_json()) == one


def test_a_stop_gives_rounds() -> None:
    problem = golf(4, 4)
    stopped = solve_rounds(problem, 5, QUICK, Watch(stop=lambda: True))
    assert stopped.cut_short
    assert violations_of_rounds(problem, stopped) == []


def test_what_is_proven_where_those_who_met_are_kept_apart_is_not_said_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = ((0, 1, 1000), (0, 2, 1), (1, 3, 1), (2, 3, 1000))
    problem = Problem(members(4), pairs, rules=CohortRules(min_size=2, max_size=2))
    whole = model.solve(problem, Limits(seconds=2))
    begun = iter([plan(problem, whole.cohorts[0], placed_bound=4, bound=400_000, status=Status.FEASIBLE)])
    solve = model.solve
    monkeypatch.setattr(model, "solve", lambda *given: next(begun, None) or solve(*given))
    found = solve_rounds(problem, 2, Limits(seconds=2))
    assert [one.placed for one in found.solutions] == [4, 4]
    assert all(one.bound >= whole.objective for one in found.solutions)

"""What no plan can pass: against every plan there is, against every cohort, and against each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from build_cohorts import best_plan, cohorts_of, members, plan, random_problem
from matcher.cohorts import bounds, dense, lagrange, search, tables
from matcher.cohorts.around import make_room
from matcher.cohorts.problem import Cohort, CohortRules, Facilitator, Problem
from matcher.cohorts.smooth import smooth


def built(problem: Problem) -> tables.Arrays:
    return tables.build(problem, tables.hour_classes(problem))


def sparser(problem: Problem, seed: int, share: float) -> Problem:
    """``problem`` with about a ``share`` of its affinities."""
    draw = random.Random(seed)
    return replace(problem, affinities=tuple(each for each in problem.affinities if draw.random() < share))


def always(share: float, bound: int) -> bool:
    return True


@given(st.integers(0, 100_000), st.sampled_from([1.0, 0.5, 0.2]))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_prices_bound_every_plan(seed: int, share: float) -> None:
    problem = sparser(random_problem(seed), seed, share)
    placed, value = best_plan(problem)
    assume(placed)
    arrays = built(problem)
    known = {group: bounds.group_value(arrays, group) for group in cohorts_of(problem)[:3]}
    tightened = lagrange.tighten(arrays, known, placed, 6, always)
    assert value <= tightened.bound <= bounds.value_bound(arrays, placed)
    assert not tightened.late


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("effort", "around"), [(100_000, 320), (1, 320), (100_000, 5), (1, 4)])
def test_lifted_prices_are_bettered_by_no_cohort(seed: int, effort: int, around: int) -> None:
    """Whatever the prices to begin with, and however short the search: negative prices and pairs that are
    not listed among them."""
    n = 11
    problem = sparser(random_problem(seed, n), seed, (1.0, 0.6, 0.25)[seed % 3])
    groups = cohorts_of(problem)
    arrays, size = built(problem), problem.rules.min_size
    if not groups:
        return
    prices = np.random.default_rng(seed).uniform(-100, 400, n)
    before = prices.copy()
    roots = np.flatnonzero(arrays.mask.any(axis=1)).astype(np.int32)
    desk, room = dense.make_desk(arrays, size, around), make_room(arrays, prices, size)
    rows, worths = np.empty((3 * n, size), np.int32), np.empty(3 * n)
    count = dense.lift(arrays, prices, room, desk, roots, size, 3, effort, rows, worths)
    assert (prices >= before).all()
    for group in groups:
        assert _worth(arrays, prices, group) <= 1e-4
    found = [tuple(sorted(row)) for row in rows[:count].tolist()]
    better = [group for group in groups if len(group) == size and _worth(arrays, before, group) > 2]
    assert len(found) >= bool(better) * (effort > 1 and around == 320)
    if size == problem.rules.max_size:
        assert set(found) <= set(groups)


def _worth(arrays: tables.Arrays, prices: np.ndarray, group: tuple[int, ...]) -> float:
    return float(bounds.group_value(arrays, group) - 200 * prices[list(group)].sum())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_many_members(seed: int) -> None:
    """Above the number that is looked at around one root; more rounds never bound worse."""
    problem = sparser(random_problem(seed, 340, large=True), seed, 0.2 + 0.2 * seed)
    arrays = built(problem)
    state = search.simple(arrays, seed, greedy=True)
    found = search.Found()
    found.take(arrays, state)
    told: list[tuple[float, int]] = []

    def go_on(share: float, bound: int) -> bool:
        told.append((share, bound))
        return True

    tightened = lagrange.tighten(arrays, found.pool, found.placed, 3, go_on)
    figures = [bound for _, bound in told]
    assert figures == sorted(figures, reverse=True)
    assert [share for share, _ in told] == [0.0, 1 / 3, 2 / 3, 1.0]
    assert found.value <= tightened.bound == figures[-1]
    assert tightened.bound < 0.98 * bounds.value_bound(arrays, found.placed)
    again = lagrange.tighten(arrays, found.pool, found.placed, 3, always)
    assert again == tightened


def test_an_end_by_the_caller_is_said() -> None:
    problem = random_problem(3, 30, large=True)
    arrays = built(problem)
    state = search.simple(arrays, 1, greedy=True)
    found = search.Found()
    found.take(arrays, state)
    assert found.placed
    cut = lagrange.tighten(arrays, found.pool, found.placed, 5, lambda share, bound: False)
    assert cut.late
    assert found.value <= cut.bound <= bounds.value_bound(arrays, found.placed)


def test_nobody_and_nothing_to_gain() -> None:
    arrays = built(Problem(members(4), rules=CohortRules(2, 3, practice=False)))
    assert lagrange.tighten(arrays, {}, 4, 3, always) == lagrange.Tightened(0, late=False)
    assert lagrange.tighten(arrays, {}, 0, 3, always).bound == 0


def test_rounds_are_planned_by_size_and_time() -> None:
    assert lagrange.rounds_in(20_000, 1.0) == lagrange.FEWEST
    assert lagrange.rounds_in(10, 60.0) == lagrange.MOST
    middle = lagrange.rounds_in(1000, 5.0)
    assert lagrange.FEWEST < middle < lagrange.MOST


def test_the_smoothed_dual_covers_each_member_once() -> None:
    """Three members, sets {0, 1} and {1, 2}, and each alone."""
    start, column = np.array([0, 1, 3, 4]), np.array([0, 0, 1, 1], np.int32)
    values, price = np.array([50.0, 30.0]), np.zeros(3)
    slack, alone = values.copy(), np.array([5.0, 5.0, 20.0])
    sweeps = smooth(start, column, slack, price, alone, 0, 4.0, 5000)
    assert 1 < sweeps < 5000
    assert slack == pytest.approx(values - [price[0] + price[1], price[1] + price[2]])
    taken = np.exp(slack / 4.0)
    covered = np.array([taken[0], taken[0] + taken[1], taken[1]]) + np.exp((alone - price) / 4.0)
    assert covered == pytest.approx(1.0, abs=0.05)


def test_the_smoothed_dual_lets_some_wait() -> None:
    """Four members, sets {0, 1} and {2, 3} of which one is worth more; two wait."""
    start, column = np.arange(5), np.array([0, 0, 1, 1], np.int32)
    price, slack = np.zeros(4), np.array([50.0, 30.0])
    smooth(start, column, slack, price, np.full(4, -1e6), 2, 1.0, 5000)
    taken = np.exp(slack)
    assert taken == pytest.approx([1.0, 0.0], abs=0.02)
    assert np.sort(price)[2:].sum() == pytest.approx(50.0, abs=0.2)


def _flows() -> Iterator[tuple[Problem, int]]:
    rules = CohortRules(2, 3, 1, 3, practice=False)
    one_hour = (Facilitator("f", (9,)),)
    crowd = members(6, hours=((9,),) * 6, state=("a", "a", "a", "a", "b", ""))
    yield Problem(crowd, rules=rules, facilitators=one_hour), 3
    yield Problem(crowd[:4] + crowd[4:5], rules=rules, facilitators=one_hour), 2
    two = members(8, hours=((9,),) * 5 + ((10,),) * 3)
    staff = (Facilitator("f", (9, 10)),)
    yield Problem(two, rules=CohortRules(2, 3, practice=False), facilitators=staff), 6
    yield Problem(two[:7], rules=CohortRules(2, 3, practice=False), facilitators=staff), 5
    same = members(6, organization_id=("o", "o", "o", "o", "p", "q"), state=("a", "a", "a", "b", "b", "b"))
    yield Problem(same, rules=CohortRules(2, 3, 2, 1, practice=False)), 4


@pytest.mark.parametrize(("problem", "most"), list(_flows()))
def test_room_in_the_hours_and_caps_count_together(problem: Problem, most: int) -> None:
    assert bounds.placed_bound(problem, tables.hour_classes(problem)) == most
    assert best_plan(problem)[0] == most


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_places_more_where_facilitators_are_few(seed: int) -> None:
    draw = random.Random(seed)
    hours = (15, 16, 40, 160)
    staff = tuple(Facilitator(f"f{i}", (draw.choice(hours),)) for i in range(draw.randint(1, 2)))
    problem = replace(random_problem(seed), facilitators=staff)
    assert bounds.placed_bound(problem, tables.hour_classes(problem)) >= best_plan(problem)[0]


def test_looseness_in_words() -> None:
    problem = Problem(members(2), ((0, 1, 10),), rules=CohortRules(2, 2))
    proven = plan(problem, Cohort((0, 1), None))
    assert lagrange.looseness(proven) == lagrange.looseness(replace(proven, bound=proven.objective + 1)) == ""
    loose = lagrange.looseness(replace(proven, bound=2 * proven.objective))
    assert loose.startswith("How much of that distance can be had is not known")

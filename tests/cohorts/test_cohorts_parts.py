"""The parts of the solver: arrays, the list of cohorts, bounds, hours and facilitators."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from build_cohorts import best_plan, cohorts_of, members, random_problem
from matcher.cohorts import bounds, parts, place, tables
from matcher.cohorts.plan import Plan, fill, with_groups
from matcher.cohorts.problem import CohortRules, Facilitator, Problem, cohort_value


def built(problem: Problem) -> tuple[tuple[tables.HourClass, ...], tables.Arrays]:
    classes = tables.hour_classes(problem)
    return classes, tables.build(problem, classes)


def test_hours_with_the_same_members_are_one_class() -> None:
    problem = Problem(members(4, hours=((5, 6, 9), (5, 6), (5, 6), (9,))), rules=CohortRules(2, 3))
    classes = tables.hour_classes(problem)
    assert [(one.hours, one.members, one.capacity) for one in classes] == [
        ((5, 6), 0b0111, 2),
        ((9,), 0b1001, 2),
    ]


def test_a_class_inside_another_is_left_out_unless_room_is_short() -> None:
    people = members(4, hours=((5, 6), (5, 6), (5,), (5,)))
    rules = CohortRules(2, 2)
    assert [one.hours for one in tables.hour_classes(Problem(people, rules=rules))] == [(5,)]
    short = Problem(people, rules=rules, facilitators=(Facilitator("f", (5, 6)),))
    assert [(one.hours, one.capacity) for one in tables.hour_classes(short)] == [((5,), 1), ((6,), 1)]


def test_scores_are_the_same_from_the_matrix_and_from_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from matcher.cohorts.kernels import pair_score

    problem = random_problem(11, 12)
    _, square = built(problem)
    monkeypatch.setattr(tables, "MATRIX_UP_TO", 0)
    _, rows = built(problem)
    assert (square.matrix.size, rows.matrix.size) == (144, 0)
    known = {(i, j): score for i, j, score in problem.affinities} | dict.fromkeys(problem.apart, tables.APART)
    for i, j in product(range(12), repeat=2):
        expected = known.get((min(i, j), max(i, j)), 0)
        assert pair_score(square, i, j) == pair_score(rows, i, j) == expected


@pytest.mark.parametrize("seed", range(30))
def test_every_cohort_is_listed(seed: int) -> None:
    problem = random_problem(seed, 9)
    classes, arrays = built(problem)
    if not classes:
        assert cohorts_of(problem) == []
        return
    nobody, no_hour = np.zeros(9), np.zeros(len(classes))
    listing = bounds.price(arrays, nobody, no_hour, -math.inf, a_member=10_000, most=10_000)
    assert listing.complete
    assert sorted(listing.values) == sorted(cohorts_of(problem))


@pytest.mark.parametrize("seed", range(30))
def test_cohorts_above_a_floor_are_those_above_it(seed: int) -> None:
    problem = random_problem(seed, 10)
    classes, arrays = built(problem)
    if not classes:
        return
    draw = np.random.default_rng(seed)
    member, hour = draw.uniform(-20_000, 80_000, 10), draw.uniform(0, 20_000, len(classes))
    scores = {(i, j): score for i, j, score in problem.affinities}
    expected = set()
    for group in cohorts_of(problem):
        total = sum(scores.get((i, j), 0) for i in group for j in group)
        cheapest = min(hour[k] for k, one in enumerate(classes) if all(one.members >> i & 1 for i in group))
        if 200 * total / (len(group) - 1) - member[list(group)].sum() - cheapest > 10_000:
            expected.add(group)
    listing = bounds.price(arrays, member, hour, 10_000.0, a_member=10_000, most=10_000)
    assert listing.complete
    assert set(listing.values) == expected
    few = bounds.price(arrays, member, hour, 10_000.0, a_member=1, most=10_000)
    assert set(few.values) <= expected
    assert few.complete == (len(few.values) == len(expected))


@pytest.mark.parametrize("seed", range(60))
def test_bounds_are_not_below_the_best_plan(seed: int) -> None:
    problem = random_problem(seed)
    classes, arrays = built(problem)
    placed, value = best_plan(problem) or (0, 0)
    assert bounds.placed_bound(problem, classes) >= placed
    if placed:
        assert bounds.value_bound(arrays, placed) >= value


@pytest.mark.parametrize("seed", range(40))
def test_the_linear_programme_bounds_the_best_plan(seed: int) -> None:
    problem = random_problem(seed, 7)
    placed, value = best_plan(problem) or (0, 0)
    if not placed:
        return
    _, arrays = built(problem)
    columns = {group: bounds.group_value(arrays, group) for group in cohorts_of(problem)}
    relaxed = bounds.relax(arrays, columns, placed, math.inf, lambda share: None)
    assert relaxed.prices is not None
    assert value - 1e-3 <= relaxed.prices.bound <= bounds.value_bound(arrays, placed) * 1.001 + 100


def test_the_value_in_arrays_is_that_of_the_problem() -> None:
    problem = Problem(members(3), ((0, 1, 7), (1, 2, 5)), rules=CohortRules(2, 3))
    _, arrays = built(problem)
    assert bounds.group_value(arrays, (0, 1, 2)) == cohort_value(12, 3)


@pytest.mark.parametrize("seed", range(50))
def test_groups_go_into_classes_where_they_can(seed: int) -> None:
    draw = random.Random(seed)
    capacity = [draw.randint(0, 2) for _ in range(4)]
    shared = [draw.randint(0, 15) for _ in range(draw.randint(1, 5))]
    possible = any(
        all(bits >> number & 1 for bits, number in zip(shared, numbers, strict=True))
        and all(used <= capacity[number] for number, used in Counter(numbers).items())
        for numbers in product(range(4), repeat=len(shared))
    )
    chosen = place.assign_classes(shared, capacity)
    assert (chosen is not None) == possible
    if chosen is not None:
        assert all(bits >> number & 1 for bits, number in zip(shared, chosen, strict=True))
        assert all(used <= capacity[number] for number, used in Counter(chosen).items())


def test_those_who_wait_are_filled_in() -> None:
    """Two cohorts' worth wait beside one with a seat left; the odd one takes it."""
    problem = Problem(
        members(9), ((3, 4, 9), (5, 6, 9)), ((2, 3),), ("ban",), CohortRules(3, 4, practice=False)
    )
    classes, arrays = built(problem)
    one = with_groups(arrays, Plan((), 0, 0, 9, 0), [(0, 1, 2)])
    full = fill(problem, classes, arrays, one)
    assert full.placed >= 7
    assert (0, 1, 2) in full.groups or any({0, 1, 2} < set(group) for group in full.groups)
    assert not any({2, 3} <= set(group) for group in full.groups)
    assert full.value == sum(bounds.group_value(arrays, group) for group in full.groups)
    no_room = replace(problem, facilitators=(Facilitator("f", (9,)),))
    classes, arrays = built(no_room)
    one = with_groups(arrays, Plan((), 0, 0, 4, 0), [(0, 1, 2)])
    assert fill(no_room, classes, arrays, one).groups == ((0, 1, 2, 4),)


def test_a_part_keeps_to_the_room_that_others_leave() -> None:
    problem = Problem(
        members(6), rules=CohortRules(2, 2, practice=False), facilitators=(Facilitator("f", (9, 10)),)
    )
    _, arrays = built(problem)
    assert arrays.capacity.tolist() == [2]
    part = parts.alone(arrays, [(0, 1)], [(2, 3)])
    assert [bool(row.any()) for row in part.mask] == [True, True, False, False, False, False]
    assert part.capacity.tolist() == [6]  # one cohort, room for one: nothing can bind
    tight = parts.alone(arrays, [(0, 1), (4, 5)], [])
    assert tight.capacity.tolist() == [6]
    assert parts.alone(arrays, [(0, 1, 4, 5)], [(2, 3)]).capacity.tolist() == [1]


def test_parts_are_of_cohorts_that_suit_each_other() -> None:
    problem = Problem(members(8), ((0, 4, 500), (1, 5, 400), (2, 3, 900)), rules=CohortRules(2, 2))
    _, arrays = built(problem)
    groups = [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert parts.related(arrays, groups, 0, 4) == ((0, 1), (4, 5))
    tried: set[tuple[int, ...]] = set()
    assert parts.next_part(arrays, groups, tried)[0] == (0, 1)
    assert tried == {(0, 1)}
    for _ in range(3):
        assert parts.next_part(arrays, groups, tried)
    assert parts.next_part(arrays, groups, tried) == ()


def test_facilitators_share_the_load() -> None:
    problem = Problem(
        members(8, hours=((5,), (5,), (6,), (6,), (7,), (7,), (8,), (8,))),
        rules=CohortRules(2, 2),
        facilitators=(Facilitator("f", (5, 6, 7, 8)), Facilitator("g", (5, 6, 7, 8))),
    )
    classes = tables.hour_classes(problem)
    cohorts = place.finish(problem, [(0, 1), (2, 3), (4, 5), (6, 7)], classes, [0, 1, 2, 3])
    assert Counter(one.facilitator for one in cohorts) == {"f": 2, "g": 2}


def test_the_topic_with_most_practices_is_taken() -> None:
    problem = Problem(
        members(2, challenge_topics=(("t", "u"), ("t", "u")), practice_topics=(("u",), ())),
        rules=CohortRules(2, 2),
    )
    (cohort,) = place.finish(problem, [(0, 1)], tables.hour_classes(problem), [0])
    assert cohort.topic == "u"

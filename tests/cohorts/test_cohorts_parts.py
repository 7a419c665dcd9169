"""The parts of the solver: arrays, the list of cohorts, bounds, hours and facilitators."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from build_cohorts import allowed, best_plan, cohorts_of, members, random_problem
from matcher.cohorts import bounds, parts, place, polish, search, tables
from matcher.cohorts.plan import Plan, fill, with_groups
from matcher.cohorts.problem import CohortRules, Facilitator, Problem, cohort_value
from matcher.watch import Watch


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
    relaxed = bounds.relax(arrays, columns, placed, math.inf, lambda share: True)
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
    assert parts.cut(arrays, [0, 1], arrays.capacity - 1).capacity.tolist() == [2]  # it cannot bind
    tight = parts.cut(arrays, [0, 1, 4, 5], arrays.capacity - 1)
    assert tight.capacity.tolist() == [1]


@pytest.mark.parametrize("seed", range(20))
def test_a_part_is_the_problem_of_its_members_alone(seed: int) -> None:
    """What :func:`parts.cut` gives is what the tables of the smaller problem hold."""
    problem = random_problem(seed, 12)
    classes, arrays = built(problem)
    if not classes:
        return
    who = sorted(random.Random(seed).sample(range(12), 7))
    index = {i: number for number, i in enumerate(who)}
    smaller = replace(
        problem,
        members=tuple(problem.members[i] for i in who),
        affinities=tuple((index[i], index[j], s) for i, j, s in problem.affinities if {i, j} <= set(who)),
        apart=(),
        apart_why=(),
    )
    apart = [pair for pair in problem.apart if set(pair) <= set(who)]
    smaller = replace(
        smaller, apart=tuple((index[i], index[j]) for i, j in apart), apart_why=("ban",) * len(apart)
    )
    alone = tables.build(smaller, tables.hour_classes(smaller))
    part = parts.cut(arrays, who, arrays.capacity)
    for field in ("sizes", "matrix", "start", "near", "score", "topic_start", "block"):
        assert getattr(part, field).tolist() == getattr(alone, field).tolist(), field
    assert part.mask.tolist() == arrays.mask[who].tolist()
    known = part.score > 0
    owner = np.repeat(np.arange(7), np.diff(part.start))
    assert set(zip(np.repeat(np.arange(7), np.diff(part.first)), part.best, strict=True)) <= set(
        zip(owner[known], part.near[known], strict=True)
    )


def test_those_pinned_together_stay_so_in_a_part() -> None:
    problem = Problem(members(7), rules=CohortRules(2, 4, practice=False), together=((1, 4), (2, 5), (4, 6)))
    _, arrays = built(problem)
    part = parts.cut(arrays, [0, 1, 4, 6], arrays.capacity)
    assert part.block.tolist() == [-1, 0, 0, 0]
    assert part.block_member.tolist() == [1, 2, 3]
    assert part.block_start.tolist() == [0, 3]
    nobody = parts.cut(arrays, [0, 3], arrays.capacity)
    assert (nobody.block.tolist(), nobody.block_member.tolist()) == ([-1, -1], [])


def test_parts_are_of_cohorts_that_suit_each_other() -> None:
    problem = Problem(members(8), ((0, 4, 500), (1, 5, 400), (2, 3, 900)), rules=CohortRules(2, 2))
    _, arrays = built(problem)
    groups = [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert parts.related(arrays, parts.homes(arrays, groups), groups, 0, 4) == [0, 2]


@pytest.mark.parametrize("staff", [0, 3])
def test_polishing_makes_no_plan_worse(staff: int) -> None:
    """From a poor plan: never fewer placed, never less worth, all rules kept, and better in the end."""
    problem = random_problem(5, 60, large=True)
    hours = ((15, 39), (15, 16), (16, 63))
    problem = replace(problem, facilitators=tuple(Facilitator(f"f{i}", hours[i]) for i in range(staff)))
    classes, arrays = built(problem)
    poor = search.groups_of(arrays, search.simple(arrays, 1, greedy=False).best)
    pool: dict[tuple[int, ...], int] = {}
    before, better = poor, 0
    for seed in range(3):
        after, late = polish.polish(arrays, before, pool, 200_000, seed, math.inf, Watch())
        assert not late
        figures = [(sum(map(len, plan)), _value(arrays, plan)) for plan in (before, after)]
        assert figures[0] <= figures[1]
        better += figures[0] < figures[1]
        before = after
    assert better
    assert set(before) <= set(pool)
    assert all(allowed(problem, group) for group in before)
    shared = [tables.common_classes(arrays, group) for group in before]
    assert place.assign_classes(shared, [one.capacity for one in classes]) is not None
    stopped, late = polish.polish(arrays, poor, pool, 200_000, 1, math.inf, Watch(stop=lambda: True))
    assert (stopped, late) == (poor, True)


def _value(arrays: tables.Arrays, plan: tuple[tuple[int, ...], ...]) -> int:
    return sum(bounds.group_value(arrays, group) for group in plan)


@pytest.mark.parametrize("greedy", [True, False])
def test_simple_plans_keep_all_rules(greedy: bool) -> None:
    for seed in range(20):
        problem = random_problem(seed, 30)
        classes, arrays = built(problem)
        if not classes:
            continue
        state = search.simple(arrays, seed, greedy=greedy)
        groups = search.groups_of(arrays, state.best)
        assert all(allowed(problem, group) for group in groups)
        assert (sum(map(len, groups)), _value(arrays, groups)) == tuple(state.counts[1:3].tolist())
        shared = [tables.common_classes(arrays, group) for group in groups]
        assert place.assign_classes(shared, [one.capacity for one in classes]) is not None


def test_a_plan_is_taken_up_as_far_as_it_may_be() -> None:
    problem = Problem(
        members(7, hours=((1,), (1,), (1, 2), (2,), (2,), (2,), (3,))),
        apart=((3, 4),),
        apart_why=("ban",),
        rules=CohortRules(2, 3, practice=False),
    )
    _, arrays = built(problem)
    state = search.take_up(arrays, [(0, 1, 2), (3, 4, 5), (6,)])
    groups = search.groups_of(arrays, state.best)
    assert (0, 1, 2) in groups  # as it was
    assert (3, 5) in groups  # without the one who is banned
    assert len(groups) == 2


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

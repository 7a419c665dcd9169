"""One change by hand: what it makes of the plan, each thing that stands in the way, and true bounds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from build_pairs import Plan, assert_bounds_hold, brute_force, member, tiny, worth
from matcher.errors import InputError
from matcher.optimize import Status
from matcher.outcome import Change, ChangeKind
from matcher.pairing.adjust import Adjusted, adjust
from matcher.pairing.check import WORST_OFF, ordered, violations
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairGroup, PairRules, Problem, Solution

PIN, BAN, MOVE, SWAP = ChangeKind


def taken(solution: Solution | None) -> Plan:
    assert solution is not None
    return tuple(sorted(ordered(pair.a, pair.b) for pair in solution.pairs))


def any_change(rnd: random.Random, size: int) -> Change:
    one, other, to = rnd.sample(range(size), 3) if size > 2 else (0, 1, -1)
    kind = rnd.choice(list(ChangeKind))
    if kind is MOVE:
        return Change(kind, one, rnd.choice((-1, other)), rnd.choice((-1, to)))
    return Change(kind, one, other)


@pytest.mark.parametrize("prove", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_a_plan_that_was_changed_is_sound_and_its_bounds_are_true(seed: int, prove: bool) -> None:
    rnd = random.Random(seed)
    made: Counter[ChangeKind] = Counter()
    while sum(made.values()) < 25:
        problem = tiny(rnd)
        if len(problem.members) < 2 or brute_force(problem) is None:
            continue
        solution = solve(problem, prices=rnd.random() < 0.5)
        for _ in range(2):  # the second change is of the changed plan
            change = any_change(rnd, len(problem.members))
            found = adjust(problem, solution, change, prove=prove)
            if found.solution is None:
                assert found.verdict.broken
                assert found.problem is problem
                continue
            assert_made(problem, solution, change, found)
            assert_bounds_hold(found.problem, found.solution)
            made[change.kind] += 1
            problem, solution = found.problem, found.solution
    assert len(made) >= 3


def assert_made(problem: Problem, solution: Solution, change: Change, found: Adjusted) -> None:
    assert found.solution is not None
    assert violations(found.problem, found.solution) == []
    assert found.verdict.broken == ()
    before, after = set(taken(solution)), set(taken(found.solution))
    pair = ordered(change.one, change.other)
    figures = worth(found.problem, tuple(after))
    assert (found.verdict.placed, found.verdict.objective) == (figures[0], figures[-1])
    assert found.verdict.placed_change == figures[0] - solution.placed
    assert found.verdict.objective_change == figures[-1] - solution.objective
    if change.kind is PIN:
        assert pair in after
        assert set(found.problem.pins) == {*problem.pins, pair} or pair[::-1] in problem.pins
        assert after - before <= {pair}
        assert len(before - after) <= 2
    elif change.kind is BAN:
        assert after == before - {pair}
        assert found.problem == replace(problem, bans=found.problem.bans)
        assert pair in {ordered(*each) for each in found.problem.bans}
    elif change.kind is MOVE:
        assert found.problem is problem
        assert after - before == ({ordered(change.one, change.to)} if change.to >= 0 else set())
        assert len(before - after) <= 2
        assert change.other < 0 or pair in before - after
    else:
        assert found.problem is problem
        partners = [
            Counter(index for each in plan for index in each if set(each) & {change.one, change.other})
            for plan in (before, after)
        ]
        moved = {index for each in before ^ after for index in each} - {change.one, change.other}
        assert all(partners[0][index] == partners[1][index] for index in moved)


LINE = Problem(
    tuple(map(member, range(6))),
    ((0, 1, 900), (0, 2, 300), (1, 3, 200), (2, 3, 800), (2, 4, 100), (3, 4, 50)),
    PairRules(80),
)


@pytest.mark.parametrize(
    ("change", "pairs", "placed", "objective"),
    [
        (Change(PIN, 2, 0), ((0, 2),), -2, -1400),
        (Change(PIN, 1, 0), ((0, 1), (2, 3)), 0, 0),
        (Change(PIN, 5, 4), ((0, 1), (2, 3), (4, 5)), 2, 0),
        (Change(BAN, 1, 0), ((2, 3),), -2, -900),
        (Change(BAN, 4, 0), ((0, 1), (2, 3)), 0, 0),
        (Change(MOVE, 4, to=2), ((0, 1), (2, 4)), 0, -700),
        (Change(MOVE, 2, to=4), ((0, 1), (2, 4)), 0, -700),
        (Change(MOVE, 2, 3, to=-1), ((0, 1),), -2, -800),
        (Change(SWAP, 1, 2), ((0, 2), (1, 3)), 0, -1200),
        (Change(SWAP, 4, 3), ((0, 1), (2, 4)), 0, -700),
    ],
)
def test_what_a_change_makes(change: Change, pairs: Plan, placed: int, objective: int) -> None:
    solution = solve(LINE)
    assert taken(solution) == ((0, 1), (2, 3))
    found = adjust(LINE, solution, change)
    assert taken(found.solution) == pairs
    assert (found.verdict.placed_change, found.verdict.objective_change) == (placed, objective)
    worst = [min({(a, b): w for a, b, w in LINE.candidates}.get(pair, 0) for pair in pairs)]
    assert (found.verdict.worst, found.verdict.worst_change) == (worst[0], worst[0] - 800)


def test_each_gives_up_its_weakest_pair_that_is_not_pinned() -> None:
    members = (member(0, wanted=2), *map(member, range(1, 4)))
    problem = Problem(members, ((0, 1, 5), (0, 2, 9), (0, 3, 7)))
    assert taken(adjust(problem, solve(problem), Change(PIN, 0, 1)).solution) == ((0, 1), (0, 2))
    pinned = replace(problem, pins=((0, 3),))
    assert taken(adjust(pinned, solve(pinned), Change(PIN, 0, 1)).solution) == ((0, 1), (0, 3))


def test_the_worst_off_of_nobody_is_none() -> None:
    problem = Problem((member(0), member(1)), ((0, 1, 7),))
    verdict = adjust(problem, solve(problem), Change(BAN, 0, 1)).verdict
    assert (verdict.placed, verdict.worst, verdict.worst_change) == (0, None, -7)


CASE = replace(
    LINE, facilitators=(PairFacilitator("f", 2, (9,)),), members=(*LINE.members[:5], member(5, hours=(8,)))
)
STATES = tuple(replace(each, state="OH") for each in LINE.members)


def with_five(**given: Any) -> Problem:
    """4 and 5 could be a pair, but for what is given."""
    members = (*LINE.members[:5], replace(LINE.members[5], **given.pop("five", {})))
    return replace(LINE, members=members, candidates=(*LINE.candidates, (4, 5, 700)), **given)


@pytest.mark.parametrize(
    ("said", "problem", "change"),
    [
        ("4 and 5 are no candidates", LINE, Change(MOVE, 4, to=5)),
        ("affinity of 3 and 4 is 50, below the least of 80. Pin them", LINE, Change(MOVE, 4, to=3)),
        ("met within", with_five(met=((5, 4),)), Change(MOVE, 4, to=5)),
        ("A ban keeps 0 and 2 apart", replace(LINE, bans=((2, 0),)), Change(PIN, 0, 2)),
        ("of one organization", with_five(five={"organization_id": "org 4"}), Change(PIN, 4, 5)),
        (
            "4 gave 2 hours and 5 1, and they have none in common",
            replace(LINE, members=(*LINE.members[:4], member(4, hours=(1, 2)), member(5, hours=(3,)))),
            Change(PIN, 4, 5),
        ),
        (
            "2 and 4 are both of OH",
            replace(LINE, members=STATES, rules=PairRules(across_states=True)),
            Change(MOVE, 2, to=4),
        ),
        (
            "0 and 2 have different roles",
            replace(
                LINE,
                members=(replace(LINE.members[0], role_group="x"), *LINE.members[1:]),
                rules=PairRules(same_role=True),
            ),
            Change(MOVE, 0, to=2),
        ),
        (
            "0 and 2 are of different types",
            replace(
                LINE,
                members=(replace(LINE.members[0], organization_type="x"), *LINE.members[1:]),
                rules=PairRules(same_type=True),
            ),
            Change(MOVE, 0, to=2),
        ),
        ("None of 1 facilitators is free at an hour that suits 4 and 5", CASE, Change(PIN, 4, 5)),
        (
            "who convene at most 2 pairs, cannot convene all of the 3",
            replace(CASE, members=LINE.members),
            Change(PIN, 4, 5),
        ),
        (
            "The group 'g' would have 2 pairs, and may take 1",
            with_five(groups=(PairGroup("g", (0, 4), 1),)),
            Change(MOVE, 4, to=5),
        ),
        ("0 and 1 are pinned", replace(LINE, pins=((1, 0),)), Change(BAN, 0, 1)),
        ("0 and 1 are pinned", replace(LINE, pins=((1, 0),)), Change(MOVE, 0, 1, to=2)),
        ("1 has 1 pairs, all pinned, and wishes 1", replace(LINE, pins=((1, 0),)), Change(PIN, 1, 3)),
        ("0 has 1 pairs, all pinned", replace(LINE, pins=((1, 0),)), Change(SWAP, 0, 2)),
        ("0 and 2 are no pair", LINE, Change(MOVE, 0, 2, to=3)),
        ("5 has no pair to leave", LINE, Change(MOVE, 5)),
        ("0 and 1 are a pair already", LINE, Change(MOVE, 0, to=1)),
        ("Neither of 4 and 5 has a pair", LINE, Change(SWAP, 4, 5)),
        ("are a pair, or have the same partner", LINE, Change(SWAP, 0, 1)),
        ("4 has 0 pairs, all pinned, and wishes 0", with_five(five={"wanted": 0}), Change(PIN, 5, 1)),
    ],
)
def test_what_stands_in_the_way(said: str, problem: Problem, change: Change) -> None:
    if said.startswith("4 has 0"):
        said = said.replace("4", "5")
    found = adjust(problem, solve(problem), change)
    assert found.solution is None
    assert found.problem is problem
    assert any(said in sentence for sentence in found.verdict.broken), found.verdict.broken


def test_a_pin_overrides_what_staff_may_decide() -> None:
    problem = with_five(met=((4, 5),), rules=PairRules(750, across_states=True))
    found = adjust(problem, solve(problem), Change(PIN, 5, 4))
    assert (4, 5) in taken(found.solution)


def test_the_bounds_before_hold_where_nothing_was_opened() -> None:
    problem = replace(LINE, rules=PairRules(80, fair=True))
    solution = solve(problem)
    same = adjust(problem, solution, Change(BAN, 0, 4)).solution
    assert same is not None
    assert same.status is Status.OPTIMAL
    assert same.stages == solution.stages
    pinned = adjust(problem, solution, Change(PIN, 0, 1)).solution
    assert pinned is not None
    assert pinned.bound == solution.bound
    opened = adjust(problem, solution, Change(PIN, 4, 5)).solution
    assert opened is not None
    assert (opened.placed_bound, opened.placed) == (6, 6)
    assert opened.bound >= opened.objective


def test_the_price_of_placing_bounds_a_plan_that_places_fewer() -> None:
    problem = replace(LINE, rules=PairRules())
    solution = solve(problem, prices=True)
    assert [stage.price for stage in solution.stages] == [0, 0]
    fewer = adjust(problem, solution, Change(BAN, 0, 1)).solution
    assert fewer is not None
    assert (fewer.placed, fewer.objective, fewer.bound) == (2, 800, 1700)


def test_the_price_of_the_worst_off_bounds_a_plan_with_a_lower_floor() -> None:
    """0-1 and 2-3 gain 500 each, 0-2 gains 400 and 1-3 gains 700: fair is the first, though it is less."""
    members = tuple(member(i) for i in range(4))
    problem = Problem(members, ((0, 1, 500), (0, 2, 400), (1, 3, 700), (2, 3, 500)), PairRules(fair=True))
    solution = solve(problem, prices=True)
    assert [stage.price for stage in solution.stages][1] == 100
    swapped = adjust(problem, solution, Change(SWAP, 1, 2)).solution
    assert swapped is not None
    assert (swapped.placed, swapped.objective, swapped.bound) == (4, 1100, 1100)


def test_proven_bounds_are_those_of_the_optimum() -> None:
    problem = replace(LINE, rules=PairRules(80, fair=True))
    simple, proven = (
        adjust(problem, solve(problem), Change(BAN, 2, 3), prove=prove).solution for prove in (False, True)
    )
    assert simple is not None
    assert proven is not None
    best = solve(replace(problem, bans=((2, 3),)))
    assert proven.placed_bound == best.placed
    assert proven.bound <= simple.bound
    bounds = [{stage.name: stage.bound for stage in each.stages}[WORST_OFF] for each in (simple, proven)]
    assert bounds[1] <= bounds[0]


@pytest.mark.parametrize(
    "change",
    [Change(PIN, 0, 6), Change(BAN, -1, 0), Change(MOVE, 0, to=9), Change(SWAP, 1, 1), Change(PIN, 1)],
)
def test_nobody_is_named(change: Change) -> None:
    with pytest.raises(InputError, match="The change names member"):
        adjust(LINE, solve(LINE), change)

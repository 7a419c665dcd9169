"""Repair: fewest changes, then the best, by trying everything; and what is refused."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import networkx as nx
import pytest

from build_pairs import Plan, assert_bounds_hold, member, plain, plans, tiny, worth
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits
from matcher.pairing.check import ordered, violations
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairMember, Problem
from matcher.pairing.repair import Repaired, repair
from matcher.watch import Watch


def earlier(rnd: random.Random, problem: Problem) -> Plan:
    """A plan of the same members under other rules, so that not all of it is still allowed."""
    before = replace(problem, pins=(), bans=(), groups=(), facilitators=())
    return rnd.choice(list(plans(before)))


def changes(before: Plan, plan: Plan) -> int:
    return len(set(before) - set(plan))


def taken(repaired: Repaired) -> Plan:
    return tuple(sorted(ordered(pair.a, pair.b) for pair in repaired.solution.pairs))


@pytest.mark.parametrize("seed", range(5))
def test_fewest_changes_then_the_best_by_trying_everything(seed: int) -> None:
    rnd = random.Random(seed)
    seen = {"changed": 0, "refused": 0, "confirmed": 0}
    for _ in range(40):
        problem = tiny(rnd)
        before = earlier(rnd, problem)
        confirmed = [index for index in range(len(before)) if rnd.random() < 0.15]
        pins = tuple({*problem.pins, *(before[index] for index in confirmed)})
        firm = replace(problem, pins=pins)
        best = max(((-changes(before, plan), *worth(firm, plan)) for plan in plans(firm)), default=None)
        if best is None:
            seen["refused"] += 1
            with pytest.raises(InfeasibleError):
                repair(problem, before, confirmed=confirmed)
            continue
        found = repair(problem, before, confirmed=confirmed)
        assert violations(found.problem, found.solution) == []
        assert (-found.changes, *worth(firm, taken(found))) == best
        assert found.changes == changes(before, taken(found))
        assert found.proven
        assert not found.solution.cut_short
        assert {before[index] for index in confirmed} <= set(taken(found))
        assert_bounds_hold(firm, found.solution)
        assert_options(firm, before, found)
        seen["changed"] += found.changes > 0
        seen["confirmed"] += bool(confirmed)
    assert min(seen.values()) > 0, seen
    assert seen["refused"] < 30


def assert_options(problem: Problem, before: Plan, found: Repaired) -> None:
    """Each places more, at the fewest changes that do, and is the best of those."""
    every = [(changes(before, plan), worth(problem, plan)) for plan in plans(problem)]
    placed = found.solution.placed
    for option in found.options:
        fuller = [(count, figures) for count, figures in every if figures[0] > placed]
        fewest = min(count for count, _ in fuller)
        best = max(figures for count, figures in fuller if count == fewest)
        assert (option.changes, option.placed, option.objective) == (fewest, best[0], best[-1])
        placed = option.placed
    if len(found.options) < 3:
        assert all(figures[0] <= placed for _, figures in every)


@pytest.mark.parametrize("fair", [False, True])
def test_options_of_sparse_plans_by_trying_everything(fair: bool) -> None:
    rnd = random.Random(7)
    several = 0
    for _ in range(50):
        graph = nx.gnm_random_graph(7, rnd.randint(5, 8), seed=rnd.randrange(1000))
        problem = plain(graph, 9, rnd)
        problem = replace(problem, rules=replace(problem.rules, fair=fair))
        before = rnd.choice([plan for plan in plans(problem) if len(plan) < 3])
        found = repair(problem, before)
        assert_options(problem, before, found)
        several += bool(found.options)
    assert several > 5


def test_options_in_words() -> None:
    """0 and 1 keep each other, which leaves 2 and 3 alone: one change places all four."""
    problem = Problem(tuple(map(member, range(4))), ((0, 1, 9), (0, 2, 5), (1, 3, 4)))
    found = repair(problem, ((1, 0),))
    assert (taken(found), found.changes, found.moved) == (((0, 1),), 0, ())
    assert [(each.changes, each.placed, each.objective) for each in found.options] == [(1, 4, 9)]
    assert (found.solution.placed, found.solution.placed_bound) == (2, 4)
    assert found.solution.waitlist[0].reason.endswith("a place for it would change more of the earlier plan.")


@pytest.mark.parametrize("seed", range(4))
def test_the_best_plan_with_at_most_so_many_changes(seed: int) -> None:
    rnd = random.Random(100 + seed)
    refused = 0
    for _ in range(30):
        problem = replace(tiny(rnd), pins=())
        before, most = earlier(rnd, problem), rnd.randint(0, 2)
        allowed = [worth(problem, plan) for plan in plans(problem) if changes(before, plan) <= most]
        if not allowed:
            refused += 1
            with pytest.raises(InfeasibleError, match=f"at most {most} may be"):
                repair(problem, before, most_changes=most)
            continue
        found = repair(problem, before, most_changes=most)
        assert worth(problem, taken(found)) == max(allowed)
        assert found.changes <= most
    assert 0 < refused < 20


def test_a_member_that_dropped_out_and_one_that_joined() -> None:
    """Of 0-1 and 2-3 the member 1 left; 4 joined, and would be better with 2."""
    members = (member(0), member(1, wanted=0), member(2), member(3), member(4))
    problem = Problem(members, ((0, 4, 3), (2, 3, 5), (2, 4, 900)))
    found = repair(problem, ((2, 3),))
    assert taken(found) == ((0, 4), (2, 3))
    assert [(each.member, each.before, each.after) for each in found.moved] == [(0, (), (4,)), (4, (), (0,))]
    assert found.changes == 0


def test_moved_names_whom_each_met_and_meets() -> None:
    problem = Problem(tuple(map(member, range(4))), ((0, 1, 9), (0, 2, 5), (1, 3, 4)), bans=((0, 1),))
    found = repair(problem, ((0, 1),))
    assert [(each.member, each.before, each.after) for each in found.moved] == [
        (0, (1,), (2,)),
        (1, (0,), (3,)),
        (2, (), (0,)),
        (3, (), (1,)),
    ]
    assert found.changes == 1


def test_a_confirmed_pair_stays_below_the_threshold_and_is_pinned() -> None:
    problem = replace(BASE, rules=replace(BASE.rules, threshold=500), met=((0, 1),))
    assert repair(problem, ((0, 1),)).solution.pairs == ()
    found = repair(problem, ((1, 0),), confirmed=(0,))
    assert taken(found) == ((0, 1),)
    assert found.problem.pins == ((0, 1),)


BASE = Problem((member(0), member(1), member(2)), ((0, 1, 9), (1, 2, 9)))


@pytest.mark.parametrize(
    ("said", "before", "given"),
    [
        ("holds \\(0, 3\\)", ((0, 3),), {}),
        ("holds \\(1, 1\\)", ((1, 1),), {}),
        ("holds \\(1, 0\\) twice", ((0, 1), (1, 0)), {}),
        ("Pair 1 is confirmed", ((0, 1),), {"confirmed": (1,)}),
        ("At most -1 changes", ((0, 1),), {"most_changes": -1}),
    ],
)
def test_what_is_refused(said: str, before: Plan, given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=said):
        repair(BASE, before, **given)


def test_confirmed_pairs_that_cannot_be() -> None:
    with pytest.raises(InfeasibleError, match="a ban bars them"):
        repair(replace(BASE, bans=((0, 1),)), ((0, 1),), confirmed=(0,))
    with pytest.raises(InfeasibleError, match="1 has 2 pinned pairs and wants 1"):
        repair(BASE, ((0, 1), (1, 2)), confirmed=(0, 1))


def test_nothing_is_possible_any_more() -> None:
    found = repair(replace(BASE, candidates=()), ((0, 1),))
    assert (found.changes, found.solution.pairs, found.options) == (1, (), ())
    assert [each.member for each in found.moved] == [0, 1]
    with pytest.raises(InfeasibleError, match="At least 1 earlier pairs"):
        repair(replace(BASE, candidates=()), ((0, 1),), most_changes=0)


def network(size: int) -> Problem:
    rnd = random.Random(size)
    pairs = sorted({ordered(*rnd.sample(range(size), 2)) for _ in range(8 * size)})
    return Problem(
        tuple(PairMember(str(i), f"o{i}", wanted=rnd.choice((1, 1, 2))) for i in range(size)),
        tuple((a, b, rnd.randint(1, 1000)) for a, b in pairs),
        facilitators=(PairFacilitator("f", size // 2), PairFacilitator("g", size // 3)),
    )


def test_a_larger_plan_without_three_of_its_members() -> None:
    problem = network(80)
    plan = tuple((pair.a, pair.b) for pair in solve(problem).pairs)
    gone = (3, 17, 40)
    members = tuple(replace(each, wanted=0) if i in gone else each for i, each in enumerate(problem.members))
    left = replace(problem, members=members)
    before = tuple(pair for pair in plan if not set(pair) & set(gone))
    found = repair(left, before)
    assert found.changes == 0
    assert found.proven
    assert set(before) <= set(taken(found))
    assert found.solution.placed <= solve(left).placed <= found.solution.placed_bound


def test_a_stopped_watch_still_keeps_what_can_be_kept() -> None:
    problem = network(60)
    before = tuple((pair.a, pair.b) for pair in solve(problem).pairs)[::2]
    found = repair(problem, before, watch=Watch(stop=lambda: True), limits=Limits(60))
    assert found.changes == 0
    assert found.solution.cut_short
    assert violations(found.problem, found.solution) == []

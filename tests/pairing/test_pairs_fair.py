"""The floor: bounds from flows, what holding to it asks, prices of the stages, and short clocks."""

from __future__ import annotations

import random
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from build_pairs import brute_force, member, plain, plans, tiny, worth
from matcher.optimize import Limits, Status
from matcher.pairing.check import PLACED, TOTAL, WORST_OFF, violations
from matcher.pairing.fair import floor_of, held, highest
from matcher.pairing.model import solve
from matcher.pairing.problem import PairRules, Problem
from matcher.pairing.programme import build
from matcher.pairing.relax import feasible
from matcher.pairing.stages import whole
from matcher.watch import Moment, Watch

FAIR = PairRules(fair=True)
#: The highest total pairs 0 with 1; the fairest plan does not.
LINE = Problem(tuple(map(member, range(4))), ((0, 1, 900), (0, 2, 300), (1, 3, 250), (2, 3, 100)), FAIR)


def stages(problem: Problem, **given: bool) -> dict[str, tuple[int, int, int | None]]:
    return {each.name: (each.reached, each.bound, each.price) for each in solve(problem, **given).stages}


def test_the_worst_off_is_lifted_before_the_total_and_at_what_price() -> None:
    assert stages(LINE, prices=True) == {
        PLACED: (4, 4, 350),
        WORST_OFF: (250, 250, 450),
        TOTAL: (550, 550, 0),
    }
    assert stages(replace(LINE, rules=PairRules())) == {PLACED: (4, 4, None), TOTAL: (1000, 1000, None)}


def test_placing_comes_before_the_worst_off() -> None:
    path = Problem(tuple(map(member, range(4))), ((0, 1, 10), (1, 2, 1000), (2, 3, 10)), FAIR)
    assert stages(path, prices=True)[WORST_OFF] == (10, 10, 0)
    free = replace(path, rules=PairRules())
    assert stages(free, prices=True)[PLACED] == (4, 4, 980)


def test_a_second_pair_below_the_floor_is_allowed_beside_one_above() -> None:
    """1 takes two pairs; 3 takes one, and so the floor is its."""
    members = (member(0), member(1, wanted=2), member(2), member(3, wanted=2))
    problem = Problem(members, ((0, 1, 600), (1, 3, 20), (2, 3, 700)), FAIR)
    assert stages(problem)[WORST_OFF] == (600, 600, None)
    assert solve(problem).objective == 1320


def test_a_pinned_pair_is_good_enough_for_its_members() -> None:
    problem = replace(LINE, pins=((2, 3),))
    assert stages(problem)[WORST_OFF] == (900, 900, None)
    everybody = replace(LINE, pins=((0, 1), (2, 3)))
    assert stages(everybody)[WORST_OFF] == (0, 0, None)


def dense(rnd: random.Random) -> Problem:
    """Six who mostly suit each other, so that the fairest plan and the best one differ."""
    problem = plain(nx.gnm_random_graph(6, 11, seed=rnd.randrange(1000)), 1000, rnd)
    members = tuple(replace(each, wanted=rnd.choice((1, 1, 2))) for each in problem.members)
    return replace(problem, members=members, rules=FAIR)


@pytest.mark.parametrize("seed", range(6))
def test_prices_by_trying_everything(seed: int) -> None:
    """Of placing: the best total at the floor that was reached. Of the floor: the best of the most placed."""
    rnd = random.Random(seed)
    paid = 0
    for _ in range(25):
        problem = tiny(rnd) if rnd.random() < 0.5 else dense(rnd)
        if brute_force(problem) is None:
            continue
        found = stages(problem, prices=True)
        figures = [worth(problem, plan) for plan in plans(problem)]
        total, placed = found[TOTAL][0], found[PLACED][0]
        floor = found[WORST_OFF][0] if problem.rules.fair else 0
        at_floor = [each for each in figures if not problem.rules.fair or each[1] >= floor or not placed]
        pinned = {index for pin in problem.pins for index in pin}
        at_floor += [each for each in figures if each[0] == len(pinned)]  # nobody is there to ask about
        assert found[PLACED][2] == max(each[-1] for each in at_floor) - total
        if problem.rules.fair:
            best = max(each[-1] for each in figures if each[0] == placed)
            assert found[WORST_OFF][2] == best - total
            paid += best > total
        assert found[TOTAL][2] == 0
    assert paid


@pytest.mark.parametrize("seed", range(6))
def test_held_keeps_just_the_plans_at_the_floor_and_no_floor_is_above_the_flow(seed: int) -> None:
    rnd = random.Random(seed)
    seen = 0
    for _ in range(20):
        problem = replace(tiny(rnd, fair=True), pins=(), facilitators=())
        programme = build(problem)
        edges = programme.edges
        if not len(edges.affinity):
            continue
        floor = int(rnd.choice(edges.affinity.tolist()))
        fairer = held(programme, floor)
        most = max(worth(problem, plan)[0] for plan in plans(problem))
        for plan in plans(problem):
            chosen = np.array([(a, b) in plan for a, b in edges.ends.tolist()], dtype=np.int64)
            if chosen.sum() < len(plan):
                continue  # it takes a pair that nobody wants
            x = whole(programme, chosen)
            placed, reached, _ = worth(problem, plan)
            assert floor_of(programme, x) == reached
            assert feasible(fairer, x) == (reached >= floor or not placed)
            assert reached <= highest(programme, placed, most)
            seen += 1
    assert seen > 50


def network(size: int, seed: int) -> Problem:
    rnd = random.Random(seed)
    pairs = sorted({(min(pair), max(pair)) for pair in (rnd.sample(range(size), 2) for _ in range(6 * size))})
    return Problem(
        tuple(member(index, wanted=rnd.choice((1, 1, 2))) for index in range(size)),
        tuple((a, b, rnd.randint(1, 1000)) for a, b in pairs),
        FAIR,
    )


def test_bounds_are_true_however_early_it_is_stopped() -> None:
    problem = network(60, 2)
    best = solve(problem)
    assert best.status is Status.OPTIMAL
    figures = [stage.reached for stage in best.stages]
    cut = 0
    for asked in range(12):
        count = iter(range(asked))
        found = solve(problem, watch=Watch(stop=lambda count=count: next(count, None) is None))
        assert violations(problem, found) == []
        reached = [stage.reached for stage in found.stages]
        for index, stage in enumerate(found.stages):
            assert reached[:index] != figures[:index] or figures[index] <= stage.bound
        assert reached <= figures
        assert found.cut_short == (found.status is Status.FEASIBLE)
        cut += found.cut_short
    assert cut


def test_a_plan_to_begin_from_is_not_lost() -> None:
    problem = network(60, 3)
    best = solve(problem)
    pairs = tuple((pair.b, pair.a) for pair in best.pairs)
    found = solve(problem, Limits(60), Watch(stop=lambda: True), start=pairs)
    assert found.cut_short
    assert [stage.reached for stage in found.stages] == [stage.reached for stage in best.stages]
    banned = replace(problem, bans=(pairs[0],))
    rest = solve(banned, Limits(60), Watch(stop=lambda: True), start=pairs)
    assert violations(banned, rest) == []
    assert rest.placed >= best.placed - 2


def test_what_is_told_while_it_runs() -> None:
    told: list[Moment] = []
    solution = solve(network(40, 1), watch=Watch(told.append), prices=True)
    assert [moment.share for moment in told] == sorted(moment.share for moment in told)
    assert (told[-1].value, told[-1].bound, told[-1].share) == (solution.objective, solution.bound, 1.0)
    assert {"placing", "worst-off", "prices", "done"} <= {moment.stage for moment in told}

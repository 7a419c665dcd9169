"""Matchings against exact oracles: the plan, the proof of its bound, pins, closed pairs, an early end."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import rustworkx as rx

from build_pairs import graphs, member, plain, tiny
from matcher.optimize import ContradictionError, Limits
from matcher.pairing.matching import Matched, matching
from matcher.pairing.problem import PairFacilitator, Problem
from matcher.pairing.programme import Ints, Programme, build
from matcher.pairing.relax import with_row
from matcher.watch import Watch

MANY = Limits(seconds=1e6)


def run(programme: Programme, cost: Ints, watch: Watch | None = None) -> Matched:
    found = matching(programme, cost, MANY, time.perf_counter(), watch or Watch())
    assert found is not None
    return found


def oracle(size: int, ends: Ints, cost: Ints, most_pairs: bool) -> tuple[int, int]:
    """Pairs and worth of the best matching by another library."""
    graph = rx.PyGraph()
    graph.add_nodes_from(range(size))
    rows = [(a, b, w) for (a, b), w in zip(ends.tolist(), cost.tolist(), strict=True)]
    graph.add_edges_from(rows)
    worth = {(a, b): w for a, b, w in rows}
    chosen = rx.max_weight_matching(graph, max_cardinality=most_pairs, weight_fn=int)
    return len(chosen), sum(worth[min(pair), max(pair)] for pair in chosen)


def assert_plan(programme: Programme, cost: Ints, found: Matched) -> int:
    """The plan meets the rows, and its worth is given."""
    assert (programme.matrix @ found.x <= programme.right).all()
    assert ((programme.low <= found.x) & (found.x <= programme.high)).all()
    worth = int(cost @ found.x)
    assert worth <= found.proof.bound
    return worth


@pytest.mark.parametrize("size", [8, 30, 120])
@pytest.mark.parametrize("seed", range(8))
def test_equals_another_library_with_a_proof(seed: int, size: int) -> None:
    rnd = random.Random(1000 * size + seed)
    for shape, graph in graphs(rnd, size):
        problem = plain(graph, rnd.choice((1, 3, 1000)), rnd)
        programme = build(problem)
        if not graph.number_of_edges():
            continue
        ends, points = programme.edges.ends, programme.points
        members = len(problem.members)
        pairs, most = oracle(members, ends, points, True)
        _, richest = oracle(members, ends, points, False)
        placing = run(programme, programme.placed)
        assert assert_plan(programme, programme.placed, placing) == placing.proof.bound == 2 * pairs, shape
        whole = with_row(programme, -programme.placed, -2 * pairs)
        found = run(whole, points)
        assert assert_plan(whole, points, found) == found.proof.bound == most, shape
        freely = run(programme, points)
        assert assert_plan(programme, points, freely) == freely.proof.bound == richest, shape
        with pytest.raises(ContradictionError):
            run(with_row(programme, -programme.placed, -2 * pairs - 1), points)


def nested(rnd: random.Random, depth: int) -> nx.Graph[int]:
    """Odd cycles joined to odd cycles by two edges each, and tails that hang on."""
    graph: nx.Graph[int] = nx.cycle_graph(3)
    for _ in range(depth):
        ring = nx.cycle_graph(rnd.choice((3, 5, 7)))
        joint = rnd.choice(sorted(graph))
        graph = nx.disjoint_union(graph, ring)
        graph.add_edge(joint, len(graph) - 1)
        graph.add_edge(rnd.choice(sorted(graph)), len(graph) - 2)
    for joint in rnd.sample(sorted(graph), depth):
        graph.add_edge(joint, len(graph))
    return graph


@pytest.mark.parametrize("seed", range(60))
def test_blossoms_within_blossoms(seed: int) -> None:
    """Weights that fall from cycle to cycle make sets that are shrunk, opened and shrunk again."""
    rnd = random.Random(seed)
    graph = nested(rnd, rnd.randint(2, 12))
    ends = sorted((min(edge), max(edge)) for edge in graph.edges if edge[0] != edge[1])
    candidates = tuple((a, b, max(0, 1000 - 9 * a - rnd.randrange(25))) for a, b in ends)
    programme = build(Problem(tuple(map(member, range(len(graph)))), candidates))
    for most_pairs in (False, True):
        pairs, worth = oracle(len(graph), programme.edges.ends, programme.points, most_pairs)
        whole = with_row(programme, -programme.placed, -2 * pairs) if most_pairs else programme
        found = run(whole, programme.points)
        assert assert_plan(whole, programme.points, found) == found.proof.bound == worth


@pytest.mark.parametrize("seed", range(30))
def test_pinned_and_closed_pairs(seed: int) -> None:
    rnd = random.Random(seed)
    graph = nx.gnp_random_graph(24, 0.25, seed=seed)
    programme = build(plain(graph, rnd.choice((2, 1000)), rnd))
    m = len(programme.edges.affinity)
    low, high = np.zeros(m, dtype=np.int64), np.ones(m, dtype=np.int64)
    low[rnd.randrange(m)] = 1
    high[rnd.sample(range(m), m // 4)] = 0
    high = np.maximum(low, high)
    held = replace(programme, low=low, high=high)
    found = run(held, programme.points)
    ends = programme.edges.ends
    apart = ~np.isin(ends, ends[low > 0]).any(axis=1) & (high > 0)
    _, rest = oracle(24, ends[apart], programme.points[apart], False)
    worth = assert_plan(held, programme.points, found)
    assert worth == found.proof.bound == rest + int(programme.points @ low)
    price = found.proof.price * np.abs(found.x - found.proof.better)
    assert not price.any()


def test_pins_that_take_more_than_there_is() -> None:
    programme = build(Problem(tuple(map(member, range(3))), ((0, 1, 5), (1, 2, 5))))
    with pytest.raises(ContradictionError):
        run(replace(programme, low=np.ones(2, dtype=np.int64)), programme.points)


def test_costs_below_zero_and_a_number_of_pairs_between() -> None:
    programme = build(Problem(tuple(map(member, range(6))), ((0, 1, 5), (2, 3, 5), (4, 5, 5))))
    cost = np.array([4, -1, -2])
    assert run(programme, cost).x.tolist() == [1, 0, 0]
    three = run(with_row(programme, -programme.placed, -6), cost)
    assert (three.x.tolist(), three.proof.bound) == ([1, 1, 1], 1)
    two = with_row(programme, -programme.placed, -4)  # fewer than the most, more than the best would have
    assert matching(two, cost, MANY, time.perf_counter(), Watch()) is None
    assert run(two, np.array([4, 1, 0])).proof.bound == 5


@pytest.mark.parametrize(
    "problem",
    [
        Problem((member(0, wanted=2), member(1), member(2)), ((0, 1, 1), (0, 2, 1))),
        Problem((member(0), member(1)), ((0, 1, 1),), facilitators=(PairFacilitator("f", 1),)),
    ],
)
def test_more_than_a_matching_is_left_to_others(problem: Problem) -> None:
    programme = build(problem)
    assert matching(programme, programme.points, MANY, time.perf_counter(), Watch()) is None


def test_a_row_of_another_kind_is_left_to_others() -> None:
    programme = build(Problem(tuple(map(member, range(4))), ((0, 1, 1), (2, 3, 1))))
    one = with_row(programme, np.array([1, 0]), 1)
    assert matching(one, programme.points, MANY, time.perf_counter(), Watch()) is None


def test_stopped_early_it_has_a_sound_plan_and_a_true_bound() -> None:
    rnd = random.Random(2)
    cycles = nx.disjoint_union_all([nx.cycle_graph(5) for _ in range(30)])
    cycles.add_edges_from(rnd.sample(range(150), 2) for _ in range(60))
    programme = build(plain(cycles, 1, rnd))
    whole = run(programme, programme.points)
    asked = iter(range(1000))
    early = run(programme, programme.points, Watch(stop=lambda: next(asked) > 3))
    assert early.cut_short
    assert not whole.cut_short
    worth = assert_plan(programme, programme.points, early)
    assert worth < int(programme.points @ whole.x) <= early.proof.bound


def test_tiny_problems_are_matchings_now_and_then() -> None:
    """What is taken for a matching, and what not, is right either way: with all the rules in use."""
    taken = 0
    for seed in range(300):
        problem = replace(tiny(random.Random(seed)), facilitators=())
        programme = build(problem)
        found = matching(programme, programme.points, MANY, time.perf_counter(), Watch())
        if found is None or not len(programme.points):
            continue
        taken += 1
        apart = ~np.isin(programme.edges.ends, programme.edges.ends[programme.low > 0]).any(axis=1)
        _, rest = oracle(len(problem.members), programme.edges.ends[apart], programme.points[apart], False)
        assert found.proof.bound == rest + int(programme.points @ programme.low)
    assert taken > 20

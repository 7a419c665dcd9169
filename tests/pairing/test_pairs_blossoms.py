"""Plain pairs are a maximum-weight matching of the most pairs: held against a library's blossom
algorithm, on graphs of every shape and on those that are hard for such algorithms.

Some are solved twice: as they are, and with a facilitator who has room for all, which takes another way.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import rustworkx as rx

from build_pairs import assert_optimal, blossoms, graphs, plain
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, Problem


def oracle(problem: Problem) -> tuple[int, int]:
    """Members placed and total, by the library."""
    graph = rx.PyGraph()
    graph.add_nodes_from(range(len(problem.members)))
    graph.add_edges_from(list(problem.candidates))
    worth = {(a, b): affinity for a, b, affinity in problem.candidates}
    chosen = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return 2 * len(chosen), sum(worth[min(pair), max(pair)] for pair in chosen)


def assert_equal(problem: Problem, *, both: bool) -> None:
    best = oracle(problem)
    assert_optimal(problem, solve(problem), best)
    if both:
        staffed = replace(problem, facilitators=(PairFacilitator("f", len(problem.members)),))
        assert_optimal(staffed, solve(staffed), best)


@pytest.mark.parametrize("seed", range(14))
def test_500_graphs_of_every_shape(seed: int) -> None:
    for top in (1, 3, 1000):
        rnd = random.Random(100 * seed + top)
        for _, graph in graphs(rnd, rnd.randint(3, 40)):
            assert_equal(plain(graph, top, rnd), both=seed % 7 == 0)


@pytest.mark.parametrize(("size", "top"), [(100, 3), (200, 1000), (300, 100)])
def test_larger_graphs(size: int, top: int) -> None:
    rnd = random.Random(size)
    for _, graph in graphs(rnd, size):
        assert_equal(plain(graph, top, rnd), both=size == 100)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("joined", [1, 2, 3])
def test_nested_blossoms_with_tails(depth: int, joined: int) -> None:
    """Blossoms in blossoms that an augmenting path goes through, that become S or T, and that are opened,
    also the nested ones; and several of them joined by bridges."""
    rnd = random.Random(10 * depth + joined)
    for index in range(30):
        assert_equal(blossoms(rnd, depth, joined), both=index < 3)

"""Simpler ways obey the same rules, and are never above what is proven."""

from __future__ import annotations

import random

import numpy as np
import pytest

from build_pairs import brute_force, plans, tiny
from matcher.pairing.greedy import baselines, fill
from matcher.pairing.model import chosen, solve
from matcher.pairing.problem import PairGroup, PairMember, Problem
from matcher.pairing.programme import possible_edges


@pytest.mark.parametrize("seed", range(5))
def test_what_is_filled_is_a_plan_that_nothing_can_be_added_to(seed: int) -> None:
    rnd = random.Random(seed)
    seen = 0
    for _ in range(25):
        problem = tiny(rnd)
        edges = possible_edges(problem)
        if brute_force(problem) is None or not len(edges.affinity):
            continue
        order = np.random.default_rng(seed).permutation(len(edges.affinity))
        plan = set(chosen(edges, fill(problem, edges, order)))
        every = [set(each) for each in plans(problem)]
        assert plan in every
        assert not any(plan < each for each in every)
        seen += 1
    assert seen > 5


def test_the_best_pair_that_fits_is_taken_next() -> None:
    members = tuple(PairMember(str(index), f"o{index}") for index in range(4))
    problem = Problem(members, ((0, 1, 10), (1, 2, 1000), (2, 3, 10)))
    greedy, drawn = baselines(problem, possible_edges(problem), seed=1)
    assert (greedy.name, greedy.placed, greedy.objective) == ("greedy", 2, 1000)
    assert (drawn.name, drawn.objective) in {("random", 20), ("random", 1000)}
    assert solve(problem).baselines == (greedy, drawn)


def test_random_is_drawn_from_the_seed() -> None:
    rnd = random.Random(1)
    members = tuple(PairMember(str(index), f"o{index}") for index in range(40))
    pairs = {tuple(sorted(rnd.sample(range(40), 2))) for _ in range(200)}
    problem = Problem(members, tuple((a, b, rnd.randint(1, 1000)) for a, b in sorted(pairs)))
    edges = possible_edges(problem)
    assert baselines(problem, edges, 1) == baselines(problem, edges, 1)
    assert len({baselines(problem, edges, seed)[1] for seed in range(5)}) > 1
    assert len({baselines(problem, edges, seed)[0] for seed in range(5)}) == 1


def test_a_pair_of_two_of_a_group_counts_twice() -> None:
    members = tuple(PairMember(str(index), f"o{index}") for index in range(4))
    pairs = ((0, 1, 9), (0, 2, 5), (1, 3, 5))
    for capacity, placed in ((1, 2), (2, 2), (3, 2)):
        problem = Problem(members, pairs, groups=(PairGroup("g", (0, 1), capacity),))
        edges = possible_edges(problem)
        order = np.argsort(-edges.affinity, kind="stable")
        plan = chosen(edges, fill(problem, edges, order))
        assert plan == (((0, 2),) if capacity == 1 else ((0, 1),))
        assert baselines(problem, edges, 1)[0].placed == placed

"""Cuts hold for every plan, and cut off the points they are made for."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest

from build_pairs import convenable, member, tiny
from matcher.optimize import ContradictionError, Limits
from matcher.pairing.cuts import overload, violated_cuts
from matcher.pairing.problem import PairFacilitator, Problem
from matcher.pairing.programme import build
from matcher.pairing.relax import maximise, relax, with_row


def plans(ends: np.ndarray, capacity: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    every = np.array(list(product((0, 1), repeat=len(ends))), dtype=np.int64)
    used = np.zeros((len(every), len(capacity)), dtype=np.int64)
    for edge, (a, b) in enumerate(ends):
        used[:, a] += every[:, edge]
        used[:, b] += every[:, edge]
    return every[(used <= capacity).all(axis=1)]


@pytest.mark.parametrize("seed", range(60))
def test_odd_set_cuts_hold_for_every_plan_and_cut_the_point_off(seed: int) -> None:
    rnd = random.Random(seed)
    graph = nx.gnm_random_graph(rnd.randint(3, 6), 9, seed=seed)
    ends = np.array(sorted(graph.edges), dtype=np.int64)
    capacity = np.array([rnd.randint(1, 2) for _ in graph], dtype=np.int64)
    x = np.array([rnd.choice((0.0, 0.5, 0.5, 1.0)) for _ in ends])
    tight = np.array([rnd.random() < 0.5 for _ in ends])
    every = plans(ends, capacity)
    for cut in violated_cuts(ends, capacity, x, tight):
        columns = list(cut.columns)
        assert x[columns].sum() > cut.right
        assert (every[:, columns].sum(axis=1) <= cut.right).all()


@pytest.mark.parametrize("length", [3, 5, 7])
def test_the_half_point_of_an_odd_cycle_is_cut_off(length: int) -> None:
    ends = np.array([sorted((i, (i + 1) % length)) for i in range(length)], dtype=np.int64)
    ones = np.ones(length, dtype=np.int64)
    none = np.zeros(length, dtype=bool)
    (cut,) = violated_cuts(ends, ones, np.full(length, 0.5), none)
    assert (cut.columns, cut.right) == (tuple(range(length)), length // 2)
    whole = np.zeros(length)
    whole[0] = 1.0
    assert violated_cuts(ends, ones, whole, none) == []


def test_a_cut_with_a_pair_that_leaves_the_set() -> None:
    """Two of a triangle want two pairs; what one takes outside makes the set odd."""
    ends = np.array([(0, 1), (0, 2), (0, 3), (1, 2)], dtype=np.int64)
    capacity = np.array([2, 1, 1, 1], dtype=np.int64)
    x = np.array([0.5, 0.5, 1.0, 0.5])
    cuts = violated_cuts(ends, capacity, x, np.zeros(4, dtype=bool))
    assert [(cut.columns, cut.right) for cut in cuts] == [((0, 1, 2, 3), 2)]


@pytest.mark.parametrize("seed", range(20))
def test_the_relaxation_of_a_plain_matching_ends_whole(seed: int) -> None:
    rnd = random.Random(seed)
    graph = nx.gnp_random_graph(20, 0.3, seed=seed)
    candidates = tuple((a, b, rnd.randint(1, 1000)) for a, b in sorted(graph.edges))
    programme = build(Problem(tuple(map(member, range(20))), candidates))
    relaxed = relax(programme, programme.points, Limits(), time.perf_counter())
    worth = {(a, b): weight for a, b, weight in candidates}
    weighted = nx.Graph([(a, b, {"weight": weight}) for a, b, weight in candidates])
    best = sum(worth[min(pair), max(pair)] for pair in nx.max_weight_matching(weighted))
    assert relaxed.proof.bound == best


def test_a_proof_moved_to_fewer_placed_still_holds() -> None:
    moved = 0
    for seed in range(60):
        problem = tiny(random.Random(seed))
        programme = build(replace(problem, pins=()))
        if not len(programme.points):
            continue
        most = relax(programme, programme.placed, Limits(), time.perf_counter()).proof.bound
        placing = with_row(programme, -programme.placed, -most)
        try:
            relaxed = relax(placing, programme.points, Limits(), time.perf_counter())
        except ContradictionError:
            continue
        if relaxed.duals is None:
            continue
        assert relaxed.bound_at(programme.points, len(programme.right), -most) == relaxed.proof.bound
        for fewer in range(most):
            lowered = with_row(programme, -programme.placed, -fewer)
            best, _ = maximise(lowered, programme.points, Limits(), time.perf_counter())
            assert best.proven
            assert relaxed.bound_at(programme.points, len(programme.right), -fewer) >= best.value
            moved += 1
    assert moved > 50


@pytest.mark.parametrize("seed", range(120))
def test_facilitators_are_overloaded_just_where_pairs_cannot_be_convened(seed: int) -> None:
    rnd = random.Random(seed)
    problem = tiny(rnd)
    while not problem.facilitators or not len(build(problem).edges.affinity):
        problem = tiny(rnd)
    programme = build(problem)
    edges = programme.edges
    pairs = len(edges.affinity)
    capacities = tuple(each.capacity for each in problem.facilitators)
    every = np.array(list(product((0, 1), repeat=pairs)), dtype=np.int64)
    every = every[rnd.sample(range(len(every)), min(60, len(every)))]
    fine = [
        convenable(capacities, [edges.class_members[edges.classes[edge]] for edge in np.flatnonzero(point)])
        for point in every
    ]
    for point, sound in zip(every, fine, strict=True):
        cut = overload(programme, np.append(point, np.zeros(len(programme.low) - pairs, dtype=np.int64)))
        assert (cut is None) == sound
        if cut is not None:
            assert point[list(cut.columns)].sum() > cut.right
            assert all(
                other[list(cut.columns)].sum() <= cut.right
                for other, kept in zip(every, fine, strict=True)
                if kept
            )


def test_a_fractional_overload_is_found() -> None:
    problem = Problem(
        tuple(member(i, hours=(1,)) for i in range(4)),
        ((0, 1, 9), (2, 3, 9)),
        facilitators=(PairFacilitator("f", 1, (1,)), PairFacilitator("g", 5, (2,))),
    )
    programme = build(problem)
    cut = overload(programme, np.array([0.75, 0.5]))
    assert cut is not None
    assert (cut.columns, cut.right) == ((0, 1), 1)
    assert overload(programme, np.array([0.5, 0.5])) is None

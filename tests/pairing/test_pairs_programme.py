"""Possible pairs are those of the checker; the proof of a bound holds whatever the duals are."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from build_pairs import tiny
from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours
from matcher.pairing.programme import build, certify, possible_edges
from matcher.pairing.relax import halves

WHOLE = st.integers(-5, 5)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_duals_prove_a_true_bound_and_true_prices(data: st.DataObject) -> None:
    columns, rows = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    numbers = st.lists(WHOLE, min_size=columns, max_size=columns)
    matrix = sparse.csr_matrix(np.array([data.draw(numbers) for _ in range(rows)], dtype=np.int64))
    cost = np.array(data.draw(numbers), dtype=np.int64)
    low = np.zeros(columns, dtype=np.int64)
    high = np.array(data.draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns)))
    right = np.array(data.draw(st.lists(st.integers(0, 9), min_size=rows, max_size=rows)))
    duals = np.array(data.draw(st.lists(st.floats(-10, 1e4), min_size=rows, max_size=rows)))
    proof = certify(matrix, right, cost, low, high, duals)
    for point in product(*(range(top + 1) for top in high)):
        x = np.array(point)
        if (matrix @ x <= right).all():
            lost = proof.price * np.abs(x - proof.better)
            assert cost @ x <= proof.bound - lost.max()


def test_the_right_duals_prove_the_optimum() -> None:
    triangle = sparse.csr_matrix(np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]]))
    ones = np.ones(3, dtype=np.int64)
    right = np.ones(4, dtype=np.int64)
    cost = np.array([7, 7, 7])
    assert certify(triangle, right, cost, 0 * ones, ones, np.array([0.0, 0, 0, 7])).bound == 7
    assert certify(triangle, right, cost, 0 * ones, ones, np.array([3.5, 3.5, 3.5, 0])).bound == 10


def test_halves_prove_at_most_what_members_could_have() -> None:
    rnd = random.Random(2)
    for _ in range(50):
        programme = build(tiny(rnd))
        if not len(programme.edges.affinity):
            continue
        duals = halves(programme, programme.points)
        proof = certify(
            programme.matrix, programme.right, programme.points, programme.low, programme.high, duals
        )
        assert proof.bound <= duals[: len(programme.capacity)] @ programme.capacity


def test_possible_pairs_are_those_that_the_checker_lets_through() -> None:
    seen = 0
    for seed in range(400):
        problem = tiny(random.Random(seed))
        bars = Bars.of(problem)
        known = dict.fromkeys(bars.pins, 0) | {(a, b): affinity for a, b, affinity in problem.candidates}
        expected = []
        for (a, b), affinity in sorted(known.items()):
            able = able_facilitators(problem, shared_hours(problem, a, b))
            wanted = problem.members[a].wanted and problem.members[b].wanted
            if wanted and not barred(problem, bars, a, b, affinity) and (able or not problem.facilitators):
                expected.append((a, b, affinity, (a, b) in bars.pins, able))
        edges = possible_edges(problem)
        columns = (edges.ends.tolist(), edges.affinity.tolist(), edges.pinned.tolist(), edges.classes)
        found = [
            (a, b, w, pin, edges.class_members[kind]) for (a, b), w, pin, kind in zip(*columns, strict=True)
        ]
        assert found == expected
        seen += len(found)
    assert seen > 400

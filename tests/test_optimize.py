"""Bounds, grades, limits, and the three solvers behind one small door."""

from __future__ import annotations

import logging
import math
import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model
from scipy import sparse

from matcher import optimize
from matcher.optimize import (
    ContradictionError,
    Limits,
    LinearProgram,
    Status,
    assign,
    branch,
    grade,
    log_solve,
    run_cp_sat,
    whole_bound,
)
from matcher.watch import Watch


def array(*values: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.int64)


def rows(*lines: tuple[int, ...]) -> sparse.csr_matrix:  # type: ignore[type-arg]
    return sparse.csr_matrix(np.array(lines, dtype=np.int64))


@given(st.integers(-1000, 1000), st.integers(0, 1000))
def test_a_grade_follows_from_the_numbers(objective: int, more: int) -> None:
    told = grade(objective, objective + more)
    assert (told.status is Status.OPTIMAL) == (more == 0) == (told.gap == 0)
    assert told.gap == pytest.approx(more / max(1, abs(objective + more)))


def test_an_objective_above_its_bound_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="5 above its bound 4"):
        grade(5, 4)


@pytest.mark.parametrize(
    ("value", "bound"),
    [(7.0, 7), (7.9, 7), (6.9999999, 7), (7.9999, 7), (-0.5, -1), (1e9 - 0.5, 10**9), (-3.0, -3)],
)
def test_a_whole_bound_allows_for_a_tolerance(value: float, bound: int) -> None:
    assert whole_bound(value) == bound


@pytest.mark.parametrize(
    ("seconds", "least", "most"),
    [(0.0, 0.1, 0.1), (-5.0, 0.1, 0.1), (60.0, 55.0, 60.0), (math.inf, 86_400.0, 86_400.0)],
)
def test_what_is_left_of_the_limit(seconds: float, least: float, most: float) -> None:
    assert least <= Limits(seconds).left(time.perf_counter()) <= most


def test_what_is_left_shrinks() -> None:
    assert Limits(60.0).left(time.perf_counter() - 50.0) < 11.0


def knapsack(offset: int = 0) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(4)]
    model.add(3 * x[0] + 4 * x[1] + 5 * x[2] + 6 * x[3] <= 10)
    model.maximize(4 * x[0] + 5 * x[1] + 7 * x[2] + 8 * x[3] + offset)
    return model, x


def test_cp_sat_finds_and_proves() -> None:
    answer = run_cp_sat(*knapsack(), Limits(), 30.0)
    assert answer.values == (0, 1, 0, 1)
    assert (answer.bound, answer.infeasible) == (13, False)


def test_cp_sat_without_time_proves_nothing() -> None:
    """The solver's field for the bound stands at 0 then, which no plan's value should be held to."""
    answer = run_cp_sat(*knapsack(offset=5), Limits(), 0.0)
    assert answer.values is None
    assert answer.bound == 2**62
    assert not answer.infeasible


def test_cp_sat_says_infeasible_and_malformed() -> None:
    model, x = knapsack()
    model.add(sum(x) >= 4)
    assert run_cp_sat(model, x, Limits(), 30.0).infeasible
    wrong = cp_model.CpModel()
    y = wrong.new_int_var(0, 2**62, "")
    wrong.add(8 * y + 8 * y <= 2**62)
    with pytest.raises(ValueError, match=r"\w"):
        run_cp_sat(wrong, [y], Limits(), 30.0)


def test_a_linear_program_that_grows() -> None:
    matrix = rows((1, 1, 1), (1, 0, 2))
    program = LinearProgram(array(3, 2, 4), array(0, 0, 0), array(9, 9, 9), array(4, 6))
    program.add_columns(array(0, 1), matrix.tocsc())
    x, duals = program.solve(30.0)
    assert (x.tolist(), duals.tolist()) == ([4, 0, 0], [3, 0])
    program.add_columns(array(2), matrix.tocsc())
    x, duals = program.solve(30.0)
    assert x @ [3, 2, 4] == pytest.approx(14)
    assert duals @ [4, 6] == pytest.approx(14)
    program.add_rows(rows((1, 0, 0)), array(1))
    x, duals = program.solve(30.0)
    assert x[0] <= 1 + 1e-9
    assert duals @ [4, 6, 1] == pytest.approx(x @ [3, 2, 4])


def test_a_linear_program_without_a_point() -> None:
    program = LinearProgram(array(1), array(2), array(3), array(1))
    program.add_columns(array(0), rows((1,)).tocsc())
    with pytest.raises(ContradictionError):
        program.solve(30.0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_branch_equals_trying_everything(data: st.DataObject) -> None:
    columns, count = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))

    def draw(low: int, high: int, size: int) -> list[int]:
        return data.draw(st.lists(st.integers(low, high), min_size=size, max_size=size))

    cost, low = array(*draw(-9, 9, columns)), array(*draw(0, 1, columns))
    high = low + array(*draw(0, 2, columns))
    matrix, right = rows(*(tuple(draw(-3, 3, columns)) for _ in range(count))), array(*draw(-3, 6, count))
    points = [np.array(p) for p in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))]
    best = max((int(cost @ x) for x in points if (matrix @ x <= right).all()), default=None)
    if best is None:
        with pytest.raises(ContradictionError):
            branch(cost, low, high, matrix, right, 30.0)
        return
    x, bound = branch(cost, low, high, matrix, right, 30.0)
    assert x is not None
    assert (matrix @ x <= right).all()
    assert int(cost @ x) == best == bound


def several_knapsacks() -> tuple[np.ndarray, ...]:  # type: ignore[type-arg]
    """A problem that is more than its relaxation: costs, bounds, rows and right sides."""
    rng = np.random.default_rng(3)
    matrix = sparse.csr_matrix(rng.integers(1, 60, size=(6, 40)))
    right = np.asarray(matrix.sum(axis=1)).ravel() // 3
    return rng.integers(1, 99, size=40), np.zeros(40, np.int64), np.ones(40, np.int64), matrix, right


def test_branching_that_is_begun_anew_ends_with_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x, bound = branch(*several_knapsacks(), 60.0)
    monkeypatch.setattr(optimize, "FIRST_SLICE_SECONDS", 1e-4)
    again, same = branch(*several_knapsacks(), 60.0, Watch())
    assert x is not None
    assert again is not None
    assert (x.tolist(), bound) == (again.tolist(), same)


def test_branching_that_is_stopped_still_has_a_true_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    _, best = branch(*several_knapsacks(), 60.0)
    monkeypatch.setattr(optimize, "FIRST_SLICE_SECONDS", 1e-4)
    asked = []
    x, bound = branch(*several_knapsacks(), 60.0, Watch(stop=lambda: not asked.append(1)))
    assert len(asked) == 1
    assert bound >= best
    assert x is None or several_knapsacks()[0] @ x <= best


def test_an_assignment_may_leave_a_node_to_itself() -> None:
    tails, heads, worth = array(0, 1, 1, 2), array(1, 0, 2, 1), array(5, 5, 7, -3)
    image, values = assign(tails, heads, worth, 4)
    assert image.tolist() == [1, 0, 2, 3]
    assert values.tolist() == [5, 5, 0, 0]


def test_one_line_a_solve(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "matcher"):
        log_solve("pairs", {"members": 3}, objective=4, bound=5, seconds=1.234)
    (line,) = caplog.messages
    assert line == "pairs members=3 status=feasible objective=4 bound=5 seconds=1.23"

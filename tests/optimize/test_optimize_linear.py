"""Linear programmes, and whole ones over the same arrays."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matcher.optimize import ContradictionError, LinearProgram, branch, linear
from matcher.watch import Watch


def array(*values: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.int64)


def rows(*lines: tuple[int, ...]) -> sparse.csr_matrix:  # type: ignore[type-arg]
    return sparse.csr_matrix(np.array(lines, dtype=np.int64))


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
    monkeypatch.setattr(linear, "FIRST_SLICE_SECONDS", 1e-4)
    again, same = branch(*several_knapsacks(), 60.0, Watch())
    assert x is not None
    assert again is not None
    assert (x.tolist(), bound) == (again.tolist(), same)


def test_branching_that_is_stopped_still_has_a_true_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    _, best = branch(*several_knapsacks(), 60.0)
    monkeypatch.setattr(linear, "FIRST_SLICE_SECONDS", 1e-4)
    asked = []
    x, bound = branch(*several_knapsacks(), 60.0, Watch(stop=lambda: not asked.append(1)))
    assert len(asked) == 1
    assert bound >= best
    assert x is None or several_knapsacks()[0] @ x <= best

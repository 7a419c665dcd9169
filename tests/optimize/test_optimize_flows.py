"""Assignments on a graph."""

from __future__ import annotations

import numpy as np

from matcher.optimize import assign


def array(*values: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.int64)


def test_an_assignment_may_leave_a_node_to_itself() -> None:
    tails, heads, worth = array(0, 1, 1, 2), array(1, 0, 2, 1), array(5, 5, 7, -3)
    image, values = assign(tails, heads, worth, 4)
    assert image.tolist() == [1, 0, 2, 3]
    assert values.tolist() == [5, 5, 0, 0]

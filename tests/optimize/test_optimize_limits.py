"""Bounds, grades, limits, and the one log line."""

from __future__ import annotations

import logging
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.optimize import Limits, Status, grade, log_solve, whole_bound


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


def test_one_line_a_solve(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "matcher"):
        log_solve("pairs", {"members": 3}, objective=4, bound=5, seconds=1.234)
    (line,) = caplog.messages
    assert line == "pairs members=3 status=feasible objective=4 bound=5 seconds=1.23"

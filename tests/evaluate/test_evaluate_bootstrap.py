"""Intervals hold the value, repeat themselves, and narrow with more that was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.evaluate.bootstrap import DRAWS, interval, mean_interval

shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(values=shares)
def test_an_interval_holds_the_mean_stays_within_the_values_and_is_the_same_again(
    values: list[float],
) -> None:
    found = mean_interval(values)
    assert found.low <= found.value <= found.high
    assert min(values) - 1e-12 <= found.low
    assert found.high <= max(values) + 1e-12
    assert found.value == pytest.approx(np.mean(values))
    assert mean_interval(values) == found


def test_equal_values_leave_no_doubt_and_more_values_leave_less() -> None:
    assert mean_interval([0.25] * 9).low == mean_interval([0.25] * 9).high == 0.25
    few, many = mean_interval([0.0, 1.0] * 10), mean_interval([0.0, 1.0] * 1000)
    assert many.high - many.low < (few.high - few.low) / 5


def test_it_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(3).normal(size=400)
    found = mean_interval(values)
    error = 1.96 * values.std() / np.sqrt(400)
    assert found.high - found.low == pytest.approx(2 * error, rel=0.15)


def test_intervals_hold_the_truth_about_nineteen_times_in_twenty() -> None:
    chance = np.random.default_rng(5)
    found = [mean_interval(chance.uniform(size=60)) for _ in range(200)]
    assert 0.90 <= np.mean([each.low <= 0.5 <= each.high for each in found]) <= 0.985


def test_the_statistic_of_all_rows_is_the_value_and_draws_are_of_that_many_rows() -> None:
    seen: list[int] = []

    def repeats(rows: np.ndarray) -> float:
        seen.append(len(rows))
        return len(rows) - len(set(rows.tolist()))  # none of all rows, a third or so of a draw

    found = interval(repeats, 50)
    assert seen == [50] * (DRAWS + 1)
    assert found.value == 0.0
    assert found.low < 0.0 < found.high  # repeats shift no interval away from what was measured


@pytest.mark.parametrize("empty", [lambda: mean_interval([]), lambda: interval(lambda rows: 1.0, 0)])
def test_nothing_has_no_interval(empty) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="there is nothing to"):
        empty()

"""Figures of groupings against scikit-learn, cases worked out by hand, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, v_measure_score

from matcher.evaluate.grouping import (
    ASIDE,
    Cells,
    adjusted_rand,
    agreement,
    by_chance,
    nearest_agree,
    numbered,
    pairs_kept,
    precision_recall,
    stayed,
    v_measure,
)

two = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=40)
some = st.lists(st.integers(-1, 4), min_size=1, max_size=40)


@settings(max_examples=100, deadline=None)
@given(given=two)
def test_v_and_ari_are_scikit_learns(given: list[tuple[int, int]]) -> None:
    first, second = np.array(given, dtype=np.int64).T
    counts = Cells.crossed(first, second).counts()
    assert v_measure(counts) == pytest.approx(v_measure_score(first, second), abs=1e-9)
    assert adjusted_rand(counts) == pytest.approx(adjusted_rand_score(first, second), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(given=two, seed=st.integers(0, 99))
def test_counts_of_drawn_rows_are_those_of_a_grouping_of_the_draw(
    given: list[tuple[int, int]], seed: int
) -> None:
    first, second = np.array(given, dtype=np.int64).T
    rows = np.random.default_rng(seed).integers(0, len(first), len(first))
    counts = Cells.crossed(first, second).counts(rows)
    assert v_measure(counts) == pytest.approx(v_measure_score(first[rows], second[rows]), abs=1e-9)
    assert adjusted_rand(counts) == pytest.approx(adjusted_rand_score(first[rows], second[rows]), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(groups=some)
def test_a_grouping_agrees_with_itself_under_any_numbers(groups: list[int]) -> None:
    given = np.array(groups, dtype=np.int64)
    counts = Cells.crossed(given, 7 * given + 3).counts()
    assert v_measure(counts) == pytest.approx(1.0)
    assert adjusted_rand(counts) == pytest.approx(1.0)


def test_an_interval_is_of_the_mean_over_seeds() -> None:
    about = np.repeat(np.arange(4), 10)
    split = np.arange(40) % 4
    found = agreement(v_measure, about, [about, split])
    alone = v_measure_score(about, split)
    assert found.value == pytest.approx((1.0 + alone) / 2)
    assert found.low <= found.value <= found.high
    assert found == agreement(v_measure, about, [about, split])


def test_what_is_set_aside_counts_as_one_group() -> None:
    about = np.array([0, 0, 1, 1])
    joined, apart = np.array([0, 0, ASIDE, ASIDE]), np.array([0, 0, ASIDE, 0])
    assert v_measure(Cells.crossed(about, joined).counts()) == pytest.approx(1.0)
    assert v_measure(Cells.crossed(about, apart).counts()) < 0.5


def test_pairs_that_are_kept() -> None:
    before = np.array([0, 0, 0, 1, 1, ASIDE, ASIDE])
    assert pairs_kept(before, 5 - before) == 1.0  # other numbers, the same pairs
    after = np.array([4, 4, 5, 6, 6, 7, 7])
    assert pairs_kept(before, after) == pytest.approx(2 / 4)  # of three pairs one, of one pair one
    lost = np.array([ASIDE, ASIDE, ASIDE, 6, 6, 7, 7])
    assert pairs_kept(before, lost) == pytest.approx(1 / 4)  # set aside is together with nothing
    assert pairs_kept(np.array([0, 1, ASIDE, ASIDE]), np.zeros(4, dtype=np.int64)) is None


def test_who_stays_goes_by_the_topics_number() -> None:
    before = np.array([1, 1, 2, ASIDE])
    assert stayed(before, before) == 1.0
    assert stayed(before, np.array([1, 2, 2, 2])) == pytest.approx(2 / 3)
    assert stayed(before, np.array([3, 3, 1, 1])) == 0.0
    assert stayed(np.array([ASIDE]), np.array([1])) is None


def test_precision_and_recall_of_what_is_set_aside() -> None:
    off = np.array([True, True, False, False, False])
    aside = np.array([True, False, True, True, False])
    assert precision_recall(aside, off) == (pytest.approx(1 / 3), 0.5)
    nothing = np.zeros(5, dtype=bool)
    assert precision_recall(nothing, off) == (None, 0.0)
    assert precision_recall(aside, nothing) == (0.0, None)


def test_five_nearest_on_the_same_subject() -> None:
    angle = np.concatenate([np.linspace(0.0, 0.1, 6), np.linspace(1.5, 1.6, 6)])
    vectors = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    about = np.repeat([0, 1], 6)
    assert nearest_agree(vectors, about).tolist() == [1.0] * 12
    about[5] = 1
    assert nearest_agree(vectors, about)[:6].tolist() == pytest.approx([0.8] * 5 + [0.0])
    assert nearest_agree(vectors[:1], about[:1]).tolist() == [0.0]


def test_by_chance_is_the_share_of_pairs_on_one_subject() -> None:
    about = numbered(["a", "b", "a", "a"])
    assert by_chance(about) == pytest.approx(3 / 6)
    assert by_chance(numbered(["a"])) == 0.0

"""Rankings side by side: who is best, by how much, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.evaluate.retrieval import Asked, Question
from matcher.evaluate.search import compare_search

RIGHT, WRONG = [0.9, 0.5, 0.1], [0.1, 0.5, 0.9]
ASKED = Asked(
    "test",
    ("a", "b", "c"),
    (False,) * 3,
    (Question("one", {0: 2}), Question("two", {0: 1}), Question("nothing", {})),
)
ALL = np.array([True, True, True])


def test_the_product_is_compared_with_the_best_baseline_question_by_question() -> None:
    product = np.array([RIGHT, RIGHT, WRONG])
    baselines = {"half": np.array([RIGHT, WRONG, WRONG]), "bad": np.array([WRONG, WRONG, WRONG])}
    table = compare_search(ASKED, product, ALL, baselines)
    assert [line.method for line in table.lines] == ["product", "half", "bad"]
    assert (table.texts, table.questions, table.best) == (3, 2, "half")
    assert table.lines[0].ndcg.value == table.lines[0].recall.value == 1.0
    assert table.lines[2].reciprocal_rank.value == pytest.approx(1 / 3)
    assert table.difference is not None
    assert table.difference.value == pytest.approx((1.0 - 0.5) / 2)  # a third rank is worth one half


def test_a_difference_that_is_the_same_for_each_question_leaves_no_doubt() -> None:
    product, other = np.array([RIGHT] * 3), np.array([WRONG] * 3)
    found = compare_search(ASKED, product, ALL, {"other": other}).difference
    assert found is not None
    assert found.low == pytest.approx(found.high) == pytest.approx(0.5)
    worse = compare_search(ASKED, other, ALL, {"product before": product}).difference
    assert worse is not None
    assert worse.value == pytest.approx(-0.5)


def test_without_a_baseline_there_is_no_difference() -> None:
    table = compare_search(ASKED, np.array([RIGHT] * 3), ALL, {})
    assert table.difference is None
    assert table.best == ""


@pytest.mark.parametrize(
    ("answered", "recognised", "lost"),
    [([True, True, True], 0, 0), ([True, True, False], 1, 0), ([False, True, False], 1, 1)],
)
def test_refusals_are_counted_apart(answered: list[bool], recognised: int, lost: int) -> None:
    table = compare_search(ASKED, np.array([RIGHT] * 3), np.array(answered), {})
    refusals = table.refusals
    assert (refusals.recognised, refusals.lost) == (recognised, lost)
    assert (refusals.unanswerable, refusals.answerable) == (1, 2)
    assert table.lines[0].ndcg.value == 1.0  # a refusal takes nothing from the ranking

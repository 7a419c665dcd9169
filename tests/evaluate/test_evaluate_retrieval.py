"""Figures of rankings against scikit-learn, cases worked out by hand, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from matcher.evaluate.retrieval import (
    RRF,
    Asked,
    Question,
    fuse,
    measure,
    ndcg,
    ranking,
    recall,
    reciprocal_rank,
)

graded = st.lists(st.integers(0, 2), min_size=2, max_size=14)


def some(grades: list[int]) -> dict[int, int]:
    return {row: grade for row, grade in enumerate(grades) if grade}


def ask(texts: int, *questions: Question) -> Asked:
    return Asked(
        "test", tuple("abcdefghijklmnop"[:texts]), tuple(i % 2 == 1 for i in range(texts)), questions
    )


@settings(max_examples=60, deadline=None)
@given(grades=graded, seed=st.integers(0, 99), top=st.integers(1, 12))
def test_ndcg_is_scikit_learns(grades: list[int], seed: int, top: int) -> None:
    assume(any(grades))
    scores = np.random.default_rng(seed).permutation(len(grades)).astype(float)
    ranked = ranking(scores, np.ones(len(grades), dtype=bool))
    gains = 2.0 ** np.array([grades]) - 1.0
    assert ndcg(ranked, some(grades), top) == pytest.approx(ndcg_score(gains, [scores], k=top))


@settings(max_examples=60, deadline=None)
@given(grades=graded, data=st.data())
def test_the_best_order_is_1_and_a_swap_of_unequal_grades_is_worse(
    grades: list[int], data: st.DataObject
) -> None:
    assume(len(set(grades[:10])) > 1)
    best = np.argsort(-np.array(grades), kind="stable")
    assert ndcg(best, some(grades)) == pytest.approx(1.0)
    pairs = [
        (i, j)
        for i in range(min(10, len(best)))
        for j in range(i + 1, len(best))
        if grades[best[i]] > grades[best[j]]
    ]
    i, j = data.draw(st.sampled_from(pairs))
    swapped = best.copy()
    swapped[[i, j]] = swapped[[j, i]]
    assert ndcg(swapped, some(grades)) < 1.0 - 1e-6


def test_figures_worked_out_by_hand() -> None:
    ranked, grades = np.array([4, 0, 2, 1, 3]), {0: 2, 1: 1, 9: 2}
    gained = 3 / math.log2(3) + 1 / math.log2(5)
    best = 3 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(ranked, grades) == pytest.approx(gained / best)
    assert recall(ranked, grades) == pytest.approx(2 / 3)
    assert recall(ranked, grades, top=2) == pytest.approx(1 / 2)  # of two that could be there
    assert reciprocal_rank(ranked, grades) == 1 / 2
    assert reciprocal_rank(ranked, {9: 1}) == 0.0


@pytest.mark.parametrize("figure", [ndcg, recall])
def test_without_a_relevant_text_there_is_no_figure(figure) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="no text is relevant"):
        figure(np.array([0, 1]), {})


def test_equal_scores_keep_the_order_of_the_texts_and_only_candidates_are_ranked() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.9, 0.1])
    everything = np.ones(5, dtype=bool)
    assert ranking(scores, everything).tolist() == [1, 3, 0, 2, 4]
    everything[3] = False
    assert ranking(scores, everything).tolist() == [1, 0, 2, 4]


def test_a_question_may_seek_practices_only_and_never_finds_itself() -> None:
    asked = ask(4, Question("q", {1: 1}), Question("q", {1: 1}, practices=True), Question("q", {1: 1}, row=0))
    assert [asked.candidates(each).tolist() for each in asked.questions] == [
        [True, True, True, True],
        [False, True, False, True],
        [False, True, True, True],
    ]
    scores = np.array([[9.0, 8.0, 1.0, 1.0]] * 3)
    assert measure(asked, scores).reciprocal_rank.tolist() == [1 / 2, 1.0, 1.0]


def test_questions_without_an_answer_are_not_measured() -> None:
    asked = ask(3, Question("none", {}), Question("one", {2: 1}))
    found = measure(asked, np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]))
    assert found.ndcg.tolist() == found.recall.tolist() == found.reciprocal_rank.tolist() == [1.0]
    assert measure(ask(3, Question("none", {})), np.zeros((1, 3))).ndcg.shape == (0,)


def test_fusion_adds_reciprocal_ranks_and_leaves_out_what_a_list_lacks() -> None:
    asked = ask(3, Question("q", {0: 1}))
    dense, words = np.array([[0.9, 0.8, 0.1]]), np.array([[-np.inf, 2.0, -np.inf]])
    fused = fuse(asked, dense, words)
    assert fused[0].tolist() == pytest.approx([1 / (RRF + 1), 1 / (RRF + 2) + 1 / (RRF + 1), 1 / (RRF + 3)])
    alone = fuse(asked, dense)
    everything = np.ones(3, dtype=bool)
    assert ranking(alone[0], everything).tolist() == ranking(dense[0], everything).tolist()

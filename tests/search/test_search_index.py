"""The index: one more statement at once, members by their best statement, scores on plain texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_search import TAXONOMY, add, ask, index_of
from matcher.search import SUPPORT, Fitted, Index
from words_embedder import WordsEmbedder

WORDS = ("bus", "drivers", "reading", "coaches", "attendance", "letters", "CNA", "needs")


def ids(index: Index, question: str, **more: object) -> list[str]:
    return [hit.statement_id for hit in index.rank(ask(index, question), **more)]  # type: ignore[arg-type]


def test_the_nearest_text_comes_first() -> None:
    index = index_of("bus drivers quit", "reading coaches leave", "bus routes")
    assert ids(index, "bus drivers")[:2] == ["0", "2"]


def test_words_break_what_vectors_leave_open() -> None:
    vectors = np.tile(WordsEmbedder().embed(["same"]), (2, 1))
    index = Index.from_texts(["we monitor plans", "supplement, not supplant"], vectors, TAXONOMY)
    scores = index.scores("supplant", vectors[0])
    assert scores[1] == pytest.approx(1 + index.fitted.weight * index.word_scores("supplant")[1])
    assert scores[0] == pytest.approx(1.0)


def test_a_short_form_finds_its_meaning_and_is_found_by_it() -> None:
    index = index_of("the CNA took a month", "a comprehensive needs assessment", "bus drivers")
    assert (index.word_scores("cna")[:2] > 0).all()
    assert (index.word_scores("comprehensive needs assessment")[:2] > 0).all()
    assert index.word_scores("cna")[2] == 0


def test_a_new_statement_is_found_at_once() -> None:
    index = index_of("bus drivers", "reading coaches")
    before = index.word_scores("attendance letters")
    add(index, 7, "m7", "attendance letters")
    assert not before.any()
    assert ids(index, "attendance letters")[0] == "s7"
    assert "s7" in index
    assert index.statement("s7").member_id == "m7"


def test_an_id_is_taken_once() -> None:
    index = Index()
    add(index, 1, "m", "bus")
    with pytest.raises(ValueError, match="s1 is in the index already"):
        add(index, 1, "m", "bus")


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=12))
def test_one_by_one_ranks_as_all_at_once(texts: list[list[str]]) -> None:
    lines = [" ".join(text) for text in texts]
    whole, grown = index_of(*lines), Index(TAXONOMY)
    for number, text in enumerate(lines):
        add(grown, number, f"m{number}", text)
        ids(grown, "bus drivers")
    vector = WordsEmbedder().embed(["bus drivers CNA"])[0]
    assert np.array_equal(whole.scores("bus drivers CNA", vector), grown.scores("bus drivers CNA", vector))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(WORDS)), max_size=20), st.integers(1, 6))
def test_a_limit_only_cuts_the_end_off(given: list[tuple[int, str]], limit: int) -> None:
    index = Index(TAXONOMY)
    for number, (member, text) in enumerate(given):
        add(index, number, f"m{member}", text)
    question = ask(index, "bus drivers CNA")
    whole = index.rank(question)
    assert index.rank(question, limit=limit) == whole[:limit]
    assert len({hit.member_id for hit in whole}) == len(whole) == len({member for member, _ in given})
    assert [hit.score for hit in whole] == sorted((hit.score for hit in whole), reverse=True)


def test_a_member_counts_by_its_best_statement_and_a_little_for_the_others() -> None:
    index = Index(TAXONOMY)
    add(index, 1, "a", "bus drivers")
    add(index, 2, "b", "bus drivers")
    add(index, 3, "b", "bus drivers again")
    add(index, 4, "c", "attendance")
    b, a, c = index.rank(ask(index, "bus drivers"))
    assert (b.member_id, a.member_id, c.member_id) == ("b", "a", "c")
    assert b.statement_id == "s2"
    assert b.others == ("s3",)
    assert 0 < b.score - a.score <= SUPPORT
    assert a.others == ()


def test_ties_go_by_id() -> None:
    index = Index(TAXONOMY)
    add(index, 3, "b", "bus")
    add(index, 2, "b", "bus")
    add(index, 4, "a", "bus")
    add(index, 5, "a", "bus")
    assert ids(index, "bus") == ["s4", "s2"]


def test_only_some_members_or_only_practices() -> None:
    index = Index(TAXONOMY)
    add(index, 1, "a", "bus drivers")
    add(index, 2, "a", "bus routes", "practice")
    add(index, 3, "b", "bus drivers")
    assert ids(index, "bus drivers", members={"b"}) == ["s3"]
    assert ids(index, "bus drivers", practices=True) == ["s2"]
    assert ids(index, "bus drivers", members=set()) == []


def test_nothing_and_one() -> None:
    index = Index(TAXONOMY)
    assert index.rank(ask(index, "bus"), limit=5) == ()
    add(index, 1, "a", "bus")
    assert ids(index, "bus", limit=5) == ["s1"]


def test_points_are_the_chance_and_fall_with_the_score() -> None:
    index = index_of("bus drivers", "bus routes and other things", "attendance letters")
    hits = index.rank(ask(index, "bus drivers"))
    assert [hit.points for hit in hits] == [round(1000 * hit.chance) for hit in hits]
    assert hits[0].chance > hits[1].chance > hits[2].chance


def test_words_that_nobody_uses_lower_the_chance() -> None:
    fitted = Fitted()
    assert fitted.chance(0.5, known=0.2) < fitted.chance(0.5, known=1.0)


def test_many_statements_keep_their_vectors_as_the_index_grows() -> None:
    texts = [f"{WORDS[i % 8]} number {i}" for i in range(600)]
    vectors = WordsEmbedder().embed(texts)
    index = Index.from_texts(texts, vectors, TAXONOMY)
    assert all(np.array_equal(index.vector(str(i)), vectors[i]) for i in range(600))
    assert len(index.rank(ask(index, "bus"))) == 600

"""Terms: folding, stems, short forms on both sides; and BM25 that takes one more text at once."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_search import TAXONOMY
from matcher.search.postings import K1, B, Postings
from matcher.search.words import MEANING, SPELT_OUT, Lexicon, fold, stem, stems
from matcher.taxonomy import Taxonomy

LEXICON = Lexicon(TAXONOMY)


@pytest.mark.parametrize(
    ("word", "folded"), [("Qué", "que"), ("SCHOOL'S", "school"), ("don’t", "don't"), ("ﬁne", "fine")]
)
def test_folding(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(
    "forms",
    [
        ("coach", "coaches", "coaching", "coached"),
        ("policy", "policies"),
        ("hire", "hires", "hiring", "hired"),
        ("plan", "plans", "planning", "planned"),
        ("escuela", "escuelas"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "pair", [("bus", "bu"), ("class", "clas"), ("ring", "r"), ("need", "ne"), ("plan", "plane")]
)
def test_other_words_keep_theirs(pair: tuple[str, str]) -> None:
    if pair == ("plan", "plane"):
        assert stem("plane") == "plan"  # the price of a stemmer without a dictionary
    else:
        assert stem(pair[0]) == pair[0]


def test_function_words_are_no_evidence() -> None:
    assert stems("Who is working on the turnover of teachers?") == ("turnover", "teacher")


def keys(text: str) -> dict[str, float]:
    return LEXICON.weights(text)


def test_a_short_form_counts_as_its_meaning() -> None:
    found = keys("our CNAs")
    assert found == {"=CNA": 1.0, "comprehensiv": MEANING, "assessment": MEANING}
    assert keys("our cna")["=CNA"] == 1.0  # any case, as most people type it


def test_words_of_a_meaning_count_as_the_short_form() -> None:
    assert keys("A comprehensive needs assessment!")["=CNA"] == SPELT_OUT
    assert "=CNA" not in keys("an assessment that is comprehensive")


def test_an_exact_form_counts_only_as_it_is_written() -> None:
    assert "=CAP" in keys("a CAP from the state")
    assert "=CAP" not in keys("a cap on class size")
    assert "cap" in keys("a cap on class size")


def test_a_word_that_stands_there_anyway_keeps_its_weight() -> None:
    assert keys("assessment in the CNA")["assessment"] == 1.0


def test_terms_say_where_they_stand() -> None:
    text = "Our CNA and the hiring"
    assert {text[term.start : term.end] for term in LEXICON.terms(text)} == {"CNA", "hiring"}


def test_a_text_is_read_once_and_a_very_long_one_takes_no_space() -> None:
    assert LEXICON.told("needs assessments") is LEXICON.told("needs assessments")
    long = "needs assessments " * 1000
    assert LEXICON.told(long) is not LEXICON.told(long)
    assert LEXICON.told(long) == LEXICON.told(long)


def test_no_taxonomy_is_plain_words() -> None:
    assert Lexicon(Taxonomy()).weights("MTSS tiers") == {"mtss": 1.0, "tier": 1.0}


def postings(*texts: str) -> Postings:
    made = Postings()
    for text in texts:
        made.add(text.split())
    return made


def test_the_share_is_bm25_over_what_could_be_had() -> None:
    made = postings("a b b", "a", "c d")
    rare = [log(1 + (3 - held + 0.5) / (held + 0.5)) for held in (2, 1)]
    longer = K1 * (1 - B + B * 3 / 2)
    wanted = (rare[0] * 1 * (K1 + 1) / (1 + longer) + rare[1] * 2 * (K1 + 1) / (2 + longer)) / sum(rare)
    assert made.share({"a": 1.0, "b": 1.0})[0] == pytest.approx(wanted)
    assert made.share({"a": 1.0, "b": 1.0})[2] == 0.0


def test_a_text_of_mean_length_with_every_word_once_has_all() -> None:
    assert postings("a b", "c d").share({"a": 1.0, "b": 1.0})[0] == pytest.approx(1.0)


def test_a_word_that_no_text_holds_lowers_the_share() -> None:
    made = postings("a b", "c d")
    assert 0 < made.share({"a": 1.0, "x": 1.0})[0] < made.share({"a": 1.0})[0]
    assert 0 < made.known({"a": 1.0, "x": 1.0}) < made.known({"a": 1.0}) == 1.0
    assert made.known({}) == 0.0


def test_nothing_yet() -> None:
    assert Postings().share({"a": 1.0}).shape == (0,)
    assert postings("a").share({}).tolist() == [0.0]


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=8))
def test_texts_that_came_one_by_one_are_ranked_as_those_that_came_together(texts: list[list[str]]) -> None:
    grown = Postings()
    for text in texts:
        grown.add(text)
        grown.share({"a": 1.0, "b": 0.5})  # asked in between
    whole = Postings()
    for text in texts:
        whole.add(text)
    shares = whole.share({"a": 1.0, "b": 0.5})
    assert np.array_equal(grown.share({"a": 1.0, "b": 0.5}), shares)
    assert all((share > 0) == bool({"a", "b"} & set(text)) for share, text in zip(shares, texts, strict=True))
    assert (shares < K1 + 1).all()

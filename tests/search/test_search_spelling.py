"""Misspelt words of a question, and words that are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.search.spelling import Correction, Spelling, model_words

SPELLING = Spelling(
    ["absenteeism", "retention", "paraprofessional", "certification"], ["insomnia", "unhealthy"]
)
for text in ("We lose teachers to retention bonuses", "Healthy meals, healthy kids", "coaches and couches"):
    SPELLING.add(text)
SPELLING.add("coaches again")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("absentism", "absenteeism"),
        ("retension", "retention"),
        ("parraprofesional", "paraprofessional"),
        ("techaers", "teachers"),  # two swaps
        ("bonusses", "bonuses"),
    ],
)
def test_a_slip_is_forgiven(typed: str, read: str) -> None:
    assert SPELLING.correct(f"chronic {typed}?") == (f"chronic {read}?", (Correction(typed, read),))


@pytest.mark.parametrize(
    "text",
    [
        "retention",
        "teacher",  # another form of a known word
        "insomnia",  # known, though no text has it
        "unhealthy",
        "CNAX",  # an acronym in capitals
        "K12 2024 3rd",
        "mxxls",  # two slips, in a short word
        "xylophone",
        "the of and",
        "教师流失",
        "",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert SPELLING.correct(text) == (text, ())


def test_a_prefix_is_no_slip() -> None:
    assert Spelling(["sensitive"]).nearest("insensitive") == ""


def test_of_equally_near_words_the_one_that_more_texts_use() -> None:
    assert SPELLING.nearest("coeches") == "coaches"


def test_a_word_of_a_new_text_is_known_at_once() -> None:
    spelling = Spelling()
    assert spelling.correct("kindergarden") == ("kindergarden", ())
    spelling.add("Kindergarten readiness")
    assert spelling.correct("kindergarden")[0] == "kindergarten"


def test_the_words_of_a_model(tmp_path: Path) -> None:
    assert model_words(tmp_path) == frozenset()
    (tmp_path / "vocab.txt").write_text("[PAD]\nfootball\n##ing\n12\n", encoding="utf-8")
    assert model_words(tmp_path) == {"football"}

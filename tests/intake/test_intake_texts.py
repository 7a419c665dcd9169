"""Cleaning of texts, and which statements are set aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.intake import texts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "says that there is no answer") for text in ("n/a", "N/A.", "None", "nada", "Not yet")),
        ("N/A - new to the role", "says that there is no answer"),
        ("n/a for us, yet our buses are late and nobody can say why", ""),
        *((text, "points to a text that is elsewhere") for text in ("see attached", "See above!", "ditto")),
        *((text, "points to an earlier answer") for text in ("same as last year", "Same.", "Same as before")),
        *((text, "looks like a test") for text in ("test", "Testing 123", "asdfgh", "this is a test")),
        *((text, "no words in it") for text in ("-", "--", "?", "...", "🙂")),
        ("https://example.org/plan.pdf", "only a link"),
        ("TBD", "not decided yet"),
        *((text, "too short to be read as a statement") for text in ("ok", "EL", "Yes")),
        *((text, "") for text in ("MTSS", "Attendance", "the same problem with buses", "Testing fatigue")),
        ("See https://example.org for our attendance work", ""),
        ("Necesitamos ayuda con la asistencia crónica", ""),
        ("学校の出席率", ""),
    ],
)
def test_texts_to_look_at_first(text: str, reason: str) -> None:
    assert texts.set_aside(text) == reason


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a_x000D_\nb", "a\nb"),
        ("a\vb\x85c", "a\nb\nc"),
        ("a\u00a0b\u2003c", "a b c"),
        ("a\x00\x07b\ufeff\u200b", "ab"),
        ("e\u0301", "é"),
        ("  kept   as is ", "kept   as is"),
        ("ﬁne ½ “quoted”", "ﬁne ½ “quoted”"),
        ("👩\u200d🏫", "👩\u200d🏫"),
        ("a\ud800b", "ab"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert texts.clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_can_be_stored(text: str) -> None:
    once = texts.clean(text)
    assert texts.clean(once) == once
    once.encode("utf-8")

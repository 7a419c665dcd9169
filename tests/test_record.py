"""Values to text and back, always the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import pytest

from matcher import record
from matcher.config import Settings
from matcher.domain import Exchange, ExchangeStatus, Member, Slot, Structure, Term


@dataclass(frozen=True, slots=True)
class Sample:
    words: tuple[str, ...]
    pair: tuple[int, float]
    none: str | None = None


VALUES = [
    Sample(("é", '"', "\n", ""), (2**53, 0.1)),
    Member("m", "Ana Díaz", "o", slots=(Slot(0, "am"), Slot(4, "pm"))),
    Exchange(
        "x",
        Term("Fall", date(2026, 9, 1)),
        Structure.VIRTUAL,
        ("a", "b"),
        ExchangeStatus.HELD,
        held_on=date(2026, 10, 2),
    ),
    Settings(),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_round_trip(value: object) -> None:
    text = record.dump(value)
    assert record.load(type(value), text) == value
    assert record.dump(record.load(type(value), text)) == text


def test_the_text_itself() -> None:
    assert record.dump(Sample(("é",), (1, 0.5))) == '{"words":["é"],"pair":[1,0.5],"none":null}'


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"words":["a"]}', '{"words":["a"],"pair":[1]}', '{"words":[1],"pair":[1,2]}'],
)
def test_a_text_that_is_no_such_value(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        record.load(Sample, text)


def test_a_value_that_its_own_class_refuses() -> None:
    text = record.dump(Slot(0, "am"))
    with pytest.raises(ValueError, match="half-day"):
        record.load(Slot, text.replace("0", "9"))


def test_digest() -> None:
    assert record.digest("é") == hashlib.sha256("é".encode()).hexdigest()
    assert len({record.digest("a"), record.digest("b"), record.digest("a ")}) == 3

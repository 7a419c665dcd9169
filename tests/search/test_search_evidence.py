"""The sentence that matches best, the words that match, why in words; hosts; the fitted numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_search import TAXONOMY
from matcher.domain import Exchange, ExchangeStatus, Member, NextStep, Structure, Term
from matcher.errors import ArtefactError
from matcher.search import Evidence, Fitted, Record, evidence, load_fitted, reasons, records, standing
from matcher.search.evidence import sentences
from matcher.search.hosts import RECORD
from matcher.search.words import Lexicon

LEXICON = Lexicon(TAXONOMY)
FALL, SPRING = Term("fall", date(2026, 9, 1)), Term("spring", date(2026, 1, 10))


def seen(question: str, text: str) -> Evidence:
    return evidence(question, text, LEXICON, lambda _: 1.0)


def marked(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in seen(question, text).highlights]


def test_the_sentence_with_most_of_the_words() -> None:
    text = "We are small. Bus drivers quit every winter, and routes merge. Drivers! Reading is fine with us."
    assert seen("bus drivers", text).sentence == "Bus drivers quit every winter, and routes merge. Drivers!"


def test_without_a_word_in_common_it_is_the_whole_text() -> None:
    found = seen("attendance", "Bus drivers quit. Routes merge every single day.")
    assert found == Evidence("Bus drivers quit. Routes merge every single day.", (), ())


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("bus drivers", "Our bus driver left; drivers are few", ["bus driver", "drivers"]),
        ("needs assessment", "One needs assessment for all", ["needs assessment"]),
        ("needs assessment", "The CNA took a month", ["CNA"]),
        ("cna", "A comprehensive needs assessment took long", ["comprehensive needs assessment"]),
        ("MTSS", "mtss teams", ["mtss"]),
        ("school buses", "The SIP sits on a shelf", []),  # one word of three proves nothing
        ("the bus", "The end", []),
    ],
)
def test_what_is_highlighted(question: str, text: str, words: list[str]) -> None:
    assert marked(question, text) == words


@given(st.text(max_size=60), st.text(max_size=120))
def test_spans_lie_in_the_text_in_order_and_sentences_cover_it(question: str, text: str) -> None:
    end = 0
    for start, stop in seen(question, text).highlights:
        assert end <= start < stop <= len(text)
        end = stop
    assert seen(question, text).sentence in text
    whole = "".join(text[start:stop] for start, stop in sentences(LEXICON.told(text)))
    assert [mark for mark in whole if mark.isalnum()] == [mark for mark in text if mark.isalnum()]


def test_why_in_words() -> None:
    assert reasons(seen("bus drivers", "Bus driver wanted"), close=True) == (
        "'Bus driver' appears in it",
        "close in meaning as a whole",
    )
    assert reasons(seen("needs assessment", "The CNA took a month"), close=False) == (
        "'assessment' appears as 'CNA'",
    )
    assert reasons(seen("attendance", "They stay home"), close=True) == ("the same problem in other words",)
    assert reasons(seen("attendance", "They stay home"), close=False) == ()


def visit(number: int, host: str, status: str, term: Term = SPRING, visitors: int = 2) -> Exchange:
    members = (host, *(f"v{i}" for i in range(visitors)))
    return Exchange(f"x{number}", term, Structure.PEER_HOSTED, members, ExchangeStatus(status))


HOSTS = (
    Member("h", "H", "o", host=True, seats=4),
    Member("g", "G", "o", host=True, seats=2),
    Member("n", "N", "o"),
)


def test_a_hosts_record_is_read_from_the_ledger() -> None:
    ledger = (
        visit(1, "h", "held"),
        visit(2, "h", "cancelled"),
        visit(3, "h", "agreed", FALL, 3),
        visit(4, "h", "agreed", SPRING, 3),  # of another term
        visit(5, "h", "proposed", FALL),
        visit(6, "n", "held"),  # it does not host any more
        Exchange("x7", SPRING, Structure.ONE_TO_ONE, ("h", "g"), ExchangeStatus.HELD),
    )
    steps = (NextStep("x1", "v0", "try it"), NextStep("x2", "v0", "never"), NextStep("x6", "v1", "no"))
    found = records(HOSTS, ledger, steps, FALL)
    assert found == {"h": Record(1, 1, 1, seats=4, taken=3), "g": Record(seats=2)}
    assert found["h"].seats_left == 1
    assert found["h"].told() == (
        "hosted 1 of 2 planned visits",
        "1 next step came of them",
        "1 of 4 seats left",
    )
    assert records(HOSTS, ledger, steps, None)["h"].seats_left == 4


def test_a_full_host_comes_last_and_a_good_record_first() -> None:
    full = Record(held=5, seats=2, taken=2)
    assert full.told()[-1] == "no seats left"
    assert standing(0.99, full) < standing(0.01, Record(seats=1))
    assert standing(0.5, Record(held=3, seats=1)) > standing(0.5, Record(seats=1))
    assert standing(0.5, Record(fell_through=2, seats=1)) < standing(0.5, Record(seats=1))
    assert standing(0.8, Record(fell_through=9, seats=1)) > standing(
        0.5, Record(held=9, next_steps=9, seats=1)
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_record_moves_a_host_within_bounds(held: int, fell: int, steps: int) -> None:
    assert -RECORD <= Record(held, fell, steps).worth <= RECORD
    assert Record(held + 1, fell, steps).worth >= Record(held, fell, steps).worth
    assert Record(held, fell + 1, steps).worth <= Record(held, fell, steps).worth
    assert Record().worth == 0


def test_the_fitted_numbers_belong_to_a_model(tmp_path: Path) -> None:
    (tmp_path / "search.toml").write_text(
        '["own-model"]\nweight = 0.1\nintercept = -1.0\nslope = 2\nknown = 3.0\nthreshold = 0.4\n',
        encoding="utf-8",
    )
    assert load_fitted("own-model@0123", tmp_path) == Fitted(0.1, -1.0, 2.0, 3.0, 0.4)
    assert load_fitted("another", tmp_path) == Fitted()
    assert load_fitted("all-MiniLM-L6-v2@53aa") != Fitted()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "search.toml cannot be read"),
        ("x = [", "cannot be read"),
        ("[m]\nweight = 1\n", "does not give weight"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_artefact_error(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "search.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ArtefactError, match=message):
        load_fitted("m@1", tmp_path)

"""Rows about earlier exchanges, bans and facilitators."""

from __future__ import annotations

from datetime import date

import pytest

from build_intake import batch_of, known_of, roster, roster_row, table_of
from matcher.domain import Ban, ExchangeStatus, Slot, Structure, Term
from matcher.intake.batch import Batch, Known
from matcher.intake.names import TableKind

KNOWN = known_of(
    roster(
        roster_row(),
        roster_row(member_id="M2", name="Bob Lee", email="bob@lake.example"),
        roster_row(member_id="M3", name="Cy Doe", email="cy@lake.example"),
    )
)
HEADER = ("Term", "Term start", "Structure", "Date", "Members", "Host", "Topic", "Facilitator", "Status")


def row(**given: str) -> tuple[str, ...]:
    cells = {
        "term": "Fall 2023",
        "term_start": "2023-08-01",
        "structure": "one-to-one",
        "date": "2023-10-02",
        "members": "M1; M2",
        **given,
    }
    fields = tuple(heading.lower().replace(" ", "_") for heading in HEADER)
    assert set(cells) <= set(fields)
    return tuple(cells.get(field, "") for field in fields)


def history(*rows: tuple[str, ...], known: Known = KNOWN) -> Batch:
    return batch_of(table_of("history.csv", HEADER, *rows), known=known)


def said(batch: Batch) -> list[str]:
    return [problem.message for problem in batch.problems]


def noted(batch: Batch) -> str:
    return "\n".join(note.message for note in batch.notes)


def test_an_exchange_and_its_term() -> None:
    batch = history(row(topic="absence", facilitator="Fay", status="completed"))
    (exchange,) = batch.exchanges
    assert exchange.term == Term("Fall 2023", date(2023, 8, 1)) == batch.terms[0]
    assert (exchange.structure, exchange.member_ids) == (Structure.ONE_TO_ONE, ("M1", "M2"))
    assert (exchange.status, exchange.held_on) == (ExchangeStatus.HELD, date(2023, 10, 2))
    assert (exchange.topic, exchange.facilitator) == ("absence", "Fay")


@pytest.mark.parametrize(
    "members", ["bob@lake.example; M1", "Bob Lee, ana@lake.example", "Lee, Bob; Ana Ruiz"]
)
def test_members_by_id_email_or_name_in_any_order_are_the_same_exchange(members: str) -> None:
    assert {e.id for e in history(row(members=members)).exchanges} == {e.id for e in history(row()).exchanges}


def test_two_columns_of_members() -> None:
    table = table_of(
        "history.csv",
        ("Term", "Structure", "Date", "Member A", "Member B"),
        ("Fall 2023", "1:1", "10/2/2023", "M1", "M2"),
    )
    batch = batch_of(table, known=KNOWN)
    assert batch.exchanges[0].member_ids == ("M1", "M2")
    assert "no status; its exchanges were taken as held" in noted(batch)


def test_the_host_of_a_visit_is_its_first_member() -> None:
    batch = history(row(structure="peer-hosted", members="M1; M2", host="M3"))
    assert batch.exchanges[0].member_ids == ("M3", "M1", "M2")
    assert "No host is named" in noted(history(row(structure="visit")))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"members": "M1; M9"}, "No member is known as 'M9'."),
        ({"members": "M1; x@y.example"}, "No member is known as 'x@y.example'."),
        ({"members": "M1"}, "It names 1 members."),
        ({"members": ""}, "It names 0 members."),
        ({"members": "M1; M2; M3"}, "A one-to-one exchange has 2 members; it names 3."),
        ({"host": "M9"}, "No member is known as 'M9'."),
        ({"term": ""}, "The term is missing."),
        ({"term_start": "", "date": ""}, "The start of 'Fall 2023' is not known."),
        ({"term_start": "soon"}, "'soon' is not a date."),
        ({"date": "soon"}, "'soon' is not a date."),
        ({"structure": ""}, "The structure is missing."),
        ({"structure": "dance"}, "'dance' is no structure."),
        ({"status": "unknown"}, "'unknown' is no status."),
    ],
)
def test_a_wrong_row_is_refused(cells: dict[str, str], message: str) -> None:
    batch = history(row(**cells))
    assert message in said(batch)
    assert not batch.exchanges
    assert not batch.terms


def test_a_term_without_a_start_begins_with_its_earliest_exchange() -> None:
    batch = history(row(term_start="", date="2023-10-02"), row(term_start="", date="2023-09-05"))
    assert batch.terms == (Term("Fall 2023", date(2023, 9, 5)),)
    assert "its earliest exchange, was taken" in noted(batch)


def test_a_term_has_one_start() -> None:
    batch = history(row(), row(term_start="2023-09-01", members="M1; M3"))
    assert said(batch) == ["The term 'Fall 2023' starts on 2023-08-01 elsewhere, and on 2023-09-01 here."]
    known = Known(KNOWN.organizations, KNOWN.members, terms=(Term("FALL 2023", date(2023, 7, 1)),))
    assert "starts on 2023-07-01 elsewhere" in said(history(row(), known=known))[0]
    assert history(row(term_start=""), known=known).exchanges[0].term.start == date(2023, 7, 1)


def test_the_same_exchange_twice() -> None:
    same = history(row(), row())
    assert len(same.exchanges) == 1
    assert "says the same as history.csv, row 2" in noted(same)
    differs = history(row(), row(topic="other"))
    assert said(differs) == ["history.csv, row 2 describes this exchange too, and differs."]


def test_a_member_named_twice_is_counted_once() -> None:
    batch = history(row(structure="virtual", members="M1; M2; M1"))
    assert batch.exchanges[0].member_ids == ("M1", "M2")
    assert "named twice" in noted(batch)
    assert "named twice" not in noted(history(row(structure="visit", members="M1; M2", host="M1")))


def test_blanks_of_a_later_history_erase_nothing() -> None:
    first = history(row(topic="absence", facilitator="Fay", status="cancelled"))
    known = Known(KNOWN.organizations, KNOWN.members, exchanges=first.exchanges, terms=first.terms)
    assert history(row(), known=known).exchanges == first.exchanges


def test_days_before_months_are_told_by_the_column() -> None:
    batch = history(row(date="25/10/2023"), row(date="2/11/2023", members="M1; M3"))
    assert [e.held_on for e in batch.exchanges] == [date(2023, 10, 25), date(2023, 11, 2)]
    assert "day before the month" in noted(batch)


def bans(*rows: tuple[str, ...], known: Known = KNOWN) -> Batch:
    return batch_of(table_of("bans.csv", ("Member A", "Member B", "Reason"), *rows), known=known)


def test_bans_in_either_order_are_one() -> None:
    batch = bans(("M2", "ana@lake.example", "kin"), ("M1", "M2", "rivals"), ("M1", "M2", "kin"))
    assert batch.bans == (Ban("M1", "M2", "kin"),)
    assert "row 2 bans this pair too; its reason was kept" in noted(batch)
    known = Known(KNOWN.organizations, KNOWN.members, bans=batch.bans)
    assert bans(("M2", "M1", ""), known=known).bans == batch.bans


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("M1", "M1", "x"), "Both are the same member."),
        (("M1", "", "x"), "A member is missing."),
        (("M1", "M9", "x"), "No member is known as 'M9'."),
    ],
)
def test_a_wrong_ban_is_refused(cells: tuple[str, ...], message: str) -> None:
    batch = bans(cells)
    assert said(batch) == [message]
    assert batch.bans == ()


STAFF = ("Name", "Email", "State", "Time zone", "Availability", "Pairs")


def staff(*rows: tuple[str, ...], known: Known = KNOWN) -> Batch:
    header = tuple(heading for heading in STAFF if heading != "State")
    table = table_of("facilitators.csv", header, *rows)
    return batch_of(table, known=known, kinds=[TableKind.FACILITATORS])


def test_facilitators() -> None:
    batch = staff(("Fay", "fay@net.example", "Central", "Mon am", "6"))
    (facilitator,) = batch.facilitators
    assert (facilitator.name, facilitator.timezone, facilitator.pairs) == ("Fay", "America/Chicago", 6)
    assert facilitator.slots == (Slot(0, "am"),)
    known = Known(facilitators=batch.facilitators)
    assert staff(("Fay", "fay@net.example", "", "", ""), known=known).facilitators == batch.facilitators
    assert "America/New_York was taken" in noted(staff(("Gil", "", "", "Tue pm", "")))


def test_a_facilitator_keeps_the_id_of_its_file() -> None:
    header = ("facilitator_id", "name", "email", "pairs")
    batch = batch_of(table_of("facilitators.csv", header, ("F1", "Fay", "fay@net.example", "6")))
    assert [each.id for each in batch.facilitators] == ["F1"]


def test_that_no_host_is_named_is_said_once_a_file() -> None:
    header = ("Term", "Structure", "Date", "Members")
    rows = [("Fall 2023", kind, "2023-10-02", "M1; M2; M3") for kind in ("visit", "peer-hosted", "virtual")]
    table = table_of("history.csv", header, *rows[:2], ("Fall 2023", "site visit", "2023-11-02", "M2; M1"))
    said_once = [note for note in batch_of(table, known=KNOWN).notes if "host" in note.message]
    assert [(note.place.row, "first member was taken as host" in note.message) for note in said_once] == [
        (None, True)
    ]
    assert "host" not in noted(batch_of(table_of("history.csv", header, rows[2]), known=KNOWN))


def test_wrong_and_repeated_facilitators() -> None:
    fay = ("Fay", "fay@net.example", "Central", "Mon am", "6")
    batch = staff(fay, fay, (*fay[:4], "7"), ("", "x@net.example", "", "", ""), ("Gil", "", "", "", "-1"))
    assert said(batch) == [
        "facilitators.csv, row 2 describes this facilitator too, and differs.",
        "The name is missing.",
        "-1 is below 0.",
    ]
    assert "says the same" in noted(batch)
    assert len(batch.facilitators) == 1

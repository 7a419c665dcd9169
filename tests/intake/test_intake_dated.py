"""Dates of visits and of being away, from a roster or a form to members."""

from __future__ import annotations

from datetime import date

import pytest

from build_intake import ROSTER, batch_of, known_of, roster_row, table_of
from matcher.domain import Member
from matcher.intake import columns
from matcher.intake.batch import Batch, Known
from matcher.intake.changes import plan
from matcher.intake.names import TableKind

SIXTH, EIGHTH, TENTH = (date(2026, 10, day) for day in (6, 8, 10))


def roster(dated: str, away: str, known: Known | None = None, **given: str) -> Batch:
    row = roster_row(**{"host": "yes", "seats": "4", **given})
    header = (*ROSTER, "Dates we could host", "Blackout dates")
    return batch_of(table_of("roster.csv", header, (*row, dated, away)), known=known)


def form(dated: str, away: str, *, sent: str = "9/14/2026 8:00", known: Known | None = None) -> Batch:
    header = ("Timestamp", "Email", "Name", "Organization", "State", "Challenge")
    row = (sent, "ana@lake.example", "Ana Ruiz", "Lake County Schools", "IA", f"Absence {sent}")
    asked = ("Which dates could you host?", "On which dates are you not available?")
    return batch_of(table_of("intake.csv", (*header, *asked), (*row, dated, away)), known=known)


def member(batch: Batch) -> Member:
    assert batch.problems == ()
    (found,) = batch.members
    return found


def test_a_roster_gives_dates() -> None:
    found = member(roster("10/8/2026; 10/6/2026", "Oct 8-10, 2026"))
    assert (found.visit_dates, found.away) == ((SIXTH, EIGHTH), (EIGHTH, date(2026, 10, 9), TENTH))


def test_dates_in_several_columns_and_lines_are_put_together() -> None:
    header = (*ROSTER, "Visit date 1", "Visit date 2")
    row = (*roster_row(host="yes", seats="4"), "10/6/2026\n10/10/2026", "10/8/2026")
    assert member(batch_of(table_of("roster.csv", header, row))).visit_dates == (SIXTH, EIGHTH, TENTH)


def test_a_blank_keeps_known_dates_and_none_takes_them_away() -> None:
    known = known_of(roster("10/6/2026", "10/8/2026"))
    assert member(roster("", "", known)) == known.members[0]
    cleared = roster("none", "n/a", known)
    assert (member(cleared).visit_dates, member(cleared).away) == ((), ())
    (change,) = [each for each in plan(cleared, known).changes if each.kind == "members"]
    assert {field.field for field in change.fields} == {"visit_dates", "away"}


@pytest.mark.parametrize(
    ("dated", "away", "column"), [("10/6", "", "Dates we could host"), ("", "Fridays", "Blackout dates")]
)
def test_a_roster_row_with_unclear_dates_is_refused(dated: str, away: str, column: str) -> None:
    batch = roster(dated, away)
    (problem,) = batch.problems
    assert problem.place.column == column
    assert "2026-10-06; 2026-10-08" in problem.cure
    assert batch.members == ()


def test_a_roster_whose_dates_put_the_day_first_is_read_so() -> None:
    batch = roster("6/10/2026", "13/10/2026")
    assert (member(batch).visit_dates, member(batch).away) == ((SIXTH,), (date(2026, 10, 13),))
    assert any("day before the month" in note.message for note in batch.notes)


@pytest.mark.parametrize(
    ("given", "dated", "away", "said"),
    [
        ({"host": "no", "seats": ""}, "10/6/2026", "", "not willing to host"),
        ({}, "10/6/2026", "10/5-10/9/2026", "away on each of its dates"),
        ({}, "10/6/2026; 10/12/2026", "10/5-10/9/2026", ""),
    ],
)
def test_dates_that_come_to_nothing_are_noted(
    given: dict[str, str], dated: str, away: str, said: str
) -> None:
    notes = [note.message for note in roster(dated, away, None, **given).notes]
    assert [said in note for note in notes] == [True] * bool(said)


def test_a_form_gives_dates_without_a_year() -> None:
    found = member(form("Oct 6 or Oct 8", "10/10"))
    assert (found.visit_dates, found.away) == ((SIXTH, EIGHTH), (TENTH,))


def test_a_form_s_unclear_date_is_left_out_with_a_note() -> None:
    batch = form("Oct 6", "some Fridays", sent="")
    assert (member(batch).visit_dates, member(batch).away) == ((), ())
    said = [note.message for note in batch.notes]
    assert any("'Oct 6' has no year. It was read as blank." in each for each in said)
    assert any("'some Fridays' is not understood as dates." in each for each in said)


def test_a_form_adds_to_the_dates_that_are_known() -> None:
    known = known_of(roster("10/6/2026", ""))
    found = form("10/8/2026", "10/10/2026", known=known)
    assert (member(found).visit_dates, member(found).away) == ((SIXTH, EIGHTH), (TENTH,))
    assert not any("differs" in note.message for note in found.notes)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Dates we could host", "visit_dates"),
        ("Possible visit dates", "visit_dates"),
        ("Visit dates (up to three)", "visit_dates"),
        ("When could you host?", "visit_dates"),
        ("Which dates would you be able to host a visit?", "visit_dates"),
        ("If you can host, on which dates could you host?", "visit_dates"),
        ("Would you be willing to host a visit?", "host"),
        ("Dates I am away", "away"),
        ("Blackout dates", "away"),
        ("Unavailable", "away"),
        ("Dates not available", "away"),
        ("When are you not available this fall?", "away"),
        ("On which dates will you be away?", "away"),
        ("Are there dates that do not work for you?", "away"),
        ("Available", "slots"),
        ("When are you available?", "slots"),
        ("When are you free to meet?", "slots"),
    ],
)
def test_headings_that_people_write(heading: str, field: str) -> None:
    table = table_of("form.csv", ("Challenge", heading), ("Absence", "x"))
    found = columns.guess(table, TableKind.INTAKE)
    assert found is not None
    assert found.columns[1].field == field

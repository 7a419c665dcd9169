"""What a form says on sharing is read, or it is said plainly that it is not."""

from __future__ import annotations

import pytest

from build_intake import ROSTER, batch_of, known_of, roster, roster_row, table_of
from matcher.intake import consent
from matcher.intake.columns import guess
from matcher.intake.names import TableKind
from matcher.intake.table import Table

KNOWN = known_of(roster(roster_row()))


def form(heading: str, *answers: str) -> Table:
    rows = [("ana@lake.example", f"Absence {index}", answer) for index, answer in enumerate(answers)]
    return table_of("intake.csv", ("Email", "Challenge", heading), *rows)


def unread(table: Table, kind: TableKind = TableKind.INTAKE) -> tuple[str, ...]:
    found = guess(table, kind)
    assert found is not None
    return consent.unread(table, found.mapping)


@pytest.mark.parametrize(
    ("heading", "hides"),
    [
        ("OK to share publicly?", "no"),
        ("May we share this?", "no"),
        ("Can this be shared", "No"),
        ("Keep private?", "yes"),
        ("Do not share", "x"),
    ],
)
def test_a_short_question_on_sharing_is_heeded(heading: str, hides: str) -> None:
    shows = "yes" if hides.casefold() == "no" else "no"
    batch = batch_of(form(heading, hides, shows), known=KNOWN)
    assert [statement.confidential for statement in batch.statements] == [True, False]


@pytest.mark.parametrize(
    "heading", ["Not confidential", "Sharing preference", "Are you interested in sharing?"]
)
def test_one_that_is_not_understood_is_said_before_all_else(heading: str) -> None:
    table = form(heading, "no", "yes", "", "only in my state")
    assert unread(table) == (heading,)
    batch = batch_of(table, known=KNOWN)
    assert batch.notes[0].place.column == heading
    assert "its answers count for nothing" in batch.notes[0].message
    assert sum(note.place.column == heading for note in batch.notes) == 1


def test_what_is_no_question_of_sharing_is_not_asked_about() -> None:
    assert unread(form("Shoe size known", "no", "yes")) == ()
    assert unread(form("Sharing preference", "a talk", "a paper", "no")) == ()
    assert unread(form("Sharing preference", "", "")) == ()
    assert unread(form("OK to share?", "no")) == ()
    schools = table_of("roster.csv", (*ROSTER, "Publicly run"), (*roster_row(), "yes"))
    assert unread(schools, TableKind.ROSTER) == ()
    assert consent.unread(schools, None) == ()


def test_a_column_that_is_ignored_is_knowingly_left_out() -> None:
    table = form("Sharing preference", "no")
    found = guess(table, TableKind.INTAKE)
    assert found is not None
    assert consent.unread(table, found.mapping.whole(table)) == ()

"""The dry run, and the workbook of refused rows."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from build_intake import INTAKE, LIMITS, ROSTER, batch_of, intake_row, known_of, roster, roster_row, table_of
from matcher.errors import InputError, Place
from matcher.intake import columns, refused
from matcher.intake.batch import Batch, Known, Problem
from matcher.intake.changes import FieldChange, Status, plan
from matcher.intake.mapping import Mapping
from matcher.intake.names import TableKind
from matcher.intake.read import read_bytes
from matcher.intake.rows import to_batch

HISTORY = ("Term", "Structure", "Date", "Members")


def whole(known: Known | None = None) -> Batch:
    return batch_of(
        table_of(
            "roster.csv",
            ROSTER,
            roster_row(),
            roster_row(member_id="M2", name="Bo", email="bo@lake.example"),
            roster_row(member_id="M3", name="Cy", email="cy@lake.example", seats="-1"),
        ),
        table_of(
            "intake.csv", INTAKE, intake_row(practice="Bus app", slots="Fri pm"), intake_row(email="x@y.z")
        ),
        table_of("history.csv", HISTORY, ("Fall 2023", "1:1", "2023-10-02", "M1; M2")),
        table_of("bans.csv", ("Member A", "Member B", "Reason"), ("M1", "M2", "kin")),
        table_of("facilitators.csv", ("Name", "Email", "Pairs"), ("Fay", "fay@net.example", "5")),
        known=known,
    )


def test_everything_is_new_the_first_time_and_unchanged_the_second() -> None:
    batch = whole()
    first = plan(batch, Known())
    counts = {kind: counted[Status.NEW] for kind, counted in first.counts().items()}
    assert counts == {
        **{"organizations": 1, "members": 2, "statements": 2, "exchanges": 1},
        **{"bans": 1, "facilitators": 1, "terms": 1},
    }
    assert first.refused_rows == 2
    assert not first.changes_nothing
    known = known_of(batch)
    again = plan(whole(known), known)
    assert again.changes_nothing
    assert again.of(Status.CHANGED) == again.of(Status.NEW) == ()
    assert again.refused_rows == 2
    assert len(again.of(Status.UNCHANGED, "members")) == 2


def test_what_changes_is_said_field_by_field() -> None:
    known = known_of(whole())
    edited = replace(known, members=(replace(known.members[0], role="Chief"), *known.members[1:]))
    (change,) = plan(whole(edited), edited).of(Status.CHANGED)
    assert (change.kind, change.id) == ("members", "M1")
    assert change.fields == (FieldChange("role", "Chief", "Superintendent"),)


def test_an_edited_statement_is_changed_not_new() -> None:
    known = known_of(whole())
    table = table_of("intake.csv", INTAKE, intake_row(challenge="Chronic absence"))
    (change,) = plan(batch_of(table, known=known), known).of(Status.CHANGED)
    assert change.fields == (FieldChange("text", "Absence", "Chronic absence"),)


def test_a_table_that_is_not_understood_is_one_problem() -> None:
    table = table_of("menu.csv", ("Flour", "Sugar"), ("1", "2"))
    batch = batch_of(table)
    assert batch.problems[0].message.startswith("Its 1 row could not be read: its columns (Flour, Sugar)")
    two = batch_of(table_of("menu.csv", ("Flour", "Sugar"), ("1", "2"), ("3", "4")))
    assert two.problems[0].message.startswith("None of its 2 rows was read: ")
    assert plan(batch, Known()).refused_rows == 0


def test_a_mapping_of_columns_that_are_not_there_is_refused() -> None:
    table = table_of("bans.csv", ("A", "B"), ("M1", "M2"))
    wrong = Mapping(TableKind.BANS, (("X", "member_a"), ("B", "member_b")))
    with pytest.raises(InputError, match="'X', which is not there"):
        to_batch([(table, wrong)], Known())


def test_refused_rows_come_back_with_the_reasons_beside_them_and_can_be_mended() -> None:
    wrong = roster_row(seats="-1", locale="seaside", name="=1+1")
    batch = roster(wrong, roster_row(member_id="M2", name="Bo", email="bo@lake.example"))
    (table,) = read_bytes("refused.xlsx", refused.workbook(batch.problems), LIMITS)
    assert table.header == ("What is wrong", "How to mend it", "Row in the file", *ROSTER)
    (row,) = table.rows
    assert row.cells[3:] == wrong
    assert row.cells[0] == "Seats: -1 is below 0.\nLocale: 'seaside' is no locale."
    assert row.cells[1] == "Write 0 or more.\nWrite city, suburb, town or rural."
    assert row.cells[2] == "2"
    guess = columns.guess(table)
    assert guess is not None
    assert columns.header_key(table.header) == columns.header_key(ROSTER)
    assert guess.mapping.indexes(table_of("roster.csv", ROSTER))["name"] == (1,)  # it serves for both
    plain = Mapping(TableKind.ROSTER, tuple((name, field) for name, field in guess.mapping.columns[3:]))
    assert not any("not read" in note.message for note in to_batch([(table, plain)], Known()).notes)
    cells = dict(zip(table.header, row.cells, strict=True)) | {"Seats": "1", "Locale": "rural"}
    mended = replace(table, rows=(replace(row, cells=tuple(cells.values())),))
    mended_batch = to_batch([(mended, guess.mapping)], Known())
    assert mended_batch.problems == ()
    assert [member.name for member in mended_batch.members] == ["=1+1"]


def test_no_text_becomes_a_formula_a_link_or_a_number() -> None:
    texts = ("=1+1", "https://x.example", "007", "+1", "@SUM(A1)", "a" * 40_000, "bell\x07")
    cells = tuple((f"H{index}", text) for index, text in enumerate(texts))
    problem = Problem(Place("x.csv", "", 2, "H0"), "It is wrong.", "Mend it.", cells)
    book = openpyxl.load_workbook(io.BytesIO(refused.workbook([problem])))
    values = next(book.worksheets[0].iter_rows(min_row=2, min_col=4))
    assert [cell.data_type for cell in values] == ["s"] * len(texts)
    assert values[0].value == "=1+1"
    assert values[2].value == "007"


def test_each_table_gets_a_sheet_of_its_own(tmp_path: Path) -> None:
    names = ("history", "a/b[c]:*?", "x" * 60, "x" * 61, "History", "'", "")
    problems = [Problem(Place(name, "", 2), "Wrong.", "", (("A", "1"),)) for name in names]
    path = tmp_path / "refused.xlsx"
    path.write_bytes(refused.workbook(problems))
    sheets = openpyxl.load_workbook(path).sheetnames
    assert len(sheets) == len(names)
    assert all(len(sheet) <= 31 for sheet in sheets)


def test_nothing_refused_is_still_a_workbook() -> None:
    assert openpyxl.load_workbook(io.BytesIO(refused.workbook([]))).sheetnames == ["Nothing refused"]

"""The workbook: rows to filter by, and texts that stay texts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import build_view
from matcher.export.view import TermView
from matcher.export.workbook import LONGEST_CELL, _cell_text, write_workbook

SHEETS = ["About", "Pairs", "Cohorts", "Visits", "Waitlist", "Topics", "Topic history", "Set aside"]
NUMBERS = {
    "Pairs": {"Pair", "Affinity (0 to 1000)", "shared challenge (0 to 1000)", "context (0 to 1000)"}
    | {"help given (0 to 1000)", "help received (0 to 1000)"},
    "Cohorts": {"Cohort", "Session", "Value (0 to 1000)", "Members"},
    "Visits": {"Visit", "Kilometres", "Help gained (0 to 1000)", "Seats of the host", "Visitors"},
    "Waitlist": set(),
    "Topics": {"Statements", "Challenges", "Practices", "States"}
    | {f"Statements, {period}" for period in (*build_view.PERIODS, "no date")},
    "Topic history": {"Statements before", "Statements after"},
    "Set aside": set(),
}


def written(view: TermView, folder: Path) -> Workbook:
    path = folder / "term.xlsx"
    write_workbook(view, path)
    return load_workbook(BytesIO(path.read_bytes()))


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


@pytest.mark.parametrize("name", ["realistic", "empty", "one_member", "stress"])
def test_every_cell_is_what_it_should_be(name: str, tmp_path: Path) -> None:
    book = written(getattr(build_view, name)(), tmp_path)
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        head = [str(cell.value) for cell in sheet[1]]
        assert len(head) == len(set(head))
        for line in sheet.iter_rows(min_row=2):
            for title, cell in zip(head, line, strict=True):
                assert cell.hyperlink is None
                if cell.value is not None:
                    number = title in NUMBERS[sheet.title] and not str(cell.value).startswith("No ")
                    assert cell.data_type == ("n" if number else "s"), (sheet.title, title, cell.value)
    about = [cell for line in book["About"].iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in about} <= {"s", "n"}


def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    view = build_view.realistic()
    pairs = tuple(
        replace(
            view.pairs[0],
            a=replace(view.pairs[0].a, name=text, role=text, organization=text, state=text, email=text),
            when=text,
            facilitator=text,
            reasons=(text,),
            parts=(),
        )
        for text in build_view.FORMULAS
    )
    topics = (replace(view.topics[0], label="=HYPERLINK(1)", keywords=("-", "+1")),)
    book = written(replace(view, pairs=pairs, topics=topics, network="=1+1", term="@x"), tmp_path)
    kept = rows(book["Pairs"])
    for row, text in zip(kept, build_view.FORMULAS, strict=True):
        columns = (
            "Name A",
            "Role A",
            "Organization A",
            "State A",
            "Email A",
            "When",
            "Facilitator",
            "Reasons",
        )
        assert {row[column] for column in columns} == {text}
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type not in "sn" or cell.hyperlink]
    assert book["About"]["A1"].value == "=1+1: @x"
    with zipfile.ZipFile(tmp_path / "term.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
        assert not [xml for xml in sheets if b"<f>" in xml or b"<hyperlink" in xml]


def test_a_row_a_pair_with_all_that_it_says(tmp_path: Path) -> None:
    view = build_view.stress()
    kept = rows(written(view, tmp_path)["Pairs"])
    assert [row["Pair"] for row in kept] == list(range(1, 63))
    for row, pair in zip(kept, view.pairs, strict=True):
        assert (row["Name A"], row["Email B"], row["State B"]) == (pair.a.name, pair.b.email, pair.b.state)
        assert row["Affinity (0 to 1000)"] == pair.affinity
        assert row["help given (0 to 1000)"] == pair.parts[1].points
        assert row["What each part adds"] == "\n".join(f"{p.name}: {p.weighed}" for p in pair.parts)
        assert str(row["Reasons"]).split("\n") == list(pair.reasons)
        assert all(quote.text in str(row["Sentences"]) for quote in pair.quotes)


def test_a_row_a_member_of_a_cohort(tmp_path: Path) -> None:
    view = build_view.realistic()
    kept = rows(written(view, tmp_path)["Cohorts"])
    expected = [
        (c.number, m.name, t) for c in view.cohorts for m, t in zip(c.members, c.local_times, strict=True)
    ]
    assert [(row["Cohort"], row["Name"], row["On the member's clock"]) for row in kept] == expected
    practices = {name for cohort in view.cohorts for name in cohort.practices}
    assert {row["Name"] for row in kept if row["Brings a practice"] == "yes"} == practices


def test_times_that_are_not_one_a_member_are_told_to_each(tmp_path: Path) -> None:
    view = build_view.realistic()
    cohort = replace(view.cohorts[0], local_times=("10 am Pacific", "1 pm Eastern"))
    kept = rows(written(replace(view, cohorts=(cohort,)), tmp_path)["Cohorts"])
    assert {row["On the member's clock"] for row in kept} == {"10 am Pacific\n1 pm Eastern"}


def test_a_row_a_host_and_each_visitor(tmp_path: Path) -> None:
    view = build_view.realistic()
    kept = rows(written(view, tmp_path)["Visits"])
    first = [row for row in kept if row["Visit"] == 1]
    visit = view.visits[0]
    assert [row["Name"] for row in first] == [visit.host.name, *(p.name for p in visit.visitors)]
    assert [row["Part"] for row in first] == ["host"] + ["visitor"] * len(visit.visitors)
    assert [row["Kilometres"] for row in first[1:]] == list(visit.kilometres)
    assert [row["Help gained (0 to 1000)"] for row in first[1:]] == list(visit.help)
    assert {row["Day"] for row in first} == {"Thu"}


def test_a_visit_s_date_stands_beside_its_weekday(tmp_path: Path) -> None:
    view = build_view.realistic()
    visit = replace(view.visits[0], weekday="Tuesday", date="2026-10-06")
    kept = rows(written(replace(view, visits=(visit,)), tmp_path)["Visits"])
    assert {row["Day"] for row in kept} == {"Tuesday, 2026-10-06"}


def test_waitlist_and_topics(tmp_path: Path) -> None:
    view = build_view.realistic()
    book = written(view, tmp_path)
    waiting = rows(book["Waitlist"])
    assert [(row["Name"], row["Why"]) for row in waiting] == [(e.person.name, e.reason) for e in view.left]
    assert {row["Waits for"] for row in waiting} == {"pairs", "cohorts", "visits"}
    assert [row["Topic"] for row in rows(book["Topics"])] == [topic.label for topic in view.topics]


def test_about_says_how_good_the_plans_are_and_how_to_read_them(tmp_path: Path) -> None:
    sheet = written(build_view.stress(), tmp_path)["About"]
    told = {str(a): b for a, b in sheet.iter_rows(values_only=True) if a is not None}
    assert told["Pairs"] == (
        "62 pairs; 124 of 128 who want one have a place. "
        "Proven best: no plan places more, and none with as many has a higher total."
    )
    assert "0.7% below a limit" in str(told["Cohorts"])
    assert "15 s limit." in str(told["Figures of cohorts"])
    assert "  " not in str(told["Figures of cohorts"])
    assert told["Members"] == 150
    assert "from 0 to 1000" in str(told["Affinity"])


def test_staff_find_it_ready_to_filter(tmp_path: Path) -> None:
    view = build_view.stress()
    book = written(view, tmp_path)
    members = sum(len(cohort.members) for cohort in view.cohorts)
    for sheet, count in zip(book.worksheets[1:], (62, members, 40, 10, 25, 2, 2), strict=True):
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith("2")
        last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
        assert sheet.auto_filter.ref == f"A1:{last}"
        assert sheet.max_row == count + 1
        assert sheet["A1"].font.b
        assert sheet.print_title_rows == "$1:$1"
        widths = [dimension.width for dimension in sheet.column_dimensions.values()]
        assert min(widths) >= 6
        assert max(widths) <= 90.8
    sentences = book["Pairs"].cell(2, book["Pairs"].max_column)
    assert sentences.alignment.wrap_text


def test_an_empty_term_says_so(tmp_path: Path) -> None:
    book = written(build_view.empty(), tmp_path)
    said = [sheet["A2"].value for sheet in book.worksheets[1:]]
    assert said == [
        "No pairs were formed.",
        "No cohorts were formed.",
        "No visits were formed.",
        "Nobody is on the waitlist.",
        "No topics were found.",
        "Nothing happened to topics yet.",
        "No statement is set aside.",
    ]


def test_a_text_longer_than_a_cell_is_cut_with_a_note(tmp_path: Path) -> None:
    view = build_view.one_member()
    left = replace(view.left[0], reason="🦉" * 40_000)
    kept = rows(written(replace(view, left=(left,)), tmp_path)["Waitlist"])[0]
    text = str(kept["Why"])
    assert text.startswith("🦉🦉")
    assert text.endswith("🦉 … (cut)")
    assert len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert _cell_text("x" * LONGEST_CELL) == "x" * LONGEST_CELL


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=40))
def test_any_text_can_be_written_and_read_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    view = build_view.one_member()
    left = replace(view.left[0], reason=f"<{text}>")
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    write_workbook(replace(view, left=(left,)), path)
    cell = load_workbook(BytesIO(path.read_bytes()))["Waitlist"].cell(2, 9)
    assert cell.data_type == "s"
    assert cell.value == _cell_text(f"<{text}>")


def test_the_same_view_gives_the_same_bytes(tmp_path: Path) -> None:
    view = build_view.realistic()
    write_workbook(view, tmp_path / "a.xlsx")
    write_workbook(view, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_date_in_words_is_no_obstacle(tmp_path: Path) -> None:
    book = written(replace(build_view.empty(), made_on="early August"), tmp_path)
    assert "early August" in [cell.value for cell in book["About"]["B"]]

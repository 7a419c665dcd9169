"""Topics over time: periods, what emerges, the chart, the sentences, and where the files show them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import build_view
from matcher.domain import Statement, StatementKind, Term, Topic
from matcher.export import termchart
from matcher.export.periods import NO_DATE, NO_TERM, counted_by_period, emerging, periods
from matcher.export.report import report_html
from matcher.export.termchart import MARK, NARROW, ROWS, WIDE, term_chart, term_rows
from matcher.export.topicwords import edit_text, event_text
from matcher.export.workbook import write_workbook
from matcher.topics import EditKind, Happening, Lineage, TopicEdit
from read_page import read

FALL, SPRING = Term("2026-27 fall", date(2026, 9, 14)), Term("2026-27 spring", date(2027, 1, 11))


def handed_in(**days: str) -> list[Statement]:
    return [Statement(id, "m", StatementKind.CHALLENGE, id, submitted=day) for id, day in days.items()]


def test_a_statement_belongs_to_the_term_that_it_is_handed_in_for() -> None:
    given = handed_in(
        early="2026-08-24T08:31:16",
        same_day="2026-09-14",
        next_day="2026-09-15",
        late="2027-02-01",
        never="",
        odd="last week",
    )
    names, of = periods(given, [SPRING, FALL])
    assert names == (NO_DATE, "2026-27 fall", "2026-27 spring", "after 2026-27 spring")
    assert {id: names[place] for id, place in of.items()} == {
        "early": "2026-27 fall",
        "same_day": "2026-27 fall",
        "next_day": "2026-27 spring",
        "late": "after 2026-27 spring",
        "never": NO_DATE,
        "odd": NO_DATE,
    }


def test_periods_without_statements_are_left_out() -> None:
    assert periods(handed_in(a="2027-01-02"), [FALL, SPRING])[0] == ("2026-27 spring",)
    assert periods(handed_in(a="2027-01-02"), [])[0] == (NO_TERM,)
    assert periods([], [FALL]) == ((), {})


def test_statements_are_counted_by_period() -> None:
    topic = Topic("T01", "Buses", (), ("a", "b", "c", "unknown"))
    assert counted_by_period(topic, {"a": 0, "b": 2, "c": 2}, 3) == (1, 0, 2)


def topic_of(id: str, *statements: str) -> Topic:
    return Topic(id, id, (), statements)


OLD = [f"o{i}" for i in range(8)]
NEW = [f"n{i}" for i in range(12)]


def test_what_is_new_or_has_grown_in_the_last_period_emerges() -> None:
    topics = (
        topic_of("T01", *OLD[:6], *NEW[:5]),
        topic_of("T02", *NEW[5:10]),
        topic_of("T03", *OLD[6:], NEW[10]),
    )
    of = {**dict.fromkeys(OLD, 0), **dict.fromkeys(NEW, 1)}
    assert emerging(topics, of, (FALL.name, SPRING.name), before=()) == {
        "T01": "grew from 6 to 11 statements",
        "T02": "new, 5 statements",
    }


def test_with_one_period_topics_are_compared_with_those_before_the_last_came_in() -> None:
    before = (topic_of("T01", *OLD),)
    after = (topic_of("T01", *OLD), topic_of("T02", *NEW[:6]))
    of = dict.fromkeys([*OLD, *NEW], 0)
    assert emerging(after, of, (FALL.name,), before) == {"T02": "new, 6 statements"}
    assert emerging(after, of, (FALL.name,), before=()) == {}  # the first time, everything is new


def test_statements_without_a_date_are_no_earlier_period() -> None:
    topics = (topic_of("T01", *OLD), topic_of("T02", *NEW))
    of = {**dict.fromkeys(OLD, 0), **dict.fromkeys(NEW, 1)}
    assert emerging(topics, of, (NO_DATE, FALL.name), before=()) == {}


LABELS = {"T01": "Buses", "T02": "Reading"}


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Lineage(Happening.APPEARED, "T01", 0, 1), "Appeared with 1 statement."),
        (Lineage(Happening.GREW, "T01", 3, 5), "Grew from 3 to 5 statements."),
        (Lineage(Happening.SHRANK, "T01", 5, 3), "Shrank from 5 to 3 statements."),
        (
            Lineage(Happening.SPLIT, "T01", 9, 4, (("T09", 5), ("T01", 4))),
            "Split: 4 of 9 statements stayed (5 to T09).",
        ),
        (
            Lineage(Happening.MERGED, "T01", 4, 9, (("T02", 5),)),
            "Took others in and went from 4 to 9 statements (5 from T02 Reading).",
        ),
        (
            Lineage(Happening.DIED, "T01", 4, 0, (("T02", 3), ("", 1))),
            "Ended; it had 4 statements (3 to T02 Reading, 1 to no topic).",
        ),
    ],
)
def test_what_happened_in_a_sentence(event: Lineage, text: str) -> None:
    assert event_text(event, LABELS) == text


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (TopicEdit(EditKind.RENAME, ("T01",), name="Buses"), "Named T01 “Buses”"),
        (TopicEdit(EditKind.MERGE, ("T01", "T02", "T03")), "Merged T02 and T03 into T01"),
        (TopicEdit(EditKind.MERGE, ("T01", "T02"), name="All"), "Merged T02 into T01 as “All”"),
        (TopicEdit(EditKind.SPLIT, ("T01", "T08", "T09"), parts=3), "Split T01 off into T08 and T09"),
        (TopicEdit(EditKind.SPLIT, ("T01", "T08"), ("s-1",)), "Split s-1 of T01 off into T08"),
        (TopicEdit(EditKind.MOVE, ("T01",), ("s-1", "s-2")), "Moved s-1 and s-2 to T01"),
        (TopicEdit(EditKind.MOVE, ("T01",), ("a", "b", "c", "d")), "Moved 4 statements to T01"),
        (TopicEdit(EditKind.LOCK, ("T01",)), "Locked T01"),
        (TopicEdit(EditKind.LOCK, ("T01",), gains=True), "Locked T01; new statements may join"),
        (TopicEdit(EditKind.UNLOCK, ("T01",)), "Unlocked T01"),
        (
            TopicEdit(EditKind.SEED, ("T04",), name="Buses", description="Rides."),
            "Seeded T04 “Buses”: Rides.",
        ),
        (TopicEdit(EditKind.SET_ASIDE, statement_ids=("s-1",)), "Set aside s-1"),
        (TopicEdit(EditKind.BRING_BACK, statement_ids=("s-1",)), "Brought back s-1"),
    ],
)
def test_what_staff_did_in_a_sentence(edit: TopicEdit, text: str) -> None:
    assert edit_text(edit) == text


def test_every_kind_of_edit_and_event_has_a_sentence() -> None:
    assert all(edit_text(TopicEdit(kind, ("T01", "T02"), ("s-1",), "N")) for kind in EditKind)
    assert all(event_text(Lineage(kind, "T01", 1, 2), {}) for kind in Happening)


@pytest.mark.parametrize("grid", [WIDE, NARROW])
@pytest.mark.parametrize("topics", [1, 5, 20, 40])
def test_a_bar_for_each_count_and_none_beyond_the_edge(grid: termchart.Grid, topics: int) -> None:
    view = build_view.make_term(1, 1, 1, topics, 30 * topics)
    svg = term_chart(view, grid)
    page = read(svg)
    assert page.faults == []
    titles = re.findall("<title>(.*?)</title>", svg)
    counts = [count for topic in view.topics for count in topic.periods if count]
    assert len(titles) == len(counts)
    for bar in termchart._bars(term_rows(view), view.periods, grid):
        assert 0 <= bar["x"] < bar["x2"] <= grid.width
    numbers = termchart._numbers(term_rows(view), len(view.periods), grid)
    assert all(each["x"] + 7 * len(each["text"]) <= grid.width for each in numbers)
    assert len(numbers) == 3 * topics
    if topics > 3:
        assert MARK.strip() in page.text


def test_of_many_periods_the_latest_are_drawn_and_all_are_listed() -> None:
    view = build_view.make_term(1, 1, 1, 4, 60)
    names = tuple(f"Term {k}" for k in range(9))
    view = replace(
        view, periods=names, topics=tuple(replace(t, periods=tuple(range(1, 10))) for t in view.topics)
    )
    text = read(term_chart(view, NARROW)).text
    assert ("Term 8" in text, "Term 5" in text) == (True, False)
    assert all(name in report_html(view) for name in names)


def test_beyond_the_rows_only_emerging_topics_stand_apart() -> None:
    view = build_view.make_term(1, 1, 1, ROWS + 9, 4000)
    rows = term_rows(view)
    ranked = sorted(view.topics, key=lambda topic: (-topic.size, topic.id))
    apart = [topic for topic in ranked[ROWS:] if topic.emerging]
    assert apart
    assert len(rows) == ROWS + len(apart) + 1
    assert rows[-1].label == f"{9 - len(apart)} smaller topics"
    assert sum(sum(row.counts) for row in rows) == sum(sum(topic.periods) for topic in view.topics)


def test_nothing_to_count_draws_nothing() -> None:
    assert term_chart(build_view.empty(), WIDE) == ""
    assert term_chart(replace(build_view.one_member(), periods=()), WIDE) == ""
    assert "There are no topics to count yet." in report_html(build_view.empty())


def test_the_report_marks_what_emerges_is_locked_and_happened() -> None:
    view = build_view.realistic()
    text = " ".join(read(report_html(view)).text.split())
    (new,) = (topic for topic in view.topics if topic.emerging)
    assert f"Emerging {new.emerging}" in text
    assert "T02, locked by staff" in text
    assert all(event.text in text for event in view.events)
    calm = replace(view, topics=tuple(replace(t, emerging="") for t in view.topics), events=())
    text = " ".join(read(report_html(calm)).text.split())
    assert "No topic is new or has grown markedly." in text
    assert "What became of topics" not in text


def test_of_many_events_the_report_shows_the_latest_and_says_so() -> None:
    view = replace(build_view.realistic(), events=build_view.EVENTS * 10)
    assert "8 earlier events are in the workbook." in read(report_html(view)).text


def test_the_workbook_holds_periods_history_and_what_is_set_aside(tmp_path: Path) -> None:
    view = build_view.realistic()
    write_workbook(view, tmp_path / "term.xlsx")
    book = openpyxl.load_workbook(tmp_path / "term.xlsx")
    head, *rows = book["Topics"].iter_rows(values_only=True)
    columns = {name: place for place, name in enumerate(head)}
    for row, topic in zip(rows, view.topics, strict=True):
        assert (row[columns["Id"]], row[columns["Emerging"]] or "") == (topic.id, topic.emerging)
        assert row[columns["Locked"]] == ("yes" if topic.locked else None)
        assert tuple(row[columns[f"Statements, {name}"]] for name in view.periods) == topic.periods
    events = list(book["Topic history"].iter_rows(min_row=2, values_only=True))
    assert [row[-1] for row in events] == [event.text for event in view.events]
    aside = list(book["Set aside"].iter_rows(min_row=2, values_only=True))
    assert [row[-1] for row in aside] == [each.reason for each in view.aside]

"""Dates in one cell: several, in spans, and without a year."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.intake import spans
from matcher.intake.values import Unreadable

WEEK = tuple(date(2026, 10, day) for day in range(5, 10))


def october(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 10, day) for day in days)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("2026-10-06", october(6)),
        ("2026-10-06 00:00:00", october(6)),
        ("2026-10-08; 2026-10-06;2026-10-08", october(6, 8)),
        ("10/6/2026, 10/8/2026", october(6, 8)),
        ("10/6/26 10/8/26", october(6, 8)),
        ("10.6.2026 and 10.8.2026.", october(6, 8)),
        ("10/6/2026 or 10/7/2026", october(6, 7)),
        ("13/10/2026", october(13)),
        ("October 6, 2026", october(6)),
        ("Tuesday, October 6th, 2026", october(6)),
        ("THURS 10/8/2026", october(8)),
        ("6 Oct 2026 & 8-Oct-2026", october(6, 8)),
        ("Sept. 29, 2026", (date(2026, 9, 29),)),
        ("Oct 6, 8 and 13, 2026", october(6, 8, 13)),
        ("Oct 6, 2026, Oct 8, 2026, and Oct 13, 2026", october(6, 8, 13)),
        ("10/6, 10/8, 10/13/2026", october(6, 8, 13)),
        ("10/5-10/9/2026", WEEK),
        ("10/5/2026 - 10/9/2026", WEEK),
        ("Oct 5 to Oct 9, 2026", WEEK),
        ("Oct 5\u20139, 2026", WEEK),
        ("from 2026-10-05 through 2026-10-09", WEEK),
        ("Oct 1, 2026; Oct 5-9, 2026; 10/12/2026", (*october(1), *WEEK, *october(12))),
        ("10/5/2026 (fall break)", october(5)),
        ("Dec 30 to Jan 2, 2027", tuple(date(2026, 12, 30) + timedelta(days=day) for day in range(4))),
        ("Dec 30, 2026; Jan 4", (date(2026, 12, 30), date(2027, 1, 4))),
        ("Feb 29, 2028", (date(2028, 2, 29),)),
        ("none", ()),
        ("N/A", ()),
        ("Any", ()),
        ("-", ()),
    ],
)
def test_what_people_write(cell: str, named: tuple[date, ...]) -> None:
    assert spans.parse(cell) == named


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("Fridays", "'Fridays' is not understood as dates"),
        ("week of 10/5/2026", "not understood"),
        ("not 10/5/2026", "not understood"),
        ("Oct 2026", "not understood"),
        ("2026", "not understood"),
        ("6, 8 and 13 October", "not understood"),
        ("Oct 6 8, 2026", "not understood"),
        ("10/5-9/2026", "not understood"),
        ("10-5-10-9-2026", "not understood"),
        ("10/6/2026, 2026", "not understood"),
        ("10/5/2026 - 10/7/2026 - 10/9/2026", "not understood"),
        ("10/6/2026 after lunch", "not understood"),
        ("10/6/1926", "not understood"),
        ("2/30/2026", "'2/30/2026' is not in the calendar"),
        ("Oct 32, 2026", "'Oct 32' is not in the calendar"),
        ("Feb 29, 2027", "'Feb 29' is not in the calendar"),
        ("13/40", "'13/40' is not in the calendar"),
        ("Oct 6", "'Oct 6' has no year"),
        ("10/6 and 10/8", "'10/6' has no year"),
        ("Mar 3 and Oct 6, 2026", "'Mar 3' has no year"),
        ("Tue 10/5/2026", r"'Tue 10/5/2026' is a Monday \(2026-10-05\)"),
        ("10/9/2026 to 10/5/2026", "ends before it begins"),
        ("2026-01-01 to 2027-12-31", "names more than 400 days"),
    ],
)
def test_what_is_refused(cell: str, wrong: str) -> None:
    with pytest.raises(Unreadable, match=wrong) as told:
        spans.parse(cell)
    assert told.value.cure


def test_a_missing_year_is_told_how_to_be_written() -> None:
    with pytest.raises(Unreadable) as told:
        spans.parse("10/6")
    assert told.value.cure.startswith("Write the year with each date. Write dates such as 2026-10-06;")


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("Oct 6, 8", october(6, 8)),
        ("8/20", (date(2026, 8, 20),)),
        ("Dec 30 - Jan 2", tuple(date(2026, 12, 30) + timedelta(days=day) for day in range(4))),
        ("May 3, 2028; May 8", (date(2028, 5, 3), date(2028, 5, 8))),
    ],
)
def test_the_day_a_form_was_handed_in_settles_the_year(cell: str, named: tuple[date, ...]) -> None:
    assert spans.parse(cell, handed_in=date(2026, 9, 1)) == named


def test_a_day_just_passed_or_far_ahead_stays_unsettled() -> None:
    with pytest.raises(Unreadable, match="has no year"):
        spans.parse("July 15", handed_in=date(2026, 9, 1))


def test_the_day_comes_first_where_the_column_has_it_so() -> None:
    assert spans.parse("6/10/2026; 8/10", day_first=True) == october(6, 8)
    assert spans.parse("10/13/2026", day_first=True) == october(13)
    assert spans.numeric("6/10/2026; Oct 8, 2026 - 9.10.26, 2026-10-06, 10/6") == ["6/10/2026", "9.10.26"]


dates = st.dates(date(2001, 1, 1), date(2098, 12, 31))
FORMS = (
    "{0:%Y-%m-%d}",
    "{0.month}/{0.day}/{0.year}",
    "{0:%m/%d/%y}",
    "{0:%B} {0.day}, {0.year}",
    "{0:%a} {0:%b} {0.day} {0.year}",
    "{0.day} {0:%b} {0.year}",
)


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(dates, st.integers(0, 20), st.sampled_from(FORMS)), min_size=1, max_size=6),
    st.sampled_from(["; ", ", ", " and ", "\n", " & "]),
)
def test_dates_and_spans_in_any_form_come_back(
    given_spans: list[tuple[date, int, str]], between: str
) -> None:
    parts: list[str] = []
    named: set[date] = set()
    for first, more, form in given_spans:
        last = first + timedelta(days=more)
        parts.append(form.format(first) + (f" to {form.format(last)}" if more else ""))
        named |= {first + timedelta(days=ahead) for ahead in range(more + 1)}
    assert spans.parse(between.join(parts)) == tuple(sorted(named))


@settings(deadline=None, derandomize=True)
@given(st.text(st.sampled_from("0123456789/-., ;&octmarfontue()"), max_size=30) | st.text(max_size=30))
def test_any_text_is_dates_or_unreadable(cell: str) -> None:
    with contextlib.suppress(Unreadable):
        found = spans.parse(cell, handed_in=date(2026, 9, 1))
        assert list(found) == sorted(set(found))
        assert len(found) <= spans.MOST_DAYS

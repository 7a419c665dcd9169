"""The dates in one cell, several and in spans: "10/6; 10/8/2026", "Oct 5-9, 2026", "10/5 to 10/9/2026".

What is between the dates has to be understood too: a remark that is passed over could turn a date round.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matcher.domain import WEEKDAY_NAMES, WEEKDAYS
from matcher.intake import dates
from matcher.intake.texts import plain
from matcher.intake.values import Unreadable, shown

#: Days that one cell may name: a span of years is a slip of the pen.
MOST_DAYS = 400
#: A date without a year is that of the same cell with one that is at most so many days away ...
_NEAR = 120
#: ... or, where none has a year, the one from so many days before the form was handed in to so many after.
_BEFORE, _AFTER = 30, 300
_NO_DATE = frozenset(["", "none", "no", "n a", "na", "nothing", "never", "any", "any time", "anytime"]) | {
    "any day",
    "flexible",
    "open",
}
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = r"mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun"
_DATE = re.compile(
    rf"(?:\b(?P<weekday>{_WEEKDAYS})(?:day)?\b\.?,?\s*)?(?:"
    r"(?P<full>20\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?P<mark>[-/.])\d{1,2}(?P=mark)(?:20\d\d|\d\d))(?!\d)|"
    r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/])|"
    rf"\b(?P<month>{_MONTHS})\b\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)|"
    rf"(?P<day_before>\d{{1,2}})(?:st|nd|rd|th)?[-\s]+(?P<month_after>{_MONTHS})\b\.?|"
    r"(?P<year>20\d\d)(?!\d)|"
    r"(?P<bare>\d{1,2})(?:st|nd|rd|th)?(?!\d))",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?<!\d)\d{1,2}([-/.])\d{1,2}\1(?:20\d\d|\d\d)(?!\d)")
_BETWEEN = re.compile(r"(?:[\s,;|&]|\b(?:and|or|on|from|y)\b)*", re.IGNORECASE)
_LIST = re.compile(r"[,;|&]|\b(?:and|or|y)\b", re.IGNORECASE)
_TO = re.compile(r"\s*(?:-|\b(?:to|through|thru|until|till)\b)\s*", re.IGNORECASE)
_YEAR_AFTER = re.compile(r"[\s,.-]*")
_CURE = "Write dates such as 2026-10-06; 2026-10-08, or a span such as 2026-10-05 to 2026-10-09."


@dataclass(frozen=True, slots=True)
class _Written:
    """A date as it is written. ``ends``: a span from the date before it goes to here; ``named``: its month
    is a word, so that a number alone may go on with it."""

    text: str
    month: int
    day: int
    year: int | None = None
    weekday: str = ""
    ends: bool = False
    named: bool = False


def parse(text: str, *, day_first: bool = False, handed_in: date | None = None) -> tuple[date, ...]:
    """The dates that a cell names, ascending; none where it says "none" or "any".

    Dates are apart by semicolons, commas, "and" or line ends; a span names every day from its first to its
    last. A year may be missing where another date of the cell has one and only one year is near it, or
    where it is known when the form was handed in. Raises Unreadable where anything in it is not understood,
    a year is missing, a weekday is not the date's, or more than MOST_DAYS days are named.
    """
    if plain(text) in _NO_DATE:
        return ()
    written = _written(text, day_first)
    anchors = [date(each.year, each.month, each.day) for each in written if each.year is not None]
    found: set[date] = set()
    last: date | None = None
    for each in written:
        on = _dated(each, anchors, handed_in)
        first = last if each.ends and last is not None else on
        if on < first:
            raise Unreadable(f"'{shown(text)}' has a span that ends before it begins.", _CURE)
        number = (on - first).days + 1
        if len(found) + number > MOST_DAYS:
            raise Unreadable(
                f"'{shown(text)}' names more than {MOST_DAYS} days.",
                "Check the years, or write shorter spans.",
            )
        found.update(first + timedelta(days=ahead) for ahead in range(number))
        last = on
    return tuple(sorted(found))


def numeric(text: str) -> list[str]:
    """The dates in a cell that are written in numbers with a year last, such as "10/6/2026"."""
    return [match[0] for match in _NUMBERS.finditer(text)]


def _written(text: str, day_first: bool) -> list[_Written]:
    """The dates in the order of the cell."""
    folded = re.sub("[\u2010-\u2015\u2212]", "-", text)
    folded = re.sub(r"\([^)]*\)|(?:\b|T)00:00(?::00)?\b", " ", folded)  # a remark, and a workbook's midnight
    found: list[_Written] = []
    at = 0
    for match in _DATE.finditer(folded):
        between, at = folded[at : match.start()], match.end()
        if match["year"]:
            if (
                not found
                or found[-1].year is not None
                or match["weekday"]
                or not _YEAR_AFTER.fullmatch(between)
            ):
                raise _unread(text)
            found[-1] = _checked(replace(found[-1], year=int(match["year"]), named=False))
            continue
        ends = bool(found) and _TO.fullmatch(between) is not None
        if (ends and found[-1].ends) or not (ends or _BETWEEN.fullmatch(between)):
            raise _unread(text)
        if match["bare"] and not (found and found[-1].named and (ends or _LIST.search(between))):
            raise _unread(text)
        before = found[-1].month if match["bare"] else 0
        found.append(_checked(replace(_one(match, before, day_first), ends=ends)))
    if not found or not _BETWEEN.fullmatch(folded[at:].rstrip(". ")):
        raise _unread(text)
    return found


def _one(match: re.Match[str], month_before: int, day_first: bool) -> _Written:
    said, weekday = match[0].strip(), (match["weekday"] or "").casefold()
    if match["full"]:
        known = dates.day(match["full"], day_first=day_first)
        return _Written(said, known.month, known.day, known.year, weekday)
    if match["first"]:
        month, day = int(match["first"]), int(match["second"])
        if (day_first and day <= 12) or month > 12:
            month, day = day, month
        return _Written(said, month, day, None, weekday)
    if match["bare"]:
        return _Written(said, month_before, int(match["bare"]), None, weekday, named=True)
    name = match["month"] or match["month_after"]
    return _Written(
        said,
        dates.month_number(name),
        int(match["day"] or match["day_before"]),
        None,
        weekday,
        named=bool(match["month"]),
    )


def _checked(each: _Written) -> _Written:
    """The same, where the calendar has such a day. A leap year stands for one that is not known."""
    try:
        date(2024 if each.year is None else each.year, each.month, each.day)
    except ValueError:
        raise Unreadable(f"'{shown(each.text)}' is not in the calendar.", _CURE) from None
    return each


def _dated(each: _Written, anchors: list[date], handed_in: date | None) -> date:
    """The date with its year, which falls on the weekday that is written with it."""
    near: set[date] = set()
    if each.year is not None:
        near = {date(each.year, each.month, each.day)}
    elif anchors:
        near = {one for to in anchors for one in _around(each, to.year) if abs((one - to).days) <= _NEAR}
    elif handed_in is not None:
        near = {one for one in _around(each, handed_in.year) if -_BEFORE <= (one - handed_in).days <= _AFTER}
    if len(near) != 1:
        raise Unreadable(f"'{shown(each.text)}' has no year.", f"Write the year with each date. {_CURE}")
    (on,) = near
    if each.weekday and not each.weekday.startswith(WEEKDAYS[on.weekday()].casefold()):
        raise Unreadable(
            f"'{shown(each.text)}' is a {WEEKDAY_NAMES[on.weekday()]} ({on}).",
            "Correct the date or the weekday.",
        )
    return on


def _around(each: _Written, year: int) -> Iterator[date]:
    for one in (year - 1, year, year + 1):
        if (each.month, each.day) != (2, 29) or calendar.isleap(one):
            yield date(one, each.month, each.day)


def _unread(text: str) -> Unreadable:
    return Unreadable(f"'{shown(text)}' is not understood as dates.", _CURE)

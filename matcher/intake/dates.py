"""Dates and times as forms and people write them. A zone that is written after them is not used."""

from __future__ import annotations

import re
from datetime import date, datetime

from matcher.intake.texts import one_line
from matcher.intake.values import Unreadable, shown

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?)?"
_ZONE = r"(?:\s*(?:Z|[A-Z]{2,4}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}))?"
_CLOCK = _TIME + _ZONE
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK)
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _CLOCK)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})" + _CLOCK)
_NAMED_AFTER = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[- ,]+(\d{4})" + _CLOCK)


def moment(text: str, *, day_first: bool = False) -> datetime:
    """A date, with the time of day where there is one; month first, unless told that the day is."""
    compact = one_line(text)
    if match := _ISO.fullmatch(compact):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _NUMBERS.fullmatch(compact):
        month, day, year = int(match[1]), int(match[2]), int(match[3])
        year += 2000 if year < 100 else 0
        if (day_first and day <= 12) or month > 12:
            month, day = day, month
    elif match := _NAMED.fullmatch(compact):
        month, day, year = month_number(match[1]), int(match[2]), int(match[3])
    elif match := _NAMED_AFTER.fullmatch(compact):
        day, month, year = int(match[1]), month_number(match[2]), int(match[3])
    else:
        raise Unreadable(f"'{shown(text)}' is not a date.", "Write it as 2025-09-30.")
    hour, minute, second = (int(match[index] or 0) for index in (4, 5, 6))
    if match[7]:
        hour = hour % 12 + (12 if match[7] in "Pp" else 0)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - forms give no zone
    except ValueError:
        raise Unreadable(f"'{shown(text)}' is not in the calendar.", "Write it as 2025-09-30.") from None


def month_number(name: str) -> int:
    """The month whose name begins so, 1 to 12; 0 where there is none."""
    start = name[:3].casefold()
    return _MONTHS.index(start) + 1 if start in _MONTHS else 0


def day(text: str, *, day_first: bool = False) -> date:
    """A date alone."""
    return moment(text, day_first=day_first).date()


def is_day_first(texts: list[str]) -> bool:
    """Whether the dates of a column put the day first: some can only be read so, and none the other way."""
    numbers = [match for text in texts if (match := _NUMBERS.fullmatch(one_line(text)))]
    return any(int(match[1]) > 12 for match in numbers) and not any(int(match[2]) > 12 for match in numbers)

"""The days on which a visit can be held, each one number.

0 (Monday) to 6 is a weekday, whose date is set later: of two visits on the same weekday that are still
without a date nobody is asked to make both. A larger number is a date, its ordinal
(:meth:`datetime.date.toordinal`). A date and a weekday never clash, for a term has more than one week.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matcher.domain import WEEKDAY_NAMES, WEEKDAYS
from matcher.visits.problem import Event, Host, Visitor

#: Weekdays meant by a member that gives none: Monday to Friday.
WORKDAYS = (0, 1, 2, 3, 4)
_WEEK = 7


def weekdays(person: Host | Visitor) -> tuple[int, ...]:
    """The weekdays on which it can meet, ascending; Monday to Friday where none is given."""
    return tuple(sorted(set(person.weekdays))) or WORKDAYS


def hosting_days(host: Host) -> tuple[int, ...]:
    """The days on which it can host, ascending: its dates, or its weekdays where it names none."""
    return tuple(sorted({date.fromisoformat(each).toordinal() for each in host.dates})) or weekdays(host)


def can_come(visitor: Visitor, days: Iterable[int]) -> tuple[int, ...]:
    """Those of these days on which the visitor can come."""
    free = set(weekdays(visitor))
    away = {date.fromisoformat(each).toordinal() for each in visitor.away}
    return tuple(day for day in days if weekday(day) in free and day not in away)


def weekday(day: int) -> int:
    """The weekday that a day falls on."""
    return day if day < _WEEK else date.fromordinal(day).weekday()


def day_of(event: Event) -> int:
    """The day of an event."""
    return date.fromisoformat(event.date).toordinal() if event.date else event.weekday


def event_on(host: int, day: int, visitors: Iterable[int]) -> Event:
    """The event on a day."""
    dated = date.fromordinal(day).isoformat() if day >= _WEEK else ""
    return Event(host, weekday(day), tuple(sorted(visitors)), dated)


def day_name(day: int) -> str:
    """``"Tuesday"``, or ``"Tuesday, 2026-10-06"``: for sentences."""
    dated = f", {date.fromordinal(day).isoformat()}" if day >= _WEEK else ""
    return WEEKDAY_NAMES[weekday(day)] + dated


def day_text(day: int) -> str:
    """``"Tue"``, or ``"Tue 2026-10-06"``."""
    dated = f" {date.fromordinal(day).isoformat()}" if day >= _WEEK else ""
    return WEEKDAYS[weekday(day)] + dated

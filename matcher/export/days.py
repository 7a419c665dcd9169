"""On which day what is planned takes place: known, or the first one from a week that staff name.

A plan of pairs or cohorts has an hour of the week and no day, that of a visit often a weekday alone. No day
is made up for them: only from a first week that somebody names is each given one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from matcher.domain import (
    HALF_DAYS,
    HOURS_A_WEEK,
    Exchange,
    ExchangeStatus,
    Facilitator,
    Member,
    Structure,
    Term,
)
from matcher.errors import InputError

#: A meeting that is planned for an hour takes this long.
MEETING = timedelta(hours=1)
#: How many weeks are looked through for one in which nobody has something else at that hour.
WEEKS = 26
#: How many days behind its start a term may be planned for, and the years that a calendar is made for.
_LONGEST = 366
_YEARS = (1900, 9000)
_WEEK = timedelta(weeks=1)
_ORDER = tuple(Structure)
#: Hours away from one in a week, the nearest first.
_NEAREST = sorted(range(1 - HOURS_A_WEEK, HOURS_A_WEEK), key=lambda hours: (abs(hours), hours))


class NoDay(StrEnum):
    """Why something is in no calendar."""

    TIME = "no time is planned"
    DAY = "no day is known yet"
    WEEK = "no week suits all who take part"


#: A day, or the moment (UTC) at which an hour begins.
When: TypeAlias = date | datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """An exchange with what is known of when it takes place: an ``hour`` of the UTC week (0 to 167) as in
    the term's first week, a ``weekday`` (0 is Monday), or a ``day``."""

    exchange: Exchange
    members: tuple[Member, ...]
    facilitator: Facilitator | None = None
    hour: int | None = None
    weekday: int | None = None
    day: date | None = None


@dataclass(slots=True)
class _Taken:
    """Who is where: ids with the moments of meetings, the days of meetings and those of visits."""

    moments: set[tuple[str, datetime]] = field(default_factory=set)
    meetings: set[tuple[str, date]] = field(default_factory=set)
    visits: set[tuple[str, date]] = field(default_factory=set)


def days(planned: Iterable[Planned], term: Term, first_week: date | None = None) -> dict[str, When | NoDay]:
    """When each of the planned exchanges of ``term`` takes place, by its id, or why that is not known.

    With ``first_week``, any day of it, what has an hour or a weekday and no day gets one: in the first week
    from then on in which none of those who take part has another meeting then, or a visit on that day. An
    hour keeps its place on the clock when daylight saving time begins or ends; where it then lies outside the
    slots of some, the nearest hour of the week that suits all is taken. What was held gets no day that nobody
    noted. The same exchanges get the same days, pairs first.

    Raises InputError where ``first_week`` lies before the term or more than a year behind its start.
    """
    _check(term, first_week)
    found: dict[str, When | NoDay] = {}
    taken = _Taken()
    waiting: list[Planned] = []
    for each in planned:
        if each.day is not None:
            found[each.exchange.id] = each.day
            _take(taken, each, each.day)
        elif each.exchange.status is ExchangeStatus.HELD:
            found[each.exchange.id] = NoDay.DAY
        elif each.hour is None and each.weekday is None:
            found[each.exchange.id] = NoDay.TIME
        elif first_week is None:
            found[each.exchange.id] = NoDay.DAY
        else:
            waiting.append(each)
    waiting.sort(key=lambda one: (_ORDER.index(one.exchange.structure), one.exchange.id))
    for each in waiting:
        assert first_week is not None
        when = next((one for one in _chances(each, term, first_week) if _is_free(taken, each, one)), None)
        found[each.exchange.id] = when or NoDay.WEEK
        if when is not None:
            _take(taken, each, when)
    return found


def _check(term: Term, first_week: date | None) -> None:
    if first_week is None:
        return
    behind = (first_week - term.start).days + term.start.weekday()
    if not 0 <= behind <= _LONGEST or not _YEARS[0] <= first_week.year <= _YEARS[1]:
        raise InputError(
            f"The first week, that of {first_week}, is no week of the term, which starts on {term.start}.",
            cure="Name a day from the term's first week on, at most a year behind it.",
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _chances(each: Planned, term: Term, first_week: date) -> Iterator[When]:
    """When it suits all who take part, whatever else they have then: the soonest week first."""
    begin = _monday(term.start)
    for number in range(WEEKS):
        week = _monday(first_week) + number * _WEEK
        if each.weekday is not None:
            day = week + timedelta(days=each.weekday)
            # The weekday was chosen from everybody's slots.
            if all(day not in one.away for one in each.members):
                yield day
        elif each.hour is not None:
            first = datetime.combine(begin, time(0), tzinfo=UTC) + timedelta(hours=each.hour)
            suiting = _in_week(each, first, week)
            if suiting is not None:
                yield suiting


def _in_week(each: Planned, first: datetime, week: date) -> datetime | None:
    """The moment in the week that begins with the Monday ``week`` that lies in the slots of all: at the hour
    that ``first`` has on the clock of those who gave slots, else at the nearest; None where there is none."""
    people: list[Member | Facilitator] = [*each.members]
    people += [each.facilitator] if each.facilitator else []
    # Whoever gave no slots has time at any hour, and tells no clock.
    bound = [one for one in people if one.slots]
    zone = ZoneInfo((bound or people)[0].timezone)
    local = first.astimezone(zone).replace(tzinfo=None)
    # What is Monday in UTC may be Sunday there.
    local += week - _monday(local.date())
    same = local.replace(tzinfo=zone).astimezone(UTC)
    for hours in _NEAREST:
        moment = same + timedelta(hours=hours)
        if all(_has_time(one, moment) for one in bound) and _monday(moment.astimezone(zone).date()) == week:
            return moment
    return None


def _has_time(person: Member | Facilitator, start: datetime) -> bool:
    local = start.astimezone(ZoneInfo(person.timezone))
    hours = local.hour + local.minute / 60
    return any(
        slot.weekday == local.weekday() and begin <= hours <= end - 1
        for slot in person.slots
        for begin, end in [HALF_DAYS[slot.half]]
    )


def _places(each: Planned, when: datetime) -> Iterator[tuple[str, date]]:
    """Everybody with the day that it is then where they are."""
    for one in each.members:
        yield one.id, when.astimezone(ZoneInfo(one.timezone)).date()


def _callers(each: Planned) -> list[str]:
    """Ids of all who meet; a facilitator's may be a member's too, so that they are told apart."""
    ids = [one.id for one in each.members]
    return [*ids, f"facilitator {each.facilitator.id}"] if each.facilitator else ids


def _is_free(taken: _Taken, each: Planned, when: When) -> bool:
    if isinstance(when, datetime):
        return taken.moments.isdisjoint((id, when) for id in _callers(each)) and taken.visits.isdisjoint(
            _places(each, when)
        )
    visits = {(one.id, when) for one in each.members}
    return taken.visits.isdisjoint(visits) and taken.meetings.isdisjoint(visits)


def _take(taken: _Taken, each: Planned, when: When) -> None:
    if isinstance(when, datetime):
        taken.moments.update((id, when) for id in _callers(each))
        taken.meetings.update(_places(each, when))
    elif each.exchange.structure is Structure.PEER_HOSTED:
        taken.visits.update((one.id, when) for one in each.members)
    else:
        taken.meetings.update((one.id, when) for one in each.members)

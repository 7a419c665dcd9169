"""A term's exchanges as an iCalendar file (RFC 5545), for calendars that read such files.

An event's UID is its exchange's id, its SEQUENCE grows with each step of the exchange's life, so that a
calendar that reads a later file changes the event that it has, and takes off what was cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from matcher.domain import Exchange, ExchangeStatus, Structure
from matcher.export.days import MEETING, When
from matcher.export.view import Person
from matcher.export.words import place, plain, work

if TYPE_CHECKING:
    import icalendar

_PRODUCT = "-//Peer Matcher//Exchanges//EN"
#: What a calendar is told of each state, in the order of their lives. Drafts are in none.
_STATUSES = {
    ExchangeStatus.PUBLISHED: "TENTATIVE",
    ExchangeStatus.AGREED: "CONFIRMED",
    ExchangeStatus.HELD: "CONFIRMED",
    ExchangeStatus.DECLINED: "CANCELLED",
    ExchangeStatus.CANCELLED: "CANCELLED",
}
_SEQUENCES = {status: number for number, status in enumerate(_STATUSES)}
_TOLD = {
    ExchangeStatus.PUBLISHED: "Proposed: not everybody has accepted yet.",
    ExchangeStatus.AGREED: "Everybody who takes part has accepted.",
    ExchangeStatus.HELD: "It was held.",
    ExchangeStatus.DECLINED: "It was declined and will not be.",
    ExchangeStatus.CANCELLED: "It was cancelled and will not be.",
}
#: Addresses are told of what all who take part agreed to, and of nothing else.
_ACCEPTED = frozenset({ExchangeStatus.AGREED, ExchangeStatus.HELD})


@dataclass(frozen=True, slots=True)
class Appointment:
    """An exchange that is no draft, with when it takes place: a day, or the moment (UTC) at which its hour
    begins. ``placed``: nobody settled the day, it is the first free one from a week that was named."""

    exchange: Exchange
    people: tuple[Person, ...]
    facilitator: str
    when: When
    placed: bool = False


def calendar_file(name: str, note: str, appointments: Iterable[Appointment], stamp: datetime) -> bytes:
    """An iCalendar file with the calendar's ``name``, a ``note`` on what is in it, and an event for each
    appointment, the earliest first. ``stamp`` (UTC) is when its content last changed: of two files with the
    same event, calendars believe the later. The same values give the same bytes.

    Addresses of people stand only in exchanges that all of them agreed to, and as text: attendees and a
    method would make it an invitation (RFC 5546), and some calendars write to those who are invited.
    """
    import icalendar

    file = icalendar.Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    # Names that the standard does not know are escaped only where they are said to be texts.
    file.add("x-wr-calname", icalendar.vText(_line(name)))
    file.add("x-wr-caldesc", icalendar.vText(_line(note)))
    for each in sorted(appointments, key=lambda one: (one.when.isoformat(), one.exchange.id)):
        file.add_component(_event(each, stamp))
    content: bytes = file.to_ical()
    return content


def _event(each: Appointment, stamp: datetime) -> icalendar.Event:
    import icalendar

    exchange = each.exchange
    event = icalendar.Event()
    event.add("uid", _line(f"{exchange.id}@peer-matcher"))
    event.add("dtstamp", stamp)
    # A day without an end is that whole day.
    event.add("dtstart", each.when)
    if isinstance(each.when, datetime):
        event.add("dtend", each.when + MEETING)
    event.add("summary", _line(_summary(each)))
    event.add("description", "\n".join(map(_line, _lines(each))))
    if exchange.structure is Structure.PEER_HOSTED and each.people:
        host = each.people[0]
        event.add("location", _line(", ".join(filter(None, (host.organization, place(host))))))
    event.add("status", _STATUSES[exchange.status])
    event.add("sequence", _SEQUENCES[exchange.status])
    # Who meets whom is for those who do: others who share a calendar see that the time is taken.
    event.add("class", "PRIVATE")
    return event


def _line(text: str) -> str:
    """``text`` on one line. A backslash is told as a slash: some readers stumble over one where a line was
    folded."""
    return " ".join(plain(text).replace("\\", "/").split())


def _summary(each: Appointment) -> str:
    exchange, names = each.exchange, [person.name for person in each.people]
    if exchange.structure is Structure.ONE_TO_ONE:
        kind = f"One-to-one on {exchange.topic}" if exchange.topic else "One-to-one"
        return f"{kind}: {' and '.join(names)}"
    if exchange.structure is Structure.VIRTUAL:
        return f"Virtual exchange: {exchange.topic or 'no common topic'}"
    where = each.people[0].organization if each.people else ""
    kind = f"Visit to {where}" if where else "Visit"
    return f"{kind}: {exchange.topic}" if exchange.topic else kind


def _lines(each: Appointment) -> Iterable[str]:
    """What the event tells: its state, topic, those who take part, and how its day came about."""
    yield _TOLD[each.exchange.status]
    if each.placed:
        yield "The day is the first that is free for all from the week that was named on; nobody settled it."
    if each.exchange.topic:
        yield f"Topic: {each.exchange.topic}"
    for number, person in enumerate(each.people):
        host = "host: " if each.exchange.structure is Structure.PEER_HOSTED and number == 0 else ""
        at = ", ".join(part for part in (work(person), place(person)) if part)
        address = f", {person.email}" if person.email and each.exchange.status in _ACCEPTED else ""
        yield f"- {host}{person.name}" + (f" ({at})" if at else "") + address
    if each.facilitator:
        yield f"Convened by {each.facilitator}."

"""When a term's exchanges take place, and the calendar file that tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from matcher.cohorts.problem import Cohort
from matcher.domain import Exchange, ExchangeStatus, Structure, Term
from matcher.errors import InputError
from matcher.export.calendar import Appointment, calendar_file
from matcher.export.days import NoDay, Planned, days
from matcher.export.save import save_bytes
from matcher.export.words import counted
from matcher.pairing.problem import Pair
from matcher.store import Reading
from matcher.visits.problem import Event
from matcher.workflow.inforce import seats
from matcher.workflow.keeping import STRUCTURES, meeting
from matcher.workflow.shown import person
from matcher.workflow.workspace import Workspace

#: What will not be: it is told to calendars that may know of it, and is missed by nobody.
_ENDED = frozenset({ExchangeStatus.DECLINED, ExchangeStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Schedule:
    """A term's exchanges that are no drafts: those with a day, and the others with why they have none."""

    term: Term
    appointments: tuple[Appointment, ...]
    without: tuple[tuple[Exchange, NoDay], ...]

    @property
    def note(self) -> str:
        """What is in it and what is not, in a sentence or two."""
        told = f"{counted(len(self.appointments), 'exchange')} of the term '{self.term.name}'."
        told = told[0].upper() + told[1:]
        reasons = Counter(reason for _, reason in self.without)
        if reasons:
            why = ", ".join(f"{reasons[one]} because {one.value}" for one in NoDay if reasons[one])
            told += f" {len(self.without)} left out: {why}."
        return told


def schedule(workspace: Workspace, term: Term, first_week: date | None = None) -> Schedule:
    """When the term's exchanges take place, in the words of :func:`matcher.export.days.days`. Drafts are
    not in it; what was declined or cancelled is, where it has a day, so that calendars take it off.

    Raises InputError where ``first_week`` is no week of the term.
    """
    with workspace.store.read() as reading:
        exchanges = [
            each
            for each in reading.exchanges()
            if each.term.name == term.name and each.status is not ExchangeStatus.PROPOSED
        ]
        members = reading.members_named(id for each in exchanges for id in each.member_ids)
        places = reading.organizations_of(members.values())
        staff = {each.id: each for each in reading.facilitators()}
        times = _times(reading, term, exchanges)
    planned = [
        replace(
            times.get(each.id, Planned(each, ())),
            exchange=each,
            members=tuple(members[id] for id in each.member_ids),
            facilitator=staff.get(each.facilitator),
        )
        for each in exchanges
    ]
    planned = [replace(each, day=each.exchange.held_on or each.day) for each in planned]
    found = days(planned, term, first_week)
    appointments, without = [], []
    for each in planned:
        exchange, when = each.exchange, found[each.exchange.id]
        if isinstance(when, NoDay):
            if exchange.status not in _ENDED:
                without.append((exchange, when))
            continue
        people = tuple(person(one, places[one.organization_id]) for one in each.members)
        named = each.facilitator.name if each.facilitator else exchange.facilitator
        appointments.append(Appointment(exchange, people, named, when, placed=each.day is None))
    return Schedule(term, tuple(appointments), tuple(without))


def as_file(workspace: Workspace, found: Schedule) -> bytes:
    """The schedule as an iCalendar file, with the addresses that it holds of those who agreed to meet. The
    same as long as nothing is written to the network."""
    with workspace.store.read() as reading:
        latest = reading.audit(1)
    stamp = latest[0].at if latest else datetime.combine(found.term.start, time(0), tzinfo=UTC)
    name = f"{workspace.settings.network.name}: {found.term.name}"
    return calendar_file(name, found.note, found.appointments, stamp.replace(microsecond=0))


def export_calendar(
    workspace: Workspace, term: Term, path: Path, first_week: date | None = None, *, staff: bool = False
) -> Schedule:
    """Write the term's :func:`schedule` to ``path``, without addresses unless it is for ``staff``; what was
    written. Raises InputError as that does, and where the file cannot be written."""
    found = schedule(workspace, term, first_week)
    if not staff:
        found = replace(found, appointments=tuple(map(_without_addresses, found.appointments)))
    save_bytes(path, as_file(workspace, found))
    return found


def _without_addresses(each: Appointment) -> Appointment:
    return replace(each, people=tuple(replace(one, email="") for one in each.people))


def _times(reading: Reading, term: Term, exchanges: Iterable[Exchange]) -> dict[str, Planned]:
    """What the term's plans say of when exchanges take place, by their ids; of each the latest plan that
    held it. Runs of another version of the program say nothing."""
    found: dict[str, Planned] = {}
    for kind, structure in STRUCTURES.items():
        sought = {each.id: each for each in exchanges if each.structure is structure and _is_sought(each)}
        for run in reading.runs():  # the latest first
            if not sought:
                break
            if (run.kind, run.term) != (kind, term.name):
                continue
            try:
                planned = seats(kind, term, reading.run(run.id))
            except InputError:
                break
            # A group that met without some of it goes by the id that it had.
            by_id = {seat.proposal.id: seat for seat in planned}
            by_meeting = {meeting(seat.proposal): seat for seat in planned}
            for each in [*sought.values()]:
                seat = by_meeting.get(meeting(each)) or by_id.get(each.id)
                if seat is not None:
                    found[each.id] = _time(each, seat.planned)
                    del sought[each.id]
    return found


def _is_sought(exchange: Exchange) -> bool:
    """Whether a plan may tell its day. One that was held without a noted day may have been on another, but
    for a visit, whose day was arranged with its host."""
    held = exchange.status is ExchangeStatus.HELD and exchange.structure is not Structure.PEER_HOSTED
    return exchange.held_on is None and not held


def _time(exchange: Exchange, planned: Pair | Cohort | Event) -> Planned:
    if not isinstance(planned, Event):
        return Planned(exchange, (), hour=planned.hour)
    day = date.fromisoformat(planned.date) if planned.date else None
    return Planned(exchange, (), weekday=planned.weekday, day=day)

"""From members and affinities to a visit problem."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Member, Organization, Structure
from matcher.errors import InputError
from matcher.visits.problem import EARLIER_VISIT, STAFF_DECISION, Host, Problem, Visitor, VisitRules


def compose(
    members: Sequence[Member],
    organizations: Sequence[Organization],
    affinities: Iterable[Affinity],
    *,
    with_practice: Collection[str],
    with_challenge: Collection[str],
    hosted: Mapping[str, int],
    bans: Iterable[Ban],
    visited: Iterable[tuple[int, int]],
    start: date,
    settings: config.Visits,
    pins: Iterable[tuple[str, str]] = (),
) -> Problem:
    """The problem of a term.

    Hosts are members that are willing, have seats and are ``with_practice`` (ids); visitors are
    ``with_challenge`` and do not ask for other structures only. ``hosted`` counts earlier visits by
    member id. ``visited`` holds pairs of indices into ``members`` that a visit in the window
    already brought together. ``start`` is the term's first day: dates before it say nothing about the term,
    so that a host who names no other is asked for any of its weekdays. A host that is away on all its dates
    is none. ``pins`` name a visitor and a host by id, whom staff decided to bring
    together. Raises InputError where a pin names somebody who cannot visit or host.
    """
    dates = [_hosting_dates(member, start) for member in members]
    hosts = [
        i
        for i, m in enumerate(members)
        if m.host and m.seats > 0 and m.id in with_practice and dates[i] is not None
    ]
    visitors = [i for i, m in enumerate(members) if m.id in with_challenge and m.wants(Structure.PEER_HOSTED)]
    host_at = {i: position for position, i in enumerate(hosts)}
    visitor_at = {i: position for position, i in enumerate(visitors)}
    index = {member.id: i for i, member in enumerate(members)}
    barred: dict[tuple[int, int], str] = {}
    for pair in visited:
        barred[min(pair), max(pair)] = EARLIER_VISIT
    for ban in bans:
        if ban.member_a in index and ban.member_b in index:
            a, b = sorted((index[ban.member_a], index[ban.member_b]))
            barred[a, b] = STAFF_DECISION
    fits, apart = [], []
    for each in affinities:
        for visitor, host, gain in ((each.a, each.b, each.help_to_a), (each.b, each.a, each.help_to_b)):
            if visitor in visitor_at and host in host_at and gain > 0:
                fits.append((visitor_at[visitor], host_at[host], gain))
    for (a, b), why in sorted(barred.items()):
        for visitor, host in ((a, b), (b, a)):
            if visitor in visitor_at and host in host_at:
                apart.append((visitor_at[visitor], host_at[host], why))
    pinned = [_pin(index, visitor_at, host_at, pin) for pin in pins]
    return Problem(
        hosts=tuple(
            Host(
                id=members[i].id,
                organization_id=organizations[i].id,
                seats=members[i].seats,
                weekdays=_weekdays(members[i]),
                latitude=organizations[i].latitude,
                longitude=organizations[i].longitude,
                hosted=hosted.get(members[i].id, 0),
                dates=tuple(each.isoformat() for each in dates[i] or ()),
            )
            for i in hosts
        ),
        visitors=tuple(
            Visitor(
                id=members[i].id,
                organization_id=organizations[i].id,
                weekdays=_weekdays(members[i]),
                latitude=organizations[i].latitude,
                longitude=organizations[i].longitude,
                visits=settings.per_visitor,
                away=tuple(each.isoformat() for each in sorted(set(members[i].away)) if each >= start),
            )
            for i in visitors
        ),
        fits=tuple(sorted(fits)),
        apart=tuple(apart),
        rules=VisitRules(
            events=settings.events,
            min_visitors=settings.min_visitors,
            threshold=settings.threshold,
            points_per_100_km=settings.points_per_100_km,
            points_per_hosting=settings.points_per_hosting,
            per_visitor=settings.per_visitor,
        ),
        pins=tuple(sorted(set(pinned))),
    )


def _pin(
    index: Mapping[str, int],
    visitor_at: Mapping[int, int],
    host_at: Mapping[int, int],
    pin: tuple[str, str],
) -> tuple[int, int]:
    visitor, host = (index.get(one, -1) for one in pin)
    if visitor not in visitor_at:
        raise InputError(
            f"'{pin[0]}' is pinned to a visit and is no visitor: it faces no challenge that can be matched, "
            "or asks for other structures only.",
            cure="Ask it for a challenge, or take the pin away.",
        )
    if host not in host_at:
        raise InputError(
            f"'{pin[1]}' is pinned as a host and cannot host: it is not willing, has no seat, wrote of no "
            "practice, or is away on all its dates.",
            cure="Mend that in its roster row, or take the pin away.",
        )
    return visitor_at[visitor], host_at[host]


def _weekdays(member: Member) -> tuple[int, ...]:
    """Weekdays on which a member can meet at all: who has a half-day free can ask for the other."""
    return tuple(sorted({slot.weekday for slot in member.slots}))


def _hosting_dates(member: Member, start: date) -> tuple[date, ...] | None:
    """The dates in the term on which it can host, ascending; none where it names none, so that its weekdays
    count; None where it is away on each that it names."""
    named = {each for each in member.visit_dates if each >= start}
    free = tuple(sorted(named - set(member.away)))
    return free if free or not named else None

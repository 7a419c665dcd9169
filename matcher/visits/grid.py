"""Every event that could be held and every seat at it, as arrays, for the bound and the programme."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.visits.offers import Table, hosting_cost

Ints = NDArray[np.int64]
#: Prices are whole numbers of a thousandth of a point.
SCALE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A visitor's seat at a host on a day; ``value`` in points. Seats that are pinned are none."""

    host: int
    day: int
    visitor: int
    value: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The seats that are still to be given once the pins have theirs.

    ``events``: (host, day), ascending; ``seats`` and ``fewest`` (visitors besides the pinned) and ``cost``
    have one row each. ``first``: each host's first event; ``forced``: whether a host has pins, so that one
    of its events is held. ``base``: points of the pinned seats less the load on their hosts, which every
    plan has; they are in no other figure.
    ``entries``: ascending by event; ``event``, ``visitor``, ``value`` and ``clash`` have one row each.
    ``padded``: (events, most entries) numbers of an event's entries, filled up with the number of
    all entries. ``clashes``: (visitor, day) that two things could claim; ``clash`` counts in it, and is its
    length where there is none. ``claim_event`` and ``claim_clash``: what an event claims by being held, of
    its host's own member and of the visitors pinned to it. ``caps``: most visits of each visitor
    besides its pins; ``certain``: those who have one.
    """

    events: tuple[tuple[int, int], ...]
    entries: tuple[Entry, ...]
    clashes: tuple[tuple[int, int], ...]
    base: int
    seats: Ints
    fewest: Ints
    cost: Ints
    first: Ints
    forced: NDArray[np.bool_]
    event: Ints
    visitor: Ints
    value: Ints
    clash: Ints
    padded: Ints
    claim_event: Ints
    claim_clash: Ints
    caps: Ints
    certain: frozenset[int]
    most_events: int


def spread(table: Table) -> list[Entry]:
    """One entry for each day of each offer that is not pinned."""
    return [
        Entry(offer.host, day, offer.visitor, offer.value)
        for offer in table.offers
        if not offer.pinned
        for day in offer.days
        if day in table.days[offer.host]
    ]


def lay_out(table: Table, entries: Iterable[Entry]) -> Grid | None:
    """The grid of these entries, without events that cannot be held or cannot add value. None if no event
    is left, or none at a host where one has to be."""
    pins = Counter(visitor for visitor, _ in table.problem.pins)
    caps = [cap - pins[visitor] for visitor, cap in enumerate(table.caps)]
    left = [host.seats - len(table.pinned.get(index, ())) for index, host in enumerate(table.problem.hosts)]
    at: defaultdict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if caps[entry.visitor] > 0 and left[entry.host] > 0:
            at[entry.host, entry.day].append(entry)
    for host in table.pinned:
        for day in table.days[host]:
            at.setdefault((host, day), [])
    events = sorted(event for event, listed in at.items() if _can_hold(table, event[0], listed))
    held = {host for host, _ in events}
    if not events or table.problem.rules.events == 0 or not held.issuperset(table.pinned):
        return None
    kept = tuple(entry for event in events for entry in sorted(at[event], key=lambda entry: entry.visitor))
    claims = _claims(table, events)
    clashes = _clashes(kept, claims, caps)
    number = {clash: index for index, clash in enumerate(clashes)}
    claims = [(event, claim) for event, claim in claims if claim in number]
    sizes = np.array([len(at[event]) for event in events], dtype=np.int64)
    ends = np.cumsum(sizes)
    columns = np.arange(max(1, int(sizes.max())), dtype=np.int64)
    padded = (ends - sizes)[:, None] + columns
    padded[columns >= sizes[:, None]] = len(kept)
    hosts = np.array([host for host, _ in events], dtype=np.int64)
    first = np.flatnonzero(np.diff(hosts, prepend=-1)).astype(np.int64)
    return Grid(
        events=tuple(events),
        entries=kept,
        clashes=clashes,
        base=base_value(table),
        seats=ints(min(left[event[0]], len(at[event])) for event in events),
        fewest=ints(_fewest(table, host) for host, _ in events),
        cost=SCALE
        * ints(0 if host in table.pinned else hosting_cost(table.problem, host) for host, _ in events),
        first=first,
        forced=np.array([host in table.pinned for host in hosts[first]], dtype=np.bool_),
        event=np.repeat(np.arange(len(events), dtype=np.int64), sizes),
        visitor=ints(entry.visitor for entry in kept),
        value=SCALE * ints(entry.value for entry in kept),
        clash=ints(number.get((entry.visitor, entry.day), len(clashes)) for entry in kept),
        padded=padded,
        claim_event=ints(event for event, _ in claims),
        claim_clash=ints(number[claim] for _, claim in claims),
        caps=ints(max(0, min(len(table.problem.hosts), cap)) for cap in caps),
        certain=frozenset(pins),
        most_events=table.problem.rules.events,
    )


def base_value(table: Table) -> int:
    """Points that every plan has: of the pinned seats, less the load on their hosts."""
    seats = sum(offer.value for listed in table.pinned.values() for offer in listed)
    return seats - sum(hosting_cost(table.problem, host) for host in table.pinned)


def ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _fewest(table: Table, host: int) -> int:
    return max(0, table.problem.rules.min_visitors - len(table.pinned.get(host, ())))


def _can_hold(table: Table, host: int, listed: list[Entry]) -> bool:
    fewest = _fewest(table, host)
    if host in table.pinned:
        return len(listed) >= fewest
    values = sorted((entry.value for entry in listed), reverse=True)[: table.problem.hosts[host].seats]
    return len(values) >= fewest and sum(values) > hosting_cost(table.problem, host)


def _claims(table: Table, events: list[tuple[int, int]]) -> list[tuple[int, tuple[int, int]]]:
    """(event, (visitor, day)): who cannot visit elsewhere that day because that event is held."""
    found = []
    for index, (host, day) in enumerate(events):
        visitor = table.visits_as[host]
        if visitor is not None:
            found.append((index, (visitor, day)))
        found += [(index, (offer.visitor, day)) for offer in table.pinned.get(host, ())]
    return found


def _clashes(
    entries: tuple[Entry, ...], claims: list[tuple[int, tuple[int, int]]], caps: list[int]
) -> tuple[tuple[int, int], ...]:
    seats = Counter((entry.visitor, entry.day) for entry in entries)
    claimed = Counter(claim for _, claim in claims)
    return tuple(
        sorted(
            pair
            for pair in seats | claimed
            if (claimed[pair] and seats[pair] + claimed[pair] > 1) or (seats[pair] > 1 and caps[pair[0]] > 1)
        )
    )

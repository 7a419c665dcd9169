"""The best plan for given events: once it is settled who hosts and when, the seats are a flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from matcher.optimize import cheapest_flow
from matcher.visits.days import day_of
from matcher.visits.grid import SCALE, Grid, ints
from matcher.visits.offers import Table
from matcher.visits.plan import Plan
from matcher.visits.problem import Event

#: Reward in a flow for each of an event's fewest visitors; far above what any seat is worth.
_MUST = 10**7
#: Above any day's number.
_DAYS = 2**22


def arrange(pinned: Plan, grid: Grid, events: Iterable[tuple[int, int]]) -> Plan | None:
    """The best plan with these events (host, day), each host at most once; None where the pins, held by
    ``pinned``, leave none.

    With the events fixed the rest is a flow, and so whole and exact. An event that too few can come to,
    or that adds nothing, is given up, the worst half of such at a time; what then still adds value is put in.
    """
    wanted = dict(events)
    for chosen in (pinned.day | wanted, wanted | pinned.day):
        days = _without_clashes(pinned.table, chosen)
        plan = seat(pinned.table, grid, days)
        while plan is not None and (vain := _in_vain(plan)):
            days = {host: day for host, day in days.items() if host not in vain}
            plan = seat(pinned.table, grid, days)
        if plan is not None and not _short(plan):
            plan.fill()
            return plan
    return None


def resume(pinned: Plan, start: Iterable[Event]) -> Plan:
    """What can be kept of an earlier plan, with whatever still adds value. ``pinned`` holds the pins."""
    start = tuple(start)
    table = pinned.table
    held = {event.host: day_of(event) for event in start if event.host in table.pinned}
    kept = _with_pins(table, {host: held.get(host, day) for host, day in pinned.day.items()})
    if kept is not None:
        kept.keep(start)
    if kept is None or _short(kept):
        kept = pinned.copy()
        kept.keep(start)
    kept.fill()
    return kept


def hold(table: Table, grid: Grid, days: Mapping[int, int]) -> Plan | None:
    """As :func:`seat`, and None as well where a host would have fewer than the fewest visitors."""
    plan = seat(table, grid, days)
    return None if plan is None or _short(plan) else plan


def seat(table: Table, grid: Grid, days: Mapping[int, int]) -> Plan | None:
    """The best plan with exactly these hosts on these days, as a minimum-cost flow: first as many of each
    event's fewest visitors as can be, then by value. None where the pins are not possible on these days."""
    plan = _with_pins(table, days)
    if plan is None:
        return None
    numbers = {event: number for number, event in enumerate(grid.events)}
    events = ints(numbers[event] for event in sorted(days.items()) if event in numbers)
    entries = grid.padded[events].ravel()
    entries = entries[entries < len(grid.entries)]
    visitor = grid.visitor[entries]
    day = ints(day for _, day in grid.events)[grid.event[entries]]
    busy = {*_hosting(table, days), *((one, at) for one, taken in plan.busy.items() for at in taken)}
    able = ~np.isin(visitor * _DAYS + day, ints(one * _DAYS + at for one, at in busy))
    entries, day, visitor = entries[able], day[able], visitor[able]
    if not len(entries):
        return plan
    people, person = np.unique(visitor, return_inverse=True)
    slots, slot = np.unique(np.stack([person, day]), axis=1, return_inverse=True)
    host_node = 2 + len(people) + slots.shape[1] + np.arange(len(events))
    position = np.full(len(grid.events), -1, dtype=np.int64)
    position[events] = np.arange(len(events))
    fewest, seats = grid.fewest[events], grid.seats[events]
    total = int(min(len(entries), grid.caps[people].sum()))
    zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    seats_taken = 2 + len(people) + slot.ravel(), host_node[position[grid.event[entries]]]
    arcs = (
        (*seats_taken, one, -grid.value[entries] // SCALE),
        (zero, 2 + np.arange(len(people)), grid.caps[people], zero),
        (2 + slots[0], 2 + len(people) + np.arange(slots.shape[1]), one, zero),
        (host_node, one, fewest, -_MUST * one),
        (host_node, one, seats - np.minimum(seats, fewest), zero),
        (zero, one, total * one, zero),
    )
    flows = cheapest_flow(arcs, {0: total, 1: -total})
    for number in entries[np.flatnonzero(flows[: len(entries)])]:
        plan.seat(grid.entries[number].visitor, grid.entries[number].host)
    return plan


def _short(plan: Plan) -> set[int]:
    """Hosts with fewer than the fewest visitors."""
    return {host for host in plan.day if len(plan.seated[host]) < plan.problem.rules.min_visitors}


def _in_vain(plan: Plan) -> set[int]:
    """Hosts without pins to be given up: the worst half of those with too few visitors, or else of those
    that add nothing, or else as many as are too many. Where only a pinned host has too few, any are."""
    free = [host for host in plan.day if host not in plan.table.pinned]
    if short := _short(plan):
        worst = sorted(free, key=lambda host: (host not in short, len(plan.seated[host]), host))
        few = sum(host in short for host in free) or len(free)
        return set(worst[: (few + 1) // 2])
    worst = sorted(free, key=lambda host: (plan.worth(host), host))
    idle = sum(plan.worth(host) <= 0 for host in free)
    excess = max(0, len(plan.day) - plan.problem.rules.events)
    return set(worst[: (idle + 1) // 2 or excess])


def _with_pins(table: Table, days: Mapping[int, int]) -> Plan | None:
    """A plan that holds these events, with nobody seated but the pinned; None where a pin does not suit."""
    plan = Plan(table)
    for host in sorted(days):
        plan.open(host, days[host])
    for host, pinned in sorted(table.pinned.items()):
        for offer in pinned:
            if days.get(host) not in offer.days or not plan.free(offer.visitor, days[host]):
                return None
            plan.seat(offer.visitor, host)
    return plan


def _without_clashes(table: Table, days: dict[int, int]) -> dict[int, int]:
    """These events without those of hosts who are pinned to be elsewhere that day."""
    elsewhere = {
        (table.hosts_as[offer.visitor], days.get(host))
        for host, listed in table.pinned.items()
        for offer in listed
    }
    return {host: day for host, day in days.items() if host in table.pinned or (host, day) not in elsewhere}


def _hosting(table: Table, days: Mapping[int, int]) -> set[tuple[int, int]]:
    """(visitor, day) of the hosts' own members."""
    members = ((table.visits_as[host], day) for host, day in days.items())
    return {(member, day) for member, day in members if member is not None}

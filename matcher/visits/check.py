"""What a plan of visits has to keep to, and what it is worth. No solver in sight.

This is the specification; :mod:`matcher.visits.model` is held against it after every solve.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from matcher.domain import WEEKDAYS
from matcher.visits.days import can_come, day_name, day_of, hosting_days, weekday
from matcher.visits.problem import EARLIER_VISIT, Event, Problem, Solution, distance_km, travel_points


@dataclass(frozen=True, slots=True)
class Violation:
    """``rule`` is a short fixed name; ``detail`` says where, in a sentence with numbers."""

    rule: str
    detail: str


def objective(problem: Problem, solution: Solution) -> int:
    """The plan's value in points, as :func:`worth`.

    Raises IndexError where the plan names a host or a visitor that is not there.
    """
    return worth(problem, solution.events)


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule; empty for a sound plan."""
    found = _unknown(problem, solution.events)
    if found:
        return found  # the other rules cannot be read where an index leads nowhere
    return [*broken(problem, solution.events), *_accounts(problem, solution)]


def broken(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    """The rules that a plan breaks, whatever is said of it. Its indices have to lead somewhere."""
    return [
        *_events(problem, events),
        *_assignments(problem, events),
        *_calendars(problem, events),
        *_pins(problem, events),
    ]


def worth(problem: Problem, events: tuple[Event, ...]) -> int:
    """The events' value in points: help less travel over all assignments, less the fair load."""
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    return sum(_worth(problem, helps, event) for event in events)


def _worth(problem: Problem, helps: dict[tuple[int, int], int], event: Event) -> int:
    host = problem.hosts[event.host]
    worth = -problem.rules.points_per_hosting * host.hosted
    for index in event.visitors:
        travel = travel_points(distance_km(problem.visitors[index], host), problem.rules)
        worth += helps.get((index, event.host), 0) - travel
    return worth


def _unknown(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    hosts, visitors = range(len(problem.hosts)), range(len(problem.visitors))
    found = []
    for number, event in enumerate(events):
        if event.host not in hosts:
            found.append(Violation("unknown", f"event {number}: no host {event.host}"))
        found += [
            Violation("unknown", f"event {number}: no visitor {index}")
            for index in event.visitors
            if index not in visitors
        ]
    return found


def _events(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    rules = problem.rules
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    pinned = {host for _, host in problem.pins}
    found = []
    if len(events) > rules.events:
        found.append(Violation("events", f"{len(events)} visits are held; the most are {rules.events}."))
    for index, times in Counter(event.host for event in events).items():
        if times > 1:
            found.append(Violation("host once", f"Host '{problem.hosts[index].id}' holds {times} visits."))
    for event in events:
        host, size, day = problem.hosts[event.host], len(event.visitors), day_of(event)
        name = f"Host '{host.id}'"
        if event.weekday != weekday(day):
            found.append(Violation("date", f"{name}: {event.date} is no {WEEKDAYS[event.weekday]}."))
        if day not in hosting_days(host):
            found.append(Violation("host day", f"{name} cannot host on {day_name(day)}."))
        if size > host.seats:
            found.append(Violation("seats", f"{name} has {size} visitors and {host.seats} seats."))
        if size < rules.min_visitors:
            text = f"{name} has {size} visitors; the fewest for a visit are {rules.min_visitors}."
            found.append(Violation("fewest", text))
        if event.host not in pinned and (points := _worth(problem, helps, event)) <= 0:
            text = f"The visit at host '{host.id}' is worth {points:,} points, no more than nothing."
            found.append(Violation("event value", text))
    return found


def _assignments(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    rules = problem.rules
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    pins = set(problem.pins)
    barred = {
        (visitor, host): why
        for visitor, host, why in problem.apart
        if why != EARLIER_VISIT or (visitor, host) not in pins
    }
    found = []
    for event in events:
        host = problem.hosts[event.host]
        for index in event.visitors:
            visitor, pair = problem.visitors[index], (index, event.host)
            name, home = f"Visitor '{visitor.id}'", f"host '{host.id}'"
            if visitor.organization_id == host.organization_id:
                found.append(Violation("own organization", f"{name} and {home} are of one organization."))
            if pair in barred:
                found.append(Violation("apart", f"{name} is kept from {home} by {barred[pair]}."))
            if not can_come(visitor, [day_of(event)]):
                text = f"{name} cannot come on the day of the visit to {home} ({day_name(day_of(event))})."
                found.append(Violation("visitor day", text))
            if pair in pins:
                continue
            if pair not in helps:
                text = f"{name} asked for nothing that {home} has been found to help with."
                found.append(Violation("fit", text))
                continue
            if helps[pair] < rules.threshold:
                text = (
                    f"{name} would gain {helps[pair]} points at {home}; the least help is {rules.threshold}."
                )
                found.append(Violation("threshold", text))
            travel = travel_points(distance_km(visitor, host), rules)
            if travel >= helps[pair]:
                text = f"{name} would gain {helps[pair]} points at {home}, and the travel costs {travel:,}."
                found.append(Violation("travel", text))
    return found


def _calendars(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    hosting = {problem.hosts[event.host].id: day_of(event) for event in events}
    days: defaultdict[int, list[int]] = defaultdict(list)
    found = []
    for event in events:
        for index in event.visitors:
            days[index].append(day_of(event))
    for index, taken in sorted(days.items()):
        visitor = problem.visitors[index]
        name = f"Visitor '{visitor.id}'"
        most = min(visitor.visits, problem.rules.per_visitor)
        if len(taken) > most:
            found.append(Violation("visits", f"{name} makes {len(taken)} visits; the most are {most}."))
        if len(set(taken)) < len(taken):
            twice = ", ".join(day_name(day) for day, times in sorted(Counter(taken).items()) if times > 1)
            found.append(Violation("same day", f"{name} has more than one visit on {twice}."))
        if hosting.get(visitor.id) in taken:
            text = f"{name} hosts on {day_name(hosting[visitor.id])}, and would visit elsewhere."
            found.append(Violation("hosting that day", text))
    return found


def _pins(problem: Problem, events: tuple[Event, ...]) -> list[Violation]:
    seated = {(index, event.host) for event in events for index in event.visitors}
    missing = [pin for pin in problem.pins if pin not in seated]
    names = [(problem.visitors[visitor].id, problem.hosts[host].id) for visitor, host in missing]
    return [Violation("pin", f"Visitor '{v}' is pinned to host '{h}' and is not there.") for v, h in names]


def _accounts(problem: Problem, solution: Solution) -> list[Violation]:
    """Nobody is dropped in silence, and the stated figures are the true ones."""
    placed = {index for event in solution.events for index in event.visitors}
    open_hosts = {event.host for event in solution.events}
    blind = [
        (index, event.host)
        for event in solution.events
        for index in event.visitors
        if distance_km(problem.visitors[index], problem.hosts[event.host]) is None
    ]
    idle = [index for index in range(len(problem.visitors)) if index not in placed]
    closed = [index for index in range(len(problem.hosts)) if index not in open_hosts]
    found = []
    if [index for index, reason in solution.left_out if reason] != idle:
        found.append(Violation("left out", f"{len(solution.left_out)} listed, {len(idle)} have no visit"))
    if [index for index, reason in solution.unused if reason] != closed:
        found.append(Violation("unused", f"{len(solution.unused)} listed, {len(closed)} hold no event"))
    if sorted(solution.uncounted) != sorted(blind):
        found.append(
            Violation("uncounted", f"{len(solution.uncounted)} listed, {len(blind)} lack a distance")
        )
    value = objective(problem, solution)
    if solution.objective != value:
        found.append(Violation("objective", f"stated {solution.objective}, is {value}"))
    if value > solution.bound:
        found.append(Violation("bound", f"objective {value} above the bound {solution.bound}"))
    return found

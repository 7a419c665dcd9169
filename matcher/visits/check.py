"""What a plan of visits has to keep to, and what it is worth. No solver in sight.

This is the specification; :mod:`matcher.visits.model` is held against it after every solve.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from matcher.visits.problem import Event, Problem, Solution, distance_km, travel_points, weekdays


@dataclass(frozen=True, slots=True)
class Violation:
    """``rule`` is a short fixed name; ``detail`` says where, by index and number."""

    rule: str
    detail: str


def objective(problem: Problem, solution: Solution) -> int:
    """The plan's value in points: help less travel over all assignments, less the fair load.

    Raises IndexError where the plan names a host or a visitor that is not there.
    """
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    return sum(_worth(problem, helps, event) for event in solution.events)


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule; empty for a sound plan."""
    found = _unknown(problem, solution)
    if found:
        return found  # the other rules cannot be read where an index leads nowhere
    return [
        *_events(problem, solution),
        *_assignments(problem, solution),
        *_calendars(problem, solution),
        *_accounts(problem, solution),
    ]


def _worth(problem: Problem, helps: dict[tuple[int, int], int], event: Event) -> int:
    host = problem.hosts[event.host]
    worth = -problem.rules.points_per_hosting * host.hosted
    for index in event.visitors:
        travel = travel_points(distance_km(problem.visitors[index], host), problem.rules)
        worth += helps.get((index, event.host), 0) - travel
    return worth


def _unknown(problem: Problem, solution: Solution) -> list[Violation]:
    hosts, visitors = range(len(problem.hosts)), range(len(problem.visitors))
    found = []
    for number, event in enumerate(solution.events):
        if event.host not in hosts:
            found.append(Violation("unknown", f"event {number}: no host {event.host}"))
        found += [
            Violation("unknown", f"event {number}: no visitor {index}")
            for index in event.visitors
            if index not in visitors
        ]
    return found


def _events(problem: Problem, solution: Solution) -> list[Violation]:
    rules = problem.rules
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    found = []
    if len(solution.events) > rules.events:
        found.append(Violation("events", f"{len(solution.events)} held, most {rules.events}"))
    for index, times in Counter(event.host for event in solution.events).items():
        if times > 1:
            found.append(Violation("host once", f"host {index} holds {times}"))
    for event in solution.events:
        host, size = problem.hosts[event.host], len(event.visitors)
        if event.weekday not in weekdays(host):
            found.append(Violation("host weekday", f"host {event.host} on {event.weekday}"))
        if size > host.seats:
            found.append(Violation("seats", f"host {event.host}: {size} in {host.seats} seats"))
        if size < rules.min_visitors:
            found.append(Violation("fewest", f"host {event.host}: {size}, fewest {rules.min_visitors}"))
        if (worth := _worth(problem, helps, event)) <= 0:
            found.append(Violation("event value", f"host {event.host}: {worth} points"))
    return found


def _assignments(problem: Problem, solution: Solution) -> list[Violation]:
    rules = problem.rules
    helps = {(visitor, host): help_given for visitor, host, help_given in problem.fits}
    barred = {(visitor, host): why for visitor, host, why in problem.apart}
    found = []
    for event in solution.events:
        host = problem.hosts[event.host]
        for index in event.visitors:
            visitor, pair = problem.visitors[index], (index, event.host)
            name = f"visitor {index} at host {event.host}"
            if visitor.organization_id == host.organization_id:
                found.append(Violation("own organization", name))
            if pair in barred:
                found.append(Violation("apart", f"{name}: {barred[pair]}"))
            if event.weekday not in weekdays(visitor):
                found.append(Violation("visitor weekday", f"{name} on {event.weekday}"))
            if pair not in helps:
                found.append(Violation("fit", f"{name}: no fit"))
                continue
            if helps[pair] < rules.threshold:
                found.append(Violation("threshold", f"{name}: {helps[pair]}, least {rules.threshold}"))
            travel = travel_points(distance_km(visitor, host), rules)
            if travel >= helps[pair]:
                found.append(Violation("travel", f"{name}: {travel} points, help {helps[pair]}"))
    return found


def _calendars(problem: Problem, solution: Solution) -> list[Violation]:
    hosting = {problem.hosts[event.host].id: event.weekday for event in solution.events}
    days: defaultdict[int, list[int]] = defaultdict(list)
    found = []
    for event in solution.events:
        for index in event.visitors:
            days[index].append(event.weekday)
    for index, taken in sorted(days.items()):
        visitor = problem.visitors[index]
        most = min(visitor.visits, problem.rules.per_visitor)
        if len(taken) > most:
            found.append(Violation("visits", f"visitor {index} makes {len(taken)}, most {most}"))
        if len(set(taken)) < len(taken):
            found.append(Violation("same weekday", f"visitor {index} on {sorted(taken)}"))
        if hosting.get(visitor.id) in taken:
            found.append(Violation("hosting that day", f"visitor {index} on {hosting[visitor.id]}"))
    return found


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
    worth = objective(problem, solution)
    if solution.objective != worth:
        found.append(Violation("objective", f"stated {solution.objective}, is {worth}"))
    if worth > solution.bound:
        found.append(Violation("bound", f"objective {worth} above the bound {solution.bound}"))
    return found

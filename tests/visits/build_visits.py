"""Small visit problems, and the optimum of the tiniest by trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from matcher.optimize import Status
from matcher.visits import check
from matcher.visits.days import WORKDAYS, event_on, hosting_days
from matcher.visits.problem import EARLIER_VISIT, Event, Host, Problem, Solution, Visitor, VisitRules

#: Rules about what a solution says of itself, not about which plans are allowed.
ACCOUNTS = {"left out", "unused", "uncounted", "objective", "bound"}
FREE = VisitRules(
    events=9, min_visitors=1, threshold=0, points_per_100_km=0, points_per_hosting=0, per_visitor=9
)


def host(name: str, seats: int = 3, **given: Any) -> Host:
    return Host(name, f"org {name}", seats, **given)


def visitor(name: str, **given: Any) -> Visitor:
    return Visitor(name, given.pop("organization_id", f"org {name}"), **given)


def solution(*events: Event, problem: Problem | None = None, **stated: Any) -> Solution:
    """These events; with ``problem``, with true accounts."""
    blank = Solution(events, (), (), (), 0, 2**40, 0.0, Status.FEASIBLE, 0.0)
    if problem is None:
        return blank
    placed = {index for event in events for index in event.visitors}
    opened = {event.host for event in events}
    blind = tuple(
        (index, event.host)
        for event in events
        for index in event.visitors
        if problem.visitors[index].latitude is None or problem.hosts[event.host].latitude is None
    )
    values: dict[str, Any] = {
        "left_out": tuple((v, "why") for v in range(len(problem.visitors)) if v not in placed),
        "unused": tuple((h, "why") for h in range(len(problem.hosts)) if h not in opened),
        "uncounted": blind,
        "objective": check.objective(problem, blank),
    }
    values |= stated
    return Solution(
        events=events,
        bound=values.pop("bound", 2**40),
        gap=0.0,
        status=Status.FEASIBLE,
        seconds=0.0,
        **values,
    )


def broken(problem: Problem, *events: Event) -> set[str]:
    """Names of the rules that these events break."""
    return {found.rule for found in check.violations(problem, solution(*events, problem=problem))}


def every_plan(problem: Problem) -> Iterator[tuple[Event, ...]]:
    """Every plan that is allowed, by every choice of event for every host, with nothing but ``check``."""
    choices: list[list[Event | None]] = []
    everyone = range(len(problem.visitors))
    for index in range(len(problem.hosts)):
        allowed: list[Event | None] = [None]
        for size in range(1, len(problem.visitors) + 1):
            for group in combinations(everyone, size):
                for day in hosting_days(problem.hosts[index]):
                    event = event_on(index, day, group)
                    if problem.rules.events and broken(problem, event) <= {"pin"}:
                        allowed.append(event)
        choices.append(allowed)
    for plan in product(*choices):
        events = tuple(event for event in plan if event is not None)
        if not broken(problem, *events):
            yield events


def brute_force(problem: Problem) -> int | None:
    """The value of the best plan; None where none is allowed."""
    return max((check.worth(problem, events) for events in every_plan(problem)), default=None)


def with_pins(problem: Problem, seed: int, most: int = 2) -> Problem:
    """The problem with some pins, of which some override a rule and some cannot be held."""
    draw = random.Random(seed)
    pairs = [
        (v, h)
        for v, one in enumerate(problem.visitors)
        for h, other in enumerate(problem.hosts)
        if one.organization_id != other.organization_id
    ]
    pins = draw.sample(pairs, min(len(pairs), draw.randint(1, most)))
    earlier = tuple((v, h, EARLIER_VISIT) for v, h in pairs if draw.random() < 0.2)
    return replace(problem, pins=tuple(sorted(pins)), apart=(*problem.apart, *earlier))


def network(hosts: int, visitors: int, seed: int, *, tiny: bool = False, **rules: Any) -> Problem:
    """A random network with every rule at work; most hosts would also visit."""
    draw = random.Random(seed)
    days = (0, 1) if tiny else WORKDAYS

    def where() -> dict[str, Any]:
        if draw.random() < 0.15:
            return {}
        return {"latitude": round(draw.uniform(30, 47), 3), "longitude": round(draw.uniform(-120, -75), 3)}

    def when() -> tuple[int, ...]:
        free = draw.sample(days, draw.randint(1, len(days)))
        return () if not tiny and draw.random() < 0.3 else tuple(sorted(free))

    homes = [f"org {draw.randrange(2 * (hosts + visitors))}" for _ in range(hosts + visitors)]
    listed = [
        Host(
            f"m{h}",
            homes[h],
            draw.randint(1, 3 if tiny else 6),
            when(),
            hosted=draw.choice((0, 0, 1, 2)),
            **where(),
        )
        for h in range(hosts)
    ]
    going = [
        Visitor(f"m{v}", homes[v], when(), visits=draw.randint(1, 2), **where()) for v in range(visitors)
    ]
    fits = [
        (v, h, draw.randint(100, 1000)) for v in range(visitors) for h in range(hosts) if draw.random() < 0.7
    ]
    apart = [(v, h, "a ban") for v, h, _ in fits if draw.random() < 0.05]
    given = {"events": 1 + hosts // 2, "min_visitors": 2, "per_visitor": 2, "threshold": 250} | rules
    return Problem(tuple(listed), tuple(going), tuple(fits), tuple(apart), VisitRules(**given))

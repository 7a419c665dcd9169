"""A plan made better one event at a time."""

from __future__ import annotations

from collections.abc import Callable

from matcher.visits.grid import SCALE, Grid
from matcher.visits.plan import Plan
from matcher.visits.relax import Relaxed, hopes
from matcher.visits.seating import arrange

#: Most plans that are tried: each is a flow.
_TRIES = 200


def polish(pinned: Plan, grid: Grid, relaxed: Relaxed, plan: Plan, over: Callable[[], bool]) -> Plan:
    """The plan, or a better one with an event more, less or on another day, again and again.

    Events are tried in the order of what the relaxation lets a plan with them hope for, and those with no
    hope to be better are not.
    """
    promise = hopes(grid, relaxed) // SCALE + grid.base
    order = sorted(range(len(grid.events)), key=lambda event: (-int(promise[event]), event))
    changes: list[tuple[int, int | None, int]] = [
        (*grid.events[event], int(promise[event])) for event in order
    ]
    changes += [(grid.events[event][0], None, 2**62) for event in grid.first]
    tried, before = 0, None
    while before != plan.value():
        before = plan.value()
        for host, day, hope in changes:
            if plan.day.get(host) == day or hope <= plan.value():
                continue
            tried += 1
            if tried > _TRIES or over():
                return plan
            days = {other: at for other, at in plan.day.items() if other != host}
            if day is not None:
                days[host] = day
            other = arrange(pinned, grid, days.items())
            if other is not None and other.value() > plan.value():
                plan = other
    return plan

"""Pins that cannot be held, said with their numbers before anything is solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from matcher.errors import InfeasibleError
from matcher.visits.days import can_come, day_text, hosting_days
from matcher.visits.offers import Offer, Table, reasons_apart
from matcher.visits.problem import EARLIER_VISIT, Problem

_UNPIN = "or take a pin away."


def refuse(table: Table) -> None:
    """Raise InfeasibleError where the pins break a rule that they do not override, by themselves.

    Pins that only clash with one another through the days are not found here.
    """
    problem = table.problem
    barred = reasons_apart(problem)
    for visitor, host in problem.pins:
        _refuse_pair(table, visitor, host, barred.get((visitor, host), EARLIER_VISIT))
    for visitor, times in sorted(Counter(visitor for visitor, _ in problem.pins).items()):
        _refuse_visits(problem, visitor, times, table.caps[visitor])
    for host, pinned in sorted(table.pinned.items()):
        _refuse_host(table, host, pinned)
    if len(table.pinned) > (most := problem.rules.events):
        raise InfeasibleError(
            f"Visits are pinned at {_count(len(table.pinned), 'host')}; the most held are {most}.",
            cure=f"Allow {len(table.pinned)} visits, {_UNPIN}",
        )


def clash(problem: Problem, can_hold: Callable[[Problem], bool]) -> str:
    """Which pins cannot be held together, none of them to spare; ``can_hold`` asks it of a problem."""
    pins = problem.pins
    for pin in problem.pins:
        fewer = tuple(other for other in pins if other != pin)
        if not can_hold(replace(problem, pins=fewer)):
            pins = fewer
    listed = []
    for visitor, host in pins:
        days = can_come(problem.visitors[visitor], hosting_days(problem.hosts[host]))
        listed.append(f"{pin_text(problem, (visitor, host))} ({', '.join(map(day_text, days))})")
    fewest = f"with {_count(problem.rules.min_visitors, 'visitor')} or more at each host"
    return f"{_count(len(pins), 'pin')} cannot be held together {fewest}: {'; '.join(listed)}."


def pin_text(problem: Problem, pin: tuple[int, int]) -> str:
    """``visitor 'v' at host 'h'``"""
    return f"visitor '{problem.visitors[pin[0]].id}' at host '{problem.hosts[pin[1]].id}'"


def _refuse_pair(table: Table, visitor: int, host: int, why: str) -> None:
    problem = table.problem
    name = pin_text(problem, (visitor, host))
    if why != EARLIER_VISIT:
        raise InfeasibleError(
            f"The pin of {name} is barred by {why}.", cure="Lift the bar, or take the pin away."
        )
    if problem.visitors[visitor].organization_id == problem.hosts[host].organization_id:
        raise InfeasibleError(f"The pin of {name} is within one organization.", cure="Take the pin away.")
    if not table.of[visitor, host].days:
        days = ", ".join(map(day_text, hosting_days(problem.hosts[host])))
        raise InfeasibleError(
            f"The pin of {name} has no day: the visitor can come on none of the host's ({days}).",
            cure="Add a day to either, or take the pin away.",
        )


def _refuse_visits(problem: Problem, visitor: int, times: int, most: int) -> None:
    if times > most:
        person = problem.visitors[visitor]
        raise InfeasibleError(
            f"Visitor '{person.id}' is pinned to {_count(times, 'visit')}, and makes at most {most} "
            f"(its own wish {person.visits}, the rules {problem.rules.per_visitor}).",
            cure=f"Allow it {times}, {_UNPIN}",
        )


def _refuse_host(table: Table, host: int, pinned: tuple[Offer, ...]) -> None:
    place, fewest = table.problem.hosts[host], table.problem.rules.min_visitors
    seats = _count(place.seats, "seat")
    if len(pinned) > place.seats:
        raise InfeasibleError(
            f"{len(pinned)} visitors are pinned to host '{place.id}', which has {seats}.",
            cure=f"Give it {len(pinned)} seats, {_UNPIN}",
        )
    if place.seats < fewest:
        raise InfeasibleError(
            f"Visitors are pinned to host '{place.id}', which has {seats}; the fewest visitors are {fewest}.",
            cure=f"Give it {fewest} seats, lower the fewest visitors, {_UNPIN}",
        )
    if not table.days[host]:
        days = ", ".join(map(day_text, hosting_days(place)))
        raise InfeasibleError(
            f"No day of host '{place.id}' ({days}) suits all {len(pinned)} visitors pinned to it.",
            cure=f"Add a day, {_UNPIN}",
        )
    able = max(sum(day in offer.days for offer in table.at[host]) for day in table.days[host])
    if able < fewest:
        raise InfeasibleError(
            f"Visitors are pinned to host '{place.id}', and at most {_count(able, 'visitor')} could come "
            f"there on one day; the fewest are {fewest}.",
            cure=f"Lower the fewest visitors, pin others there too, {_UNPIN}",
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""One change by hand in a plan of visits, and what it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from matcher.errors import InputError
from matcher.outcome import Change, ChangeKind, Verdict
from matcher.visits import check
from matcher.visits.days import can_come, day_of, event_on, hosting_days
from matcher.visits.offers import most_visits, sort_fits, tabulate
from matcher.visits.plan import Plan
from matcher.visits.problem import (
    STAFF_DECISION,
    Event,
    Problem,
    Solution,
    distance_km,
    travel_points,
)
from matcher.visits.report import report


@dataclass(frozen=True, slots=True)
class Adjusted:
    """``problem`` with the pin or ban in it, and the plan with the change made. Where a rule breaks
    ``solution`` is None and ``problem`` is as it was."""

    problem: Problem
    solution: Solution | None
    verdict: Verdict


def adjust(problem: Problem, solution: Solution, change: Change) -> Adjusted:
    """The plan with one change made and nothing else altered, and what the change does.

    ``one`` is a visitor. ``pin`` and ``ban``: ``other`` is a host; a pin brings the visitor there, a ban
    takes it away and lifts a pin of the two. ``move``: the visitor goes to host ``to``, -1 for none.
    ``swap``: ``other`` is a visitor, and each takes the other's visits. Where a visitor who is brought to a
    host has visits already, it leaves one on that day or, with as many as it may make (and always when it
    is moved), the one worth least. A host without a visit opens one on the first day that suits both; a
    visit that nobody comes to any more is not held.

    Raises InputError where the change names somebody who is not there.
    """
    _check_names(problem, change)
    after = _with_rule(problem, change)
    seats = _Seats(problem, solution.events)
    seats.make(change)
    events = seats.events()
    before = set(check.broken(problem, solution.events))
    broken = tuple(each.detail for each in check.broken(after, events) if each not in before)
    verdict = _verdict(problem, solution.events, after, events, broken)
    if broken:
        return Adjusted(problem, None, verdict)
    return Adjusted(after, _solution(problem, solution, after, events), verdict)


class _Seats:
    """Who sits where, by host and day, while a change is made."""

    def __init__(self, problem: Problem, events: Iterable[Event]) -> None:
        self.problem = problem
        self.day = {event.host: day_of(event) for event in events}
        self.seated = {event.host: set(event.visitors) for event in events}

    def events(self) -> tuple[Event, ...]:
        return tuple(
            event_on(host, self.day[host], self.seated[host])
            for host in sorted(self.day)
            if self.seated[host]
        )

    def hosts_of(self, visitor: int) -> list[int]:
        return [host for host in sorted(self.seated) if visitor in self.seated[host]]

    def make(self, change: Change) -> None:
        if change.kind is ChangeKind.PIN:
            self._bring(change.one, change.other, leave=False)
        elif change.kind is ChangeKind.BAN:
            self.seated.get(change.other, set()).discard(change.one)
        elif change.kind is ChangeKind.SWAP:
            mine, theirs = self.hosts_of(change.one), self.hosts_of(change.other)
            self._leave(change.one, mine)
            self._leave(change.other, theirs)
            for visitor, hosts in ((change.one, theirs), (change.other, mine)):
                for host in hosts:
                    self.seated[host].add(visitor)
        elif change.to < 0:
            self._leave(change.one, self.hosts_of(change.one))
        else:
            self._bring(change.one, change.to, leave=True)

    def _bring(self, visitor: int, host: int, *, leave: bool) -> None:
        hosts = self.hosts_of(visitor)
        if host in hosts:
            return
        gains = {other: _gains(self.problem, [Event(other, 0, (visitor,))])[visitor] for other in hosts}
        full = len(hosts) >= most_visits(self.problem, visitor)
        left = [min(hosts, key=lambda other: (gains[other], other))] if hosts and (leave or full) else []
        if host in self.day:
            left = [other for other in hosts if self.day[other] == self.day[host]] or left
        else:
            days = hosting_days(self.problem.hosts[host])
            busy = {self.day[other] for other in hosts if other not in left}
            suits = [day for day in can_come(self.problem.visitors[visitor], days) if day not in busy]
            self.day[host] = (suits or list(days))[0]
        self._leave(visitor, left)
        self.seated.setdefault(host, set()).add(visitor)

    def _leave(self, visitor: int, hosts: Iterable[int]) -> None:
        for host in hosts:
            self.seated[host].discard(visitor)


def _with_rule(problem: Problem, change: Change) -> Problem:
    """The problem with the pin or ban in it."""
    pair = (change.one, change.other)
    others = tuple(pin for pin in problem.pins if pin != pair)
    if change.kind is ChangeKind.PIN:
        return replace(problem, pins=tuple(sorted((*others, pair))))
    if change.kind is ChangeKind.BAN:
        return replace(problem, pins=others, apart=(*problem.apart, (*pair, STAFF_DECISION)))
    return problem


def _solution(problem: Problem, solution: Solution, after: Problem, events: tuple[Event, ...]) -> Solution:
    table = tabulate(after)
    plan = Plan(table)
    for event in events:
        plan.open(event.host, day_of(event))
        for visitor in event.visitors:
            plan.seat(visitor, event.host)
    bound = _bound(problem, solution, after)
    return report(table, plan, bound=bound, seconds=solution.seconds, cut_short=solution.cut_short)


def _bound(problem: Problem, solution: Solution, after: Problem) -> int:
    """A bound on any plan of the changed problem.

    A ban or a pin of two who could meet before takes plans away and adds none worth more, so that the
    earlier bound holds. A pin that overrides a rule adds plans, and a ban that lifts a pin does: then every
    visitor is given its best visits, whatever the seats.
    """
    lifted, added = set(problem.pins) - set(after.pins), set(after.pins) - set(problem.pins)
    allowed = {(offer.visitor, offer.host) for offer in sort_fits(problem)[0]}
    return _best_gains(after) if lifted or not added <= allowed else solution.bound


def _best_gains(problem: Problem) -> int:
    """The sum of what each visitor gains at most: its best visits, as many as it may make. Pinned ones are
    among the fits or gain nothing, and hosting only costs."""
    gains: defaultdict[int, list[int]] = defaultdict(list)
    for visitor, host, points in problem.fits:
        km = distance_km(problem.visitors[visitor], problem.hosts[host])
        gains[visitor].append(max(0, points - travel_points(km, problem.rules)))
    return sum(
        sum(sorted(each, reverse=True)[: most_visits(problem, visitor)]) for visitor, each in gains.items()
    )


def _verdict(
    problem: Problem,
    events_before: tuple[Event, ...],
    after: Problem,
    events: tuple[Event, ...],
    broken: tuple[str, ...],
) -> Verdict:
    gained_before, gained = _gains(problem, events_before), _gains(after, events)
    worth_before, worth = check.worth(problem, events_before), check.worth(after, events)
    worst_before, worst = min(gained_before.values(), default=None), min(gained.values(), default=None)
    return Verdict(
        broken=broken,
        placed=len(gained),
        placed_change=len(gained) - len(gained_before),
        objective=worth,
        objective_change=worth - worth_before,
        worst=worst,
        worst_change=(worst or 0) - (worst_before or 0),
    )


def _gains(problem: Problem, events: Iterable[Event]) -> dict[int, int]:
    """Points that each visitor with a visit gains: help less travel, over all its visits."""
    helps = {(visitor, host): points for visitor, host, points in problem.fits}
    gains: defaultdict[int, int] = defaultdict(int)
    for event in events:
        for visitor in event.visitors:
            km = distance_km(problem.visitors[visitor], problem.hosts[event.host])
            gains[visitor] += helps.get((visitor, event.host), 0) - travel_points(km, problem.rules)
    return gains


def _check_names(problem: Problem, change: Change) -> None:
    visitors, hosts = ("visitor", len(problem.visitors)), ("host", len(problem.hosts))
    named = [(change.one, *visitors)]
    if change.kind is ChangeKind.SWAP:
        named.append((change.other, *visitors))
    elif change.kind is not ChangeKind.MOVE:
        named.append((change.other, *hosts))
    elif change.to != -1:
        named.append((change.to, *hosts))
    for index, what, count in named:
        if index not in range(count):
            raise InputError(
                f"The change names {what} {index}, and there are {count}.",
                cure=f"They count from 0 to {count - 1}.",
            )

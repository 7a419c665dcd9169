"""Why not this visit: what visits have to say to :mod:`matcher.explain.whynot`.

``one`` is a visitor and ``other`` a host, each by its own index.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from matcher.explain.measure import POINTS, Aim
from matcher.explain.people import names, new_company
from matcher.explain.words import Words, counted, listed
from matcher.optimize import Limits
from matcher.outcome import Moved
from matcher.visits import check, model
from matcher.visits.days import can_come, hosting_days
from matcher.visits.offers import most_visits, reasons_apart
from matcher.visits.problem import EARLIER_VISIT, Problem, Solution, distance_km, travel_points
from matcher.watch import Watch

SCALE = 1
#: How the problem says that staff keep two apart.
STAFF = "a decision of staff"


def solve(problem: Problem, limits: Limits, watch: Watch | None, start: Solution | None) -> Solution:
    return model.solve(problem, limits, watch, start=None if start is None else start.events)


def aims(solution: Solution) -> tuple[Aim, ...]:
    return (Aim(POINTS, solution.objective, solution.bound),)


def figures(problem: Problem, solution: Solution) -> tuple[int, int]:
    return len(hosts_of(solution)), check.objective(problem, solution)


def matched(solution: Solution, one: int, other: int) -> bool:
    return other in hosts_of(solution).get(one, ())


def hosts_of(solution: Solution) -> dict[int, tuple[int, ...]]:
    """The hosts that each visitor with a visit goes to, ascending."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for event in solution.events:
        for visitor in event.visitors:
            found[visitor].add(event.host)
    return {visitor: tuple(sorted(hosts)) for visitor, hosts in found.items()}


def pinned(problem: Problem, one: int, other: int) -> Problem:
    return replace(problem, pins=tuple(sorted({*problem.pins, (one, other)})))


def banned(problem: Problem, one: int, other: int) -> Problem:
    apart = [each for each in problem.apart if each[:2] != (one, other)]
    pins = tuple(pin for pin in problem.pins if pin != (one, other))
    return replace(problem, pins=pins, apart=(*apart, (one, other, STAFF)))


def barred_hard(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that even a pin does not override."""
    guest, home = names(problem, one, other, words)
    visitor, host, rules = problem.visitors[one], problem.hosts[other], problem.rules
    why = reasons_apart(problem).get((one, other), EARLIER_VISIT)
    facts = (
        (rules.events == 0, "No visits are held this term (most events 0)."),
        (visitor.organization_id == host.organization_id, f"{guest} and {home} are of one organization."),
        (why != EARLIER_VISIT, f"{guest} and {home} are barred by {why}."),
        (
            host.seats < rules.min_visitors,
            f"{home} has {counted(host.seats, 'seat')}, and a visit takes {rules.min_visitors} at least.",
        ),
        (
            not can_come(visitor, hosting_days(host)),
            f"{guest} cannot come on any day on which {home} hosts.",
        ),
        (most_visits(problem, one) == 0, f"{guest} makes no visits this term."),
    )
    return tuple(text for holds, text in facts if holds)


def overridden(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that a pin would override."""
    guest, home = names(problem, one, other, words)
    given, rules = help_given(problem, one, other), problem.rules
    km = distance_km(problem.visitors[one], problem.hosts[other])
    travel = travel_points(km, rules)
    found = []
    if given < rules.threshold:
        found.append(
            f"The help is {given}, {counted(rules.threshold - given, 'point')} below the least of "
            f"{rules.threshold}."
        )
    if km is not None and travel >= given:
        found.append(f"The {km:,} km cost {counted(travel, 'point')}, no less than the help of {given}.")
    if reasons_apart(problem).get((one, other)) == EARLIER_VISIT:
        found.append(f"{guest} and {home} are barred by {EARLIER_VISIT}.")
    return tuple(found)


def help_given(problem: Problem, one: int, other: int) -> int:
    return next((points for visitor, host, points in problem.fits if (visitor, host) == (one, other)), 0)


def moved(before: Solution, after: Solution) -> tuple[Moved, ...]:
    """Visitors who go elsewhere; those they visit are hosts, by their own index."""
    return new_company(hosts_of(before), hosts_of(after))


def cause(problem: Problem, one: int, other: int, moved: tuple[Moved, ...], words: Words) -> str:
    """What it takes: ``"it takes Ben from the visit to Cy and a seat from Dee"``."""
    parts = []
    for move in moved:
        lost = [host for host in move.before if host not in move.after]
        if move.member == one and lost:
            parts.append(f"{_visitor(problem, one, words)} from the visit to {_hosts(problem, lost, words)}")
    losers = [move.member for move in moved if move.member != one and other in move.before]
    out = [index for index in losers if other not in _after(moved, index)]
    if out:
        guests = listed(_visitor(problem, index, words) for index in out)
        parts.append(f"a seat at {words.name(problem.hosts[other].id)} from {guests}")
    return f"it takes {' and '.join(parts)}" if parts else ""


def tell(problem: Problem, moved: Moved, words: Words) -> str:
    """What becomes of a visitor, in a sentence."""
    name = _visitor(problem, moved.member, words)
    lost = _hosts(problem, [host for host in moved.before if host not in moved.after], words)
    new = _hosts(problem, [host for host in moved.after if host not in moved.before], words)
    if not moved.after:
        return f"{name} makes no visit, and no longer goes to {lost}."
    if set(moved.before) <= set(moved.after):
        return f"{name} visits {new}" + (" as well." if moved.before else ".")
    if set(moved.after) <= set(moved.before):
        return f"{name} no longer visits {lost}."
    return f"{name} visits {new} instead of {lost}."


def _after(moved: tuple[Moved, ...], index: int) -> tuple[int, ...]:
    return next(move.after for move in moved if move.member == index)


def _visitor(problem: Problem, index: int, words: Words) -> str:
    return words.name(problem.visitors[index].id)


def _hosts(problem: Problem, indices: list[int], words: Words) -> str:
    return listed(words.name(problem.hosts[index].id) for index in indices)

"""Which visits are allowed at all, what each is worth, and which rule forbids the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matcher.visits.days import can_come, hosting_days
from matcher.visits.problem import EARLIER_VISIT, Host, Problem, Visitor, distance_km, travel_points


@dataclass(frozen=True, slots=True)
class Offer:
    """A visit that no rule forbids. ``value``: help less travel, in points, above 0 but for a pin.
    ``days``: the days that suit both, ascending."""

    visitor: int
    host: int
    value: int
    days: tuple[int, ...]
    pinned: bool = False


class Why(StrEnum):
    """Why a listed fit is no offer; the first that holds, in this order."""

    HELP = "help"
    HOME = "home"
    APART = "apart"
    SEATS = "seats"
    TRAVEL = "travel"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fit that is no offer. ``travel`` in points; 0, as ``km`` is, where the distance is not known."""

    visitor: int
    host: int
    help: int
    why: Why
    barred_by: str
    km: int
    travel: int


def sort_fits(problem: Problem) -> tuple[tuple[Offer, ...], tuple[Refusal, ...]]:
    """Every listed fit and every pin, as an offer or as a refusal; both in the order of (visitor, host)."""
    barred = reasons_apart(problem)
    pins = set(problem.pins)
    helps = dict.fromkeys(problem.pins, 0) | {
        (visitor, host): points for visitor, host, points in problem.fits
    }
    pairs = tuple(sorted(helps))
    offers, refusals = [], []
    for pair, (km, days) in zip(pairs, _journeys(problem.hosts, problem.visitors, pairs), strict=True):
        points, travel = helps[pair], travel_points(km, problem.rules)
        if pair in pins:
            offers.append(Offer(*pair, points - travel, days, pinned=True))
        elif (why := _forbidden(problem, pair, points, travel, days, barred.get(pair))) is None:
            offers.append(Offer(*pair, points - travel, days))
        else:
            refusals.append(Refusal(*pair, points, why, barred.get(pair, ""), km or 0, travel))
    return tuple(offers), tuple(refusals)


@lru_cache(maxsize=4)  # a change by hand is judged at once: the map is the same as before it
def _journeys(
    hosts: tuple[Host, ...], visitors: tuple[Visitor, ...], pairs: tuple[tuple[int, int], ...]
) -> tuple[tuple[int | None, tuple[int, ...]], ...]:
    """For each (visitor, host) the kilometres and the days that suit both."""
    host_days = [hosting_days(host) for host in hosts]
    every_day = sorted({day for days in host_days for day in days})
    free = [set(can_come(visitor, every_day)) for visitor in visitors]
    return tuple(
        (
            distance_km(visitors[visitor], hosts[host]),
            tuple(day for day in host_days[host] if day in free[visitor]),
        )
        for visitor, host in pairs
    )


@dataclass(frozen=True, slots=True)
class Table:
    """What is looked up often of a problem, made once by :func:`tabulate`.

    ``at``: each host's offers, the most value first; ``of``: the offer of (visitor, host); ``pinned``: of
    each pinned host those offers that are pins. ``days``: of each host, on which it can hold its visit with
    all who are pinned to it. ``caps``: most visits of each visitor. ``hosts_as`` and ``visits_as``: a
    visitor's index as a host, and a host's as a visitor; None where it is not both.
    """

    problem: Problem
    offers: tuple[Offer, ...]
    refusals: tuple[Refusal, ...]
    at: Mapping[int, tuple[Offer, ...]]
    of: Mapping[tuple[int, int], Offer]
    pinned: Mapping[int, tuple[Offer, ...]]
    days: tuple[tuple[int, ...], ...]
    caps: tuple[int, ...]
    hosts_as: tuple[int | None, ...]
    visits_as: tuple[int | None, ...]


def tabulate(problem: Problem) -> Table:
    """The table of a problem."""
    offers, refusals = sort_fits(problem)
    at: defaultdict[int, list[Offer]] = defaultdict(list)
    pinned: defaultdict[int, list[Offer]] = defaultdict(list)
    for offer in sorted(offers, key=lambda offer: (-offer.value, offer.visitor)):
        at[offer.host].append(offer)
        if offer.pinned:
            pinned[offer.host].append(offer)
    host_of = {host.id: index for index, host in enumerate(problem.hosts)}
    visitor_of = {visitor.id: index for index, visitor in enumerate(problem.visitors)}
    return Table(
        problem=problem,
        offers=offers,
        refusals=refusals,
        at={host: tuple(listed) for host, listed in at.items()},
        of={(offer.visitor, offer.host): offer for offer in offers},
        pinned={host: tuple(listed) for host, listed in pinned.items()},
        days=tuple(
            tuple(
                day for day in hosting_days(host) if all(day in offer.days for offer in pinned.get(index, ()))
            )
            for index, host in enumerate(problem.hosts)
        ),
        caps=tuple(most_visits(problem, visitor) for visitor in range(len(problem.visitors))),
        hosts_as=tuple(host_of.get(visitor.id) for visitor in problem.visitors),
        visits_as=tuple(visitor_of.get(host.id) for host in problem.hosts),
    )


def reasons_apart(problem: Problem) -> dict[tuple[int, int], str]:
    """Why (visitor, host) are kept apart; a decision goes before an earlier visit, which a pin overrides."""
    reasons: dict[tuple[int, int], str] = {}
    for visitor, host, why in problem.apart:
        if reasons.get((visitor, host), EARLIER_VISIT) == EARLIER_VISIT:
            reasons[visitor, host] = why
    return reasons


def most_visits(problem: Problem, visitor: int) -> int:
    """Most visits that a visitor makes: its own wish, within the rules."""
    return min(problem.visitors[visitor].visits, problem.rules.per_visitor)


def hosting_cost(problem: Problem, host: int) -> int:
    """Points against opening a host, for the visits it hosted within the window of terms."""
    return problem.rules.points_per_hosting * problem.hosts[host].hosted


def _forbidden(
    problem: Problem,
    pair: tuple[int, int],
    points: int,
    travel: int,
    days: tuple[int, ...],
    barred: str | None,
) -> Why | None:
    visitor, host = problem.visitors[pair[0]], problem.hosts[pair[1]]
    if points < problem.rules.threshold:
        return Why.HELP
    if visitor.organization_id == host.organization_id:
        return Why.HOME
    if barred is not None:
        return Why.APART
    if host.seats < problem.rules.min_visitors:
        return Why.SEATS
    if travel >= points:
        return Why.TRAVEL
    return None if days else Why.DAY

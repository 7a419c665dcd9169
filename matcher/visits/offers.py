"""Which visits are allowed at all, what each is worth, and which rule forbids the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcher.visits.problem import Problem, distance_km, travel_points, weekdays


@dataclass(frozen=True, slots=True)
class Offer:
    """A visit that no rule forbids. ``value``: help less travel, in points, above 0.
    ``days``: the weekdays that suit both, ascending."""

    visitor: int
    host: int
    value: int
    days: tuple[int, ...]


class Why(StrEnum):
    """Why a listed fit is no offer; the first that holds, in this order."""

    HELP = "help"
    HOME = "home"
    APART = "apart"
    SEATS = "seats"
    TRAVEL = "travel"
    WEEKDAY = "weekday"


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
    """Every listed fit, as an offer or as a refusal; both in the order of (visitor, host)."""
    barred = {(visitor, host): why for visitor, host, why in problem.apart}
    offers, refusals = [], []
    for fit in sorted(problem.fits):
        found = _sort(problem, fit, barred.get(fit[:2]))
        if isinstance(found, Offer):
            offers.append(found)
        else:
            refusals.append(found)
    return tuple(offers), tuple(refusals)


def most_visits(problem: Problem, visitor: int) -> int:
    """Most visits that a visitor makes: its own wish, within the rules."""
    return min(problem.visitors[visitor].visits, problem.rules.per_visitor)


def hosting_cost(problem: Problem, host: int) -> int:
    """Points against opening a host, for the visits it hosted within the window of terms."""
    return problem.rules.points_per_hosting * problem.hosts[host].hosted


def _sort(problem: Problem, fit: tuple[int, int, int], barred: str | None) -> Offer | Refusal:
    visitor, host = problem.visitors[fit[0]], problem.hosts[fit[1]]
    km = distance_km(visitor, host)
    travel = travel_points(km, problem.rules)
    days = tuple(sorted(set(weekdays(visitor)) & set(weekdays(host))))
    forbidden = {
        Why.HELP: fit[2] < problem.rules.threshold,
        Why.HOME: visitor.organization_id == host.organization_id,
        Why.APART: barred is not None,
        Why.SEATS: host.seats < problem.rules.min_visitors,
        Why.TRAVEL: travel >= fit[2],
        Why.WEEKDAY: not days,
    }
    why = next((why for why, holds in forbidden.items() if holds), None)
    if why is None:
        return Offer(fit[0], fit[1], fit[2] - travel, days)
    return Refusal(*fit, why, barred_by=barred or "", km=km or 0, travel=travel)

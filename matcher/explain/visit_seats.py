"""Seating given visitors, whatever it is worth, and then as well as can be: for the question whether they
can all have a visit."""

from __future__ import annotations

from dataclasses import replace

from matcher.explain.visits import hosts_of, solve
from matcher.optimize import Limits
from matcher.visits import check
from matcher.visits.offers import Offer, hosting_cost
from matcher.visits.problem import HELP_MAX, Problem, Solution
from matcher.watch import Watch


def simple(problem: Problem, offers: list[Offer], wanted: frozenset[int], base: int, other: int) -> Problem:
    """Visits worth ``base`` to one of ``wanted``, and with what is left up to ``HELP_MAX`` more for what they
    are truly worth; ``other`` to another."""
    rules = replace(problem.rules, threshold=0, points_per_100_km=0, points_per_hosting=0, per_visitor=1)
    rest = HELP_MAX - base
    fits = tuple(
        (
            each.visitor,
            each.host,
            base + rest * max(0, each.value) // HELP_MAX if each.visitor in wanted else other,
        )
        for each in offers
    )
    return replace(problem, fits=tuple(fit for fit in fits if fit[2]), apart=(), rules=rules)


def held(
    problem: Problem, plan: Solution, wanted: frozenset[int], limits: Limits, watch: Watch, rounds: int
) -> Solution | None:
    """A plan of ``problem`` worth much in which all of ``wanted`` have a visit: those who fall out of its
    best plan are pinned to where they go in ``plan``, in the end all of them. None where it breaks a rule
    that the pins hide."""
    where = hosts_of(plan)
    held: set[tuple[int, int]] = set()
    for number in range(rounds + 1):
        if number == rounds:
            pinned = {visitor for visitor, _ in problem.pins}
            held = {(visitor, where[visitor][0]) for visitor in wanted - pinned}
        asked = replace(problem, pins=tuple(sorted({*problem.pins, *held})))
        best = solve(asked, limits, watch, plan)
        missing = wanted - hosts_of(best).keys()
        if not missing:
            break
        held |= {(visitor, where[visitor][0]) for visitor in missing}
    hidden = any(each.rule == "event value" for each in check.violations(problem, best))
    return None if hidden else best


def never(problem: Problem, offers: tuple[Offer, ...], host: int) -> bool:
    """Whether an event there can never be worth its earlier hostings."""
    best = sorted((each.value for each in offers if each.host == host), reverse=True)
    return sum(best[: problem.hosts[host].seats]) <= hosting_cost(problem, host)

"""Problems of visits with one rule changed: each gives a new problem and leaves the given one."""

from __future__ import annotations

from dataclasses import replace

from matcher.visits.days import weekdays
from matcher.visits.problem import EARLIER_VISIT, Problem


def with_rules(problem: Problem, **changed: int) -> Problem:
    return replace(problem, rules=replace(problem.rules, **changed))


def allow(problem: Problem, pairs: frozenset[tuple[int, int]], earlier: bool) -> Problem:
    """Those pairs may meet that an earlier visit bars, or (not ``earlier``) a decision."""
    apart = (
        (visitor, host, why)
        for visitor, host, why in problem.apart
        if (visitor, host) not in pairs or (why == EARLIER_VISIT) is not earlier
    )
    return replace(problem, apart=tuple(apart))


def seat_more(problem: Problem) -> Problem:
    return replace(problem, hosts=tuple(replace(each, seats=each.seats + 1) for each in problem.hosts))


def any_seats(problem: Problem) -> Problem:
    most = max(1, len(problem.visitors))
    return replace(problem, hosts=tuple(replace(each, seats=max(most, each.seats)) for each in problem.hosts))


def seats(problem: Problem, host: int, seats: int) -> Problem:
    changed = replace(problem.hosts[host], seats=max(seats, problem.hosts[host].seats))
    return replace(problem, hosts=(*problem.hosts[:host], changed, *problem.hosts[host + 1 :]))


def _visitors(problem: Problem, who: tuple[int, ...], **fields: object) -> Problem:
    chosen = set(who)
    changed = (
        replace(each, **fields) if index in chosen else each  # type: ignore[arg-type]
        for index, each in enumerate(problem.visitors)
    )
    return replace(problem, visitors=tuple(changed))


def any_day(problem: Problem, who: tuple[int, ...]) -> Problem:
    return _visitors(problem, who, weekdays=tuple(range(7)), away=())


def day_more(problem: Problem, one: int, day: int) -> Problem:
    days = (*weekdays(problem.visitors[one]), day)
    return _visitors(problem, (one,), weekdays=tuple(sorted(set(days))))


def any_visits(problem: Problem, who: tuple[int, ...]) -> Problem:
    most = max(1, len(problem.hosts))
    return _visitors(with_rules(problem, per_visitor=most), who, visits=most)


def visit_more(problem: Problem) -> Problem:
    """One visit more for each whose wish is the most that the rules allow."""
    most = problem.rules.per_visitor
    raised = (replace(each, visits=most + 1) if each.visits == most else each for each in problem.visitors)
    return replace(with_rules(problem, per_visitor=most + 1), visitors=tuple(raised))

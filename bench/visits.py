"""Measure the visits: value and proof beside greedy and random plans and a plain integer programme.

    python bench/visits.py [--large] [--seconds 60] [--seeds 1 2 3]

Prints one table; all of a row is made from the same network in the same run. ``greedy`` opens, time
after time, the host and day that add most; ``random`` opens and seats as it comes; ``plain`` is HiGHS on
the formulation as one would write it down, given as many seconds by the clock as the product took, at least
one. Networks are drawn at random: towns around forty centres, most hosts also visit, and many give only some
weekdays.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from matcher.optimize import Limits
from matcher.visits.model import solve
from matcher.visits.offers import hosting_cost, most_visits, sort_fits
from matcher.visits.problem import Host, Problem, Visitor, VisitRules


@dataclass(frozen=True)
class Case:
    hosts: int
    visitors: int
    events: int
    per_visitor: int = 1


SMALL = (
    Case(20, 100, events=8),
    Case(20, 100, events=20),
    Case(20, 100, events=20, per_visitor=2),
)
LARGE = (
    Case(200, 2000, events=60),
    Case(200, 2000, events=200),
    Case(200, 2000, events=200, per_visitor=2),
)


def network(case: Case, seed: int) -> Problem:
    """A network whose visitors each fit up to twenty hosts."""
    draw = random.Random(seed)
    centres = [(draw.uniform(30, 47), draw.uniform(-122, -72)) for _ in range(40)]

    def town() -> tuple[float, float]:
        north, east = draw.choice(centres)
        return round(north + draw.gauss(0, 1.2), 4), round(east + draw.gauss(0, 1.5), 4)

    def days() -> tuple[int, ...]:
        return () if draw.random() < 0.4 else tuple(sorted(draw.sample(range(5), draw.randint(1, 4))))

    hosts = tuple(
        Host(f"m{i}", f"o{i}", draw.randint(4, 14), days(), *town(), draw.choice((0, 0, 0, 1, 1, 2)))
        for i in range(case.hosts)
    )
    visiting_hosts = hosts[: case.hosts * 7 // 10]
    visitors = tuple(
        Visitor(h.id, h.organization_id, h.weekdays, h.latitude, h.longitude, draw.randint(1, 2))
        for h in visiting_hosts
    ) + tuple(
        Visitor(
            f"v{i}", f"o{draw.randrange(case.hosts + case.visitors)}", days(), *town(), draw.randint(1, 2)
        )
        for i in range(case.visitors - len(visiting_hosts))
    )
    fits = tuple(
        (visitor, host, int(draw.betavariate(2.5, 3) * 1000))
        for visitor in range(case.visitors)
        for host in draw.sample(range(case.hosts), min(20, case.hosts))
    )
    apart = tuple((visitor, host, "a ban") for visitor, host, _ in fits if draw.random() < 0.02)
    return Problem(hosts, visitors, fits, apart, VisitRules(events=case.events, per_visitor=case.per_visitor))


def plain(problem: Problem, seconds: float) -> tuple[float, float]:
    """Value and bound of HiGHS on one variable a seat and one an event."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    held: dict[tuple[int, int], mathopt.Variable] = {}
    at, of_visitor, on_day, at_host = (defaultdict(list) for _ in range(4))
    gain = []
    for offer in sort_fits(problem)[0]:
        for day in offer.days:
            event = (offer.host, day)
            if event not in held:
                held[event] = model.add_binary_variable()
                at_host[offer.host].append(held[event])
            seat = model.add_binary_variable()
            model.add_linear_constraint(seat <= held[event])
            at[event].append(seat)
            of_visitor[offer.visitor].append(seat)
            on_day[offer.visitor, day].append(seat)
            gain.append(offer.value * seat)
    visitor_of = {visitor.id: index for index, visitor in enumerate(problem.visitors)}
    for (host, day), event in held.items():
        seats = mathopt.fast_sum(at[host, day])
        model.add_linear_constraint(seats <= problem.hosts[host].seats * event)
        model.add_linear_constraint(seats >= problem.rules.min_visitors * event)
        gain.append(-hosting_cost(problem, host) * event)
        own = visitor_of.get(problem.hosts[host].id)
        if (own, day) in on_day:
            on_day[own, day].append(event)
    for listed in (*at_host.values(), *on_day.values()):
        model.add_linear_constraint(mathopt.fast_sum(listed) <= 1)
    for visitor, listed in of_visitor.items():
        model.add_linear_constraint(mathopt.fast_sum(listed) <= most_visits(problem, visitor))
    model.add_linear_constraint(mathopt.fast_sum(held.values()) <= problem.rules.events)
    model.maximize(mathopt.fast_sum(gain))
    limit = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), relative_gap_tolerance=0.0, absolute_gap_tolerance=0.9
    )
    bounds = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limit).termination.objective_bounds
    return max(0.0, bounds.primal_bound), bounds.dual_bound


def row(case: Case, seed: int, seconds: float) -> str:
    problem = network(case, seed)
    began = time.process_time()
    found = solve(problem, Limits(seconds, seed))
    taken = time.process_time() - began
    began = time.process_time()
    value, bound = plain(problem, max(1.0, found.seconds))
    plain_taken = time.process_time() - began
    shares = {each.name: each.objective / found.bound for each in found.baselines}
    size = f"{case.hosts} x {case.visitors}, {case.events} events, {case.per_visitor} each"
    gap = f"{max(0.0, bound - value) / bound:>8.2%}" if bound < 1e9 else f"{'none':>8}"
    return (
        f"{size:<33} {seed:>4} {found.objective / found.bound:>9.5f} {shares['greedy']:>7.3f} "
        f"{shares['random']:>7.3f} {value / found.bound:>7.3f} {found.gap:>9.4%} {gap} "
        f"{'proven' if found.gap == 0 else 'cut' if found.cut_short else 'open':>7} {taken:>7.1f} "
        f"{plain_taken:>7.1f} {found.seconds:>7.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--large", action="store_true", help="200 hosts and 2,000 visitors")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    given = parser.parse_args()
    print(
        f"{'hosts x visitors':<33} {'seed':>4} {'product/b':>9} {'greedy':>7} {'random':>7} {'plain':>7} "
        f"{'gap':>9} {'plain':>8} {'':>7} {'cpu s':>7} {'plain':>7} {'clock s':>7}"
    )
    for case in LARGE if given.large else SMALL:
        for seed in given.seeds:
            print(row(case, seed, given.seconds), flush=True)


if __name__ == "__main__":
    main()

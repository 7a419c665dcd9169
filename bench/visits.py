"""Measure the visits: value against a greedy plan and against the proven bound.

    python bench/visits.py [--seconds 60] [--seed 1]

Prints one table. Both plans are made from the same network in the same run: ``greedy`` opens,
time after time, the host and weekday that add most. Networks are drawn at random: towns
around forty centres, most hosts also visit, and many give only some weekdays.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass

from matcher.optimize import Limits
from matcher.visits.model import solve
from matcher.visits.offers import sort_fits
from matcher.visits.plan import Plan, by_host
from matcher.visits.problem import Host, Problem, Visitor, VisitRules


@dataclass(frozen=True)
class Case:
    hosts: int
    visitors: int
    events: int
    per_visitor: int = 1


CASES = (
    Case(20, 100, events=8),
    Case(20, 100, events=20),
    Case(20, 100, events=20, per_visitor=2),
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


def row(case: Case, seed: int, seconds: float) -> str:
    problem = network(case, seed)
    started = time.perf_counter()
    greedy = Plan(problem, by_host(sort_fits(problem)[0]))
    greedy.fill()
    greedy_seconds = time.perf_counter() - started
    started = time.perf_counter()
    found = solve(problem, Limits(seconds, seed))
    taken = time.perf_counter() - started
    size = f"{case.hosts} x {case.visitors}, {case.events} events, {case.per_visitor} each"
    return (
        f"{size:<34} {greedy.value() / found.bound:>8.4f} {found.objective / found.bound:>9.5f} "
        f"{found.objective / greedy.value():>9.4f} {found.gap:>9.4%} {found.status.value:>9} "
        f"{greedy_seconds:>9.2f} {taken:>8.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        f"{'hosts x visitors':<34} {'greedy/b':>8} {'product/b':>9} {'prod/grdy':>9} {'gap':>9} "
        f"{'status':>9} {'greedy s':>9} {'product s':>8}"
    )
    for case in CASES:
        print(row(case, given.seed, given.seconds), flush=True)


if __name__ == "__main__":
    main()

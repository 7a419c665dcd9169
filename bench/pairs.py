"""Pairs: how long the proven optimum takes, and what it is worth beside simpler and other ways.

``python bench/pairs.py [members ...]`` prints one table. Times are of the processor, medians of three runs
up to 2,000 members and of one above, after a small solve that compiles what has to be compiled. The
networks are generated: statements are vectors around topics, members are linked to their nearest, and
organizations, bans, earlier meetings, pins, hours, groups and facilitators are drawn from a fixed seed.
"Plain" is the variant that matching libraries can solve: one pair each, no facilitators, groups or pins.
Each line is measured in a process of its own; its memory is the most it took until ours was solved.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx

from matcher.domain import Facilitator, Member, Slot
from matcher.optimize import Limits
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairGroup, PairMember, PairRules, Problem
from matcher.pairing.programme import possible_edges

SIZES = (200, 1000, 2000, 5000, 20000)
LARGEST_NETWORKX, LARGEST_RUSTWORKX, LARGEST_REPEATED = 1000, 5000, 2000
SECONDS = 60.0
NEIGHBOURS = 20
#: Members whose cosines with all others are held at once.
BLOCK = 500
RUNS = 3
#: Pairs a term that the members of one organization take together.
PER_ORGANIZATION = 6
WEEK = date(2026, 1, 12)
#: Time zones about as often as states lie in them.
ZONES = {
    "America/New_York": 22,
    "America/Chicago": 17,
    "America/Denver": 6,
    "America/Phoenix": 1,
    "America/Los_Angeles": 4,
    "America/Anchorage": 1,
    "Pacific/Honolulu": 1,
}
WORKING = [Slot(day, half) for day in range(5) for half in ("am", "pm")]
HEADER = (
    "rules",
    "members",
    "possible",
    "CPU s",
    "placed",
    "of at most",
    "total",
    "bound",
    "gap",
    "greedy placed",
    "greedy total",
    "rustworkx s",
    "ours/rustworkx",
    "networkx/ours",
    "peak MB",
)


def network(size: int, seed: int = 1) -> Problem:
    """A problem of ``size`` members with 2.5 statements each and all the rules in use."""
    rnd = random.Random(seed)
    states = rnd.choices(list(ZONES), list(ZONES.values()), k=50)
    organizations = [(f"o{i}", rnd.randrange(50)) for i in range(max(2, size // 3))]
    members, groups = [], defaultdict(list)
    for index in range(size):
        organization, state = rnd.choice(organizations)
        slots = tuple(rnd.sample(WORKING, rnd.randint(2, 6))) if rnd.random() < 0.8 else ()
        hours = Member(str(index), "", organization, timezone=states[state], slots=slots).utc_hours(WEEK)
        wanted = rnd.choices((1, 2, 3), (6, 3, 1))[0]
        members.append(PairMember(f"m{index}", organization, f"s{state}", wanted=wanted, hours=hours))
        groups[organization].append(index)
    candidates = nearest(size, seed)
    drawn = rnd.sample(candidates, len(candidates) // 10)
    pairs = [(a, b) for a, b, _ in drawn]
    staff = []
    for index in range(max(2, size // 40)):
        zone = rnd.choice(states)
        free = Facilitator("", "", zone, tuple(rnd.sample(WORKING, 5))).utc_hours(WEEK)
        staff.append(PairFacilitator(f"f{index}", 25, free))
    problem = Problem(
        members=tuple(members),
        candidates=tuple(candidates),
        rules=PairRules(threshold=150),
        bans=tuple(pairs[: size // 50]),
        met=tuple(pairs[size // 50 :]),
        facilitators=tuple(staff),
        groups=tuple(
            PairGroup(name, tuple(inside), PER_ORGANIZATION) for name, inside in groups.items() if inside[1:]
        ),
    )
    return replace(problem, pins=apart(problem, size // 200))


def apart(problem: Problem, count: int) -> tuple[tuple[int, int], ...]:
    """So many possible pairs, no two of them of one member or organization."""
    seen: set[str] = set()
    pins: list[tuple[int, int]] = []
    for a, b in possible_edges(problem).ends.tolist():
        both = {problem.members[index].organization_id for index in (a, b)}
        if len(pins) < count and not both & seen:
            seen |= both
            pins.append((a, b))
    return tuple(pins)


def nearest(size: int, seed: int) -> list[tuple[int, int, int]]:
    """Members whose closest statements are among the nearest, with 1000 times their cosine."""
    rng = np.random.default_rng(seed)
    statements, topics, width = size * 5 // 2, max(4, size // 40), 48
    centres = rng.normal(size=(topics, width))
    vectors = centres[rng.integers(topics, size=statements)] + rng.normal(size=(statements, width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owner = np.concatenate([np.arange(size), rng.integers(size, size=statements - size)])
    order = np.argsort(owner, kind="stable")
    vectors = vectors[order].astype(np.float32)
    begins = np.append(np.searchsorted(owner[order], np.arange(size)), statements)
    found: dict[tuple[int, int], int] = {}
    for first in range(0, size, BLOCK):
        members = np.arange(first, min(size, first + BLOCK))
        own = slice(begins[first], begins[members[-1] + 1])
        cosine = np.maximum.reduceat(vectors[own] @ vectors.T, begins[:-1], axis=1)
        cosine = np.maximum.reduceat(cosine, begins[members] - begins[first], axis=0)
        cosine[members - first, members] = -1.0
        near = np.argpartition(-cosine, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        for a, row, closest in zip(members.tolist(), near, cosine, strict=True):
            for b in row.tolist():
                found[min(a, b), max(a, b)] = int(np.clip(1000 * closest[b], 0, 1000))
    return [(a, b, score) for (a, b), score in sorted(found.items())]


def plain(problem: Problem) -> Problem:
    """The problem with one pair each, and without what matching libraries do not know."""
    members = tuple(replace(each, wanted=1) for each in problem.members)
    return replace(problem, members=members, facilitators=(), groups=(), pins=())


def timed(run: Callable[[], Any], size: int) -> tuple[float, Any]:
    """Median seconds of the processor, and what the last run gave."""
    seconds, answer = [], None
    for _ in range(RUNS if size <= LARGEST_REPEATED else 1):
        started = time.process_time()
        answer = run()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), answer


def row(variant: str, size: int) -> tuple[str, ...]:
    problem = network(size) if variant == "all" else plain(network(size))
    solve(Problem((PairMember("a", "a"), PairMember("b", "b")), ((0, 1, 1),)))
    ours, solution = timed(lambda: solve(problem, Limits(SECONDS)), size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    edges = possible_edges(problem)
    table = [(a, b, w) for (a, b), w in zip(edges.ends.tolist(), edges.affinity.tolist(), strict=True)]
    greedy = next(each for each in solution.baselines if each.name == "greedy")
    rust, theirs, slower = "-", "-", "-"
    if variant == "plain" and size <= LARGEST_RUSTWORKX:
        graph = rx.PyGraph()
        graph.add_nodes_from(range(size))
        graph.add_edges_from(table)
        seconds, chosen = timed(
            lambda: rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int), size
        )
        worth = {(a, b): w for a, b, w in table}
        same = (2 * len(chosen), sum(worth[min(pair), max(pair)] for pair in chosen))
        rust, theirs = f"{seconds:.2f}", f"{ours / seconds:.2f}"
        if same != (solution.placed, solution.objective):
            theirs += f" (differs: {same})"
    if variant == "plain" and size <= LARGEST_NETWORKX:
        other: nx.Graph[int] = nx.Graph()
        other.add_weighted_edges_from(table)
        started = time.process_time()
        nx.max_weight_matching(other, maxcardinality=True)
        slower = f"{(time.process_time() - started) / ours:.0f}x"
    return (
        variant,
        f"{size:,}",
        f"{len(table):,}",
        f"{ours:.2f}",
        str(solution.placed),
        str(solution.placed_bound),
        str(solution.objective),
        str(solution.bound),
        f"{solution.gap:.5%}",
        f"{greedy.placed / max(1, solution.placed):.3f}",
        f"{greedy.objective / max(1, solution.objective):.3f}",
        rust,
        theirs,
        slower,
        f"{peak:,}",
    )


def main(sizes: list[int]) -> None:
    lines = [(variant, size) for variant in ("plain", "all") for size in sizes]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as children:
        table = [HEADER, *children.map(row, *zip(*lines, strict=True))]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))

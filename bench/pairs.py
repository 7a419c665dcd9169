"""Pairs: how long the proven optimum takes, and what it is worth beside simpler ways.

``python bench/pairs.py [members ...]`` prints one table; times are medians of three runs. The
networks are generated: statements are vectors around topics, members are linked to their nearest,
and organizations, bans, earlier meetings, hours and facilitators are drawn from a fixed seed.
"Plain" is the variant that matching libraries can solve: one pair each and no facilitators.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx

from matcher.domain import Facilitator, Member, Slot
from matcher.optimize import Limits
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairMember, PairRules, Problem, Solution
from matcher.pairing.programme import Edges, possible_edges
from matcher.pairing.staff import Roster

SIZES = (200, 1000, 2000)
LARGEST_NETWORKX = 400
NEIGHBOURS = 20
#: Members whose cosines with all others are held at once.
BLOCK = 500
RUNS = 3
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
    "members",
    "possible",
    "seconds",
    "placed",
    "of at most",
    "objective",
    "bound",
    "gap",
    "greedy placed",
    "greedy total",
    "plain/rustworkx time",
    "value",
    "plain/networkx time",
    "value",
)


def network(size: int, seed: int = 1) -> Problem:
    """A problem of ``size`` members with 2.5 statements each and all the rules in use."""
    rnd = random.Random(seed)
    states = rnd.choices(list(ZONES), list(ZONES.values()), k=50)
    organizations = [(f"o{i}", rnd.randrange(50)) for i in range(max(2, size // 3))]
    members = []
    for index in range(size):
        organization, state = rnd.choice(organizations)
        slots = tuple(rnd.sample(WORKING, rnd.randint(2, 6))) if rnd.random() < 0.8 else ()
        hours = Member(str(index), "", organization, timezone=states[state], slots=slots).utc_hours(WEEK)
        wanted = rnd.choices((1, 2, 3), (6, 3, 1))[0]
        members.append(PairMember(f"m{index}", organization, f"s{state}", wanted=wanted, hours=hours))
    candidates = nearest(size, seed)
    drawn = rnd.sample(candidates, len(candidates) // 10)
    pairs = [(a, b) for a, b, _ in drawn]
    staff = []
    for index in range(max(2, size // 40)):
        zone = rnd.choice(states)
        free = Facilitator("", "", zone, tuple(rnd.sample(WORKING, 5))).utc_hours(WEEK)
        staff.append(PairFacilitator(f"f{index}", 25, free))
    return Problem(
        members=tuple(members),
        candidates=tuple(candidates),
        rules=PairRules(threshold=150),
        bans=tuple(pairs[: size // 50]),
        met=tuple(pairs[size // 50 :]),
        facilitators=tuple(staff),
    )


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


def greedy(problem: Problem) -> tuple[int, int]:
    """Members placed and total affinity where the best pair that still fits is always taken next."""
    edges = possible_edges(problem)
    left = [member.wanted for member in problem.members]
    roster = Roster([each.capacity for each in problem.facilitators])
    total = 0
    for edge in np.argsort(-edges.affinity, kind="stable"):
        a, b = edges.ends[edge].tolist()
        if left[a] and left[b] and roster.add(edges.class_members[edges.classes[edge]]):
            left[a] -= 1
            left[b] -= 1
            total += int(edges.affinity[edge])
    return sum(had.wanted > rest for had, rest in zip(problem.members, left, strict=True)), total


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Median seconds of the runs, and what the last one gave."""
    seconds, answer = [], None
    for _ in range(RUNS):
        started = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), answer


def against(plain: Problem, edges: Edges, library: str) -> tuple[str, str]:
    """Time and value of ours over the library's, on the plain variant."""
    table = [(a, b, w) for (a, b), w in zip(edges.ends.tolist(), edges.affinity.tolist(), strict=True)]
    worth = {(a, b): w for a, b, w in table}
    if library == "rustworkx":
        graph = rx.PyGraph()
        graph.add_nodes_from(range(len(plain.members)))
        graph.add_edges_from(table)
        theirs, chosen = timed(lambda: rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))
    else:
        other: nx.Graph[int] = nx.Graph()
        other.add_weighted_edges_from(table)
        theirs, chosen = timed(lambda: nx.max_weight_matching(other, maxcardinality=True))
    value = sum(worth[min(pair), max(pair)] for pair in chosen)
    ours, solution = timed(lambda: solve(plain, Limits()))
    same = solution.placed == 2 * len(chosen)
    return f"{ours / theirs:.2f}", f"{solution.objective / value:.4f}" + ("" if same else " (fewer placed)")


def row(size: int) -> tuple[str, ...]:
    problem = network(size)
    seconds, solution = timed(lambda: solve(problem, Limits()))
    assert isinstance(solution, Solution)
    placed, total = greedy(problem)
    plain = replace(
        problem, members=tuple(replace(each, wanted=1) for each in problem.members), facilitators=()
    )
    edges = possible_edges(plain)
    small = size <= LARGEST_NETWORKX
    return (
        str(size),
        str(len(edges.affinity)),
        f"{seconds:.2f}",
        str(solution.placed),
        str(solution.placed_bound),
        str(solution.objective),
        str(solution.bound),
        f"{solution.gap:.5f}",
        f"{solution.placed / max(1, placed):.3f}x",
        f"{solution.objective / max(1, total):.3f}x",
        *against(plain, edges, "rustworkx"),
        *(against(plain, edges, "networkx") if small else ("-", "-")),
    )


def main(sizes: list[int]) -> None:
    table = [HEADER, *(row(size) for size in sizes)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))

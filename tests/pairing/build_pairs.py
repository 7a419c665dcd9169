"""Random pairing problems, and the optimum of the tiniest by trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import networkx as nx

from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours
from matcher.pairing.problem import PairFacilitator, PairMember, PairRules, Problem


def member(name: object, **given: Any) -> PairMember:
    """A member of its own organization."""
    return PairMember(str(name), given.pop("organization_id", f"org {name}"), **given)


def plain(graph: nx.Graph[int], top: int, rnd: random.Random) -> Problem:
    """One pair each and nothing else: what matching libraries solve."""
    edges = sorted((min(a, b), max(a, b)) for a, b in graph.edges if a != b)
    return Problem(
        members=tuple(member(index) for index in range(graph.number_of_nodes())),
        candidates=tuple((a, b, rnd.randint(1, top)) for a, b in edges),
    )


def graphs(rnd: random.Random, size: int) -> Iterator[tuple[str, nx.Graph[int]]]:
    """One graph of every shape, of about ``size`` members."""
    seed = rnd.randrange(10**6)
    yield "dense", nx.gnp_random_graph(min(size, 40), 0.8, seed=seed)
    yield "complete", nx.complete_graph(min(size, 25))
    yield "sparse", nx.gnp_random_graph(size, min(1.0, 2.5 / size), seed=seed)
    yield "middling", nx.gnp_random_graph(size, min(1.0, 6 / size), seed=seed)
    lengths = [rnd.choice((3, 5, 7)) for _ in range(max(1, size // 5))]
    yield "odd cycles", nx.disjoint_union_all([nx.cycle_graph(length) for length in lengths])
    yield "regular", nx.random_regular_graph(3, size + size % 2 + 4, seed=seed)
    yield "caveman", nx.connected_caveman_graph(max(2, size // 5), rnd.choice((3, 5)))
    yield "disconnected", nx.disjoint_union(nx.complete_graph(5), nx.star_graph(max(1, size - 6)))
    yield "tree", nx.random_labeled_tree(size, seed=seed)
    yield "no pair", nx.empty_graph(size)


def tiny(rnd: random.Random) -> Problem:
    """At most six members, with every rule in use now and then."""
    size = rnd.randint(2, 6)

    def hours(share: float) -> tuple[int, ...]:
        return tuple(sorted(rnd.sample(range(4), rnd.randint(1, 2)))) if rnd.random() < share else ()

    often = rnd.choice((0.0, 0.5))
    members = tuple(
        PairMember(
            str(index),
            f"org {rnd.randrange(2 * size)}",
            rnd.choice("ABC"),
            rnd.choice("xxy"),
            rnd.choice("ssd"),
            rnd.choice((0, 1, 1, 2, 3)),
            hours(often),
        )
        for index in range(size)
    )
    both = list(combinations(range(size), 2))
    staff = tuple(
        PairFacilitator(f"f{index}", rnd.randint(0, 3), hours(0.6)) for index in range(rnd.randint(0, 3))
    )
    top = rnd.choice((1, 5, 1000))
    return Problem(
        members,
        tuple((a, b, rnd.randint(0, top)) for a, b in both if rnd.random() < 0.8),
        PairRules(rnd.choice((0, 0, top // 3)), rnd.random() < 0.2, rnd.random() < 0.2, rnd.random() < 0.2),
        bans=tuple(pair for pair in both if rnd.random() < 0.1),
        met=tuple(pair for pair in both if rnd.random() < 0.1),
        pins=tuple(pair[::-1] for pair in both if rnd.random() < rnd.choice((0.0, 0.0, 0.1))),
        facilitators=staff,
    )


def convenable(capacities: tuple[int, ...], able: list[tuple[int, ...]]) -> bool:
    """Whether each pair can have one of its facilitators, by trying all."""
    if not able:
        return True
    return any(
        capacities[each] > 0
        and convenable(tuple(c - (i == each) for i, c in enumerate(capacities)), able[1:])
        for each in able[0]
    )


def brute_force(problem: Problem) -> tuple[int, int] | None:
    """The most members placed and then the most affinity; None where the pins cannot be kept."""
    bars = Bars.of(problem)
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    known |= {pin: known.get(pin, 0) for pin in bars.pins}
    pairs = [
        (pair, affinity) for pair, affinity in known.items() if not barred(problem, bars, *pair, affinity)
    ]
    capacities = tuple(each.capacity for each in problem.facilitators)
    best: tuple[int, int] | None = None

    def grow(at: int, chosen: list[tuple[int, int]], left: list[int], total: int) -> None:
        nonlocal best
        able = [able_facilitators(problem, shared_hours(problem, *pair)) for pair in chosen]
        if problem.facilitators and not convenable(capacities, able):
            return
        if bars.pins <= set(chosen):
            value = (len({index for pair in chosen for index in pair}), total)
            best = value if best is None else max(best, value)
        for index in range(at, len(pairs)):
            (a, b), affinity = pairs[index]
            if left[a] and left[b]:
                left[a] -= 1
                left[b] -= 1
                grow(index + 1, [*chosen, (a, b)], left, total + affinity)
                left[a] += 1
                left[b] += 1

    grow(0, [], [each.wanted for each in problem.members], 0)
    return best

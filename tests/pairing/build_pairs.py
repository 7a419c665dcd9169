"""Random pairing problems, and the optimum of the tiniest by trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import networkx as nx

from matcher.optimize import Status
from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours, violations
from matcher.pairing.problem import PairFacilitator, PairGroup, PairMember, PairRules, Problem, Solution


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
    half = max(2, size // 2)
    yield "bipartite", nx.bipartite.random_graph(half, half + 1, min(1.0, 4 / half), seed=seed)
    yield "bridged cliques", bridged(rnd, size)
    yield "no pair", nx.empty_graph(size)


def bridged(rnd: random.Random, size: int) -> nx.Graph[int]:
    """Cliques in a row, each joined to the next by one pair."""
    graph: nx.Graph[int] = nx.Graph()
    while graph.number_of_nodes() < size:
        begin, count = graph.number_of_nodes(), rnd.choice((3, 4, 5, 7))
        graph.add_edges_from(combinations(range(begin, begin + count), 2))
        if begin:
            graph.add_edge(rnd.randrange(begin), rnd.randrange(begin, begin + count))
    return graph


def blossoms(rnd: random.Random, depth: int, joined: int = 1) -> Problem:
    """Odd cycles around odd cycles, the inner ones heavier, with tails: what a blossom algorithm has to
    shrink, nest, relabel and open again.

    Each level leads a path of new members from one member of what is there back to another or the same,
    so that with the inside shrunk to one it is an odd cycle. Tails of one to three pairs hang on some
    members, so that the search enters a blossom from different sides: by an even path, where it is
    labelled S, by an odd one, where it is labelled T and must be opened. Weights fall from level to level,
    by so little that the duals of neighbouring levels run out in the wrong order now and then.
    """
    pairs: dict[tuple[int, int], int] = {}
    size = 0

    def add(a: int, b: int, weight: int) -> None:
        pairs.setdefault((min(a, b), max(a, b)), max(1, weight))

    def path(begin: int, length: int, weight: int, end: int | None = None) -> None:
        nonlocal size
        for _ in range(length - (end is not None)):
            add(begin, size, weight + rnd.randint(-2, 2))
            begin, size = size, size + 1
        if end is not None:
            add(begin, end, weight + rnd.randint(-2, 2))

    for _ in range(joined):
        first, top = size, rnd.randint(40, 60)
        size += 1
        for level in range(depth):
            inside = range(first, size)
            begin, end = rnd.choice(inside), rnd.choice(inside)
            path(begin, rnd.choice((3, 3, 5)), top - rnd.choice((1, 3, 8)) * level, end)
        for _ in range(rnd.randint(1, 4)):
            path(rnd.randrange(first, size), rnd.randint(1, 3), top - rnd.choice((5, 15, 30)))
        if first:
            add(rnd.randrange(first), rnd.randrange(first, size), rnd.randint(1, 40))
    names = rnd.sample(range(size), size)
    candidates = {tuple(sorted((names[a], names[b]))): weight for (a, b), weight in pairs.items()}
    return Problem(
        tuple(map(member, range(size))), tuple(sorted((a, b, w) for (a, b), w in candidates.items()))
    )


def tiny(rnd: random.Random, *, fair: bool | None = None) -> Problem:
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
    groups = tuple(
        PairGroup(
            f"g{index}", tuple(sorted(rnd.sample(range(size), rnd.randint(1, size)))), rnd.randint(0, 4)
        )
        for index in range(rnd.choice((0, 0, 1, 2)))
    )
    top = rnd.choice((1, 5, 1000))
    return Problem(
        members,
        tuple((a, b, rnd.randint(0, top)) for a, b in both if rnd.random() < 0.8),
        PairRules(
            rnd.choice((0, 0, top // 3)),
            rnd.random() < 0.2,
            rnd.random() < 0.2,
            rnd.random() < 0.2,
            rnd.random() < 0.5 if fair is None else fair,
        ),
        bans=tuple(pair for pair in both if rnd.random() < 0.1),
        met=tuple(pair for pair in both if rnd.random() < 0.1),
        pins=tuple(pair[::-1] for pair in both if rnd.random() < rnd.choice((0.0, 0.0, 0.1))),
        facilitators=staff,
        groups=groups,
    )


Plan = tuple[tuple[int, int], ...]


def convenable(capacities: tuple[int, ...], able: list[tuple[int, ...]]) -> bool:
    """Whether each pair can have one of its facilitators, by trying all."""
    if not able:
        return True
    return any(
        capacities[each] > 0
        and convenable(tuple(c - (i == each) for i, c in enumerate(capacities)), able[1:])
        for each in able[0]
    )


def plans(problem: Problem) -> Iterator[Plan]:
    """Every plan that the rules allow, as the pairs it takes; none where the pins cannot be kept."""
    bars = Bars.of(problem)
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    known |= {pin: known.get(pin, 0) for pin in bars.pins}
    pairs = [pair for pair, affinity in known.items() if not barred(problem, bars, *pair, affinity)]
    capacities = tuple(each.capacity for each in problem.facilitators)

    def grow(at: int, chosen: Plan, left: list[int]) -> Iterator[Plan]:
        able = [able_facilitators(problem, shared_hours(problem, *pair)) for pair in chosen]
        taken = [each.wanted - rest for each, rest in zip(problem.members, left, strict=True)]
        if any(sum(taken[i] for i in group.members) > group.capacity for group in problem.groups):
            return
        if problem.facilitators and not convenable(capacities, able):
            return
        if bars.pins <= set(chosen):
            yield chosen
        for index in range(at, len(pairs)):
            a, b = pairs[index]
            if left[a] and left[b]:
                less = [each - (i in (a, b)) for i, each in enumerate(left)]
                yield from grow(index + 1, (*chosen, (a, b)), less)

    yield from grow(0, (), [each.wanted for each in problem.members])


def worth(problem: Problem, pairs: Plan) -> tuple[int, ...]:
    """The stages of a plan: placed, where fair what the worst-off without a pin gains, and the total."""
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    best: dict[int, int] = {}
    for pair in pairs:
        for index in pair:
            best[index] = max(best.get(index, 0), known.get(pair, 0))
    free = set(best) - {index for pin in problem.pins for index in pin}
    floor = (min((best[index] for index in free), default=0),) if problem.rules.fair else ()
    return (len(best), *floor, sum(known.get(pair, 0) for pair in pairs))


def brute_force(problem: Problem) -> tuple[int, ...] | None:
    """The best worth of a plan; None where the pins cannot be kept."""
    return max((worth(problem, pairs) for pairs in plans(problem)), default=None)


def assert_bounds_hold(problem: Problem, solution: Solution) -> None:
    """No plan is above the bound of a stage that does as well as the solution in the stages before it."""
    reached = [stage.reached for stage in solution.stages]
    bounds = [stage.bound for stage in solution.stages]
    for plan in plans(problem):
        figures = worth(problem, plan)
        for stage, (figure, bound) in enumerate(zip(figures, bounds, strict=True)):
            as_well = all(a >= b for a, b in zip(figures[:stage], reached[:stage], strict=True))
            assert not as_well or figure <= bound


def assert_optimal(problem: Problem, solution: Solution, best: tuple[int, ...]) -> None:
    """The plan is sound, of that worth stage by stage, and proven."""
    assert violations(problem, solution) == []
    assert tuple(stage.reached for stage in solution.stages) == best
    assert tuple(stage.bound for stage in solution.stages) == best
    assert (solution.placed, solution.objective, solution.gap) == (best[0], best[-1], 0.0)
    assert solution.status is Status.OPTIMAL
    assert not solution.cut_short

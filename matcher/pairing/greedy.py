"""Taking pairs one by one in a given order, as long as the rules allow: what simpler ways would do."""

from __future__ import annotations

import numpy as np

from matcher.outcome import Baseline
from matcher.pairing.problem import Problem
from matcher.pairing.programme import Edges, Ints
from matcher.pairing.staff import Roster


def fill(problem: Problem, edges: Edges, order: Ints) -> Ints:
    """The pairs (m,), 0 or 1, that are taken when the pins are, and then each in ``order`` that still fits.

    What is given is a plan that no pair of ``order`` can be added to.
    """
    chosen = np.zeros(len(edges.affinity), dtype=np.int64)
    left = [member.wanted for member in problem.members]
    room = [group.capacity for group in problem.groups]
    groups: list[tuple[int, ...]] = [()] * len(left)
    for index, group in enumerate(problem.groups):
        for member in group.members:
            groups[member] += (index,)
    roster = Roster([each.capacity for each in problem.facilitators])
    ends, classes = edges.ends.tolist(), edges.classes.tolist()
    for edge in (*np.flatnonzero(edges.pinned).tolist(), *order[~edges.pinned[order]].tolist()):
        a, b = ends[edge]
        touched = groups[a] + groups[b]
        if not (left[a] and left[b]) or any(room[each] < touched.count(each) for each in touched):
            continue
        if problem.facilitators and not roster.add(edges.class_members[classes[edge]]):
            continue
        left[a] -= 1
        left[b] -= 1
        for each in touched:
            room[each] -= 1
        chosen[edge] = 1
    return chosen


def baselines(problem: Problem, edges: Edges, seed: int) -> tuple[Baseline, ...]:
    """What two simpler ways reach under the same rules, fairness left aside: taking the best pair that
    still fits, and taking any (drawn from ``seed``)."""
    best_first = np.argsort(-edges.affinity, kind="stable")
    any_first = np.random.default_rng(seed).permutation(len(edges.affinity))
    found = []
    for name, order in (("greedy", best_first), ("random", any_first)):
        chosen = fill(problem, edges, order)
        placed = len(np.unique(edges.ends[chosen > 0]))
        found.append(Baseline(name, placed, int(edges.affinity @ chosen)))
    return tuple(found)

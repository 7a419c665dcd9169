"""Who convenes which pair, with loads as even as they can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from matcher.optimize import ContradictionError
from matcher.pairing.problem import Problem

#: The facilitators who could convene a pair, ascending.
Able = tuple[int, ...]


class Roster:
    """Pairs with their facilitators, while pairs are added one by one.

    A new pair ends with the least loaded facilitator that can be reached by handing pairs on. That
    is the shortest augmenting path of a flow with convex costs, and so after each addition the sum
    of squared loads is the least there is (Harvey, Ladner, Lovász and Tamir, "Semi-matchings for
    bipartite graphs and load balancing", J. Algorithms 59, 2006). A pair is refused only where no
    way of handing pairs on makes room.
    """

    def __init__(self, capacities: Sequence[int]) -> None:
        self.convener: list[int] = []
        self._capacities = tuple(capacities)
        self._working = sum(each > 0 for each in self._capacities)
        self._load = [0] * len(self._capacities)
        self._refused: set[Able] = set()
        self._held: list[defaultdict[Able, list[int]]] = [defaultdict(list) for _ in self._capacities]

    def add(self, able: Able) -> bool:
        """Take in a pair that the facilitators ``able`` could convene; False where there is no room."""
        if able in self._refused:
            return False
        reached = self._reached(able)
        roomy = self._roomy(reached)
        if not roomy:  # what it reaches is full and closed, and stays so
            self._refused.add(able)
            return False
        taker = min(roomy, key=lambda each: (self._load[each], each))
        self._load[taker] += 1
        while (step := reached[taker]) is not None:
            giver, kind = step
            pair = self._held[giver][kind].pop()
            self._held[taker][kind].append(pair)
            self.convener[pair] = taker
            taker = giver
        self._held[taker][able].append(len(self.convener))
        self.convener.append(taker)
        return True

    def fits(self, able: Able) -> bool:
        """Whether :meth:`add` would take the pair in."""
        return able not in self._refused and bool(self._roomy(self._reached(able)))

    def _reached(self, able: Able) -> dict[int, tuple[int, Able] | None]:
        """The facilitators who are able or can hand a pair on towards one who is: from whom, and what."""
        reached: dict[int, tuple[int, Able] | None] = dict.fromkeys(able)
        seen, queue = {able}, list(able)
        for here in queue:
            for kind, pairs in self._held[here].items():
                if pairs and kind not in seen:
                    seen.add(kind)
                    fresh = [there for there in kind if there not in reached]
                    reached |= dict.fromkeys(fresh, (here, kind))
                    queue.extend(fresh)
                    if len(reached) == self._working:  # there is nobody more to reach
                        return reached
        return reached

    def _roomy(self, reached: Iterable[int]) -> list[int]:
        return [each for each in reached if self._load[each] < self._capacities[each]]


def staffing(problem: Problem, able: Sequence[Able]) -> list[int]:
    """A facilitator for each pair, given those able to convene it, so that loads are even.

    Raises ContradictionError where they cannot all be convened.
    """
    roster = Roster([each.capacity for each in problem.facilitators])
    if not all(roster.add(each) for each in able):
        raise ContradictionError
    return roster.convener

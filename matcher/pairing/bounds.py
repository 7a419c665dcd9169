"""Bounds of a plan that was changed by hand: at once, and so from little.

The bounds of the plan before hold on where its problem has only become tighter and the plan does as
well as before in the earlier stages, for each bound is on plans that do. Where it places fewer, or its
worst-off gains less, the price of that stage, if it is known, says what such plans may have more. Else what
each member could have by itself bounds the plan, were every candidate possible.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from matcher.pairing.check import PLACED, TOTAL, WORST_OFF, Bars, reached
from matcher.pairing.draft import Draft, bar
from matcher.pairing.problem import TOP_AFFINITY, Pair, Problem, Solution

Ints = npt.NDArray[np.int64]


def simple_bounds(
    before: Problem, draft: Draft, solution: Solution, pairs: tuple[Pair, ...]
) -> dict[str, int]:
    """A bound for each stage of ``pairs``, which ``draft`` made of the plan ``solution`` of ``before``."""
    after, known = draft.problem, draft.known
    figures = dict(reached(after, known, pairs))
    bars, pins = Bars.of(before), Bars.of(after).pins
    pinned = sorted(pins - bars.pins)
    opened = sum(bool(bar(before, bars, known, *pin)) for pin in pinned)
    ends, worth = _candidates(after, sorted(pins - known.keys()))
    could = np.bincount(ends.ravel(), minlength=len(after.members)) > 0
    could &= np.array([each.wanted > 0 for each in after.members], dtype=bool)
    # A plan with a pair that was not possible before is one that was, and two members.
    placed = min(solution.placed_bound + 2 * opened, int(could.sum()))
    tighter, as_many = not opened, figures[PLACED] >= solution.placed
    bounds = {PLACED: placed, TOTAL: _half_sum(after, ends, worth)}
    if after.rules.fair:
        bounds[WORST_OFF] = _floor_bound(after, ends, worth, figures[PLACED], placed)
        old = next((stage for stage in solution.stages if stage.name == WORST_OFF), None)
        # A new pin takes its members out of the floor. They had at least that pair before.
        pin = min((known.get(each, 0) for each in pinned), default=TOP_AFFINITY + 1)
        if old is not None and tighter and as_many and pin > old.bound:
            bounds[WORST_OFF] = min(bounds[WORST_OFF], old.bound)
        tighter = old is not None and tighter and min(figures[WORST_OFF], pin) >= old.reached
    # What the best plan has that places as many and need not hold to the floor.
    fair = next((stage.price for stage in solution.stages if stage.name == WORST_OFF), None)
    if not opened and as_many and fair is not None:
        bounds[TOTAL] = min(bounds[TOTAL], solution.objective + fair)
    free = next((stage.price for stage in solution.stages if stage.name == PLACED), None)
    if tighter and as_many:
        bounds[TOTAL] = min(bounds[TOTAL], solution.bound)
    if tighter and free is not None:  # what the best plan has that need not place as many
        bounds[TOTAL] = min(bounds[TOTAL], solution.objective + free)
    return bounds


def _candidates(problem: Problem, more: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Ends (m, 2) and affinities (m,) of the candidates, and of ``more`` pairs, which have none."""
    table = (*problem.candidates, *((a, b, 0) for a, b in more))
    flat = np.fromiter(chain.from_iterable(table), dtype=np.int64, count=3 * len(table))
    ends, worth = np.split(flat.reshape(-1, 3), [2], axis=1)
    return ends, worth.ravel()


def _half_sum(problem: Problem, ends: Ints, worth: Ints) -> int:
    """Half of what the members have if each has the best pairs it could, as many as it wishes."""
    wanted = np.array([min(each.wanted, len(worth)) for each in problem.members], dtype=np.int64)
    # One number for both, so that one sort orders each member's pairs, best first.
    best_first = ends * (TOP_AFFINITY + 1) + (TOP_AFFINITY - worth)[:, None]
    member, less = np.divmod(np.sort(best_first.ravel()), TOP_AFFINITY + 1)
    rank = np.arange(len(member)) - np.searchsorted(member, member)
    return int((TOP_AFFINITY - less)[rank < wanted[member]].sum()) // 2


def _floor_bound(problem: Problem, ends: Ints, worth: Ints, placed: int, most: int) -> int:
    """The floor, were each of ``placed`` members, but those with a pin, to have the best pair it could;
    0 where no more than ``most``, those with a pin, are placed."""
    best = np.zeros(len(problem.members), dtype=np.int64)
    np.maximum.at(best, ends, worth[:, None])
    asked = np.ones(len(best), dtype=bool)
    asked[[index for pin in problem.pins for index in pin]] = False
    pinned = int((~asked).sum())
    return int(np.sort(best[asked])[-max(1, placed - pinned)]) if most > pinned else 0

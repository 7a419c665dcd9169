"""An upper bound on any plan's value, by Lagrangian relaxation, and what it rules out.

The two rules that tie events together are priced: a visitor's most visits, and its one place a
day. What remains falls apart into events, each solved by sorting. Its least value over all
prices is that of the linear programme with every x <= y (A. M. Geoffrion, "Lagrangean Relaxation
for Integer Programming", 1974). All arithmetic is in whole numbers, so the bound is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.visits.grid import SCALE, Entry, Grid, Ints, ints

#: Takes events (host, day), makes a plan of them and gives the best value known by then.
Attempt = Callable[[list[tuple[int, int]]], int]
#: Reduced value of a place in ``Grid.padded`` that is no entry.
_NEVER = -(2**40)
#: Most steps; steps without a lower bound before the step is halved, and the least step; steps
#: between two attempts at a plan.
ROUNDS = 600
_PATIENCE = 20
_LEAST_STEP = 0.001
_TRY_EVERY = 20
#: An event counts as held where it was in so great a share of the latest steps, of which each weighs so much.
_HELD_IN = (0.5, 0.25, 0.75)
_LATEST = 0.05


@dataclass(frozen=True, slots=True)
class Prices:
    """``visit``: of each visitor's visits; ``clash``: of each clash, with a 0 at the end."""

    visit: Ints
    clash: Ints


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation at some prices. ``bound`` and all figures are in SCALE-ths of a point, without the
    points of the pins (``Grid.base``).

    ``worth``: of each event, held at its best; ``best``: of each host's best event; ``winners``: the hosts,
    by their place in ``Grid.first``, that hold one, and ``chosen`` those events; ``ranked``: (events, most
    entries) reduced values, best first; ``reduced``: of each entry, in the order of entries.
    """

    bound: int
    worth: Ints
    best: Ints
    winners: Ints
    chosen: Ints
    ranked: Ints
    reduced: Ints


def free(grid: Grid) -> Prices:
    """No price on anything."""
    return Prices(np.zeros_like(grid.caps), np.zeros(len(grid.clashes) + 1, dtype=np.int64))


def relax(grid: Grid, prices: Prices) -> Relaxed:
    """Solve what remains at these prices."""
    reduced = grid.value - prices.visit[grid.visitor] - prices.clash[grid.clash]
    ranked = -np.sort(-np.append(reduced, _NEVER)[grid.padded], axis=1)
    taken = np.where(_must(grid), ranked, np.maximum(ranked, 0))
    taken[~_seated(grid)] = 0
    worth = taken.sum(axis=1) - grid.cost
    np.subtract.at(worth, grid.claim_event, prices.clash[grid.claim_clash])
    best = np.maximum.reduceat(worth, grid.first)
    room = grid.most_events - int(grid.forced.sum())
    order = np.argsort(-np.where(grid.forced, -(2**62), best), kind="stable")[: max(0, room)]
    order = order[(best[order] > 0) & ~grid.forced[order]]
    winners = np.sort(np.append(np.flatnonzero(grid.forced), order)).astype(np.int64)
    bound = int(grid.caps @ prices.visit) + int(prices.clash.sum()) + int(best[winners].sum())
    ends = np.append(grid.first[1:], len(worth))
    chosen = ints(grid.first[host] + int(np.argmax(worth[grid.first[host] : ends[host]])) for host in winners)
    return Relaxed(bound, worth, best, winners, chosen, ranked, reduced)


def tighten(
    grid: Grid, attempt: Attempt, over: Callable[[], bool], tell: Callable[[float, int], None]
) -> Relaxed:
    """The relaxation at prices that make its bound low, found by subgradient steps.

    Events that are held at these prices or were in most of the latest steps are attempted as plans: the
    mean of the steps comes near a solution of the linear programme (F. Barahona and R. Anbil, "The Volume
    Algorithm", 2000). Ends when the bound meets the best plan's value, when steps no longer help, or when it
    is ``over``. ``tell`` is given the share of the steps done and the bound, in points.
    """
    prices = free(grid)
    best_prices, best = prices, relax(grid, prices)
    current, step, idle, floor = best, 1.0, 0, 0
    held = np.zeros(len(grid.events))
    tried: set[tuple[tuple[int, int], ...]] = set()
    for turn in range(ROUNDS):
        held *= 1 - (weight := max(_LATEST, 1 / (turn + 1)))
        held[current.chosen] += weight
        if turn % _TRY_EVERY == 0:
            for events in _guesses(grid, current, held):
                if events not in tried and not over():
                    tried.add(events)
                    floor = attempt(list(events)) - grid.base
            tell(turn / ROUNDS, grid.base + best.bound // SCALE)
        if best.bound // SCALE <= floor or over():
            break
        visit_slack, clash_slack = _slack(grid, current)
        square = float(visit_slack @ visit_slack + clash_slack @ clash_slack)
        if square == 0.0 or step < _LEAST_STEP:
            break
        length = step * (current.bound - floor * SCALE) / square
        visit = np.maximum(0, np.rint(prices.visit - length * visit_slack)).astype(np.int64)
        clash = np.maximum(0, np.rint(prices.clash - length * clash_slack)).astype(np.int64)
        prices = Prices(visit, clash)
        current = relax(grid, prices)
        idle += 1
        if current.bound < best.bound:
            best_prices, best, idle = prices, current, 0
        if idle >= _PATIENCE:
            prices, current, step, idle = best_prices, best, step / 2, 0
    return best


def survivors(grid: Grid, relaxed: Relaxed, floor: int) -> list[Entry]:
    """The entries that a plan worth more than ``floor`` (all its points) can hold: all others are ruled
    out, because the bound with them forced in is no better than ``floor``."""
    count = _count(grid, relaxed)
    last = relaxed.ranked[np.arange(len(count)), count - 1]
    given_up = np.where(count == grid.seats, last, np.minimum(0, last))
    entry_loss = np.where(relaxed.reduced >= last[grid.event], 0, given_up[grid.event] - relaxed.reduced)
    entry_loss[count[grid.event] == 0] = -relaxed.reduced[count[grid.event] == 0]
    hopeful = hopes(grid, relaxed)[grid.event] - entry_loss >= (floor - grid.base + 1) * SCALE
    return [grid.entries[index] for index in np.flatnonzero(hopeful)]


def hopes(grid: Grid, relaxed: Relaxed) -> Ints:
    """For each event a bound on the plans that hold it, as ``Relaxed.bound``."""
    replaced = np.zeros(len(relaxed.best), dtype=np.int64)
    free_winners = relaxed.winners[~grid.forced[relaxed.winners]]
    if len(relaxed.winners) >= grid.most_events:
        # With no place but for the forced, another host's event is not held at all.
        replaced[:] = relaxed.best[free_winners].min() if len(free_winners) else 2**60
    replaced[relaxed.winners] = relaxed.best[relaxed.winners]
    host = np.repeat(np.arange(len(grid.first)), np.diff(np.append(grid.first, len(grid.events))))
    return relaxed.bound - replaced[host] + relaxed.worth


def _guesses(
    grid: Grid, relaxed: Relaxed, held: NDArray[np.float64]
) -> Iterator[tuple[tuple[int, int], ...]]:
    """Sets of events that may make a good plan."""
    yield tuple(grid.events[event] for event in relaxed.chosen)
    ends = np.append(grid.first[1:], len(held))
    day = ints(start + int(np.argmax(held[start:end])) for start, end in zip(grid.first, ends, strict=True))
    share = np.add.reduceat(held, grid.first)
    order = np.lexsort((day, -share))[: grid.most_events]
    for least in _HELD_IN:
        yield tuple(grid.events[day[host]] for host in sorted(order) if share[host] >= least)


def _must(grid: Grid) -> NDArray[np.bool_]:
    """Which ranks of an event are taken whatever their value."""
    return np.arange(grid.padded.shape[1]) < grid.fewest[:, None]


def _seated(grid: Grid) -> NDArray[np.bool_]:
    """Which ranks of an event have a seat."""
    return np.arange(grid.padded.shape[1]) < grid.seats[:, None]


def _count(grid: Grid, relaxed: Relaxed) -> Ints:
    """How many an event at its best takes."""
    taken: Ints = ((_must(grid) | (relaxed.ranked > 0)) & _seated(grid)).sum(axis=1)
    return taken


def _slack(grid: Grid, relaxed: Relaxed) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the chosen events leave of each priced rule: the subgradient of the bound."""
    listed = grid.padded[relaxed.chosen]
    order = np.argsort(-np.append(relaxed.reduced, _NEVER)[listed], axis=1, kind="stable")
    ranked = np.take_along_axis(listed, order, axis=1)
    took = ranked[np.arange(ranked.shape[1]) < _count(grid, relaxed)[relaxed.chosen][:, None]]
    claimed = grid.claim_clash[np.isin(grid.claim_event, relaxed.chosen)]
    visits = np.bincount(grid.visitor[took], minlength=len(grid.caps))
    used = np.bincount(np.append(grid.clash[took], claimed), minlength=len(grid.clashes) + 1)
    clash = 1.0 - used.astype(np.float64)
    clash[-1] = 0
    return (grid.caps - visits).astype(np.float64), clash

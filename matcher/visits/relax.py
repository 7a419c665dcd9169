"""An upper bound on any plan's value, by Lagrangian relaxation, and what it rules out.

The two rules that tie events together are priced: a visitor's most visits, and its one place a
weekday. What remains falls apart into events, each solved by sorting. Its least value over all
prices is that of the linear programme with every x <= y (A. M. Geoffrion, "Lagrangean Relaxation
for Integer Programming", 1974). All arithmetic is in whole numbers, so the bound is exact.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.visits.offers import Offer, hosting_cost, most_visits
from matcher.visits.problem import Problem

Ints = NDArray[np.int64]
#: Prices are whole numbers of a thousandth of a point.
SCALE = 1000
#: Reduced value of a place in ``Grid.padded`` that is no entry.
_NEVER = -(2**40)
#: Most steps; steps without a lower bound before the step is halved, and the least step; steps
#: between two attempts at a plan.
_ROUNDS = 600
_PATIENCE = 20
_LEAST_STEP = 0.001
_TRY_EVERY = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A visitor's seat at a host on a weekday; ``value`` in points."""

    host: int
    day: int
    visitor: int
    value: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Every event that could be held, with every seat at it that could be taken.

    ``events``: (host, weekday), ascending; ``seats``, ``cost`` and ``own_clash`` have one row each.
    ``entries``: ascending by event; ``event``, ``visitor``, ``value`` and ``clash`` have one row each.
    ``padded``: (events, most entries) numbers of an event's entries, filled up with the number of
    all entries. ``clashes``: (visitor, weekday) that two things could claim; ``clash`` and
    ``own_clash`` (of a host's member as a visitor) count in it, and are its length where there is none.
    ``first``: each host's first event. ``caps``: most visits of each visitor.
    """

    events: tuple[tuple[int, int], ...]
    entries: tuple[Entry, ...]
    clashes: tuple[tuple[int, int], ...]
    seats: Ints
    cost: Ints
    own_clash: Ints
    first: Ints
    event: Ints
    visitor: Ints
    value: Ints
    clash: Ints
    padded: Ints
    caps: Ints
    fewest: int
    most_events: int


@dataclass(frozen=True, slots=True)
class Prices:
    """``visit``: of each visitor's visits; ``clash``: of each clash, with a 0 at the end."""

    visit: Ints
    clash: Ints


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation at some prices. ``bound`` and all figures are in SCALE-ths of a point.

    ``worth``: of each event, held at its best; ``best``: of each host's best event; ``chosen``:
    the events held; ``ranked``: (events, most entries) reduced values, best first; ``reduced``: of each
    entry, in the order of entries.
    """

    bound: int
    worth: Ints
    best: Ints
    chosen: Ints
    ranked: Ints
    reduced: Ints


def spread(offers: Iterable[Offer]) -> list[Entry]:
    """One entry for each weekday of each offer."""
    return [Entry(offer.host, day, offer.visitor, offer.value) for offer in offers for day in offer.days]


def lay_out(problem: Problem, entries: Iterable[Entry]) -> Grid | None:
    """The grid of these entries, without events that cannot be held or cannot add value; None
    if none is left."""
    at: defaultdict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if most_visits(problem, entry.visitor) > 0:
            at[entry.host, entry.day].append(entry)
    events = sorted(event for event, listed in at.items() if _can_add(problem, event[0], listed))
    if not events or problem.rules.events == 0:
        return None
    kept = tuple(entry for event in events for entry in sorted(at[event], key=lambda entry: entry.visitor))
    own = _own_claims(problem, events)
    clashes = _clashes(problem, kept, own)
    number = {clash: index for index, clash in enumerate(clashes)}
    sizes = np.array([len(at[event]) for event in events], dtype=np.int64)
    ends = np.cumsum(sizes)
    columns = np.arange(int(sizes.max()), dtype=np.int64)
    padded = (ends - sizes)[:, None] + columns
    padded[columns >= sizes[:, None]] = len(kept)
    hosts = np.array([host for host, _ in events], dtype=np.int64)
    return Grid(
        events=tuple(events),
        entries=kept,
        clashes=clashes,
        seats=_ints(min(problem.hosts[event[0]].seats, len(at[event])) for event in events),
        cost=SCALE * _ints(hosting_cost(problem, host) for host, _ in events),
        own_clash=_ints(number.get(claim, len(clashes)) for claim in own),
        first=np.flatnonzero(np.diff(hosts, prepend=-1)).astype(np.int64),
        event=np.repeat(np.arange(len(events), dtype=np.int64), sizes),
        visitor=_ints(entry.visitor for entry in kept),
        value=SCALE * _ints(entry.value for entry in kept),
        clash=_ints(number.get((entry.visitor, entry.day), len(clashes)) for entry in kept),
        padded=padded,
        caps=_ints(min(7, most_visits(problem, visitor)) for visitor in range(len(problem.visitors))),
        fewest=problem.rules.min_visitors,
        most_events=problem.rules.events,
    )


def relax(grid: Grid, prices: Prices) -> Relaxed:
    """Solve what remains at these prices."""
    reduced = grid.value - prices.visit[grid.visitor] - prices.clash[grid.clash]
    ranked = -np.sort(-np.append(reduced, _NEVER)[grid.padded], axis=1)
    rank = np.arange(ranked.shape[1])
    taken = np.where(rank < grid.fewest, ranked, np.maximum(ranked, 0))
    taken[rank >= grid.seats[:, None]] = 0
    worth = taken.sum(axis=1) - grid.cost - prices.clash[grid.own_clash]
    best = np.maximum.reduceat(worth, grid.first)
    order = np.argsort(-best, kind="stable")[: grid.most_events]
    winners = order[best[order] > 0]
    bound = int(grid.caps @ prices.visit) + int(prices.clash.sum()) + int(best[winners].sum())
    ends = np.append(grid.first[1:], len(worth))
    chosen = _ints(
        grid.first[host] + int(np.argmax(worth[grid.first[host] : ends[host]])) for host in sorted(winners)
    )
    return Relaxed(bound, worth, best, chosen, ranked, reduced)


def tighten(grid: Grid, attempt: Callable[[list[tuple[int, int]]], int], seconds: float) -> Relaxed:
    """The relaxation at prices that make its bound low, found by subgradient steps.

    ``attempt`` makes a plan of the events it is given and returns the best value known by then.
    Ends when the bound meets that value, when steps no longer help, or when ``seconds`` are over.
    """
    started = time.perf_counter()
    prices = Prices(np.zeros_like(grid.caps), np.zeros(len(grid.clashes) + 1, dtype=np.int64))
    best_prices, best = prices, relax(grid, prices)
    current, step, idle, floor = best, 1.0, 0, 0
    for turn in range(_ROUNDS):
        if turn % _TRY_EVERY == 0:
            floor = attempt([grid.events[event] for event in current.chosen])
        if best.bound // SCALE <= floor or time.perf_counter() - started > seconds:
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
    """The entries that a plan worth more than ``floor`` can hold: all others are ruled out,
    because the bound with them forced in is no better than ``floor``."""
    ranks = np.argsort(-relaxed.best, kind="stable")[: grid.most_events]
    winners = ranks[relaxed.best[ranks] > 0]
    full = len(winners) == grid.most_events
    replaced = np.full(len(relaxed.best), relaxed.best[winners].min() if full else 0, dtype=np.int64)
    replaced[winners] = relaxed.best[winners]
    host = np.repeat(np.arange(len(grid.first)), np.diff(np.append(grid.first, len(grid.events))))
    forced = relaxed.bound - replaced[host] + relaxed.worth
    rank = np.arange(relaxed.ranked.shape[1])
    taken = ((rank < grid.fewest) | (relaxed.ranked > 0)) & (rank < grid.seats[:, None])
    count = taken.sum(axis=1)
    last = relaxed.ranked[np.arange(len(count)), count - 1]
    given_up = np.where(count == grid.seats, last, np.minimum(0, last))
    entry_loss = np.where(relaxed.reduced >= last[grid.event], 0, given_up[grid.event] - relaxed.reduced)
    hopeful = forced[grid.event] - entry_loss >= (floor + 1) * SCALE
    return [grid.entries[index] for index in np.flatnonzero(hopeful)]


def _slack(grid: Grid, relaxed: Relaxed) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the chosen events leave of each priced rule: the subgradient of the bound."""
    visit = grid.caps.astype(np.float64)
    clash = np.ones(len(grid.clashes) + 1)
    for event in relaxed.chosen:
        listed = grid.padded[event]
        listed = listed[listed < len(grid.entries)]
        order = listed[np.argsort(-relaxed.reduced[listed], kind="stable")][: grid.seats[event]]
        took = order[(np.arange(len(order)) < grid.fewest) | (relaxed.reduced[order] > 0)]
        np.subtract.at(visit, grid.visitor[took], 1)
        np.subtract.at(clash, grid.clash[took], 1)
        clash[grid.own_clash[event]] -= 1
    clash[-1] = 0
    return visit, clash


def _can_add(problem: Problem, host: int, listed: list[Entry]) -> bool:
    values = sorted((entry.value for entry in listed), reverse=True)[: problem.hosts[host].seats]
    return len(values) >= problem.rules.min_visitors and sum(values) > hosting_cost(problem, host)


def _own_claims(problem: Problem, events: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each event the (visitor, weekday) that its host claims by hosting; visitor -1 if none."""
    visitor_of = {visitor.id: index for index, visitor in enumerate(problem.visitors)}
    return [(visitor_of.get(problem.hosts[host].id, -1), day) for host, day in events]


def _clashes(
    problem: Problem, entries: tuple[Entry, ...], own: list[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    counts = Counter((entry.visitor, entry.day) for entry in entries)
    claimed = set(own)
    return tuple(
        sorted(
            claim
            for claim, times in counts.items()
            if claim in claimed or (times > 1 and most_visits(problem, claim[0]) > 1)
        )
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)

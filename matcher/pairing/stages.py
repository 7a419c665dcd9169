"""The stages of a plan, one after the other: most members placed, the floor, the total."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from matcher.optimize import ContradictionError, Limits
from matcher.pairing.fair import Lifted, floor_of, held, highest, lift
from matcher.pairing.greedy import fill
from matcher.pairing.problem import Problem
from matcher.pairing.programme import Floats, Ints, Programme
from matcher.pairing.relax import Best, Relaxed, feasible, maximise, relax, with_row
from matcher.watch import Watch


@dataclass(frozen=True, slots=True)
class Prices:
    """What the total would gain where a stage were not held to, and the others were; None where that is
    not proven or was not asked for."""

    placed: int | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """``x`` (columns,) is the best plan found. No plan places more than ``placed``; none that places as
    many as ``x`` has a floor above ``floor``; none that does as well in both has more than ``total``."""

    x: Ints
    placed: int
    floor: int
    total: int
    prices: Prices
    cut_short: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What every step of one solve is given: the problem, and when to end."""

    problem: Problem
    limits: Limits
    watch: Watch
    started: float

    def late(self) -> bool:
        return time.perf_counter() - self.started > self.limits.seconds or self.watch.stopped()


def climb(
    search: Search, programme: Programme, given: Ints | None = None, *, prices: bool = False
) -> Reached:
    """The best plan of ``programme``, stage by stage, with what is proven of each.

    ``given`` (columns,) is a plan to fall back on where time runs out; it meets the programme's rows.

    Raises ContradictionError where no plan meets the rows.
    """
    search.watch.tell("placing")
    ceiling = _relaxed(search, programme, programme.placed)
    programme = ceiling.programme
    # No more members are placed than can be by themselves, whatever the relaxation proves.
    most = min(ceiling.proof.bound, int((programme.capacity > 0).sum()))
    search.watch.tell("total", 0.3)
    best: Best | None = None
    while best is None and not ceiling.cut_short and not search.late():
        try:
            best = best_by(search, placing(programme, most), programme.points, ceiling.x)
        except ContradictionError:  # proven: no plan places so many
            most -= 1
            if most < 0:
                raise
    if best is None or best.x is None or not best.proven:
        starts = [ceiling.x, given]
        if best is not None and best.relaxed is not None:
            starts += [best.x, best.relaxed.x]
        return _cut_short(search, programme, most, starts, best)
    free, lifted, held_to = best, Lifted(best, 0), programme
    if search.problem.rules.fair:
        search.watch.tell("worst-off", 0.6, value=best.value, bound=best.bound)
        lifted = lift(
            programme, most, best, lambda fairer, x: best_by(search, placing(fairer, most), fairer.points, x)
        )
        best = lifted.best
        assert best.x is not None
        floor = floor_of(programme, best.x)
        held_to = held(programme, floor)
        if lifted.bound > floor or not best.proven:
            return Reached(best.x, most, lifted.bound, best.bound, Prices(), cut_short=True)
    search.watch.tell("prices" if prices else "checking", 0.9, value=best.value, bound=best.bound)
    assert best.x is not None
    price = _price(search, held_to, best) if prices else None
    found = Prices(price, free.value - best.value) if prices else Prices()
    return Reached(best.x, most, lifted.bound, best.bound, found, prices and price is None)


def filled(problem: Problem, programme: Programme, x: Floats | Ints | None) -> Ints:
    """A plan (columns,) that no pair can be added to: the pins, the pairs near 1 in ``x``, the best
    that fit."""
    edges = programme.edges
    near = np.zeros(len(edges.affinity), dtype=bool) if x is None else x[: len(edges.affinity)] > 0.5
    return whole(programme, fill(problem, edges, np.lexsort((-edges.affinity, ~near))))


def whole(programme: Programme, chosen: Ints) -> Ints:
    """The point (columns,) of the pairs ``chosen`` (m,), 0 or 1: with who is placed by them."""
    m = len(programme.edges.affinity)
    x = np.zeros(len(programme.points), dtype=np.int64)
    x[:m] = chosen
    degree = np.bincount(programme.edges.ends[chosen > 0].ravel(), minlength=len(programme.capacity))
    x[m:] = degree[programme.capacity > 1] > 0
    return x


def placing(programme: Programme, most: int) -> Programme:
    """The programme whose plans place ``most`` members, or more."""
    return with_row(programme, -programme.placed, -most)


def best_by(
    search: Search, programme: Programme, cost: Ints, known: Floats | Ints | None = None
) -> Best | None:
    """The plan that is best by ``cost`` (columns,); None where there was no time to look for it.

    ``known`` as for :func:`matcher.pairing.relax.maximise`. Raises ContradictionError where there is none.
    """
    if search.late():
        return None
    return maximise(programme, cost, search.limits, search.started, known, search.watch)[0]


def _price(search: Search, programme: Programme, best: Best) -> int | None:
    """What the best plan of ``programme`` has more than ``best``; None where that is not proven."""
    assert best.x is not None
    free = best_by(search, programme, programme.points, best.x)
    return free.value - best.value if free is not None and free.proven else None


def _cut_short(
    search: Search, programme: Programme, most: int, starts: list[Floats | Ints | None], best: Best | None
) -> Reached:
    """The best of the plans that can be filled up from ``starts``, with what is proven by now."""
    fair = search.problem.rules.fair
    plans = [filled(search.problem, programme, start) for start in (None, *starts)]

    def worth(x: Ints) -> tuple[int, int, int]:
        placed, points = programme.worth(x)
        return placed, floor_of(programme, x) if fair else 0, points

    x = max((plan for plan in plans if feasible(programme, plan)), key=worth)
    placed, _, _ = worth(x)
    if best is not None and placed == most:
        total = best.bound
    elif best is not None and best.relaxed is not None and best.relaxed.duals is not None:
        total = best.relaxed.bound_at(programme.points, len(programme.right), -placed)
    else:
        total = _total_bound(search, programme, x)
    floor = highest(programme, placed, most) if fair else 0
    return Reached(x, most, floor, total, Prices(), cut_short=True)


def prove(search: Search, programme: Programme, x: Ints) -> Reached:
    """What the relaxation proves of a plan (columns,) that was made in another way."""
    most = _relaxed(search, programme, programme.placed).proof.bound
    most = min(most, int((programme.capacity > 0).sum()))
    floor = highest(programme, int(programme.placed @ x), most) if search.problem.rules.fair else 0
    return Reached(x, most, floor, _total_bound(search, programme, x), Prices(), search.late())


def _total_bound(search: Search, programme: Programme, x: Ints) -> int:
    """No plan that places as many as ``x``, with a floor as high, has more points than this."""
    if search.problem.rules.fair:
        programme = held(programme, floor_of(programme, x))
    as_many = placing(programme, int(programme.placed @ x))
    return _relaxed(search, as_many, programme.points, x).proof.bound


def _relaxed(search: Search, programme: Programme, cost: Ints, known: Ints | None = None) -> Relaxed:
    return relax(programme, cost, search.limits, search.started, known, search.watch)

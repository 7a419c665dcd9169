"""Repairing an earlier plan once somebody dropped out, joined, or a rule changed.

Fewest changes first, then most placed, then the worst-off and the total: a change is an earlier pair of
two who are both still here that is taken apart.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import InfeasibleError, InputError
from matcher.optimize import ContradictionError, Limits
from matcher.outcome import Moved, Option
from matcher.pairing.check import PLACED, TOTAL, WORST_OFF, affinities, ordered
from matcher.pairing.finish import convened, finish
from matcher.pairing.greedy import baselines, fill
from matcher.pairing.model import Pairs, chosen, listed
from matcher.pairing.pins import refuse_bad_pins
from matcher.pairing.problem import Problem, Solution
from matcher.pairing.programme import Ints, Programme, build
from matcher.pairing.reasons import REPAIRED, UNKNOWN
from matcher.pairing.relax import Best, with_row
from matcher.pairing.stages import Search, best_by, climb, placing, prove, whole
from matcher.watch import Watch

#: At most this many other repairs are looked for.
MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Repaired:
    """``problem`` is the one that was given with the confirmed pairs pinned; the bounds of ``solution``
    are on all of its plans, however much they change. ``changes`` earlier pairs are taken apart.
    ``moved`` are those who meet others than before, in the order of the members. ``options`` place
    more for more changes. ``proven``: no repair is better by the rule of repair."""

    problem: Problem
    solution: Solution
    moved: tuple[Moved, ...]
    changes: int
    options: tuple[Option, ...]
    proven: bool


def repair(
    problem: Problem,
    before: Pairs,
    *,
    confirmed: Collection[int] = (),
    most_changes: int | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Repaired:
    """The plan that takes the fewest pairs of ``before`` apart; of these the best.

    ``before`` are pairs of indices of ``problem``, without those who dropped out. ``confirmed`` are
    indices into it of pairs that stay whatever it costs: they are pinned, and override what a pin does.
    With ``most_changes`` it is instead the best plan that takes at most so many apart.

    Raises InputError where ``before`` or ``confirmed`` name nobody, InfeasibleError where a pinned or
    confirmed pair cannot be, or ``most_changes`` are too few.
    """
    limits, watch = limits or Limits(), watch or Watch()
    started = time.perf_counter()
    _refuse_bad_plan(problem, before, confirmed, most_changes)
    firm = tuple(ordered(*before[index]) for index in sorted(set(confirmed)))
    pins = dict.fromkeys((*(ordered(*pin) for pin in problem.pins), *firm))
    problem = replace(problem, pins=tuple(sorted(pins)))
    refuse_bad_pins(problem)
    programme = build(problem)
    earlier = listed(problem, programme.edges, before)
    if not len(earlier):
        _refuse_too_few(len(before), most_changes)
        bounds = dict.fromkeys((PLACED, WORST_OFF, TOTAL), 0)
        nothing = finish(problem, {}, (), bounds, started=started)
        return Repaired(problem, nothing, _moved(before, ()), len(before), (), proven=True)
    search = Search(problem, limits, watch, started)
    keep = np.zeros(len(programme.points), dtype=np.int64)
    keep[: len(earlier)] = earlier
    kept = _most_kept(search, programme, keep)
    at_least = kept.value if most_changes is None else max(0, len(before) - most_changes)
    _refuse_too_few(len(before) - kept.bound, most_changes)
    at_least = min(at_least, kept.value)
    best = climb(search, _keeping(programme, keep, at_least), kept.x)
    anew = prove(search, programme, best.x)
    options = tuple(_options(search, programme, keep, best.x, anew.placed, len(before)))
    proven = not best.cut_short and (kept.proven if most_changes is None else True)
    known, ends = affinities(problem), chosen(programme.edges, best.x)
    solution = finish(
        problem,
        known,
        convened(problem, known, ends),
        {PLACED: anew.placed, WORST_OFF: anew.floor, TOTAL: anew.total},
        baselines=baselines(problem, programme.edges, limits.seed),
        cut_short=not proven or search.late(),
        otherwise=REPAIRED if proven and most_changes is None else UNKNOWN,
        started=started,
    )
    changes = len(before) - int(keep @ best.x)
    return Repaired(problem, solution, _moved(before, ends), changes, options, proven)


def _refuse_bad_plan(
    problem: Problem, before: Pairs, confirmed: Collection[int], most_changes: int | None
) -> None:
    size = len(problem.members)
    seen: set[tuple[int, int]] = set()
    for pair in before:
        if not all(0 <= index < size for index in pair) or pair[0] == pair[1]:
            raise InputError(f"The earlier plan holds {pair}, which is no pair of {size} members.")
        if ordered(*pair) in seen:
            raise InputError(f"The earlier plan holds {pair} twice.")
        seen.add(ordered(*pair))
    for index in confirmed:
        if not 0 <= index < len(before):
            raise InputError(f"Pair {index} is confirmed, and the earlier plan has {len(before)} pairs.")
    if most_changes is not None and most_changes < 0:
        raise InputError(f"At most {most_changes} changes.", cure="Allow 0 or more.")


def _refuse_too_few(least: int, most_changes: int | None) -> None:
    if most_changes is not None and least > most_changes:
        raise InfeasibleError(
            f"At least {least} earlier pairs have to be taken apart, and at most {most_changes} may be.",
            cure="Allow more changes, or take away the rule that bars those pairs.",
        )


def _most_kept(search: Search, programme: Programme, keep: Ints) -> Best:
    """A plan that keeps the most earlier pairs: mostly all that are still allowed, and then at once."""
    edges = programme.edges
    order = np.flatnonzero(keep)
    order = order[np.argsort(-edges.affinity[order], kind="stable")]
    x = whole(programme, fill(search.problem, edges, order))
    best = Best(x, int(keep @ x), len(order))
    found = None if best.proven else best_by(search, programme, keep, x)
    if found is None or found.x is None or found.value < best.value:
        return best
    return found


def _keeping(programme: Programme, keep: Ints, at_least: int) -> Programme:
    """The programme whose plans keep at least so many of the earlier pairs."""
    if at_least == keep.sum():
        return replace(programme, low=np.maximum(programme.low, keep))
    return with_row(programme, -keep, -at_least)


def _options(
    search: Search, programme: Programme, keep: Ints, x: Ints, most: int, earlier: int
) -> Iterator[Option]:
    """What places more than ``x``: each time the fewest changes that place one more, and then the best."""
    placed = int(programme.placed @ x)
    for _ in range(MOST_OPTIONS):
        if placed >= most:
            return
        fuller = placing(programme, placed + 1)
        try:
            kept = best_by(search, fuller, keep)
        except ContradictionError:
            return
        if kept is None or kept.x is None or not kept.proven:
            return
        best = climb(search, _keeping(fuller, keep, kept.value), kept.x)
        if best.cut_short:
            return
        placed, points = programme.worth(best.x)
        yield Option(earlier - int(keep @ best.x), placed, points)


def _moved(before: Pairs, after: Pairs) -> tuple[Moved, ...]:
    """Who meets others than before, in the order of the members."""
    then, now = _partners(before), _partners(after)
    return tuple(
        Moved(index, then.get(index, ()), now.get(index, ()))
        for index in sorted(then | now)
        if then.get(index) != now.get(index)
    )


def _partners(pairs: Pairs) -> dict[int, tuple[int, ...]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        found[a].append(b)
        found[b].append(a)
    return {index: tuple(sorted(others)) for index, others in found.items()}

"""One change by hand, and at once what it does: nothing else of the plan is formed anew."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from matcher.errors import InputError
from matcher.optimize import ContradictionError, Limits
from matcher.outcome import Change, ChangeKind, Verdict
from matcher.pairing.bounds import simple_bounds
from matcher.pairing.check import PLACED, TOTAL, WORST_OFF, gains
from matcher.pairing.draft import Draft
from matcher.pairing.finish import convened, finish
from matcher.pairing.problem import Pair, Problem, Solution
from matcher.pairing.reasons import BY_HAND
from matcher.watch import Watch


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The plan with a change made. Where a rule breaks, ``solution`` is None and ``problem`` as it was;
    else it is the problem with what was pinned or banned."""

    problem: Problem
    solution: Solution | None
    verdict: Verdict


def adjust(
    problem: Problem,
    solution: Solution,
    change: Change,
    *,
    prove: bool = False,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Adjusted:
    """Make one change of a sound plan, every figure recomputed, and say what it does.

    ``pin``: the two become a pair, in place of the weakest pair of each that has as many as it wished.
    A pin overrides what :class:`~matcher.pairing.problem.Problem` says it does. ``ban``: they are no
    pair. ``move``: ``one`` leaves its pair with ``other``, or the weakest it has where ``other`` is -1,
    and pairs with ``to`` (in place of its weakest, where it has as many as it wished); -1 for nobody.
    ``swap``: ``one`` and ``other`` exchange the partners of their weakest pairs. A pinned pair is never
    given up. Facilitators and hours are given out anew.

    The bounds are those of the plan as it was where they still hold, else simple ones; ``prove`` has
    them proven by the relaxation, which takes as long as ``limits`` allow. The verdict's worst-off counts
    all who are placed, those with a pinned pair too.

    Raises InputError where the change names nobody, or one member twice.
    """
    started = time.perf_counter()
    _refuse_nobody(problem, change)
    draft = Draft(problem, solution)
    draft.make(change)
    changed, ends = draft.problem, tuple(sorted(draft.pairs))
    broken = [*draft.broken, *_overfull(problem, solution, draft)]
    pairs = tuple(Pair(a, b, draft.known.get((a, b), 0)) for a, b in ends)
    if not broken:
        try:
            pairs = convened(changed, draft.known, ends)
        except ContradictionError:
            capacity = sum(each.capacity for each in problem.facilitators)
            broken = [
                f"The facilitators, who convene at most {capacity} pairs, cannot convene all of the "
                f"{len(ends)} at hours that suit."
            ]
    verdict = _verdict(draft, solution, pairs, tuple(broken))
    if broken:
        return Adjusted(problem, None, verdict)
    if prove:
        bounds = _proven(changed, ends, limits or Limits(), watch or Watch(), started)
    else:
        bounds = simple_bounds(problem, draft, solution, pairs)
    made = finish(changed, draft.known, pairs, bounds, started=started, otherwise=BY_HAND)
    return Adjusted(changed, made, verdict)


def _refuse_nobody(problem: Problem, change: Change) -> None:
    size = len(problem.members)
    both = change.kind is not ChangeKind.MOVE
    named = [change.one, *((change.other,) if both or change.other >= 0 else ())]
    if change.kind is ChangeKind.MOVE and change.to >= 0:
        named.append(change.to)
    wrong = [index for index in named if not 0 <= index < size]
    if wrong:
        raise InputError(f"The change names member {wrong[0]}, and there are {size}.", cure="Count from 0.")
    if change.one in named[1:]:
        raise InputError(f"The change names member {change.one} twice.", cure="Name two members.")


def _overfull(problem: Problem, solution: Solution, draft: Draft) -> list[str]:
    """Groups that take more than they may, and took less before."""
    before = Counter(index for pair in solution.pairs for index in (pair.a, pair.b))
    after = Counter(index for pair in draft.pairs for index in pair)
    broken = []
    for group in problem.groups:
        had, has = (sum(count[index] for index in group.members) for count in (before, after))
        if has > max(had, group.capacity):
            broken.append(f"The group '{group.name}' would have {has} pairs, and may take {group.capacity}.")
    return broken


def _verdict(draft: Draft, solution: Solution, pairs: tuple[Pair, ...], broken: tuple[str, ...]) -> Verdict:
    before, after = gains(draft.known, solution.pairs), gains(draft.known, pairs)
    objective = sum(pair.affinity for pair in pairs)
    worst = min(after.values(), default=None)
    return Verdict(
        broken=broken,
        placed=len(after),
        placed_change=len(after) - len(before),
        objective=objective,
        objective_change=objective - solution.objective,
        worst=worst,
        worst_change=(worst or 0) - min(before.values(), default=0),
    )


def _proven(
    problem: Problem, ends: tuple[tuple[int, int], ...], limits: Limits, watch: Watch, started: float
) -> dict[str, int]:
    from matcher.pairing.model import listed
    from matcher.pairing.programme import build
    from matcher.pairing.stages import Search, prove, whole

    programme = build(problem)
    if not len(programme.edges.affinity):
        return dict.fromkeys((PLACED, WORST_OFF, TOTAL), 0)
    x = whole(programme, listed(problem, programme.edges, ends).astype("int64"))
    found = prove(Search(problem, limits, watch, started), programme, x)
    return {PLACED: found.placed, WORST_OFF: found.floor, TOTAL: found.total}

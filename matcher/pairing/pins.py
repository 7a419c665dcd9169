"""Pinned pairs that clash with a rule or with each other: nothing else is infeasible."""

from __future__ import annotations

from collections import Counter

from matcher.errors import InfeasibleError
from matcher.optimize import ContradictionError
from matcher.pairing.check import Bars, able_facilitators, affinities, barred, shared_hours
from matcher.pairing.problem import Problem
from matcher.pairing.staff import staffing


def refuse_bad_pins(problem: Problem) -> None:
    """Raise InfeasibleError, with the numbers, where the pinned pairs cannot all be."""
    bars = Bars.of(problem)
    known = affinities(problem)
    pins = sorted(bars.pins)
    for pin in pins:
        names = " and ".join(problem.members[index].id for index in pin)
        rule = barred(problem, bars, *pin, known.get(pin, 0))
        if rule:
            cause = {"organization": "they are of one organization", "ban": "a ban bars them"}
            raise InfeasibleError(
                f"The pinned pair {names} cannot be: {cause.get(rule, 'they share no hour')}.",
                cure="Take the pin away, or mend what bars it.",
            )
        if problem.facilitators and not able_facilitators(problem, shared_hours(problem, *pin)):
            raise InfeasibleError(
                f"No facilitator can convene the pinned pair {names} at an hour that suits both.",
                cure="Add hours or a facilitator, or take the pin away.",
            )
    _refuse_too_many(problem, Counter(index for pin in pins for index in pin))
    if problem.facilitators:
        able = [able_facilitators(problem, shared_hours(problem, *pin)) for pin in pins]
        try:
            staffing(problem, able)
        except ContradictionError:
            raise InfeasibleError(
                f"The facilitators cannot convene all of the {len(able)} pinned pairs.",
                cure="Raise a facilitator's number of pairs, add hours, or take a pin away.",
            ) from None


def _refuse_too_many(problem: Problem, pinned: Counter[int]) -> None:
    for index, count in sorted(pinned.items()):
        wanted = problem.members[index].wanted
        if count > wanted:
            raise InfeasibleError(
                f"{problem.members[index].id} has {count} pinned pairs and wants {wanted}.",
                cure="Raise its wished number or take a pin away.",
            )
    for group in problem.groups:
        count = sum(pinned[index] for index in group.members)
        if count > group.capacity:
            raise InfeasibleError(
                f"The group '{group.name}' has {count} pinned pairs and may take {group.capacity}.",
                cure="Raise what it may take or take a pin away.",
            )

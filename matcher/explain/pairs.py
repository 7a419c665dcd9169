"""Why not this pair: what pairs have to say to :mod:`matcher.explain.whynot`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from matcher.explain.measure import PLACED, POINTS, WORST, Aim
from matcher.explain.people import names, new_company
from matcher.explain.words import Words, counted, listed
from matcher.optimize import Limits
from matcher.outcome import Moved
from matcher.pairing import check, model
from matcher.pairing.check import Bars, able_facilitators, barred, ordered, shared_hours
from matcher.pairing.problem import Problem, Solution
from matcher.watch import Watch

SCALE = 1
#: Each soft rule of a pair by the name that ``check.barred`` has for it, and the problem without it.
LIFTED: dict[str, Callable[[Problem], Problem]] = {
    "met": lambda problem: replace(problem, met=()),
    "threshold": lambda problem: replace(problem, rules=replace(problem.rules, threshold=0)),
    "across states": lambda problem: replace(problem, rules=replace(problem.rules, across_states=False)),
    "same role": lambda problem: replace(problem, rules=replace(problem.rules, same_role=False)),
    "same type": lambda problem: replace(problem, rules=replace(problem.rules, same_type=False)),
}


def solve(problem: Problem, limits: Limits, watch: Watch | None, start: Solution | None) -> Solution:
    given = None if start is None else tuple((pair.a, pair.b) for pair in start.pairs)
    return model.solve(problem, limits, watch, start=given)


def aims(solution: Solution) -> tuple[Aim, ...]:
    total = Aim(POINTS, solution.objective, solution.bound)
    floor = [Aim(WORST, stage.reached, stage.bound) for stage in solution.stages[1:-1]]
    return (Aim(PLACED, solution.placed, solution.placed_bound), *floor, total)


def figures(problem: Problem, solution: Solution) -> tuple[int, int]:
    return check.placed(solution), check.objective(problem, solution)


def matched(solution: Solution, one: int, other: int) -> bool:
    return any({pair.a, pair.b} == {one, other} for pair in solution.pairs)


def pinned(problem: Problem, one: int, other: int) -> Problem:
    return replace(problem, pins=(*problem.pins, ordered(one, other)))


def banned(problem: Problem, one: int, other: int) -> Problem:
    pins = tuple(pin for pin in problem.pins if set(pin) != {one, other})
    return replace(problem, pins=pins, bans=(*problem.bans, ordered(one, other)))


def barred_by(problem: Problem, one: int, other: int) -> tuple[str, ...]:
    """Names of all rules that bar the pair by itself, from the first to the last that a pin overrides."""
    bars = Bars.of(replace(problem, pins=()))
    score = affinity(problem, one, other)
    found: list[str] = []
    while rule := barred(problem, bars, one, other, score):
        found.append(rule)
        if rule not in LIFTED:
            break
        problem = LIFTED[rule](problem)
        bars = replace(bars, met=frozenset()) if rule == "met" else bars
    return tuple(found)


def affinity(problem: Problem, one: int, other: int) -> int:
    key = ordered(one, other)
    return next((score for a, b, score in problem.candidates if (a, b) == key), 0)


def barred_text(problem: Problem, one: int, other: int, rule: str, words: Words) -> str:
    first, second = names(problem, one, other, words)
    a, b = problem.members[one], problem.members[other]
    score, least = affinity(problem, one, other), problem.rules.threshold
    return {
        "organization": f"{first} and {second} are of one organization.",
        "ban": f"Staff keep {first} and {second} apart.",
        "hours": f"{first} and {second} have no hour in common ({_offers(first, a.hours)}, "
        f"{_offers(second, b.hours)}).",
        "met": f"{first} and {second} met in an earlier term, share a cohort of this term, or declined.",
        "threshold": f"Their affinity is {score}, {counted(least - score, 'point')} short of {least}.",
        "across states": f"Both are of {words.name(a.state) or 'no known state'}, "
        "and pairs are to be of different states.",
        "same role": f"Their roles differ ({words.name(a.role_group)} and {words.name(b.role_group)}).",
        "same type": f"Their organizations differ in type ({a.organization_type} and {b.organization_type}).",
    }[rule]


def _offers(name: str, hours: tuple[int, ...]) -> str:
    return f"{name} offers {counted(len(hours), 'hour')}"


def barred_hard(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that even a pin does not override."""
    return tuple(
        barred_text(problem, one, other, rule, words)
        for rule in barred_by(problem, one, other)
        if rule not in LIFTED
    ) + _full(problem, one, other, words)


def _full(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    found = []
    for index in (one, other):
        wanted = problem.members[index].wanted
        pins = len({ordered(*pin) for pin in problem.pins if index in pin})
        if pins >= wanted:
            name = words.name(problem.members[index].id)
            taken = f", and has {counted(pins, 'pinned pair')}" if pins else ""
            found.append(f"{name} takes {counted(wanted, 'pair')} this term{taken}.")
    hours = shared_hours(problem, one, other)
    if problem.facilitators and hours != frozenset() and not able_facilitators(problem, hours):
        found.append("No facilitator is free at an hour that suits both.")
    return tuple(found)


def overridden(problem: Problem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules that a pin would override."""
    found = tuple(
        barred_text(problem, one, other, rule, words)
        for rule in barred_by(problem, one, other)
        if rule in LIFTED
    )
    key = ordered(one, other)
    if found or any((a, b) == key for a, b, _ in problem.candidates):
        return found
    first, second = names(problem, one, other, words)
    return (f"{first} and {second} are no candidates for each other: what they wrote is not near enough.",)


def company(solution: Solution) -> dict[int, tuple[int, ...]]:
    """The partners of each member that has any, ascending."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for pair in solution.pairs:
        found[pair.a].add(pair.b)
        found[pair.b].add(pair.a)
    return {index: tuple(sorted(partners)) for index, partners in found.items()}


def moved(before: Solution, after: Solution) -> tuple[Moved, ...]:
    return new_company(company(before), company(after))


def cause(problem: Problem, one: int, other: int, moved: tuple[Moved, ...], words: Words) -> str:
    """What the two give up: ``"it takes Ben from Cy and Ana from Eve"``; empty where they give up nothing."""
    given_up = []
    for move in moved:
        lost = [index for index in move.before if index not in move.after]
        if move.member in (one, other) and lost:
            partners = listed(words.name(problem.members[index].id) for index in lost)
            given_up.append(f"{words.name(problem.members[move.member].id)} from {partners}")
    return f"it takes {' and '.join(given_up)}" if given_up else ""


def tell(problem: Problem, moved: Moved, words: Words) -> str:
    """What becomes of a member, in a sentence."""

    def partners(indices: tuple[int, ...], others: tuple[int, ...]) -> str:
        return listed(words.name(problem.members[i].id) for i in indices if i not in others)

    name = words.name(problem.members[moved.member].id)
    lost, new = set(moved.before) - set(moved.after), set(moved.after) - set(moved.before)
    if not moved.after:
        return f"{name} waits, no longer paired with {partners(moved.before, ())}."
    if not lost:
        added = " as well" if moved.before else ""
        return f"{name} is paired with {partners(moved.after, moved.before)}{added}."
    if not new:
        return f"{name} is no longer paired with {partners(moved.before, moved.after)}."
    gained, gone = partners(moved.after, moved.before), partners(moved.before, moved.after)
    return f"{name} is paired with {gained} instead of {gone}."

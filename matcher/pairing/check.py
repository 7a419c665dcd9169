"""The rules of one-to-one exchanges, with no solver in sight. This is the specification."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matcher.optimize import Status, grade
from matcher.pairing.problem import Pair, Problem, Solution


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, where (indices of members), and a sentence with the numbers."""

    rule: str
    members: tuple[int, ...]
    message: str


def ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


@dataclass(frozen=True, slots=True)
class Bars:
    """The barred pairs of a problem, ready to be looked up."""

    bans: frozenset[tuple[int, int]]
    met: frozenset[tuple[int, int]]
    pins: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, problem: Problem) -> Bars:
        return cls(
            frozenset(ordered(*pair) for pair in problem.bans),
            frozenset(ordered(*pair) for pair in problem.met),
            frozenset(ordered(*pair) for pair in problem.pins),
        )


def shared_hours(problem: Problem, a: int, b: int) -> frozenset[int] | None:
    """Hours that suit both; None where neither gave any and so any hour does."""
    first, second = problem.members[a].hours, problem.members[b].hours
    if not first or not second:
        return frozenset(first or second) or None
    return frozenset(first) & frozenset(second)


def able_facilitators(problem: Problem, hours: frozenset[int] | None) -> tuple[int, ...]:
    """Indices of the facilitators who are free at one of ``hours``."""
    return tuple(
        index
        for index, facilitator in enumerate(problem.facilitators)
        if facilitator.capacity > 0
        and (hours is None or not facilitator.hours or not hours.isdisjoint(facilitator.hours))
    )


def barred(problem: Problem, bars: Bars, a: int, b: int, affinity: int) -> str:
    """The name of the first rule that bars the pair by itself, or an empty text."""
    first, second = problem.members[a], problem.members[b]
    rules = problem.rules
    pair = ordered(a, b)
    if first.organization_id == second.organization_id:
        return "organization"
    if pair in bars.bans:
        return "ban"
    if shared_hours(problem, a, b) == frozenset():
        return "hours"
    if pair in bars.pins:
        return ""
    soft = (
        ("met", pair in bars.met),
        ("threshold", affinity < rules.threshold),
        ("across states", rules.across_states and first.state == second.state),
        ("same role", rules.same_role and first.role_group != second.role_group),
        ("same type", rules.same_type and first.organization_type != second.organization_type),
    )
    return next((name for name, broken in soft if broken), "")


def objective(problem: Problem, solution: Solution) -> int:
    """The total affinity of the chosen pairs, from the problem's own figures."""
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    return sum(known.get(ordered(pair.a, pair.b), 0) for pair in solution.pairs)


def placed(solution: Solution) -> int:
    """How many members have a pair."""
    return len({index for pair in solution.pairs for index in (pair.a, pair.b)})


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule; none for a plan that may be shown."""
    found: list[Violation] = []
    known = {(a, b): affinity for a, b, affinity in problem.candidates}
    bars = Bars.of(problem)
    chosen: Counter[tuple[int, int]] = Counter()
    degree: Counter[int] = Counter()
    for pair in solution.pairs:
        both = (pair.a, pair.b)
        if (
            not (0 <= pair.a < len(problem.members) and 0 <= pair.b < len(problem.members))
            or pair.a == pair.b
        ):
            found.append(Violation("pair", both, f"{both} is no pair of members."))
            continue
        key = ordered(*both)
        chosen[key] += 1
        degree.update(both)
        if key not in known and key not in bars.pins:
            found.append(Violation("candidate", both, f"{both} is not among the candidates."))
        if pair.affinity != known.get(key, 0):
            message = f"{both} is given as {pair.affinity}, and is {known.get(key, 0)}."
            found.append(Violation("affinity", both, message))
        rule = barred(problem, bars, *key, known.get(key, 0))
        if rule:
            found.append(Violation(rule, both, f"{both} breaks the rule '{rule}'."))
        found.extend(_time_and_facilitator(problem, pair))
    for key, times in chosen.items():
        if times > 1:
            found.append(Violation("once", key, f"{key} is chosen {times} times."))
    for index, count in degree.items():
        wanted = problem.members[index].wanted
        if count > wanted:
            found.append(Violation("wanted", (index,), f"{count} pairs for a member that wants {wanted}."))
    for pin in sorted(bars.pins - set(chosen)):
        found.append(Violation("pin", pin, f"{pin} is pinned and not chosen."))
    found.extend(_capacities(problem, solution))
    found.extend(_figures(problem, solution))
    return found


def _time_and_facilitator(problem: Problem, pair: Pair) -> list[Violation]:
    both = (pair.a, pair.b)
    found = []
    hours = shared_hours(problem, *both)
    if hours is not None and pair.hour not in hours:
        found.append(Violation("hours", both, f"{both} meet at {pair.hour}, which does not suit both."))
    by_id = {facilitator.id: facilitator for facilitator in problem.facilitators}
    if pair.facilitator not in by_id:
        if problem.facilitators or pair.facilitator:
            found.append(Violation("facilitator", both, f"{both} have no facilitator of this problem."))
    else:
        free = by_id[pair.facilitator].hours
        if free and pair.hour not in free:
            message = f"The facilitator of {both} is not free at {pair.hour}."
            found.append(Violation("facilitator", both, message))
    return found


def _capacities(problem: Problem, solution: Solution) -> list[Violation]:
    load = Counter(pair.facilitator for pair in solution.pairs)
    return [
        Violation("capacity", (), f"A facilitator convenes {load[each.id]} pairs, above {each.capacity}.")
        for each in problem.facilitators
        if load[each.id] > each.capacity
    ]


def _figures(problem: Problem, solution: Solution) -> list[Violation]:
    """What the solution says of itself: its counts, bounds and who is left out."""
    found = []
    value = objective(problem, solution)
    if solution.objective != value or solution.objective > solution.bound:
        message = f"objective {solution.objective}, recomputed {value}, bound {solution.bound}."
        found.append(Violation("objective", (), message))
    if solution.placed != placed(solution) or solution.placed > solution.placed_bound:
        message = f"placed {solution.placed}, recounted {placed(solution)}, bound {solution.placed_bound}."
        found.append(Violation("placed", (), message))
    found.extend(_standing(solution))
    paired = {index for pair in solution.pairs for index in (pair.a, pair.b)}
    wanting = {index for index, member in enumerate(problem.members) if member.wanted > 0}
    listed = [each.member for each in solution.waitlist]
    if sorted(listed) != sorted(wanting - paired) or not all(each.reason for each in solution.waitlist):
        found.append(
            Violation("waitlist", tuple(listed), "The waitlist is not those who want and have no pair.")
        )
    return found


def _standing(solution: Solution) -> list[Violation]:
    """Status and gap follow from the figures, and from nothing else."""
    if solution.objective > solution.bound:
        return []
    total = grade(solution.objective, solution.bound)
    proven = total.status == Status.OPTIMAL and solution.placed == solution.placed_bound
    expected = Status.OPTIMAL if proven else Status.FEASIBLE
    if (solution.status, solution.gap) == (expected, total.gap):
        return []
    message = f"{solution.status} with gap {solution.gap}, and is {expected} with gap {total.gap}."
    return [Violation("status", (), message)]

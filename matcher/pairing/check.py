"""The rules of one-to-one exchanges, with no solver in sight. This is the specification.

The aims of a plan come in stages, and a later one never costs an earlier one: most members placed;
where the rules are fair, the worst-off as high as can be (a max-min floor); then the total affinity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from matcher.optimize import Status, grade
from matcher.outcome import Stage
from matcher.pairing.problem import Pair, Problem, Solution

#: The names of the stages.
PLACED = "most members placed"
WORST_OFF = "worst-off as high as can be"
TOTAL = "total"


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


def affinities(problem: Problem) -> dict[tuple[int, int], int]:
    """The affinity of each candidate, to be looked up; a pinned pair that is none counts as 0."""
    return {(a, b): affinity for a, b, affinity in problem.candidates}


def objective(problem: Problem, solution: Solution) -> int:
    """The total affinity of the chosen pairs, from the problem's own figures."""
    known = affinities(problem)
    return sum(known.get(ordered(pair.a, pair.b), 0) for pair in solution.pairs)


def placed(solution: Solution) -> int:
    """How many members have a pair."""
    return len({index for pair in solution.pairs for index in (pair.a, pair.b)})


def gains(known: Mapping[tuple[int, int], int], pairs: Iterable[Pair]) -> dict[int, int]:
    """The affinity of each placed member's best pair; ``known`` as of :func:`affinities`."""
    best: dict[int, int] = {}
    for pair in pairs:
        affinity = known.get(ordered(pair.a, pair.b), 0)
        for index in (pair.a, pair.b):
            best[index] = max(best.get(index, 0), affinity)
    return best


def worst_off(problem: Problem, gained: Mapping[int, int]) -> int:
    """What the worst-off placed member gains from its best pair; 0 where there is none.

    ``gained`` as of :func:`gains`. A member with a pinned pair does not count: staff decided that it
    is good enough.
    """
    pinned = {index for pin in problem.pins for index in pin}
    return min((gain for index, gain in gained.items() if index not in pinned), default=0)


def reached(
    problem: Problem, known: Mapping[tuple[int, int], int], pairs: Collection[Pair]
) -> tuple[tuple[str, int], ...]:
    """The stages of a problem, and how far a plan comes in each; ``known`` as of :func:`affinities`."""
    gained = gains(known, pairs)
    floor = ((WORST_OFF, worst_off(problem, gained)),) if problem.rules.fair else ()
    total = sum(known.get(ordered(pair.a, pair.b), 0) for pair in pairs)
    return ((PLACED, len(gained)), *floor, (TOTAL, total))


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule; none for a plan that may be shown."""
    found: list[Violation] = []
    known = affinities(problem)
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
    found.extend(_groups(problem, degree))
    found.extend(_figures(problem, known, solution))
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


def _groups(problem: Problem, degree: Counter[int]) -> list[Violation]:
    taken = [(group, sum(degree[index] for index in group.members)) for group in problem.groups]
    return [
        Violation(
            "group",
            group.members,
            f"{count} pairs for a group of {len(group.members)} that may take {group.capacity}.",
        )
        for group, count in taken
        if count > group.capacity
    ]


def _figures(problem: Problem, known: Mapping[tuple[int, int], int], solution: Solution) -> list[Violation]:
    """What the solution says of itself: its counts, bounds and who is left out."""
    found = []
    value = sum(known.get(ordered(pair.a, pair.b), 0) for pair in solution.pairs)
    if solution.objective != value or solution.objective > solution.bound:
        message = f"objective {solution.objective}, recomputed {value}, bound {solution.bound}."
        found.append(Violation("objective", (), message))
    if solution.placed != placed(solution) or solution.placed > solution.placed_bound:
        message = f"placed {solution.placed}, recounted {placed(solution)}, bound {solution.placed_bound}."
        found.append(Violation("placed", (), message))
    found.extend(_stages(solution, reached(problem, known, solution.pairs)))
    found.extend(_baselines(problem, solution))
    found.extend(_standing(solution))
    paired = {index for pair in solution.pairs for index in (pair.a, pair.b)}
    wanting = {index for index, member in enumerate(problem.members) if member.wanted > 0}
    listed = [each.member for each in solution.waitlist]
    if sorted(listed) != sorted(wanting - paired) or not all(each.reason for each in solution.waitlist):
        found.append(
            Violation("waitlist", tuple(listed), "The waitlist is not those who want and have no pair.")
        )
    return found


def _stages(solution: Solution, expected: tuple[tuple[str, int], ...]) -> list[Violation]:
    """The stages are the problem's, as far as the plan comes, none above its bound."""
    if tuple((stage.name, stage.reached) for stage in solution.stages) != expected:
        told = [(stage.name, stage.reached) for stage in solution.stages]
        return [Violation("stages", (), f"stages {told}, recomputed {list(expected)}.")]
    ends = (solution.stages[0].bound, solution.stages[-1].bound)
    if ends != (solution.placed_bound, solution.bound):
        message = f"stages bounded by {ends}, and the plan by {(solution.placed_bound, solution.bound)}."
        return [Violation("stages", (), message)]
    return [
        Violation("stages", (), f"'{stage.name}' reached {stage.reached}, above its bound {stage.bound}.")
        for stage in solution.stages[1:-1]
        if stage.reached > stage.bound
    ]


def _baselines(problem: Problem, solution: Solution) -> list[Violation]:
    """A simpler way obeys the same rules, and so it cannot be above a true bound."""
    found = []
    for each in solution.baselines:
        above = each.placed >= solution.placed and each.objective > solution.bound
        if each.placed > solution.placed_bound or (above and not problem.rules.fair):
            message = f"'{each.name}' places {each.placed} and has {each.objective}, above what is proven."
            found.append(Violation("baselines", (), message))
    return found


def _standing(solution: Solution) -> list[Violation]:
    """Status and gap follow from the figures, and from nothing else."""
    if solution.objective > solution.bound:
        return []
    expected, gap = standing(solution.objective, solution.bound, solution.stages)
    if (solution.status, solution.gap) == (expected, gap):
        return []
    message = f"{solution.status} with gap {solution.gap}, and is {expected} with gap {gap}."
    return [Violation("status", (), message)]


def standing(objective: int, bound: int, stages: Iterable[Stage]) -> tuple[Status, float]:
    """Status and gap of a plan: optimal where every stage is at its bound; the gap is of the total."""
    proven = all(stage.reached == stage.bound for stage in stages)
    return Status.OPTIMAL if proven else Status.FEASIBLE, grade(objective, bound).gap

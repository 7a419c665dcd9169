"""Why a member has no pair: a sentence that is true of the plan at hand."""

from __future__ import annotations

from collections import Counter, defaultdict

from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours
from matcher.pairing.problem import Pair, Problem, Unpaired

WORDS = {
    "organization": "of its own organization",
    "ban": "kept apart by staff",
    "hours": "with no hour in common",
    "met": "met within the window of terms",
    "threshold": "below the least affinity of {threshold}",
    "across states": "of its own state",
    "same role": "with another role",
    "same type": "of another type of organization",
    "wanted": "wishing no pair",
    "facilitator": "at hours when no facilitator is free",
}


def waitlist(problem: Problem, pairs: tuple[Pair, ...], *, proven: bool) -> tuple[Unpaired, ...]:
    """Everybody who wants a pair and has none, with the reason, in the order of the members.

    ``pairs`` are a plan that no pair can be added to; ``proven`` says that it is the best.
    """
    degree: Counter[int] = Counter()
    for pair in pairs:
        degree.update((pair.a, pair.b))
    partners: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b, affinity in problem.candidates:
        partners[a].append((b, affinity))
        partners[b].append((a, affinity))
    bars = Bars.of(problem)
    return tuple(
        Unpaired(index, _reason(problem, bars, index, partners[index], degree, proven))
        for index, member in enumerate(problem.members)
        if member.wanted > 0 and not degree[index]
    )


def _reason(
    problem: Problem,
    bars: Bars,
    index: int,
    partners: list[tuple[int, int]],
    degree: Counter[int],
    proven: bool,
) -> str:
    if not partners:
        return "Nobody is near enough to it: it wrote nothing, or nothing that others wrote about."
    why: Counter[str] = Counter()
    taken = able = 0
    for other, affinity in partners:
        a, b = min(index, other), max(index, other)
        rule = barred(problem, bars, a, b, affinity)
        if not rule and not problem.members[other].wanted:
            rule = "wanted"
        if not rule and problem.facilitators and not able_facilitators(problem, shared_hours(problem, a, b)):
            rule = "facilitator"
        if rule:
            why[rule] += 1
            continue
        able += 1
        taken += degree[other] >= problem.members[other].wanted
    if not able:
        best = max(affinity for _, affinity in partners)
        words = (f"{count} {WORDS[rule]}" for rule, count in why.most_common())
        listed = ", ".join(words).format(threshold=problem.rules.threshold)
        return f"Candidates: {len(partners)} (best affinity {best}), none of them possible: {listed}."
    if taken < able:
        free = f"Possible partners with room: {able - taken} of {able}."
        return f"{free} The facilitators cannot convene one more pair with any of these."
    better = (
        "no plan with it places more members, or as many with a higher total"
        if proven
        else "time ran out before it was known whether a plan with it is better"
    )
    return f"Possible partners: {able}, all of them with as many pairs as they wished; {better}."

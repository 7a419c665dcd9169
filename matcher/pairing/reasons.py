"""Why a member has no pair: a sentence that is true of the plan at hand."""

from __future__ import annotations

from collections import Counter, defaultdict

from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours
from matcher.pairing.problem import Pair, Problem, Unpaired

WORDS = {
    "organization": "are of its own organization",
    "ban": "are barred by a ban",
    "hours": "share no hour with it",
    "met": "met it within the window of terms",
    "threshold": "are below the least affinity of {threshold}",
    "across states": "are of its own state",
    "same role": "have another role",
    "same type": "are another type of organization",
    "facilitator": "can meet it only when no facilitator is free",
}


def waitlist(problem: Problem, pairs: tuple[Pair, ...]) -> tuple[Unpaired, ...]:
    """Everybody who wants a pair and has none, with the reason, in the order of the members."""
    degree: Counter[int] = Counter()
    for pair in pairs:
        degree.update((pair.a, pair.b))
    partners: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b, affinity in problem.candidates:
        partners[a].append((b, affinity))
        partners[b].append((a, affinity))
    bars = Bars.of(problem)
    return tuple(
        Unpaired(index, _reason(problem, bars, index, partners[index], degree))
        for index, member in enumerate(problem.members)
        if member.wanted > 0 and not degree[index]
    )


def _reason(
    problem: Problem, bars: Bars, index: int, partners: list[tuple[int, int]], degree: Counter[int]
) -> str:
    if not partners:
        return "Nothing it wrote is near enough to what anybody else wrote."
    why: Counter[str] = Counter()
    taken = able = 0
    for other, affinity in partners:
        a, b = min(index, other), max(index, other)
        rule = barred(problem, bars, a, b, affinity)
        if not rule and problem.facilitators and not able_facilitators(problem, shared_hours(problem, a, b)):
            rule = "facilitator"
        if rule:
            why[rule] += 1
            continue
        able += 1
        taken += degree[other] >= problem.members[other].wanted
    best = max(affinity for _, affinity in partners)
    barred_words = [
        f"{count} {WORDS[rule].format(threshold=problem.rules.threshold)}"
        for rule, count in why.most_common()
    ]
    if not able:
        return (
            f"Of {len(partners)} possible partners (best affinity {best}), " + ", ".join(barred_words) + "."
        )
    if taken == able:
        return (
            f"Each of the {able} partners it could meet already has as many pairs as it wished; "
            "a plan that takes one of them places no more members, or is worth less."
        )
    return f"The facilitators have no room left for any of the {able - taken} partners that are free."

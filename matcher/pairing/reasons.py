"""Why a member has no pair: a sentence that is true of the plan at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from matcher.optimize import Status
from matcher.pairing.check import Bars, able_facilitators, barred, ordered, shared_hours
from matcher.pairing.problem import Pair, PairGroup, Problem, Unpaired
from matcher.pairing.staff import Roster

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
    "group": "in a group with it that may not take two pairs",
    "facilitator": "at hours when no facilitator is free",
}
BEST = "no plan with it places more members, or as many with a higher total"
FAIREST = "no plan with it places more members, or as many and is better by the worst-off or the total"
UNKNOWN = "time ran out before it was known whether a plan with it is better"
BY_HAND = "the plan was changed by hand since it was formed"
REPAIRED = "a place for it would change more of the earlier plan"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan with what its members, groups and facilitators have taken on."""

    problem: Problem
    bars: Bars
    degree: Counter[int]
    groups: dict[int, list[PairGroup]]
    roster: Roster

    @classmethod
    def of(cls, problem: Problem, pairs: tuple[Pair, ...]) -> _Plan:
        groups: defaultdict[int, list[PairGroup]] = defaultdict(list)
        for group in problem.groups:
            for index in group.members:
                groups[index].append(group)
        roster = Roster([each.capacity for each in problem.facilitators])
        for pair in pairs if problem.facilitators else ():
            roster.add(able_facilitators(problem, shared_hours(problem, pair.a, pair.b)))
        degree = Counter(index for pair in pairs for index in (pair.a, pair.b))
        return cls(problem, Bars.of(problem), degree, dict(groups), roster)

    def taken(self, group: PairGroup) -> int:
        return sum(self.degree[index] for index in group.members)

    def closed(self, index: int, needed: int = 1) -> PairGroup | None:
        """A group of the member that has no room for ``needed`` more pairs."""
        groups = self.groups.get(index, ())
        return next((each for each in groups if self.taken(each) + needed > each.capacity), None)

    def rule(self, index: int, other: int, affinity: int) -> str:
        """The first rule that bars the pair in any plan, or an empty text."""
        a, b = ordered(index, other)
        rule = barred(self.problem, self.bars, a, b, affinity)
        if not rule and not self.problem.members[other].wanted:
            return "wanted"
        if not rule and any(each.capacity < 2 for each in self._shared(index, other)):
            return "group"
        if not rule and self.problem.facilitators and not self._able(a, b):
            return "facilitator"
        return rule

    def open(self, index: int, other: int) -> bool:
        """Whether the other, and the groups of both, have room for the pair."""
        if self.degree[other] >= self.problem.members[other].wanted or self.closed(other):
            return False
        return all(self.taken(each) + 2 <= each.capacity for each in self._shared(index, other))

    def convenable(self, index: int, other: int) -> bool:
        return not self.problem.facilitators or self.roster.fits(self._able(*ordered(index, other)))

    def _shared(self, index: int, other: int) -> list[PairGroup]:
        return [each for each in self.groups.get(index, ()) if other in each.members]

    def _able(self, a: int, b: int) -> tuple[int, ...]:
        return able_facilitators(self.problem, shared_hours(self.problem, a, b))


def waitlist(
    problem: Problem, pairs: tuple[Pair, ...], status: Status, otherwise: str = UNKNOWN
) -> tuple[Unpaired, ...]:
    """Everybody who wants a pair and has none, with the reason, in the order of the members.

    ``otherwise`` says why a plan that is not optimal does not place it at the cost of others.
    """
    if status is Status.OPTIMAL:
        otherwise = FAIREST if problem.rules.fair else BEST
    plan = _Plan.of(problem, pairs)
    left = [i for i, member in enumerate(problem.members) if member.wanted > 0 and not plan.degree[i]]
    partners: dict[int, list[tuple[int, int]]] = {index: [] for index in left}
    for a, b, affinity in problem.candidates:
        if a in partners:
            partners[a].append((b, affinity))
        if b in partners:
            partners[b].append((a, affinity))
    return tuple(Unpaired(index, _reason(plan, index, partners[index], otherwise)) for index in left)


def _reason(plan: _Plan, index: int, partners: list[tuple[int, int]], otherwise: str) -> str:
    if not partners:
        return "Nobody is near enough to it: it wrote nothing, or nothing that others wrote about."
    rules = [plan.rule(index, other, affinity) for other, affinity in partners]
    able = [other for (other, _), rule in zip(partners, rules, strict=True) if not rule]
    if not able:
        best = max(affinity for _, affinity in partners)
        words = (f"{count} {WORDS[rule]}" for rule, count in Counter(rules).most_common())
        listed = ", ".join(words).format(threshold=plan.problem.rules.threshold)
        return f"Candidates: {len(partners)} (best affinity {best}), none of them possible: {listed}."
    full = plan.closed(index)
    if full is not None:
        return (
            f"Its group '{full.name}' has {plan.taken(full)} pairs of at most {full.capacity}; {otherwise}."
        )
    free = [other for other in able if plan.open(index, other)]
    if not free:
        most = "they or their groups may take" if plan.problem.groups else "they wished"
        return f"Possible partners: {len(able)}, all of them with as many pairs as {most}; {otherwise}."
    roomy = sum(plan.convenable(index, other) for other in free)
    if roomy:
        counts = f"Possible partners with room: {roomy} of {len(able)}."
        return f"{counts} Pair it by hand, or have the plan repaired."
    counts = f"Possible partners with room: {len(free)} of {len(able)}."
    return f"{counts} The facilitators cannot convene one more pair with any of these."

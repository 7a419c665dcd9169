"""A plan while one change is made to it by hand: the pairs, and what stands in the way in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from matcher.outcome import Change, ChangeKind
from matcher.pairing.check import Bars, able_facilitators, affinities, barred, ordered, shared_hours
from matcher.pairing.problem import Problem, Solution

SENTENCES = {
    "organization": "{a} and {b} are of one organization.",
    "ban": "A ban keeps {a} and {b} apart.",
    "hours": "{a} gave {a_hours} hours and {b} {b_hours}, and they have none in common.",
    "met": "{a} and {b} met within the window of terms.",
    "threshold": "The affinity of {a} and {b} is {affinity}, below the least of {threshold}.",
    "across states": "{a} and {b} are both of {state}, and pairs are to be across states.",
    "same role": "{a} and {b} have different roles, and pairs are to be of one role.",
    "same type": "{a} and {b} are of different types of organization, and pairs are to be of one.",
    "candidate": "{a} and {b} are no candidates: what they wrote is not near enough.",
    "facilitator": "None of {staff} facilitators is free at an hour that suits {a} and {b}.",
}
#: Rules that a pin does not override.
HARD = ("organization", "ban", "hours", "facilitator")


def bar(problem: Problem, bars: Bars, known: Mapping[tuple[int, int], int], a: int, b: int) -> str:
    """The first rule that keeps a < b apart in any plan, "candidate" and "facilitator" among them; an
    empty text where none does. ``known`` as of :func:`matcher.pairing.check.affinities`."""
    rule = barred(problem, bars, a, b, known.get((a, b), 0))
    if rule in HARD:
        return rule
    if (a, b) not in known and (a, b) not in bars.pins:
        return "candidate"
    if rule or not problem.facilitators or able_facilitators(problem, shared_hours(problem, a, b)):
        return rule
    return "facilitator"


class Draft:
    """``pairs`` and ``problem`` are as the changes so far left them; ``broken`` has a sentence for each
    thing that stands in the way; ``added`` are the pairs that were not there before."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.known: Mapping[tuple[int, int], int] = affinities(problem)
        self.pairs = {ordered(pair.a, pair.b) for pair in solution.pairs}
        self.added: list[tuple[int, int]] = []
        self.broken: list[str] = []
        self._bars = Bars.of(problem)

    def make(self, change: Change) -> None:
        """Make a change of members that are there."""
        if change.kind is ChangeKind.PIN:
            self._pin(*ordered(change.one, change.other))
        elif change.kind is ChangeKind.BAN:
            self._ban(*ordered(change.one, change.other))
        elif change.kind is ChangeKind.MOVE:
            self._move(change.one, change.other, change.to)
        else:
            self._swap(change.one, change.other)

    def bar(self, a: int, b: int) -> str:
        """The first rule that keeps a < b apart, or nothing."""
        return bar(self.problem, self._bars, self.known, a, b)

    def _pin(self, a: int, b: int) -> None:
        if (a, b) not in self._bars.pins:
            self.problem = replace(self.problem, pins=(*self.problem.pins, (a, b)))
            self._bars = Bars.of(self.problem)
        self._add(a, b)

    def _ban(self, a: int, b: int) -> None:
        if (a, b) in self._bars.pins:
            self.broken.append(f"{self._names(a, b)} are pinned: take the pin away first.")
        if (a, b) not in self._bars.bans:
            self.problem = replace(self.problem, bans=(*self.problem.bans, (a, b)))
        self.pairs.discard((a, b))

    def _move(self, one: int, other: int, to: int) -> None:
        if other >= 0:
            left: tuple[int, int] | None = ordered(one, other)
            if left not in self.pairs:
                self.broken.append(f"{self._names(one, other)} are no pair.")
            elif left in self._bars.pins:
                self.broken.append(f"{self._names(one, other)} are pinned: take the pin away first.")
        else:
            left = self._weakest(one)
            if left is None and (to < 0 or self._partners(one)):
                self.broken.append(self._stuck(one))
        if to >= 0 and ordered(one, to) in self.pairs:
            self.broken.append(f"{self._names(one, to)} are a pair already.")
        if not self.broken:
            self.pairs.discard(left or (-1, -1))
            if to >= 0:
                self._add(*ordered(one, to))

    def _swap(self, one: int, other: int) -> None:
        mine, theirs = self._weakest(one), self._weakest(other)
        for index, pair in ((one, mine), (other, theirs)):
            if pair is None and self._partners(index):
                self.broken.append(self._stuck(index))
        if mine is None and theirs is None:
            self.broken.append(f"Neither of {self._names(one, other)} has a pair to give.")
        ends = {*(mine or ()), *(theirs or ())} - {one, other}
        if mine is not None and theirs is not None and len(ends) < 2:
            self.broken.append(f"{self._names(one, other)} are a pair, or have the same partner.")
        fresh = [
            ordered(taker, sum(pair) - giver)
            for taker, giver, pair in ((other, one, mine), (one, other, theirs))
            if pair is not None
        ]
        for pair in fresh:
            if pair in self.pairs:
                self.broken.append(f"{self._names(*pair)} are a pair already.")
        if not self.broken:
            self.pairs -= {mine or (-1, -1), theirs or (-1, -1)}
            for pair in fresh:
                self._add(*pair)

    def _add(self, a: int, b: int) -> None:
        """Make a and b a pair, each in place of its weakest where it has as many as it wished."""
        if (a, b) in self.pairs:
            return
        rule = self.bar(a, b)
        if rule:
            self.broken.append(self._sentence(rule, a, b))
        for index in (a, b):
            wanted = self.problem.members[index].wanted
            if len(self._partners(index)) >= wanted:
                weakest = self._weakest(index)
                if weakest is None:
                    count = len(self._partners(index))
                    name = self.problem.members[index].id
                    self.broken.append(f"{name} has {count} pairs, all pinned, and wishes {wanted}.")
                else:
                    self.pairs.discard(weakest)
        self.pairs.add((a, b))
        self.added.append((a, b))

    def _partners(self, index: int) -> list[tuple[int, int]]:
        return sorted(pair for pair in self.pairs if index in pair)

    def _weakest(self, index: int) -> tuple[int, int] | None:
        """Its pair of the least affinity that is neither pinned nor new, None where there is none."""
        free = [
            each for each in self._partners(index) if each not in self._bars.pins and each not in self.added
        ]
        return min(free, key=lambda pair: self.known.get(pair, 0), default=None)

    def _stuck(self, index: int) -> str:
        count = len(self._partners(index))
        name = self.problem.members[index].id
        return f"{name} has {count} pairs, all pinned." if count else f"{name} has no pair to leave."

    def _names(self, a: int, b: int) -> str:
        return f"{self.problem.members[a].id} and {self.problem.members[b].id}"

    def _sentence(self, rule: str, a: int, b: int) -> str:
        first, second = self.problem.members[a], self.problem.members[b]
        said = SENTENCES[rule].format(
            a=first.id,
            b=second.id,
            a_hours=len(first.hours),
            b_hours=len(second.hours),
            affinity=self.known.get((a, b), 0),
            threshold=self.problem.rules.threshold,
            state=first.state,
            staff=len(self.problem.facilitators),
        )
        return said if rule in HARD else f"{said} Pin them to have it all the same."

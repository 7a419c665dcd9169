"""An earlier plan while it is repaired: who is where, and the moves that better it.

Kept cohorts hold the first places and keep their hour and facilitator; an empty one is dissolved. New
cohorts follow. A change is a member who had a cohort and is not in it any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from matcher.cohorts import desk as desks
from matcher.cohorts.check import topics_allowed
from matcher.cohorts.problem import Cohort, Problem

Group = tuple[int, ...]
#: Where each member that moves goes: a cohort's number, -1 for the waitlist.
Move = dict[int, int]
#: A member who would change cohorts is tried with those of so many others whom it suits best.
SUITED = 12


@dataclass(frozen=True)
class Case:
    """What is repaired: ``cohorts`` as they were, with the hour and facilitator they keep; those in
    ``closed`` stay as they are, those in ``lost`` can have no facilitator any more. ``home`` of each member
    that had a cohort."""

    d: desks.Desk
    cohorts: tuple[Cohort, ...]
    home: dict[int, int]
    closed: frozenset[int]
    lost: frozenset[int]
    memory: dict[tuple[Group, int | None], bool] = field(default_factory=dict)
    values: dict[Group, int] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        return self.d.problem

    @cached_property
    def block(self) -> dict[int, frozenset[int]]:
        """For each pinned member those it is pinned to, itself too."""
        from matcher.cohorts.check import blocks

        return {i: frozenset(each) for each in blocks(self.problem) for i in each}

    def value(self, group: Group) -> int:
        if group not in self.values:
            self.values[group] = desks.value(self.d, group)
        return self.values[group]

    def stands(self, group: Group, hour: int | None) -> bool:
        """Whether ``group``, ascending, may be a cohort at ``hour``."""
        key = group, hour
        if key not in self.memory:
            self.memory[key] = _stands(self.d, group, hour)
        return self.memory[key]


@dataclass(frozen=True)
class Draft:
    """``cohorts`` with their members as of now, ``where`` each member is."""

    cohorts: tuple[Cohort, ...]

    @cached_property
    def where(self) -> dict[int, int]:
        return {i: number for number, cohort in enumerate(self.cohorts) for i in cohort.members}

    def changes(self, case: Case) -> int:
        return sum(self.where.get(i, -1) != home for i, home in case.home.items())

    def rank(self, case: Case) -> tuple[int, int]:
        """Members placed, and the value."""
        return len(self.where), sum(case.value(cohort.members) for cohort in self.cohorts)

    def waiting(self, case: Case) -> list[int]:
        return [i for i in range(len(case.problem.members)) if i not in self.where]

    def sound(self, case: Case) -> bool:
        """Whether every cohort stands and every pin holds."""
        stand = all(not one.members or case.stands(one.members, one.hour) for one in self.cohorts)
        return stand and not any(desks.parted(case.d, [one.members for one in self.cohorts]))


def _stands(d: desks.Desk, group: Group, hour: int | None) -> bool:
    rules, members = d.problem.rules, [d.problem.members[i] for i in group]
    if not rules.min_size <= len(group) <= rules.max_size:
        return False
    if hour is None:
        if not desks.untimed(d, group):
            return False
    elif any(hour not in d.hours[i] for i in group):
        return False
    states = Counter(one.state for one in members if one.state)
    organizations = Counter(one.organization_id for one in members if one.organization_id)
    return (
        max(states.values(), default=0) <= rules.per_state
        and max(organizations.values(), default=0) <= rules.per_organization
        and not any(pair in d.apart for pair in combinations(group, 2))
        and bool(topics_allowed(members, d.duty))
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move brings: members placed, value, and changes more."""

    placed: int
    value: int
    changes: int


def moved(draft: Draft, move: Mapping[int, int]) -> dict[int, Group]:
    """The cohorts that ``move`` touches, with their new members."""
    touched = {*move.values(), *(draft.where[i] for i in move if i in draft.where)} - {-1}
    return {
        number: tuple(
            sorted(
                [
                    *(i for i in draft.cohorts[number].members if i not in move),
                    *(i for i, to in move.items() if to == number),
                ]
            )
        )
        for number in touched
    }


def effect(case: Case, draft: Draft, move: Move) -> Effect | None:
    """What ``move`` brings; None where a cohort would not stand (an empty one may) or a pin would part."""
    placed = value = 0
    for number, group in moved(draft, move).items():
        before = draft.cohorts[number]
        if number in case.closed or number in case.lost:
            return None
        if group and not case.stands(group, before.hour):
            return None
        placed += len(group) - len(before.members)
        value += case.value(group) - case.value(before.members)
    for i in move:
        if i in case.block:
            homes = {move.get(j, draft.where.get(j, -1)) for j in case.block[i]}
            if len(homes) > 1 or -1 in homes:
                return None
    changes = sum(
        (to != case.home[i]) - (draft.where.get(i, -1) != case.home[i])
        for i, to in move.items()
        if i in case.home
    )
    return Effect(placed, value, changes)


def made(draft: Draft, move: Move) -> Draft:
    cohorts = list(draft.cohorts)
    for number, group in moved(draft, move).items():
        cohorts[number] = replace(cohorts[number], members=group)
    return Draft(tuple(cohorts))


def better(
    case: Case, draft: Draft, budget: int, stop: Callable[[], bool], *, placing: bool = False
) -> Draft:
    """``draft`` with the moves made, time after time, that place more or are worth more at no more than
    ``budget`` changes: those that place most first, then those of most value by the change. ``placing``:
    only those that place more."""
    changes = draft.changes(case)
    least = (1, -(2**62)) if placing else (0, 1)
    while not stop():
        found = []
        for move in _moves(case, draft, budget - changes):
            gain = effect(case, draft, move)
            if gain and (gain.placed, gain.value) >= least and changes + gain.changes <= budget:
                found.append((-gain.placed, -gain.value / (1 + max(0, gain.changes)), tuple(move.items())))
        before = draft
        for _, _, pairs in sorted(found):
            move = dict(pairs)
            if any(draft.where.get(i, -1) == to for i, to in move.items()):
                continue
            gain = effect(case, draft, move)
            if gain and (gain.placed, gain.value) >= least and changes + gain.changes <= budget:
                draft, changes = made(draft, move), changes + gain.changes
        if draft is before:
            return draft
    return draft


def filled(case: Case, draft: Draft) -> Draft:
    """``draft`` with each of those who wait in the cohort that takes it and gains most by it, one after the
    other; a member who had another cohort was moved already."""
    for i in draft.waiting(case):
        joins = [(effect(case, draft, {i: c}), c) for c, one in enumerate(draft.cohorts) if one.members]
        gains = [(gain.value, -c) for gain, c in joins if gain and gain.changes <= 0]
        if gains:
            draft = made(draft, {i: -max(gains)[1]})
    return draft


def _moves(case: Case, draft: Draft, left: int) -> Iterator[Move]:
    """One member to another cohort, two that change places, and chains of two: for those who are not where
    they were before, to any cohort; for others, while changes are ``left``, to those where it suits them."""
    where = draft.where
    open_to = [n for n in range(len(draft.cohorts)) if n not in case.closed and n not in case.lost]
    for i in range(len(case.d.hours)):
        if where.get(i, -1) == case.home.get(i, -2):
            continue
        for number in open_to:
            yield from _into(case, draft, i, number, left)
    suited = _suited(case) if left > 0 else []
    for i, home in where.items():
        if left > 0 and case.home.get(i, -2) == home and home not in case.closed:
            for number in dict.fromkeys(where[j] for j in suited[i] if j in where):
                if number != home and number not in case.closed:
                    yield from _into(case, draft, i, number, left)
    yield from _in_place(case, draft, open_to, left)


def _in_place(case: Case, draft: Draft, open_to: Sequence[int], left: int) -> Iterator[Move]:
    """One who waits takes the place of another, who goes on to a third cohort."""
    room = [n for n in open_to if 0 < len(draft.cohorts[n].members) < case.problem.rules.max_size]
    for i in draft.waiting(case):
        for number in open_to:
            if not free(case, i, draft.cohorts[number].hour):
                continue
            for j in draft.cohorts[number].members:
                if left <= 0 and case.home.get(j, -2) == number:
                    continue
                for to in room:
                    if to != number and free(case, j, draft.cohorts[to].hour):
                        yield {i: number, j: to}


def _into(case: Case, draft: Draft, i: int, number: int, left: int) -> Iterator[Move]:
    """Member ``i`` joins cohort ``number``, or changes places with one of it."""
    cohort, now = draft.cohorts[number], draft.where.get(i, -1)
    if now == number or not cohort.members or not free(case, i, cohort.hour):
        return
    yield {i: number}
    for j in cohort.members:
        stays = case.home.get(j, -1) == number
        if (not stays or left > 0) and (now < 0 or free(case, j, draft.cohorts[now].hour)):
            yield {i: number, j: now}


def free(case: Case, i: int, hour: int | None) -> bool:
    """Whether member ``i`` can be in a cohort at ``hour``; at None, only where it named no hours."""
    return not case.problem.members[i].hours if hour is None else hour in case.d.hours[i]


def _suited(case: Case) -> list[list[int]]:
    """For each member the others of highest score, the best first."""
    rows: list[list[tuple[int, int]]] = [[] for _ in case.d.hours]
    for (i, j), points in case.d.scores.items():
        rows[i].append((-points, j))
        rows[j].append((-points, i))
    return [[j for _, j in sorted(row)[:SUITED]] for row in rows]

"""The repair of a few cohorts as an integer programme: who is in which, at its hour.

Its aims are put one before the other: changes, members placed, value. Cohorts that are not open stay as
they are and take nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.cohorts import desk as desks
from matcher.cohorts import tables
from matcher.cohorts.draft import Case, Draft, free
from matcher.cohorts.problem import VALUE_SCALE, Cohort
from matcher.optimize import WholeProgramme

#: Terms (variable, factor).
Terms = list[tuple[int, int]]
#: Pairs times cohorts up to which the value is an aim of the programme.
VALUED = 6_000


@dataclass(frozen=True, slots=True)
class Field:
    """What is decided: the ``open`` cohorts of the draft, the ``members`` that can be in them, and how
    many ``new`` cohorts there can be. ``lent``: an open cohort can have members lent who break no rule, at
    one change each: then the fewest changes are a lower bound, and no repair."""

    open: tuple[int, ...]
    members: tuple[int, ...]
    new: int = 0
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """The variables of ``whole``, which changes the draft ``start``: whether member i sits in cohort c,
    whether c is held, whether a new cohort takes an hour. ``stays``: the terms of the ``homes`` members
    with a cohort who keep it, less those lent."""

    whole: WholeProgramme
    start: Draft
    field: Field
    sits: dict[tuple[int, int], int]
    held: dict[int, int]
    timed: dict[tuple[int, int | None], int]
    stays: Terms
    homes: int

    def placed(self) -> Terms:
        return [(variable, 1) for variable in self.sits.values()]


def build(case: Case, draft: Draft, field: Field) -> Programme:
    """The programme of ``field``, all rules in it but, where members are lent, the pins."""
    whole, first = WholeProgramme(), len(draft.cohorts)
    new = range(first, first + field.new)
    held = {c: whole.variable() for c in (*field.open, *new)}
    hours = _hours_for_new(case) if field.new else ()
    timed = {(c, hour): whole.variable() for c in new for hour in hours}
    sits: dict[tuple[int, int], int] = {}
    for i in field.members:
        for c in field.open:
            short = c in case.closed  # it keeps its members, and takes only those who had no cohort
            if free(case, i, draft.cohorts[c].hour) and (case.home.get(i, c) == c or not short):
                sits[i, c] = whole.variable(int(short and i in case.home), 1)
        sits.update({(i, c): whole.variable() for c in new})
    of: dict[int, Terms] = {i: [] for i in field.members}
    within: dict[int, dict[int, int]] = {c: {} for c in held}
    for (i, c), variable in sits.items():
        of[i].append((variable, 1))
        within[c][i] = variable
    for terms in of.values():
        whole.row(terms, 0, 1)
    lent: Terms = []
    for c, variable in held.items():
        if field.lent and c not in case.closed:
            lent.append((whole.variable(0, case.problem.rules.max_size), 1))
            _cohort(case, whole, c, variable, within[c], lent[-1:])
        else:
            _cohort(case, whole, c, variable, within[c], [])
    for c in new:
        _timed(case, whole, held[c], within[c], {h: timed[c, h] for h in hours})
        if c - 1 in new:
            whole.row([(held[c - 1], 1), (held[c], -1)], low=0)
    if case.d.staff:
        _staff(case, draft, whole, field, held, timed)
    if not field.lent:
        _pins(case, whole, sits, (*field.open, *new), of)
    stays: Terms = [
        (sits[i, case.home.get(i, -1)], 1) for i in field.members if (i, case.home.get(i, -1)) in sits
    ]
    stays += [(variable, -1) for variable, _ in lent]
    homes = sum(i in case.home for i in field.members)
    return Programme(whole, draft, field, sits, held, timed, stays, homes)


def _cohort(
    case: Case, whole: WholeProgramme, c: int, held: int, within: dict[int, int], lent: Terms
) -> None:
    """The size, the caps, the pairs kept apart and the topic of cohort ``c``; where it has somebody
    ``lent``, any topic will do."""
    rules, members = case.problem.rules, case.problem.members
    most = rules.min_size if c in case.closed else rules.max_size
    seats = [*((variable, 1) for variable in within.values()), *lent]
    whole.row([*seats, (held, -most)], high=0)
    whole.row([*seats, (held, -rules.min_size)], low=0)
    states: dict[str, Terms] = {}
    organizations: dict[str, Terms] = {}
    for i, variable in within.items():
        states.setdefault(members[i].state, []).append((variable, 1))
        organizations.setdefault(members[i].organization_id, []).append((variable, 1))
    for cap, named in ((rules.per_state, states), (rules.per_organization, organizations)):
        for name, terms in named.items():
            if name and len(terms) > cap:
                whole.row(terms, high=cap)
    for i, j in case.d.apart:
        if i in within and j in within:
            whole.row([(within[i], 1), (within[j], 1)], high=1)
    if not case.d.duty:
        return
    faced: dict[str, Terms] = {"": []}
    for i, variable in within.items():
        for topic in members[i].challenge_topics:
            faced.setdefault(topic, []).append((variable, 1))
    chosen = {topic: whole.variable() for topic in faced}
    highest = whole.variable(0, rules.max_size)
    whole.row([*((variable, 1) for variable in chosen.values()), *lent, (held, -1)], low=0)
    for topic, terms in faced.items():
        whole.row([*terms, (highest, -1)], high=0)
        whole.row([*terms, (highest, -1)], low=0, only_if=chosen[topic])
        if topic in case.d.duty:
            practices = [(v, 1) for i, v in within.items() if topic in members[i].practice_topics]
            whole.row([*practices, (chosen[topic], -1)], low=0)


def _timed(
    case: Case, whole: WholeProgramme, held: int, within: dict[int, int], at: dict[int | None, int]
) -> None:
    """A new cohort takes one hour, and only members who are free at it."""
    whole.row([*((variable, 1) for variable in at.values()), (held, -1)], 0, 0)
    for i, variable in within.items():
        whole.row([(variable, 1), *((taken, -1) for h, taken in at.items() if free(case, i, h))], high=0)


def _staff(
    case: Case,
    draft: Draft,
    whole: WholeProgramme,
    field: Field,
    held: dict[int, int],
    timed: dict[tuple[int, int | None], int],
) -> None:
    """New cohorts at an hour: no more than the facilitators whom the held ones leave at it."""
    for hour in sorted({hour for _, hour in timed if hour is not None}):
        room = sum(hour in hours for hours in case.d.staff.values())
        terms = [(variable, 1) for (_, h), variable in timed.items() if h == hour]
        for c, cohort in enumerate(draft.cohorts):
            if cohort.hour == hour and c in field.open:
                terms.append((held[c], 1))
            elif cohort.hour == hour and cohort.members:
                room -= 1
        whole.row(terms, high=room)


def _pins(
    case: Case,
    whole: WholeProgramme,
    sits: dict[tuple[int, int], int],
    at: Iterable[int],
    of: dict[int, Terms],
) -> None:
    """Members pinned together are placed, and in one cohort."""
    cohorts = list(at)
    for i, j in case.problem.together:
        if i not in of and j not in of:
            continue
        for c in cohorts:
            pair = [(sits[k, c], sign) for k, sign in ((i, 1), (j, -1)) if (k, c) in sits]
            whole.row(pair, 0, 0)
        for k in (i, j):
            whole.row(of.get(k, []), 1, 1)


def _hours_for_new(case: Case) -> Sequence[int | None]:
    """Hours that a new cohort can take: one of each class, or each with facilitators; None where nobody
    named any."""
    if case.d.staff:
        return sorted({hour for hours in case.d.staff.values() for hour in hours})
    if not any(member.hours for member in case.problem.members):
        return [None]
    return [one.hours[0] for one in tables.hour_classes(case.problem)]


def value_terms(case: Case, programme: Programme) -> Terms:
    """Variables of each cohort's value, in rows of their own; empty where that would be too many."""
    whole, rules = programme.whole, case.problem.rules
    within: dict[int, dict[int, int]] = {c: {} for c in programme.held}
    for (i, c), variable in programme.sits.items():
        within[c][i] = variable
    if sum(len(each) * (len(each) - 1) // 2 for each in within.values()) > VALUED:
        return []
    values: Terms = []
    for c, held in programme.held.items():
        both: Terms = []
        for i, j in combinations(sorted(within[c]), 2):
            points = desks.score(case.d, i, j)
            if points and (i, j) not in case.d.apart:
                pair = whole.variable()
                whole.row([(pair, 1), (within[c][i], -1)], high=0)
                whole.row([(pair, 1), (within[c][j], -1)], high=0)
                both.append((pair, 2 * VALUE_SCALE * points))
        worth = whole.variable(0, VALUE_SCALE * 1000 * rules.max_size)
        values.append((worth, 1))
        sizes = {size: whole.variable() for size in range(rules.min_size, rules.max_size + 1)}
        whole.row([*((variable, 1) for variable in sizes.values()), (held, -1)], 0, 0)
        seats = [(variable, 1) for variable in within[c].values()]
        whole.row([*seats, *((variable, -size) for size, variable in sizes.items())], 0, 0)
        for size, variable in sizes.items():
            whole.row([*both, (worth, 1 - size)], low=0, only_if=variable)
        whole.row([(worth, 1), (held, -VALUE_SCALE * 1000 * rules.max_size)], high=0)
    return values


def hinted(programme: Programme, draft: Draft) -> dict[int, int]:
    """Where everybody is in ``draft``, as a point to begin from."""
    where = draft.where
    return {variable: int(where.get(i, -1) == c) for (i, c), variable in programme.sits.items()}


def read(case: Case, programme: Programme, values: Sequence[int]) -> Draft:
    """The draft that ``programme`` began with, with the cohorts of a point of it."""
    groups: dict[int, list[int]] = {c: [] for c in programme.held}
    for (i, c), variable in programme.sits.items():
        if values[variable]:
            groups[c].append(i)
    cohorts = list(programme.start.cohorts)
    for c in programme.field.open:
        before = cohorts[c]
        cohorts[c] = Cohort(tuple(sorted(groups[c])), before.hour, before.topic, before.facilitator)
    for (c, hour), variable in programme.timed.items():
        if values[variable]:
            name = facilitator_at(case, cohorts, hour)
            cohorts.append(Cohort(tuple(sorted(groups[c])), hour, "", name))
    return Draft(tuple(cohorts))


def facilitator_at(case: Case, cohorts: Collection[Cohort], hour: int | None) -> str:
    """The facilitator with the fewest cohorts who is free at ``hour`` beside ``cohorts``; "" without any."""
    held = [one for one in cohorts if one.members]
    busy = {one.facilitator for one in held if one.hour == hour}
    free = [name for name, hours in case.d.staff.items() if hour in hours and name not in busy]
    return min(free, key=lambda name: (sum(one.facilitator == name for one in held), name), default="")

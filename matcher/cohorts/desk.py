"""A problem prepared for questions about single cohorts: what a plan at hand is changed with.

Cohorts are numbered from 1 in sentences, as staff see them. Here a cohort has its hour: a newcomer has to
be free at it, where the search may still choose another one.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.cohorts import reasons, tables
from matcher.cohorts.check import kept_apart, practice_duty, topics_allowed
from matcher.cohorts.place import USUAL
from matcher.cohorts.problem import MET, VALUE_SCALE, Cohort, Problem, cohort_value
from matcher.domain import HOURS_A_WEEK

Pair = tuple[int, int]
WEEK = frozenset(range(HOURS_A_WEEK))


@dataclass(frozen=True, slots=True)
class Desk:
    """``scores`` and ``apart`` by pair, the smaller index first; a pair that has met and is pinned is not
    apart. ``hours`` of each member and ``staff`` (those of each facilitator): all of the week where none
    were given."""

    problem: Problem
    scores: dict[Pair, int]
    apart: dict[Pair, str]
    hours: tuple[frozenset[int], ...]
    staff: dict[str, frozenset[int]]
    duty: frozenset[str]


def desk(problem: Problem) -> Desk:
    """The lookups of ``problem``: some milliseconds for 500 members."""
    return Desk(
        problem=problem,
        scores={(i, j): score for i, j, score in problem.affinities},
        apart=kept_apart(problem),
        hours=tuple(frozenset(member.hours) or WEEK for member in problem.members),
        staff={one.id: frozenset(one.hours) or WEEK for one in problem.facilitators},
        duty=practice_duty(problem),
    )


def score(d: Desk, i: int, j: int) -> int:
    return d.scores.get((i, j) if i < j else (j, i), 0)


def may_meet(d: Desk, i: int, j: int) -> bool:
    return ((i, j) if i < j else (j, i)) not in d.apart


def total(d: Desk, group: Sequence[int]) -> int:
    """Sum of the pair scores of ``group``, ascending."""
    return sum(d.scores.get(pair, 0) for pair in combinations(group, 2))


def value(d: Desk, group: Sequence[int]) -> int:
    """The value of ``group``, ascending, as a cohort; 0 below 2 members."""
    return cohort_value(total(d, group), len(group)) if len(group) > 1 else 0


def worst(d: Desk, groups: Sequence[Sequence[int]]) -> int | None:
    """The least mean affinity of a member to the others of its cohort, in whole points; None: no members."""
    return min(
        (
            sum(score(d, i, j) for j in group if j != i) // max(1, len(group) - 1)
            for group in groups
            for i in group
        ),
        default=None,
    )


def value_bound(d: Desk, placed: int) -> int:
    """No plan that places ``placed`` members is worth more: their best means to ``min_size - 1`` others,
    summed; hours and caps are not looked at. (The mean of a member's best k scores falls with k.)"""
    others = d.problem.rules.min_size - 1
    best: list[list[int]] = [[] for _ in d.hours]
    for (i, j), points in d.scores.items():
        if (i, j) not in d.apart:
            best[i].append(points)
            best[j].append(points)
    sums = sorted((sum(heapq.nlargest(others, row)) for row in best), reverse=True)
    return VALUE_SCALE * sum(sums[:placed]) // others


def shared(d: Desk, group: Sequence[int]) -> frozenset[int]:
    """Hours at which all of ``group`` are free."""
    return WEEK.intersection(*(d.hours[i] for i in group))


def untimed(d: Desk, group: Sequence[int]) -> bool:
    """Whether the hour of ``group`` may be left open: nobody named any."""
    return not d.staff and not any(d.problem.members[i].hours for i in group)


def broken(d: Desk, number: int, group: Sequence[int]) -> Iterator[str]:
    """A sentence for each rule that ``group``, ascending, breaks as cohort ``number`` (from 0), its hour
    and facilitator apart."""
    rules, people = d.problem.rules, [d.problem.members[i] for i in group]
    name, size = f"Cohort {number + 1}", len(group)
    if size > rules.max_size:
        yield f"{name} would have {size} members, and may have at most {rules.max_size}."
    if size < rules.min_size:
        people_left = "1 member" if size == 1 else f"{size} members"
        yield f"{name} would have {people_left}, and needs at least {rules.min_size}."
    for word, most, counts in (
        ("state", rules.per_state, Counter(one.state for one in people)),
        ("organization", rules.per_organization, Counter(one.organization_id for one in people)),
    ):
        for which, count in sorted(counts.items()):
            if which and count > most:
                yield f"{name} would have {count} members of {word} '{which}', and may have at most {most}."
    for i, j in combinations(group, 2):
        if (i, j) in d.apart:
            why = (
                "met before or are a pair of this term" if d.apart[i, j] == MET else "are kept apart by staff"
            )
            yield f"'{d.problem.members[i].id}' and '{d.problem.members[j].id}' in cohort {number + 1} {why}."
    if not topics_allowed(people, d.duty):
        most_wanted = "', '".join(topics_allowed(people, frozenset()))
        yield f"None of the {size} members of cohort {number + 1} would have a practice on '{most_wanted}'."


def places(d: Desk, cohort: Cohort, group: Sequence[int], others: Collection[Cohort]) -> Iterator[Cohort]:
    """``cohort`` with the members ``group`` beside ``others``: each hour and facilitator that it may have,
    the best first. Its own come first, then its own facilitator at another hour, then hours that few
    others use. Nothing where none suits."""
    members, topic = tuple(group), topic_of(d, cohort.topic, group)
    if untimed(d, group):
        yield Cohort(members, cohort.hour, topic, "")
        return
    busy = {(one.facilitator, one.hour) for one in others}
    used = Counter(one.hour for one in others)
    load = Counter(one.facilitator for one in others)
    names = sorted(d.staff, key=lambda one: (one != cohort.facilitator, load[one], one)) or [""]
    order = {name: number for number, name in enumerate(names)}
    open_to = [
        (hour, name)
        for hour in shared(d, group)
        for name in names
        if not name or (hour in d.staff[name] and (name, hour) not in busy)
    ]

    def rank(choice: tuple[int, str]) -> tuple[object, ...]:
        hour, name = choice
        usual = USUAL.index(hour) if hour in USUAL else HOURS_A_WEEK
        return hour != cohort.hour, name != cohort.facilitator, used[hour], usual, hour, order[name]

    for hour, name in sorted(open_to, key=rank):
        yield Cohort(members, hour, topic, name)


def topic_of(d: Desk, now: str, group: Sequence[int]) -> str:
    """The topic ``now`` where ``group`` may have it, else the one with most practices; ``now`` where it
    may have none."""
    people = [d.problem.members[i] for i in group]
    allowed = topics_allowed(people, d.duty)
    if now in allowed or not allowed:
        return now
    return min(allowed, key=lambda t: (-sum(t in one.practice_topics for one in people), t))


def no_hour(d: Desk, number: int, group: Sequence[int]) -> str:
    """Why cohort ``number`` of ``group`` has no hour and facilitator."""
    common = len(shared(d, group))
    if not common:
        return f"Cohort {number + 1} would have no hour at which all {len(group)} members are free."
    hours = "the hour" if common == 1 else f"any of the {common} hours"
    return f"No facilitator is free at {hours} that the {len(group)} members of cohort {number + 1} share."


def parted(d: Desk, groups: Sequence[Sequence[int]]) -> Iterator[str]:
    """A sentence for each pin that ``groups`` do not keep."""
    home = {i: number for number, group in enumerate(groups) for i in group}
    for i, j in d.problem.together:
        if i not in home or j not in home or home[i] != home[j]:
            waiting = [d.problem.members[k].id for k in (i, j) if k not in home]
            end = f"{' and '.join(map(repr, waiting))} would wait" if waiting else "would be apart"
            yield f"'{d.problem.members[i].id}' and '{d.problem.members[j].id}' are pinned to meet; {end}."


def obstacle(d: Desk, cohort: Cohort, one: int) -> str:
    """The first rule by which member ``one`` cannot join ``cohort`` at its hour; "" for none."""
    rules, members, group = d.problem.rules, d.problem.members, cohort.members
    mine = members[one]
    rule = ""
    if len(group) >= rules.max_size:
        rule = "full"
    elif not all(may_meet(d, i, one) for i in group):
        rule = "apart"
    elif mine.state and sum(members[i].state == mine.state for i in group) >= rules.per_state:
        rule = "state"
    elif (
        mine.organization_id
        and sum(members[i].organization_id == mine.organization_id for i in group) >= rules.per_organization
    ):
        rule = "organization"
    elif (cohort.hour is None and bool(mine.hours)) or (
        cohort.hour is not None and cohort.hour not in d.hours[one]
    ):
        rule = "hour"
    elif not topics_allowed([members[i] for i in (*group, one)], d.duty):
        rule = "practice"
    return rule


def waitlist(
    d: Desk,
    cohorts: Sequence[Cohort],
    *,
    closed: Collection[int] = (),
    by_hand: Collection[int] = (),
) -> tuple[tuple[int, str], ...]:
    """Everybody in none of ``cohorts``, with the reason. ``closed`` cohorts take nobody; members in
    ``by_hand`` were put on the waitlist by a person."""
    problem, rules = d.problem, d.problem.rules
    seated = {i for cohort in cohorts for i in cohort.members}
    waiting = [i for i in range(len(problem.members)) if i not in seated]
    if not waiting:
        return ()
    known = reasons.facts(problem, tables.hour_classes(problem))
    words = {
        "closed": "confirmed as they are",
        "full": f"full at {rules.max_size}",
        "apart": "with someone it has met or is banned from",
        "state": f"with {rules.per_state} of its state",
        "organization": f"with {rules.per_organization} of its organization",
        "hour": "at an hour at which it is not free",
        "practice": "left without a practice on the topic if it joined",
        "": "with room for it",
    }
    found = []
    for one in waiting:
        text = "" if one in by_hand else reasons.alone(known, one)
        if not text:
            counts = Counter(
                "closed" if number in closed else obstacle(d, cohort, one)
                for number, cohort in enumerate(cohorts)
            )
            begin = "put on the waitlist by hand" if one in by_hand else f"{len(waiting)} left over"
            parts = [f"{counts[rule]} {text}" for rule, text in words.items() if counts[rule]]
            of = "1 cohort" if len(cohorts) == 1 else f"{len(cohorts)} cohorts"
            text = f"{begin}; of {of}: {', '.join(parts)}" if parts else f"{begin}; there is no cohort"
        found.append((one, text))
    return tuple(found)

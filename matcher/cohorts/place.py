"""From groups of members to cohorts with an hour, a topic and a facilitator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matcher.cohorts.check import practice_duty, shared_hours, topics_allowed
from matcher.cohorts.problem import Cohort, Problem
from matcher.cohorts.tables import HourClass
from matcher.domain import HOURS_A_WEEK

Group = tuple[int, ...]
#: Hours at which most of the United States is at work on a Tuesday to Thursday, tried first where nobody
#: named any: 16 to 20 UTC.
USUAL = tuple(day * 24 + hour for day in (1, 2, 3, 0, 4) for hour in (17, 18, 19, 16, 20))


def assign_classes(shared: Sequence[int], capacity: Sequence[int]) -> list[int] | None:
    """A class of hours for each group, given the bits of those it shares; None where they do not fit.

    A bipartite matching with room, by augmenting paths (Kuhn).
    """
    chosen = [-1] * len(shared)
    taken: list[list[int]] = [[] for _ in capacity]

    def settle(group: int, tried: set[int]) -> bool:
        for number, room in enumerate(capacity):
            if not shared[group] >> number & 1 or number in tried:
                continue
            tried.add(number)
            if len(taken[number]) < room or any(move(other, number, tried) for other in list(taken[number])):
                taken[number].append(group)
                chosen[group] = number
                return True
        return False

    def move(group: int, away: int, tried: set[int]) -> bool:
        if not settle(group, tried):
            return False
        taken[away].remove(group)
        return True

    return chosen if all(settle(group, set()) for group in range(len(shared))) else None


def finish(
    problem: Problem, groups: Sequence[Group], classes: Sequence[HourClass], chosen: Sequence[int]
) -> tuple[Cohort, ...]:
    """Cohorts with hours inside their classes, spread over the week, their topics, and facilitators
    with as even a load as their hours allow. Sorted by first member."""
    order = sorted(range(len(groups)), key=lambda number: groups[number])
    staff = problem.facilitators
    always = [one.id for one in staff if not one.hours]
    at_hour: Counter[int] = Counter()
    busy: set[tuple[str, int]] = set()
    load: Counter[str] = Counter()
    duty = practice_duty(problem)
    cohorts = []
    for number in order:
        group = groups[number]
        members = [problem.members[i] for i in group]
        name = ""
        hour: int | None = None
        if staff or any(member.hours for member in members):
            shared = shared_hours(problem, members)
            hours = [h for h in classes[chosen[number]].hours if h in shared]
            if staff:
                free = {h: [one.id for one in staff if h in one.hours] + always for h in hours}
                open_to = {h: [one for one in ids if (one, h) not in busy] for h, ids in free.items()}
                hours = [h for h in hours if open_to[h]]
            elif shared:
                hours = sorted(shared)
            hour = min(hours, key=lambda h: (at_hour[h], USUAL.index(h) if h in USUAL else HOURS_A_WEEK, h))
            at_hour[hour] += 1
            if staff:
                name = min(open_to[hour], key=lambda one: (load[one], one))
                busy.add((name, hour))
                load[name] += 1
        topic = min(
            topics_allowed(members, duty),
            key=lambda t: (-sum(t in member.practice_topics for member in members), t),
        )
        cohorts.append(Cohort(group, hour, topic, name))
    return tuple(cohorts)

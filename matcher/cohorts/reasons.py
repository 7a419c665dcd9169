"""Why a member waits: a true sentence with numbers, for each one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.cohorts.check import kept_apart, practice_duty, topics_allowed
from matcher.cohorts.place import assign_classes
from matcher.cohorts.problem import BAN, Problem
from matcher.cohorts.tables import HourClass
from matcher.domain import HOURS_A_WEEK

Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A problem as sets of bits, one bit a member (``free`` by hour, ``apart`` by member, both without
    hours nobody convenes) or one bit an hour class (``classes`` by member)."""

    problem: Problem
    capacity: tuple[int, ...]
    free: tuple[int, ...]
    apart: tuple[int, ...]
    classes: tuple[int, ...]
    duty: frozenset[str]


def facts(problem: Problem, classes: Sequence[HourClass]) -> Facts:
    """The sets of bits of ``problem``."""
    n = len(problem.members)
    staffed = set(range(HOURS_A_WEEK))
    if problem.facilitators and all(one.hours for one in problem.facilitators):
        staffed = {hour for one in problem.facilitators for hour in one.hours}
    anytime = sum(1 << i for i, member in enumerate(problem.members) if not member.hours)
    free = [anytime if hour in staffed else 0 for hour in range(HOURS_A_WEEK)]
    apart = [0] * n
    for i, member in enumerate(problem.members):
        for hour in staffed.intersection(member.hours):
            free[hour] |= 1 << i
    for i, j in kept_apart(problem):
        apart[i] |= 1 << j
        apart[j] |= 1 << i
    shared = tuple(
        sum(1 << number for number, one in enumerate(classes) if one.members >> i & 1) for i in range(n)
    )
    capacity = tuple(one.capacity for one in classes)
    return Facts(problem, capacity, tuple(free), tuple(apart), shared, practice_duty(problem))


def obstacle(f: Facts, group: Group, newcomer: int, others: Sequence[Group]) -> str:
    """The first rule by which ``newcomer`` cannot join ``group``, beside the ``others``; "" for none."""
    rules, members = f.problem.rules, f.problem.members
    mine = members[newcomer]
    state = [members[i].state for i in group].count(mine.state)
    organization = [members[i].organization_id for i in group].count(mine.organization_id)
    shared = common_classes(f, (*group, newcomer))
    rule = ""
    if len(group) >= rules.max_size:
        rule = "full"
    elif any(f.apart[newcomer] >> i & 1 for i in group):
        rule = "apart"
    elif mine.state and state >= rules.per_state:
        rule = "state"
    elif mine.organization_id and organization >= rules.per_organization:
        rule = "organization"
    elif not shared:
        rule = "hour"
    elif not topics_allowed([members[i] for i in (*group, newcomer)], f.duty):
        rule = "practice"
    elif not any(shared >> number & 1 and room > len(others) for number, room in enumerate(f.capacity)):
        fits = assign_classes([shared, *(common_classes(f, one) for one in others)], f.capacity) is not None
        rule = "" if fits else "facilitator"
    return rule


def waitlist(f: Facts, groups: Sequence[Group], placed_bound: int) -> tuple[tuple[int, str], ...]:
    """Each member in none of ``groups``, with the reason. No group may have room for one of them."""
    seated = {i for group in groups for i in group}
    waiting = [i for i in range(len(f.problem.members)) if i not in seated]
    return tuple((i, alone(f, i) or _left_over(f, i, groups, len(waiting), placed_bound)) for i in waiting)


def alone(f: Facts, one: int) -> str:
    """Why no cohort at all can hold member ``one``, as far as counting shows; "" where it does not."""
    problem, rules = f.problem, f.problem.rules
    n, wanted = len(problem.members), rules.min_size - 1
    if n <= wanted:
        return f"{_members(n)} in all: a cohort takes at least {rules.min_size}"
    hours = [hour for hour in range(HOURS_A_WEEK) if f.free[hour] >> one & 1]
    given = problem.members[one].hours
    if not hours:
        return f"no facilitator is free at any of the {len(given)} hours given"
    company = {hour: f.free[hour] & ~f.apart[one] & ~(1 << one) for hour in hours}
    most = max(bits.bit_count() for bits in company.values())
    if most < wanted:
        kept = Counter(why for pair, why in zip(problem.apart, problem.apart_why, strict=True) if one in pair)
        note = f"; it may not meet {kept.total()} ({kept[BAN]} by ban)" if kept else ""
        return f"no hour shared with {_others(wanted)} that it may meet: at most {most}{note}"
    best = 0
    for bits in sorted(set(company.values()), key=lambda bits: -bits.bit_count()):
        best = max(best, _within_caps(problem, one, bits, wanted))
        if best >= wanted:
            return ""
    return (
        f"no hour shared with {_others(wanted)} within {_caps(problem)}: at most {best} "
        f"of the {most} that it may meet"
    )


def _within_caps(problem: Problem, one: int, bits: int, wanted: int) -> int:
    """At most so many of ``bits`` can join member ``one``, by states and by organizations; no more than
    ``wanted`` are counted."""
    members, rules = problem.members, problem.rules
    mine = members[one]
    states, organizations = Counter({mine.state: 1}), Counter({mine.organization_id: 1})
    by_state = by_organization = 0
    for i, member in enumerate(members):
        if not bits >> i & 1:
            continue
        states[member.state] += 1
        organizations[member.organization_id] += 1
        by_state += not member.state or states[member.state] <= rules.per_state
        organization = member.organization_id
        by_organization += not organization or organizations[organization] <= rules.per_organization
        if min(by_state, by_organization) >= wanted:
            break
    return min(by_state, by_organization)


def _left_over(f: Facts, one: int, groups: Sequence[Group], waiting: int, placed_bound: int) -> str:
    """Which rule keeps member ``one`` out of each of ``groups``, counted."""
    rules = f.problem.rules
    found = Counter(
        obstacle(f, group, one, [other for other in groups if other is not group]) for group in groups
    )
    words = {
        "full": f"full at {rules.max_size}",
        "apart": "with someone it has met or is banned from",
        "state": f"with {rules.per_state} of its state",
        "organization": f"with {rules.per_organization} of its organization",
        "hour": "without an hour shared with it",
        "practice": "left without a practice on the topic if it joined",
        "facilitator": "without a free facilitator at an hour shared with it",
    }
    assert not found[""], f"a cohort has room for member {one}"
    if f.problem.facilitators and len(groups) >= sum(f.capacity):
        rest = f"{_members(waiting)} left over, facilitators have no hour left beside {_cohorts(len(groups))}"
    elif waiting < rules.min_size:
        rest = f"{_members(waiting)} left over, too few for a cohort of {rules.min_size}"
    else:
        sizes = f"{rules.min_size} to {rules.max_size}"
        rest = f"{_members(waiting)} left over, no cohort of {sizes} found among them"
    parts = [f"{found[key]} {text}" for key, text in words.items() if found[key]]
    sentence = f"{rest}; of {_cohorts(len(groups))}: {', '.join(parts)}" if parts else rest
    if sum(map(len, groups)) == placed_bound:
        sentence += f"; no plan places more than {placed_bound} of {len(f.problem.members)}"
    return sentence


def common_classes(f: Facts, group: Sequence[int]) -> int:
    """Bits of the hour classes in which all of ``group`` are free."""
    shared = -1
    for i in group:
        shared &= f.classes[i]
    return shared


def _caps(problem: Problem) -> str:
    return f"at most {problem.rules.per_state} a state and {problem.rules.per_organization} an organization"


def _others(count: int) -> str:
    return "1 other" if count == 1 else f"{count} others"


def _cohorts(count: int) -> str:
    return "1 cohort" if count == 1 else f"{count} cohorts"


def _members(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"

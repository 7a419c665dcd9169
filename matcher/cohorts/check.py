"""The rules of a cohort plan in plain Python, with no solver in sight: the specification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from matcher.cohorts.problem import MET, Cohort, CohortMember, Problem, Solution, cohort_value
from matcher.domain import HOURS_A_WEEK
from matcher.optimize import Status, grade


@dataclass(frozen=True, slots=True)
class Violation:
    """``rule`` is one word, ``where`` the cohort or member (``"cohort 3"``, ``"member 17"``)."""

    rule: str
    where: str
    message: str


def objective(problem: Problem, solution: Solution) -> int:
    """Sum of the cohorts' values, in hundredths of a point. Cohorts below 2 members count 0."""
    scores = {(i, j): score for i, j, score in problem.affinities}
    return sum(
        cohort_value(sum(scores.get(pair, 0) for pair in combinations(sorted(cohort.members), 2)), size)
        for cohort in solution.cohorts
        if (size := len(cohort.members)) >= 2
    )


def placed(solution: Solution) -> int:
    """How many members are in a cohort."""
    return sum(len(cohort.members) for cohort in solution.cohorts)


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule, and every figure of the solution that is not what it should be."""
    found = list(_everybody_once(problem, solution))
    if found:  # indices may be out of range: nothing more can be said safely
        return found
    duty = practice_duty(problem)
    why = kept_apart(problem)
    for number, cohort in enumerate(solution.cohorts):
        members = [problem.members[i] for i in cohort.members]
        broken = [
            *_size(problem, cohort),
            *_caps(problem, members),
            *_apart(why, cohort),
            *_hour(problem, cohort, members),
            *_topic(problem, cohort, members, duty),
        ]
        found += [Violation(rule, f"cohort {number}", message) for rule, message in broken]
    found += _together(problem, solution)
    found += _facilitators(problem, solution)
    found += _figures(problem, solution)
    return found


def blocks(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """The sets of members that pins hold together, directly or through others; each ascending, in order
    of their first member."""
    block = {i: {i} for pair in problem.together for i in pair}
    for i, j in problem.together:
        if block[i] is not block[j]:
            joined = block[i] | block[j]
            for one in joined:
                block[one] = joined
    return tuple(sorted({tuple(sorted(each)) for each in block.values()}))


def kept_apart(problem: Problem) -> dict[tuple[int, int], str]:
    """The pairs that may not share a cohort, and why: a pair that pins hold together is not kept apart by
    having met, only by a ban."""
    block_of = {i: number for number, block in enumerate(blocks(problem)) for i in block}
    return {
        (i, j): why
        for (i, j), why in zip(problem.apart, problem.apart_why, strict=True)
        if why != MET or i not in block_of or block_of[i] != block_of.get(j)
    }


def practice_duty(problem: Problem) -> frozenset[str]:
    """Topics on which a cohort has to have a practice: those for which enough members hold one.

    A topic is scarce, and free of the duty, where fewer members hold a practice on it than the
    cohorts its challenge holders would fill: ceil(challenge holders / max_size).
    """
    if not problem.rules.practice:
        return frozenset()
    holders = Counter(topic for member in problem.members for topic in member.practice_topics)
    wanted = Counter(topic for member in problem.members for topic in member.challenge_topics)
    largest = problem.rules.max_size
    return frozenset(topic for topic, count in wanted.items() if holders[topic] >= -(-count // largest))


def topics_allowed(members: Iterable[CohortMember], duty: frozenset[str]) -> tuple[str, ...]:
    """The topics a cohort of ``members`` may have, sorted.

    One of those that most of its members have as a challenge (ties: any of them); where the topic
    carries the practice duty, a member holds a practice on it. ``("",)`` where no member has any
    topic; empty where the practice is lacking.
    """
    group = list(members)
    counts = Counter(topic for member in group for topic in member.challenge_topics)
    if not counts:
        return ("",)
    most = max(counts.values())
    held = {topic for member in group for topic in member.practice_topics}
    return tuple(
        sorted(topic for topic, n in counts.items() if n == most and (topic not in duty or topic in held))
    )


def shared_hours(problem: Problem, members: Iterable[CohortMember]) -> frozenset[int]:
    """Hours of the week at which all ``members`` and, where any are given, a facilitator are free."""
    hours = set(range(HOURS_A_WEEK))
    for member in members:
        if member.hours:
            hours &= set(member.hours)
    if problem.facilitators and all(one.hours for one in problem.facilitators):
        hours &= {hour for one in problem.facilitators for hour in one.hours}
    return frozenset(hours)


def _everybody_once(problem: Problem, solution: Solution) -> Iterator[Violation]:
    times: Counter[int] = Counter(i for cohort in solution.cohorts for i in cohort.members)
    times.update(i for i, _ in solution.waitlist)
    for i in sorted(times):
        if not 0 <= i < len(problem.members):
            yield Violation("member", f"member {i}", f"there are {len(problem.members)} members")
    for i in range(len(problem.members)):
        if times[i] != 1:
            yield Violation("once", f"member {i}", f"is in the plan {times[i]} times, not once")
    for i, reason in solution.waitlist:
        if not reason:
            yield Violation("reason", f"member {i}", "waits without a reason")


def _size(problem: Problem, cohort: Cohort) -> Iterator[tuple[str, str]]:
    low, high, size = problem.rules.min_size, problem.rules.max_size, len(cohort.members)
    if not low <= size <= high:
        yield "size", f"{size} members, not {low} to {high}"
    if list(cohort.members) != sorted(cohort.members):
        yield "order", "members are not ascending"


def _caps(problem: Problem, members: list[CohortMember]) -> Iterator[tuple[str, str]]:
    rules = problem.rules
    for rule, most, counts in (
        ("state", rules.per_state, Counter(member.state for member in members)),
        ("organization", rules.per_organization, Counter(member.organization_id for member in members)),
    ):
        for name, count in sorted(counts.items()):
            if name and count > most:
                yield rule, f"{count} members of one {rule}, at most {most}"


def _apart(why: dict[tuple[int, int], str], cohort: Cohort) -> Iterator[tuple[str, str]]:
    for i, j in combinations(sorted(cohort.members), 2):
        if (i, j) in why:
            yield "apart", f"members {i} and {j} may not meet ({why[i, j]})"


def _together(problem: Problem, solution: Solution) -> Iterator[Violation]:
    home = {i: number for number, cohort in enumerate(solution.cohorts) for i in cohort.members}
    for i, j in problem.together:
        if home.get(i, -1) != home.get(j, -2):
            yield Violation("together", f"member {i}", f"is pinned to member {j} and not in a cohort with it")


def _hour(problem: Problem, cohort: Cohort, members: list[CohortMember]) -> Iterator[tuple[str, str]]:
    if cohort.hour is None:
        if problem.facilitators or any(member.hours for member in members):
            yield "hour", "no hour, though hours or facilitators were given"
    elif not 0 <= cohort.hour < HOURS_A_WEEK:
        yield "hour", f"{cohort.hour} is no hour of the week"
    else:
        for i, member in zip(cohort.members, members, strict=True):
            if member.hours and cohort.hour not in member.hours:
                yield "hour", f"member {i} is not free at hour {cohort.hour}"


def _topic(
    problem: Problem, cohort: Cohort, members: list[CohortMember], duty: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if cohort.topic not in topics_allowed(members, frozenset()):
        yield "topic", "its topic is not one that most of its members have"
    elif cohort.topic not in topics_allowed(members, duty):
        yield "practice", "no member has a practice on its topic"


def _facilitators(problem: Problem, solution: Solution) -> Iterator[Violation]:
    free = {one.id: one.hours for one in problem.facilitators}
    taken: set[tuple[str, int | None]] = set()
    for number, cohort in enumerate(solution.cohorts):
        where, name = f"cohort {number}", cohort.facilitator
        if not free:
            if name:
                yield Violation("facilitator", where, "names a facilitator though none are given")
        elif name not in free:
            yield Violation("facilitator", where, "has no facilitator that is given")
        elif free[name] and cohort.hour not in free[name]:
            yield Violation("facilitator", where, f"its facilitator is not free at hour {cohort.hour}")
        elif (name, cohort.hour) in taken:
            yield Violation("facilitator", where, f"its facilitator has another cohort at hour {cohort.hour}")
        taken.add((name, cohort.hour))


def _figures(problem: Problem, solution: Solution) -> Iterator[Violation]:
    value, count = objective(problem, solution), placed(solution)
    if (solution.objective, solution.placed) != (value, count):
        yield Violation(
            "figures",
            "plan",
            f"says {solution.objective} for {solution.placed} placed; it is {value} for {count}",
        )
    elif solution.bound < value or solution.placed_bound < count:
        yield Violation("figures", "plan", "a bound is below what was reached")
    else:
        proven = solution.placed_bound == count and solution.bound == value
        expected = Status.OPTIMAL if proven else Status.FEASIBLE
        if solution.status != expected or solution.gap != grade(value, solution.bound).gap:
            yield Violation("figures", "plan", f"its status or gap does not follow: {expected.value} is due")

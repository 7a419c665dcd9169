"""Pins that cannot be kept, found before any search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

from matcher.cohorts import check
from matcher.cohorts.problem import CohortMember, Problem
from matcher.errors import InfeasibleError

Group = tuple[int, ...]
#: So many members are named in a message.
NAMED = 6


def require_keepable(problem: Problem) -> None:
    """Raises InfeasibleError where pins break a rule whatever the plan: a ban, the largest size, a cap, no
    hour in common, or too few whom the pinned could meet at any hour."""
    apart = check.kept_apart(problem)
    for block in check.blocks(problem):
        for i, j in combinations(block, 2):
            if (i, j) in apart:
                one, other = problem.members[i].id, problem.members[j].id
                raise InfeasibleError(
                    f"Pins put {one} and {other} into one cohort, and a ban keeps them apart.",
                    cure="Take back the ban or a pin.",
                )
        _require_small(problem, block)
        _require_company(problem, block, {i for pair in apart if set(pair) & set(block) for i in pair})


def _require_small(problem: Problem, block: Group) -> None:
    rules = problem.rules
    if len(block) > rules.max_size:
        raise InfeasibleError(
            f"Pins put {len(block)} members into one cohort ({_names(problem, block)}), "
            f"at most {rules.max_size}.",
            cure=f"Take back a pin, or raise the largest size to {len(block)}.",
        )
    caps: tuple[tuple[str, int, Callable[[CohortMember], str]], ...] = (
        ("state", rules.per_state, lambda member: member.state),
        ("organization", rules.per_organization, lambda member: member.organization_id),
    )
    for name, most, of in caps:
        counts = Counter(of(problem.members[i]) for i in block)
        for value, count in sorted(counts.items()):
            if value and count > most:
                same = tuple(i for i in block if of(problem.members[i]) == value)
                raise InfeasibleError(
                    f"Pins put {count} members of one {name} into one cohort "
                    f"({_names(problem, same)}), at most {most}.",
                    cure=f"Take back a pin, or allow {count} of one {name}.",
                )


def _require_company(problem: Problem, block: Group, strangers: set[int]) -> None:
    members, wanted = problem.members, problem.rules.min_size - len(block)
    hours = check.shared_hours(problem, [members[i] for i in block])
    if not hours:
        staffed = " at which a facilitator is free" if problem.facilitators else ""
        raise InfeasibleError(
            f"The {len(block)} members pinned together ({_names(problem, block)}) share no hour{staffed}.",
            cure="Take back a pin, or ask them for more hours.",
        )
    if wanted <= 0:
        return
    company = [i for i in range(len(members)) if i not in strangers and i not in block]
    free: Counter[int] = Counter(hour for i in company for hour in members[i].hours if hour in hours)
    most = sum(not members[i].hours for i in company) + max((free[hour] for hour in hours), default=0)
    if most < wanted:
        raise InfeasibleError(
            f"The {len(block)} members pinned together ({_names(problem, block)}) can meet at most {most} "
            f"others at any hour they share; a cohort takes at least {problem.rules.min_size}.",
            cure="Take back a pin, ask for more hours, or lower the smallest size.",
        )


def _names(problem: Problem, group: Group) -> str:
    names = [problem.members[i].id for i in group[:NAMED]]
    more = len(group) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")

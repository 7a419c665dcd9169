"""The best plan so far, with what is proven about it, and how it becomes a solution."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.cohorts import bounds, place, reasons, tables
from matcher.cohorts.problem import Problem, Solution
from matcher.optimize import Status, grade
from matcher.outcome import Baseline

Group = tuple[int, ...]
#: Partial cohorts opened, a size, to find a cohort among those who wait.
OPENED = 2_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Groups of members that fit into the hours together, and the figures of ``Solution``."""

    groups: tuple[Group, ...]
    placed: int
    value: int
    placed_bound: int
    bound: int
    cut_short: bool = False

    @property
    def proven(self) -> bool:
        return self.placed == self.placed_bound and self.value == self.bound


def with_groups(arrays: tables.Arrays, plan: Plan, groups: Sequence[Group]) -> Plan:
    """``plan`` with other groups; its bound is the cheap one where they place another number."""
    placed = sum(map(len, groups))
    bound = plan.bound if placed == plan.placed else bounds.value_bound(arrays, placed)
    value = sum(bounds.group_value(arrays, group) for group in groups)
    return replace(plan, groups=tuple(sorted(groups)), placed=placed, value=value, bound=bound)


def fill(problem: Problem, classes: tuple[tables.HourClass, ...], arrays: tables.Arrays, plan: Plan) -> Plan:
    """``plan`` with every cohort found among those who wait, then with every one of them whom a cohort
    can still take, one after the other."""
    groups, known = list(plan.groups), reasons.facts(problem, classes)
    while added := _among_waiting(arrays, groups):
        groups += added
    seated = {i for group in groups for i in group}
    for one in sorted(set(range(len(problem.members))) - seated):
        for number, group in enumerate(groups):
            if not reasons.obstacle(known, group, one, groups[:number] + groups[number + 1 :]):
                groups[number] = tuple(sorted((*group, one)))
                break
    return plan if tuple(groups) == plan.groups else with_groups(arrays, plan, groups)


def _among_waiting(arrays: tables.Arrays, groups: Sequence[Group]) -> list[Group]:
    """Cohorts of members who are in none of ``groups``, beside which they fit into the hours; found by
    opening few partial cohorts, so that there may be others."""
    import numpy as np

    seated = [i for group in groups for i in group]
    n, capacity = len(arrays.state), arrays.capacity.tolist()
    if n - len(seated) < arrays.sizes[0] or len(groups) >= sum(capacity):
        return []
    mask = arrays.mask.copy()
    mask[seated] = 0
    free = np.zeros(n), np.zeros(len(capacity))
    waiting = arrays._replace(mask=mask)
    listing = bounds.price(waiting, *free, -math.inf, a_member=1, most=n, nodes=OPENED)
    added: list[Group] = []
    shared = [tables.common_classes(arrays, group) for group in groups]
    for group in sorted(listing.values, key=lambda group: (-len(group), -listing.values[group], group)):
        bits = tables.common_classes(arrays, group)
        apart = not any(set(group) & set(other) for other in added)
        if apart and place.assign_classes([*shared, bits], capacity) is not None:
            added.append(group)
            shared.append(bits)
    return added


def finish(
    problem: Problem,
    classes: tuple[tables.HourClass, ...],
    plan: Plan,
    baselines: tuple[Baseline, ...],
    began: float,
) -> Solution:
    """The solution of ``plan``: hours, topics, facilitators, and why each other member waits."""
    known = reasons.facts(problem, classes)
    shared = [reasons.common_classes(known, group) for group in plan.groups]
    chosen = place.assign_classes(shared, known.capacity)
    assert chosen is not None, "the cohorts do not fit into their hours"
    return Solution(
        cohorts=place.finish(problem, plan.groups, classes, chosen),
        waitlist=reasons.waitlist(known, plan.groups, plan.placed_bound),
        objective=plan.value,
        bound=plan.bound,
        placed=plan.placed,
        placed_bound=plan.placed_bound,
        gap=grade(plan.value, plan.bound).gap,
        status=Status.OPTIMAL if plan.proven else Status.FEASIBLE,
        seconds=time.perf_counter() - began,
        cut_short=plan.cut_short,
        baselines=baselines,
    )

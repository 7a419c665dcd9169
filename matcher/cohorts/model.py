"""Cohorts that place the most members and, among such plans, are worth the most.

Small problems: every cohort the rules allow is listed, and CP-SAT picks. Larger ones: annealing finds
plans and leaves a pool of cohorts, CP-SAT picks the best plan in it, and parts of that plan are solved
anew to their optimum. Where it is affordable a linear programme over all cohorts bounds what is left; the
cohorts that could still better the plan are then listed, and CP-SAT proves the optimum or betters it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.cohorts import bounds, budget, check, parts, tables
from matcher.cohorts.plan import Plan, fill, finish, with_groups
from matcher.cohorts.problem import Problem, Solution
from matcher.optimize import Limits, log_solve, run_cp_sat, whole_bound

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Group = tuple[int, ...]
#: ``progress(stage, share)``: what is being done, and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Members up to which all cohorts are listed, where there are at most so many of a size; of so few, CP-SAT
#: picks at once.
LIST_UP_TO, LISTED, LISTED_FEW = 40, 20_000, 5_000
#: Partial cohorts opened for a list, a size.
LISTING = 300_000
#: So many cohorts at most are listed to close the gap of the linear programme.
CLOSING = 30_000
#: Cohorts that could better the plan are listed by these shares of the gap in turn: the first ones often
#: give a better plan, and so a smaller gap.
GLANCES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
#: Shares of the time limit: one CP-SAT run; by when the linear programme ends, the last list begins.
PICK, RELAX, PROOF = 0.1, 0.7, 0.75
#: Deterministic seconds of CP-SAT for a second of the limit: its work, so that a run can be repeated.
WORK = 0.5
#: The most seconds a part of a plan has to be solved anew, and how many are planned a second.
A_PART, PARTS_A_SECOND = 3.0, 1.5
#: CP-SAT for picking disjoint sets: the full linear programme and its cuts, and little presolve: on some
#: ten thousand sets its search for symmetries takes minutes and does not heed the time limit.
TUNED = {
    "linearization_level": 2,
    "cp_model_probing_level": 0,
    "find_big_linear_overlap": 0,
    "max_presolve_iterations": 1,
    "symmetry_level": 0,
    "use_lb_relax_lns": 0,
}
#: Hundredths of a point allowed for floating point where cohorts are listed by their reduced cost.
SLACK = 2.0


def _silent(stage: str, share: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Picked:
    """CP-SAT's choice, its bound, and whether the clock ended it."""

    groups: list[Group] | None
    bound: int
    late: bool


def solve(problem: Problem, limits: Limits | None = None, progress: Progress | None = None) -> Solution:
    """The best plan found within ``limits``, with bounds and a reason for everybody who waits.

    The limit begins once the search is compiled (some seconds, once a machine). Raises AssertionError
    where the plan breaks a rule: that is a bug.
    """
    began = time.perf_counter()
    limits, progress = limits or Limits(), progress or _silent
    classes = tables.hour_classes(problem)
    top = bounds.placed_bound(problem, classes)
    plan = Plan((), 0, 0, top, 0)
    if top:
        from matcher.cohorts.search import warm_up

        arrays = tables.build(problem, classes)
        progress("compiling", 0.0)
        warm_up(arrays)
        plan = _Solve(problem, classes, arrays, limits, progress, time.perf_counter()).run(top)
    solution = finish(problem, classes, plan, began)
    broken = check.violations(problem, solution)
    assert not broken, f"{len(broken)} rules broken, first: {broken[0]}"
    sizes = {"members": len(problem.members), "cohorts": len(plan.groups), "placed": plan.placed}
    log_solve("cohorts", sizes, objective=plan.value, bound=plan.bound, seconds=solution.seconds)
    return solution


@dataclass(frozen=True, slots=True)
class _Solve:
    """One solve's arrays and limits, handed from stage to stage."""

    problem: Problem
    classes: tuple[tables.HourClass, ...]
    arrays: tables.Arrays
    limits: Limits
    progress: Progress
    started: float

    def run(self, top: int) -> Plan:
        """The stages in turn, as far as they are needed."""
        n = len(self.arrays.state)
        every: dict[Group, int] | None = None
        if n <= LIST_UP_TO:
            listing = self._list(-math.inf, LISTED)
            every = listing.values if listing.complete else None
        plan = Plan((), 0, 0, top, 0)
        if every is not None and len(every) <= LISTED_FEW:
            return self._fill(self._pick(plan, every, outside=0, thorough=True))
        shares = budget.shares(n, self.limits.seconds)
        plan, pool = self._search(shares.search, top)
        plan = self._pick(self._fill(plan), pool)
        if plan.placed < top and every is not None:
            plan = self._pick(plan, every, outside=0, thorough=True)
        elif plan.groups:
            plan = self._improve(plan, pool, shares.parts)
            if shares.prove and plan.placed == top and not plan.proven:
                plan = self._prove(plan, pool)
        return self._fill(plan)

    def _fill(self, plan: Plan) -> Plan:
        return fill(self.problem, self.classes, self.arrays, plan)

    def _search(self, share: float, top: int) -> tuple[Plan, dict[Group, int]]:
        from matcher.cohorts.search import search

        seconds = share * self.limits.seconds
        until = self.started + seconds
        found = search(
            self.arrays, self.limits, seconds, until, lambda done: self.progress("searching", done)
        )
        bound = bounds.value_bound(self.arrays, found.placed)
        return Plan(found.plan, found.placed, found.value, top, bound, found.cut_short), found.pool

    def _pick(
        self, plan: Plan, columns: dict[Group, int], *, outside: int | None = None, thorough: bool = False
    ) -> Plan:
        """The best plan among ``columns``. Where no plan that uses other cohorts is worth more than
        ``outside`` (0: no plan uses others), what is proven here is proven for all plans.
        ``thorough``: with all the work there is, not a share of it."""
        self.progress("choosing", 0.0)
        columns = columns | self._own(plan)
        if plan.placed < plan.placed_bound:
            answer = self._cp_sat(columns, plan, {group: len(group) for group in columns}, thorough)
            if answer.groups is not None and sum(map(len, answer.groups)) > plan.placed:
                plan = with_groups(self.arrays, plan, answer.groups)
            if outside == 0:
                most = max(answer.bound, plan.placed)
                plan = replace(plan, placed_bound=min(plan.placed_bound, most))
            plan = replace(plan, cut_short=plan.cut_short or answer.late)
        if not plan.groups:
            return plan
        answer = self._cp_sat(columns, plan, columns, thorough)
        if answer.groups is not None and sum(columns[group] for group in answer.groups) > plan.value:
            plan = with_groups(self.arrays, plan, answer.groups)
        if outside is not None:
            plan = replace(plan, bound=min(plan.bound, max(answer.bound, outside, plan.value)))
        return replace(plan, cut_short=plan.cut_short or answer.late)

    def _own(self, plan: Plan) -> dict[Group, int]:
        return {group: bounds.group_value(self.arrays, group) for group in plan.groups}

    def _cp_sat(
        self, columns: dict[Group, int], plan: Plan, worth: dict[Group, int], thorough: bool
    ) -> _Picked:
        """The cohorts among ``columns`` of most ``worth`` together: each member once, hours with room.

        Where ``worth`` is the value, the plan places as many as ``plan``.
        """
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        groups = list(columns)
        chosen = [model.new_bool_var("") for _ in groups]
        of_member: list[list[cp_model.IntVar]] = [[] for _ in self.problem.members]
        for variable, group in zip(chosen, groups, strict=True):
            for i in group:
                of_member[i].append(variable)
        everybody = plan.placed == len(self.problem.members) and worth is columns
        for variables in of_member:
            (model.add_exactly_one if everybody else model.add_at_most_one)(variables)
        self._hours(model, groups, chosen)
        count = sum(len(group) * variable for group, variable in zip(groups, chosen, strict=True))
        if worth is columns:
            model.add(count == plan.placed)
        else:
            model.add(count >= plan.placed)
            model.add(count <= plan.placed_bound)
        taken = set(plan.groups)
        for variable, group in zip(chosen, groups, strict=True):
            model.add_hint(variable, group in taken)
        model.maximize(sum(worth[group] * variable for group, variable in zip(groups, chosen, strict=True)))
        work = WORK * self.limits.seconds * (1.0 if thorough else PICK)
        seconds = self.limits.left(self.started)
        parameters = {**TUNED, "max_deterministic_time": work}
        begun = time.perf_counter()
        answer = run_cp_sat(model, chosen, self.limits, seconds, parameters=parameters)
        late = time.perf_counter() - begun >= seconds
        assert not answer.infeasible, "the plan at hand is one of those to pick from"
        if answer.values is None:
            return _Picked(None, answer.bound, late)
        picked = [group for group, value in zip(groups, answer.values, strict=True) if value]
        return _Picked(picked, answer.bound, late)

    def _hours(self, model: cp_model.CpModel, groups: list[Group], chosen: list[cp_model.IntVar]) -> None:
        """As many cohorts in a class of hours as it has room for.

        Cohorts that share the same classes are counted together and spread over those classes.
        """
        if not bounds.binding_classes(self.arrays):
            return
        of_shared: dict[int, list[cp_model.IntVar]] = {}
        for variable, group in zip(chosen, groups, strict=True):
            of_shared.setdefault(tables.common_classes(self.arrays, group), []).append(variable)
        capacity: list[int] = self.arrays.capacity.tolist()
        in_class: list[list[cp_model.IntVar]] = [[] for _ in capacity]
        for shared, variables in of_shared.items():
            spread = []
            for number, room in enumerate(capacity):
                if shared >> number & 1:
                    spread.append(model.new_int_var(0, room, ""))
                    in_class[number].append(spread[-1])
            model.add(sum(variables) == sum(spread))
        for room, counts in zip(capacity, in_class, strict=True):
            model.add(sum(counts) <= room)

    def _improve(self, plan: Plan, pool: dict[Group, int], share: float) -> Plan:
        """Solve some cohorts that suit each other anew, as a small problem of its own, time and again."""
        until = time.perf_counter() + share * self.limits.seconds
        rounds = int(share * self.limits.seconds * PARTS_A_SECOND)
        tried: set[Group] = set()
        for number in range(rounds):
            if time.perf_counter() > until:
                return replace(plan, cut_short=True)
            self.progress("improving", number / rounds)
            chosen = parts.next_part(self.arrays, plan.groups, tried)
            if not chosen:
                break
            others = [group for group in plan.groups if group not in chosen]
            arrays = parts.alone(self.arrays, chosen, others)
            seats = {i for group in chosen for i in group}
            known = {group: value for group, value in pool.items() if seats.issuperset(group)}
            limits, begun = replace(self.limits, seconds=A_PART), time.perf_counter()
            own = replace(self, arrays=arrays, limits=limits, started=begun, progress=_silent)
            part = with_groups(arrays, Plan((), 0, 0, len(seats), 0), chosen)
            better = own._prove(part, known)
            if better.value > part.value:
                plan = with_groups(self.arrays, plan, [*others, *better.groups])
            plan = replace(plan, cut_short=plan.cut_short or better.cut_short)
        return plan

    def _prove(self, plan: Plan, pool: dict[Group, int]) -> Plan:
        """Bound ``plan`` by the linear programme, and close the gap where the cohorts in it are few."""
        deadline = self.started + RELAX * self.limits.seconds
        columns = pool | self._own(plan)
        relaxed = bounds.relax(
            self.arrays, columns, plan.placed, deadline, lambda done: self.progress("bounding", done)
        )
        plan = replace(plan, cut_short=plan.cut_short or relaxed.cut_short)
        prices = relaxed.prices
        if prices is None:
            return plan
        plan = replace(plan, bound=min(plan.bound, max(plan.value, whole_bound(prices.bound))))
        if plan.proven:
            return plan
        last: dict[Group, int] = {}
        outside = plan.bound
        for share in GLANCES:
            if time.perf_counter() > self.started + PROOF * self.limits.seconds:
                plan = replace(plan, cut_short=True)
                break
            floor = share * (plan.value - prices.bound) - SLACK
            listing = self._list(floor, CLOSING, prices)
            if not listing.complete or len(listing.values) > CLOSING:
                break
            last, outside = listing.values, whole_bound(prices.bound + floor) if share < 1 else 0
            plan = self._pick(plan, last, outside=outside)
            if plan.proven or len(last) > CLOSING // 5:  # the next list would be too long
                break
        if plan.proven or not last:
            return plan
        return self._pick(plan, last, outside=outside, thorough=True)

    def _list(self, floor: float, most: int, prices: bounds.Prices | None = None) -> bounds.Listing:
        """The cohorts worth more than ``floor`` over their prices, all of them if they are few."""
        import numpy as np

        member = prices.member if prices else np.zeros(len(self.arrays.state))
        hour = prices.hour if prices else np.zeros(len(self.arrays.capacity))
        self.progress("listing", 0.0)
        return bounds.price(self.arrays, member, hour, floor, a_member=most, most=most, nodes=LISTING)

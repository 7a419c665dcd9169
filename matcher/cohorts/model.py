"""Cohorts that place the most members and, among such plans, are worth the most.

Small problems: every cohort the rules allow is listed, and CP-SAT picks. Larger ones: annealing finds
plans and leaves a pool of cohorts, CP-SAT picks the best plan in the pool, and where it is affordable a
linear programme over all cohorts bounds what is left; the cohorts that could still better the plan are
then listed, and CP-SAT proves the optimum or finds a better plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.cohorts import bounds, check, tables
from matcher.cohorts.plan import Plan, fill, finish, with_groups
from matcher.cohorts.problem import Problem, Solution
from matcher.optimize import Limits, log_solve, run_cp_sat

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Group = tuple[int, ...]
#: ``progress(stage, share)``: what is being done, and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Members up to which all cohorts are listed, if there are at most so many.
LIST_UP_TO, LISTED = 40, 40_000
#: Partial cohorts opened for a list, a size.
LISTING = 300_000
#: The linear programme is tried where members squared are at most so many a second of the limit, and for
#: so many members at most; so many cohorts are listed to close its gap.
RELAX_A_SECOND, RELAX_UP_TO, CLOSING = 1_500, 250, 30_000
#: Cohorts that could better the plan are listed by these shares of the gap in turn: the first ones often
#: give a better plan, and so a smaller gap.
GLANCES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
#: Shares of the time limit: annealing where a proof follows, annealing where none does, one CP-SAT run;
#: by when the linear programme ends, and by when the last list begins.
SEARCH_BEFORE_PROOF, SEARCH, PICK, RELAX, PROOF = 0.2, 0.75, 0.15, 0.6, 0.7
#: Deterministic seconds of CP-SAT for a second of the limit: its work, so that a run can be repeated.
WORK = 0.5
#: CP-SAT for picking disjoint sets: the full linear programme and its cuts, no time spent on probing.
TUNED = {"linearization_level": 2, "cp_model_probing_level": 0, "use_lb_relax_lns": 0}
#: Hundredths of a point allowed for floating point where cohorts are listed by their reduced cost.
SLACK = 2.0


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
        arrays = tables.build(problem, classes)
        _compile(arrays)
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
        if n <= LIST_UP_TO:
            listing = self._list(-math.inf, LISTED)
            if listing.complete:
                return self._exact(listing.values, top)
        small = n <= RELAX_UP_TO and n * n <= RELAX_A_SECOND * self.limits.seconds
        share = SEARCH_BEFORE_PROOF if small else SEARCH
        plan, pool = self._search(share, top)
        plan = self._pick(fill(self.problem, self.classes, self.arrays, plan), pool)
        if small and plan.placed == top and plan.groups and not plan.proven:
            plan = self._prove(plan, pool)
        return fill(self.problem, self.classes, self.arrays, plan)

    def _exact(self, columns: dict[Group, int], top: int) -> Plan:
        """The optimum of plans over all cohorts there are."""
        plan = Plan((), 0, 0, top, 0)
        return (
            self._pick(plan, columns, outside=0, thorough=True) if columns else replace(plan, placed_bound=0)
        )

    def _search(self, share: float, top: int) -> tuple[Plan, dict[Group, int]]:
        from matcher.cohorts.search import search

        seconds = share * self.limits.seconds
        found = search(
            self.arrays,
            self.limits,
            seconds,
            self.started + seconds,
            lambda done: self.progress("searching", done),
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
            answer = self._cp_sat(columns, plan, {group: len(group) for group in columns}, thorough=thorough)
            if answer.groups is not None and sum(map(len, answer.groups)) > plan.placed:
                plan = with_groups(self.arrays, plan, answer.groups)
            if outside == 0:
                most = max(answer.bound, plan.placed)
                plan = replace(plan, placed_bound=min(plan.placed_bound, most))
            plan = replace(plan, cut_short=plan.cut_short or answer.late)
        if not plan.groups:
            return plan
        answer = self._cp_sat(columns, plan, columns, thorough=thorough)
        if answer.groups is not None and sum(columns[group] for group in answer.groups) > plan.value:
            plan = with_groups(self.arrays, plan, answer.groups)
        if outside is not None:
            plan = replace(plan, bound=min(plan.bound, max(answer.bound, outside, plan.value)))
        return replace(plan, cut_short=plan.cut_short or answer.late)

    def _own(self, plan: Plan) -> dict[Group, int]:
        return {group: bounds.group_value(self.arrays, group) for group in plan.groups}

    def _cp_sat(
        self, columns: dict[Group, int], plan: Plan, worth: dict[Group, int], *, thorough: bool
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
            if everybody:
                model.add_exactly_one(variables)
            else:
                model.add_at_most_one(variables)
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
        if answer.values is None:
            return _Picked(None, 0 if answer.infeasible else answer.bound, late)
        picked = [group for group, value in zip(groups, answer.values, strict=True) if value]
        return _Picked(picked, answer.bound, late)

    def _hours(self, model: cp_model.CpModel, groups: list[Group], chosen: list[cp_model.IntVar]) -> None:
        """As many cohorts in a class of hours as it has room for.

        Cohorts that share the same classes are counted together and spread over those classes.
        """
        if not bounds.binding_classes(self.arrays):
            return
        most = len(groups)
        of_shared: dict[int, list[cp_model.IntVar]] = {}
        for variable, group in zip(chosen, groups, strict=True):
            of_shared.setdefault(tables.common_classes(self.arrays, group), []).append(variable)
        in_class: list[list[cp_model.IntVar]] = [[] for _ in self.classes]
        for shared, variables in of_shared.items():
            spread = []
            for number, one in enumerate(self.classes):
                if shared >> number & 1:
                    part = model.new_int_var(0, min(most, one.capacity), "")
                    spread.append(part)
                    in_class[number].append(part)
            model.add(sum(variables) == sum(spread))
        for one, parts in zip(self.classes, in_class, strict=True):
            if parts:
                model.add(sum(parts) <= one.capacity)

    def _prove(self, plan: Plan, pool: dict[Group, int]) -> Plan:
        """Bound ``plan`` by the linear programme, and close the gap where the cohorts in it are few."""
        deadline = self.started + RELAX * self.limits.seconds
        relaxed = bounds.relax(
            self.arrays,
            pool | self._own(plan),
            plan.placed,
            deadline,
            lambda done: self.progress("bounding", done),
        )
        plan = replace(plan, cut_short=plan.cut_short or relaxed.cut_short)
        prices = relaxed.prices
        if prices is None:
            return plan
        plan = replace(plan, bound=min(plan.bound, math.floor(prices.bound + 1e-6)))
        plan = replace(plan, bound=max(plan.bound, plan.value))
        if plan.proven:
            return plan
        last: dict[Group, int] = {}
        outside = 0
        for share in GLANCES:
            if time.perf_counter() > self.started + PROOF * self.limits.seconds:
                plan = replace(plan, cut_short=True)
                break
            floor = share * (plan.value - prices.bound) - SLACK
            listing = self._list(floor, CLOSING, prices)
            if not listing.complete or len(listing.values) > CLOSING:
                break
            last, outside = listing.values, math.floor(prices.bound + floor) if share < 1 else 0
            plan = self._pick(plan, last, outside=outside)
            if plan.proven or len(last) > CLOSING // 5:  # the next list would be too long
                break
        return plan if plan.proven else self._pick(plan, last, outside=outside, thorough=True)

    def _list(self, floor: float, most: int, prices: bounds.Prices | None = None) -> bounds.Listing:
        """The cohorts worth more than ``floor`` over their prices, all of them if they are few."""
        import numpy as np

        member = prices.member if prices else np.zeros(len(self.arrays.state))
        hour = prices.hour if prices else np.zeros(len(self.arrays.capacity))
        self.progress("listing", 0.0)
        return bounds.price(self.arrays, member, hour, floor, a_member=most, most=most, nodes=LISTING)


def _compile(arrays: tables.Arrays) -> None:
    """Compile, or load from the cache, what the search will call, before its time begins."""
    import numpy as np

    from matcher.cohorts.anneal import anneal
    from matcher.cohorts.state import Weights, empty_state

    state = empty_state(arrays, 1, 0)
    anneal(arrays, state, Weights(1.0, 1.0, 1.0), Weights(1.0, 1.0, 1.0), 1)
    nothing = np.zeros(len(arrays.state)), np.zeros(len(arrays.capacity))
    bounds.price(arrays, *nothing, math.inf, a_member=1, most=1, nodes=1)
    bounds.value_bound(arrays, 1)
    bounds.group_value(arrays, (0, 1))


def _silent(stage: str, share: float) -> None:
    pass

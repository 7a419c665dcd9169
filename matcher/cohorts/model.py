"""Cohorts that place the most members and, among such plans, are worth the most.

Small problems: every cohort the rules allow is listed, and CP-SAT picks. Larger ones: annealing finds
plans and leaves a pool of cohorts, CP-SAT picks the best plan in the pool, and where it is affordable a
linear programme over all cohorts bounds what is left; the cohorts that could still better the plan are
then listed, and CP-SAT proves the optimum or finds a better plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.cohorts import bounds, check, place, reasons, tables
from matcher.cohorts.problem import Problem, Solution
from matcher.optimize import Limits, Status, grade, log_solve, run_cp_sat

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Group = tuple[int, ...]
#: ``progress(stage, share)``: what is being done, and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Members up to which all cohorts are listed, if there are at most so many.
LIST_UP_TO, LISTED = 40, 40_000
#: Members up to which the linear programme is tried, and cohorts listed to close its gap.
RELAX_UP_TO, CLOSING = 150, 30_000
#: Cohorts that could better the plan are listed by these shares of the gap in turn: the first ones often
#: give a better plan, and so a smaller gap.
GLANCES = (0.1, 0.25, 0.5, 1.0)
#: Shares of the time limit: annealing where a proof follows, annealing where none does, one CP-SAT run.
SEARCH_BEFORE_PROOF, SEARCH, PICK = 0.3, 0.75, 0.2
#: Deterministic seconds of CP-SAT for a second of the limit.
WORK = 0.5
#: CP-SAT for picking disjoint sets: the full linear programme and its cuts, no time spent on probing.
TUNED = {"linearization_level": 2, "cp_model_probing_level": 0, "use_lb_relax_lns": 0}
#: Hundredths of a point allowed for floating point where cohorts are listed by their reduced cost.
SLACK = 2.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """The best plan so far with what is proven about it."""

    groups: tuple[Group, ...]
    placed: int
    value: int
    placed_bound: int
    bound: int
    cut_short: bool = False

    @property
    def proven(self) -> bool:
        return self.placed == self.placed_bound and self.value == self.bound


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
    plan = _Plan((), 0, 0, top, 0)
    if top:
        arrays = tables.build(problem, classes)
        _compile(arrays)
        plan = _Solve(problem, classes, arrays, limits, progress, time.perf_counter()).run(top)
    chosen: list[int] | None = []
    if plan.groups:
        shared = [tables.common_classes(arrays, group) for group in plan.groups]
        chosen = place.assign_classes(shared, [one.capacity for one in classes])
        assert chosen is not None, "the cohorts do not fit into their hours"
    cohorts = place.finish(problem, plan.groups, classes, chosen or [])
    verdict = grade(plan.value, plan.bound)
    solution = Solution(
        cohorts=cohorts,
        waitlist=reasons.waitlist(
            reasons.facts(problem, classes), [cohort.members for cohort in cohorts], plan.placed_bound
        ),
        objective=plan.value,
        bound=plan.bound,
        placed=plan.placed,
        placed_bound=plan.placed_bound,
        gap=verdict.gap,
        status=Status.OPTIMAL if plan.proven else Status.FEASIBLE,
        seconds=time.perf_counter() - began,
        cut_short=plan.cut_short,
    )
    broken = check.violations(problem, solution)
    assert not broken, f"{len(broken)} rules broken, first: {broken[0]}"
    sizes = {"members": len(problem.members), "cohorts": len(cohorts), "placed": plan.placed}
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

    def run(self, top: int) -> _Plan:
        """The stages in turn, as far as they are needed."""
        n = len(self.arrays.state)
        if n <= LIST_UP_TO:
            listing = self._list(-math.inf, LISTED)
            if listing.complete:
                return self._exact(listing.values, top)
        share = SEARCH_BEFORE_PROOF if n <= RELAX_UP_TO else SEARCH
        plan, pool = self._search(share, top)
        plan = self._pick(self._fill(plan, pool), pool)
        if n <= RELAX_UP_TO and plan.placed == top and plan.groups and not plan.proven:
            plan = self._prove(plan, pool)
        return self._fill(plan, pool)

    def _exact(self, columns: dict[Group, int], top: int) -> _Plan:
        """The optimum of plans over all cohorts there are."""
        plan = _Plan((), 0, 0, top, 0)
        return self._pick(plan, columns, outside=0) if columns else replace(plan, placed_bound=0)

    def _search(self, share: float, top: int) -> tuple[_Plan, dict[Group, int]]:
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
        return _Plan(found.plan, found.placed, found.value, top, bound, found.cut_short), found.pool

    def _fill(self, plan: _Plan, pool: dict[Group, int]) -> _Plan:
        """``plan`` with every waiting member that a cohort can still take, one after the other."""
        groups, f = list(plan.groups), reasons.facts(self.problem, self.classes)
        seated = {i for group in groups for i in group}
        for one in sorted(set(range(len(self.problem.members))) - seated):
            for number, group in enumerate(groups):
                if not reasons.obstacle(f, group, one, groups[:number] + groups[number + 1 :]):
                    groups[number] = tuple(sorted((*group, one)))
                    break
        pool.update((group, bounds.group_value(self.arrays, group)) for group in groups if group not in pool)
        return plan if tuple(groups) == plan.groups else self._with(plan, groups, pool)

    def _with(self, plan: _Plan, groups: Sequence[Group], values: dict[Group, int]) -> _Plan:
        """``plan`` with other groups; its bound is the cheap one where it places another number."""
        placed = sum(map(len, groups))
        bound = plan.bound if placed == plan.placed else bounds.value_bound(self.arrays, placed)
        value = sum(values[group] for group in groups)
        return replace(plan, groups=tuple(sorted(groups)), placed=placed, value=value, bound=bound)

    def _pick(self, plan: _Plan, columns: dict[Group, int], *, outside: int | None = None) -> _Plan:
        """The best plan among ``columns``. Where no plan that uses other cohorts is worth more than
        ``outside`` (0: no plan uses others), what is proven here is proven for all plans."""
        listed = outside is not None
        self.progress("choosing", 0.0)
        if plan.placed < plan.placed_bound:
            answer = self._cp_sat(columns, plan, {group: len(group) for group in columns}, listed=listed)
            if answer.groups is not None and sum(map(len, answer.groups)) > plan.placed:
                plan = self._with(plan, answer.groups, columns)
            if outside == 0:
                most = max(answer.bound, plan.placed)
                plan = replace(plan, placed_bound=min(plan.placed_bound, most))
            plan = replace(plan, cut_short=plan.cut_short or answer.late)
        if not plan.groups:
            return plan
        answer = self._cp_sat(columns, plan, columns, listed=listed)
        if answer.groups is not None and sum(columns[group] for group in answer.groups) > plan.value:
            plan = self._with(plan, answer.groups, columns)
        if outside is not None:
            plan = replace(plan, bound=min(plan.bound, max(answer.bound, outside, plan.value)))
        return replace(plan, cut_short=plan.cut_short or answer.late)

    def _cp_sat(
        self, columns: dict[Group, int], plan: _Plan, worth: dict[Group, int], *, listed: bool
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
        seconds = self.limits.left(self.started)
        if not listed:
            seconds = min(seconds, PICK * self.limits.seconds)
        parameters = {**TUNED, "max_deterministic_time": WORK * seconds}
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

    def _prove(self, plan: _Plan, pool: dict[Group, int]) -> _Plan:
        """Bound ``plan`` by the linear programme, and close the gap where the cohorts in it are few."""
        deadline = self.started + 0.75 * self.limits.seconds
        relaxed = bounds.relax(
            self.arrays, pool, plan.placed, deadline, lambda done: self.progress("bounding", done)
        )
        plan = replace(plan, cut_short=plan.cut_short or relaxed.cut_short)
        plan = self._pick(plan, relaxed.columns)
        prices = relaxed.prices
        if prices is None:
            return plan
        plan = replace(plan, bound=min(plan.bound, math.floor(prices.bound + 1e-6)))
        plan = replace(plan, bound=max(plan.bound, plan.value))
        if plan.proven:
            return plan
        for share in GLANCES:
            floor = share * (plan.value - prices.bound) - SLACK
            listing = self._list(floor, CLOSING, prices)
            if not listing.complete or len(listing.values) > CLOSING:
                break
            columns = listing.values
            columns |= {group: bounds.group_value(self.arrays, group) for group in plan.groups}
            outside = math.floor(prices.bound + floor) if share < 1 else 0
            plan = self._pick(plan, columns, outside=outside)
            if plan.proven:
                break
        return plan

    def _list(self, floor: float, most: int, prices: bounds.Prices | None = None) -> bounds.Listing:
        """The cohorts worth more than ``floor`` over their prices, all of them if they are few."""
        import numpy as np

        member = prices.member if prices else np.zeros(len(self.arrays.state))
        hour = prices.hour if prices else np.zeros(len(self.arrays.capacity))
        self.progress("listing", 0.0)
        return bounds.price(self.arrays, member, hour, floor, a_member=most, most=most)


def _compile(arrays: tables.Arrays) -> None:
    """Compile, or load from the cache, what the search will call, before its time begins."""
    import numpy as np

    from matcher.cohorts import anneal

    state = anneal.empty_state(arrays, 1, 0)
    anneal.anneal(arrays, state, anneal.Weights(1.0, 1.0, 1.0), anneal.Weights(1.0, 1.0, 1.0), 1)
    nothing = np.zeros(len(arrays.state)), np.zeros(len(arrays.capacity))
    bounds.price(arrays, *nothing, math.inf, a_member=1, most=1)
    bounds.value_bound(arrays, 1)
    bounds.group_value(arrays, (0, 1))


def _silent(stage: str, share: float) -> None:
    pass

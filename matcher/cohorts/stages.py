"""The stages of a solve, in turn, as far as they are needed.

Small problems: every cohort the rules allow is listed, and the best are chosen. Larger ones: annealing finds
plans and leaves a pool of cohorts, parts of the best plan are annealed anew, and the best plan in the pool is
chosen. Where it is affordable a linear programme over all cohorts bounds what is left; the cohorts that could
still better the plan are then listed, and the choice proves the optimum or betters it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.cohorts import bounds, budget, lagrange, tables
from matcher.cohorts.plan import Plan, fill, with_groups
from matcher.cohorts.problem import Problem
from matcher.errors import InfeasibleError, TimeLimitError
from matcher.optimize import Limits, whole_bound
from matcher.outcome import Baseline
from matcher.watch import Watch

if TYPE_CHECKING:
    from matcher.cohorts.search import Found

Group = tuple[int, ...]
#: Members up to which all cohorts are listed, where there are at most so many of a size; of so few, the best
#: are chosen at once.
LIST_UP_TO, LISTED, LISTED_FEW = 40, 20_000, 5_000
#: Partial cohorts opened for a list, a size.
LISTING = 300_000
#: So many cohorts at most are listed to close the gap of the linear programme.
CLOSING = 30_000
#: Cohorts that could better the plan are listed by these shares of the gap in turn: the first ones often
#: give a better plan, and so a smaller gap.
GLANCES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
#: Shares of the time limit: a choice among the cohorts met on the way, among those of a list; by when the
#: linear programme ends, the last list begins.
PICK, PICK_LISTED, RELAX, PROOF = 0.03, 0.1, 0.7, 0.75
#: Share of the time limit for the bound by prices at the end.
TIGHTEN = 0.15
#: Deterministic seconds of CP-SAT for a second of the limit: its work, so that a run can be repeated.
WORK = 0.5
#: Hundredths of a point allowed for floating point where cohorts are listed by their reduced cost.
SLACK = 2.0
#: So many plans are made member by member, at most, until one places everybody who is pinned.
PIN_TRIES = 40
#: The random baseline is drawn from a seed so much higher.
RANDOM_SEED = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What to choose: cohorts of most ``value`` together, or else of most members; that place from ``least``
    to ``most`` members; beginning from the plan ``hint``; with so much ``work`` in deterministic seconds.
    ``proves``: nothing outside of what is chosen from is worth more."""

    value: bool
    least: int
    most: int
    hint: tuple[Group, ...]
    work: float
    proves: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The groups chosen, the bound on any choice, whether the clock or the watch ended it, and whether
    there is no choice at all."""

    groups: list[Group] | None
    bound: int
    late: bool
    infeasible: bool


#: Choose among cohorts, given with their values.
Choose = Callable[[tables.Arrays, dict[Group, int], Wish, Limits, Watch], Choice]


@dataclass(frozen=True, slots=True)
class Course:
    """One solve's arrays and limits, handed from stage to stage."""

    problem: Problem
    classes: tuple[tables.HourClass, ...]
    arrays: tables.Arrays
    limits: Limits
    watch: Watch
    started: float
    choose: Choose

    def run(self, top: int, start: tuple[Group, ...]) -> tuple[Plan, tuple[Baseline, ...]]:
        """The best plan found and the baselines. ``top``: no plan places more."""
        from matcher.cohorts.search import Found, simple, take_up

        if top < len(self.arrays.block_member):
            raise unkeepable(self.problem)
        found, baselines = Found(), []
        for name, seed, greedy in (("greedy", 0, True), ("random", RANDOM_SEED, False)):
            state = simple(self.arrays, self.limits.seed * 1000 + seed, greedy=greedy)
            found.take(self.arrays, state)
            placed, value = int(state.counts[1]), int(state.counts[2])
            baselines.append(Baseline(name, placed, value))
        for seed in range(1, PIN_TRIES):  # a plan without those who are pinned is none
            if found.pinned == len(self.arrays.block_member):
                break
            found.take(self.arrays, simple(self.arrays, self.limits.seed * 1000 + seed, greedy=seed % 2 == 1))
        if start:
            found.take(self.arrays, take_up(self.arrays, start))
        self.watch.tell("beginning", 1.0, value=found.value)
        n = len(self.arrays.state)
        every: dict[Group, int] | None = None
        if n <= LIST_UP_TO and not self._over():
            listing = self._list(-math.inf, LISTED)
            every = listing.values if listing.complete else None
        if every is not None and len(every) <= LISTED_FEW:
            plan = self._pick(self._plan(found, top), every, 1.0, outside=0)
            self._require_pins(plan)
            return self._fill(plan), tuple(baselines)
        shares = budget.shares(n, self.limits.seconds)
        spent = self._search(found, shares.search)
        plan = self._fill(self._plan(found, top))
        if plan.groups:
            plan = self._polish(plan, found.pool, shares.polish - spent)
        plan = self._pick(plan, found.pool)
        if plan.placed < top and every is not None:
            plan = self._pick(plan, every, 1.0, outside=0)
        elif plan.groups and shares.prove and plan.placed == top and not plan.proven:
            plan = self._prove(plan, found.pool)
        self._require_pins(plan)
        return self._tighten(self._fill(plan), found.pool), tuple(baselines)

    def _tighten(self, plan: Plan, pool: dict[Group, int]) -> Plan:
        """``plan`` with a bound by prices, where it is not proven."""
        if plan.value == plan.bound or self._over():
            return plan

        def go_on(share: float, bound: int) -> bool:
            self.watch.tell("bounding", share, value=plan.value, bound=min(plan.bound, bound))
            return not self._over()

        rounds = lagrange.rounds_in(len(self.arrays.state), TIGHTEN * self.limits.seconds)
        found = lagrange.tighten(self.arrays, pool | self._own(plan), plan.placed, rounds, go_on)
        bound = min(plan.bound, found.bound)
        return replace(plan, bound=bound, cut_short=plan.cut_short or found.late)

    def _require_pins(self, plan: Plan) -> None:
        if not plan.groups and self.problem.together:
            raise TimeLimitError(
                f"No plan was found that places everybody who is pinned ({len(self.problem.together)} pins).",
                cure="Allow more time, or take back a pin.",
            )

    def _plan(self, found: Found, top: int) -> Plan:
        """The best plan found; an empty one where not everybody who is pinned is placed."""
        if found.pinned < len(self.arrays.block_member):
            return Plan((), 0, 0, top, 0, found.cut_short)
        bound = bounds.value_bound(self.arrays, found.placed)
        self.watch.tell("bounding", value=found.value, bound=bound)
        return Plan(found.plan, found.placed, found.value, top, bound, found.cut_short)

    def _over(self) -> bool:
        """Whether the clock or the watch ends the solve."""
        return self.watch.stopped() or time.perf_counter() - self.started > self.limits.seconds

    def _fill(self, plan: Plan) -> Plan:
        """``plan`` with whoever else finds a seat; as it is where not everybody who is pinned is placed."""
        seated = {i for group in plan.groups for i in group}
        if not seated.issuperset(self.arrays.block_member.tolist()):
            return plan
        return fill(self.problem, self.classes, self.arrays, plan)

    def _search(self, found: Found, share: float) -> float:
        """Anneal; the share of the limit that was planned for it, at most ``share``."""
        from matcher.cohorts.search import pace, search

        seconds = share * self.limits.seconds
        moves = search(self.arrays, found, self.limits, seconds, self.started + seconds, self.watch)
        return moves / pace(len(self.arrays.state)) / self.limits.seconds

    def _polish(self, plan: Plan, pool: dict[Group, int], share: float) -> Plan:
        """Anneal parts of the plan anew."""
        from matcher.cohorts.polish import polish
        from matcher.cohorts.search import pace

        self.watch.tell("polishing", value=plan.value, bound=plan.bound)
        seconds = share * self.limits.seconds
        moves, until = int(seconds * pace(0)), time.perf_counter() + seconds
        groups, late = polish(self.arrays, plan.groups, pool, moves, self.limits.seed, until, self.watch)
        plan = with_groups(self.arrays, plan, groups)
        return replace(plan, cut_short=plan.cut_short or late)

    def _pick(
        self, plan: Plan, columns: dict[Group, int], share: float = PICK, *, outside: int | None = None
    ) -> Plan:
        """The best plan among ``columns``, with a ``share`` of the work there is. Where no plan that uses
        other cohorts is worth more than ``outside`` (0: no plan uses others), what is proven here is proven
        for all plans."""
        if self._over():
            return replace(plan, cut_short=True)
        self.watch.tell("choosing")
        columns = columns | self._own(plan)
        work = WORK * self.limits.seconds * share
        if plan.placed < plan.placed_bound:
            wish = Wish(False, plan.placed, plan.placed_bound, plan.groups, work, outside == 0)
            answer = self._choose(columns, wish)
            if answer.infeasible and outside == 0:
                raise unkeepable(self.problem)
            if answer.groups is not None and sum(map(len, answer.groups)) > plan.placed:
                plan = with_groups(self.arrays, plan, answer.groups)
            if outside == 0:
                most = max(answer.bound, plan.placed)
                plan = replace(plan, placed_bound=min(plan.placed_bound, most))
            plan = replace(plan, cut_short=plan.cut_short or answer.late)
        if not plan.groups:
            return plan
        wish = Wish(True, plan.placed, plan.placed, plan.groups, work, outside == 0)
        answer = self._choose(columns, wish)
        assert not answer.infeasible, "the plan at hand is one of those to pick from"
        if answer.groups is not None and sum(columns[group] for group in answer.groups) > plan.value:
            plan = with_groups(self.arrays, plan, answer.groups)
        if outside is not None:
            plan = replace(plan, bound=min(plan.bound, max(answer.bound, outside, plan.value)))
        return replace(plan, cut_short=plan.cut_short or answer.late)

    def _choose(self, columns: dict[Group, int], wish: Wish) -> Choice:
        limits = replace(self.limits, seconds=self.limits.left(self.started))
        return self.choose(self.arrays, columns, wish, limits, self.watch)

    def _own(self, plan: Plan) -> dict[Group, int]:
        return {group: bounds.group_value(self.arrays, group) for group in plan.groups}

    def _prove(self, plan: Plan, pool: dict[Group, int]) -> Plan:
        """Bound ``plan`` by the linear programme, and close the gap where the cohorts in it are few."""
        deadline = self.started + RELAX * self.limits.seconds
        columns = pool | self._own(plan)

        def go_on(done: float) -> bool:
            self.watch.tell("bounding", done)
            return not self.watch.stopped()

        relaxed = bounds.relax(self.arrays, columns, plan.placed, deadline, go_on)
        plan = replace(plan, cut_short=plan.cut_short or relaxed.cut_short)
        prices = relaxed.prices
        if prices is None:
            return plan
        plan = replace(plan, bound=min(plan.bound, max(plan.value, whole_bound(prices.bound))))
        self.watch.tell("bounding", 1.0, value=plan.value, bound=plan.bound)
        if plan.proven:
            return plan
        last: dict[Group, int] = {}
        outside = plan.bound
        for share in GLANCES:
            late = time.perf_counter() > self.started + PROOF * self.limits.seconds
            if late or self.watch.stopped():
                plan = replace(plan, cut_short=True)
                break
            floor = share * (plan.value - prices.bound) - SLACK
            listing = self._list(floor, CLOSING, prices)
            if not listing.complete or len(listing.values) > CLOSING:
                break
            last, outside = listing.values, whole_bound(prices.bound + floor) if share < 1 else 0
            plan = self._pick(plan, last, PICK_LISTED, outside=outside)
            if plan.proven or len(last) > CLOSING // 5:  # the next list would be too long
                break
        if plan.proven or not last:
            return plan
        return self._pick(plan, last, 1.0, outside=outside)

    def _list(self, floor: float, most: int, prices: bounds.Prices | None = None) -> bounds.Listing:
        """The cohorts worth more than ``floor`` over their prices, all of them if they are few."""
        import numpy as np

        member = prices.member if prices else np.zeros(len(self.arrays.state))
        hour = prices.hour if prices else np.zeros(len(self.arrays.capacity))
        self.watch.tell("listing")
        return bounds.price(self.arrays, member, hour, floor, a_member=most, most=most, nodes=LISTING)


def unkeepable(problem: Problem) -> InfeasibleError:
    """No plan keeps the pins of ``problem``: that was proven."""
    pinned = len({i for pair in problem.together for i in pair})
    return InfeasibleError(
        f"No plan places the {pinned} members who are pinned ({len(problem.together)} pins): "
        f"hours, facilitators, caps, practices and those who may not meet leave no room for all.",
        cure="Take back a pin, or loosen a rule.",
    )

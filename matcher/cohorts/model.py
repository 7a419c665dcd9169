"""Cohorts that place the most members and, among such plans, are worth the most.

:func:`solve` is the way in; the stages of a solve are in :mod:`matcher.cohorts.stages`. Here is the exact
choice among listed cohorts, a set packing, for CP-SAT.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.cohorts import bounds, check, lagrange, pins, tables
from matcher.cohorts.plan import Plan, finish
from matcher.cohorts.problem import Problem, Solution
from matcher.cohorts.stages import Choice, Course, Wish, unkeepable
from matcher.errors import InputError
from matcher.optimize import Limits, log_solve, run_cp_sat
from matcher.outcome import Baseline
from matcher.watch import Watch

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Group = tuple[int, ...]
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


def solve(
    problem: Problem,
    limits: Limits | None = None,
    watch: Watch | None = None,
    *,
    start: Sequence[Group] | None = None,
) -> Solution:
    """The best plan found within ``limits``, with bounds and a reason for everybody who waits.

    ``start`` holds cohorts, as indices of their members, to begin from: the plan is not worse than what the
    rules allow of them. The limit begins once the search is compiled (some seconds, once a machine).

    Raises InputError where ``start`` names somebody who is not there, or twice; InfeasibleError where pins
    cannot be kept; TimeLimitError where no plan that keeps them was found; AssertionError where the plan
    breaks a rule: that is a bug.
    """
    began = time.perf_counter()
    limits, watch = limits or Limits(), watch or Watch()
    start = _checked(problem, start or ())
    pins.require_keepable(problem)
    classes = tables.hour_classes(problem)
    top = bounds.placed_bound(problem, classes)
    plan = Plan((), 0, 0, top, 0)
    baselines: tuple[Baseline, ...] = (Baseline("greedy", 0, 0), Baseline("random", 0, 0))
    if problem.together and not top:
        raise unkeepable(problem)
    if top:
        from matcher.cohorts.search import warm_up

        arrays = tables.build(problem, classes)
        watch.tell("compiling")
        warm_up(arrays)
        lagrange.warm_up(arrays)
        course = Course(problem, classes, arrays, limits, watch, time.perf_counter(), choose)
        plan, baselines = course.run(top, start)
    solution = finish(problem, classes, plan, baselines, began)
    broken = check.violations(problem, solution)
    assert not broken, f"{len(broken)} rules broken, first: {broken[0]}"
    sizes = {"members": len(problem.members), "cohorts": len(plan.groups), "placed": plan.placed}
    log_solve("cohorts", sizes, objective=plan.value, bound=plan.bound, seconds=solution.seconds)
    return solution


def _checked(problem: Problem, start: Sequence[Group]) -> tuple[Group, ...]:
    """``start`` as tuples, empty groups left out."""
    times = Counter(i for group in start for i in group)
    wrong = [i for i, count in sorted(times.items()) if count > 1 or not 0 <= i < len(problem.members)]
    if wrong:
        raise InputError(
            f"The plan to begin from names member {wrong[0]} twice, or there is no such member.",
            cure=f"Name each of the members 0 to {len(problem.members) - 1} at most once.",
        )
    return tuple(tuple(sorted(group)) for group in start if group)


def choose(
    arrays: tables.Arrays, columns: dict[Group, int], wish: Wish, limits: Limits, watch: Watch
) -> Choice:
    """The cohorts among ``columns`` of most worth together: each member once, hours with room, everybody
    who is pinned placed."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    groups = [group for group in columns if is_whole(arrays, group)]
    chosen = [model.new_bool_var("") for _ in groups]
    n = arrays.state.shape[0]
    of_member: list[list[cp_model.IntVar]] = [[] for _ in range(n)]
    for variable, group in zip(chosen, groups, strict=True):
        for i in group:
            of_member[i].append(variable)
    pinned = (arrays.block >= 0) & arrays.mask.any(axis=1)
    for i, variables in enumerate(of_member):
        must = pinned[i] or wish.least == n
        (model.add_exactly_one if must else model.add_at_most_one)(variables)
    _hours(model, arrays, groups, chosen)
    count = sum(len(group) * variable for group, variable in zip(groups, chosen, strict=True))
    model.add_linear_constraint(count, wish.least, wish.most)
    taken = set(wish.hint)
    for variable, group in zip(chosen, groups, strict=True):
        model.add_hint(variable, group in taken)
    worth = [columns[group] if wish.value else len(group) for group in groups]
    model.maximize(sum(each * variable for each, variable in zip(worth, chosen, strict=True)))

    def told(value: int | None, bound: int | None) -> None:
        watch.tell("choosing", value=value, bound=bound if wish.proves else None)

    parameters = {**TUNED, "max_deterministic_time": wish.work}
    begun = time.perf_counter()
    answer = run_cp_sat(
        model,
        chosen,
        limits,
        limits.seconds,
        parameters=parameters,
        watch=watch,
        told=told if wish.value else None,
    )
    late = time.perf_counter() - begun >= limits.seconds or watch.stopped()
    if answer.values is None:
        return Choice(None, answer.bound, late, answer.infeasible)
    picked = [group for group, value in zip(groups, answer.values, strict=True) if value]
    return Choice(picked, answer.bound, late, infeasible=False)


def is_whole(arrays: tables.Arrays, group: Group) -> bool:
    """Whether ``group`` holds all who are pinned to one of it."""
    blocks = {int(arrays.block[i]) for i in group} - {-1}
    return all(
        set(arrays.block_member[arrays.block_start[b] : arrays.block_start[b + 1]].tolist()) <= set(group)
        for b in blocks
    )


def _hours(
    model: cp_model.CpModel, arrays: tables.Arrays, groups: list[Group], chosen: list[cp_model.IntVar]
) -> None:
    """As many cohorts in a class of hours as it has room for.

    Cohorts that share the same classes are counted together and spread over those classes.
    """
    if not bounds.binding_classes(arrays):
        return
    of_shared: dict[int, list[cp_model.IntVar]] = {}
    for variable, group in zip(chosen, groups, strict=True):
        of_shared.setdefault(tables.common_classes(arrays, group), []).append(variable)
    capacity: list[int] = arrays.capacity.tolist()
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

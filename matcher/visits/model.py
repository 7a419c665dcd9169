"""Choose a term's visits with OR-Tools, with a bound on how much better any plan could be.

Three steps. A Lagrangian relaxation prices the visitors' time; the events it would hold, with the
best seating that a flow can find for them, give plans, and its bound rules out most seats. A
mixed-integer programme (HiGHS) then looks for anything better among those that remain.
Values are whole points.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from matcher.optimize import Limits, grade, log_solve, whole_bound
from matcher.visits import check
from matcher.visits.offers import Offer, most_visits, sort_fits
from matcher.visits.plan import Plan, by_host
from matcher.visits.problem import Problem, Solution
from matcher.visits.reasons import left_out, uncounted, unused
from matcher.visits.relax import SCALE, Grid, lay_out, spread, survivors, tighten

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt

#: Called with the best value known and the bound proven so far, both in points.
Progress = Callable[[int, int], None]
_RELAX_SHARE = 0.4
#: How much better than the best plan HiGHS is to look for first, as a share of the gap (the higher,
#: the fewer seats remain), and the share of the seconds left that it gets: it overruns.
_HOPES = ((0.8, 0.7), (0.0, 0.85))
_FEW = 5000  # seats from which looking for less than everything first saves time
_HIGHS_LEAST = 0.3
_BUILD_SECONDS = 5e-5  # to write a seat's part of the programme
#: Reward in a flow for each of an event's fewest visitors; far above what any seat is worth.
_MUST = 10**7


def solve(problem: Problem, limits: Limits, progress: Progress | None = None) -> Solution:
    """The plan of most value found within the limits, and the bound that was proven.

    Never infeasible: where nothing is worth holding the plan is empty, with the reasons.
    The same plan every time, unless the clock cuts the search short; ``limits.workers`` is not
    used, since MathOpt's HiGHS refuses it. Raises AssertionError where the plan breaks a rule,
    which would be a bug.
    """
    started = time.perf_counter()
    offers, refusals = sort_fits(problem)
    best, bound = _search(problem, offers, limits, started, progress or (lambda value, bound: None))
    seconds = time.perf_counter() - started
    events = best.events()
    result = grade(best.value(), bound)
    solution = Solution(
        events=events,
        left_out=left_out(problem, best, refusals),
        unused=unused(problem, best, refusals),
        uncounted=uncounted(problem, events),
        objective=best.value(),
        bound=bound,
        gap=result.gap,
        status=result.status,
        seconds=seconds,
    )
    broken = check.violations(problem, solution)
    if broken:
        raise AssertionError(f"the plan of visits breaks {len(broken)} rules, first {broken[0]}")
    sizes = {"hosts": len(problem.hosts), "visitors": len(problem.visitors), "offers": len(offers)}
    log_solve("visits", sizes, objective=solution.objective, bound=bound, seconds=seconds)
    return solution


def _search(
    problem: Problem, offers: tuple[Offer, ...], limits: Limits, started: float, report: Progress
) -> tuple[Plan, int]:
    """The best plan found and a bound on all plans."""
    offers_at = by_host(offers)
    best = Plan(problem, offers_at)
    best.fill()
    grid = lay_out(problem, spread(offers))
    if grid is None:
        return best, best.value()

    def attempt(events: list[tuple[int, int]]) -> int:
        nonlocal best
        plan = arrange(problem, offers_at, events)
        if plan.value() > best.value():
            best = plan
        return best.value()

    relaxed = tighten(grid, attempt, limits.left(started) * _RELAX_SHARE)
    bound = max(best.value(), relaxed.bound // SCALE)
    report(best.value(), bound)
    hopes = _HOPES if len(survivors(grid, relaxed, best.value())) > _FEW else _HOPES[-1:]
    for hope, share in hopes:
        # Any plan worth more than this floor lies in the core, so what is proven there holds for all.
        floor = best.value() + int(hope * (bound - best.value()))
        core = lay_out(problem, survivors(grid, relaxed, floor))
        build = _BUILD_SECONDS * len(core.entries) if core else 0.0
        seconds = limits.left(started) * share - build
        if best.value() == bound or seconds < _HIGHS_LEAST:
            break
        events, proven = _improve(core, limits.seed, seconds) if core else ([], floor)
        attempt(events)
        if proven is not None:
            bound = max(best.value(), min(bound, max(floor, proven)))
        report(best.value(), bound)
    return best, bound


def arrange(problem: Problem, offers_at: Mapping[int, list[Offer]], events: list[tuple[int, int]]) -> Plan:
    """The best plan with these events (host, weekday), each host at most once.

    With the events fixed the rest is a flow, and so whole and exact. An event that too few can come to,
    or that adds nothing, is given up, the worst half of such at a time; what then still adds value is put in.
    """
    events = sorted(events)
    while True:
        plan = _seat(problem, offers_at, events)
        short = [host for host in plan.day if len(plan.seated[host]) < problem.rules.min_visitors]
        vain = short or [host for host in plan.day if plan.worth(host) <= 0]
        if not vain:
            plan.fill()
            return plan
        worst = sorted(vain, key=lambda host: (len(plan.seated[host]) if short else plan.worth(host), host))
        dropped = set(worst[: (len(worst) + 1) // 2])
        events = [event for event in events if event[0] not in dropped]


def _seat(problem: Problem, offers_at: Mapping[int, list[Offer]], events: list[tuple[int, int]]) -> Plan:
    """Seat visitors at these events: first as many of each event's fewest as can be, then by value."""
    from ortools.graph.python import min_cost_flow

    plan = Plan(problem, offers_at)
    for host, day in events:
        plan.open(host, day)
    able = [
        (offer, day)
        for host, day in events
        for offer in offers_at.get(host, ())
        if day in offer.days and plan.free(offer.visitor, day)
    ]
    flow = min_cost_flow.SimpleMinCostFlow()
    source, sink = 0, 1
    node: defaultdict[tuple[str, int, int], int] = defaultdict(lambda: len(node) + 2)
    for visitor in sorted({offer.visitor for offer, _ in able}):
        cap = most_visits(problem, visitor)
        flow.add_arc_with_capacity_and_unit_cost(source, node["visitor", visitor, 0], cap, 0)
    for visitor, day in sorted({(offer.visitor, day) for offer, day in able}):
        tail, head = node["visitor", visitor, 0], node["day", visitor, day]
        flow.add_arc_with_capacity_and_unit_cost(tail, head, 1, 0)
    arcs = [
        flow.add_arc_with_capacity_and_unit_cost(
            node["day", offer.visitor, day], node["host", offer.host, 0], 1, -offer.value
        )
        for offer, day in able
    ]
    fewest = problem.rules.min_visitors
    for host, _ in events:
        seats = min(problem.hosts[host].seats, len(problem.visitors))
        flow.add_arc_with_capacity_and_unit_cost(node["host", host, 0], sink, fewest, -_MUST)
        flow.add_arc_with_capacity_and_unit_cost(node["host", host, 0], sink, seats - fewest, 0)
    total = len(able)
    flow.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise AssertionError(f"the seating flow ended with {status}")
    for arc, (offer, _) in zip(arcs, able, strict=True):
        if flow.flow(arc):
            plan.seat(offer.visitor, offer.host, offer.value)
    return plan


def _improve(core: Grid, seed: int, seconds: float) -> tuple[list[tuple[int, int]], int | None]:
    """The events of the best plan that HiGHS finds in the core, none if it finds none, and the bound
    it proved, None likewise.

    Only whether an event is held is whole in the programme; given that, the seats are a network.
    """
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    held = [model.add_binary_variable() for _ in core.events]
    taken = [model.add_variable(lb=0.0, ub=1.0) for _ in core.entries]
    _link(model, core, held, taken)
    _limit(model, core, held, taken)
    costs = [int(cost) // SCALE for cost in core.cost]
    model.maximize(
        mathopt.fast_sum(entry.value * seat for entry, seat in zip(core.entries, taken, strict=True))
        - mathopt.fast_sum(cost * event for cost, event in zip(costs, held, strict=True))
    )
    # No threads: MathOpt's HiGHS rejects them. Values are whole, so a gap under 1 is a proof.
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds),
        random_seed=seed,
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.9,
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    proven = result.termination.objective_bounds.dual_bound
    bound = whole_bound(proven) if math.isfinite(proven) else None
    if not result.has_primal_feasible_solution():
        return [], bound
    values = result.variable_values(held)
    return [event for event, value in zip(core.events, values, strict=True) if value > 0.5], bound


def _link(
    model: mathopt.Model, core: Grid, held: list[mathopt.Variable], taken: list[mathopt.Variable]
) -> None:
    """Nobody at an event that is not held; no more than its seats; no fewer than the fewest."""
    from ortools.math_opt.python import mathopt

    for number, event in enumerate(held):
        listed = [taken[entry] for entry in core.padded[number] if entry < len(taken)]
        for seat in listed:
            model.add_linear_constraint(seat <= event)
        model.add_linear_constraint(mathopt.fast_sum(listed) <= int(core.seats[number]) * event)
        model.add_linear_constraint(mathopt.fast_sum(listed) >= core.fewest * event)


def _limit(
    model: mathopt.Model, core: Grid, held: list[mathopt.Variable], taken: list[mathopt.Variable]
) -> None:
    """The most events, one a host, each visitor's most visits, and one place a weekday."""
    from ortools.math_opt.python import mathopt

    model.add_linear_constraint(mathopt.fast_sum(held) <= core.most_events)
    at_host: defaultdict[int, list[mathopt.Variable]] = defaultdict(list)
    at_clash: defaultdict[int, list[mathopt.Variable]] = defaultdict(list)
    of_visitor: defaultdict[int, list[mathopt.Variable]] = defaultdict(list)
    for (host, _), own, event in zip(core.events, core.own_clash, held, strict=True):
        at_host[host].append(event)
        at_clash[int(own)].append(event)
    for visitor, clash, seat in zip(core.visitor, core.clash, taken, strict=True):
        of_visitor[int(visitor)].append(seat)
        at_clash[int(clash)].append(seat)
    at_clash.pop(len(core.clashes), None)  # the number that stands for no clash
    for one in (*at_host.values(), *at_clash.values()):
        model.add_linear_constraint(mathopt.fast_sum(one) <= 1)
    for visitor, seats in of_visitor.items():
        model.add_linear_constraint(mathopt.fast_sum(seats) <= int(core.caps[visitor]))

"""From a plan to a solution: reasons, figures, simpler plans beside it, and a last check."""

from __future__ import annotations

from matcher.optimize import grade
from matcher.outcome import Baseline
from matcher.visits import check
from matcher.visits.offers import Table
from matcher.visits.plan import Plan
from matcher.visits.problem import Solution
from matcher.visits.reasons import left_out, uncounted, unused


def report(
    table: Table,
    plan: Plan,
    *,
    bound: int,
    seconds: float,
    cut_short: bool = False,
    baselines: tuple[Baseline, ...] = (),
) -> Solution:
    """The solution that a plan is. Raises AssertionError where it breaks a rule: that is a bug."""
    events = plan.events()
    result = grade(plan.value(), bound)
    solution = Solution(
        events=events,
        left_out=left_out(table, plan),
        unused=unused(table, plan),
        uncounted=uncounted(table.problem, events),
        objective=plan.value(),
        bound=bound,
        gap=result.gap,
        status=result.status,
        seconds=seconds,
        cut_short=cut_short,
        baselines=baselines,
    )
    broken = check.violations(table.problem, solution)
    if broken:
        raise AssertionError(f"the plan of visits breaks {len(broken)} rules, first {broken[0]}")
    return solution


def compare(pinned: Plan, seed: int) -> tuple[Baseline, ...]:
    """What is had without a search, under the same rules; ``pinned`` holds the pins and nothing else.

    Greedy opens, time after time, the host and day that add most; random opens hosts and seats visitors
    as they come.
    """
    greedy, scattered = pinned.copy(), pinned.copy()
    greedy.fill()
    scattered.scatter(seed)
    named = (("greedy", greedy), ("random", scattered))
    return tuple(Baseline(name, plan.placed(), plan.value()) for name, plan in named)

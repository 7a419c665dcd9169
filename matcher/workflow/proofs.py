"""How good a kept plan is, in points, for its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from matcher.cohorts.lagrange import looseness
from matcher.cohorts.problem import VALUE_SCALE
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.export.view import Proof
from matcher.export.words import counted
from matcher.optimize import Status
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution

WORTH_IT = "A visit is proposed only where it is worth its travel, so not everybody is to have one."


def pair_proof(problem: PairProblem, solution: PairSolution, by_hand: tuple[str, ...]) -> Proof:
    """Of those who wish a one-to-one."""
    return Proof(
        "one-to-one",
        solution.status.value,
        solution.placed,
        sum(member.wanted > 0 for member in problem.members),
        solution.objective,
        solution.bound,
        solution.gap,
        solution.seconds,
        placed_bound=solution.placed_bound,
        stages=solution.stages,
        baselines=solution.baselines,
        cut_short=solution.cut_short,
        by_hand=by_hand,
    )


def cohort_proof(
    plans: Sequence[tuple[CohortProblem, CohortSolution]], note: str, by_hand: tuple[str, ...]
) -> Proof:
    """Of all sessions together: the fewest that are placed in one, and the totals of all. Baselines are
    of a single session, so that they are left out where there are several."""
    problems, solutions = [problem for problem, _ in plans], [solution for _, solution in plans]
    value, limit = sum(each.objective for each in solutions), sum(each.bound for each in solutions)
    optimal = all(each.status is Status.OPTIMAL for each in solutions)
    loose = sorted({looseness(solution) for solution in solutions})
    return Proof(
        "virtual",
        (Status.OPTIMAL if optimal else Status.FEASIBLE).value,
        min(each.placed for each in solutions),
        max(len(problem.members) for problem in problems),
        *in_points(value, limit),
        (limit - value) / max(1, abs(limit)),
        sum(each.seconds for each in solutions),
        note=" ".join(text for text in (meetings(plans), *loose, note) if text),
        placed_bound=min(each.placed_bound for each in solutions),
        baselines=tuple(
            replace(each, objective=each.objective // VALUE_SCALE) for each in solutions[0].baselines
        )
        if len(solutions) == 1
        else (),
        cut_short=any(each.cut_short for each in solutions),
        by_hand=by_hand,
    )


def meetings(plans: Sequence[tuple[CohortProblem, CohortSolution]]) -> str:
    """How many new peers several sessions bring together, in a sentence; empty where there is but one."""
    if len(plans) < 2:
        return ""
    met = [
        frozenset((problem.members[a].id, problem.members[b].id))
        for problem, solution in plans
        for cohort in solution.cohorts
        for a, b in combinations(cohort.members, 2)
    ]
    again = len(met) - len(set(met))
    twice = (
        f"{counted(again, 'meeting')} of two who met in a session before" if again else "nobody meets twice"
    )
    return f"Over {len(plans)} sessions {len(set(met)):,} pairs of members meet; {twice}."


def visit_proof(problem: VisitProblem, solution: VisitSolution, by_hand: tuple[str, ...]) -> Proof:
    """Of those who could visit somebody."""
    return Proof(
        "peer-hosted",
        solution.status.value,
        len({i for each in solution.events for i in each.visitors}),
        len(problem.visitors),
        solution.objective,
        solution.bound,
        solution.gap,
        solution.seconds,
        note=WORTH_IT,
        baselines=solution.baselines,
        cut_short=solution.cut_short,
        by_hand=by_hand,
    )


def in_points(objective: int, bound: int) -> tuple[int, int]:
    """Hundredths in whole points: total rounded down, bound up; equal only if they were before."""
    total = objective // VALUE_SCALE
    return total, total if objective == bound else -(-bound // VALUE_SCALE)

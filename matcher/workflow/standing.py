"""What was proven of an earlier plan, and holds for a later one as well.

A change by hand and a repair of cohorts have no time to prove much. But where their problem only takes plans
away from that of an earlier run, what no plan could pass then no plan can pass now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcher.cohorts.check import kept_apart
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.errors import InputError
from matcher.optimize import Status, grade
from matcher.store import Reading, Run
from matcher.workflow.keeping import Problem, Solution
from matcher.workflow.reading import loaded


def proven_before(reading: Reading, run: Run) -> list[tuple[Problem, Solution]]:
    """The plan of ``run``, and the one that it goes back to: that was formed, with time to prove it."""
    first = run
    while first.origin.of is not None:
        first = reading.run(first.origin.of)
    found = []
    for each in (run, first)[: 1 + (first.id != run.id)]:
        try:
            found.append(loaded(each))
        except InputError:
            continue  # of another version: then it tells nothing
    return found


def still_proven(
    problem: Problem, solution: Solution, earlier: Sequence[tuple[Problem, Solution]]
) -> Solution:
    """The solution of ``problem`` with the tightest of its own bounds and of those of ``earlier`` plans that
    hold for it. Of pairs and visits it is as it was: they see to that themselves."""
    if not isinstance(problem, CohortProblem) or not isinstance(solution, CohortSolution):
        return solution
    bound, placed_bound = solution.bound, solution.placed_bound
    for old, known in earlier:
        if not isinstance(old, CohortProblem) or not isinstance(known, CohortSolution):
            continue
        if not only_takes_away(old, problem):
            continue
        placed_bound = min(placed_bound, known.placed_bound)
        if known.placed == solution.placed:  # the bound is on plans that place as many
            bound = min(bound, known.bound)
    proven = (solution.placed, solution.objective) == (placed_bound, bound)
    return replace(
        solution,
        bound=bound,
        placed_bound=placed_bound,
        gap=grade(solution.objective, bound).gap,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
    )


def only_takes_away(old: CohortProblem, new: CohortProblem) -> bool:
    """Whether every plan of ``new`` is one of ``old``, and worth as much there: more pins and bans at most,
    and none of them lets two meet who were kept apart."""
    same = (old.members, old.affinities, old.rules, old.facilitators) == (
        new.members,
        new.affinities,
        new.rules,
        new.facilitators,
    )
    return same and {*old.together} <= {*new.together} and kept_apart(old).keys() <= kept_apart(new).keys()

"""An earlier plan made to fit the problem of today: fewest changes, then most placed, then value.

A change is a member who had a cohort and now has another one, or none. Those who join from the waitlist or
newly change nothing. A cohort that is kept keeps its hour and its facilitator.

Where the cohorts are few, one integer programme decides on all of them. Where they are many it decides on
those that cannot stay as they are and on some beside them; a programme in which members of all other
cohorts can be had at one change each says how few changes there have to be. Those who have no cohort are
placed by moves that better the plan, and by grouping them anew.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from matcher.cohorts import bounds, check, earlier, pins, steps, tables
from matcher.cohorts import desk as desks
from matcher.cohorts.draft import Case, Draft
from matcher.cohorts.problem import Cohort, Problem, Solution
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits, Status, grade, log_solve
from matcher.outcome import Moved, Option
from matcher.watch import Watch


@dataclass(frozen=True, slots=True)
class Repaired:
    """The repaired plan. ``moved``: everybody whose cohort is not the one before; newcomers have no
    ``before``. ``changes`` were made; ``fewest`` is proven: no repair makes fewer. ``options``: for placing
    more, the fewest changes found that do it."""

    solution: Solution
    moved: tuple[Moved, ...]
    changes: int
    fewest: int
    options: tuple[Option, ...]


def repair(
    problem: Problem,
    before: tuple[Cohort, ...],
    *,
    confirmed: Collection[int] = (),
    most_changes: int | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Repaired:
    """``before``, in indices of ``problem`` and without those who dropped out, made to fit ``problem``.

    ``confirmed`` cohorts, by their place in ``before``, keep their members, hour and facilitator; one that
    is below the smallest size is filled up to it with members who had no cohort. With ``most_changes``: the
    plan that places most, then is worth most, with at most so many changes. Cohorts keep their order; new
    ones follow. ``limits.seconds`` plans the work and caps the time.

    Raises InputError where an argument names what is not there, InfeasibleError where a confirmed cohort
    cannot stay, pins cannot be kept, or ``most_changes`` are not enough.
    """
    if most_changes is not None and most_changes < 0:
        raise InputError(f"At most {most_changes} changes are asked for.", cure="Allow 0 or more.")
    pins.require_keepable(problem)
    case = earlier.read(problem, before, confirmed)
    run = steps.Run(case, limits or Limits(), watch, time.perf_counter())
    draft, fewest = steps.fewest(run)
    changes = draft.changes(case)
    if most_changes is not None and changes > most_changes:
        how = "There have to be" if fewest > most_changes else "The fewest that were found are"
        raise InfeasibleError(
            f"At most {most_changes} changes are allowed. {how} {max(fewest, changes)}.",
            cure=f"Allow {changes} changes.",
        )
    draft = steps.best(run, draft, changes if most_changes is None else most_changes)
    options = steps.options(run, draft) if most_changes is None else ()
    solution = _solution(run, draft)
    wrong = check.violations(problem, solution)
    assert not wrong, f"{len(wrong)} rules broken, first: {wrong[0]}"
    changes = draft.changes(case)
    sizes = {"members": len(problem.members), "placed": solution.placed, "changes": changes}
    log_solve("repair", sizes, objective=solution.objective, bound=solution.bound, seconds=solution.seconds)
    return Repaired(solution, _moved(case, draft), changes, fewest, options)


def _moved(case: Case, draft: Draft) -> tuple[Moved, ...]:
    found = []
    for i in range(len(case.problem.members)):
        home, now = case.home.get(i, -1), draft.where.get(i, -1)
        if home != now:
            old = case.cohorts[home].members if home >= 0 else ()
            new = draft.cohorts[now].members if now >= 0 else ()
            found.append(Moved(i, tuple(j for j in old if j != i), tuple(j for j in new if j != i)))
    return tuple(found)


def _solution(run: steps.Run, draft: Draft) -> Solution:
    """The plan with its figures, against what any plan of the problem could reach."""
    case, problem = run.case, run.case.problem
    cohorts: list[Cohort] = []
    closed = set()
    for number, one in enumerate(draft.cohorts):
        if not one.members:
            continue
        if number in case.closed:
            closed.add(len(cohorts))
        others = [other for other in draft.cohorts if other.members and other is not one]
        fixed = number < len(case.cohorts) or case.d.staff
        hour = one.hour if fixed else next(desks.places(case.d, one, one.members, others)).hour
        topic = desks.topic_of(case.d, one.topic, one.members)
        cohorts.append(Cohort(one.members, hour, topic, one.facilitator))
    placed, value = draft.rank(case)
    placed_bound = bounds.placed_bound(problem, tables.hour_classes(problem))
    bound = desks.value_bound(case.d, placed)
    proven = (placed, value) == (placed_bound, bound)
    return Solution(
        cohorts=tuple(cohorts),
        waitlist=desks.waitlist(case.d, cohorts, closed=closed),
        objective=value,
        bound=bound,
        placed=placed,
        placed_bound=placed_bound,
        gap=grade(value, bound).gap,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        seconds=time.perf_counter() - run.began,
        cut_short=run.late or run.part_late,
    )

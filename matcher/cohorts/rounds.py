"""Cohorts for several sessions, so that people meet as many new peers as they can.

Most placed in each round comes first, then fewest repeats, then the value. The rounds are planned in turn,
those who met kept apart; where a round places fewer in this way, it begins with a plan that does not. All
rounds are then searched together. What is proven about the repeats is counted, not searched.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from matcher import record
from matcher.cohorts import bounds, check, meetings, model, pins, plan, tables, together
from matcher.cohorts.problem import MET, Problem, Solution
from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.optimize import Limits, log_solve
from matcher.watch import Watch

Group = tuple[int, ...]
#: Share of the limit for planning the rounds in turn.
IN_TURN = 0.5
#: Up to so many members all rounds are searched together: who met whom is a square table.
TOGETHER_UP_TO = tables.MATRIX_UP_TO


@dataclass(frozen=True, slots=True)
class Rounds:
    """``solutions``, one a round. ``meetings``: different pairs that meet; ``repeats``: meetings beyond the
    first of each pair; ``repeats_bound``: no rounds that place as many have fewer. ``new_peers``: for each
    member how many different others it meets. ``cut_short`` as in :class:`Solution`."""

    solutions: tuple[Solution, ...]
    meetings: int
    repeats: int
    repeats_bound: int
    new_peers: tuple[int, ...]
    seconds: float
    cut_short: bool = False

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError where the text is not that of rounds."""
        return record.load(cls, text)


def violations_of_rounds(problem: Problem, rounds: Rounds) -> list[check.Violation]:
    """Every rule that a round breaks, and every figure of the rounds that is not what it should be."""
    found = [
        replace(wrong, where=f"round {number}, {wrong.where}")
        for number, solution in enumerate(rounds.solutions)
        for wrong in check.violations(problem, solution)
    ]
    if found:
        return found
    times = meetings.met([[cohort.members for cohort in one.cohorts] for one in rounds.solutions])
    figures = len(times), meetings.repeats(times), meetings.peers(times, len(problem.members))
    if figures != (rounds.meetings, rounds.repeats, rounds.new_peers):
        found.append(
            check.Violation(
                "figures",
                "rounds",
                f"says {rounds.meetings} meetings and {rounds.repeats} repeats; it is {figures[:2]}",
            )
        )
    if rounds.repeats_bound > rounds.repeats:
        found.append(check.Violation("figures", "rounds", "the bound is above the repeats"))
    return found


def solve_rounds(
    problem: Problem, rounds: int, limits: Limits | None = None, watch: Watch | None = None
) -> Rounds:
    """``rounds`` plans of ``problem``, one a session, with as few repeated meetings as are found.

    Pairs kept apart in ``problem`` never meet; those pinned together meet in each round. The limit is for
    all rounds. Raises InputError where ``rounds`` is below 1, InfeasibleError where pins cannot be kept.
    """
    if rounds < 1:
        raise InputError(f"{rounds} rounds are asked for.", cure="Ask for 1 or more.")
    pins.require_keepable(problem)
    limits = limits or Limits()
    classes = tables.hour_classes(problem)
    arrays = tables.build(problem, classes)
    if bounds.placed_bound(problem, classes):
        together.warm_up(arrays)
    began = time.perf_counter()
    share = replace(limits, seconds=max(0.1, IN_TURN * limits.seconds / rounds))
    solved = _in_turn(problem, rounds, share, watch)
    first, best = solved[0], max(solved, key=lambda one: one.placed)
    late = any(one.cut_short for one in solved)
    solved = [one if one.placed == best.placed else best for one in solved]
    groups = [[cohort.members for cohort in one.cohorts] for one in solved]
    if rounds > 1 and best.placed and len(problem.members) <= TOGETHER_UP_TO:
        least = meetings.fewest_repeats(problem, [one.placed for one in solved])
        run = together.Run(arrays, limits, watch, began)
        groups = run.search(groups, least)
        late = late or run.late
    found = _finish(problem, groups, best, first, began, late=late)
    wrong = violations_of_rounds(problem, found)
    assert not wrong, f"{len(wrong)} rules broken, first: {wrong[0]}"
    sizes = {"members": len(problem.members), "rounds": rounds, "meetings": found.meetings}
    log_solve("rounds", sizes, objective=-found.repeats, bound=-found.repeats_bound, seconds=found.seconds)
    return found


def _in_turn(problem: Problem, rounds: int, limits: Limits, watch: Watch | None) -> list[Solution]:
    """The rounds in turn: those who met are kept apart while that places as many as the first round does;
    where it places fewer, the first round again."""
    solved = [model.solve(problem, limits, watch)]
    for number in range(1, rounds):
        if watch is not None:
            watch.tell("rounds in turn", number / rounds)
        times = meetings.met([[cohort.members for cohort in one.cohorts] for one in solved])
        why = dict.fromkeys(times, MET) | dict(zip(problem.apart, problem.apart_why, strict=True))
        apart = tuple(sorted(why))
        barred = replace(problem, apart=apart, apart_why=tuple(why[pair] for pair in apart))
        try:
            found = model.solve(barred, limits, watch)
        except (InfeasibleError, TimeLimitError):  # pinned members meet nobody new, as far as found
            found = solved[0]
        solved.append(found if found.placed >= solved[0].placed else solved[0])
    return solved


def _finish(
    problem: Problem,
    groups: Sequence[Sequence[Group]],
    best: Solution,
    first: Solution,
    began: float,
    *,
    late: bool,
) -> Rounds:
    """The rounds of ``groups`` with their figures. What is proven of the ``first`` round planned holds for
    each: the others, and ``best`` among them, may be of problems in which those who met are kept apart."""
    classes = tables.hour_classes(problem)
    arrays = tables.build(problem, classes)
    solutions: list[Solution] = [] if best.placed else [best] * len(groups)
    for each in groups if best.placed else []:
        empty = plan.Plan((), 0, 0, first.placed_bound, bounds.value_bound(arrays, 0), late)
        filled = plan.fill(problem, classes, arrays, plan.with_groups(arrays, empty, each))
        if filled.placed == first.placed:
            filled = replace(filled, bound=min(filled.bound, first.bound))
        solutions.append(plan.finish(problem, classes, filled, best.baselines, began))
    times = meetings.met([[cohort.members for cohort in one.cohorts] for one in solutions])
    return Rounds(
        solutions=tuple(solutions),
        meetings=len(times),
        repeats=meetings.repeats(times),
        repeats_bound=meetings.fewest_repeats(problem, [one.placed for one in solutions]),
        new_peers=meetings.peers(times, len(problem.members)),
        seconds=time.perf_counter() - began,
        cut_short=late,
    )

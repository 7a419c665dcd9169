"""What is shown of a term: its plan, and what was published of an earlier one and stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.domain import Exchange, Term
from matcher.errors import InputError
from matcher.network import STANDING
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Reading, Run, RunKind
from matcher.workflow.keeping import STRUCTURES, Problem, meeting, proposals_of
from matcher.workflow.places import listed
from matcher.workflow.reading import loaded


@dataclass(frozen=True, slots=True)
class Seat:
    """A pair, cohort or visit of a run: what was planned, as the solution of ``problem`` has it, and the
    proposal that was made of it."""

    problem: Problem
    planned: Any
    proposal: Exchange
    session: int


def seats(kind: RunKind, term: Term, run: Run) -> list[Seat]:
    """A run's plan in the order in which it is shown. Raises InputError where another version made it."""
    problem, solution = loaded(run)
    shown = listed(kind, solution)
    if isinstance(solution, PairSolution):
        solution = replace(solution, pairs=tuple(shown))
    made = proposals_of(term, [(problem, solution)], {})
    session = run.origin.session
    return [Seat(problem, each, one, session) for each, one in zip(shown, made, strict=True)]


def beside(
    exchanges: Iterable[Exchange], term: Term, kind: RunKind, plan: Iterable[Exchange]
) -> list[Exchange]:
    """What was published, agreed or held in the term, and its plan goes on without; by id."""
    there = {meeting(each) for each in plan}
    found = (each for each in exchanges if each.term.name == term.name and each.status in STANDING)
    of_kind = (each for each in found if each.structure is STRUCTURES[kind])
    return sorted((each for each in of_kind if meeting(each) not in there), key=lambda each: each.id)


def as_planned(reading: Reading, term: Term, kind: RunKind, wanted: Sequence[Exchange]) -> list[Seat]:
    """How each of those that are ``wanted`` was planned last, in their order; without those that no plan
    held, or only one of another version of the program."""
    sought = {meeting(each) for each in wanted}
    found: dict[object, Seat] = {}
    for summary in reading.runs():  # the latest first
        if found.keys() >= sought:
            break
        if (summary.kind, summary.term) != (kind, term.name):
            continue
        try:
            planned = seats(kind, term, reading.run(summary.id))
        except InputError:
            break
        for seat in planned:
            if meeting(seat.proposal) in sought:
                found.setdefault(meeting(seat.proposal), seat)
    return [found[meeting(each)] for each in wanted if meeting(each) in found]

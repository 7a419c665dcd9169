"""A plan becomes a run and its proposals, in place of the term's earlier ones, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from matcher import record
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import Exchange, ExchangeStatus, Structure, Term, stable_id
from matcher.errors import ConflictError, NotFoundError
from matcher.network import STANDING
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Origin, Reading, Run, RunKind, RunSummary, Way, Writing
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.workflow.case import versions
from matcher.workflow.workspace import Workspace

Problem: TypeAlias = PairProblem | CohortProblem | VisitProblem
Solution: TypeAlias = PairSolution | CohortSolution | VisitSolution
#: What else belongs to the transaction in which a plan is kept; it is given the numbers of the runs.
Then: TypeAlias = Callable[[Writing, tuple[int, ...]], None]

STRUCTURES = {
    RunKind.PAIRS: Structure.ONE_TO_ONE,
    RunKind.COHORTS: Structure.VIRTUAL,
    RunKind.VISITS: Structure.PEER_HOSTED,
}


def current(workspace: Workspace, kind: RunKind, term: Term) -> tuple[Run, ...]:
    """The term's latest plan of pairs, cohorts or visits: one run, or one for each session that cohorts
    were formed for, in their order; empty where nothing was formed."""
    with workspace.store.read() as reading:
        return current_in(reading, kind, term)


def current_in(reading: Reading, kind: RunKind, term: Term) -> tuple[Run, ...]:
    """As :func:`current`, inside a transaction."""
    return tuple(map(reading.run, _numbers(reading, kind, term)))


def _numbers(reading: Reading, kind: RunKind, term: Term) -> tuple[int, ...]:
    """The numbers of the runs of :func:`current`."""
    last: dict[int, int] = {}
    for run in reversed(reading.runs()):
        if (run.kind, run.term) != (kind, term.name):
            continue
        if run.origin.way is Way.FORMED and run.origin.session == 1:
            last.clear()  # a plan is formed whole: its sessions follow
        last[run.origin.session] = run.id
    return tuple(last[session] for session in sorted(last))


def version_of(reading: Reading, kind: RunKind, term: Term) -> str:
    """A short text that is another one after each change of the term's plan of a kind: of its runs, or of
    what became of its proposals. An answer that settles nothing yet leaves it as it is."""
    became = [
        (each.id, each.status.value, each.member_ids)
        for each in reading.exchanges()
        if each.term.name == term.name and each.structure is STRUCTURES[kind]
    ]
    return record.digest(json.dumps([_numbers(reading, kind, term), became]))[:16]


def check_version(reading: Reading, kind: RunKind, term: Term, expected: str | None) -> None:
    """Raise ConflictError where the plan's :func:`version_of` is not the one that is ``expected``; None
    expects nothing."""
    if expected is not None and expected != version_of(reading, kind, term):
        raise ConflictError(
            f"The {kind.value} of '{term.name}' were changed meanwhile. Nothing was kept.",
            cure="Look at the plan as it is now, and say what to do once more.",
        )


def current_or_raise(workspace: Workspace, kind: RunKind, term: Term) -> tuple[Run, ...]:
    """As :func:`current`. Raises NotFoundError where nothing was formed."""
    runs = current(workspace, kind, term)
    if not runs:
        raise NotFoundError(
            f"No {kind.value} were formed for the term '{term.name}' yet.",
            cure=f"Form them first: matcher {kind.value}.",
        )
    return runs


def by_hand(workspace: Workspace, runs: Sequence[Run]) -> tuple[str, ...]:
    """What was done to a plan since it was formed, in sentences: how often, and who did the last of it."""
    with workspace.store.read() as reading:
        earlier = {run.id: run for run in reading.runs()}
    changed: list[RunSummary] = []
    for run in runs:
        step: RunSummary | None = earlier.get(run.id)
        while step is not None and step.origin.of is not None:
            if step.origin.way is not Way.FORMED:  # else it was taken over as it was
                changed.append(step)
            step = earlier.get(step.origin.of)
    if not changed:
        return ()
    last = max(changed, key=lambda run: run.id)
    who = f" by {last.origin.by}" if last.origin.by else ""
    times = "once" if len(changed) == 1 else f"{len(changed)} times"
    return (f"Changed {times} since it was formed, the last time{who} on {last.created.date()}.",)


@dataclass(frozen=True, slots=True)
class Plan:
    """A problem and its solution, about to become a run."""

    problem: Problem
    solution: Solution
    origin: Origin


def keep(
    workspace: Workspace,
    kind: RunKind,
    term: Term,
    plans: Sequence[Plan],
    proposals: Sequence[Exchange],
    *,
    basis: Sequence[Run],
    seen: Sequence[Exchange],
    expected: str | None = None,
    then: Then | None = None,
) -> tuple[int, ...]:
    """Store each plan as a run, and ``proposals`` in place of the term's earlier ones of that kind; the
    runs' numbers. ``basis`` are the term's runs of that kind as they were when the plans were begun,
    ``seen`` the ledger as it was. ``expected`` is the version that the plan is to have, where it matters.
    What ``then`` writes becomes whole with it, or not at all.

    Raises ConflictError where they are no longer the latest: somebody else was first. A plan that is formed
    anew takes the place of another that was, but not of what somebody changed by hand or published meanwhile.
    """
    known = {run.id for run in basis}
    formed = all(plan.origin.way is Way.FORMED for plan in plans)
    with workspace.store.write() as writing:
        check_version(writing, kind, term, expected)
        later = [run for run in current_in(writing, kind, term) if run.id not in known]
        missed = [run for run in later if not formed or run.origin.way is not Way.FORMED]
        if missed:
            raise ConflictError(
                f"The {kind.value} of '{term.name}' were changed meanwhile, in run {missed[-1].id}. "
                "Nothing was kept.",
                cure="Look at the plan as it is now, and say what to do once more.",
            )
        in_force = [each for each in writing.exchanges() if each.term.name == term.name]
        in_force = [each for each in in_force if each.status is not ExchangeStatus.PROPOSED]
        _check_published(kind, term, in_force, seen, proposals)
        writing.put_terms([term])
        numbers = tuple(
            writing.add_run(
                kind,
                term=term.name,
                seed=workspace.settings.solver.seed,
                versions=versions(workspace),
                problem=plan.problem.to_json(),
                solution=plan.solution.to_json(),
                status=plan.solution.status.value,
                objective=plan.solution.objective,
                bound=plan.solution.bound,
                seconds=plan.solution.seconds,
                origin=plan.origin,
            )
            for plan in plans
        )
        writing.delete_proposed(term.name, STRUCTURES[kind])
        # One that somebody left is another meeting by now, under the id that it had.
        decided, taken = {meeting(each) for each in in_force}, {each.id for each in in_force}
        # Two sessions may hold the very same cohort: it is one entry of the ledger.
        fresh = {each.id: each for each in proposals if meeting(each) not in decided and each.id not in taken}
        writing.put_exchanges(fresh.values())
        if then is not None:
            then(writing, numbers)
    return numbers


def _check_published(
    kind: RunKind,
    term: Term,
    in_force: Sequence[Exchange],
    seen: Sequence[Exchange],
    proposals: Sequence[Exchange],
) -> None:
    """Raise ConflictError where something of the kind was published meanwhile that ``proposals`` do without:
    they were made as if its members were free."""
    known, planned = {each.id for each in seen if each.status in STANDING}, {*map(meeting, proposals)}
    missed = [
        each
        for each in in_force
        if each.structure is STRUCTURES[kind]
        and each.status in STANDING
        and each.id not in known
        and meeting(each) not in planned
    ]
    if missed:
        raise ConflictError(
            f"{len(missed)} of the {kind.value} of '{term.name}' were published meanwhile. Nothing was kept.",
            cure="Look at the plan as it is now, and say what to do once more.",
        )


def _pairs(term: Term, problem: PairProblem, solution: PairSolution) -> list[Exchange]:
    """A proposed one-to-one for each pair."""
    ids = [member.id for member in problem.members]
    return [
        _proposal(term, Structure.ONE_TO_ONE, (ids[each.a], ids[each.b]), facilitator=each.facilitator)
        for each in solution.pairs
    ]


def _cohorts(
    term: Term, problem: CohortProblem, solution: CohortSolution, labels: Mapping[str, str]
) -> list[Exchange]:
    """A proposed virtual exchange for each cohort; ``labels`` are names of topics by id."""
    return [
        _proposal(
            term,
            Structure.VIRTUAL,
            tuple(problem.members[i].id for i in each.members),
            topic=labels.get(each.topic, ""),
            facilitator=each.facilitator,
        )
        for each in solution.cohorts
    ]


def _visits(term: Term, problem: VisitProblem, solution: VisitSolution) -> list[Exchange]:
    """A proposed peer-hosted exchange for each visit; the host comes first."""
    return [
        _proposal(
            term,
            Structure.PEER_HOSTED,
            (problem.hosts[each.host].id, *(problem.visitors[i].id for i in each.visitors)),
        )
        for each in solution.events
    ]


def proposals_of(
    term: Term, plans: Sequence[tuple[Problem, Solution]], labels: Mapping[str, str]
) -> list[Exchange]:
    """The proposals of a whole plan, session by session; ``labels`` are names of topics by id."""
    found: list[Exchange] = []
    for problem, solution in plans:
        if isinstance(problem, PairProblem) and isinstance(solution, PairSolution):
            found += _pairs(term, problem, solution)
        elif isinstance(problem, CohortProblem) and isinstance(solution, CohortSolution):
            found += _cohorts(term, problem, solution, labels)
        elif isinstance(problem, VisitProblem) and isinstance(solution, VisitSolution):
            found += _visits(term, problem, solution)
        else:
            raise TypeError(f"{type(problem)} with {type(solution)}")
    return found


def _proposal(
    term: Term, structure: Structure, member_ids: tuple[str, ...], *, topic: str = "", facilitator: str = ""
) -> Exchange:
    return Exchange(
        id=stable_id("x", term.name, structure, *member_ids),
        term=term,
        structure=structure,
        member_ids=member_ids,
        status=ExchangeStatus.PROPOSED,
        topic=topic,
        facilitator=facilitator,
    )


def agreed(
    workspace: Workspace, term: Term, plans: Sequence[tuple[Problem, Solution]]
) -> dict[tuple[Structure, frozenset[str], str], Exchange]:
    """What of a plan was published, agreed to or held: exchanges of the ledger, by what makes them the same
    meeting."""
    planned = {meeting(each) for each in proposals_of(term, plans, {})}
    with workspace.store.read() as reading:
        exchanges = reading.exchanges()
    return {
        meeting(each): each
        for each in exchanges
        if each.term.name == term.name and each.status in STANDING and meeting(each) in planned
    }


def meeting(exchange: Exchange) -> tuple[Structure, frozenset[str], str]:
    """What makes two entries of a term the same meeting: a file may name its members in any order, but
    the host of a visit comes first."""
    host = exchange.member_ids[0] if exchange.structure is Structure.PEER_HOSTED else ""
    return exchange.structure, frozenset(exchange.member_ids), host

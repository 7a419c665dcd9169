"""Forming a term: pairs, cohorts, visits. Each is solved, checked, and kept as a run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from matcher import config
from matcher.cohorts.model import solve as solve_cohorts
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.cohorts.rounds import solve_rounds
from matcher.domain import ExchangeStatus, Term
from matcher.embed import Progress
from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.pairing.model import solve as solve_pairs
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Decisions, Origin, Run, RunKind
from matcher.visits.model import solve as solve_visits
from matcher.visits.problem import Solution as VisitSolution
from matcher.watch import Watch
from matcher.workflow.asking import find_member
from matcher.workflow.case import load
from matcher.workflow.composing import cohort_problem, pair_problem, visit_problem
from matcher.workflow.keeping import Plan, current, keep, proposals_of
from matcher.workflow.topics import with_topics
from matcher.workflow.workspace import Workspace


def choose_term(workspace: Workspace, name: str | None = None, start: date | None = None) -> Term:
    """The term of that name, a new one where it has a start; without a name, the latest term in which
    nothing has been held yet. A new term is kept with the first thing that is formed for it.

    Raises InputError where no term is meant, or a known one is given another start.
    """
    with workspace.store.read() as reading:
        terms = {term.name: term for term in reading.terms()}
        over = {each.term.name for each in reading.exchanges() if each.status is ExchangeStatus.HELD}
    if name is None:
        open_terms = [term for term in terms.values() if term.name not in over]
        if not open_terms:
            raise InputError(
                "No term is open.", cure='Name one, as in: --term "2026-27 fall" --start 2026-09-14'
            )
        return max(open_terms, key=lambda term: (term.start, term.name))
    if name not in terms and start is None:
        raise InputError(f"There is no term '{name}' yet.", cure="Say when it starts: --start 2026-09-14")
    if name in terms and start not in (None, terms[name].start):
        raise InputError(
            f"The term '{name}' starts on {terms[name].start}.",
            cure="Leave --start away, or name another term.",
        )
    if name in terms:
        return terms[name]
    assert start is not None
    return Term(name, start)


def form_pairs(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    pins: Iterable[tuple[str, str]] = (),
    afresh: bool = False,
) -> PairSolution:
    """Pairs for a term: the earlier proposals of one-to-ones for it are replaced.

    ``pins`` name two members each, by id, email or name, that are to be paired. They and what staff
    decided in earlier runs for the term hold, but with ``afresh`` nothing of the earlier does. What was
    agreed or held in the term stays. Raises InfeasibleError where a pin cannot be, NotFoundError where
    nobody has such a name.
    """
    case = load(workspace, progress)
    settings = workspace.settings
    ids = [member.id for member in case.members]
    named = [sorted(find_member(case.members, name) for name in pair) for pair in pins]
    wanted = {(ids[a], ids[b]) for a, b in named}
    basis = current(workspace, RunKind.PAIRS, term)
    earlier = decisions(() if afresh else basis)
    decided = Decisions(tuple(sorted({*earlier.pins, *wanted})), earlier.bans, earlier.without)
    problem = pair_problem(workspace, case, term, decided)
    solution = solve_pairs(problem, limits(settings, RunKind.PAIRS), watch, prices=True)
    plan = Plan(problem, solution, Origin(decisions=decided))
    proposals = proposals_of(term, [(problem, solution)], {})
    keep(workspace, RunKind.PAIRS, term, [plan], proposals, basis=basis)
    return solution


def form_cohorts(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    afresh: bool = False,
) -> tuple[CohortSolution, ...]:
    """Virtual cohorts for a term, of the members who wrote something and do not ask for other
    structures only; topics are found if need be. One solution for each session that the settings ask
    for. ``afresh`` as for pairs."""
    case = with_topics(workspace, progress)
    basis = current(workspace, RunKind.COHORTS, term)
    decided = decisions(() if afresh else basis)
    problem = cohort_problem(workspace, case, term, decided)
    solve_within = limits(workspace.settings, RunKind.COHORTS)
    sessions = workspace.settings.cohorts.sessions
    if sessions == 1:
        solutions: tuple[CohortSolution, ...] = (solve_cohorts(problem, solve_within, watch),)
        origins = [Origin(decisions=decided)]
    else:
        rounds = solve_rounds(problem, sessions, solve_within, watch)
        solutions = rounds.solutions
        given = json.dumps({"sessions": sessions, "repeats_bound": rounds.repeats_bound})
        origins = [Origin(session=n + 1, given=given, decisions=decided) for n in range(sessions)]
    plans = [Plan(problem, each, origin) for each, origin in zip(solutions, origins, strict=True)]
    labels = {topic.id: topic.label for topic in case.topics}
    proposals = proposals_of(term, [(problem, each) for each in solutions], labels)
    keep(workspace, RunKind.COHORTS, term, plans, proposals, basis=basis)
    return solutions


def form_visits(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    afresh: bool = False,
) -> VisitSolution:
    """Peer-hosted visits for a term. ``afresh`` as for pairs."""
    case = load(workspace, progress)
    basis = current(workspace, RunKind.VISITS, term)
    decided = decisions(() if afresh else basis)
    problem = visit_problem(workspace, case, term, decided)
    solution = solve_visits(problem, limits(workspace.settings, RunKind.VISITS), watch)
    plan = Plan(problem, solution, Origin(decisions=decided))
    proposals = proposals_of(term, [(problem, solution)], {})
    keep(workspace, RunKind.VISITS, term, [plan], proposals, basis=basis)
    return solution


def decisions(runs: Sequence[Run]) -> Decisions:
    """What staff decided by hand in a plan of a term, which are its ``runs``."""
    earlier = [run.origin.decisions for run in runs]
    if len(earlier) < 2:
        return earlier[0] if earlier else Decisions()
    # Of several sessions: a pin was meant for one of them, and would tie the two together in all.
    bans = {ban for each in earlier for ban in each.bans}
    without = {one for each in earlier for one in each.without}
    return Decisions(bans=tuple(sorted(bans)), without=tuple(sorted(without)))


def limits(settings: config.Settings, kind: RunKind) -> Limits:
    """What a solve of that kind may take, by the settings."""
    seconds = {
        RunKind.PAIRS: settings.pairs.seconds,
        RunKind.COHORTS: settings.cohorts.seconds,
        RunKind.VISITS: settings.visits.seconds,
    }[kind]
    return Limits(seconds=seconds, seed=settings.solver.seed, workers=settings.solver.workers)

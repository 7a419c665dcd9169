"""Forming a term: pairs, cohorts, visits. Each is solved, checked, and kept as a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matcher import config
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import ExchangeStatus, Term
from matcher.embed import Progress
from matcher.errors import ConflictError, InputError
from matcher.optimize import Limits
from matcher.pairing.model import solve as solve_pairs
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Decisions, Origin, RunKind
from matcher.visits.model import solve as solve_visits
from matcher.visits.problem import Solution as VisitSolution
from matcher.watch import Watch
from matcher.workflow.asking import find_member
from matcher.workflow.case import load
from matcher.workflow.composing import pair_problem, visit_problem
from matcher.workflow.keeping import Plan, Then, current, keep, proposals_of
from matcher.workflow.sessions import decided_in, plan_sessions, solution_of
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


def add_term(workspace: Workspace, name: str, start: date) -> Term:
    """Keep a term before anything is formed for it. Raises InputError where it has no name, ConflictError
    where there is one of that name."""
    if not name.strip() or not name.isprintable():
        raise InputError("The term has no name that can be read.", cure='Name it, as in "2026-27 fall".')
    with workspace.store.write() as writing:
        if name in {term.name for term in writing.terms()}:
            raise ConflictError(f"There is a term '{name}' already.", cure="Use it, or name another.")
        writing.put_terms([Term(name, start)])
    return Term(name, start)


def form_pairs(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    pins: Iterable[tuple[str, str]] = (),
    afresh: bool = False,
    then: Then | None = None,
) -> PairSolution:
    """Pairs for a term: the earlier proposals of one-to-ones for it are replaced.

    ``pins`` name two members each, by id, email or name, that are to be paired. They and what staff
    decided in earlier runs for the term hold, but with ``afresh`` nothing of the earlier does; a pin takes
    back that the two were kept apart by hand, not a ban that was imported. What was published, agreed or held
    in the term stays. What ``then`` writes is kept with the plan, or not at all. Raises InfeasibleError where
    a pin cannot be, NotFoundError where nobody has such a name, ConflictError as :func:`keep`.
    """
    case = load(workspace, progress)
    ids = [member.id for member in case.members]
    named = [sorted(find_member(case.members, name) for name in pair) for pair in pins]
    wanted = {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in named}
    basis = current(workspace, RunKind.PAIRS, term)
    (earlier,) = decided_in(() if afresh else basis, 1)
    # A pin that is asked for now is a later word than a ban by hand.
    bans = tuple(ban for ban in earlier.bans if ban not in wanted)
    decided = Decisions(tuple(sorted({*earlier.pins, *wanted})), bans, earlier.without)
    problem = pair_problem(workspace, case, term, decided)
    within = limits(workspace.settings, RunKind.PAIRS)
    solution = solve_pairs(problem, within, watch, prices=True)
    plan = Plan(problem, solution, Origin(decisions=decided, limits=within))
    proposals = proposals_of(term, [(problem, solution)], {})
    keep(workspace, RunKind.PAIRS, term, [plan], proposals, basis=basis, seen=case.exchanges, then=then)
    return solution


def form_cohorts(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    afresh: bool = False,
    then: Then | None = None,
) -> tuple[CohortSolution, ...]:
    """Virtual cohorts for a term, of the members who wrote something and do not ask for other
    structures only; topics are found if need be. One solution for each session that the settings ask
    for: one whose cohorts were all agreed to stays as it is. ``afresh`` and ``then`` as for pairs."""
    case = with_topics(workspace, progress)
    basis = current(workspace, RunKind.COHORTS, term)
    decided = decided_in(() if afresh else basis, workspace.settings.cohorts.sessions)
    within = limits(workspace.settings, RunKind.COHORTS)
    plans = plan_sessions(workspace, case, term, basis, decided, within, watch)
    labels = {topic.id: topic.label for topic in case.topics}
    proposals = proposals_of(term, [(plan.problem, plan.solution) for plan in plans], labels)
    keep(workspace, RunKind.COHORTS, term, plans, proposals, basis=basis, seen=case.exchanges, then=then)
    return tuple(map(solution_of, plans))


def form_visits(
    workspace: Workspace,
    term: Term,
    progress: Progress | None = None,
    watch: Watch | None = None,
    *,
    afresh: bool = False,
    then: Then | None = None,
) -> VisitSolution:
    """Peer-hosted visits for a term. ``afresh`` and ``then`` as for pairs."""
    case = load(workspace, progress)
    basis = current(workspace, RunKind.VISITS, term)
    (decided,) = decided_in(() if afresh else basis, 1)
    problem = visit_problem(workspace, case, term, decided)
    within = limits(workspace.settings, RunKind.VISITS)
    solution = solve_visits(problem, within, watch)
    plan = Plan(problem, solution, Origin(decisions=decided, limits=within))
    proposals = proposals_of(term, [(problem, solution)], {})
    keep(workspace, RunKind.VISITS, term, [plan], proposals, basis=basis, seen=case.exchanges, then=then)
    return solution


def limits(settings: config.Settings, kind: RunKind) -> Limits:
    """What a solve of that kind may take, by the settings."""
    seconds = {
        RunKind.PAIRS: settings.pairs.seconds,
        RunKind.COHORTS: settings.cohorts.seconds,
        RunKind.VISITS: settings.visits.seconds,
    }[kind]
    return Limits(seconds=seconds, seed=settings.solver.seed, workers=settings.solver.workers)

"""Forming a term: pairs, cohorts, visits. Each is solved, checked, and kept as a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matcher import config
from matcher.cohorts.compose import compose as compose_cohorts
from matcher.cohorts.model import solve as solve_cohorts
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import (
    Exchange,
    ExchangeStatus,
    StatementKind,
    Structure,
    Term,
    stable_id,
)
from matcher.embed import Progress
from matcher.errors import InputError
from matcher.network import hostings, window
from matcher.optimize import Limits
from matcher.pairing.compose import compose as compose_pairs
from matcher.pairing.model import solve as solve_pairs
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import RunKind
from matcher.visits.compose import compose as compose_visits
from matcher.visits.model import solve as solve_visits
from matcher.visits.problem import Solution as VisitSolution
from matcher.workflow.asking import find_member
from matcher.workflow.case import load, pair_affinities, versions
from matcher.workflow.ledger import busy, declined, met, planned, settled
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
    *,
    pins: Iterable[tuple[str, str]] = (),
) -> PairSolution:
    """Pairs for a term: the earlier proposals of one-to-ones for it are replaced.

    ``pins`` name two members each, by id, email or name, that are to be paired. What was agreed or
    held in the term stays. Raises InfeasibleError where a pin cannot be, NotFoundError where nobody has
    such a name.
    """
    case = load(workspace, progress)
    settings = workspace.settings
    wanted = {tuple(sorted(find_member(case.members, name) for name in pair)) for pair in pins}
    problem = compose_pairs(
        case.members,
        case.organizations,
        pair_affinities(workspace, case),
        bans=case.bans,
        met=met(workspace, case, term, case.members)
        | planned(case, term, case.members, Structure.VIRTUAL)
        | declined(case, term),
        facilitators=case.facilitators,
        week_of=term.start,
        settings=settings.pairs,
        pins=[(pair[0], pair[1]) for pair in wanted] + sorted(settled(case, term)),
    )
    solution = solve_pairs(problem, _limits(settings, settings.pairs.seconds))
    ids = [member.id for member in problem.members]
    proposals = [
        _proposal(term, Structure.ONE_TO_ONE, (ids[each.a], ids[each.b]), facilitator=each.facilitator)
        for each in solution.pairs
    ]
    _keep(workspace, RunKind.PAIRS, term, problem.to_json(), solution, proposals)
    return solution


def form_cohorts(workspace: Workspace, term: Term, progress: Progress | None = None) -> CohortSolution:
    """Virtual cohorts for a term, of the members who wrote something and do not ask for other
    structures only; topics are found if need be."""
    case = with_topics(workspace, progress)
    settings = workspace.settings
    writers = case.writers()
    placed = busy(case, term, Structure.VIRTUAL)
    members = tuple(
        each for each in case.members if each.id in writers - placed and each.wants(Structure.VIRTUAL)
    )
    problem = compose_cohorts(
        members,
        case.organizations_of(members),
        pair_affinities(workspace, case, members),
        statements=case.statements,
        topic_of=case.topic_of(),
        bans=case.bans,
        met=met(workspace, case, term, members) | planned(case, term, members, Structure.ONE_TO_ONE),
        facilitators=case.facilitators,
        week_of=term.start,
        settings=settings.cohorts,
    )
    solution = solve_cohorts(problem, _limits(settings, settings.cohorts.seconds))
    labels = {topic.id: topic.label for topic in case.topics}
    proposals = [
        _proposal(
            term,
            Structure.VIRTUAL,
            tuple(problem.members[i].id for i in each.members),
            topic=labels.get(each.topic, ""),
            facilitator=each.facilitator,
        )
        for each in solution.cohorts
    ]
    _keep(workspace, RunKind.COHORTS, term, problem.to_json(), solution, proposals)
    return solution


def form_visits(workspace: Workspace, term: Term, progress: Progress | None = None) -> VisitSolution:
    """Peer-hosted visits for a term. Having met otherwise does not bar a visit; an earlier one does."""
    case = load(workspace, progress)
    settings = workspace.settings
    terms = window(case.terms, term, settings.ledger.window)
    taken = busy(case, term, Structure.PEER_HOSTED)
    problem = compose_visits(
        case.members,
        case.organizations,
        pair_affinities(workspace, case),
        with_practice=case.writers(StatementKind.PRACTICE) - taken,
        with_challenge=case.writers(StatementKind.CHALLENGE) - taken,
        hosted=hostings(case.exchanges, terms),
        bans=case.bans,
        visited=met(workspace, case, term, case.members, frozenset({Structure.PEER_HOSTED})),
        settings=settings.visits,
    )
    solution = solve_visits(problem, _limits(settings, settings.visits.seconds))
    proposals = [
        _proposal(
            term,
            Structure.PEER_HOSTED,
            (problem.hosts[each.host].id, *(problem.visitors[i].id for i in each.visitors)),
        )
        for each in solution.events
    ]
    _keep(workspace, RunKind.VISITS, term, problem.to_json(), solution, proposals)
    return solution


def _limits(settings: config.Settings, seconds: float) -> Limits:
    return Limits(seconds=seconds, seed=settings.solver.seed, workers=settings.solver.workers)


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


def _keep(
    workspace: Workspace,
    kind: RunKind,
    term: Term,
    problem: str,
    solution: PairSolution | CohortSolution | VisitSolution,
    proposals: Iterable[Exchange],
) -> None:
    """Store a run and its proposals, in place of the term's earlier ones, in one transaction."""
    structure = {
        RunKind.PAIRS: Structure.ONE_TO_ONE,
        RunKind.COHORTS: Structure.VIRTUAL,
        RunKind.VISITS: Structure.PEER_HOSTED,
    }[kind]
    with workspace.store.write() as writing:
        writing.put_terms([term])
        writing.add_run(
            kind,
            term=term.name,
            seed=workspace.settings.solver.seed,
            versions=versions(workspace),
            problem=problem,
            solution=solution.to_json(),
            status=solution.status.value,
            objective=solution.objective,
            bound=solution.bound,
            seconds=solution.seconds,
        )
        writing.delete_proposed(term.name, structure)
        decided = {
            _meeting(each)
            for each in writing.exchanges()
            if each.term.name == term.name and each.status is not ExchangeStatus.PROPOSED
        }
        writing.put_exchanges([each for each in proposals if _meeting(each) not in decided])


def _meeting(exchange: Exchange) -> tuple[Structure, frozenset[str], str]:
    """What makes two entries of a term the same meeting: a file may name its members in any order, but
    the host of a visit comes first."""
    host = exchange.member_ids[0] if exchange.structure is Structure.PEER_HOSTED else ""
    return exchange.structure, frozenset(exchange.member_ids), host

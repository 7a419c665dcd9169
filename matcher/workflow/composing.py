"""What is asked of a solver for a term: the network, the ledger and what staff decided, as problems."""

from __future__ import annotations

from dataclasses import replace

from matcher.cohorts.compose import compose as compose_cohorts
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.domain import Ban, StatementKind, Structure, Term
from matcher.network import hostings, window
from matcher.pairing.compose import compose as compose_pairs
from matcher.pairing.problem import Problem as PairProblem
from matcher.store import Decisions
from matcher.visits.compose import compose as compose_visits
from matcher.visits.problem import Problem as VisitProblem
from matcher.workflow.case import Case, pair_affinities
from matcher.workflow.ledger import busy, declined, met, planned, settled
from matcher.workflow.workspace import Workspace

#: Why two members are kept apart whom staff parted in a plan of the term.
PARTED = "a decision of staff"


def taking_part(case: Case, decided: Decisions) -> Case:
    """The case without those who dropped out or were erased, and with what staff decided against as bans."""
    gone = case.erased.union(decided.without)
    kept = [i for i, member in enumerate(case.members) if member.id not in gone]
    return replace(
        case,
        members=tuple(case.members[i] for i in kept),
        organizations=tuple(case.organizations[i] for i in kept),
        bans=case.bans + tuple(Ban(a, b, PARTED) for a, b in decided.bans),
    )


def pair_problem(workspace: Workspace, case: Case, term: Term, decided: Decisions) -> PairProblem:
    """One-to-ones of everybody who wishes one; what was agreed or held in the term stays."""
    taking = taking_part(case, decided)
    index = {member.id: i for i, member in enumerate(taking.members)}
    return compose_pairs(
        taking.members,
        taking.organizations,
        pair_affinities(workspace, taking),
        bans=taking.bans,
        met=met(workspace, case, term, taking.members)
        | planned(taking, term, taking.members, Structure.VIRTUAL)
        | declined(taking, term),
        facilitators=case.facilitators,
        week_of=term.start,
        settings=workspace.settings.pairs,
        pins=sorted({*_pairs(index, decided.pins), *settled(taking, term)}),
    )


def cohort_problem(workspace: Workspace, case: Case, term: Term, decided: Decisions) -> CohortProblem:
    """Cohorts of the members who wrote something, do not ask for other structures only, and have agreed
    to no cohort of the term yet. The case is to hold topics."""
    taking = taking_part(case, decided)
    writers, placed = case.writers(), busy(case, term, Structure.VIRTUAL)
    members = tuple(
        each for each in taking.members if each.id in writers - placed and each.wants(Structure.VIRTUAL)
    )
    index = {member.id: i for i, member in enumerate(members)}
    return compose_cohorts(
        members,
        taking.organizations_of(members),
        pair_affinities(workspace, taking, members),
        statements=case.statements,
        topic_of=case.topic_of(),
        bans=taking.bans,
        met=met(workspace, case, term, members) | planned(case, term, members, Structure.ONE_TO_ONE),
        facilitators=case.facilitators,
        week_of=term.start,
        settings=workspace.settings.cohorts,
        together=sorted(set(_pairs(index, decided.pins))),
    )


def visit_problem(workspace: Workspace, case: Case, term: Term, decided: Decisions) -> VisitProblem:
    """Visits of those who agreed to none of the term yet. Having met otherwise does not bar a visit; an
    earlier one does."""
    taking = taking_part(case, decided)
    settings = workspace.settings
    placed = busy(case, term, Structure.PEER_HOSTED)
    return compose_visits(
        taking.members,
        taking.organizations,
        pair_affinities(workspace, taking),
        with_practice=case.writers(StatementKind.PRACTICE) - placed,
        with_challenge=case.writers(StatementKind.CHALLENGE) - placed,
        hosted=hostings(case.exchanges, window(case.terms, term, settings.ledger.window)),
        bans=taking.bans,
        visited=met(workspace, case, term, taking.members, frozenset({Structure.PEER_HOSTED})),
        start=term.start,
        settings=settings.visits,
        pins=[pin for pin in decided.pins if not {*pin} & (placed | case.erased | {*decided.without})],
    )


def _pairs(index: dict[str, int], named: tuple[tuple[str, str], ...]) -> list[tuple[int, int]]:
    """Decisions as pairs of indices, the smaller first; those about members who are not taking part say
    nothing."""
    found = [(index[a], index[b]) for a, b in named if a in index and b in index]
    return [(min(pair), max(pair)) for pair in found]

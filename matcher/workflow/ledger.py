"""What the ledger says of two members when a term is formed: they met, are to meet, or declined."""

from __future__ import annotations

from matcher.domain import Member, Structure, Term
from matcher.network import PLANNED, STANDING, met_pairs, window
from matcher.workflow.case import Case
from matcher.workflow.workspace import Workspace


def met(
    workspace: Workspace,
    case: Case,
    term: Term,
    members: tuple[Member, ...],
    structures: frozenset[Structure] = frozenset(Structure),
) -> frozenset[tuple[int, int]]:
    """Pairs that met in the window of terms before this one."""
    ledger = workspace.settings.ledger
    terms = window(case.terms, term, ledger.window)
    return met_pairs(
        case.exchanges,
        members,
        terms,
        level=ledger.level,
        everybody=case.members,
        structures=structures,
    )


def planned(
    case: Case, term: Term, members: tuple[Member, ...], structure: Structure
) -> frozenset[tuple[int, int]]:
    """Pairs that this very term already brings together in another structure: one place a peer."""
    return met_pairs(
        case.exchanges,
        members,
        frozenset({term.name}),
        level="person",
        structures=frozenset({structure}),
        counting=PLANNED,
    )


def declined(case: Case, term: Term) -> frozenset[tuple[int, int]]:
    """Pairs whose one-to-one in this very term was declined: not to be proposed to them again."""
    return met_pairs(
        case.exchanges,
        case.members,
        frozenset({term.name}),
        level="person",
        structures=frozenset({Structure.ONE_TO_ONE}),
        counting=frozenset(),
    )


def busy(case: Case, term: Term, structure: Structure) -> frozenset[str]:
    """Members whose exchange of this structure in this very term was published, agreed to or held."""
    return frozenset(
        member_id
        for each in case.exchanges
        if each.term.name == term.name and each.structure is structure and each.status in STANDING
        for member_id in each.member_ids
    )


def settled(case: Case, term: Term) -> frozenset[tuple[int, int]]:
    """Pairs whose one-to-one in this very term was published, agreed or held, and so stays in the plan.

    Those that today's rules would refuse, two of one organization or with no hour in common, are
    left out: they happen all the same, but no plan can be made around them.
    """
    found = met_pairs(
        case.exchanges,
        case.members,
        frozenset({term.name}),
        level="person",
        structures=frozenset({Structure.ONE_TO_ONE}),
        counting=STANDING,
    )
    index = {member.id: i for i, member in enumerate(case.members)}
    ends = [(index.get(ban.member_a, -1), index.get(ban.member_b, -1)) for ban in case.bans]
    barred = declined(case, term) | {(min(pair), max(pair)) for pair in ends}
    return frozenset((a, b) for a, b in found - barred if _can_pin(case, term, a, b))


def _can_pin(case: Case, term: Term, a: int, b: int) -> bool:
    first, second = (set(case.members[i].utc_hours(term.start)) for i in (a, b))
    apart = case.organizations[a].id != case.organizations[b].id
    return apart and (not first or not second or not first.isdisjoint(second))

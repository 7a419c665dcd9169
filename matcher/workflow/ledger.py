"""What the ledger says of two members when a term is formed: they met, are to meet, or declined."""

from __future__ import annotations

from matcher.domain import Member, Structure, Term
from matcher.network import PLANNED, met_pairs, window
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

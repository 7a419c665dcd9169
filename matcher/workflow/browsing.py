"""Looking through what a network holds, a part of a list at a time. Nothing is embedded or solved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.answers import Answer, Said
from matcher.audit import Entry
from matcher.domain import (
    Exchange,
    ExchangeStatus,
    Member,
    Organization,
    Statement,
    Structure,
    Term,
)
from matcher.errors import NotFoundError
from matcher.export.view import Person
from matcher.store import Reading
from matcher.workflow.shown import person
from matcher.workflow.states import in_words
from matcher.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Listed:
    """A member, and how it is shown."""

    member: Member
    person: Person


@dataclass(frozen=True, slots=True)
class Meeting:
    """An exchange with those who take part, in its order, what they said, and its ``state`` in words."""

    exchange: Exchange
    people: tuple[Listed, ...]
    answers: tuple[Answer, ...]
    state: str


def members(
    workspace: Workspace, after: str, limit: int, *, directory_of: str | None = None
) -> tuple[Listed, ...]:
    """Members by id, behind the id ``after``; with ``directory_of`` those in the directory, and this one."""
    with workspace.store.read() as reading:
        return _listed(reading, reading.members_after(after, limit, directory_of=directory_of))


def member(workspace: Workspace, id: str) -> Listed:
    """Raises NotFoundError where there is none with that id."""
    with workspace.store.read() as reading:
        found = reading.members_named([id])
        if id not in found:
            raise unknown("member", id)
        return _listed(reading, [found[id]])[0]


def organizations(
    workspace: Workspace, after: str, limit: int, *, directory_of: str | None = None
) -> tuple[Organization, ...]:
    """Organizations by id, behind the id ``after``; with ``directory_of`` those of :func:`members`."""
    with workspace.store.read() as reading:
        return reading.organizations_after(after, limit, directory_of=directory_of)


def organization(workspace: Workspace, id: str, *, directory_of: str | None = None) -> Organization:
    """Raises NotFoundError where there is none with that id among them."""
    with workspace.store.read() as reading:
        return reading.organization(id, directory_of=directory_of)


def statements(
    workspace: Workspace, after: str, limit: int, *, member_id: str | None = None
) -> tuple[Statement, ...]:
    """Statements by id, of one member or of all, behind the id ``after``."""
    with workspace.store.read() as reading:
        return reading.statements_after(after, limit, member_id=member_id)


def statement(workspace: Workspace, id: str) -> Statement:
    """Raises NotFoundError where there is none with that id."""
    with workspace.store.read() as reading:
        return reading.statement(id)


def terms(workspace: Workspace) -> tuple[Term, ...]:
    """By their start."""
    with workspace.store.read() as reading:
        return reading.terms()


def exchanges(
    workspace: Workspace,
    after: str,
    limit: int,
    *,
    member_id: str | None = None,
    term: str | None = None,
    structure: Structure | None = None,
    status: ExchangeStatus | None = None,
) -> tuple[Meeting, ...]:
    """Exchanges by id, behind the id ``after``; of one member, term, structure or status where given."""
    with workspace.store.read() as reading:
        found = reading.exchanges_after(
            after, limit, member_id=member_id, term=term, structure=structure, status=status
        )
        return _meetings(reading, found)


def exchange(workspace: Workspace, id: str) -> Meeting:
    """Raises NotFoundError where there is none with that id."""
    with workspace.store.read() as reading:
        return _meetings(reading, [reading.exchange(id)])[0]


def with_accepted(workspace: Workspace, member_id: str) -> tuple[tuple[Exchange, frozenset[str]], ...]:
    """All exchanges in which a member takes part, each with the ids of those who accepted it here."""
    with workspace.store.read() as reading:
        found = reading.exchanges_after("", None, member_id=member_id)
        said = {each.id: reading.answers(each.id) for each in found}
    return tuple(
        (each, frozenset(one.member_id for one in said[each.id] if one.said is Said.ACCEPTED))
        for each in found
    )


def audit(workspace: Workspace, after: int | None, limit: int) -> tuple[Entry, ...]:
    """The audit, the latest first, behind the entry ``after``."""
    with workspace.store.read() as reading:
        return reading.audit(limit, after)


def last_change(workspace: Workspace) -> int:
    """The number of the audit's latest entry: what was written by then is in what is read from now on."""
    with workspace.store.read() as reading:
        return reading.last_entry()


def unknown(kind: str, id: str) -> NotFoundError:
    """The error that says that there is none: in the same words whether there is none, or none for the
    reader to know of."""
    return NotFoundError(f"There is no {kind} '{id}'.", cure="Look at the list for the ids that there are.")


def _meetings(reading: Reading, found: Sequence[Exchange]) -> tuple[Meeting, ...]:
    members = reading.members_named(id for each in found for id in each.member_ids)
    people = dict(zip(members, _listed(reading, tuple(members.values())), strict=True))
    told = []
    for each in found:
        answers = reading.answers(each.id)
        seats = tuple(people[id] for id in each.member_ids)
        told.append(Meeting(each, seats, answers, in_words(each, answers)))
    return tuple(told)


def _listed(reading: Reading, found: Sequence[Member]) -> tuple[Listed, ...]:
    places = reading.organizations_of(found)
    return tuple(Listed(each, person(each, places[each.organization_id])) for each in found)

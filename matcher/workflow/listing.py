"""Lists of what a network holds, for which nothing has to be embedded or solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from matcher.domain import ExchangeStatus, Organization, StatementKind, Term
from matcher.embed import Progress
from matcher.errors import NotFoundError
from matcher.export.view import AsideView, Person
from matcher.store import Reading, RunKind, RunSummary
from matcher.workflow.asking import find_member
from matcher.workflow.case import load
from matcher.workflow.proofs import in_points
from matcher.workflow.shown import person, words
from matcher.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term with how many exchanges of each status it has."""

    name: str
    start: date
    statuses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a network holds, in numbers. ``files`` are the names of imported files, latest first."""

    members: int
    organizations: int
    states: int
    statements: int
    set_aside: int
    bans: int
    facilitators: int
    topics: int
    terms: tuple[TermLine, ...]
    runs: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in a list; the statements that are set aside are not counted."""

    person: Person
    challenges: int
    practices: int
    host: bool
    seats: int
    one_to_ones: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement of a member, with its topic's label (or none) and why it is set aside (or empty)."""

    id: str
    kind: str
    text: str
    topic: str
    confidential: bool
    set_aside: str


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """An exchange of a member; ``others`` are the names of whom it met, the host of a visit first."""

    term: str
    structure: str
    status: str
    others: tuple[str, ...]
    topic: str
    held_on: date | None


@dataclass(frozen=True, slots=True)
class MemberView:
    person: Person
    timezone: str
    slots: tuple[str, ...]
    host: bool
    seats: int
    one_to_ones: int
    statements: tuple[StatementLine, ...]
    exchanges: tuple[ExchangeLine, ...]


def overview(workspace: Workspace) -> Overview:
    """What there is, in numbers. Nothing is an error: a new network is all zeros."""
    with workspace.store.read() as reading:
        organizations, statements = reading.organizations(), reading.statements()
        exchanges, aside = reading.exchanges(), reading.topic_aside()
        return Overview(
            members=len(reading.members()),
            organizations=len(organizations),
            states=len({each.state for each in organizations if each.state}),
            statements=len(statements),
            set_aside=sum(bool(each.set_aside or each.id in aside) for each in statements),
            bans=len(reading.bans()),
            facilitators=len(reading.facilitators()),
            topics=len(reading.topics()),
            terms=tuple(
                TermLine(
                    term.name,
                    term.start,
                    tuple(
                        (status.value, count)
                        for status in ExchangeStatus
                        if (count := sum(x.term.name == term.name and x.status is status for x in exchanges))
                    ),
                )
                for term in reading.terms()
            ),
            runs=len(reading.runs()),
            files=tuple(each.file_name for each in reading.imports()),
        )


def known_term(workspace: Workspace, name: str | None = None) -> Term:
    """The term of that name; without one, the latest term that something was formed for.

    Raises NotFoundError, with the terms there are, where it is unknown or nothing was formed.
    """
    with workspace.store.read() as reading:
        terms = {term.name: term for term in reading.terms()}
        formed = {run.term for run in reading.runs()}
    if name is not None:
        if name not in terms:
            known = f"The terms are: {', '.join(terms)}." if terms else "There are no terms yet."
            raise NotFoundError(f"There is no term '{name}'.", cure=known)
        return terms[name]
    found = [term for term in terms.values() if term.name in formed]
    if not found:
        raise NotFoundError(
            "Nothing has been formed yet.",
            cure='Form a term first, as in: matcher pairs --term "2026-27 fall" --start 2026-09-14',
        )
    return max(found, key=lambda term: (term.start, term.name))


def runs(workspace: Workspace) -> tuple[RunSummary, ...]:
    """Every run that was kept, the latest first; its total in points."""
    with workspace.store.read() as reading:
        return tuple(_in_points(run) for run in reading.runs())


def _in_points(run: RunSummary) -> RunSummary:
    if run.kind is not RunKind.COHORTS or run.objective is None or run.bound is None:
        return run
    objective, bound = in_points(run.objective, run.bound)
    return replace(run, objective=objective, bound=bound)


def members(workspace: Workspace) -> tuple[MemberLine, ...]:
    """Every member, by id."""
    with workspace.store.read() as reading:
        places = _organizations(reading)
        counted: dict[tuple[str, StatementKind], int] = {}
        aside = reading.topic_aside()
        for each in reading.statements():
            if not each.set_aside and each.id not in aside:
                key = (each.member_id, each.kind)
                counted[key] = counted.get(key, 0) + 1
        return tuple(
            MemberLine(
                person(each, places[each.organization_id]),
                challenges=counted.get((each.id, StatementKind.CHALLENGE), 0),
                practices=counted.get((each.id, StatementKind.PRACTICE), 0),
                host=each.host,
                seats=each.seats,
                one_to_ones=each.one_to_ones,
            )
            for each in reading.members()
        )


def member(
    workspace: Workspace, name: str, *, staff: bool = False, progress: Progress | None = None
) -> MemberView:
    """One member, by id, email or name: what it wrote and whom it met or is to meet.

    Raises NotFoundError where nobody has that name, InputError where several do.
    """
    case = load(workspace, progress)
    index = find_member(case.members, name)
    found = case.members[index]
    names = {each.id: each.name for each in case.members}
    labels = {topic.id: topic.label for topic in case.topics}
    topic_of = case.topic_of()
    return MemberView(
        person=person(found, case.organizations[index]),
        timezone=found.timezone,
        slots=tuple(str(slot) for slot in found.slots),
        host=found.host,
        seats=found.seats,
        one_to_ones=found.one_to_ones,
        statements=tuple(
            StatementLine(
                each.id,
                each.kind.value,
                words(each, staff=staff),
                labels.get(topic_of.get(each.id, ""), ""),
                each.confidential,
                each.set_aside,
            )
            for each in case.statements
            if each.member_id == found.id
        ),
        exchanges=tuple(
            ExchangeLine(
                each.term.name,
                each.structure.value,
                each.status.value,
                tuple(names.get(other, other) for other in each.member_ids if other != found.id),
                each.topic,
                each.held_on,
            )
            for each in case.exchanges
            if found.id in each.member_ids
        ),
    )


def set_aside(workspace: Workspace, *, staff: bool = False) -> tuple[AsideView, ...]:
    """The statements that a person should look at before they take part, by id: those set aside at the
    import, and those that fit no topic or that staff set aside. Addresses are for staff alone."""
    with workspace.store.read() as reading:
        places = _organizations(reading)
        by_id = {each.id: each for each in reading.members()}
        statements, aside = reading.statements(), reading.topic_aside()
    people = {id: person(each, places[each.organization_id]) for id, each in by_id.items()}
    return tuple(
        AsideView(
            people[each.member_id] if staff else replace(people[each.member_id], email=""),
            each.kind.value,
            words(each, staff=staff),
            each.set_aside or aside[each.id],
            id=each.id,
            found_by="import" if each.set_aside else "topics",
        )
        for each in statements
        if each.set_aside or each.id in aside
    )


def _organizations(reading: Reading) -> dict[str, Organization]:
    return {each.id: each for each in reading.organizations()}

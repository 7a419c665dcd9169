"""What may be shown of members and their words, and to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.affinity import Affinity, Network, evidence
from matcher.domain import Exchange, Member, Organization, Statement, Term, hour_text
from matcher.explain import Words
from matcher.export.view import Left, Person, Quote
from matcher.workflow.case import Case, pair_affinities
from matcher.workflow.keeping import meeting
from matcher.workflow.states import in_words
from matcher.workflow.workspace import Workspace

WITHHELD = "(confidential: seen by network staff only)"


def person(member: Member, organization: Organization) -> Person:
    """A member in the words of a table."""
    place = ", ".join(part for part in (organization.locale, organization.state) if part)
    return Person(
        id=member.id,
        name=member.name,
        role=member.role or member.role_group,
        organization=organization.name,
        kind=organization.type.value,
        state=organization.state,
        place=place,
        email=member.email,
        latitude=organization.latitude,
        longitude=organization.longitude,
    )


def words(statement: Statement, *, staff: bool) -> str:
    """A statement's text, or a note in its place: a confidential one is for staff alone."""
    return statement.text if staff or not statement.confidential else WITHHELD


def in_names(reason: str, names: Mapping[str, str]) -> str:
    """A reason with the names of what it quotes by id: a plan is kept for good, and a name may change."""
    return re.sub(r"(?<!\w)'(.+?)'(?!\w)", lambda found: f"'{names.get(found[1], found[1])}'", reason)


def _sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def quote(statement: Statement, names: Mapping[str, str], *, staff: bool) -> Quote:
    """A statement as evidence; ``names`` are members' names by id."""
    return Quote(names[statement.member_id], statement.kind.value, words(statement, staff=staff))


class Shown:
    """A case with what is looked up again and again while a view is made of it."""

    def __init__(self, workspace: Workspace, case: Case, term: Term, staff: bool) -> None:
        self.workspace, self.case, self.term, self.staff = workspace, case, term, staff
        self.given: Network = case.affinity_network()
        self.affinity: dict[tuple[int, int], Affinity] = {
            (each.a, each.b): each for each in pair_affinities(workspace, case)
        }
        self.index = {member.id: i for i, member in enumerate(case.members)}
        self.statement = {each.id: each for each in case.statements}
        self.names = {member.id: member.name for member in case.members}
        self.labels = {topic.id: topic.label for topic in case.topics}
        self.topic_of = case.topic_of()
        self.organization_names = {each.id: each.name for each in case.organizations}
        self.staff_names = {each.id: each.name for each in case.facilitators}

        with workspace.store.read() as reading:
            answers = reading.answers()
        self._states = {
            meeting(each): in_words(each, answers) for each in case.exchanges if each.term.name == term.name
        }

    def state(self, proposal: Exchange) -> str:
        """How a proposal of the term stands; empty where the term's ledger has none like it."""
        return self._states.get(meeting(proposal), "")

    def person(self, member_id: str) -> Person:
        """A member as shown; its address is for staff alone, who bring the two together."""
        i = self.index[member_id]
        found = person(self.case.members[i], self.case.organizations[i])
        return found if self.staff else replace(found, email="")

    def sentences(self, first: str, second: str, parts: frozenset[str]) -> list[str]:
        """Ids of the statements behind some parts of a match, the strongest first, each once."""
        a, b = sorted((self.index[first], self.index[second]))
        found = evidence(self.given, a, b, self.workspace.model.calibration)
        ids = [text for each in found if each.part in parts for text in (each.a, each.b)]
        return list(dict.fromkeys(ids))

    def quotes(self, ids: list[str]) -> tuple[Quote, ...]:
        return tuple(quote(self.statement[each], self.names, staff=self.staff) for each in ids)

    def when(self, hour: int | None, timezone: str) -> str:
        if hour is None:
            return "time to be agreed"
        zone = timezone.rsplit("/", 1)[-1].replace("_", " ")
        return f"{hour_text(hour, timezone, self.term.start)} ({zone} time)"

    def spoken(self, topic: str = "", label: str = "") -> Words:
        """How members, and a topic, are called in a reason."""
        names = self.names | ({topic: label} if topic and label else {})
        return Words(names=names, week_of=self.term.start)

    def left(self, structure: str, reasons: Sequence[tuple[str, str]]) -> tuple[Left, ...]:
        return tuple(
            Left(structure, self.person(member_id), _sentence(in_names(reason, self.organization_names)))
            for member_id, reason in reasons
            if member_id in self.index
        )

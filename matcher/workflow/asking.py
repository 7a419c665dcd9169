"""Answering questions: who else works on this, who can host, who suits one member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from matcher.affinity import evidence
from matcher.domain import Locale, Member, OrganizationType
from matcher.embed import Progress
from matcher.errors import InputError, NotFoundError
from matcher.explain import why
from matcher.export.view import Person, Quote
from matcher.intake import values
from matcher.network import MET, met_pairs
from matcher.search import Filters
from matcher.workflow.case import load, pair_affinities
from matcher.workflow.desk import Desk
from matcher.workflow.following import is_fresh, news, open_desk, take_up
from matcher.workflow.question import Answer, Found
from matcher.workflow.shown import person, quote
from matcher.workflow.workspace import Workspace

__all__ = [
    "Answer",
    "Desk",
    "Found",
    "Recommendation",
    "filters_from",
    "find_member",
    "is_fresh",
    "more_like",
    "news",
    "open_desk",
    "recommend",
    "take_up",
    "who",
]

E = TypeVar("E", OrganizationType, Locale)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A peer for a member: points 0 to 1000, why, the sentences, and whether the two have met, or
    their organizations have where the settings count those."""

    person: Person
    affinity: int
    reasons: tuple[str, ...]
    quotes: tuple[Quote, ...]
    met: bool


def who(
    workspace: Workspace,
    query: str,
    filters: Filters | None = None,
    *,
    limit: int = 10,
    staff: bool = False,
    as_typed: bool = False,
    without: Sequence[str] = (),
    progress: Progress | None = None,
) -> Found:
    """Who works on something: :meth:`Desk.ask`, at a desk opened for this one question.

    Raises what that and :func:`open_desk` raise.
    """
    desk = open_desk(workspace, staff=staff, progress=progress)
    return desk.ask(query, filters, limit=limit, as_typed=as_typed, without=without)


def more_like(
    workspace: Workspace,
    statement_id: str,
    filters: Filters | None = None,
    *,
    limit: int = 10,
    staff: bool = False,
    progress: Progress | None = None,
) -> Found:
    """Whose statements are like one: :meth:`Desk.more_like`, at a desk opened for this one question."""
    desk = open_desk(workspace, staff=staff, progress=progress)
    return desk.more_like(statement_id, filters, limit=limit)


def recommend(
    workspace: Workspace,
    name: str,
    filters: Filters | None = None,
    *,
    limit: int = 10,
    staff: bool = False,
    directory: bool = False,
    progress: Progress | None = None,
) -> tuple[Recommendation, ...]:
    """The peers a member gains most from, best first, those it has met already marked; from the
    ``directory`` only those who agreed to be listed.

    ``name`` is a member's id, email or name. Raises NotFoundError where nobody has it, InputError
    where several do.
    """
    case = load(workspace, progress)
    filters = filters or Filters()
    index = find_member(case.members, name)
    met = met_pairs(
        (each for each in case.exchanges if each.status in MET),  # to decline is not to meet
        case.members,
        frozenset(term.name for term in case.terms),
        level=workspace.settings.ledger.level,
    )
    bans = {frozenset((ban.member_a, ban.member_b)) for ban in case.bans}
    given = case.affinity_network()
    statements = {each.id: each for each in case.statements}
    names = {member.id: member.name for member in case.members}
    found = []
    for each in pair_affinities(workspace, case):
        if index not in (each.a, each.b):
            continue
        other = each.b if each.a == index else each.a
        members = (case.members[each.a], case.members[each.b])
        organizations = (case.organizations[each.a], case.organizations[each.b])
        barred = frozenset(member.id for member in members) in bans
        if barred or organizations[0].id == organizations[1].id:
            continue
        if directory and not case.members[other].listed:
            continue
        if filters.admit(case.members[other], case.organizations[other]):
            found.append((each, other, members, organizations))
    found.sort(key=lambda row: (-row[0].score, row[1]))
    answers = []
    for each, other, members, organizations in found[:limit]:
        sentences = evidence(given, each.a, each.b, workspace.model.calibration)
        used = dict.fromkeys(text for sentence in sentences for text in (sentence.a, sentence.b))
        answers.append(
            Recommendation(
                person=person(case.members[other], case.organizations[other]),
                affinity=each.score,
                reasons=why(each, members, organizations),
                quotes=tuple(quote(statements[one], names, staff=staff) for one in used),
                met=(each.a, each.b) in met,
            )
        )
    return tuple(answers)


def find_member(members: Sequence[Member], name: str) -> int:
    """The index of the member with that id, email or name, in any case of letters."""
    wanted = " ".join(name.casefold().split())

    def keys(member: Member) -> tuple[str, ...]:
        return (member.id.casefold(), member.email.casefold(), " ".join(member.name.casefold().split()))

    found = [i for i, member in enumerate(members) if wanted and wanted in keys(member)]
    if not found:
        near = _near(wanted, [member.name for member in members])
        cure = f"Did you mean {near}?" if near else "Give a member's id, email or full name."
        raise NotFoundError(f"There is no member '{name}'.", cure=cure)
    if len(found) > 1:
        ids = ", ".join(members[i].id for i in found)
        raise InputError(f"{len(found)} members are called '{name}'.", cure=f"Give an id: {ids}.")
    return found[0]


def _near(wanted: str, names: list[str]) -> str:
    from rapidfuzz import fuzz, process, utils

    best = process.extractOne(
        wanted, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=75
    )
    return best[0] if best else ""


def filters_from(
    *,
    states: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    locales: tuple[str, ...] = (),
    role: str = "",
    least: int | None = None,
    most: int | None = None,
    hosts: bool = False,
) -> Filters:
    """Filters from words as people give them. Raises InputError that lists the choices."""
    return Filters(
        states=frozenset(_state(each) for each in states),
        types=frozenset(_choice(each, OrganizationType, "type of organization") for each in types),
        locales=frozenset(_choice(each, Locale, "locale") for each in locales),
        role=role,
        least_enrollment=least,
        most_enrollment=most,
        hosts=hosts,
    )


def _state(text: str) -> str:
    try:
        return values.state(text)
    except values.Unreadable as wrong:
        raise InputError(wrong.message, cure=wrong.cure) from None


def _choice(text: str, kind: type[E], what: str) -> E:
    try:
        return kind(text.strip().casefold())
    except ValueError:
        choices = ", ".join(each.value for each in kind)
        raise InputError(f"'{text}' is not a {what}.", cure=f"Use one of {choices}.") from None

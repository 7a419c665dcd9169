"""Rows of an intake form to statements, and to members where the form is the first to name them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from matcher.domain import Member, Organization, Statement, StatementKind, Structure, stable_id
from matcher.intake import dates, interests, kinds, slots, spans, texts, values
from matcher.intake.batch import Draft
from matcher.intake.interests import Interests
from matcher.intake.line import Line
from matcher.intake.people import Directory, Who
from matcher.intake.roster import new_id, organization_of, zone_of
from matcher.intake.values import Unreadable

_NAME_THEM = "Fill in the member's email, or its name and organization; or leave the row out."
_NEW_MEMBER = "No member on a roster fits, and none can be made from this row"
_OR_ROSTER = "Or put the member on the roster, and import that first."
_DATES = frozenset({"visit_dates", "away"})
_GIVE_ALL = "Import the member's roster row first, or give name, organization and state."


def read(line: Line, draft: Draft, directory: Directory, *, day_first: bool) -> None:
    """Add the row's statements, and its member where it is new, to the draft, or its problems.

    The roster is the word on members: of one that is known, a form fills only what is
    blank, and a note says where it differs; its dates are added to those that are known.
    """
    who = Who(
        line.text("member_id"),
        line.read("email", values.email) or "",
        line.name(),
        line.text("organization"),
        line.read("state", values.state) or "",
    )
    sent = line.read_if_possible("timestamp", partial(dates.moment, day_first=day_first))
    submitted = sent.isoformat() if sent else line.text("timestamp")
    confidential = _confidential(line)
    answers = _answers(line)
    extra = _extra(line, sent, day_first)
    wishes = interests.parse(line.cell_of("interests"))
    member, organization = (None, None) if line.problems else _member(line, directory, who, extra)
    if member is not None:
        member = _interested(line, draft, member, wishes)
    if not line.settle(draft) or member is None:
        return
    if organization is not None:
        draft.organizations.setdefault(organization.id, organization)
        draft.came_from("organization", organization.id, line.place)
        directory.put_organization(organization)
    if directory.by_id(member.id) != member:
        draft.members[member.id] = member
        draft.came_from("member", member.id, line.place)
        directory.put(member)
    before = len(line.notes)
    for ordinal, column, kind, text in answers:
        statement = Statement(
            stable_id("s", member.id, kind, submitted or text, ordinal),
            member.id,
            kind,
            text,
            bool(confidential),
            texts.set_aside(text),
            submitted,
        )
        _put(line, draft, column, statement, ordinal, keep_confidential=confidential is None)
    if not answers:
        line.note("text", "It gives neither a challenge nor a practice, so it adds no statement.")
    draft.notes += line.notes[before:]


def _put(
    line: Line, draft: Draft, column: int, statement: Statement, ordinal: str, *, keep_confidential: bool
) -> None:
    repeat = 1
    while (earlier := draft.statements.get(statement.id)) is not None:
        if earlier.text == statement.text:
            where = draft.first_row("statement", statement.id)
            line.note_at(column, f"It says the same as {where}; it was counted once.")
            return
        repeat += 1  # two answers of one member at one time, as in the long form
        parts = (statement.member_id, statement.kind, statement.submitted or statement.text)
        statement = replace(statement, id=stable_id("s", *parts, f"{ordinal}.{repeat}"))
    known = draft.known_statements.get(statement.id)
    earlier = draft.said_before(statement) if known is None else None
    if earlier is not None:
        _put_again(line, draft, column, earlier, confidential=statement.confidential)
        return
    if known is not None and keep_confidential:
        statement = replace(statement, confidential=known.confidential)
    if known is not None and known.text == statement.text:
        statement = replace(statement, set_aside=known.set_aside)  # a person may have looked since
    draft.put_statement(statement)
    draft.came_from("statement", statement.id, line.place)
    if statement.set_aside:
        line.note_at(column, f"The text was kept and set aside for you to look at: {statement.set_aside}.")


def _put_again(line: Line, draft: Draft, column: int, earlier: Statement, *, confidential: bool) -> None:
    """A form that was sent twice counts once; it is confidential where either was."""
    where = draft.first_row("statement", earlier.id) or earlier.submitted or "in an earlier import"
    draft.put_statement(replace(earlier, confidential=earlier.confidential or confidential))
    draft.came_from("statement", earlier.id, line.place)
    line.note_at(column, f"The member sent the same text before ({where}); it was counted once.")


def _confidential(line: Line) -> bool | None:
    """Whether it is confidential; None where nothing is said.

    Doubt counts as yes: what was quoted cannot be taken back.
    """
    hidden = open_ = None
    for field in ("confidential", "quotable"):
        if not line.text(field):
            continue
        try:
            answer = values.yes_no(line.text(field))
        except Unreadable:
            answer = None
        if answer is None:
            line.note(field, "The answer is neither yes nor no; the statement was taken as confidential.")
            answer = field == "confidential"
        if field == "confidential":
            hidden = answer
        else:
            open_ = answer
    return None if hidden is None and open_ is None else bool(hidden) or open_ is False


def _answers(line: Line) -> list[tuple[str, int, StatementKind, str]]:
    """Ordinal, column, kind and text of each answer that is not blank."""
    found: list[tuple[str, int, StatementKind, str]] = []
    for kind in StatementKind:
        for ordinal, column in enumerate(line.columns(kind.value)):
            if line.cell(column):
                found.append((str(ordinal), column, kind, line.cell(column)))
    for column in line.columns("text"):
        if not line.cell(column):
            continue
        if not line.text("kind"):
            line.fail("kind", "It does not say whether it is a challenge or a practice.", "Give the kind.")
            continue
        named = line.read("kind", kinds.kind)
        if named is not None:
            found.append(("0", column, named, line.cell(column)))
    return found


def _extra(line: Line, sent: datetime | None, day_first: bool) -> dict[str, Any]:
    read_dates = partial(spans.parse, day_first=day_first, handed_in=sent.date() if sent else None)
    extra = {
        "role": line.text("role"),
        "timezone": line.read_if_possible("timezone", values.timezone),
        "slots": line.read_if_possible("slots", slots.parse),
        "host": line.read_if_possible("host", values.yes_no),
        "visit_dates": line.read_if_possible("visit_dates", read_dates),
        "away": line.read_if_possible("away", read_dates),
    }
    return {name: value for name, value in extra.items() if value}


def _member(
    line: Line, directory: Directory, who: Who, extra: dict[str, Any]
) -> tuple[Member | None, Organization | None]:
    """The member, with its organization where the row is the first to name it."""
    try:
        found = directory.find(who)
    except Unreadable as wrong:
        line.fail("name", wrong.message, wrong.cure)
        return None, None
    if found.member is not None:
        if found.remark:
            line.note("name", found.remark)
        return _filled(line, found.member, who, extra), None
    refused = directory.refused_at(who)
    if refused is not None:
        line.fail("name", f"Its member was refused: {refused}.", "Mend that row, and import both again.")
    elif not (who.member_id or who.email or who.name):
        line.fail("name", "The row names nobody: it has no name, no email and no member id.", _NAME_THEM)
    elif not (who.name and who.organization):
        called = values.shown(who.member_id or who.email or who.name)
        line.fail("name", f"No member is known as '{called}'.", _GIVE_ALL)
    else:
        return _new(line, directory, who, extra)
    return None, None


def _filled(line: Line, member: Member, who: Who, extra: dict[str, Any]) -> Member:
    blank = {name: value for name, value in extra.items() if not getattr(member, name)}
    blank.pop("host", None)  # False is an answer, not a blank
    for name in _DATES & set(extra):  # a form of a later term adds its dates to those that have passed
        blank[name] = tuple(sorted({*getattr(member, name), *extra[name]}))
    for name, value in extra.items():
        if name not in blank and name != "role" and getattr(member, name) != value:
            line.note(
                name, f"It differs from what is known of the member, which was kept ({_words(member, name)})."
            )
    if who.email and not member.email:
        blank["email"] = who.email
    if "role" in blank and member.role_group == "other":
        blank["role_group"] = kinds.role_group(blank["role"])
    return replace(member, **blank)


def _interested(line: Line, draft: Draft, member: Member, wishes: Interests) -> Member:
    """The member with what it asks for, where nothing was known: all its forms of one import together."""
    interests.note(line, wishes)
    if not wishes.structures:
        return member
    if not member.interests or member.id in draft.asking:
        draft.asking.add(member.id)
        both = {*member.interests, *wishes.structures}
        return replace(member, interests=tuple(each for each in Structure if each in both))
    more = [each for each in wishes.structures if each not in member.interests]
    if more:
        kept = ", ".join(member.interests)
        line.note(
            "interests",
            f"It asks for {', '.join(more)} too; what is known of the member was kept ({kept}).",
        )
    return member


def _words(member: Member, name: str) -> str:
    value = getattr(member, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _new(
    line: Line, directory: Directory, who: Who, extra: dict[str, Any]
) -> tuple[Member | None, Organization | None]:
    organization = organization_of(line, directory, who, None)
    if organization is None:
        first = line.problems[0]
        cure = f"{first.cure} {_OR_ROSTER}"
        line.problems[0] = replace(first, message=f"{_NEW_MEMBER}. {first.message}", cure=cure)
        return None, None
    if "timezone" not in extra:
        extra["timezone"] = zone_of(line, organization.state)
    if "role" in extra:
        extra["role_group"] = kinds.role_group(extra["role"])
    id_ = who.member_id or new_id(who, organization)
    member = Member(id=id_, name=who.name, organization_id=organization.id, email=who.email, **extra)
    line.note("name", "The member is on no roster; it was made from this row.")
    return member, organization

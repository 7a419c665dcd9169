"""What may be shown of members and their words, and to whom."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.domain import Member, Organization, Statement
from matcher.export.view import Person, Quote

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


def quote(statement: Statement, names: Mapping[str, str], *, staff: bool) -> Quote:
    """A statement as evidence; ``names`` are members' names by id."""
    return Quote(names[statement.member_id], statement.kind.value, words(statement, staff=staff))

"""Roster rows to members and their organizations."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import Any

from matcher.domain import Member, Organization, OrganizationType, stable_id
from matcher.intake import interests, kinds, slots, spans, values, zones
from matcher.intake.batch import Draft
from matcher.intake.line import Line
from matcher.intake.people import Directory, Who

_ORGANIZATION_FIELDS = ("type", "locale", "enrollment", "latitude", "longitude")


def read(line: Line, draft: Draft, directory: Directory, *, day_first: bool) -> None:
    """Add the row's member and organization to the draft, or its problems.

    A blank cell leaves what is known as it is. Where two rows of one import describe one
    organization differently, the first stands and a note says so.
    """
    who = Who(
        line.text("member_id"),
        line.read("email", values.email) or "",
        line.name() or line.text("organization"),
        line.text("organization"),
        line.read("state", values.state) or "",
    )
    base = _known_member(line, directory, who)
    organization = organization_of(line, directory, who, base)
    given = _given(line, day_first)
    facts = _facts(line, who.state)
    if organization is not None:
        organization = _with_facts(line, draft, organization, facts)
    if organization is None or line.problems:
        if not line.problems:
            line.fail("organization", "It names no organization.", "Give the organization and its state.")
        directory.refuse(who, line.place)
        line.settle(draft)
        return
    member = _member(line, who, base, organization, given)
    _note_hosting(line, member)
    earlier = draft.first_row("member", member.id)
    if earlier is not None and draft.members[member.id] != member:
        differing = _differing(draft.members[member.id], member)
        line.fail(
            "name",
            f"{earlier} describes this member too, and differs in {differing}.",
            "Keep one of the two.",
        )
    elif earlier is not None:
        line.note("name", f"It says the same as {earlier}; it was counted once.")
    if line.settle(draft):
        _put(line, draft, directory, organization, member)


def _known_member(line: Line, directory: Directory, who: Who) -> Member | None:
    by_email = directory.by_email(who.email) if who.email else None
    if who.member_id:
        if by_email and by_email.id != who.member_id:
            line.fail(
                "email",
                f"The email belongs to the member '{by_email.id}' already.",
                f"Use the id '{by_email.id}' here, or correct the email.",
            )
        return directory.by_id(who.member_id)
    if by_email:
        return by_email
    namesake = directory.exact(who) if who.organization else None
    # A roster is the word on members: the same name with another email is somebody else.
    return None if namesake is None or (who.email and namesake.email) else namesake


def organization_of(line: Line, directory: Directory, who: Who, member: Member | None) -> Organization | None:
    """The organization that the row names, which may be new; without a name, the member's own.

    None where there is neither, and, with a problem, where its state or type cannot be told.
    """
    if not who.organization:
        return directory.organization(member.organization_id) if member else None
    state = who.state
    if not state:
        named = directory.organizations_named(who.organization)
        if len(named) == 1:
            return named[0]
        if not line.text("state"):  # else the cell itself has its problem
            line.fail("state", "The state is missing.", "Give the organization's state, such as TX.")
        _type(line, who)  # both are said at once
        return None
    id_ = stable_id("o", who.organization, state)
    known = directory.organization(id_)
    if known is not None:
        return known
    kind = _type(line, who)
    return Organization(id_, who.organization, kind, state) if kind else None


def _type(line: Line, who: Who) -> OrganizationType | None:
    """The organization's type as given, else as its name tells; None, with a problem, where neither does."""
    kind = line.read("organization_type", kinds.organization_type)
    if kind is None and not line.text("organization_type"):
        kind = kinds.type_from_name(who.organization)
        if kind is None:
            line.fail(
                "organization_type",
                "The type of organization is missing, and its name does not tell it.",
                "Give state agency, district, school or partner.",
            )
        else:
            line.note("organization", f"The type was taken to be '{kind}', from the name.")
    return kind


def _facts(line: Line, state: str) -> dict[str, Any]:
    latitude = line.read("latitude", lambda text: values.degrees(text, 90))
    longitude = line.read("longitude", lambda text: values.degrees(text, 180))
    if bool(line.text("latitude")) != bool(line.text("longitude")):
        field = "latitude" if line.text("latitude") else "longitude"
        line.fail(field, "Latitude and longitude need each other.", "Give both, or neither.")
    if longitude is not None and longitude > 0 and state and state not in zones.EASTERN:
        name = zones.state_name(state)
        line.fail(
            "longitude", f"{longitude} is east of Greenwich; {name} is west of it.", "Put a minus before it."
        )
    facts = {
        "type": line.read("organization_type", kinds.organization_type),
        "locale": line.read("locale", kinds.locale),
        "enrollment": line.read("enrollment", values.whole),
        "latitude": latitude,
        "longitude": longitude,
    }
    line.problems = list(dict.fromkeys(line.problems))  # the type may have been read before
    return {name: value for name, value in facts.items() if value is not None}


def _with_facts(line: Line, draft: Draft, organization: Organization, facts: dict[str, Any]) -> Organization:
    earlier = draft.first_row("organization", organization.id)
    if earlier is None:
        return replace(organization, **facts)
    current = draft.organizations[organization.id]
    for name in _ORGANIZATION_FIELDS:
        value, standing = facts.get(name), getattr(current, name)
        if value is None or value == standing:
            continue
        if standing is None:
            current = replace(current, **{name: value})
            continue
        line.note(
            "organization_type" if name == "type" else name,
            f"The organization's {name} is {value} here and {standing} in {earlier}; {standing} was kept.",
        )
    return current


def _note_hosting(line: Line, member: Member) -> None:
    """Say why a host will get no visit, and dates of hosting that come to nothing."""
    if member.host and not member.seats:
        line.note("host", "It is willing to host but has no seats, so it will get no visit.")
    if member.visit_dates and not member.host:
        line.note(
            "visit_dates", "It names dates for a visit but is not willing to host, so they do not count."
        )
    elif member.visit_dates and set(member.visit_dates) <= set(member.away):
        line.note("away", "It is away on each of its dates for a visit, so it will get no visit.")


def _given(line: Line, day_first: bool) -> dict[str, Any]:
    host = line.read("host", values.yes_no)
    if line.text("host") and host is None and not line.problems:
        line.note("host", "'Maybe' was read as no.")
        host = False
    wishes = interests.parse(line.cell_of("interests"))
    interests.note(line, wishes)
    read_dates = partial(spans.parse, day_first=day_first)
    given = {
        "name": line.name() or None,
        "role": line.text("role") or None,
        "role_group": line.text("role_group").casefold() or None,
        "timezone": line.read("timezone", values.timezone),
        "slots": line.read("slots", slots.parse),
        "host": host,
        "seats": line.read("seats", values.few),
        "visit_dates": line.read("visit_dates", read_dates),
        "away": line.read("away", read_dates),
        "one_to_ones": line.read("one_to_ones", values.few),
        "interests": wishes.structures or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _member(
    line: Line, who: Who, base: Member | None, organization: Organization, given: dict[str, Any]
) -> Member:
    if "role_group" not in given and "role" in given and (base is None or base.role != given["role"]):
        given["role_group"] = kinds.role_group(given["role"])
    if who.email:
        given["email"] = who.email
    if base is not None:
        return replace(base, organization_id=organization.id, **given)
    if "timezone" not in given:
        given["timezone"] = zone_of(line, organization.state)
    given["name"] = who.name
    return Member(id=who.member_id or new_id(who, organization), organization_id=organization.id, **given)


def new_id(who: Who, organization: Organization) -> str:
    """The id of a member that has none: from its email, else its name, organization and state."""
    return stable_id("m", who.email or f"{who.name}|{organization.name}|{organization.state}")


def zone_of(line: Line, state: str) -> str:
    """The time zone of most of a state, noted where the state has several."""
    zone, several = zones.state_zone(state)
    if several:
        line.note(
            "timezone",
            f"The time zone is missing and {zones.state_name(state)} has more than one; {zone} was taken. "
            "Give the time zone if that is wrong.",
        )
    return zone


def _differing(one: Member, other: Member) -> str:
    names = [f.name for f in fields(Member) if getattr(one, f.name) != getattr(other, f.name)]
    return ", ".join(name.replace("_", " ").removesuffix(" id") for name in names)


def _put(line: Line, draft: Draft, directory: Directory, organization: Organization, member: Member) -> None:
    draft.organizations[organization.id] = organization
    draft.members[member.id] = member
    draft.came_from("organization", organization.id, line.place)
    draft.came_from("member", member.id, line.place)
    directory.put_organization(organization)
    directory.put(member)

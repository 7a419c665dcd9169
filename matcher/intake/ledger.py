"""Rows about earlier exchanges, bans and facilitators."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from matcher.domain import Ban, Exchange, ExchangeStatus, Facilitator, Structure, Term, stable_id
from matcher.intake import dates, kinds, slots, values, zones
from matcher.intake.batch import Draft, ban_key
from matcher.intake.line import Line
from matcher.intake.people import Directory
from matcher.intake.table import Note, Table
from matcher.intake.texts import plain
from matcher.intake.values import Unreadable, shown


def term_starts(lines: list[Line], *, day_first: bool) -> dict[str, date]:
    """For each term named in the rows the earliest date an exchange has in it."""
    starts: dict[str, date] = {}
    for line in lines:
        name = plain(line.text("term"))
        try:
            held = dates.day(line.text("date"), day_first=day_first)
        except Unreadable:
            continue  # blank, or the row itself will say so
        starts[name] = min(held, starts.get(name, held))
    return starts


def hostless(table: Table, lines: list[Line]) -> list[Note]:
    """One note for all the peer-hosted exchanges of a table without a column for the host."""
    visits = False
    for line in lines:
        try:
            visits = visits or kinds.structure(line.text("structure")) is Structure.PEER_HOSTED
        except Unreadable:
            continue  # the row itself will say so
    message = (
        "It has no column for the host; in its peer-hosted exchanges the first member was taken as host."
    )
    return [Note(table.place(), message)] if visits else []


def read_exchange(
    line: Line, draft: Draft, directory: Directory, earliest: dict[str, date], *, day_first: bool
) -> None:
    """Add the row's exchange, and its term, to the draft, or its problems."""
    structure = line.read("structure", kinds.structure)
    if structure is None and not line.text("structure"):
        line.fail("structure", "The structure is missing.", "Give one-to-one, virtual or peer-hosted.")
    held_on = line.read("date", lambda text: dates.day(text, day_first=day_first))
    term = _term(line, draft, earliest, day_first)
    status = line.read("status", kinds.status)
    members = _members(line, directory, structure)
    if line.problems or term is None or structure is None:
        line.settle(draft)
        return
    when = held_on.isoformat() if held_on else ""
    id_ = line.text("exchange_id") or stable_id("x", term.name, structure, *sorted(members), when)
    known = draft.known_exchanges.get(id_)
    exchange = Exchange(
        id_,
        term,
        structure,
        members,
        status or (known.status if known else ExchangeStatus.HELD),
        line.text("topic") or (known.topic if known else ""),
        held_on or (known.held_on if known else None),
        line.text("facilitator") or (known.facilitator if known else ""),
    )
    earlier = draft.exchanges.get(id_)
    where = draft.first_row("exchange", id_)
    if earlier == exchange:
        line.note("members", f"It says the same as {where}; it was counted once.")
    elif earlier is not None:
        line.fail("members", f"{where} describes this exchange too, and differs.", "Keep one of the two.")
    if line.settle(draft):
        draft.terms[plain(term.name)] = term
        draft.exchanges[id_] = exchange
        draft.came_from("exchange", id_, line.place)


def _term(line: Line, draft: Draft, earliest: dict[str, date], day_first: bool) -> Term | None:
    name = line.text("term")
    given = line.read("term_start", lambda text: dates.day(text, day_first=day_first))
    if not name:
        line.fail("term", "The term is missing.", "Give its name, such as Fall 2025.")
        return None
    stored = {plain(term.name): term for term in draft.known.terms}
    term = draft.terms.get(plain(name)) or stored.get(plain(name))
    if term is not None:
        if given and given != term.start:
            line.fail(
                "term_start",
                f"The term '{term.name}' starts on {term.start} elsewhere, and on {given} here.",
                "Give one start for the whole term.",
            )
        return term
    if given:
        return Term(name, given)
    if plain(name) in earliest:
        start = earliest[plain(name)]
        line.note("term", f"The term's start is missing; {start}, its earliest exchange, was taken.")
        return Term(name, start)
    if not line.text("term_start"):
        line.fail("term", f"The start of '{shown(name)}' is not known.", "Give a date or the term's start.")
    return None


def _members(line: Line, directory: Directory, structure: Structure | None) -> tuple[str, ...]:
    named = _split(line.text("members"))
    named += [line.text(field) for field in ("member_a", "member_b") if line.text(field)]
    found = [id_ for text in named if (id_ := _refer(line, directory, "members", text))]
    host = line.text("host_member")
    if host:
        host_id = _refer(line, directory, "host_member", host)
        found = [host_id, *found] if host_id else found
    unique = tuple(dict.fromkeys(found))
    if len(unique) < len(found) - bool(host):
        line.note("members", "A member is named twice; it was counted once.")
    if line.problems:
        return unique
    if len(unique) < 2:
        line.fail("members", f"It names {len(unique)} members.", "An exchange has two members or more.")
    elif structure is Structure.ONE_TO_ONE and len(unique) != 2:
        line.fail(
            "members", f"A one-to-one exchange has 2 members; it names {len(unique)}.", "Correct either."
        )
    elif structure is Structure.PEER_HOSTED and not host and line.columns("host_member"):
        line.note("members", "No host is named; the first member was taken.")
    return unique


def _split(text: str) -> list[str]:
    marks = r"[;|]" if ";" in text or "|" in text else ","
    return [part.strip() for part in re.split(marks, text) if part.strip()]


def _refer(line: Line, directory: Directory, field: str, text: str) -> str | None:
    field = field if line.columns(field) else "member_a"
    try:
        found = directory.reference(text)
    except Unreadable as wrong:
        line.fail(field, wrong.message, wrong.cure)
        return None
    if found.remark:
        line.note(field, found.remark)
    return found.member.id if found.member else None


def read_ban(line: Line, draft: Draft, directory: Directory) -> None:
    """Add the row's ban to the draft, or its problems."""
    pair: list[str] = []
    for field in ("member_a", "member_b"):
        if not line.text(field):
            line.fail(field, "A member is missing.", "Name both members by id or email.")
        elif id_ := _refer(line, directory, field, line.text(field)):
            pair.append(id_)
    if len(pair) == 2 and pair[0] == pair[1]:
        line.fail("member_b", "Both are the same member.", "Name the other member.")
    if not line.problems:
        first, second = sorted(pair)
        ban = Ban(first, second, line.text("reason"))
        known = draft.known_bans.get(ban_key(ban))
        if known is not None:
            ban = replace(known, reason=ban.reason or known.reason)
        _put_ban(line, draft, ban)
    line.settle(draft)


def _put_ban(line: Line, draft: Draft, ban: Ban) -> None:
    key = ban_key(ban)
    if key in draft.bans:
        where = draft.first_row("ban", key)
        same = draft.bans[key] == ban
        line.note("member_a", f"{where} bans this pair too{'' if same else '; its reason was kept'}.")
    draft.bans.setdefault(key, ban)
    draft.came_from("ban", key, line.place)


def read_facilitator(line: Line, draft: Draft) -> None:
    """Add the row's facilitator to the draft, or its problems. A blank keeps what is known."""
    email = line.read("email", values.email)
    name = line.name()
    given: dict[str, Any] = {
        "name": name,
        "timezone": line.read("timezone", values.timezone) or _zone_of_state(line),
        "slots": line.read("slots", slots.parse),
        "pairs": line.read("pairs", values.few),
    }
    if not name:
        line.fail("name", "The name is missing.", "Give the facilitator's name.")
    given = {key: value for key, value in given.items() if value is not None}
    id_ = line.text("facilitator_id") or stable_id("f", email or name)
    known = draft.known_facilitators.get(id_)
    facilitator = replace(known, **given) if known else Facilitator(id_, **given)
    if known is None and "timezone" not in given and facilitator.slots:
        line.note("timezone", f"The time zone is missing; {facilitator.timezone} was taken.")
    earlier = draft.facilitators.get(id_)
    where = draft.first_row("facilitator", id_)
    if earlier == facilitator:
        line.note("name", f"It says the same as {where}; it was counted once.")
    elif earlier is not None:
        line.fail("name", f"{where} describes this facilitator too, and differs.", "Keep one of the two.")
    if line.settle(draft):
        draft.facilitators[id_] = facilitator
        draft.came_from("facilitator", id_, line.place)


def _zone_of_state(line: Line) -> str | None:
    code = zones.state_code(line.text("state"))
    return zones.state_zone(code)[0] if code else None

"""Known headings and question texts, and how well a heading agrees with them.

Scores are 0 to 100. An exact heading is 100; a known phrase inside a long question is
80 to 95; anything else is rapidfuzz's similarity of the whole texts.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

#: A column is taken to be a field from this score on.
ACCEPTED = 80
_LONG_WORDS = 5
_SHORT_NAME = 4
#: "Your organization" is the organization.
_YOUR = "your "
_ONE_WORD = 0.91
#: Characters of a heading that are looked at.
_LONGEST = 500


class TableKind(StrEnum):
    """What a table tells about."""

    ROSTER = "roster"
    INTAKE = "intake"
    HISTORY = "history"
    BANS = "bans"
    FACILITATORS = "facilitators"


_PERSON = ("member_id", "email", "name", "first_name", "last_name")
_PLACE = ("organization", "organization_type", "state")
#: The fields of each kind of table. "ignore" is a column that is knowingly not read.
FIELDS: dict[TableKind, tuple[str, ...]] = {
    TableKind.ROSTER: (
        *(*_PERSON, *_PLACE, "role", "role_group", "enrollment", "locale", "latitude", "longitude"),
        *("timezone", "slots", "host", "seats", "one_to_ones", "interests", "ignore"),
    ),
    TableKind.INTAKE: (
        *("timestamp", *_PERSON, *_PLACE, "role", "timezone", "slots", "host"),
        *("interests", "challenge", "practice", "kind", "text", "confidential", "quotable"),
        *("remarks", "ignore"),
    ),
    TableKind.HISTORY: (
        *("exchange_id", "term", "term_start", "structure", "date", "members", "member_a", "member_b"),
        *("host_member", "topic", "facilitator", "status", "ignore"),
    ),
    TableKind.BANS: ("member_a", "member_b", "reason", "ignore"),
    TableKind.FACILITATORS: (*("facilitator_id", *_PERSON[1:], "timezone", "slots", "pairs", "ignore"),),
}
#: Headings that the workbook of refused rows adds, and that say nothing about a member.
REFUSED_COLUMNS = ("What is wrong", "How to mend it", "Row in the file")
#: Fields that several columns of one table may have.
REPEATED = frozenset({"challenge", "practice", "slots", "ignore"})

_NAMES: dict[str, tuple[str, ...]] = {
    "member_id": ("member id", "member", "id", "member number", "participant id"),
    "email": ("email", "e mail", "email address", "work email", "your email", "contact email", "correo"),
    "name": ("name", "full name", "your name", "first and last name", "member name", "contact", "nombre"),
    "first_name": ("first name", "given name"),
    "last_name": ("last name", "surname", "family name"),
    "organization": (
        *("organization", "organisation", "organization name", "agency", "district", "school", "org"),
        *("district or school", "name of your organization", "where do you work", "state agency or district"),
        *("your organization district or agency", "school or district name", "employer"),
    ),
    "organization_type": (
        *("organization type", "type", "type of organization", "agency type", "org type"),
        "what type of organization do you work for",
    ),
    "state": ("state", "state or territory", "st", "your state", "which state are you in", "estado"),
    "role": ("role", "title", "job title", "position", "your role", "what is your role", "role or title"),
    "role_group": ("role group", "role category", "role type"),
    "enrollment": ("enrollment", "students", "students served", "number of students", "student enrollment"),
    "locale": ("locale", "nces locale", "locale type", "urbanicity", "locale code"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "timezone": ("timezone", "time zone", "tz", "your time zone", "what time zone are you in"),
    "slots": (
        *("slots", "availability", "available", "available times", "times", "when can you usually meet"),
        *("when are you available", "half days that work", "what times work for you"),
    ),
    "host": (
        *("host", "willing to host", "can host", "hosting", "willing to host a visit"),
        "would you be willing to host peers for a one day visit",
    ),
    "seats": ("seats", "host seats", "visitor seats", "how many visitors can you host", "hosting capacity"),
    "one_to_ones": (
        *("one to ones", "one to ones wanted", "wished one to ones", "number of one to ones", "pairs wanted"),
        "how many one to one exchanges would you like",
    ),
    "interests": (
        *("interests", "kinds of exchange", "types of exchange", "exchange types", "exchanges wanted"),
        "which kinds of exchange interest you",
    ),
    "remarks": (
        *("remarks", "comments", "notes", "other comments", "questions or comments"),
        *("anything else we should know", "anything else", "is there anything else we should know"),
    ),
    "timestamp": ("timestamp", "submitted", "submitted at", "submission date", "date", "completion time"),
    "challenge": (
        *("challenge", "problem of practice", "problem", "need", "needs", "current challenge", "desafio"),
        *("what problem of practice are you facing right now", "what are you struggling with"),
        *("what would you like help with", "what is your biggest challenge", "what keeps you up at night"),
    ),
    "practice": (
        *("practice", "strength", "offer", "what works", "promising practice", "success", "practica"),
        *("describe something that is working that you could share with peers", "what could you share"),
        *("what are you doing well", "what could you help others with"),
    ),
    "kind": ("kind", "statement kind", "statement type", "challenge or practice", "need or offer"),
    "text": ("text", "statement", "response", "answer", "statement text"),
    "confidential": (
        *("confidential", "private", "keep confidential", "is this confidential"),
        "should we keep your answer confidential",
    ),
    "quotable": (
        *("quotable", "may we quote you", "ok to quote", "ok to share", "can we quote your answer"),
        "can we share your answer with other members",
    ),
    "exchange_id": ("exchange id", "id", "exchange"),
    "term": ("term", "semester", "season", "cycle", "term name"),
    "term_start": ("term start", "start of term", "term began", "term start date"),
    "structure": ("structure", "type", "exchange type", "format", "kind"),
    "date": ("date", "held on", "exchange date", "date held", "meeting date"),
    "members": ("members", "participants", "attendees", "member ids", "who met", "member list"),
    "member_a": ("member a", "member 1", "first member", "person a", "person 1", "participant 1", "member"),
    "member_b": (
        *("member b", "member 2", "second member", "person b", "person 2", "participant 2"),
        *("must not meet", "not with"),
    ),
    "host_member": ("host", "host member", "hosted by", "hosting member"),
    "topic": ("topic", "theme", "subject", "focus"),
    "facilitator": ("facilitator", "convener", "staff", "facilitated by", "convened by"),
    "status": ("status", "outcome", "state of exchange", "held"),
    "reason": ("reason", "why", "reason for ban", "notes", "comment"),
    "facilitator_id": ("facilitator id", "id", "staff id", "facilitator number", "member id"),
    "pairs": ("pairs", "one to ones", "capacity", "pairs a term", "max pairs", "maximum pairs"),
    "ignore": (
        *(
            "ignore",
            "start time",
            "areas of interest",
            "comments",
            "notes",
            "last modified time",
        ),
        *("how did you hear about us", "score", "language", "phone"),
        *("what is wrong", "how to mend it", "row in the file"),
    ),
}
#: Words that tell a long question's field. The longer one wins.
_PHRASES: dict[str, tuple[str, ...]] = {
    "challenge": (
        *("problem of practice", "problems of practice", "biggest challenge", "struggling with"),
        *("wrestling with", "stuck on", "help with", "learn from peers", "challenge you", "challenges you"),
    ),
    "practice": (
        *("share with peers", "could share with", "is working that you", "going well", "working well"),
        *(
            "proud of",
            "promising practice",
            "offer to peers",
            "practice that works",
            *("could help others with", "you help others with"),
        ),
    ),
    "slots": ("when can you", "when are you", "half days", "times work", "your availability", "free to meet"),
    "quotable": ("can we quote", "may we quote", "can we share your", "may we share your", "ok to share"),
    "confidential": (
        "keep confidential",
        "answer confidential",
        "response confidential",
        "stay confidential",
    ),
    "host": ("willing to host", "able to host", "host a visit", "host peers", "like to host"),
    "timezone": ("time zone",),
    "organization": ("where do you work", "name of your organization"),
    "role": ("your role", "your position", "your job title"),
    "email": ("your email", "email address"),
    "interests": ("kinds of exchange", "types of exchange", "kind of exchange", "type of exchange"),
    "remarks": ("anything else",),
    "ignore": ("interested in", "hear about us", "interests you"),
}
#: Fields whose short names mislead in a form, where "ID" counts the responses.
_NOT_IN_INTAKE = frozenset({"id"})


def normal(heading: str) -> str:
    """A heading without accents, marks, case, numbers at its end, or remarks in brackets."""
    text = unicodedata.normalize("NFKD", heading[:_LONGEST]).casefold()
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    outside = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", text)
    words = re.sub(r"[\W_]+", " ", outside).split() or re.sub(r"[\W_]+", " ", text).split()
    return " ".join(words)


def known_names(field: str) -> tuple[str, ...]:
    """The headings by which a field is known, as :func:`normal` gives them."""
    own = field.replace("_", " ")
    return (own, *(name for name in _NAMES[field] if name != own))


def scores(heading: str, kind: TableKind) -> dict[str, tuple[float, str]]:
    """For each field of ``kind``, how well ``heading`` agrees with it and with which known text."""
    text = normal(heading)
    found = _scores(text, kind)
    unnumbered = re.sub(r" \d+$", "", text)
    if unnumbered != text:  # "Challenge 2"; but "Member 2" is known by its number
        numbered = _scores(unnumbered, kind)
        for field in REPEATED & set(numbered):
            found[field] = max(found[field], numbered[field])
    if text.startswith(_YOUR):
        for field, (score, known) in _scores(text.removeprefix(_YOUR), kind).items():
            found[field] = max(found[field], (min(score, 99.0), known))
    return found


@lru_cache(maxsize=10_000)
def _cached(text: str, kind: TableKind) -> tuple[tuple[str, float, str], ...]:
    found = []
    for field in FIELDS[kind]:
        best, by = 0.0, ""
        for name in known_names(field):
            if kind is TableKind.INTAKE and name in _NOT_IN_INTAKE:
                continue
            score = _agreement(text, name)
            if score > best:
                best, by = score, name
        phrase = _phrase(text, field)
        if phrase and 80 + 3 * len(phrase.split()) > best:
            best, by = min(95, 80 + 3 * len(phrase.split())), phrase
        found.append((field, best, by))
    return tuple(found)


def is_known(heading: str) -> bool:
    """Whether a cell reads like a heading of any kind of table."""
    from rapidfuzz import fuzz, process

    text = normal(heading)
    if len(text) <= _SHORT_NAME:
        return text in _all_names()
    if any(_phrase(text, field) for field in _PHRASES):
        return True
    return process.extractOne(text, _all_names(), scorer=fuzz.token_sort_ratio, score_cutoff=88) is not None


@cache
def _all_names() -> tuple[str, ...]:
    return tuple(sorted({name for field in _NAMES for name in known_names(field)}))


def _scores(text: str, kind: TableKind) -> dict[str, tuple[float, str]]:
    return {field: (score, by) for field, score, by in _cached(text, kind)}


def _agreement(text: str, name: str) -> float:
    from rapidfuzz import fuzz

    if text == name:
        return 100.0
    if min(len(text), len(name)) <= _SHORT_NAME:
        return 0.0  # "st" and "lat" are one slip away from too many words
    score = max(fuzz.ratio(text, name), fuzz.token_sort_ratio(text, name))
    if min(len(text.split()), len(name.split())) >= _LONG_WORDS:
        score = max(score, 0.95 * fuzz.token_set_ratio(text, name))
    if " " not in text and " " not in name:
        score *= _ONE_WORD  # one letter makes a season of a reason, and an altitude of a latitude
    return min(score, 99.0)


def _phrase(text: str, field: str) -> str:
    if len(text.split()) < _LONG_WORDS:
        return ""
    padded = f" {text} "
    inside = [phrase for phrase in _PHRASES.get(field, ()) if f" {phrase} " in padded]
    return max(inside, key=len, default="")

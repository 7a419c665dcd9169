"""How well a heading agrees with the known headings and question texts.

Scores are 0 to 100. An exact heading is 100; a known phrase inside a long question is
80 to 95; anything else is rapidfuzz's similarity of the whole texts.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

from matcher.intake.headings import NAMES, PHRASES

#: A column is taken to be a field from this score on.
ACCEPTED = 80
_LONG_WORDS = 5
_SHORT_NAME = 4
#: "Your organization" is the organization.
_YOUR = "your "
_ONE_WORD = 0.91
#: Fields that a short question tells, for what is overlooked there gets published; and what turns one round.
_CONSENT = frozenset({"confidential", "quotable"})
_NEGATIONS = frozenset({"not", "t", "dont", "cannot", "never", "nobody", "non", "no"})
_OPEN = (["what"], ["which"], ["how"], ["describe"])
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
        *("timezone", "slots", "host", "seats", "visit_dates", "away", "one_to_ones", "interests", "ignore"),
    ),
    TableKind.INTAKE: (
        *("timestamp", *_PERSON, *_PLACE, "role", "timezone", "slots", "host"),
        *("visit_dates", "away", "interests", "challenge", "practice", "kind", "text", "confidential"),
        *("quotable", "remarks", "ignore"),
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
REPEATED = frozenset({"challenge", "practice", "slots", "visit_dates", "away", "ignore"})

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
    return (own, *(name for name in NAMES[field] if name != own))


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
        if field in _CONSENT and best < 100 and _is_other(text, by):
            best, by = 0.0, ""
        found.append((field, best, by))
    return tuple(found)


def is_known(heading: str) -> bool:
    """Whether a cell reads like a heading of any kind of table."""
    from rapidfuzz import fuzz, process

    text = normal(heading)
    if len(text) <= _SHORT_NAME:
        return text in _all_names()
    if any(_phrase(text, field) for field in PHRASES):
        return True
    return process.extractOne(text, _all_names(), scorer=fuzz.token_sort_ratio, score_cutoff=88) is not None


@cache
def _all_names() -> tuple[str, ...]:
    return tuple(sorted({name for field in NAMES for name in known_names(field)}))


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


def _is_other(text: str, by: str) -> bool:
    """Whether a heading is no question of yes or no, or one turned round: "not confidential"."""
    words = text.split()
    return words[:1] in _OPEN or bool(_NEGATIONS & (set(words) ^ set(by.split())))


def _phrase(text: str, field: str) -> str:
    if len(text.split()) < _LONG_WORDS and field not in _CONSENT:
        return ""
    padded = f" {text} "
    inside = [phrase for phrase in PHRASES.get(field, ()) if f" {phrase} " in padded]
    return max(inside, key=len, default="")

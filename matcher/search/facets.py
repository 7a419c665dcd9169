"""The words of a question that name a state, a type of organization, a role, a kind of place, or hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.domain import Locale, OrganizationType


class Kind(StrEnum):
    """What a facet limits."""

    HOSTS = "hosts"
    STATE = "state"
    TYPE = "type"
    LOCALE = "locale"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that a question names beside its topic: the value, such as KS or rural, and the words
    that named it. ``note`` says why it was not ``applied``."""

    kind: Kind
    value: str
    words: str
    applied: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A facet and where its words stand."""

    facet: Facet
    start: int
    end: int


AMBIGUOUS = "the words may belong to the topic"

#: Postal codes that are words, or this field's short forms, in capitals: only "in MS" is a state.
_ALSO_WORDS = frozenset(
    ["AL", "AS", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MS", "OK", "OR", "PA", "PR", "VI"]
)
_TYPES = {
    OrganizationType.STATE_AGENCY: r"(?-i:SEAs?)|state (?:education(?:al)? )?agenc(?:y|ies)|"
    r"(?:state )?departments of education|(?-i:DOEs)",
    OrganizationType.DISTRICT: r"(?-i:LEAs?)|(?:school )?districts|school systems",
    OrganizationType.SCHOOL: r"(?:(?:elementary|middle|high|charter) )?schools",
    OrganizationType.PARTNER: r"partner organizations|partners|nonprofits|universities",
}
#: Role groups of the intake that a plural names. Teachers are none: half of all questions are about them.
_ROLES = {
    "superintendent": r"superintendents|supts",
    "principal": r"(?:assistant |vice )?principals",
    "counselor": r"(?:school )?counselors|social workers|school psychologists",
    "federal programs": r"federal programs? (?:directors|coordinators|people|leads)",
    "special education": r"(?:special education|special ed|sped) (?:directors|coordinators)",
    "coach": r"(?:instructional |literacy |math )?coaches",
    "curriculum": r"curriculum (?:directors|coordinators|leads)",
}
_LOCALES = {
    Locale.CITY: r"urban|city|cities|inner[- ]city",
    Locale.SUBURB: r"suburban|suburbs?",
    Locale.TOWN: r"towns?",
    Locale.RURAL: r"rural",
}
_PLACES = "|".join(_LOCALES.values())
_PEOPLE = "|".join((*_TYPES.values(), *_ROLES.values(), "district|school|members|peers|communities|areas"))
#: Between two of whom any will do.
_JOINT = r"(?:\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|&)\s+|\s*/\s*)"
#: Nouns after a kind of place that say nothing beside it.
_SOMEWHERE = r"(?:\s+(?:areas?|communities|places|settings)\b)?"
#: Adjectives that may stand before who is sought.
_LIKE = (
    rf"(?:(?:small|smaller|large|larger|big|tiny|remote|other|similar|low-income|high-poverty|{_PLACES})\s+)*"
)
#: Words before who is sought, where the question begins with them.
_ASKING = (
    r"(?:(?:who|which|what|any|other|another|all|some|are|is|there|do|does|did|have|has|find|show|list|looking|"
    r"look|want|need|connect|talk|meet|see|hear|from|in|of|with|to|for|our|else|the|how|can|i|we|us|me)\s+)*"
)
#: What follows who is sought, where it is not the topic itself.
_DOING = (
    r"(?:that|who|which|like us|like ours|with experience)\b|(?:(?:are|is|have|has|also|still|currently)\s+)*"
    r"(?:dealing|working|struggling|trying|facing|doing|using|tackling|implementing|piloting)\b"
)
_VISIT = r"(?<!home )(?<!monitoring )\b(?:site|school|peer|learning|study)[- ]visits?\b"
_WHO = (
    r"(?:who|anyone|anybody|someone|somebody|which (?:\w+ )?(?:members?|schools?|districts?|states?|peers?)|"
    r"what (?:schools?|districts?)|where)(?: else)?"
)
_LOOK = r"(?:visit|see|observe|tour)"
#: How a host is asked for.
_HOSTING = (
    rf"\b{_WHO}(?: that| who)?(?: (?:can|could|would|will|might|is able to|is willing to|to))* host\b"
    r"(?: (?:us|me|visitors|our team|a (?:\w+ )?(?:visit|team|day)))?",
    r"\bhost(?:s|ing)? (?:us|me|visitors|our team|a (?:\w+ )?visit)\b",
    rf"(?:\b{_WHO} (?:is )?)?\bwilling to host\b|^\s*hosts?\b(?! famil)|\b{_WHO}(?:'s| is) hosting\b",
    rf"\b{_WHO} (?:can|could|should|might) (?:we|i|our team)(?: go)?(?: to| and)? {_LOOK}\b",
    r"\b(?:we|i)(?:'d| would)? (?:want|like|love|hope|need) to (?:(?:come|go) (?:and |to )?)?(?:visit|tour)\b"
    r"(?: a (?:school|district)| somebody| someone)?",
    r"\b(?:come|go)(?: and| to)? (?:see|visit|observe)\b",
    r"\bin[- ]person\b|\b(?:see|watch) (?:it|this) in action\b|\bopen to visitors\b",
    rf"{_VISIT}(?: (?:to see|to|on|for|about|with))\b",
    rf"^\s*{_VISIT}(?! (?:protocol|tool|rubric|report|form|by|from)s?\b)",
    rf"{_VISIT}(?=\s*[?.!]*$)",
    r"^\s*visit(?:ing)?\s+(?:an?|another|other|some|schools?|districts?|peers?|on|for|about)\b",
)


def hosts(text: str) -> Iterator[Found]:
    """Where a question asks who would host a visit. Home visits and monitoring visits are topics."""
    for pattern in _HOSTING:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield _found(Kind.HOSTS, "yes", found, 0)


def states(text: str, names: Mapping[str, str]) -> Iterator[Found]:
    """Where a question names a state, by its name or by its postal code in capitals. ``names`` are the
    states' names by code."""
    codes = {name.casefold(): code for code, name in names.items()}
    if "DC" in names:
        codes |= dict.fromkeys(("washington dc", "washington, dc", "washington d.c", "washington, d.c"), "DC")
    longest = "|".join(re.escape(name) for name in sorted(codes, key=lambda name: (-len(name), name)))
    lead = r"(?:\b(?:in|from|of|across|around|near|and|or)\s+|[,/&]\s*)*"
    rest = text
    if longest:
        for found in re.finditer(rf"{lead}\b({longest})\b(?!\s+(?:city|county)\b)", text, re.IGNORECASE):
            yield _found(Kind.STATE, codes[found[1].casefold()], found, 1)
            # "Washington DC" is read once.
            rest = rest[: found.start(1)] + " " * len(found[1]) + rest[found.end(1) :]
    if text.isupper():
        return  # where everything is in capitals, MS and OR are as likely words
    listed = r"[A-Z]{2}(?:\s*(?:,|/|&|and|or)\s*[A-Z]{2})*"
    for found in re.finditer(rf"(?:\b(in|from|of|across)\s+)?\b({listed})\b", rest):
        several = re.findall("[A-Z]{2}", found[2])
        if not all(code in names for code in several):
            continue
        for code in several:
            sure = bool(found[1]) or code not in _ALSO_WORDS or len(several) > 1
            note = "" if sure else AMBIGUOUS
            yield Found(Facet(Kind.STATE, code, code, sure, note), *found.span())


def people(text: str) -> Iterator[Found]:
    """Where a question names types of organizations, roles and kinds of places. The words are sure where
    they are who is sought: at its beginning, before what they do, or after "any" and "other"."""
    for kind, table in ((Kind.TYPE, _TYPES), (Kind.ROLE, _ROLES)):
        any_of = "|".join(table.values())
        for value, nouns in table.items():
            for found in re.finditer(rf"\b(?:{nouns})\b", text, re.IGNORECASE):
                sure = _sought(text[: found.start()], text[found.end() :], any_of)
                # "principal pipeline", "low performing schools": not even worth offering.
                if sure or (kind is Kind.TYPE and value is not OrganizationType.SCHOOL):
                    yield _found(kind, str(value), found, 0, sure=sure)
    for place, adjectives in _LOCALES.items():
        for found in re.finditer(rf"\b({adjectives})\b{_SOMEWHERE}", text, re.IGNORECASE):
            before, after = text[: found.start()], text[found.end(1) :]
            sure = re.match(rf"\s+{_LIKE}(?:{_PEOPLE})\b", after, re.IGNORECASE) is not None
            # "in rural Kansas": the state is already blanked.
            placed = re.search(r"\b(?:in|from)\s+$", before, re.IGNORECASE) and re.match(r"\s\s|\W*$", after)
            yield _found(Kind.LOCALE, place.value, found, 1, sure=sure or placed is not None)


def _sought(before: str, after: str, any_of: str) -> bool:
    """Whether the noun between the two is who is sought, and not what the question is about. ``any_of`` are
    the nouns that may be joined to it ("principals and superintendents")."""
    one = rf"{_LIKE}(?:(?:{any_of})\b{_JOINT}{_LIKE})*"
    more = rf"(?:{_JOINT}{_LIKE}(?:{any_of})\b)*"
    opens = re.fullmatch(rf"\s*{_ASKING}{one}", before, re.IGNORECASE)
    chosen = re.search(rf"\b(?:any|other|which|what|all|in|from|for|at)\s+{one}$", before, re.IGNORECASE)
    joined = re.match(more, after, re.IGNORECASE)
    after = after[joined.end() :] if joined else after
    doing = re.match(rf"\s*(?:{_DOING})", after, re.IGNORECASE)
    ends = not after.strip(" ?.!")
    return bool((opens and doing) or (chosen and (doing or ends)))


def _found(kind: Kind, value: str, found: re.Match[str], group: int, *, sure: bool = True) -> Found:
    words = " ".join(found.group(group).split())
    return Found(Facet(kind, value, words, sure, "" if sure else AMBIGUOUS), *found.span())

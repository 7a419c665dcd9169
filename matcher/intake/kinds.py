"""One cell to one of a few words of the house. Raises Unreadable where it is none of them."""

from __future__ import annotations

import re

from matcher.domain import ExchangeStatus, Locale, OrganizationType, StatementKind, Structure
from matcher.intake.texts import plain
from matcher.intake.values import Unreadable, shown

_LOCALES = {
    "city": Locale.CITY,
    "urban": Locale.CITY,
    "suburb": Locale.SUBURB,
    "suburban": Locale.SUBURB,
    "town": Locale.TOWN,
    "rural": Locale.RURAL,
}
_NCES = {"1": Locale.CITY, "2": Locale.SUBURB, "3": Locale.TOWN, "4": Locale.RURAL}


def locale(text: str) -> Locale:
    """An NCES locale by its word or its two-digit code (11 to 43)."""
    words = plain(text).split()
    for word in words:
        if re.fullmatch("[1-4][1-3]", word):
            return _NCES[word[0]]
    found = {_LOCALES[word] for word in words if word in _LOCALES}
    if len(found) != 1:
        raise Unreadable(f"'{shown(text)}' is no locale.", "Write city, suburb, town or rural.")
    return found.pop()


_TYPES = (
    (
        OrganizationType.STATE_AGENCY,
        r"\b(state|sea|department of education|dept of education|doe|department)\b",
    ),
    (OrganizationType.DISTRICT, r"\b(district|lea|districts|county schools|isd|usd)\b"),
    (OrganizationType.SCHOOL, r"\b(school|academy|charter)\b"),
    (
        OrganizationType.PARTNER,
        r"\b(partner|nonprofit|non profit|university|college|other|center|foundation)\b",
    ),
)


def organization_type(text: str) -> OrganizationType:
    """The type by its name, "SEA", "LEA" or a longer answer such as "School district"."""
    words = plain(text)
    for kind in OrganizationType:
        if words == kind.value:
            return kind
    for kind, pattern in _TYPES:
        if re.search(pattern, words):
            return kind
    raise Unreadable(
        f"'{shown(text)}' is no type of organization.", "Write state agency, district, school or partner."
    )


_AGENCY = (
    r"\b(department|dept|office|board|agency) of (public )?(education|ed|instruction)\b|"
    r"\bstate education\b|\bdoe\b"
)
_DISTRICT = (
    r"\b(districts?|isd|cisd|usd|unified|public schools|county schools|city schools|area schools|"
    r"boces|parish schools?|schools)\b"
)
_SCHOOL = r"\b(school|academy|elementary|middle|high|charter|escuela)\b"


def type_from_name(name: str) -> OrganizationType | None:
    """The type that an organization's name tells, if it does: "Lake County Schools" is a district."""
    words = plain(name)
    if re.search(_AGENCY, words):
        return OrganizationType.STATE_AGENCY
    if re.search(_DISTRICT, words):
        return OrganizationType.DISTRICT
    return OrganizationType.SCHOOL if re.search(_SCHOOL, words) else None


_ROLES = (
    ("superintendent", r"\bsuperintend\w*"),
    ("principal", r"\bprincipal\b|\bhead of school\b|\bdirectora? de escuela\b"),
    ("counselor", r"\bcounsel+or\w*|\bsocial worker\b|\bpsychologist\b"),
    ("federal programs", r"\bfederal\b|\btitle (i|ii|iii|iv|1|2|3|4)\b|\besea\b|\bessa\b"),
    ("special education", r"\bspecial ed\w*|\bsped\b|\bexceptional\b"),
    ("coach", r"\bcoach\w*"),
    ("teacher", r"\bteacher\b|\bmaestr[ao]\b"),
    ("curriculum", r"\bcurriculum\b|\bacademic\w*|\binstruction\w*|\bteaching\b"),
    ("school improvement", r"\bschool improvement\b|\bturnaround\b|\bschool support\b|\bdistrict support\b"),
    ("director", r"\bdirector\w*|\bchief\b|\bcommissioner\b|\bofficer\b|\bmanager\b|\bhead\b"),
    ("specialist", r"\bspecialist\b|\bcoordinator\b|\bconsultant\b|\banalyst\b|\blead\b"),
)


def role_group(role: str) -> str:
    """The coarse role in a job title, or "other"."""
    words = plain(role)
    return next((group for group, pattern in _ROLES if re.search(pattern, words)), "other")


#: How the words for each kind of statement begin, in English and Spanish.
_CHALLENGE = ("challeng", "need", "problem", "ask", "strugg", "seek", "desaf", "reto")
_PRACTICE = ("practic", "offer", "strength", "shar", "success", "working", "fortaleza")


def kind(text: str) -> StatementKind:
    """Challenge or practice."""
    words = plain(text)
    if "problem of practice" in words or "problems of practice" in words:
        return StatementKind.CHALLENGE
    is_challenge = any(word.startswith(_CHALLENGE) for word in words.split())
    is_practice = any(word.startswith(_PRACTICE) for word in words.split())
    if is_challenge == is_practice:
        raise Unreadable(f"'{shown(text)}' is neither.", "Write challenge or practice.")
    return StatementKind.CHALLENGE if is_challenge else StatementKind.PRACTICE


_STRUCTURES = (
    (Structure.PEER_HOSTED, r"\b(peer hosted|hosted|visit|site visit|in person|on site|onsite)\b"),
    (Structure.ONE_TO_ONE, r"\b(one to one|one on one|1 1|1 to 1|1 on 1|1on1|pair|pairs|paired)\b"),
    (Structure.VIRTUAL, r"\b(virtual|cohort|group|online|webinar|session)\b"),
)


def structure(text: str) -> Structure:
    """One of the three structures."""
    words = plain(text)
    found = [name for name, pattern in _STRUCTURES if re.search(pattern, words)]
    if len(found) != 1:
        raise Unreadable(f"'{shown(text)}' is no structure.", "Write one-to-one, virtual or peer-hosted.")
    return found[0]


_STATUSES = {
    ExchangeStatus.HELD: "held done completed complete met attended finished yes happened",
    ExchangeStatus.AGREED: "agreed scheduled confirmed accepted planned",
    ExchangeStatus.PUBLISHED: "published",
    ExchangeStatus.PROPOSED: "proposed pending suggested",
    ExchangeStatus.DECLINED: "declined refused rejected",
    ExchangeStatus.CANCELLED: "cancelled canceled postponed withdrawn no",
}


def status(text: str) -> ExchangeStatus:
    """An exchange's status."""
    words = plain(text)
    for name, forms in _STATUSES.items():
        if words in forms.split() or (name is ExchangeStatus.CANCELLED and words == "no show"):
            return name
    cure = "Write held, agreed, published, proposed, declined or cancelled."
    raise Unreadable(f"'{shown(text)}' is no status.", cure)

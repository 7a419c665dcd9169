"""The words of the house as frozen values. No I/O, nothing constructed at import.

Identifiers are short texts. They come from the input or are derived from it
(:func:`stable_id`), so that importing the same file twice gives the same ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS_A_WEEK = 168
#: What a member that was erased is called, and why its texts are set aside.
ERASED = "erased"
#: A half-day's first hour and the hour it ends, on the member's own clock.
HALF_DAYS = {"am": (8, 12), "pm": (12, 16)}


class OrganizationType(StrEnum):
    STATE_AGENCY = "state agency"
    DISTRICT = "district"
    SCHOOL = "school"
    PARTNER = "partner"


class Locale(StrEnum):
    """The four locale types of the National Center for Education Statistics (NCES)."""

    CITY = "city"
    SUBURB = "suburb"
    TOWN = "town"
    RURAL = "rural"


class StatementKind(StrEnum):
    CHALLENGE = "challenge"
    PRACTICE = "practice"


class Structure(StrEnum):
    """The three structures an exchange can have."""

    ONE_TO_ONE = "one-to-one"
    VIRTUAL = "virtual"
    PEER_HOSTED = "peer-hosted"


class ExchangeStatus(StrEnum):
    """In the order of its life. Proposed is a draft that staff see; published, its members were asked."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    AGREED = "agreed"
    HELD = "held"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A half-day of the week on a member's own clock: weekday 0 (Monday) to 6, "am" or "pm"."""

    weekday: int
    half: str

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.half not in HALF_DAYS:
            raise ValueError(f"no such half-day: {self.weekday!r} {self.half!r}")

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.half}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """``"Mon am"`` as written by :meth:`__str__`. Raises ValueError on anything else."""
        day, _, half = text.strip().partition(" ")
        if day not in WEEKDAYS:
            raise ValueError(f"no such half-day: {text!r}")
        return cls(WEEKDAYS.index(day), half)

    def utc_hours(self, timezone: str, week_of: date) -> frozenset[int]:
        """Starts of one-hour meetings inside this half-day, as hours of the UTC week.

        Hour 0 is Monday 00:00 UTC. ``week_of`` picks the week, and with it whether
        daylight saving time holds. In a zone off the hour only whole hours count.
        """
        zone = ZoneInfo(timezone)
        monday = week_of - timedelta(days=week_of.weekday())
        first, end = HALF_DAYS[self.half]
        day = monday + timedelta(days=self.weekday)
        start = datetime.combine(day, time(first), tzinfo=zone)
        epoch = datetime.combine(monday, time(0), tzinfo=ZoneInfo("UTC"))
        minutes = int((start - epoch).total_seconds() // 60)
        last = minutes + (end - first) * 60 - 60
        whole = range(-(-minutes // 60), last // 60 + 1)
        return frozenset(hour % HOURS_A_WEEK for hour in whole)


@dataclass(frozen=True, slots=True)
class Organization:
    """``enrollment`` in students served; coordinates in degrees (WGS 84); None is not given."""

    id: str
    name: str
    type: OrganizationType
    state: str
    locale: Locale | None = None
    enrollment: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """The party that joins exchanges. ``one_to_ones`` is how many pairs it wishes a term.

    ``role_group`` is the coarse role that rules and filters use ("principal"); ``role`` is
    what the person calls it. ``seats`` counts the visitors it can host on one day. Empty
    ``slots`` mean "not given": such a member is taken to be free at any time. ``interests`` are
    the structures it asks for, and empty again means "not given": any. Peer-hosted stands for
    visiting a peer; whether it would host is ``host``. ``visit_dates`` are those on which it can host a
    visit; empty means on any of its weekdays. ``away`` are dates on which it can neither visit nor host.
    ``listed`` is whether it agreed to stand in the directory that other members see.
    """

    id: str
    name: str
    organization_id: str
    email: str = ""
    role: str = ""
    role_group: str = "other"
    timezone: str = "America/New_York"
    slots: tuple[Slot, ...] = ()
    host: bool = False
    seats: int = 0
    one_to_ones: int = 1
    interests: tuple[Structure, ...] = ()
    visit_dates: tuple[date, ...] = ()
    away: tuple[date, ...] = ()
    listed: bool = False

    def wants(self, structure: Structure) -> bool:
        """Whether it asks for this structure, or did not say which it wants."""
        return not self.interests or structure in self.interests

    def utc_hours(self, week_of: date) -> tuple[int, ...]:
        """Hours of the UTC week (0 to 167) at which a one-hour meeting can start, ascending."""
        hours: set[int] = set()
        for slot in self.slots:
            hours |= slot.utc_hours(self.timezone, week_of)
        return tuple(sorted(hours))


@dataclass(frozen=True, slots=True)
class Statement:
    """A text from a member. ``set_aside`` is the reason a person should look at it first,
    or empty: such a text is kept and takes no part in topics or matching."""

    id: str
    member_id: str
    kind: StatementKind
    text: str
    confidential: bool = False
    set_aside: str = ""
    submitted: str = ""


class NamedBy(StrEnum):
    """Who gave a topic its label: its own words, the field's taxonomy, a seed, or staff."""

    WORDS = "words"
    AREA = "area"
    SEED = "seed"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Topic:
    """A named cluster of statements that keeps its id, label and colour from run to run.

    ``examples`` are ids of central statements that differ, never of confidential ones. ``colour`` is
    an index into a palette. ``area`` is the id of the taxonomy's area that most of its statements are
    nearest to, ``share`` how many of them are (0 to 1); empty where there is no taxonomy or no such
    area. A ``locked`` topic keeps its label and its statements.
    """

    id: str
    label: str
    keywords: tuple[str, ...]
    statement_ids: tuple[str, ...]
    examples: tuple[str, ...] = ()
    colour: int = 0
    area: str = ""
    share: float = 0.0
    named_by: NamedBy = NamedBy.WORDS
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """The period for which a batch is formed. Terms are ordered by their start."""

    name: str
    start: date


@dataclass(frozen=True, slots=True)
class Facilitator:
    """Staff who convene exchanges. ``pairs`` is how many one-to-ones they can convene a term."""

    id: str
    name: str
    timezone: str = "America/New_York"
    slots: tuple[Slot, ...] = ()
    pairs: int = 10

    def utc_hours(self, week_of: date) -> tuple[int, ...]:
        """As :meth:`Member.utc_hours`."""
        hours: set[int] = set()
        for slot in self.slots:
            hours |= slot.utc_hours(self.timezone, week_of)
        return tuple(sorted(hours))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One meeting in the ledger. In a peer-hosted one the host is the first member."""

    id: str
    term: Term
    structure: Structure
    member_ids: tuple[str, ...]
    status: ExchangeStatus
    topic: str = ""
    held_on: date | None = None
    facilitator: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a member said it will do after an exchange."""

    exchange_id: str
    member_id: str
    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """Two members that must not meet, and why."""

    member_a: str
    member_b: str
    reason: str


def stable_id(prefix: str, *parts: str) -> str:
    """An identifier derived from ``parts``, the same on every machine and every import."""
    joined = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return f"{prefix}-{hashlib.sha256(joined.encode()).hexdigest()[:10]}"


def hour_text(hour: int, timezone: str, week_of: date) -> str:
    """An hour of the UTC week on a local clock: ``"Tue 2 pm"`` (or ``"Tue 2:30 pm"``)."""
    monday = week_of - timedelta(days=week_of.weekday())
    utc = datetime.combine(monday, time(0), tzinfo=ZoneInfo("UTC")) + timedelta(hours=hour)
    local = utc.astimezone(ZoneInfo(timezone))
    clock = str(local.hour % 12 or 12) + (f":{local.minute:02d}" if local.minute else "")
    return f"{WEEKDAYS[local.weekday()]} {clock} {'am' if local.hour < 12 else 'pm'}"

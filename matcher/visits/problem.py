"""What is given for a term's peer-hosted visits, and what was chosen.

A visit is a one-day exchange in person: visitors travel to a host that has a practice they
need. Hosts and visitors are named by their index in the problem's tuples. A member may
stand among both under one id.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from matcher import record
from matcher.errors import InputError
from matcher.optimize import Status
from matcher.outcome import Baseline

#: What ``apart`` says of two whom an earlier visit keeps apart. A pin overrides this reason and no other.
EARLIER_VISIT = "an earlier visit"
#: What it says of two whom staff keep apart.
STAFF_DECISION = "a decision of staff"
#: Dates before this year are taken for slips of the pen.
FIRST_YEAR = 1900
#: Mean radius of the Earth in km: (2a + b) / 3 of the GRS 80 ellipsoid (IUGG; H. Moritz, 1980).
EARTH_RADIUS_KM = 6371.0088
HELP_MAX = 1000


@dataclass(frozen=True, slots=True)
class Host:
    """A member with a practice to show. ``seats``: visitors it takes on one day. ``weekdays``:
    0 (Monday) to 6 on which it can host; empty is Monday to Friday. ``dates`` ("2026-10-06"): where it
    names some, it hosts on one of these and ``weekdays`` do not count. Coordinates in degrees
    (WGS 84). ``hosted``: visits it hosted within the window of terms, the fair load."""

    id: str
    organization_id: str
    seats: int
    weekdays: tuple[int, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    hosted: int = 0
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member that would travel. ``weekdays`` as a host's, ``away`` the dates on which it cannot come
    all the same; ``visits``: most visits it makes."""

    id: str
    organization_id: str
    weekdays: tuple[int, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    visits: int = 1
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitRules:
    """``events``: most visits held. ``min_visitors``: fewest for which one is held.
    ``threshold``: least help, 0 to 1000. ``points_per_100_km`` and ``points_per_hosting`` are
    in points of help. ``per_visitor``: most visits of any visitor."""

    events: int = 8
    min_visitors: int = 2
    threshold: int = 300
    points_per_100_km: int = 15
    points_per_hosting: int = 100
    per_visitor: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that decides a term's visits.

    ``fits``: (visitor, host, help), help 0 to 1000; a pair that is not listed does not fit.
    ``apart``: (visitor, host, why) may not meet; ``why`` completes "barred by ...", such as
    "a decision of staff" or "an earlier visit". ``pins``: (visitor, host) that staff decided on:
    that visit is held with that visitor, whatever it is worth; a pin overrides the threshold, the travel
    and ``EARLIER_VISIT``, and no other rule.

    Raises InputError where a number, an index or a weekday is out of range, or a thing is
    listed twice.
    """

    hosts: tuple[Host, ...] = ()
    visitors: tuple[Visitor, ...] = ()
    fits: tuple[tuple[int, int, int], ...] = ()
    apart: tuple[tuple[int, int, str], ...] = ()
    rules: VisitRules = VisitRules()
    pins: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        _check_rules(self.rules)
        for host in self.hosts:
            _check_person(host)
            _check_dates(host.dates, f"date of host '{host.id}'")
            _whole(host.seats, f"seats of host '{host.id}'", 0)
            _whole(host.hosted, f"hosted of host '{host.id}'", 0)
        for visitor in self.visitors:
            _check_person(visitor)
            _check_dates(visitor.away, f"date on which visitor '{visitor.id}' is away")
            _whole(visitor.visits, f"visits of visitor '{visitor.id}'", 0)
        _check_once((host.id for host in self.hosts), "Host")
        _check_once((visitor.id for visitor in self.visitors), "Visitor")
        _check_homes(self.hosts, self.visitors)
        for number, (visitor_index, host_index, help_given) in enumerate(self.fits):
            self._check_pair(visitor_index, host_index, f"fits[{number}]")
            _whole(help_given, f"help of fits[{number}]", 0, HELP_MAX)
        for number, (visitor_index, host_index, _) in enumerate(self.apart):
            self._check_pair(visitor_index, host_index, f"apart[{number}]")
        for number, pin in enumerate(self.pins):
            self._check_pair(*pin, f"pins[{number}]")
        _check_once((fit[:2] for fit in self.fits), "The fit (visitor, host)")
        _check_once(self.pins, "The pin (visitor, host)")

    def _check_pair(self, visitor: int, host: int, name: str) -> None:
        _whole(visitor, f"visitor of {name}", 0, len(self.visitors) - 1)
        _whole(host, f"host of {name}", 0, len(self.hosts) - 1)

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError where the text is not a problem, InputError where it is nonsense."""
        return record.load(cls, text)


@dataclass(frozen=True, slots=True)
class Event:
    """One visit: the host's index, the weekday, and the visitors' indices, ascending. ``date`` where the
    host named dates; empty where only the weekday is settled."""

    host: int
    weekday: int
    visitors: tuple[int, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan. ``left_out``: (visitor, reason) for each without a visit; ``unused``: (host, reason)
    for each without an event; ``uncounted``: (visitor, host) chosen although the travel could
    not be counted, for want of coordinates. ``gap`` as in :class:`matcher.optimize.Grade`. ``baselines``:
    what simpler ways give under the same rules. ``cut_short``: the clock or the caller ended the
    search before its planned work was done, so that another run may differ."""

    events: tuple[Event, ...]
    left_out: tuple[tuple[int, str], ...]
    unused: tuple[tuple[int, str], ...]
    uncounted: tuple[tuple[int, int], ...]
    objective: int
    bound: int
    gap: float
    status: Status
    seconds: float
    cut_short: bool = False
    baselines: tuple[Baseline, ...] = ()

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError where the text is not a solution."""
        return record.load(cls, text)


def distance_km(visitor: Visitor, host: Host) -> int | None:
    """Great-circle distance in whole kilometres, by the haversine formula on a sphere.

    None where a coordinate of either is missing. (R. W. Sinnott, "Virtues of the Haversine",
    Sky and Telescope 68, 1984.)
    """
    if visitor.latitude is None or visitor.longitude is None:
        return None
    if host.latitude is None or host.longitude is None:
        return None
    north, south = math.radians(visitor.latitude), math.radians(host.latitude)
    east = math.radians(host.longitude - visitor.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half))))


def travel_points(km: int | None, rules: VisitRules) -> int:
    """What a journey costs, in points of help; nothing where the distance is not known."""
    return 0 if km is None else rules.points_per_100_km * km // 100


def _whole(value: int, name: str, low: int, high: int | None = None) -> None:
    fits = isinstance(value, int) and not isinstance(value, bool)
    if fits and value >= low and (high is None or value <= high):
        return
    limits = f"at least {low}" if high is None else f"{low} to {high}"
    if high is not None and high < low:
        raise InputError(f"The {name} is {value!r}, and there is none.", cure="List it first.")
    raise InputError(f"The {name} is {value!r}.", cure=f"It has to be a whole number, {limits}.")


def _check_rules(rules: VisitRules) -> None:
    _whole(rules.events, "number of events", 0)
    _whole(rules.min_visitors, "fewest visitors", 1)
    _whole(rules.threshold, "threshold", 0, HELP_MAX)
    _whole(rules.points_per_100_km, "points per 100 km", 0)
    _whole(rules.points_per_hosting, "points per hosting", 0)
    _whole(rules.per_visitor, "most visits per visitor", 0)


def _check_person(person: Host | Visitor) -> None:
    for day in person.weekdays:
        _whole(day, f"weekday of '{person.id}'", 0, 6)
    for name, value, limit in (("latitude", person.latitude, 90), ("longitude", person.longitude, 180)):
        if value is not None and not abs(value) <= limit:  # a NaN fails this too
            raise InputError(
                f"The {name} of '{person.id}' is {value!r}.",
                cure=f"It has to be -{limit} to {limit} degrees.",
            )


def _check_dates(dates: Iterable[str], name: str) -> None:
    for text in dates:
        try:
            known = date.fromisoformat(text)
        except (TypeError, ValueError):
            known = None
        if known is None or known.isoformat() != text or known.year < FIRST_YEAR:
            raise InputError(f"The {name} is {text!r}.", cure="Write it as year, month and day: 2026-10-06.")


def _check_once(keys: Iterable[object], what: str) -> None:
    seen: set[object] = set()
    for key in keys:
        if key in seen:
            raise InputError(f"{what} {key!r} is listed twice.", cure="List it once.")
        seen.add(key)


def _check_homes(hosts: Iterable[Host], visitors: Iterable[Visitor]) -> None:
    homes = {host.id: host.organization_id for host in hosts}
    for visitor in visitors:
        if homes.get(visitor.id, visitor.organization_id) != visitor.organization_id:
            raise InputError(
                f"Member '{visitor.id}' is of one organization as a host and of another as a visitor.",
                cure="Give it the same organization in both.",
            )

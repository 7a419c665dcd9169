"""What is given and what is chosen when members are paired."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np

from matcher import record
from matcher.domain import HOURS_A_WEEK
from matcher.errors import InputError
from matcher.optimize import Status
from matcher.outcome import Baseline, Stage

#: Affinities run from 0 to this.
TOP_AFFINITY = 1000


#: How a number of pairs that is negative, not whole or no number is mended.
WHOLE_CURE = "Make it a whole number, 0 or more."


def _whole(number: object) -> bool:
    """Whether it is a whole number that is not negative; NaN and truth values are none."""
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


@dataclass(frozen=True, slots=True)
class PairMember:
    """``wanted`` is the most pairs this member takes. ``hours`` are starts of one-hour meetings in
    the UTC week, 0 to 167; empty means not given, and then any hour suits."""

    id: str
    organization_id: str
    state: str = ""
    role_group: str = ""
    organization_type: str = ""
    wanted: int = 1
    hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PairFacilitator:
    """Staff who convene at most ``capacity`` pairs, at ``hours`` (empty: at any hour)."""

    id: str
    capacity: int
    hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PairGroup:
    """Members (indices) who together take at most ``capacity`` pairs; a pair of two of them counts twice."""

    name: str
    members: tuple[int, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class PairRules:
    """``threshold`` is the least affinity of a pair; the others are on or off. ``fair``: once the most
    members are placed, the worst-off of them gains as much as can be, and only then the total counts."""

    threshold: int = 0
    across_states: bool = False
    same_role: bool = False
    same_type: bool = False
    fair: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Members, and the pairs that could be made of them.

    ``candidates`` are ``(a, b, affinity)`` with a < b, indices into ``members``; a pair that is not
    listed cannot be chosen. ``bans`` and ``met`` (within the window) bar pairs of indices. ``pins``
    must be chosen; a pin overrides the threshold, ``met`` and the optional rules, for staff decided
    it, but neither a ban, nor one's own organization, nor the wished number, nor the hours, nor what
    a group may take. Without ``facilitators`` no pair needs one. A member may be in several ``groups``.
    """

    members: tuple[PairMember, ...]
    candidates: tuple[tuple[int, int, int], ...]
    rules: PairRules = PairRules()
    bans: tuple[tuple[int, int], ...] = ()
    met: tuple[tuple[int, int], ...] = ()
    pins: tuple[tuple[int, int], ...] = ()
    facilitators: tuple[PairFacilitator, ...] = ()
    groups: tuple[PairGroup, ...] = ()

    def __post_init__(self) -> None:
        self._check_pairs()
        self._check_people()

    def _check_pairs(self) -> None:
        size = len(self.members)
        for name, pairs in (("bans", self.bans), ("met", self.met), ("pins", self.pins)):
            for a, b in pairs:
                if not (0 <= a < size and 0 <= b < size and a != b):
                    raise InputError(f"{name} holds ({a}, {b}), which is no pair of {size} members.")
        if not self._sound_candidates():
            self._refuse_candidates()

    def _sound_candidates(self) -> bool:
        """Whether all candidates are as they should be: at once, for there may be very many."""
        if {*map(type, chain.from_iterable(self.candidates))} - {int}:
            return False
        try:
            numbers = np.fromiter(chain.from_iterable(self.candidates), dtype=np.int64)
        except OverflowError:
            return False
        a, b, affinity = numbers.reshape(-1, 3).T
        once = (np.diff(np.sort(a * len(self.members) + b)) > 0).all()
        within = ((a >= 0) & (a < b) & (b < len(self.members))).all()
        worth = ((affinity >= 0) & (affinity <= TOP_AFFINITY)).all()
        return bool(within and worth and once)

    def _refuse_candidates(self) -> None:
        size = len(self.members)
        seen: set[tuple[int, int]] = set()
        for a, b, affinity in self.candidates:
            if not 0 <= a < b < size:
                raise InputError(f"candidates hold ({a}, {b}), which is no pair a < b of {size} members.")
            if (a, b) in seen:
                raise InputError(f"candidates hold ({a}, {b}) twice.")
            if not _whole(affinity) or affinity > TOP_AFFINITY:
                raise InputError(
                    f"The affinity of ({a}, {b}) is {affinity!r}.",
                    cure="It has to be a whole number, 0 to 1000.",
                )
            seen.add((a, b))

    def _check_people(self) -> None:
        for hours in (*(each.hours for each in self.members), *(each.hours for each in self.facilitators)):
            if not all(0 <= hour < HOURS_A_WEEK for hour in hours):
                raise InputError(f"The hours {hours} are not all in a week.", cure="An hour is 0 to 167.")
        if len({each.id for each in self.facilitators}) < len(self.facilitators):
            raise InputError("Two facilitators have the same id.", cure="Give each its own.")
        for member in self.members:
            if not _whole(member.wanted):
                raise InputError(f"A member wants {member.wanted} pairs.", cure=WHOLE_CURE)
        for facilitator in self.facilitators:
            if not _whole(facilitator.capacity):
                raise InputError(f"A facilitator has capacity {facilitator.capacity}.", cure=WHOLE_CURE)
        for group in self.groups:
            self._check_group(group)

    def _check_group(self, group: PairGroup) -> None:
        if not _whole(group.capacity):
            raise InputError(f"The group '{group.name}' may take {group.capacity} pairs.", cure=WHOLE_CURE)
        if not group.members:
            raise InputError(f"The group '{group.name}' has no members.", cure="Give it some, or drop it.")
        if len(set(group.members)) < len(group.members):
            raise InputError(f"The group '{group.name}' holds a member twice.", cure="List each once.")
        unknown = [index for index in group.members if not 0 <= index < len(self.members)]
        if unknown:
            raise InputError(
                f"The group '{group.name}' holds {unknown[0]}, which is none of {len(self.members)} members."
            )

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return record.load(cls, text)


@dataclass(frozen=True, slots=True)
class Pair:
    """``hour`` of the UTC week is the first that suits all, None where nobody gave any; pairs may have
    the same one, for a term has many weeks. ``facilitator`` is empty where none is needed."""

    a: int
    b: int
    affinity: int
    hour: int | None = None
    facilitator: str = ""


@dataclass(frozen=True, slots=True)
class Unpaired:
    member: int
    reason: str


@dataclass(frozen=True, slots=True)
class Solution:
    """``placed`` members have a pair, and no plan has more than ``placed_bound``. ``objective`` is the
    total affinity, and no plan that does as well in the earlier ``stages`` has more than ``bound``.
    ``gap`` is between these two alone; ``status`` is optimal only where every stage is at its bound.
    ``cut_short``: the clock, or whoever watched, ended the search early. ``baselines`` are what simpler
    ways reach, with fairness left aside; none for a plan that was changed by hand."""

    pairs: tuple[Pair, ...]
    waitlist: tuple[Unpaired, ...]
    placed: int
    placed_bound: int
    objective: int
    bound: int
    gap: float
    status: Status
    seconds: float
    stages: tuple[Stage, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    cut_short: bool = False

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return record.load(cls, text)

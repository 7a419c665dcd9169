"""What is given and what was chosen. Both save to and load from JSON.

Members are named by their index, so that a real case of some thousand members stays small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from matcher import record
from matcher.domain import HOURS_A_WEEK
from matcher.errors import InputError
from matcher.optimize import Status
from matcher.outcome import Baseline

#: Points of the objective in one point of affinity: values are counted in hundredths.
VALUE_SCALE = 100
MAX_SCORE = 1000
#: Why two members are kept apart.
BAN, MET = "ban", "met"


def cohort_value(total: int, size: int) -> int:
    """Value of a cohort of ``size`` >= 2 whose pairs score ``total`` together.

    The sum over its members of the mean affinity to the others, ``2 * total / (size - 1)``,
    in hundredths of a point, rounded down. A pair counts for both of its members, each mean
    is over ``size - 1`` others: a larger cohort is not better by itself.
    """
    return 2 * VALUE_SCALE * total // (size - 1)


@dataclass(frozen=True, slots=True)
class CohortMember:
    """``hours`` of the UTC week (0 to 167) at which a one-hour meeting can start; empty means
    not given, so free at any hour. An empty ``state`` or ``organization_id`` is never capped."""

    id: str
    organization_id: str = ""
    state: str = ""
    hours: tuple[int, ...] = ()
    challenge_topics: tuple[str, ...] = ()
    practice_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CohortRules:
    """``per_state`` and ``per_organization`` are the most members of one in a cohort.

    ``practice``: each cohort has a member with a practice on its topic, where enough exist.
    Raises InputError where the numbers make no sense.
    """

    min_size: int = 5
    max_size: int = 8
    per_state: int = 2
    per_organization: int = 1
    practice: bool = True

    def __post_init__(self) -> None:
        if self.min_size < 2:
            raise InputError(
                f"The smallest cohort is {self.min_size}.", cure="A cohort has at least 2 members."
            )
        if self.max_size < self.min_size:
            raise InputError(
                f"The largest cohort, {self.max_size}, is below the smallest, {self.min_size}.",
                cure="Make the largest size at least the smallest.",
            )
        for name, most in (("state", self.per_state), ("organization", self.per_organization)):
            if most < 1:
                raise InputError(f"At most {most} members of one {name}.", cure="Allow at least 1.")


@dataclass(frozen=True, slots=True)
class Facilitator:
    """Convenes at most one cohort at an hour. Empty ``hours``: free at any hour."""

    id: str
    hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """``affinities`` are (i, j, score) with i < j and score 1 to 1000; a pair not listed counts 0.

    ``apart`` are pairs (i, j), i < j, that may not share a cohort, and ``apart_why`` says of each
    whether it is a ``"ban"`` or they have ``"met"``. ``together`` are pairs (i, j), i < j, that staff pinned:
    both are placed, in one cohort; a pin overrides having met, nothing else. No ``facilitators`` at all:
    no limit.
    Raises InputError that names the first wrong entry.
    """

    members: tuple[CohortMember, ...]
    affinities: tuple[tuple[int, int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    apart_why: tuple[str, ...] = ()
    rules: CohortRules = CohortRules()
    facilitators: tuple[Facilitator, ...] = ()
    together: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        _check_named("member", ((member.id, member.hours) for member in self.members))
        _check_named("facilitator", ((one.id, one.hours) for one in self.facilitators))
        for member in self.members:
            for topics in (member.challenge_topics, member.practice_topics):
                if len(set(topics)) < len(topics) or "" in topics:
                    raise InputError(
                        f"Member '{member.id}' has an empty topic or one twice.", cure="Name each topic once."
                    )
        _check_pairs("affinity", ((i, j) for i, j, _ in self.affinities), len(self.members))
        for i, j, score in self.affinities:
            if type(score) is not int or not 1 <= score <= MAX_SCORE:
                raise InputError(
                    f"The affinity of members {i} and {j} is {score!r}.",
                    cure=f"It has to be a whole number from 1 to {MAX_SCORE}; leave out pairs that count 0.",
                )
        _check_pairs("pair kept apart", self.apart, len(self.members))
        _check_pairs("pinned pair", self.together, len(self.members))
        if len(self.apart_why) != len(self.apart) or set(self.apart_why) - {BAN, MET}:
            raise InputError(
                f"{len(self.apart)} pairs are kept apart, with {len(self.apart_why)} reasons.",
                cure=f"Give each pair one reason, '{BAN}' or '{MET}'.",
            )

    def to_json(self) -> str:
        return record.dump(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError where the text is not a problem, InputError where it is a wrong one."""
        return record.load(cls, text)


@dataclass(frozen=True, slots=True)
class Cohort:
    """``members`` are indices, ascending. ``hour`` is None, to be agreed, only where no member gave
    hours and no facilitators are given. An empty ``topic``: no member has any; an empty
    ``facilitator``: none are given."""

    members: tuple[int, ...]
    hour: int | None
    topic: str = ""
    facilitator: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    """What was chosen; everybody else is on the ``waitlist`` as (member, reason).

    Placing the most members comes first, then ``objective``, the sum of the cohorts' values in
    hundredths of a point. ``placed_bound``: no plan places more. ``bound``: no plan that places
    ``placed`` members is worth more; ``gap`` is between the two. ``status`` is optimal only where
    both are met. ``baselines``: what simpler ways give under the same rules. ``cut_short``: the clock or
    the caller ended the search before its planned work was done, so that another run may differ.
    """

    cohorts: tuple[Cohort, ...]
    waitlist: tuple[tuple[int, str], ...]
    objective: int
    bound: int
    placed: int
    placed_bound: int
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


def _check_named(what: str, given: Iterable[tuple[str, tuple[int, ...]]]) -> None:
    seen: set[str] = set()
    for name, hours in given:
        if not name or name in seen:
            raise InputError(f"The {what} id '{name}' is empty or there twice.", cure="Give each its own id.")
        seen.add(name)
        if len(set(hours)) < len(hours) or any(
            type(hour) is not int or not 0 <= hour < HOURS_A_WEEK for hour in hours
        ):
            raise InputError(
                f"The hours of {what} '{name}' hold one twice or one outside the week.",
                cure=f"Hours are whole numbers from 0 to {HOURS_A_WEEK - 1}, each once.",
            )


def _check_pairs(what: str, pairs: Iterable[tuple[int, int]], members: int) -> None:
    seen: set[tuple[int, int]] = set()
    for pair in pairs:
        i, j = pair
        if type(i) is not int or type(j) is not int or not 0 <= i < j < members:
            raise InputError(
                f"The {what} of members {i!r} and {j!r} cannot be: there are {members} members.",
                cure=f"Name two members from 0 to {members - 1}, the smaller index first.",
            )
        if pair in seen:
            raise InputError(f"The {what} of members {i} and {j} is given twice.", cure="Give it once.")
        seen.add(pair)

"""What is said of a plan beside the plan itself, in the same words for pairs, cohorts and visits.

Members are named by their index in the problem. Objectives are in the units of each solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a simpler way gives under the same rules: ``name`` is "greedy" or "random"."""

    name: str
    placed: int
    objective: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the aims of a plan, in the order in which they count: what was reached, the best that is
    possible as far as proven, and what holding to it costs the total (``price``); None where that was not
    asked for or not found out."""

    name: str
    reached: int
    bound: int
    price: int | None = None


class ChangeKind(StrEnum):
    PIN = "pin"
    BAN = "ban"
    MOVE = "move"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a plan by hand.

    ``pin`` and ``ban``: members ``one`` and ``other`` meet, or do not. ``swap``: they change places.
    ``move``: ``one`` goes to ``to``, -1 for the waitlist; what ``to`` is, each structure's ``adjust`` says.
    """

    kind: ChangeKind
    one: int
    other: int = -1
    to: int = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change does. ``broken``: a sentence for each rule that the plan then breaks and did not
    before; where it is empty the change can be made. ``worst`` is what the worst-off placed member gains,
    None where nobody is placed. Each ``_change`` is against the plan as it was."""

    broken: tuple[str, ...]
    placed: int
    placed_change: int
    objective: int
    objective_change: int
    worst: int | None
    worst_change: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A member whose place a repair changed: those it was to meet before, and those it meets now."""

    member: int
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A repair that was solved and not taken: with so many ``changes`` it places so many, at that
    objective."""

    changes: int
    placed: int
    objective: int

"""What a reader is shown of a term, in plain words: the one thing that exports are made from.

The workflow fills these values; nothing here knows a solver or a database. A text that is
confidential has already been replaced by the workflow when it reaches this file.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.outcome import Baseline, Stage


@dataclass(frozen=True, slots=True)
class Person:
    """A member as shown: ``place`` is such as "rural, KS"; ``kind`` the organization's type."""

    id: str
    name: str
    role: str
    organization: str
    kind: str
    state: str
    place: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that earned a match: who wrote it, challenge or practice, and its words."""

    member: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: points 0 to 1000, and the share of the total it made. ``side`` is "A" or "B"
    where it is help for one of the pair, whom ``name`` names."""

    name: str
    points: int
    weighed: int
    side: str = ""


@dataclass(frozen=True, slots=True)
class PairView:
    """``state`` says how the proposal stands, as in "published, 1 of 2 accepted"."""

    a: Person
    b: Person
    affinity: int
    parts: tuple[Part, ...]
    reasons: tuple[str, ...]
    quotes: tuple[Quote, ...]
    when: str
    facilitator: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class CohortView:
    """``value`` is each member's mean affinity to the others, averaged over the cohort (0 to 1000);
    ``practices`` are names of members who bring a practice on the topic. Where a term has several sessions,
    numbers go on from one to the next. ``state`` as of a pair."""

    number: int
    topic: str
    members: tuple[Person, ...]
    when: str
    local_times: tuple[str, ...]
    facilitator: str
    value: int
    practices: tuple[str, ...]
    quotes: tuple[Quote, ...]
    session: int = 1
    reasons: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class VisitView:
    """``kilometres`` of each visitor, None where a place is unknown; ``seats`` of the host; ``date`` such as
    "2026-10-06", empty where only the weekday is settled; ``state`` as of a pair."""

    number: int
    host: Person
    weekday: str
    seats: int
    visitors: tuple[Person, ...]
    kilometres: tuple[int | None, ...]
    help: tuple[int, ...]
    topic: str
    quotes: tuple[Quote, ...]
    reasons: tuple[str, ...] = ()
    date: str = ""
    state: str = ""

    @property
    def day(self) -> str:
        """``"Tuesday, 2026-10-06"``, or the weekday alone."""
        return f"{self.weekday}, {self.date}" if self.date else self.weekday


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody without a place in a structure, and why."""

    structure: str
    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic. ``colour`` is its own for good, from 0. ``named_by`` says who gave it its label: words, area
    (of the taxonomy), seed or staff. ``emerging`` says in words how it is new or has grown, or is empty.
    ``periods`` counts its statements in each period of the whole view."""

    id: str
    label: str
    keywords: tuple[str, ...]
    size: int
    challenges: int
    practices: int
    states: int
    examples: tuple[Quote, ...]
    colour: int = 0
    area: str = ""
    named_by: str = "words"
    locked: bool = False
    emerging: str = ""
    periods: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened to a topic: the day, the topic as it was called by then, and a sentence. ``kind`` is
    appeared, grew, shrank, split, merged or died; sizes are in statements."""

    on: str
    topic: str
    label: str
    kind: str
    text: str
    before: int
    after: int
    emerging: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A statement on the map: coordinates without a unit; ``text`` is withheld where it is confidential."""

    x: float
    y: float
    topic: str
    kind: str
    member: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How good a plan is: ``placed`` of ``wanting``, the total against its proven bound.

    ``placed_bound``: no plan places more; None where placing the most is not what comes first.
    ``stages`` are the aims in the order in which they count, where there are more than these two;
    ``baselines`` what simpler ways give under the same rules. ``cut_short``: the clock, or somebody,
    ended the search early. ``by_hand`` says in sentences what staff changed. Totals in points.
    """

    structure: str
    status: str
    placed: int
    wanting: int
    objective: int
    bound: int
    gap: float
    seconds: float
    note: str = ""
    placed_bound: int | None = None
    stages: tuple[Stage, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    cut_short: bool = False
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AsideView:
    """A statement that a person should look at before it takes part, and why. ``found_by`` is "import"
    or, where it can be brought back with a command, "topics"."""

    person: Person
    kind: str
    text: str
    reason: str
    id: str = ""
    found_by: str = "import"


@dataclass(frozen=True, slots=True)
class TermView:
    """A term. ``periods`` are those in which statements were handed in, oldest first; ``events`` is what
    happened to topics, the latest first."""

    network: str
    term: str
    made_on: str
    members: int
    organizations: int
    states: int
    statements: int
    pairs: tuple[PairView, ...]
    cohorts: tuple[CohortView, ...]
    visits: tuple[VisitView, ...]
    left: tuple[Left, ...]
    topics: tuple[TopicView, ...]
    points: tuple[Point, ...]
    proofs: tuple[Proof, ...]
    aside: tuple[AsideView, ...]
    periods: tuple[str, ...] = ()
    events: tuple[EventView, ...] = ()

"""What the store keeps beside the words of the domain: runs, and the log of imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.optimize import Limits
from matcher.topics.history import Lineage


class RunKind(StrEnum):
    TOPICS = "topics"
    PAIRS = "pairs"
    COHORTS = "cohorts"
    VISITS = "visits"


class Way(StrEnum):
    """How a plan came about."""

    FORMED = "formed"
    ADJUSTED = "adjusted"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What staff decided by hand for a term's pairs, cohorts or visits, by members' ids. It holds in every
    later run of the same kind for the term. In a pin or ban of visits the visitor comes first.
    ``without`` are members who dropped out of it."""

    pins: tuple[tuple[str, str], ...] = ()
    bans: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run comes from: the run ``of`` that it changed, ``by`` whom, what was ``done`` in a sentence,
    and the ``decisions`` in force. Cohorts of a term can have several sessions, formed at once: ``session``
    counts from 1; one that was formed ``of`` a run was taken over as it was. ``given`` is what a replay needs
    beside the problem, as JSON text, and ``limits`` are those that it was solved with: None where nothing was
    solved, and in runs that are older than their keeping."""

    way: Way = Way.FORMED
    session: int = 1
    of: int | None = None
    by: str = ""
    done: str = ""
    given: str = ""
    decisions: Decisions = Decisions()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run without its problem and solution, which can be megabytes.

    ``term`` is a term's name, or None where the run belongs to none. ``created`` is in UTC.
    ``versions`` is JSON text. ``input_hash`` is the sha256 of the problem's JSON text.
    ``objective`` and ``bound`` are None where nothing was optimised. ``seconds`` of wall clock.
    """

    id: int
    kind: RunKind
    term: str | None
    created: datetime
    seed: int
    versions: str
    input_hash: str
    status: str
    objective: int | None
    bound: int | None
    seconds: float
    origin: Origin


@dataclass(frozen=True, slots=True)
class Run(RunSummary):
    """A run that can be replayed: ``problem`` and ``solution`` are JSON text."""

    problem: str
    solution: str


@dataclass(frozen=True, slots=True)
class TopicChanges:
    """What one run of topics changed: when it was made (UTC), its ``status``, the ``lineage`` against the
    run before it, and the label of each topic that the lineage names, as it was last called by then."""

    run_id: int
    created: datetime
    status: str
    lineage: tuple[Lineage, ...]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Import:
    """An imported file: its name, the sha256 of its bytes, when (UTC), and what it brought."""

    file_name: str
    sha256: str
    imported: datetime
    counts: dict[str, int]

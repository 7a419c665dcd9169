"""What the store keeps beside the words of the domain: runs, and the log of imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.topics.history import Lineage


class RunKind(StrEnum):
    TOPICS = "topics"
    PAIRS = "pairs"
    COHORTS = "cohorts"
    VISITS = "visits"


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

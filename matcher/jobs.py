"""Work that the service does behind a page: a row that outlives the process that works on it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    """Queued and running jobs are open; the others have ended, and stay as they are."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


#: A job in one of these states is never worked on again.
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """``kind`` is what is solved ("pairs"), ``request`` what was asked for beside it, as JSON values.

    ``claimed_by`` is the worker that has it, until ``lease_until``; ``attempts`` counts how often it was
    begun. ``stage`` and ``share`` (0 to 1) say how far it is, ``value`` and ``bound`` the best plan so far
    and what no plan can pass. ``cancel`` is whether somebody asked to end it. ``run_ids`` are what it left,
    ``error`` and ``cure`` why it left nothing. Times are in UTC.
    """

    id: int
    kind: str
    term: str
    request: Mapping[str, object]
    state: JobState
    actor: str
    created: datetime
    claimed_by: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    stage: str = ""
    share: float = 0.0
    value: int | None = None
    bound: int | None = None
    cancel: bool = False
    run_ids: tuple[int, ...] = ()
    error: str = ""
    cure: str = ""
    finished: datetime | None = None

"""What the tests of the worker share: a network with a job, and waiting for something to become so."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.domain import (
    ExchangeStatus,
    Member,
    Organization,
    OrganizationType,
    Statement,
    StatementKind,
    Term,
)
from matcher.jobs import Job
from matcher.workflow import jobs
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

FALL = Term("2026-27 fall", date(2026, 9, 14))
SUBJECTS = ("bus drivers", "reading coaches", "attendance letters", "math tutors")
#: Enough for four pairs.
MEMBERS = 8
SETTINGS = """
[pairs]
threshold = 0
"""
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store holds: jobs, the latest first, the numbers of runs, and how many drafts there are."""

    jobs: tuple[Job, ...]
    runs: tuple[int, ...]
    drafts: int


def make(folder: Path, count: int = 1) -> list[int]:
    """A network of members on four subjects, with so many jobs of pairs; their numbers."""
    create(folder)
    (folder / "matcher.toml").write_text(SETTINGS, encoding="utf-8")
    with opened(folder) as workspace:
        with workspace.store.write() as writing:
            several = range(MEMBERS)
            writing.put_organizations(
                [Organization(f"o{i}", f"District {i}", OrganizationType.DISTRICT, "KS") for i in several]
            )
            writing.put_members([Member(f"m{i}", f"Person {i}", f"o{i}") for i in several])
            writing.put_statements(
                [Statement(f"c{i}", f"m{i}", StatementKind.CHALLENGE, SUBJECTS[i % 4]) for i in several]
            )
        return [queued(workspace) for _ in range(count)]


def queued(workspace: Workspace) -> int:
    return jobs.queue(workspace, "pairs", FALL.name, {"start": FALL.start.isoformat()})


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    with open_workspace(folder, WordsEmbedder()) as workspace:
        yield workspace


def kept(folder: Path) -> Kept:
    with opened(folder) as workspace:
        return kept_in(workspace)


def kept_in(workspace: Workspace) -> Kept:
    with workspace.store.read() as reading:
        drafts = sum(each.status is ExchangeStatus.PROPOSED for each in reading.exchanges())
        return Kept(reading.jobs(), tuple(sorted(run.id for run in reading.runs())), drafts)


def states(folder: Path) -> list[str]:
    """The states of the jobs, as often asked as one likes."""
    with closing(sqlite3.connect(folder / "network.db", timeout=PATIENCE)) as database:
        return [state for (state,) in database.execute("SELECT state FROM job ORDER BY id")]


def stage(folder: Path) -> str:
    """What is done of the only job."""
    with closing(sqlite3.connect(folder / "network.db", timeout=PATIENCE)) as database:
        ((found,),) = database.execute("SELECT stage FROM job")
    return str(found)


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until something is so. What never becomes so is a failure, not a matter of speed."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.03)

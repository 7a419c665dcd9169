"""What the tests of the worker share: a network with a job, and waiting for something to become so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from matcher.store import open_store
from matcher.workflow import jobs, workspace
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
    with opened(folder) as made:
        with made.store.write() as writing:
            several = range(MEMBERS)
            writing.put_organizations(
                [Organization(f"o{i}", f"District {i}", OrganizationType.DISTRICT, "KS") for i in several]
            )
            writing.put_members([Member(f"m{i}", f"Person {i}", f"o{i}") for i in several])
            writing.put_statements(
                [Statement(f"c{i}", f"m{i}", StatementKind.CHALLENGE, SUBJECTS[i % 4]) for i in several]
            )
        return [queued(made) for _ in range(count)]


def queued(network: Workspace) -> int:
    return jobs.queue(network, "pairs", FALL.name, {"start": FALL.start.isoformat()})


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    with open_workspace(folder, WordsEmbedder()) as network:
        yield network


def kept(folder: Path) -> Kept:
    with opened(folder) as network:
        return kept_in(network)


def kept_in(network: Workspace) -> Kept:
    with network.store.read() as reading:
        drafts = sum(each.status is ExchangeStatus.PROPOSED for each in reading.exchanges())
        return Kept(reading.jobs(), tuple(sorted(run.id for run in reading.runs())), drafts)


def states(folder: Path) -> list[str]:
    """The states of the jobs, as often asked as one likes."""
    return [job.state.value for job in reversed(_jobs(folder))]


def stage(folder: Path) -> str:
    """What is done of the only job."""
    (job,) = _jobs(folder)
    return job.stage


def _jobs(folder: Path) -> tuple[Job, ...]:
    with open_store(workspace.database(folder)) as store, store.read() as reading:
        return reading.jobs()


def environment(folder: Path) -> dict[str, str]:
    """That of a program that is to work on the folder's network; of what is set for this one, nothing."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    place = workspace.database(folder)
    return {**given, "MATCHER_DATABASE": place} if "://" in place else given


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until something is so. What never becomes so is a failure, not a matter of speed."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.03)

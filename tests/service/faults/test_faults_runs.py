"""What becomes of a job where a process dies in the middle of its solve, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
import small_worker

from build_jobs import SETTINGS, Kept, environment, kept, make, opened, stage, states, until
from matcher.audit import broken
from matcher.jobs import JobState
from matcher.store import Reading
from matcher.workflow import jobs


class Started:
    """Workers on one network, which are ended with the test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack

    def worker(self, child: str = "words_child", lease: float = 1.0) -> subprocess.Popen[bytes]:
        command = [sys.executable, small_worker.__file__, child, str(lease), str(self.folder)]
        begun = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment(self.folder))
        process = self._stack.enter_context(begun)
        self._stack.callback(process.kill)
        return process

    def children(self) -> list[int]:
        path = self.folder / "child"
        return [int(line.split()[0]) for line in path.read_text().splitlines()] if path.exists() else []

    def solving(self, count: int = 1) -> int:
        """The number of the process that solves, once so many were begun and the last is in the middle."""
        until(lambda: len(self.children()) == count, f"{count} children")
        until(lambda: stage(self.folder) == "searching", "a solve")
        return self.children()[-1]

    def ended(self) -> Kept:
        """What there is once the job has ended; the store is whole."""
        until(lambda: not {"queued", "running"} & {*states(self.folder)}, "its end")
        with opened(self.folder) as workspace, workspace.store.read() as reading:
            assert broken(sorted(reading.audit(), key=lambda each: each.id)) is None
        return kept(self.folder)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    make(tmp_path)
    (tmp_path / "slow").touch()
    with ExitStack() as stack:
        yield Started(tmp_path, stack)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_child_that_is_killed_is_begun_again_and_its_plan_is_kept_once(started: Started) -> None:
    started.worker()
    os.kill(started.solving(), signal.SIGKILL)
    started.solving(2)
    assert kept(started.folder).runs == ()
    (started.folder / "go").touch()
    found = started.ended()
    (job,) = found.jobs
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert (found.runs, found.drafts) == (job.run_ids, 4)
    assert len(found.runs) == 1


def test_a_worker_that_is_killed_takes_its_child_along_and_another_goes_on(started: Started) -> None:
    first = started.worker()
    child = started.solving()
    first.kill()
    first.wait()
    until(lambda: gone(child), "the child's end")
    assert kept(started.folder).jobs[0].state is JobState.RUNNING  # nobody was there to say otherwise
    (started.folder / "go").touch()
    started.worker()
    found = started.ended()
    (job,) = found.jobs
    assert (job.state, job.attempts, found.runs, found.drafts) == (JobState.DONE, 2, job.run_ids, 4)


def test_a_solve_that_is_cancelled_keeps_its_plan(started: Started) -> None:
    started.worker()
    child = started.solving()
    with opened(started.folder) as workspace:
        jobs.cancel(workspace, 1)
    found = started.ended()
    (job,) = found.jobs
    assert (job.state, job.attempts, found.runs, found.drafts) == (JobState.CANCELLED, 1, job.run_ids, 4)
    assert len(found.runs) == 1
    until(lambda: gone(child), "the child's end")


def test_a_locked_database_costs_no_plan(started: Started) -> None:
    started.worker()
    started.solving()
    with opened(started.folder) as workspace, workspace.store.write() as other:
        (started.folder / "go").touch()
        # Longer than a writer waits, and than the lease lasts.
        until(lambda: lease_is_over(other), "the lease's end")
        assert other.job(1).state is JobState.RUNNING
    found = started.ended()
    (job,) = found.jobs
    assert (job.state, job.attempts, found.runs, found.drafts) == (JobState.DONE, 1, job.run_ids, 4)


def lease_is_over(reading: Reading) -> bool:
    until_then = reading.job(1).lease_until
    return until_then is not None and until_then < jobs.utc_now()


def test_one_that_takes_too_much_memory_fails_alone(started: Started) -> None:
    (started.folder / "greedy").touch()
    (started.folder / "matcher.toml").write_text(SETTINGS + "[service]\nmemory_mb = 1000\n")
    worker = started.worker()
    (job,) = started.ended().jobs
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error == "It takes more than the 1,000 MB of memory it is given."
    assert worker.poll() is None


def test_two_workers_never_have_one_job_at_the_same_time(tmp_path: Path) -> None:
    numbers = make(tmp_path, count=8)
    with ExitStack() as stack:
        both = Started(tmp_path, stack)
        for _ in range(2):
            both.worker("quick_child", lease=60.0)
        until(lambda: {*states(tmp_path)} == {"done"}, "eight ends")
    spans: dict[int, dict[str, int]] = {}
    for line in (tmp_path / "child").read_text().splitlines():
        number, word, when = line.split()
        assert word not in spans.setdefault(int(number), {}), f"job {number} {word} twice"
        spans[int(number)][word] = int(when)
    assert sorted(spans) == numbers
    assert {job.attempts for job in kept(tmp_path).jobs} == {1}
    assert len({job.claimed_by for job in kept(tmp_path).jobs}) == 2
    ordered = sorted(spans.values(), key=lambda span: span["begins"])
    assert any(later["begins"] < earlier["ends"] for earlier, later in pairwise(ordered))

"""The worker: what it does of a child that works, dies, does not end or is no longer wanted.

The worker is this process, its children are processes of their own: tiny ones, where it is not about a solve.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import service.worker
from build_jobs import kept, kept_in, make, opened, queued, states, until
from matcher.errors import MatcherError, NotFoundError
from matcher.jobs import Job, JobState
from matcher.workflow import jobs
from matcher.workflow.workspace import Workspace
from service.alarm import WAKE, Alarm
from service.child import LOST
from service.worker import Pace, work

QUICK = Pace(lease=20.0, beat=0.05, look=0.05, grace=0.2, last=5.0)
#: Children: the first says who it is in a file beside the network, and sleeps until it is told to end.
SLEEPS = "import os, sys, time; open(sys.argv[1] + '/child', 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
LEAVES = f"import sys; sys.exit({LOST})"
#: Ends where its standard input does, and says so.
LISTENS = (
    "import sys; open(sys.argv[1] + '/child', 'a').write('1\\n'); sys.stdin.read(); "
    "open(sys.argv[1] + '/closed', 'w')"
)


def program(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


def children(folder: Path) -> list[int]:
    path = folder / "child"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def meanwhile(do: Callable[[], object]) -> Iterator[None]:
    """Do something while the worker works in this thread, and then end it, as an operating system does."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            do()
        except BaseException as error:
            raised.append(error)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if raised:
        raise raised[0]


@pytest.fixture(autouse=True)
def terminable() -> Iterator[None]:
    """A worker that ended too early must not end the tests with it."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


def in_state(folder: Path, *wanted: JobState) -> Callable[[], bool]:
    return lambda: {*states(folder)} <= {*wanted}


def works(folder: Path, child: str, do: Callable[[], object], pace: Pace = QUICK) -> tuple[Job, ...]:
    """Work with such a child until ``do`` is done; the jobs as they are then."""
    with meanwhile(do):
        work(folder, pace, program(child))
    return kept(folder).jobs


def test_a_child_that_dies_is_begun_once_more(tmp_path: Path) -> None:
    make(tmp_path)
    (job,) = works(tmp_path, DIES, lambda: until(in_state(tmp_path, JobState.INTERRUPTED), "interrupted"))
    assert (job.attempts, job.run_ids) == (2, ())
    assert "ended 2 times" in job.error


def test_a_worker_that_is_to_end_gives_its_job_back(tmp_path: Path) -> None:
    make(tmp_path)
    (job,) = works(tmp_path, SLEEPS, lambda: until(lambda: bool(children(tmp_path)), "a child"))
    assert (job.state, job.attempts, job.claimed_by) == (JobState.QUEUED, 0, "")
    (pid,) = children(tmp_path)
    assert gone(pid)


def test_one_that_does_not_end_when_asked_is_ended(tmp_path: Path) -> None:
    (number,) = make(tmp_path)

    def cancel() -> None:
        until(lambda: bool(children(tmp_path)), "a child")
        with opened(tmp_path) as workspace:
            jobs.cancel(workspace, number)
        until(in_state(tmp_path, JobState.CANCELLED), "cancelled")

    (job,) = works(tmp_path, STUBBORN, cancel, replace(QUICK, last=0.1))
    assert (job.state, job.run_ids, job.error) == (JobState.CANCELLED, (), "")
    (pid,) = children(tmp_path)
    assert gone(pid)


def test_a_claim_is_renewed_as_long_as_the_child_lives(tmp_path: Path) -> None:
    make(tmp_path)
    ends = []

    def look() -> None:
        until(lambda: bool(children(tmp_path)), "a child")
        with opened(tmp_path) as workspace:
            for _ in range(2):
                (job,) = kept_in(workspace).jobs
                ends.append(job.lease_until)
                until(lambda: kept_in(workspace).jobs[0].lease_until != ends[-1], "a beat")

    works(tmp_path, SLEEPS, look)
    assert ends == sorted(set(ends))
    assert len(children(tmp_path)) == 1


def test_a_worker_whose_job_was_taken_over_ends_its_child(tmp_path: Path) -> None:
    (number,) = make(tmp_path)

    def take_over() -> None:
        until(lambda: bool(children(tmp_path)), "a child")
        with opened(tmp_path) as workspace:
            later = jobs.utc_now() + timedelta(seconds=1.1 * QUICK.lease)
            assert jobs.claim(workspace, "another", timedelta(seconds=QUICK.lease / 2), later) is not None
            (pid,) = children(tmp_path)
            until(lambda: gone(pid), "no child")

    (job,) = works(tmp_path, SLEEPS, take_over)
    assert (job.id, job.state, job.claimed_by) == (number, JobState.RUNNING, "another")
    assert len(children(tmp_path)) == 1


def test_what_a_child_kept_or_lost_is_left_to_it(tmp_path: Path) -> None:
    make(tmp_path)
    tried = []

    def look() -> None:
        with opened(tmp_path) as workspace:
            until(lambda: kept_in(workspace).jobs[0].attempts == 1, "an attempt")
            time.sleep(0.3)
            tried.append(kept_in(workspace).jobs[0])

    (job,) = works(tmp_path, LEAVES, look)
    assert tried == [job]
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)


def test_a_signal_makes_it_look_at_once(tmp_path: Path) -> None:
    make(tmp_path, count=0)

    def ask() -> None:
        with opened(tmp_path) as workspace:
            until(waiting.is_set, "the worker's sleep")
            queued(workspace)
            assert WAKE is not None
            os.kill(os.getpid(), WAKE)
            until(lambda: bool(children(tmp_path)), "a child")

    waiting = threading.Event()

    class Told(Alarm):
        def wait(self, seconds: float) -> None:
            waiting.set()
            super().wait(seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.worker, "Alarm", Told)
        works(tmp_path, SLEEPS, ask, replace(QUICK, look=600.0, beat=600.0))


def test_a_store_that_cannot_be_asked_ends_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    renew, claim = jobs.renew, jobs.claim
    failed: list[str] = []

    def failing(what: Callable[..., object], name: str) -> Callable[..., object]:
        def fail(*given: object) -> object:
            if failed.count(name) < 3:
                failed.append(name)
                raise MatcherError("The disk is full.")
            return what(*given)

        return fail

    monkeypatch.setattr(jobs, "claim", failing(claim, "claim"))
    monkeypatch.setattr(jobs, "renew", failing(renew, "renew"))
    works(tmp_path, SLEEPS, lambda: until(lambda: failed.count("renew") == 3, "three beats"))
    assert failed == ["claim"] * 3 + ["renew"] * 3
    assert len(children(tmp_path)) == 1


def test_a_child_ends_with_whoever_started_it(tmp_path: Path) -> None:
    make(tmp_path)

    class Broken(BaseException):
        pass

    def break_off(_workspace: Workspace, *_given: object) -> None:
        until(lambda: bool(children(tmp_path)), "a child")
        raise Broken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.worker, "_follow", break_off)
        with pytest.raises(Broken):
            work(tmp_path, QUICK, program(LISTENS))
    assert (tmp_path / "closed").exists()


def test_there_is_no_worker_without_a_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFoundError):
        work(tmp_path / "none")
    assert service.worker.main([str(tmp_path / "none")]) == 1
    assert "matcher init" in capsys.readouterr().err


def test_signals_are_as_they_were_afterwards() -> None:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGUSR1)
    before = [signal.getsignal(number) for number in numbers]
    with Alarm() as alarm:
        os.kill(os.getpid(), signal.SIGUSR1)
        alarm.wait(600.0)
        assert not alarm.ending
        os.kill(os.getpid(), signal.SIGTERM)
        alarm.wait(600.0)
        assert alarm.ending
    assert [signal.getsignal(number) for number in numbers] == before

"""Jobs: what is queued, who has one, what it says of itself, and that its end and its plan are one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from build_network import FALL, tiny
from matcher.audit import broken
from matcher.domain import ExchangeStatus
from matcher.errors import ConflictError, InfeasibleError, InputError, MatcherError, NotFoundError
from matcher.jobs import Job, JobState
from matcher.store import RunKind, Store, connect
from matcher.store.joined import Joined
from matcher.store.patient import Patient
from matcher.watch import Watch
from matcher.workflow import jobs, keeping, term
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
START = {"start": FALL.start.isoformat()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A network that is copied for each test; it is closed."""
    with tiny(tmp_path_factory.mktemp("made")) as opened:
        return opened


@pytest.fixture
def workspace(made: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    copy = shutil.copytree(made.folder, tmp_path / "network")
    with open_workspace(copy, WordsEmbedder()) as opened:
        yield replace(opened, settings=made.settings, store=opened.store.acting_as("fay"))


def queued(workspace: Workspace, kind: str = "pairs", **request: object) -> int:
    return jobs.queue(workspace, kind, FALL.name, {**START, **request}, now=NOW)


def claimed(workspace: Workspace, worker: str = "w1", now: datetime = NOW) -> Job:
    job = jobs.claim(workspace, worker, LEASE, now)
    assert job is not None
    return job


def job_of(workspace: Workspace, number: int) -> Job:
    return jobs.progress(workspace, number, now=NOW).job


def runs_of(workspace: Workspace) -> list[int]:
    with workspace.store.read() as reading:
        return [run.id for run in reading.runs()]


def proposed(workspace: Workspace) -> int:
    with workspace.store.read() as reading:
        return sum(each.status is ExchangeStatus.PROPOSED for each in reading.exchanges())


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(term, "form_pairs", fail)


def test_a_job_is_done_in_the_name_of_who_asked(workspace: Workspace) -> None:
    number = queued(workspace)
    assert job_of(workspace, number).state is JobState.QUEUED
    worker = replace(workspace, store=workspace.store.acting_as("worker"))
    jobs.run_job(worker, claimed(worker), "w1", lambda: NOW + LEASE)
    job = job_of(workspace, number)
    assert (job.state, job.actor, job.attempts, job.error) == (JobState.DONE, "fay", 1, "")
    assert job.finished == NOW + LEASE
    assert list(job.run_ids) == runs_of(workspace)
    (run,) = keeping.current(workspace, RunKind.PAIRS, FALL)
    assert (job.stage, job.share, job.value, job.bound) == ("kept", 1.0, run.objective, run.bound)
    assert proposed(workspace) == 6
    with workspace.store.read() as reading:
        entries = reading.audit()
    kept = [each for each in entries if any(done.what == "done job" for done in each.done)]
    assert [each.actor for each in kept] == ["fay"]
    # The plan, its proposals and the job's end are one transaction.
    assert {"add run of pairs", "put exchange"} <= {done.what for done in kept[0].done}
    assert broken(sorted(entries, key=lambda each: each.id)) is None


@pytest.mark.parametrize("kind", ["cohorts", "visits"])
def test_every_kind_is_formed(workspace: Workspace, kind: str) -> None:
    number = queued(workspace, kind)
    jobs.run_job(workspace, claimed(workspace), "w1")
    job = job_of(workspace, number)
    assert job.state is JobState.DONE
    (run,) = keeping.current(workspace, RunKind(kind), FALL)
    assert job.run_ids == (run.id,)


def test_what_is_asked_for_is_done(workspace: Workspace) -> None:
    number = queued(workspace, pins=[["Person 2", "p3@district3.example"]], afresh=True)
    assert job_of(workspace, number).request == START | {"afresh": True, "pins": [["m2", "m3"]]}
    jobs.run_job(workspace, claimed(workspace), "w1")
    (run,) = keeping.current(workspace, RunKind.PAIRS, FALL)
    assert run.origin.decisions.pins == (("m2", "m3"),)


@pytest.mark.parametrize(
    ("kind", "request_", "message"),
    [
        ("topics", {}, "no such thing to form: 'topics'"),
        ("pairs", {"speed": 3}, "'speed' cannot be asked for"),
        ("pairs", {"afresh": "yes"}, "'afresh' is either"),
        ("pairs", {"start": "tomorrow"}, "'start' is no date"),
        ("pairs", {"pins": [["m1"]]}, "'pins' are twos"),
        ("pairs", {"pins": "m1 m2"}, "'pins' are twos"),
        ("cohorts", {"pins": [["m1", "m2"]]}, "'pins' are twos"),
        ("pairs", {"pins": [["m1", "nobody"]]}, "no member 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_not_queued(
    workspace: Workspace, kind: str, request_: dict[str, object], message: str
) -> None:
    with pytest.raises((InputError, NotFoundError), match=message):
        jobs.queue(workspace, kind, FALL.name, START | request_)
    assert jobs.jobs(workspace) == ()


def test_a_term_that_is_not_there_needs_a_start(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no term"):
        jobs.queue(workspace, "pairs", "someday")


def test_a_job_is_queued_with_what_its_caller_writes_or_not_at_all(workspace: Workspace) -> None:
    def ask() -> None:
        with workspace.store.write() as writing:
            queued(replace(workspace, store=Joined(writing, workspace.store.actor)))
            raise InputError("and then something else was wrong")

    with pytest.raises(InputError, match="something else"):
        ask()
    assert jobs.jobs(workspace) == ()


def test_what_a_user_can_mend_becomes_error_and_cure(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_with(monkeypatch, InfeasibleError("Two rules clash.", cure="Drop one."))
    number = queued(workspace)
    jobs.run_job(workspace, claimed(workspace), "w1")
    job = job_of(workspace, number)
    assert (job.state, job.error, job.cure) == (JobState.FAILED, "Two rules clash.", "Drop one.")
    assert (job.run_ids, runs_of(workspace)) == ((), [])


def test_of_a_bug_only_its_kind_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails_with(monkeypatch, KeyError("Person 7 of District 7"))
    number = queued(workspace)
    jobs.run_job(workspace, claimed(workspace), "w1")
    job = job_of(workspace, number)
    assert (job.state, job.error) == (JobState.FAILED, "This is a bug in matcher (KeyError).")
    assert "KeyError in fail, line" in caplog.text
    assert "Person 7" not in caplog.text


def test_memory_that_is_not_enough_is_no_bug(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, MemoryError())
    number = queued(workspace)
    jobs.run_job(workspace, claimed(workspace), "w1")
    job = job_of(workspace, number)
    assert job.error == "It takes more than the 4,000 MB of memory it is given."
    assert "service.memory_mb" in job.cure


def test_who_lost_the_job_keeps_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    number = queued(workspace)
    first = claimed(workspace)
    form = term.form_pairs

    def overtaken(*given: Any, **options: Any) -> Any:
        claimed(workspace, "w2", NOW + 2 * LEASE)
        return form(*given, **options)

    monkeypatch.setattr(term, "form_pairs", overtaken)
    with pytest.raises(ConflictError, match="no longer this worker's"):
        jobs.run_job(workspace, first, "w1")
    assert (runs_of(workspace), proposed(workspace)) == ([], 0)
    job = job_of(workspace, number)
    assert (job.state, job.claimed_by, job.attempts) == (JobState.RUNNING, "w2", 2)


def until_stopped(workspace: Workspace, watch: Watch) -> None:
    """What a solve does that has a plan and seeks a better one."""
    for value in range(1, 2000):
        watch.tell("searching", 0.5, value=value, bound=4000)
        if watch.stopped():
            return
        threading.Event().wait(0.01)
    raise AssertionError("nobody stopped it")


def test_a_job_that_is_cancelled_keeps_its_best_plan(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TELL_SECONDS", 0.05)
    number = queued(workspace)
    job = claimed(workspace)
    form = term.form_pairs
    seen: list[jobs.Progress] = []

    def search(given: Workspace, when: Any, progress: Any, watch: Watch, **options: Any) -> Any:
        asker = threading.Thread(target=ask)
        asker.start()
        until_stopped(given, watch)
        asker.join()
        return form(given, when, progress, watch, **options)

    def ask() -> None:
        while not seen or not seen[-1].best:
            seen.append(jobs.progress(workspace, number))
        assert jobs.cancel(workspace, number).state is JobState.RUNNING

    monkeypatch.setattr(term, "form_pairs", search)
    jobs.run_job(workspace, job, "w1")
    ended = job_of(workspace, number)
    assert ended.state is JobState.CANCELLED
    assert list(ended.run_ids) == runs_of(workspace) != []
    assert proposed(workspace) == 6
    last = seen[-1]
    assert (last.job.stage, last.job.share, last.bound) == ("searching", 0.5, 4000)
    assert last.best is not None
    assert last.gap == (4000 - last.best) / 4000


def test_a_job_that_was_cancelled_before_it_had_a_plan_has_no_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queued(workspace)
    job = claimed(workspace)
    jobs.cancel(workspace, number)
    fails_with(monkeypatch, MatcherError("Out of time."))
    jobs.run_job(workspace, job, "w1")
    ended = job_of(workspace, number)
    assert (ended.state, ended.error, ended.run_ids) == (JobState.CANCELLED, "", ())


def test_a_queued_job_is_cancelled_at_once_and_only_once(workspace: Workspace) -> None:
    number = queued(workspace)
    assert jobs.cancel(workspace, number).state is JobState.CANCELLED
    assert jobs.claim(workspace, "w1", LEASE, NOW) is None
    with pytest.raises(ConflictError, match=f"Job {number} is cancelled already"):
        jobs.cancel(workspace, number)
    with pytest.raises(NotFoundError, match="no job 99"):
        jobs.cancel(workspace, 99)


def test_progress_of_cohorts_is_in_points(workspace: Workspace) -> None:
    number = queued(workspace, "cohorts")
    claimed(workspace)
    with workspace.store.write() as writing:
        assert writing.renew_job(number, "w1", NOW + LEASE, "searching", 0.25, 150_000, 200_000)
    found = jobs.progress(workspace, number, now=NOW + timedelta(seconds=90))
    assert (found.best, found.bound, found.gap, found.seconds) == (1500, 2000, 0.25, 90.0)


def test_the_oldest_comes_first_and_each_is_one_worker_s(workspace: Workspace) -> None:
    numbers = [queued(workspace), queued(workspace, "cohorts")]
    assert [claimed(workspace, name).id for name in ("w1", "w2")] == numbers
    assert jobs.claim(workspace, "w3", LEASE, NOW) is None
    assert jobs.job_of(workspace, numbers[0], "w1").kind == "pairs"
    with pytest.raises(ConflictError, match="no longer this worker's"):
        jobs.job_of(workspace, numbers[0], "w2")


def test_a_lease_that_is_renewed_does_not_end(workspace: Workspace) -> None:
    number = queued(workspace)
    claimed(workspace)
    renewed = jobs.renew(workspace, number, "w1", LEASE, NOW + LEASE)
    assert renewed is not None
    assert not renewed.cancel
    assert jobs.claim(workspace, "w2", LEASE, NOW + 1.5 * LEASE) is None
    assert claimed(workspace, "w2", NOW + 3 * LEASE).attempts == 2
    assert jobs.renew(workspace, number, "w1", LEASE, NOW + 3 * LEASE) is None


def test_a_job_is_begun_twice_and_no_more(workspace: Workspace) -> None:
    number = queued(workspace)
    for attempt in (1, 2):
        assert claimed(workspace).attempts == attempt
        assert jobs.give_back(workspace, number, "w1", NOW, died=True)
    job = job_of(workspace, number)
    assert (job.state, job.error) == (JobState.INTERRUPTED, "The process that worked on it ended 2 times.")
    assert jobs.claim(workspace, "w1", LEASE, NOW) is None
    assert not jobs.give_back(workspace, number, "w1", NOW, died=True)


def test_workers_that_fall_silent_count_as_well(workspace: Workspace) -> None:
    number = queued(workspace)
    for attempt in range(2):
        claimed(workspace, f"w{attempt}", NOW + 2 * attempt * LEASE)
    assert jobs.claim(workspace, "w3", LEASE, NOW + 5 * LEASE) is None
    assert job_of(workspace, number).state is JobState.INTERRUPTED


def test_a_worker_that_is_ended_in_order_costs_no_attempt(workspace: Workspace) -> None:
    number = queued(workspace)
    for _ in range(4):
        assert claimed(workspace).attempts == 1
        assert jobs.give_back(workspace, number, "w1", NOW, died=False)
    assert job_of(workspace, number).state is JobState.QUEUED


@pytest.mark.parametrize("died", [True, False])
def test_what_was_to_end_is_not_begun_again(workspace: Workspace, died: bool) -> None:
    number = queued(workspace)
    claimed(workspace)
    jobs.cancel(workspace, number)
    assert jobs.give_back(workspace, number, "w1", NOW, died=died)
    assert job_of(workspace, number).state is JobState.CANCELLED


def test_a_clock_that_jumps_forth_gives_the_job_to_one_alone(workspace: Workspace) -> None:
    number = queued(workspace)
    claimed(workspace)
    later = NOW + timedelta(days=1)
    assert claimed(workspace, "w2", later).id == number
    assert jobs.renew(workspace, number, "w1", LEASE, later) is None
    assert jobs.claim(workspace, "w3", LEASE, later) is None


def test_a_clock_that_jumps_back_holds_no_job_for_a_day(workspace: Workspace) -> None:
    number = queued(workspace)
    claimed(workspace, "w1", NOW + timedelta(days=1))
    assert claimed(workspace, "w2", NOW).id == number
    # A little is not a jump: two machines are never of one mind.
    assert jobs.claim(workspace, "w3", LEASE, NOW - timedelta(seconds=20)) is None


def test_a_plan_that_is_ready_waits_for_other_writers(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.05)
    with tiny_store(workspace) as store:
        patient = Patient(store, 30.0).acting_as("fay")
        assert (patient.actor, store.actor) == ("fay", "command line")
        begun = threading.Event()

        def write() -> None:
            with workspace.store.write():
                begun.set()
                threading.Event().wait(0.5)

        other = threading.Thread(target=write)
        other.start()
        begun.wait()
        with pytest.raises(ConflictError, match="Somebody else is writing"), store.write():
            raise AssertionError("two writers")
        with patient.write() as writing:
            writing.put_terms([FALL])
        other.join()
        with pytest.raises(ConflictError, match="raised inside"), patient.write():
            raise ConflictError("raised inside")
        with store.read() as reading:
            assert reading.terms() == (FALL,)


def tiny_store(workspace: Workspace) -> Store:
    from matcher.store import open_store
    from matcher.workflow.workspace import database

    return open_store(database(workspace.folder))

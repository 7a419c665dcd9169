"""The queue of jobs, on every database: one worker at a time, and nothing that is begun for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from build_served import HOUR, NOON
from build_store import filled, write
from matcher.audit import broken
from matcher.errors import ConflictError, NotFoundError
from matcher.jobs import Job, JobState
from matcher.store import Store, Writing

REQUEST = {"pins": [["m-1", "m-2"]], "afresh": False}


def queued(store: Store, count: int = 1) -> list[int]:
    with store.write() as writing:
        return [writing.add_job("pairs", "Fall 2025", REQUEST, "a-1", NOON) for _ in range(count)]


def claimed(store: Store, worker: str = "w-1", hours: int = 0) -> Job | None:
    now = NOON + hours * HOUR
    with store.write() as writing:
        return writing.claim_job(worker, now, now + HOUR)


def test_a_job_is_kept_as_it_was_asked_for(store: Store) -> None:
    first, second = queued(store, 2)
    with store.read() as reading:
        assert reading.job(first) == Job(
            first, "pairs", "Fall 2025", REQUEST, JobState.QUEUED, "a-1", NOON, finished=None
        )
        assert [each.id for each in reading.jobs()] == [second, first]
        assert [each.id for each in reading.jobs(1)] == [second]
        assert [each.id for each in reading.jobs(1, second)] == [first]
        assert reading.jobs(1, first) == ()
        with pytest.raises(NotFoundError, match="no job 99"):
            reading.job(99)


def test_the_oldest_is_claimed_once(store: Store) -> None:
    first, second = queued(store, 2)
    job = claimed(store)
    assert job is not None
    assert (job.id, job.state, job.claimed_by, job.attempts) == (first, JobState.RUNNING, "w-1", 1)
    assert job.lease_until == NOON + HOUR
    other = claimed(store, "w-2")
    assert other is not None
    assert other.id == second
    assert claimed(store, "w-3") is None


def test_progress_is_kept_while_the_job_is_the_worker_s(store: Store) -> None:
    (number,) = queued(store)
    claimed(store)
    with store.write() as writing:
        assert writing.renew_job(number, "w-1", NOON + 2 * HOUR, "improving", 0.5, 12, 15)
        assert not writing.renew_job(number, "w-2", NOON + 9 * HOUR, "", 0.0, None, None)
    assert claimed(store, "w-2", hours=1) is None, "the lease was renewed"
    with store.read() as reading:
        job = reading.job(number)
    assert (job.stage, job.share, job.value, job.bound) == ("improving", 0.5, 12, 15)
    assert job.lease_until == NOON + 2 * HOUR


def test_a_job_whose_worker_fell_silent_is_begun_once_more_and_then_given_up(store: Store) -> None:
    (number,) = queued(store)
    claimed(store)
    with store.write() as writing:
        writing.renew_job(number, "w-1", NOON + HOUR, "improving", 0.5, 12, 15)
    job = claimed(store, "w-2", hours=2)
    assert job is not None
    assert (job.claimed_by, job.attempts, job.stage, job.value) == ("w-2", 2, "", None)
    with store.write() as writing:
        assert not writing.renew_job(number, "w-1", NOON + 9 * HOUR, "", 0.0, None, None)
    with pytest.raises(ConflictError, match="no longer this worker's"), store.write() as writing:
        writing.finish_job(number, "w-1", JobState.DONE, [7], "", "", NOON)
    assert claimed(store, "w-3", hours=4) is None
    with store.read() as reading:
        job = reading.job(number)
    assert (job.state, job.finished, job.attempts) == (JobState.INTERRUPTED, NOON + 4 * HOUR, 2)
    assert job.error
    assert job.cure


def test_a_finished_job_stays_as_it_is(store: Store) -> None:
    (number,) = queued(store)
    claimed(store)
    with store.write() as writing:
        writing.finish_job(number, "w-1", JobState.DONE, (4, 5), "", "", NOON + HOUR)
        with pytest.raises(ConflictError):
            writing.finish_job(number, "w-1", JobState.FAILED, (), "x", "y", NOON)
        assert not writing.ask_cancel(number)
        assert not writing.renew_job(number, "w-1", NOON + 9 * HOUR, "", 0.0, None, None)
    assert claimed(store, hours=9) is None
    with store.read() as reading:
        job = reading.job(number)
    assert (job.state, job.run_ids, job.finished, job.lease_until) == (
        JobState.DONE,
        (4, 5),
        NOON + HOUR,
        None,
    )


def test_what_another_worker_took_over_undoes_all_of_the_transaction(store: Store) -> None:
    filled(store)
    (number,) = queued(store)
    claimed(store)
    claimed(store, "w-2", hours=2)
    with pytest.raises(ConflictError):
        write(
            store,
            lambda w: w.remember_mapping("h", "x = 1"),
            lambda w: w.finish_job(number, "w-1", JobState.DONE, [1], "", "", NOON),
        )
    with store.read() as reading:
        assert reading.mappings() == {}


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_by_its_worker(store: Store) -> None:
    first, second = queued(store, 2)
    claimed(store)
    with store.write() as writing:
        assert writing.ask_cancel(second)
        assert writing.ask_cancel(first)
        assert writing.cancel_asked(first)
        assert writing.job(first).state is JobState.RUNNING
        assert writing.job(second).state is JobState.CANCELLED
        assert writing.job(second).finished is not None
        with pytest.raises(NotFoundError):
            writing.ask_cancel(99)
    assert claimed(store, hours=2) is None, "nobody begins what is not wanted any more"
    with store.read() as reading:
        assert reading.job(first).state is JobState.CANCELLED


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_a_job_ends_in_a_state_that_is_an_end(store: Store, state: JobState) -> None:
    (number,) = queued(store)
    claimed(store)
    with pytest.raises(ValueError, match=state.value), store.write() as writing:
        writing.finish_job(number, "w-1", state, (), "", "", NOON)


@pytest.mark.parametrize(
    "step",
    [
        lambda w: w.claim_job("w-9", NOON, NOON + HOUR),
        lambda w: w.ask_cancel(1),
        lambda w: w.finish_job(1, "w-1", JobState.DONE, (), "", "", NOON),
    ],
)
def test_what_changes_a_job_s_state_is_in_the_audit(store: Store, step: Callable[[Writing], object]) -> None:
    queued(store, 2)
    claimed(store)
    before = len(_audit(store))
    with store.write() as writing:
        step(writing)
    assert len(_audit(store)) == before + 1


def _audit(store: Store) -> tuple[object, ...]:
    with store.read() as reading:
        return reading.audit()


def test_workers_that_look_at_once_share_the_jobs_and_the_audit_stays_whole(store: Store) -> None:
    numbers = queued(store, 12)
    taken: list[int] = []

    def work(name: str) -> None:
        while (job := claimed(store, name)) is not None:
            taken.append(job.id)
            with store.write() as writing:
                writing.finish_job(job.id, name, JobState.DONE, (), "", "", NOON)

    threads = [threading.Thread(target=work, args=(f"w-{i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == numbers
    with store.read() as reading:
        assert {job.state for job in reading.jobs()} == {JobState.DONE}
        assert broken(reading.audit_chain()) is None
        assert len(reading.audit()) == 1 + 2 * len(numbers)


def test_a_job_that_is_given_back_waits_again(store: Store) -> None:
    (number,) = queued(store)
    for counted, attempts in ((False, 0), (True, 1)):
        claimed(store)
        with store.write() as writing:
            assert writing.renew_job(number, "w-1", NOON + HOUR, "improving", 0.5, 12, 15)
            assert not writing.release_job(number, "w-2", NOON, counted=counted)
            assert writing.release_job(number, "w-1", NOON, counted=counted)
            assert not writing.release_job(number, "w-1", NOON, counted=counted)
        with store.read() as reading:
            job = reading.job(number)
            assert (job.state, job.attempts, job.claimed_by) == (JobState.QUEUED, attempts, "")
            assert job.lease_until is None
            assert (job.stage, job.share, job.value, job.bound) == ("", 0.0, None, None)
    claimed(store)
    with store.write() as writing:
        assert writing.release_job(number, "w-1", NOON, counted=True)
        assert writing.job(number).state is JobState.INTERRUPTED


def test_whoever_asks_is_told_whether_a_job_waits(store: Store) -> None:
    def waits(hours: int) -> bool:
        now = NOON + hours * HOUR
        with store.read() as reading:
            return reading.job_waits(now, now + HOUR)

    assert not waits(0)
    queued(store)
    assert waits(0)
    claimed(store)
    assert [waits(hours) for hours in (0, 1, 2)] == [False, False, True]
    assert waits(-24)  # by a clock that was set back, nobody would take it for a day
    job = claimed(store, "w-2", -24)
    assert job is not None
    assert job.lease_until == NOON - 23 * HOUR

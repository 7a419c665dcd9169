"""Solves that outlive the page on which they were asked for: a queue in the store, and doing what is in it.

A job is queued in the transaction of whoever asks for it. A worker claims it for a while and renews its claim
as long as it lives. The plan, its proposals and the job's end become whole together, and only for the worker
that has the job: one that was overtaken writes nothing.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

from matcher.cohorts.problem import VALUE_SCALE
from matcher.errors import ConflictError, InputError, MatcherError
from matcher.jobs import Job, JobState
from matcher.store import RunKind, Writing
from matcher.store.patient import Patient
from matcher.watch import Moment, Watch
from matcher.workflow.workspace import Workspace

if TYPE_CHECKING:
    from matcher.workflow.keeping import Then

_LOG = logging.getLogger(__name__)
#: What a job can be asked to form.
FORMED = (RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS)
#: How often a running job says how far it is, and asks whether to stop, in seconds.
TELL_SECONDS = 1.0
#: How long a plan that is ready waits for others who write, in seconds.
PATIENCE_SECONDS = 120.0
#: What can be asked for beside a kind and a term.
_ASKED = ("start", "afresh", "pins")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``best`` and ``bound`` are of the best plan so far, in points, and ``gap`` how far it
    may be below what no plan can pass (0 to 1); None where there is none yet. ``seconds`` since it was asked
    for, until its end where it has ended."""

    job: Job
    best: int | None
    bound: int | None
    gap: float | None
    seconds: float


def queue(
    workspace: Workspace,
    kind: str,
    term: str,
    request: Mapping[str, object] | None = None,
    *,
    now: datetime | None = None,
) -> int:
    """Queue a solve for a term; the job's number. It is asked for by the actor of the workspace's store, and
    joins the transaction that the store may be inside of.

    ``request`` may hold ``start`` (the first day of a new term, "2026-09-14"), ``afresh`` (forget what staff
    decided by hand) and, for pairs, ``pins`` (twos of members by id, email or name; their ids are kept).
    Raises InputError where that makes no sense, NotFoundError where nobody has such a name.
    """
    from matcher.workflow.term import choose_term

    given = dict(request or {})
    if kind not in FORMED:
        known = ", ".join(FORMED)
        raise InputError(f"There is no such thing to form: '{kind}'.", cure=f"Use one of {known}.")
    for name in given:
        if name not in _ASKED:
            raise InputError(f"'{name}' cannot be asked for.", cure=f"Use one of {', '.join(_ASKED)}.")
    afresh = given.get("afresh", False)
    if not isinstance(afresh, bool):
        raise InputError("'afresh' is either true or false.", cure="Leave it away, or say which.")
    with workspace.store.write() as writing:
        start = _start(given.get("start"))
        choose_term(workspace, term, start)
        kept: dict[str, object] = {"afresh": afresh}
        kept |= {"start": start.isoformat()} if start else {}
        kept |= {"pins": _pins(writing, kind, given["pins"])} if given.get("pins") else {}
        return writing.add_job(kind, term, kept, workspace.store.actor, now or utc_now())


def _start(given: object) -> date | None:
    try:
        return None if given is None else date.fromisoformat(str(given))
    except ValueError:
        raise InputError("'start' is no date.", cure="Write it as in 2026-09-14.") from None


def _pins(writing: Writing, kind: str, given: object) -> list[list[str]]:
    """The ids of those who are to be paired, two by two."""
    from matcher.workflow.asking import find_member

    twos = [[*map(str, two)] for two in given if isinstance(two, list | tuple)] if _is_list(given) else []
    if kind != RunKind.PAIRS or not twos or not all(len(two) == 2 for two in twos):
        raise InputError("'pins' are twos of members, for pairs.", cure='Write it as in [["M1", "M2"]].')
    members = writing.members()
    return [[members[find_member(members, name)].id for name in two] for two in twos]


def _is_list(given: object) -> TypeGuard[Sequence[object]]:
    return isinstance(given, list | tuple)


def jobs(workspace: Workspace, limit: int | None = None, after: int | None = None) -> tuple[Job, ...]:
    """What was asked for, the latest first, behind the job ``after``."""
    with workspace.store.read() as reading:
        return reading.jobs(limit, after)


def progress(workspace: Workspace, number: int, *, now: datetime | None = None) -> Progress:
    """How far a job is. Raises NotFoundError where there is none with that number."""
    with workspace.store.read() as reading:
        return how_far(reading.job(number), now or utc_now())


def how_far(job: Job, now: datetime) -> Progress:
    """How far a job is that was just read."""
    seconds = ((job.finished or now) - job.created).total_seconds()
    gap = Moment(job.stage, job.share, job.value, job.bound, seconds).gap
    scale = VALUE_SCALE if job.kind == RunKind.COHORTS else 1
    best, bound = (None if each is None else each // scale for each in (job.value, job.bound))
    return Progress(job, best, bound, gap, max(0.0, seconds))


def cancel(workspace: Workspace, number: int) -> Job:
    """Ask to end a job; the job as it is then. The best plan that it has by now is kept.

    Raises NotFoundError where there is none with that number, ConflictError where it has ended already.
    """
    with workspace.store.write() as writing:
        if not writing.ask_cancel(number):
            state = writing.job(number).state.value
            raise ConflictError(f"Job {number} is {state} already.", cure="There is nothing to cancel.")
        return writing.job(number)


def claim(workspace: Workspace, worker: str, lease: timedelta, now: datetime) -> Job | None:
    """The next job for a worker, whose own it is until ``now`` and a lease; None where there is none."""
    with workspace.store.read() as reading:  # to look is nothing that others would have to wait for
        if not reading.job_waits(now, now + lease):
            return None
    with workspace.store.write() as writing:
        return writing.claim_job(worker, now, now + lease)


def job_of(workspace: Workspace, number: int, worker: str) -> Job:
    """A job that this worker has. Raises ConflictError where it is no longer this worker's."""
    with workspace.store.read() as reading:
        job = reading.job(number)
    if not _has(worker, job):
        raise ConflictError(f"Job {number} is no longer this worker's.", cure="Nothing is to be done.")
    return job


def _has(worker: str, job: Job) -> bool:
    return (job.state, job.claimed_by) == (JobState.RUNNING, worker)


def renew(workspace: Workspace, number: int, worker: str, lease: timedelta, now: datetime) -> Job | None:
    """Keep a job for another lease; the job as it is. None where it is no longer this worker's: it ended, or
    was taken over."""
    with workspace.store.write() as writing:
        job = writing.job(number)
        told = (job.stage, job.share, job.value, job.bound)
        return job if writing.renew_job(number, worker, now + lease, *told) else None


def give_back(workspace: Workspace, number: int, worker: str, now: datetime, *, died: bool) -> bool:
    """Put a job back that did not come to its end; False where it is no longer this worker's. Where the
    process that solved it ``died`` it is begun once more, and no more often; one that somebody asked to end
    is cancelled."""
    with workspace.store.write() as writing:
        return writing.release_job(number, worker, now, counted=died)


def run_job(workspace: Workspace, job: Job, worker: str, clock: Callable[[], datetime] = utc_now) -> None:
    """Do a job that this worker has claimed, in the name of who asked for it, and keep how it ended.

    How far it is is kept at most once in TELL_SECONDS. Where somebody asked to end it, the best plan so far
    is kept. What a user can mend becomes the job's error and cure; of a bug, and of memory that did not
    suffice, no more is kept than that. Raises ConflictError where the job is no longer this worker's: then
    nothing was kept.
    """
    patient = Patient(workspace.store, PATIENCE_SECONDS).acting_as(job.actor)
    acting = replace(workspace, store=patient)

    def end(writing: Writing, run_ids: tuple[int, ...], error: str = "", cure: str = "") -> None:
        state = JobState.FAILED if error else JobState.DONE
        if writing.cancel_asked(job.id):
            state, error, cure = JobState.CANCELLED, "", ""
        if run_ids:
            runs = [writing.run(number) for number in run_ids]
            totals = sum(run.objective or 0 for run in runs), sum(run.bound or 0 for run in runs)
            writing.renew_job(job.id, worker, clock(), "kept", 1.0, *totals)
        writing.finish_job(job.id, worker, state, run_ids, error, cure, clock())

    try:
        with _told(workspace, job, worker) as watch:
            _form(acting, job, watch, end)
    except MatcherError as raised:
        error, cure = raised.message, raised.cure
    except MemoryError:
        error = f"It takes more than the {workspace.settings.service.memory_mb:,} MB of memory it is given."
        cure = "Raise service.memory_mb in matcher.toml, where the machine has as much."
    except Exception as raised:  # the edge: of a bug only its kind is told, for its words may be somebody's
        where = traceback.extract_tb(raised.__traceback__)[-1]
        _LOG.error("job %d: %s in %s, line %d", job.id, type(raised).__name__, where.name, where.lineno or 0)
        error, cure = f"This is a bug in matcher ({type(raised).__name__}).", "Report it. Nothing was kept."
    else:
        return
    with acting.store.write() as writing:
        end(writing, (), error, cure)


def _form(workspace: Workspace, job: Job, watch: Watch, then: Then) -> None:
    """Form what the job asks for; what ``then`` writes is kept with the plan."""
    from matcher.workflow import term as forming  # late: a worker has no need of the solvers

    form: dict[str, Callable[..., object]] = {
        RunKind.PAIRS: forming.form_pairs,
        RunKind.COHORTS: forming.form_cohorts,
        RunKind.VISITS: forming.form_visits,
    }
    start, pins = job.request.get("start"), job.request.get("pins")
    term = forming.choose_term(workspace, job.term, _start(start))
    also: dict[str, Any] = {"pins": pins} if pins else {}

    def progress(done: int, total: int) -> None:
        watch.tell("reading what was written", done / max(1, total))

    afresh = bool(job.request.get("afresh"))
    form[job.kind](workspace, term, progress, watch, afresh=afresh, then=then, **also)


@contextmanager
def _told(workspace: Workspace, job: Job, worker: str) -> Iterator[Watch]:
    """A watch that a thread looks after: it keeps the last moment that was told, and says stop where
    somebody asked to end the job or it is no longer this worker's. A solve never waits for the store."""
    latest: deque[Moment] = deque(maxlen=1)
    stop, over = threading.Event(), threading.Event()

    def look_after() -> None:
        kept: Moment | None = None
        while not over.wait(TELL_SECONDS):
            now = latest[0] if latest else None
            try:
                if not _goes_on(workspace, job.id, worker, None if now is kept else now):
                    stop.set()
                kept = now
            except MatcherError as error:  # busy, as a rule: the next time will do
                _LOG.info("job %d: how far it is was not kept (%s)", job.id, type(error).__name__)

    thread = threading.Thread(target=look_after, name=f"job {job.id}", daemon=True)
    thread.start()
    try:
        yield Watch(latest.append, stop.is_set)
    finally:
        over.set()
        thread.join()


def _goes_on(workspace: Workspace, number: int, worker: str, moment: Moment | None) -> bool:
    """Keep a moment, where there is a new one; whether the job is still this worker's, and nobody asked to
    end it. Its lease is left to the worker."""
    if moment is not None:
        with workspace.store.write() as writing:
            job = writing.job(number)
            until = job.lease_until
            told = (moment.stage, moment.share, moment.value, moment.bound)
            mine = until is not None and writing.renew_job(number, worker, until, *told)
            return mine and not job.cancel
    with workspace.store.read() as reading:
        job = reading.job(number)
    return _has(worker, job) and not job.cancel

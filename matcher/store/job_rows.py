"""The queue of jobs in the store.

A worker's name has to be its own, whenever it is started: by it a job is told from one that another worker
took over. There is one writing transaction at a time, so that no job is claimed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from matcher.errors import ConflictError, NotFoundError
from matcher.jobs import ENDED, Job, JobState
from matcher.store import schema
from matcher.store.failures import storable
from matcher.store.rows import Stored, naive
from matcher.store.transaction import Asking, Noting

#: How often a job is begun: once, and once more where the worker that had it fell silent.
ATTEMPTS = 2
_TABLE = schema.job
#: How far a job is of which nothing was done yet.
_NOT_BEGUN: dict[str, Any] = {"stage": "", "share": 0.0, "value": None, "bound": None}


class JobReading(Asking):
    def job(self, id: int) -> Job:
        """Raises NotFoundError where there is none with that number."""
        found = self._connection.execute(sa.select(_TABLE).where(_TABLE.c.id == id)).mappings().first()
        if found is None:
            raise NotFoundError(f"There is no job {id}.", cure="Look at the list of jobs.")
        return _job(found)

    def jobs(self, limit: int | None = None, after: int | None = None) -> tuple[Job, ...]:
        """The latest first, at most ``limit`` of them; with ``after`` those that follow on it in this order,
        that is, the older ones."""
        asked = sa.select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(_TABLE.c.id < after)
        return tuple(map(_job, self._connection.execute(asked).mappings()))

    def job_waits(self, now: datetime, lease_until: datetime) -> bool:
        """Whether :meth:`JobWriting.claim_job` has something to do."""
        open_ = sa.or_(_TABLE.c.state == JobState.QUEUED.value, _silent(now, lease_until))
        return self._connection.scalar(sa.select(_TABLE.c.id).where(open_).limit(1)) is not None

    def cancel_asked(self, id: int) -> bool:
        """Whether somebody asked to end it. Raises NotFoundError as :meth:`job`."""
        return self.job(id).cancel


class JobWriting(Noting, JobReading):
    def add_job(
        self, kind: str, term: str, request: Mapping[str, object], actor: str, created: datetime
    ) -> int:
        """Queue a job; its number. ``request`` holds JSON values."""
        row = {
            "kind": kind,
            "term": term,
            "request": json.dumps(dict(request), sort_keys=True),
            "state": JobState.QUEUED.value,
            "actor": actor,
            "created": naive(created),
            "attempts": 0,
            "share": 0.0,
            "cancel": False,
            "run_ids": "[]",
            **dict.fromkeys(("claimed_by", "stage", "error", "cure"), ""),
        }
        with storable():
            added = self._connection.execute(sa.insert(_TABLE).returning(_TABLE.c.id), row)
        number = int(added.scalar_one())
        self._note("add job", [number])
        return number

    def claim_job(self, worker: str, now: datetime, lease_until: datetime) -> Job | None:
        """The oldest job that is queued, or whose lease ended: it is this worker's from now on. None where
        there is none.

        Those whose lease ended after their last attempt become interrupted first, and those that somebody
        asked to end become cancelled.
        """
        silent = _silent(now, lease_until)
        self._give_up(silent, now)
        open_ = sa.or_(_TABLE.c.state == JobState.QUEUED.value, silent)
        oldest = sa.select(_TABLE.c.id).where(open_).order_by(_TABLE.c.id).limit(1)
        number = self._connection.scalar(oldest)
        if number is None:
            return None
        self._connection.execute(
            sa.update(_TABLE)
            .where(_TABLE.c.id == number)
            .values(
                state=JobState.RUNNING.value,
                claimed_by=worker,
                lease_until=naive(lease_until),
                attempts=_TABLE.c.attempts + 1,
                **_NOT_BEGUN,
            )
        )
        self._note("claim job", [number])
        return self.job(number)

    def _give_up(self, ended: sa.ColumnElement[bool], now: datetime) -> None:
        """End those of the running jobs whose work ``ended`` that are not to be begun again."""
        interrupted = {
            "state": JobState.INTERRUPTED.value,
            "error": f"The process that worked on it ended {ATTEMPTS} times.",
            "cure": "Ask for it once more, with a shorter time limit if memory is short.",
        }
        for where, values in (
            (sa.and_(ended, _TABLE.c.cancel), {"state": JobState.CANCELLED.value}),
            (sa.and_(ended, _TABLE.c.attempts >= ATTEMPTS), interrupted),
        ):
            ids = self._connection.scalars(sa.select(_TABLE.c.id).where(where)).all()
            if ids:
                change = sa.update(_TABLE).where(where).values(**values, finished=naive(now))
                self._connection.execute(change)
                self._note(f"{values['state']} job", sorted(ids))

    def renew_job(
        self,
        id: int,
        worker: str,
        lease_until: datetime,
        stage: str,
        share: float,
        value: int | None,
        bound: int | None,
    ) -> bool:
        """Keep the job, and say how far it is. False where it is no longer this worker's: then its work is
        worth nothing. Too frequent to be in the audit."""
        change = sa.update(_TABLE).where(_mine(id, worker))
        told = {"stage": stage, "share": share, "value": value, "bound": bound}
        with storable():
            done = self._connection.execute(change.values(lease_until=naive(lease_until), **told))
        return done.rowcount == 1

    def ask_cancel(self, id: int) -> bool:
        """Ask to end a job; one that is queued is cancelled at once. False where it had ended already.

        Raises NotFoundError where there is none with that number.
        """
        job = self.job(id)
        if job.state in ENDED:
            return False
        values: dict[str, object] = {"cancel": True}
        if job.state is JobState.QUEUED:
            values |= {"state": JobState.CANCELLED.value, "finished": naive(datetime.now(UTC))}
        self._connection.execute(sa.update(_TABLE).where(_TABLE.c.id == id).values(**values))
        self._note("cancel job", [id])
        return True

    def release_job(self, id: int, worker: str, now: datetime, *, counted: bool) -> bool:
        """Give a job back to the queue, for whoever looks next; False where it is no longer this worker's.
        An attempt that is not ``counted`` is as if it had never begun; after the last of those that are, the
        job is interrupted, and one that somebody asked to end is cancelled."""
        mine = _mine(id, worker)
        if self._connection.scalar(sa.select(_TABLE.c.id).where(mine)) is None:
            return False
        if not counted:
            self._connection.execute(sa.update(_TABLE).where(mine).values(attempts=_TABLE.c.attempts - 1))
        self._give_up(mine, now)
        back = {"state": JobState.QUEUED.value, "claimed_by": "", "lease_until": None, **_NOT_BEGUN}
        if self._connection.execute(sa.update(_TABLE).where(mine).values(**back)).rowcount:
            self._note("release job", [id])
        return True

    def finish_job(
        self,
        id: int,
        worker: str,
        state: JobState,
        run_ids: Iterable[int],
        error: str,
        cure: str,
        finished: datetime,
    ) -> None:
        """End a job that is this worker's. ``error`` and ``cure`` are for a person and hold no name.

        Raises ConflictError where the job is no longer this worker's: what else the transaction wrote is
        then undone with it.
        """
        if state not in ENDED:
            raise ValueError(f"a job does not end as {state.value}")
        values = {"run_ids": json.dumps(list(run_ids)), "error": error, "cure": cure}
        change = sa.update(_TABLE).where(_mine(id, worker))
        with storable():
            done = self._connection.execute(
                change.values(state=state.value, finished=naive(finished), lease_until=None, **values)
            )
        if done.rowcount != 1:
            raise ConflictError(
                f"Job {id} is no longer this worker's; nothing was kept.",
                cure="Nothing is to be done: another worker has it, or it has ended.",
            )
        self._note(f"{state.value} job", [id])


def _mine(id: int, worker: str) -> sa.ColumnElement[bool]:
    return sa.and_(_TABLE.c.id == id, _TABLE.c.claimed_by == worker, _TABLE.c.state == JobState.RUNNING.value)


def _silent(now: datetime, lease_until: datetime) -> sa.ColumnElement[bool]:
    """The jobs that nobody works on any more: their lease ended, or ends so late that a clock, which was set
    back since, gave it. ``lease_until`` is when a lease that begins now would end."""
    late = lease_until + (lease_until - now)
    over = sa.or_(_TABLE.c.lease_until < naive(now), _TABLE.c.lease_until > naive(late))
    return sa.and_(_TABLE.c.state == JobState.RUNNING.value, over)


def _job(row: Stored) -> Job:
    times = {name: row[name] and row[name].replace(tzinfo=UTC) for name in ("lease_until", "finished")}
    typed = {
        "request": json.loads(row["request"]),
        "state": JobState(row["state"]),
        "created": row["created"].replace(tzinfo=UTC),
        "run_ids": tuple(json.loads(row["run_ids"])),
    }
    return Job(**{**row, **typed, **times})

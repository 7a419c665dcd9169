"""The process that works on jobs, one after another: ``python -m service.worker FOLDER``.

It claims a job for a while, has it solved by a child process, and renews its claim as long as that goes on.
SIGUSR1 makes it look for a job at once.
What can happen to it, and what then becomes of a job, is told in docs/hosting.md.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from matcher.errors import MatcherError
from matcher.jobs import Job
from matcher.workflow import jobs
from matcher.workflow.workspace import Workspace, open_workspace
from service.alarm import Alarm
from service.child import KEPT, LOST

_LOG = logging.getLogger("service.worker")  # which runs as __main__, too
#: The program that solves one job; the folder, the job's number and the worker's name follow.
CHILD = (sys.executable, "-P", "-m", "service.child")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. ``lease``: a job is a worker's, unless it renews that, which it
    does every ``beat``. ``look``: between two looks for a new job, where no signal tells of one. ``grace``:
    a child has so long to end by itself where somebody asks for that, and ``last`` where it is told to."""

    lease: float = 30.0
    beat: float = 5.0
    look: float = 1.0
    grace: float = 20.0
    last: float = 5.0


def work(
    folder: Path,
    pace: Pace = Pace(),
    child: Sequence[str] = CHILD,
    clock: Callable[[], datetime] = jobs.utc_now,
) -> None:
    """Work on the jobs of the network in ``folder`` until the process is asked to end (SIGTERM or SIGINT). A
    job that it then works on goes back to the queue, as if it had not been begun.

    ``child`` is the program that solves a job. ``clock`` (UTC) is what leases are measured with; what a
    worker waits for by itself is not. Raises what :func:`open_workspace` does.
    """
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    with open_workspace(folder) as workspace, Alarm() as alarm:
        _LOG.info("worker %s begins", name)
        while not alarm.ending:
            job = _next(workspace, name, pace, clock)
            if job is None:
                alarm.wait(pace.look)
            else:
                _do(workspace, job, name, pace, [*child, str(folder), str(job.id), name], alarm, clock)
        _LOG.info("worker %s ends", name)


def _next(workspace: Workspace, name: str, pace: Pace, clock: Callable[[], datetime]) -> Job | None:
    """The next job, claimed; None where there is none, or the store cannot be asked now."""
    try:
        return jobs.claim(workspace, name, timedelta(seconds=pace.lease), clock())
    except MatcherError as error:
        _LOG.warning("no job can be claimed: %s", type(error).__name__)
        return None


def _do(
    workspace: Workspace,
    job: Job,
    name: str,
    pace: Pace,
    command: Sequence[str],
    alarm: Alarm,
    clock: Callable[[], datetime],
) -> None:
    """Have a job solved, and see to it that it is taken up again where that comes to no end."""
    _LOG.info("job %d begins, attempt %d", job.id, job.attempts)
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:  # noqa: S603 - this program's own
        _follow(workspace, job.id, name, pace, child, alarm, clock)
        _end(child, pace.last)
    _LOG.info("job %d: its process ended with %d", job.id, child.returncode)
    if child.returncode in (KEPT, LOST):
        return
    try:
        jobs.give_back(workspace, job.id, name, clock(), died=not alarm.ending)
    except MatcherError as error:  # then it is taken up again where its lease ends
        _LOG.warning("job %d cannot be given back now: %s", job.id, type(error).__name__)


def _follow(
    workspace: Workspace,
    number: int,
    name: str,
    pace: Pace,
    child: subprocess.Popen[bytes],
    alarm: Alarm,
    clock: Callable[[], datetime],
) -> None:
    """Renew the claim until the child has ended or is to end: the worker ends, the job is somebody else's by
    now, or the child was asked to end and did not within its grace."""
    renewed, asked = time.monotonic(), math.inf
    while child.poll() is None and not alarm.ending:
        now = time.monotonic()
        if now >= asked + pace.grace:
            return
        if now >= renewed + pace.beat:
            renewed = now
            try:
                job = jobs.renew(workspace, number, name, timedelta(seconds=pace.lease), clock())
            except MatcherError as error:  # the next beat will do: nobody can take the job meanwhile
                _LOG.warning("job %d is not renewed now: %s", number, type(error).__name__)
                continue
            if job is None:
                return
            asked = min(asked, now) if job.cancel else math.inf
        alarm.wait(min(renewed + pace.beat, asked + pace.grace) - time.monotonic())


def _end(child: subprocess.Popen[bytes], last: float) -> None:
    """End a child that may have ended."""
    child.terminate()
    try:
        child.wait(last)
    except subprocess.TimeoutExpired:
        child.kill()


def main(arguments: list[str]) -> int:
    """Work on a network's jobs; how the process is to end."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    (folder,) = arguments
    try:
        work(Path(folder))
    except MatcherError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The process that solves one job: ``python -m service.child FOLDER JOB WORKER``.

It is started by the worker, anew for each job, and ends with it: what a solve does to its process, the worker
and the pages live on. Its memory is limited. Its standard input is a pipe from the worker, and the process
ends where that is closed, so that none goes on solving for a worker that was killed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from matcher.errors import ConflictError
from matcher.workflow.jobs import job_of, run_job
from matcher.workflow.workspace import Workspace, open_workspace

if sys.platform != "win32":
    import resource

#: How it ends: the job's end is kept; somebody else has the job; the worker is gone.
KEPT, LOST, ALONE = 0, 3, 4
NICE = 19


def main(arguments: list[str]) -> int:
    """Solve the job; how the process is to end."""
    folder, number, worker = arguments
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    end_with_the_worker()
    if hasattr(os, "nice"):
        os.nice(NICE)  # a page goes before a plan
    with open_workspace(Path(folder)) as workspace:
        return solve(workspace, int(number), worker)


def solve(workspace: Workspace, number: int, worker: str) -> int:
    """Solve a job that the worker has claimed, within the memory that the settings give."""
    limit_memory(workspace.settings.service.memory_mb)
    try:
        run_job(workspace, job_of(workspace, number, worker), worker)
    except ConflictError:
        return LOST
    return KEPT


def limit_memory(megabytes: int) -> None:
    """Limit what this process may take, where the operating system can; it dumps no core.

    The limit is on data: what is only reserved, as libraries do freely, does not count.
    """
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_the_worker() -> None:
    """End this process at once where standard input is closed: then the worker is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(ALONE)

    threading.Thread(target=wait, name="worker's end", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

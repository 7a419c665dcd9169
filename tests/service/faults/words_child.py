"""Run as a program by the tests, in place of service.child: FOLDER JOB WORKER. It reads with the tests'
embedder, and adds its own number and the job's to the file ``child`` in the folder.

With a file ``slow`` there its solve goes on until there is a file ``go``, or it is asked to stop; with a file
``greedy`` it takes all the memory it can get.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

# The project before its tests, which have a folder with the name of the service's package.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[3]))

from matcher.store import connect
from matcher.watch import Watch
from matcher.workflow import jobs, term
from matcher.workflow.workspace import open_workspace
from service.child import end_with_the_worker, solve
from words_embedder import WordsEmbedder

FORM = term.form_pairs


def slowly(folder: Path) -> Any:
    def form(workspace: Any, when: Any, progress: Any, watch: Watch, **options: Any) -> Any:
        while not (folder / "go").exists() and not watch.stopped():
            watch.tell("searching", 0.5, value=1, bound=2)
            time.sleep(0.02)
        return FORM(workspace, when, progress, watch, **options)

    return form


def greedily(*_given: Any, **_options: Any) -> None:
    taken = []
    for _ in range(64):
        taken.append(bytearray(100_000_000))
    raise AssertionError("no limit")


def main() -> int:
    folder, number, worker = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    end_with_the_worker()
    with (folder / "child").open("a") as said:
        said.write(f"{os.getpid()} {number}\n")
    jobs.TELL_SECONDS = 0.1
    connect.BUSY_SECONDS = 0.2
    if (folder / "slow").exists():
        term.form_pairs = slowly(folder)
    if (folder / "greedy").exists():
        term.form_pairs = greedily
    with open_workspace(folder, WordsEmbedder()) as workspace:
        return solve(workspace, int(number), worker)


if __name__ == "__main__":
    sys.exit(main())

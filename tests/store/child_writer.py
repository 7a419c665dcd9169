"""Run as a program by the tests: another process that uses the same store.

child_writer.py PATH open       open the store, making it where there is none
child_writer.py PATH hold       write 2,000 members, say so, and wait inside the transaction
child_writer.py PATH batches    write batches of 50 members for ever, saying when each is kept
child_writer.py PATH unprivileged [create]   open it as nobody, and say what that raised
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import build_store
from matcher.domain import Member
from matcher.errors import MatcherError
from matcher.store import open_store

BATCH = 50
NOBODY = 65534


def _members(first: int, count: int) -> list[Member]:
    return [Member(f"c{i:07}", "x" * 2000, "o-1") for i in range(first, first + count)]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _hold(path: Path) -> None:
    with open_store(path) as store, store.write() as writing:
        writing.put_organizations(build_store.ORGANIZATIONS)
        # A tiny cache, so that what is not yet committed reaches the disk.
        writing._connection.exec_driver_sql("PRAGMA cache_size = 10")
        writing.put_members(_members(0, 2000))
        _say("held")
        sys.stdin.read()


def _batches(path: Path) -> None:
    with open_store(path) as store:
        for first in range(0, 10**6, BATCH):
            with store.write() as writing:
                writing.put_members(_members(first, BATCH))
            _say(str(first + BATCH))


def _unprivileged(path: Path, *, create: bool) -> None:
    if os.geteuid() == 0:  # the superuser may write anywhere
        os.setuid(NOBODY)
    try:
        with open_store(path, create=create) as store, store.read() as reading:
            _say(f"read {len(reading.members())}")
    except MatcherError as error:
        _say(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    where, what = Path(sys.argv[1]), sys.argv[2]
    match what:
        case "open":
            open_store(where, create=True).close()
        case "hold":
            _hold(where)
        case "batches":
            _batches(where)
        case "unprivileged":
            _unprivileged(where, create="create" in sys.argv)

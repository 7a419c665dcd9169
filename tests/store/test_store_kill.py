"""A process that is killed while it writes leaves a whole database."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import build_store
import child_writer
from matcher.store import open_store


def _start(path: Path, what: str) -> subprocess.Popen[str]:
    program = [sys.executable, child_writer.__file__, str(path), what]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _assert_whole(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_killed_inside_a_transaction(path: Path) -> None:
    with open_store(path, create=True) as store:
        build_store.filled(store)
    with _start(path, "hold") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert path.with_name("network.db-wal").stat().st_size > 1_000_000, (
            "nothing was written before the kill"
        )
        other.kill()
    with open_store(path) as store, store.write() as writing:
        assert writing.members() == build_store.MEMBERS
        assert build_store.put_network(writing) == 0
    _assert_whole(path)


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_killed_between_many_commits(path: Path, batches: int) -> None:
    with open_store(path, create=True) as store:
        build_store.filled(store)
    with _start(path, "batches") as other:
        assert other.stdout is not None
        said = [other.stdout.readline() for _ in range(batches)]
        other.kill()
        said += other.stdout.readlines()
    kept = int(said[-1])
    with open_store(path) as store, store.read() as reading:
        written = len(reading.members()) - len(build_store.MEMBERS)
    # What was said to be kept is kept; one more batch may have been, whole, before it could say so.
    assert written in (kept, kept + child_writer.BATCH)
    _assert_whole(path)

"""A clock that jumps by days while real processes run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import small_worker
from build_server import running, wrong

from build_jobs import PATIENCE, environment, kept, make, opened, stage, until
from build_plans import FALL
from matcher.accounts import Role
from matcher.jobs import ENDED, JobState

DAY = timedelta(days=1)


class Clock:
    """The clock of whatever is started with :attr:`environment`; the tests' own goes on as it was."""

    def __init__(self, library: Path, file: Path) -> None:
        self._file = file
        self._file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(file)}

    def set(self, ahead: timedelta) -> None:
        """Let it be so far ahead of the right time, from now on."""
        with self._file.open("r+b", buffering=0) as file:
            file.write(int(ahead.total_seconds()).to_bytes(8, sys.byteorder, signed=True))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What gives processes their own time of day."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler, or no Linux, to give processes a clock of their own")
    made = tmp_path_factory.mktemp("clock") / "wrong_clock.so"
    source = Path(__file__).with_name("wrong_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", made, source], check=True)
    return made


@pytest.fixture
def clock(library: Path, tmp_path: Path) -> Clock:
    return Clock(library, tmp_path / "clock")


def lease(folder: Path) -> datetime:
    """Until when the only job is somebody's."""
    end = kept(folder).jobs[0].lease_until
    assert end is not None
    return end


def ahead(folder: Path) -> timedelta:
    """How far from now that is."""
    return lease(folder) - datetime.now(UTC)


def test_a_clock_that_jumps_ends_what_has_an_end_and_costs_no_solve(plans: Path, clock: Clock) -> None:
    (plans / "slow").touch()
    with (
        running(plans, lease=20.0, more=clock.environment) as server,
        server.client() as client,
        server.client(Role.ADMINISTRATOR) as other,
    ):

        def key(name: str, **more: str) -> httpx.Client:
            made = other.post("/api/v1/me/keys", json={"name": name, "scopes": ["read", "write"], **more})
            assert made.status_code == 201, made.text
            headers = {"Authorization": f"Bearer {made.json()['token']}"}
            return httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=PATIENCE)

        def write(by: httpx.Client, text: str) -> int:
            said = {"member_id": "m1", "kind": "challenge", "text": text}
            return by.post("/api/v1/statements", json=said, headers={"Idempotency-Key": text}).status_code

        endless, short = key("endless"), key("short", expires=(datetime.now(UTC) + DAY / 12).isoformat())
        assert client.post("/api/v1/runs", json={"kind": "pairs", "term": FALL.name}).status_code == 202
        until(lambda: stage(plans) == "searching", "a solve")
        assert [write(each, "today") for each in (client, endless, short)] == [201, 201, 201]

        clock.set(DAY)
        until(lambda: ahead(plans) > DAY / 2, "a lease that was renewed tomorrow")
        assert [write(each, "tomorrow") for each in (client, endless, short)] == [401, 201, 401]

        clock.set(-DAY)
        until(lambda: ahead(plans) < -DAY / 2, "a lease that was renewed yesterday")
        assert [write(each, "yesterday") for each in (client, endless, short)] == [201, 201, 201]

        (plans / "go").touch()
        until(lambda: endless.get("/api/v1/runs/1").json()["finished"] is not None, "its end")
        run: dict[str, Any] = endless.get("/api/v1/runs/1").json()
        assert (run["state"], run["attempts"], len(run["plans"]), run["seconds"]) == ("done", 1, 1, 0.0)
        endless.close()
        short.close()
    assert wrong(plans) == []
    with opened(plans) as workspace, workspace.store.read() as reading:
        entries = sorted(reading.audit(), key=lambda each: each.id)
        assert any(later.at < earlier.at - DAY for earlier, later in pairwise(entries))


def test_a_claim_from_tomorrow_keeps_no_other_worker_away(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "network"
    make(folder)
    (folder / "slow").touch()
    clock.set(DAY)
    command = [sys.executable, small_worker.__file__, "words_child", "20", str(folder)]
    given = {**environment(folder), **clock.environment}
    with ExitStack() as stack:

        def worker() -> subprocess.Popen[bytes]:
            begun = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=given)
            process = stack.enter_context(begun)
            stack.callback(process.kill)
            return process

        first = worker()
        until(lambda: stage(folder) == "searching", "a solve")
        first.kill()
        assert ahead(folder) > DAY / 2
        clock.set(timedelta())
        (folder / "go").touch()
        worker()
        until(lambda: kept(folder).jobs[0].state in ENDED, "its end")
    found = kept(folder)
    (job,) = found.jobs
    assert (job.state, job.attempts, found.runs, found.drafts) == (JobState.DONE, 2, job.run_ids, 4)
    assert wrong(folder) == []

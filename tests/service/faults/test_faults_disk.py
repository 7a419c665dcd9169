"""A full disk, with real processes: a small one of their own, mounted where nobody else sees it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from build_server import Server, command_line, running, wrong

from build_jobs import PATIENCE, opened, until
from build_plans import FALL, matching
from build_processes import children, gone
from matcher.accounts import Role
from matcher.jobs import JobState

VISITS = "/api/v1/proposals/visits"
#: $0 is copied to the disk, which is mounted at $1; what follows is run; what it left is copied back.
_SMALL_DISK = """
mount -t tmpfs -o size=16m none "$1" && cp -a "$0/." "$1" && disk=$1 && shift && "$@"
cp -a "$disk/." "$0"
"""
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


def can_mount(folder: Path) -> bool:
    """Whether this machine lets anybody mount a disk of its own."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    tried = subprocess.run(
        [*_NAMESPACE, 'mount -t tmpfs none "$0"', str(folder)], capture_output=True, check=False
    )
    return tried.returncode == 0


class Disk:
    """The disk of a server, as it can be seen from outside."""

    def __init__(self, server: Server, place: Path) -> None:
        self._server, self._place = server, place
        self._seen = Path(f"/proc/{server.pid}/root{place}")

    def touch(self, name: str) -> None:
        (self._seen / name).touch()

    def names(self) -> list[str]:
        return sorted(each.name for each in self._seen.iterdir())

    def fill(self) -> None:
        with (self._seen / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        assert shutil.disk_usage(self._seen).free == 0

    def free(self) -> None:
        (self._seen / "filler").unlink()

    def command_line(self, *words: str) -> subprocess.CompletedProcess[str]:
        enter = ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", str(self._server.pid)]
        return command_line("--network", self._place, *words, before=enter)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not can_mount(folder):
        pytest.skip("no namespace to mount a small disk in: unshare is missing, or not allowed here")
    return folder


def end_soon(folder: Path, role: Role, left: timedelta) -> None:
    """Let a role's session have less time left than it gets wherever it is used."""
    end = (datetime.now(UTC) + left).replace(tzinfo=None).isoformat(sep=" ")
    with closing(sqlite3.connect(folder / "network.db")) as database, database:
        database.execute(
            "UPDATE login SET expires = ? WHERE account_id = ?", (end, f"account-{role.value[0]}")
        )


@pytest.mark.sqlite
def test_a_full_disk_stops_what_writes_and_nothing_else(plans: Path, place: Path) -> None:
    (plans / "slow").touch()
    end_soon(plans, Role.MEMBER, timedelta(hours=2))
    with running(place, before=[*_NAMESPACE, _SMALL_DISK, str(plans), str(place)]) as server:
        disk = Disk(server, place)
        with server.client() as client, server.client(Role.MEMBER) as member:

            def write(name: str) -> httpx.Response:
                said = {"member_id": "m1", "kind": "challenge", "text": f"roofs leak {name}"}
                return client.post("/api/v1/statements", json=said, headers={"Idempotency-Key": name})

            def run() -> dict[str, Any]:
                told: dict[str, Any] = client.get("/api/v1/runs/1").json()
                return told

            assert client.post("/api/v1/runs", json={"kind": "pairs", "term": FALL.name}).status_code == 202
            until(lambda: run()["stage"] == "searching", "a solve")
            plan = client.get(VISITS, params={"reasons": False}).json()
            publication = {"json": {}, "headers": matching(plan["version"])}
            assert write("before").status_code == 201
            solver = children(server.worker)[0]
            disk.fill()

            # Nothing is written, and whoever tries is told why ...
            for refused in (write("meanwhile"), client.post(f"{VISITS}/publish", **publication)):
                assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
                assert "is full; nothing was changed" in refused.json()["detail"]
                assert refused.json()["cure"] == "Free some space and try again."
            for words in (["account", "deactivate", "mel@walnut.example"], ["backup", f"{place}/backup.zip"]):
                told = disk.command_line(*words)
                assert (told.returncode, told.stdout) == (1, "")
                assert "is full; nothing was changed. Free some space" in told.stderr
            assert not [name for name in disk.names() if "backup" in name]
            # ... and all that is there can be read, also by one whose session would be made longer.
            assert client.get("/readyz").status_code == 200
            assert client.get(VISITS, params={"reasons": False}).json() == plan
            found = client.get("/api/v1/search", params={"q": "roofs leak"})
            assert "roofs leak before" in found.text
            assert member.get("/api/v1/statements").json()["statements"][0]["member_id"] == "m"

            # A plan that becomes ready cannot be kept, and is not by half. The worker and the server live on.
            disk.touch("go")
            until(lambda: gone(solver), "the solve's end")
            assert (run()["state"], run()["attempts"], run()["plans"]) == ("running", 1, [])

            disk.free()
            until(lambda: run()["finished"] is not None, "its end")
            assert (run()["state"], run()["attempts"], len(run()["plans"])) == ("done", 2, 1)
            assert write("meanwhile").status_code == 201
            assert len(client.post(f"{VISITS}/publish", **publication).json()["ids"]) == len(
                plan["proposals"]
            )
        os.kill(server.pid, signal.SIGTERM)
        server.process.wait(PATIENCE)
    assert wrong(plans) == []
    with opened(plans) as workspace, workspace.store.read() as reading:
        leaks = sorted(each.text for each in reading.statements() if each.text.startswith("roofs"))
        assert leaks == ["roofs leak before", "roofs leak meanwhile"]
        assert reading.account("account-m").active
        assert reading.jobs()[0].state is JobState.DONE

"""A process that is killed in the middle of its writing leaves nothing of it, and all that was there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import half_writer
from build_server import wrong

from build_jobs import FALL, MEMBERS, environment, make, opened
from matcher.domain import ExchangeStatus
from matcher.store import RunKind
from matcher.workflow import intake, proposals
from matcher.workflow.term import form_pairs

ROSTER = "member_id,name,email,organization,state\n" + "".join(
    f"n{i},New {i},n{i}@new.example,New District {i},OH\n" for i in range(30)
)


def killed_half_way(folder: Path, *arguments: object) -> None:
    command = [sys.executable, half_writer.__file__, str(folder), *map(str, arguments)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment(folder)}
    with subprocess.Popen(command, **pipes, text=True) as process:
        assert process.stdout.readline() == "half\n"
        process.kill()
        assert process.stdout.read() == ""


def assert_whole(folder: Path) -> None:
    assert wrong(folder) == []


def test_killed_in_an_import(tmp_path: Path) -> None:
    make(tmp_path)
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER)
    with opened(tmp_path) as workspace, workspace.store.read() as reading:
        audit = reading.audit()
    killed_half_way(tmp_path, "import", roster)
    assert_whole(tmp_path)
    with opened(tmp_path) as workspace:
        with workspace.store.read() as reading:
            assert len(reading.members()) == len(reading.organizations()) == MEMBERS
            assert (reading.imports(), reading.audit()) == ((), audit)
        intake.commit(workspace, intake.preview(workspace, [roster]))
        with workspace.store.read() as reading:
            assert len(reading.members()) == MEMBERS + 30
    assert_whole(tmp_path)


def test_killed_in_a_publish(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as workspace:
        form_pairs(workspace, FALL)
        version = proposals.version(workspace, FALL, RunKind.PAIRS)
    killed_half_way(tmp_path, "publish")
    assert_whole(tmp_path)
    with opened(tmp_path) as workspace:
        found = proposals.proposals(workspace, FALL, RunKind.PAIRS)
        assert [each.exchange.status for each in found] == [ExchangeStatus.PROPOSED] * 4
        # Nothing has changed for whoever looks: the same version can be published.
        assert len(proposals.publish(workspace, FALL, RunKind.PAIRS, expected=version)) == 4
    assert_whole(tmp_path)

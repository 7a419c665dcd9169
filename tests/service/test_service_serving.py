"""`matcher serve` as a real process: it answers, has its worker beside it, and both end together."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from build_processes import SECONDS, answers, child_with, free_port, get, gone
from build_service import SETTINGS
from matcher.workflow.workspace import create
from service.__main__ import listen, main, wake

MATCHER = "from matcher.cli import main; main()"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
WORKER, READER = "service.worker", "service.reader"


def until(told: Callable[[], bool]) -> bool:
    """Whether it came about in time."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def serving(
    folder: Path, *, answering: bool = True
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str], int]]:
    """The process, what it told at its start, and its worker's number, once it answers, or as soon as it has
    a worker."""
    command = [sys.executable, "-c", MATCHER, "--network", str(folder), "serve", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    with subprocess.Popen(
        [*command, "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            told = json.loads(line)
            assert until(lambda: child_with(process.pid, WORKER) is not None)
            assert not answering or until(lambda: answers(f"{told['url']}/healthz"))
            worker = child_with(process.pid, WORKER)
            assert worker is not None
            yield process, told, worker
        finally:
            process.kill()


@LINUX
def test_the_first_start_prints_a_link_that_works_and_sigterm_ends_both(tmp_path: Path) -> None:
    create(tmp_path / "fresh")
    with serving(tmp_path / "fresh") as (process, told, worker):
        assert told["first"].startswith(f"{told['url']}/first?token=")
        page = get(told["first"])
        assert (page.status_code, "The first administrator" in page.text) == (200, True)
        assert get(f"{told['url']}/api/v1/me").status_code == 401
        assert "server" not in page.headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert until(lambda: gone(worker))


@LINUX
def test_the_service_ends_when_its_worker_does(folder: Path) -> None:
    with serving(folder) as (process, at_start, worker):
        assert at_start["first"] is None  # there are accounts
        os.kill(worker, signal.SIGKILL)
        assert process.wait(SECONDS) == 1
        assert process.stderr is not None
        told = process.stderr.read()
        assert "worker ended by itself (signal 9)" in told
        assert "Start the service again" in told


@LINUX
def test_worker_and_reader_end_when_the_service_is_killed(folder: Path) -> None:
    with serving(folder) as (process, _, worker):
        assert until(lambda: child_with(process.pid, READER) is not None)
        reader = child_with(process.pid, READER)
        assert reader is not None
        process.kill()
        process.wait(SECONDS)
        assert until(lambda: gone(worker))
        assert until(lambda: gone(reader))


@LINUX
def test_a_worker_that_is_told_of_a_job_before_it_listens_lives_on(folder: Path) -> None:
    with serving(folder, answering=False) as (_, _, worker):
        status = Path(f"/proc/{worker}/status").read_text()
        masks = re.findall(r"Sig(?:Ign|Cgt):\s*(\w+)", status)
        assert len(masks) == 2
        assert any(int(mask, 16) >> (signal.SIGUSR1 - 1) & 1 for mask in masks)


@LINUX
def test_a_worker_that_is_there_is_told_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        monkeypatch.setattr(os, "kill", lambda *call: told.append(call))
        wake(process)
        process.communicate(b"\n")
        wake(process)
    assert told == [(process.pid, signal.SIGUSR1)]


def test_an_answer_is_sent_without_waiting_for_more() -> None:
    settings = replace(SETTINGS, port=free_port())
    with (
        listen(settings) as listening,
        socket.create_connection((settings.host, settings.port)),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MATCHER_SECRET", "MATCHER_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_it_refuses_others_without_a_secret_and_tls(
    folder: Path, light: None, nothing_set: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--host", "0.0.0.0"]) == 1
    assert "MATCHER_SECRET" in capsys.readouterr().err


def test_a_missing_network_is_told_and_nothing_is_made(
    tmp_path: Path, nothing_set: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert "matcher init" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_what_the_server_logs_tells_who_says_it(tmp_path: Path) -> None:
    code = (
        "import logging, service.__main__ as program; program.main(['none']); "
        "logging.getLogger('service.embedding').warning('it ended')"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert told.stderr.splitlines()[-1] == "WARNING service.embedding: it ended"


def test_a_taken_port_is_told_before_there_is_a_worker(
    folder: Path,
    light: None,
    nothing_set: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", begun.append)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        taken_port = taken.getsockname()[1]
        assert main([str(folder), "--port", str(taken_port)]) == 1
    assert f"port {taken_port}: {os.strerror(errno.EADDRINUSE)}. Give another" in capsys.readouterr().err
    assert begun == []

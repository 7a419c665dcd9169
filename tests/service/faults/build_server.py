"""A service in processes of its own, on a port of its own, and a client of it that is logged in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import words_server

from build_jobs import PATIENCE, environment, opened, until
from build_processes import answers, children, free_port
from build_service import CSRF, token_of
from matcher.accounts import Role
from matcher.workflow import safety


@dataclass(frozen=True)
class Server:
    """``pid`` is the server's own number, ``process`` what was started: the server, or what started it."""

    process: subprocess.Popen[bytes]
    pid: int
    url: str

    @property
    def worker(self) -> int:
        until(lambda: bool(children(self.pid)), "a worker")
        return children(self.pid)[0]

    def client(self, role: Role = Role.FACILITATOR) -> httpx.Client:
        return httpx.Client(
            base_url=self.url,
            cookies={"session": token_of(role)},
            headers={"X-CSRF-Token": CSRF},
            trust_env=False,
            timeout=PATIENCE,
        )


def post(client: httpx.Client, path: str, body: dict[str, Any], key: str) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


@dataclass
class Writer:
    """Writes statements and terms in turn, with ``pause`` seconds in between, until it is told to stop or
    nobody answers any more."""

    server: Server
    pause: float = 0.0
    sent: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    acknowledged: dict[str, Any] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """From four threads at once."""
        with ThreadPoolExecutor(4) as pool:
            done = [pool.submit(self._write, thread) for thread in range(4)]
            try:
                yield self
            finally:
                self.stop.set()
        for each in done:
            each.result()

    def _write(self, thread: int) -> None:
        with self.server.client() as client:
            for i in count():
                if self.stop.wait(self.pause):
                    return
                key = f"{thread}-{i}"
                new: tuple[str, dict[str, Any]] = (
                    ("/api/v1/terms", {"name": f"term {key}", "start": "2027-01-11"}),
                    (
                        "/api/v1/statements",
                        {"member_id": f"m{1 + thread}", "kind": "challenge", "text": f"roofs leak {key}"},
                    ),
                )[i % 2]
                self.sent[key] = new
                try:
                    answer = post(client, *new, key)
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    self.acknowledged[key] = answer.json()


@contextmanager
def running(
    folder: Path, lease: float = 1.0, before: Sequence[str] = (), more: Mapping[str, str] = {}
) -> Iterator[Server]:
    """The service over a folder, once it answers; killed at the end, if it is still there. Where it is
    started by a program that goes on beside it, ``before``, the server is that program's only child."""
    port = free_port()
    command = [sys.executable, words_server.__file__, str(lease), str(folder), "--port", str(port)]
    with (
        TemporaryFile() as said,
        subprocess.Popen(
            [*before, *command], stdout=subprocess.DEVNULL, stderr=said, env={**environment(folder), **more}
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: process.poll() is not None or answers(f"{url}/healthz"), "an answer")
            assert process.poll() is None, f"it did not start: {os.pread(said.fileno(), 10_000, 0).decode()}"
            yield Server(process, children(process.pid)[0] if before else process.pid, url)
        finally:
            for each in children(process.pid) if before else ():
                os.kill(each, signal.SIGKILL)
            process.kill()


def command_line(*words: object, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """``matcher`` with these words, as a process of its own."""
    program = [*before, sys.executable, "-c", "from matcher.cli import main; main()", *map(str, words)]
    given = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    return subprocess.run(program, capture_output=True, text=True, check=False, env=given)


def wrong(folder: Path) -> list[str]:
    """What `matcher check` finds."""
    with opened(folder) as workspace:
        return [text for found in safety.check(workspace) for text in found.wrong]

"""``python -m service FOLDER``: the server, and the worker beside it; both end together."""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from matcher.errors import InputError, MatcherError
from matcher.workflow.accounts import are_there
from matcher.workflow.workspace import open_workspace
from service.alarm import WAKE
from service.app import create_app
from service.embedding import ReadApart
from service.settings import ServiceSettings, read_settings

#: Seconds that answers have to become whole at the end, and that the worker has to give its job back.
ANSWERS_GRACE, WORKER_GRACE = 10, 30
#: The program that works on jobs; the folder follows.
WORKER = (sys.executable, "-P", "-m", "service.worker")
#: Linux: the signal that a process gets when its parent is gone.
_PARENT_DEATH_SIGNAL = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or the worker's end; the exit code, 1 where it did not end as asked."""
    given = _arguments(arguments)
    # As its worker and its reader, so that one who reads the log tells them apart.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        with open_workspace(given.folder) as workspace:  # brings the tables up to date before two use them
            first, model = not are_there(workspace), workspace.embedder.key
        settings = read_settings(given.folder, given.host, given.port, os.environ)
        listening = listen(settings)
    except MatcherError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    reader = ReadApart(given.folder, model)
    app = create_app(given.folder, settings, reader)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # a path may hold a token or somebody's question
        server_header=False,
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1"),
        timeout_graceful_shutdown=ANSWERS_GRACE,
    )
    with listening, reader:
        _tell(settings, first=first, as_json=given.json)
        server = uvicorn.Server(config)
        app.state.ending = lambda: server.should_exit
        return _serve(app, server, listening, given.folder)


def listen(settings: ServiceSettings) -> socket.socket:
    """The socket that the server listens on. Raises InputError where nothing can listen there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        # Of an address that is taken, Python's own words name the address twice.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise InputError(
            f"The service cannot listen on {settings.host}, port {settings.port}: {reason}.",
            cure="Give another --port or --host, or end what listens there.",
        ) from None
    # Or else the end of each answer waits 40 ms for the other side to say that it got the beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _serve(app: FastAPI, server: uvicorn.Server, listening: socket.socket, folder: Path) -> int:
    # The server takes these signals while it runs, and raises them again at its end: that is not to end this
    # process before the worker.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _signal, _frame: setattr(server, "should_exit", True))
    if WAKE is not None:
        # The worker inherits this, so that one that is told of a job before it listens is not ended by it.
        signal.signal(WAKE, signal.SIG_IGN)
    worker = subprocess.Popen(  # noqa: S603
        [*WORKER, str(folder)],
        # Ctrl-C is for this process, which then ends the worker. In the same session, for where Linux shares
        # the processor out by sessions, it is within one alone that a solve gives way to a page.
        process_group=0,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs yet
    )
    app.state.queued = lambda: wake(worker)
    died = threading.Event()

    def watch() -> None:
        worker.wait()
        if not server.should_exit:
            died.set()
            server.should_exit = True

    threading.Thread(target=watch, daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        server.should_exit = True
        _end(worker)
    if died.is_set():
        code = worker.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        sys.stderr.write(
            f"Error: The worker ended by itself ({how}); the service ends with it. "
            "What is above may tell why. Start the service again: nothing that was acknowledged is lost.\n"
        )
    return 1 if died.is_set() or not server.started else 0


def wake(worker: subprocess.Popen[bytes]) -> None:
    """Tell a worker that there is a job, where it is there and can be told. It looks by itself, too."""
    if WAKE is not None:
        worker.send_signal(WAKE)  # nothing where it has ended: its number may be another's by now


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(WORKER_GRACE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _end_with_parent() -> None:
    """In the worker, before it runs: it is ended when this process is, however that comes about."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _tell(settings: ServiceSettings, *, first: bool, as_json: bool) -> None:
    link = f"http://{_local(settings)}:{settings.port}/first?token={settings.first_token}" if first else None
    if as_json:
        lines = [json.dumps({"url": settings.origin, "first": link})]
    else:
        lines = [f"The service is at {settings.origin} until Ctrl-C."]
    if link and not as_json:
        lines += [
            "There is no account yet. This link, opened on this machine, makes the administrator:",
            link,
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _local(settings: ServiceSettings) -> str:
    """The name by which this machine itself reaches the service."""
    host = settings.host
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not listened on
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m service", description="Serve one network.")
    parser.add_argument("folder", type=Path, help="the network's folder")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--json", action="store_true", help="tell where it is as one JSON document")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

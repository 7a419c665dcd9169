"""What the tests ask of real processes: a free port, whether something answers, and who is whose child."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx

SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def children(parent: int) -> list[int]:
    """None of one that has ended."""
    try:
        return [int(id) for id in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except FileNotFoundError:
        return []


def child_with(parent: int, program: str) -> int | None:
    """The child of ``parent`` that runs a program, None where there is none."""
    for each in children(parent):
        try:
            if program.encode() in Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0"):
                return each
        except FileNotFoundError:  # it has just ended
            continue
    return None


def gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=SECONDS)


def answers(url: str) -> bool:
    try:
        return get(url).status_code == 200
    except httpx.TransportError:
        return False

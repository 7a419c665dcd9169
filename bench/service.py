"""The service under load: searches, lists and writes at a steady rate while a solve runs.

A generated network (see ``search_speed.py``), served as people serve it by ``matcher serve`` with its worker
beside it. Requests are sent when they are due, whatever became of those before (an open loop), and a time is
counted from when it was due: waiting for others is in it. Whenever no solve runs, the next is queued.
Run: python bench/service.py [--statements N] [--rate N] [--seconds N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import httpx
import numpy as np
from search_speed import fill, lines, sentences

from matcher.accounts import Role, Scope
from matcher.search.words import stems
from matcher.workflow import accounts
from matcher.workflow.workspace import create, open_workspace

#: Shares of the requests; lists are members, statements and organizations in turn.
SEARCHES, WRITES = 0.6, 0.1
LISTS = ("members", "statements", "organizations")
TERM, START = "bench", "2026-09-14"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def memory_of(root: int) -> dict[str, int]:
    """Megabytes that a process and each below it hold, by their programs, as Linux tells: a page that several
    share counts in each by its part."""
    processes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = re.search(r"PPid:\s+(\d+)", (folder / "status").read_text("utf-8"))
            held = re.search(r"Pss:\s+(\d+)", (folder / "smaps_rollup").read_text("utf-8"))
            program = re.search(r"service(\.\w+)?", (folder / "cmdline").read_text("utf-8"))
        except (OSError, ValueError):  # it has just ended, or is another's
            continue
        if parent and held and program:
            processes[int(folder.name)] = (int(parent[1]), program[0], int(held[1]) // 1024)
    found, waiting = {}, [root]
    while waiting:
        one = waiting.pop()
        if one in processes:
            found[processes[one][1]] = processes[one][2]
        waiting += [number for number, (parent, _, _) in processes.items() if parent == one]
    return found


class Line:
    """Requests over connections that are kept, and no more than that: a whole client took a third of one of
    the cores that are measured."""

    def __init__(self, base: str, key: str) -> None:
        self.host, self.port = urlsplit(base).hostname or "", urlsplit(base).port or 80
        self.head = f"Host: {self.host}:{self.port}\r\nAuthorization: Bearer {key}\r\n"
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, method: str, path: str, body: bytes = b"", more: str = "") -> int:
        """The answer's status; 0 where there is none."""
        told = f"{method} {path} HTTP/1.1\r\n{self.head}{more}Content-Length: {len(body)}\r\n\r\n"
        while self.free and self.free[-1][0].at_eof():  # the server ends those that nobody used for long
            self.free.pop()[1].close()
        try:
            reader, writer = self.free.pop() if self.free else await self._open()
            writer.write(told.encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, asyncio.IncompleteReadError):
            return 0
        self.free.append((reader, writer))
        return int(head.split(b" ", 2)[1])

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)


class Load:
    """The requests, and what became of them: milliseconds and statuses by kind."""

    def __init__(self, line: Line, questions: list[str], chance: random.Random) -> None:
        self.line, self.questions, self.chance = line, questions, chance
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[tuple[str, int]] = Counter()

    async def send(self, number: int, due: float) -> None:
        kind, asked = self._request(number)
        status = await asked
        self.times[kind].append(1000 * (time.perf_counter() - due))
        self.statuses[kind, status] += 1

    def _request(self, number: int):
        drawn = self.chance.random()
        if drawn < SEARCHES:
            question = quote(self.questions[number % len(self.questions)])
            return "search", self.line.send("GET", f"/api/v1/search?q={question}")
        if drawn < 1 - WRITES:
            return "list", self.line.send("GET", f"/api/v1/{LISTS[number % len(LISTS)]}?limit=20")
        body = {
            "kind": "challenge",
            "text": f"{self.questions[-number % len(self.questions)]}, in year {number}",
            "member_id": f"m{number % 1000}",
        }
        told = f"Content-Type: application/json\r\nIdempotency-Key: bench-{number}\r\n"
        return "write", self.line.send("POST", "/api/v1/statements", json.dumps(body).encode(), told)


async def keep_solving(client: httpx.AsyncClient, ended: asyncio.Event) -> Counter[str]:
    """Have a solve run all the while; how those that ended did."""
    states: Counter[str] = Counter()
    while not ended.is_set():
        body = {"kind": "pairs", "term": TERM, "start": START}
        made = await client.post("/api/v1/runs", json=body)
        made.raise_for_status()
        place = made.headers["Location"]
        state = "queued"
        while state in ("queued", "running"):
            if ended.is_set():
                states[state] += 1
                return states
            await asyncio.sleep(0.5)
            state = (await client.get(place)).json()["state"]
        states[state] += 1
    return states


async def measure(
    base: str, key: str, server: int, questions: list[str], rate: float, seconds: float
) -> Load:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        load = Load(Line(base, key), questions, random.Random(1))
        for number in range(10):  # the model is loaded, and the desk opened, with the first
            (await client.get("/api/v1/search", params={"q": questions[number]})).raise_for_status()
        ended = asyncio.Event()
        solving = asyncio.create_task(keep_solving(client, ended))
        await asyncio.sleep(2)
        begun, sent = time.perf_counter(), []
        most: dict[str, int] = {}
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.create_task(load.send(number, due)))
            if number % round(5 * rate) == 0:
                held = await asyncio.to_thread(memory_of, server)
                most = max(most, held, key=lambda each: sum(each.values()))
        await asyncio.gather(*sent)
        ended.set()
        states = await solving
    print(f"solves: {', '.join(f'{count} {state}' for state, count in states.items())}")
    parts = ", ".join(f"{program} {megabytes:,}" for program, megabytes in most.items())
    print(f"memory: {sum(most.values()):,} MB ({parts})")
    return load


def show(load: Load) -> None:
    print(f"{'milliseconds':<12}{'n':>7}{'errors':>8}{'p50':>9}{'p99':>9}{'most':>9}")
    for kind, times in sorted(load.times.items()):
        wrong = sum(n for (of, status), n in load.statuses.items() if of == kind and not 200 <= status < 300)
        p50, p99 = np.percentile(times, [50, 99])
        print(f"{kind:<12}{len(times):>7}{wrong:>8}{p50:>9.1f}{p99:>9.1f}{max(times):>9.1f}")
    bad = {key: n for key, n in load.statuses.items() if not 200 <= key[1] < 300}
    if bad:
        print("not as they should be:", dict(bad))


def main() -> None:
    reader = argparse.ArgumentParser(description="Measure the service.")
    reader.add_argument("--statements", type=int, default=20_000)
    reader.add_argument("--rate", type=float, default=50.0, help="requests a second")
    reader.add_argument("--seconds", type=float, default=60.0)
    given = reader.parse_args()
    rng = np.random.default_rng(1)
    fragments = [" ".join(each.split()[:8]) for each in sentences()]
    told = [each for each in fragments if len(stems(each)) > 1]  # others name no topic, and are refused
    questions = [*lines("queries.jsonl", "query"), *rng.permutation(told).tolist()]
    with TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(UTC)
        create(folder)
        with open_workspace(folder) as workspace:
            fill(workspace, given.statements, rng)
            admin = accounts.add_account(
                workspace, "bench@peers.example", "Bench", Role.ADMINISTRATOR, now=now
            )
            key, _ = accounts.make_key(workspace, admin.id, "bench", (Scope.READ, Scope.WRITE), now=now)
        port = free_port()
        command = ["matcher", "--network", str(folder), "serve", "--port", str(port), "--json"]
        command[0] = str(Path(sys.executable).with_name(command[0]))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                base = json.loads(server.stdout.readline())["url"]
                ready = time.perf_counter() + 60
                while time.perf_counter() < ready:
                    try:
                        if httpx.get(f"{base}/readyz").status_code == 200:
                            break
                    except httpx.HTTPError:
                        time.sleep(0.2)
                show(asyncio.run(measure(base, key, server.pid, questions, given.rate, given.seconds)))
            finally:
                server.terminate()


if __name__ == "__main__":
    main()

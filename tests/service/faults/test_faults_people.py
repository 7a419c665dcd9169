"""Several who use one service at once: two editors, one who writes for long, and a backup meanwhile."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from build_server import Server, Writer, command_line, running, wrong

from build_jobs import opened, until
from build_plans import matching
from matcher.accounts import Role

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
PAIRS = "/api/v1/proposals/pairs"


@pytest.fixture(scope="module")
def network(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(planned, tmp_path_factory.mktemp("people") / "network")


@pytest.fixture(scope="module")
def server(network: Path) -> Iterator[Server]:
    with running(network) as started:
        yield started


def plan(client: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get(PAIRS, params={"reasons": False}).json()
    return told


def pairs(plan: dict[str, Any]) -> set[frozenset[str]]:
    return {frozenset(each["members"]) for each in plan["proposals"]}


def test_of_two_who_edit_one_plan_neither_loses_an_edit(server: Server) -> None:
    start = threading.Barrier(2)

    def swap(client: httpx.Client, one: str, other: str, version: str) -> httpx.Response:
        edit = {"change": "swap", "one": one, "other": other, "keep": True}
        return client.post(f"{PAIRS}/changes", json=edit, headers=matching(version))

    def at_once(client: httpx.Client, *edit: str) -> httpx.Response:
        start.wait()
        return swap(client, *edit)

    with server.client() as fay, server.client(Role.ADMINISTRATOR) as ada, ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            seen = plan(fay)
            (a, b), (c, d), (e, f), (g, h) = (each["members"] for each in seen["proposals"])
            edits = {fay: (a, c), ada: (e, g)}
            sent = {
                client: pool.submit(at_once, client, *two, seen["version"]) for client, two in edits.items()
            }
            answers = {client: each.result() for client, each in sent.items()}
            assert sorted(each.status_code for each in answers.values()) == [200, 409]
            loser = next(client for client, each in answers.items() if each.status_code == 409)
            told, now = answers[loser].json(), plan(loser)
            assert (told["code"], told["yours"]["version"], told["now"]["version"]) == (
                "changed",
                seen["version"],
                now["version"],
            )
            assert pairs(told["yours"]) == pairs(seen)
            assert pairs(told["now"]) == pairs(now) != pairs(seen)
            assert swap(loser, *edits[loser], now["version"]).status_code == 200
            assert pairs(plan(loser)) == {frozenset(two) for two in ((c, b), (a, d), (g, f), (e, h))}


@pytest.mark.sqlite
def test_a_backup_made_while_many_write_is_brought_back_and_served(
    server: Server, network: Path, tmp_path: Path
) -> None:
    backup, drill = tmp_path / "network.zip", tmp_path / "drill"
    # So slowly that what was written last still stands beside the database's file, which is not all there is.
    with Writer(server, pause=0.2).writing() as writer:
        until(lambda: len(writer.acknowledged) >= 20, "some writes")
        before = {*writer.acknowledged}
        made = command_line("--network", network, "backup", backup)
        assert made.returncode == 0, made.stderr
        after = {*writer.acknowledged}
        assert before < after
    restored = command_line("--network", drill, "restore", backup, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert wrong(drill) == []
    with running(drill) as again, again.client() as client:
        assert client.get("/readyz").status_code == 200
        new = {"member_id": "m1", "kind": "challenge", "text": "roofs leak after all"}
        assert client.post("/api/v1/statements", json=new).status_code == 201

    texts, hashes = {}, {}
    for folder in (network, drill):
        with opened(folder) as workspace, workspace.store.read() as reading:
            texts[folder] = {each.text for each in reading.statements()}
            texts[folder] |= {each.name for each in reading.terms()}
            hashes[folder] = [each.hash for each in reading.audit_chain()]

    def written(keys: set[str]) -> set[str]:
        bodies = (writer.sent[key][1] for key in keys)
        return {str(body.get("text") or body["name"]) for body in bodies}

    # What was acknowledged before the backup is in it, and the network itself has lost nothing by it.
    assert written(before) <= texts[drill] - {"roofs leak after all"} <= texts[network]
    assert written({*writer.acknowledged}) <= texts[network]
    last = made.stdout.partition("last hash: ")[2].split()[0]
    assert (
        hashes[drill][: hashes[drill].index(last) + 1] == hashes[network][: hashes[network].index(last) + 1]
    )


def test_who_writes_while_another_does_is_told_so_and_all_can_read(server: Server, network: Path) -> None:
    said = {"member_id": "m2", "kind": "challenge", "text": "the boiler is old"}
    with server.client() as client, opened(network) as workspace:
        with workspace.store.write():
            refused = client.post("/api/v1/statements", json=said)
            assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
            assert refused.json()["detail"].startswith("Somebody else is writing")
            assert client.get("/readyz").status_code == 200
            assert plan(client)["proposals"]
        assert client.post("/api/v1/statements", json=said).status_code == 201

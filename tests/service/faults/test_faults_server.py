"""A server that is killed while it writes: what it acknowledged is there, once, and nothing is by half."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from build_server import Server, Writer, post, running, wrong

from build_jobs import until
from build_plans import FALL, matching
from build_processes import children, gone
from matcher.domain import ExchangeStatus
from matcher.jobs import JobState
from matcher.workflow.workspace import open_workspace
from words_embedder import WordsEmbedder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
ROSTER = "member_id,name,email,organization,state\n" + "".join(
    f"n{i},New {i},n{i}@new.example,New District {i},OH\n" for i in range(30)
)
RUN = ("/api/v1/runs", {"kind": "pairs", "term": FALL.name}, "the-run")
VISITS = "/api/v1/proposals/visits"


@contextmanager
def held(server: Server, folder: Path, path: str, **more: Any) -> Iterator[Future[httpx.Response]]:
    """A request that stays in the middle of its writing. The server has to be killed inside."""
    (folder / "hold").touch()
    with ThreadPoolExecutor(1) as pool, server.client() as client:
        yield pool.submit(client.post, path, **more)
    (folder / "hold").unlink()
    (folder / "held").unlink()


def confirmed(server: Server, folder: Path) -> tuple[str, dict[str, str]]:
    """The path and the headers that confirm an upload."""
    with server.client() as client:
        seen = client.post("/api/v1/imports", files={"files": ("roster.csv", ROSTER.encode())})
    assert seen.status_code == 201, seen.text
    return f"/api/v1/imports/{seen.json()['token']}/confirm", {"Idempotency-Key": "the-import"}


def kill(server: Server, *, worker_too: bool = False) -> None:
    """End the server at once; what it had started ends by itself."""
    worker = server.worker
    child = children(worker)
    if worker_too:
        os.kill(worker, signal.SIGKILL)
    server.process.kill()
    server.process.wait()
    until(lambda: all(map(gone, (worker, *child))), "the end of the worker and its child")


def count(folder: Path) -> dict[str, int]:
    with open_workspace(folder, WordsEmbedder()) as workspace, workspace.store.read() as reading:
        return {"members": len(reading.members()), "imports": len(reading.imports())}


def searching(server: Server, number: int) -> bool:
    with server.client() as client:
        run = client.get(f"/api/v1/runs/{number}").json()
    return (run["state"], run["stage"]) == ("running", "searching")


def test_a_server_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice(plans: Path) -> None:
    (plans / "slow").touch()
    before = count(plans)

    # In the middle of many small writes, and of a solve.
    with running(plans) as server:
        with server.client() as client:
            run = post(client, *RUN).json()
        until(lambda: searching(server, run["id"]), "a solve")
        enough = random.Random(5).randint(10, 40)
        with Writer(server).writing() as writer:
            until(lambda: len(writer.acknowledged) >= enough, "some writes")
            kill(server)
    assert wrong(plans) == []
    with open_workspace(plans, WordsEmbedder()) as workspace, workspace.store.read() as reading:
        texts, terms = [each.text for each in reading.statements()], [each.name for each in reading.terms()]
    for key in writer.acknowledged:
        kept = writer.sent[key][1]
        assert texts.count(kept.get("text", "")) + terms.count(kept.get("name", "")) == 1

    # All are sent again: those that were acknowledged are answered the same, the others are done.
    with running(plans) as server:
        with server.client() as client:
            for key, request in writer.sent.items():
                answer = post(client, *request, key)
                assert answer.status_code == 201
                assert writer.acknowledged.get(key, answer.json()) == answer.json()
            assert post(client, *RUN).json()["id"] == run["id"]
        # In the middle of an import.
        path, headers = confirmed(server, plans)
        with held(server, plans, path, headers=headers) as answer_of_import:
            until((plans / "held").exists, "half an import")
            kill(server)
        assert isinstance(answer_of_import.exception(), httpx.TransportError)
    assert count(plans) == before
    assert wrong(plans) == []
    with open_workspace(plans, WordsEmbedder()) as workspace, workspace.store.read() as reading:
        written = sorted(each.text for each in reading.statements() if each.text.startswith("roofs"))
        assert written == sorted(body["text"] for _, body in writer.sent.values() if "text" in body)

    # In the middle of a publication, with the worker.
    with running(plans) as server:
        path, headers = confirmed(server, plans)
        with server.client() as client:
            told = [client.post(path, headers=headers).json() for _ in range(2)]
            assert told[0] == told[1]
            drafts = client.get(VISITS, params={"reasons": False}).json()
        assert count(plans) == {"members": before["members"] + 30, "imports": 1}
        asked = {"json": {}, "headers": matching(drafts["version"])}
        until(lambda: searching(server, run["id"]), "a solve")
        with held(server, plans, f"{VISITS}/publish", **asked) as answer_of_publication:
            until((plans / "held").exists, "half a publication")
            kill(server, worker_too=True)
        assert isinstance(answer_of_publication.exception(), httpx.TransportError)
    assert wrong(plans) == []

    # It goes on by itself.
    (plans / "go").touch()
    with running(plans) as server, server.client() as client:
        again = client.get(VISITS, params={"reasons": False}).json()
        assert again == drafts
        ids = client.post(f"{VISITS}/publish", **asked).json()["ids"]
        assert sorted(ids) == sorted(each["id"] for each in drafts["proposals"])
        until(lambda: client.get(f"/api/v1/runs/{run['id']}").json()["finished"] is not None, "its end")
        ended = client.get(f"/api/v1/runs/{run['id']}").json()
        assert (ended["state"], ended["attempts"]) == (JobState.DONE, 2)
        assert post(client, *RUN).json()["id"] == run["id"]
    with open_workspace(plans, WordsEmbedder()) as workspace, workspace.store.read() as reading:
        assert [job.id for job in reading.jobs()] == [run["id"]]
        assert [max(each.id for each in reading.runs())] == ended["plans"]
        published = {each.id for each in reading.exchanges() if each.status is ExchangeStatus.PUBLISHED}
        assert published == {*ids}
    assert wrong(plans) == []

"""Terms and runs over the API: asked for once, followed, ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi.testclient import TestClient

from build_plans import FALL, acting
from build_service import opened, token_of
from matcher.accounts import Role
from matcher.workflow import jobs
from service.api import term

F, M = Role.FACILITATOR, Role.MEMBER
ASKED = {"kind": "pairs", "term": FALL.name}


def test_a_term_is_made_once(api: TestClient) -> None:
    acting(api, F)
    given = {"name": "2027 spring", "start": "2027-01-11"}
    made = api.post("/api/v1/terms", json=given)
    assert (made.status_code, made.json()) == (201, given)
    assert api.post("/api/v1/terms", json=given).status_code == 409
    assert api.post("/api/v1/terms", json=given | {"name": " "}).status_code == 400
    acting(api, M)
    assert [each["name"] for each in api.get("/api/v1/terms").json()["terms"]] == [FALL.name, "2027 spring"]
    assert api.post("/api/v1/terms", json=given).status_code == 403


def test_a_run_is_queued_in_the_name_of_who_asks_and_only_once(api: TestClient, plans: Path) -> None:
    acting(api, F)
    first, again = (api.post("/api/v1/runs", json=ASKED, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert first.headers["Location"] == again.headers["Location"] == "/api/v1/runs/1"
    assert api.get(first.headers["Location"]).json()["state"] == "queued"
    assert [each["id"] for each in api.get("/api/v1/runs").json()["runs"]] == [1]
    with opened(plans) as workspace:
        assert [job.actor for job in jobs.jobs(workspace)] == ["account-f"]


def test_the_worker_is_told_of_a_run_once_it_is_there(api: TestClient, plans: Path) -> None:
    there: list[int] = []

    def told() -> None:
        with opened(plans) as workspace:
            there.append(len(jobs.jobs(workspace)))

    acting(api, F)
    api.app.state.queued = told  # type: ignore[attr-defined]
    assert api.post("/api/v1/runs", json=ASKED | {"term": "never"}).status_code == 400
    assert api.post("/api/v1/runs", json=ASKED).status_code == 202
    assert there == [1]


def test_what_cannot_be_formed_is_said_at_once(api: TestClient) -> None:
    acting(api, F)
    wrong = api.post("/api/v1/runs", json=ASKED | {"term": "never"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "input")
    assert api.post("/api/v1/runs", json=ASKED | {"pins": [["m", "nobody"]]}).status_code == 404
    assert api.post("/api/v1/runs", json=ASKED | {"kind": "topics"}).status_code == 422
    assert api.post("/api/v1/runs", json=ASKED | {"term": "new", "start": "2027-01-11"}).status_code == 202
    assert len(api.get("/api/v1/runs").json()["runs"]) == 1


def test_runs_are_listed_in_pages_the_latest_first(api: TestClient) -> None:
    acting(api, F)
    for _ in range(3):
        api.post("/api/v1/runs", json=ASKED)
    first = api.get("/api/v1/runs", params={"limit": 2}).json()
    last = api.get("/api/v1/runs", params={"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in first["runs"] + last["runs"]] == [3, 2, 1]
    assert last["next"] == ""


def test_a_page_of_runs_is_read_at_once_and_no_more_of_them(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    known = jobs.jobs
    monkeypatch.setattr(jobs, "jobs", lambda *given: asked.append(given[1:]) or known(*given))
    monkeypatch.setattr(jobs, "progress", None)  # nor is one of them read again
    acting(api, F)
    assert api.get("/api/v1/runs", params={"limit": 2, "cursor": "NA=="}).json() == {"runs": [], "next": ""}
    assert asked == [(3, 4)]


def test_a_run_is_cancelled_once(api: TestClient) -> None:
    acting(api, F)
    api.post("/api/v1/runs", json=ASKED)
    assert api.post("/api/v1/runs/1/cancel").json()["state"] == "cancelled"
    assert api.post("/api/v1/runs/1/cancel").status_code == 409
    for path in ("/api/v1/runs/9", "/api/v1/runs/9/events"):
        assert api.get(path).status_code == 404
    assert api.post("/api/v1/runs/9/cancel").status_code == 404
    assert api.get("/api/v1/runs/0").status_code == 422
    assert api.get(f"/api/v1/runs/{2**80}").status_code == 422


def test_a_run_is_followed_to_its_end(api: TestClient, plans: Path) -> None:
    acting(api, F)
    api.post("/api/v1/runs", json=ASKED)
    with opened(plans) as workspace:
        job = jobs.claim(workspace, "w", timedelta(minutes=5), jobs.utc_now())
        assert job is not None
        told: list[str] = []
        # The stream is read in its own thread by the client: the first event comes while the job runs.
        with api.stream("GET", "/api/v1/runs/1/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("event:"):
                    told.append(line.removeprefix("event:").strip())
                if line.startswith("data:") and told[-1] == "end":
                    last = json.loads(line.removeprefix("data:"))
                if told == ["progress"] and not line:
                    jobs.run_job(workspace, job, "w")
    assert told[0] == "progress"
    assert told[-1] == "end"
    assert (last["state"], len(last["plans"])) == ("done", 1)
    assert api.get("/api/v1/runs/1").json() == last


def test_a_stream_ends_where_the_server_ends(api: TestClient) -> None:
    acting(api, F)
    api.post("/api/v1/runs", json=ASKED)
    api.app.state.ending = lambda: True  # type: ignore[attr-defined]
    told = api.get("/api/v1/runs/1/events").text
    assert told.count("event:") == 1
    assert told.startswith("event: progress")


@contextmanager
def following(api: TestClient, role: Role) -> Iterator[None]:
    """Somebody follows the first run, and has been told how far it is; at the end the line is cut."""
    begun, cut = threading.Event(), anyio.Event()

    async def receive() -> MutableMapping[str, Any]:
        await cut.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if b"event: progress" in message.get("body", b""):
            begun.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/runs/1/events",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"cookie", f"session={token_of(role)}".encode())],
        "client": ("127.0.0.1", 1),
    }
    assert api.portal is not None
    answered = api.portal.start_task_soon(api.app, scope, receive, send)
    try:
        assert begun.wait(60)
        yield
    finally:
        api.portal.call(cut.set)
        answered.result(60)


def test_few_follow_at_once_and_a_place_is_free_when_its_follower_is_gone(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(api, F)
    api.post("/api/v1/runs", json=ASKED)
    monkeypatch.setattr(term, "LOOK", 3600.0)
    with ExitStack() as there:
        for _ in range(4):
            there.enter_context(following(api, F))
        monkeypatch.setattr(term, "FOLLOWED", timedelta(0))  # were there a place, it would end at once
        full = api.get("/api/v1/runs/1/events")
        assert (full.status_code, full.json()["code"]) == (503, "busy")
        assert full.headers["Retry-After"]
        there.enter_context(following(api, Role.ADMINISTRATOR))
        # Whoever waits holds no thread meanwhile, and no connection to the database.
        assert api.portal is not None
        assert api.portal.call(threads_in_use) == 0
        assert api.app.state.service.workspace.store._engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert api.get("/api/v1/runs/999/events").status_code == 503
    assert api.get("/api/v1/runs/1/events").status_code == 200
    assert api.get("/api/v1/runs/999/events").status_code == 404


async def threads_in_use() -> float:
    return current_default_thread_limiter().borrowed_tokens

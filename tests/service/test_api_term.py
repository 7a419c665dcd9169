"""Terms and runs over the API: asked for once, followed, ended."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from build_plans import FALL, acting
from build_service import opened
from matcher.accounts import Role
from matcher.workflow import jobs

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

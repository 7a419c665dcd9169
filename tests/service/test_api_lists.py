"""Lists of the network: what each role sees of them, page by page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from build_plans import acting
from build_service import opened
from matcher.accounts import Role
from matcher.domain import Topic
from matcher.store import RunKind
from matcher.topics.history import TopicRun
from matcher.workflow import topicviews

F, M = Role.FACILITATOR, Role.MEMBER


def every(client: TestClient, what: str, limit: int = 3) -> list[dict]:
    """All of a list, in pages."""
    found, cursor = [], ""
    while True:
        answer = client.get(f"/api/v1/{what}", params={"cursor": cursor, "limit": limit})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page[what]) <= limit
        found += page[what]
        cursor = page["next"]
        if not cursor:
            return found


def test_pages_together_are_the_whole_list_for_staff(api: TestClient) -> None:
    acting(api, F)
    assert [each["id"] for each in every(api, "members")] == ["m", *(f"m{i}" for i in range(1, 8))]
    assert [each["id"] for each in every(api, "organizations")] == [f"o{i}" for i in range(8)]
    assert len(every(api, "statements")) == 16
    assert every(api, "members", 1) == every(api, "members", 100)


def test_a_page_goes_on_behind_its_cursor_whatever_came_before_it(api: TestClient) -> None:
    acting(api, F)
    first = api.get("/api/v1/statements", params={"limit": 2}).json()
    api.post("/api/v1/statements", json={"kind": "challenge", "text": "a bell schedule", "member_id": "m"})
    again = api.get("/api/v1/statements", params={"limit": 2, "cursor": first["next"]}).json()
    assert not {each["id"] for each in first["statements"]} & {each["id"] for each in again["statements"]}


def test_a_member_sees_the_directory_and_itself_and_their_organizations(api: TestClient) -> None:
    acting(api, M)
    seen = every(api, "members")
    assert [each["id"] for each in seen] == ["m", "m1", "m3", "m5", "m7"]
    assert [each["id"] for each in every(api, "organizations")] == ["o0", "o1", "o3", "o5", "o7"]
    own, *others = seen
    assert own["email"]
    assert own["slots"] == ["Tue am"]
    assert {each["email"] for each in others} == {""}
    assert {each["slots"] for each in others} == {each["listed"] for each in others} == {None}


def test_who_is_not_listed_is_told_of_in_the_same_words_as_who_is_not_there(api: TestClient) -> None:
    acting(api, M)
    for path in ("members", "organizations", "statements"):
        hidden = {"members": "m2", "organizations": "o2", "statements": "c1"}[path]
        there, absent = api.get(f"/api/v1/{path}/{hidden}"), api.get(f"/api/v1/{path}/none")
        assert there.status_code == absent.status_code == 404
        assert there.text.replace(hidden, "none") == absent.text
    there, absent = (api.get(f"/api/v1/members/{id}/recommendations") for id in ("m2", "none"))
    assert there.text.replace("m2", "none") == absent.text


def test_a_member_enters_the_directory_and_leaves_it(api: TestClient) -> None:
    acting(api, M)
    assert api.get("/api/v1/members/m").json()["listed"] is False
    answer = api.put("/api/v1/members/m/listing", json={"listed": True})
    assert (answer.status_code, answer.json()["listed"]) == (200, True)
    others = api.put("/api/v1/members/m2/listing", json={"listed": True})
    assert others.status_code == 404
    acting(api, F)
    assert api.put("/api/v1/members/m2/listing", json={"listed": True}).json()["listed"] is True
    assert api.put("/api/v1/members/m/listing", json={"listed": False}).json()["listed"] is False
    acting(api, M)
    assert "m2" in [each["id"] for each in every(api, "members")]
    assert api.get("/api/v1/members/m").json()["listed"] is False


def test_one_of_each(api: TestClient) -> None:
    acting(api, F)
    assert api.get("/api/v1/members/m2").json()["email"] == "p2@district2.example"
    assert api.get("/api/v1/organizations/o2").json()["name"] == "District 2"
    assert api.get("/api/v1/statements/c1").json()["confidential"] is True


def test_a_member_sees_its_own_statements_alone(api: TestClient) -> None:
    acting(api, M)
    assert {each["member_id"] for each in every(api, "statements")} == {"m"}
    assert api.get("/api/v1/statements", params={"member_id": "m1"}).json()["statements"] == []
    assert api.get("/api/v1/statements/c0").status_code == 200
    acting(api, F)
    of_one = api.get("/api/v1/statements", params={"member_id": "m1"}).json()["statements"]
    assert [each["id"] for each in of_one] == ["c1", "p1"]


def test_a_statement_is_taken_once_and_found_at_once(api: TestClient) -> None:
    acting(api, M)
    given = {"kind": "practice", "text": "xylophones for everybody"}
    made = api.post("/api/v1/statements", json=given, headers={"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert made.json()["member_id"] == "m"
    again = api.post("/api/v1/statements", json=given, headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.content) == (201, made.content)
    assert api.get(f"/api/v1/statements/{made.json()['id']}").json() == made.json()
    other = api.post("/api/v1/statements", json=given | {"text": "other"}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 409
    acting(api, F)
    answers = api.get("/api/v1/search", params={"q": "xylophones for everybody"}).json()["answers"]
    assert [each["statement_id"] for each in answers] == [made.json()["id"]]


def test_a_member_speaks_for_itself_alone(api: TestClient) -> None:
    given = {"kind": "challenge", "text": "late buses"}
    acting(api, M)
    assert api.post("/api/v1/statements", json=given | {"member_id": "m1"}).status_code == 404
    acting(api, F)
    assert api.post("/api/v1/statements", json=given).json()["cure"] == "Name the member in member_id."
    assert api.post("/api/v1/statements", json=given | {"member_id": "none"}).status_code == 404
    assert api.post("/api/v1/statements", json=given | {"member_id": "m1"}).status_code == 201


def test_what_is_no_cursor_is_refused(api: TestClient) -> None:
    acting(api, F)
    for what in ("members", "organizations", "statements", "exchanges", "terms", "runs", "topics"):
        answer = api.get(f"/api/v1/{what}", params={"cursor": "§"})
        assert answer.status_code == 400, what
        assert "cursor" in answer.json()["detail"]
    assert api.get("/api/v1/runs", params={"cursor": "eA=="}).status_code == 400
    assert api.get("/api/v1/members", params={"limit": 101}).status_code == 422


def test_topics_are_counted_anew_only_where_they_may_have_changed(
    api: TestClient, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    known = topicviews.topic_views
    monkeypatch.setattr(topicviews, "topic_views", lambda *a, **k: counted.append(1) or known(*a, **k))
    acting(api, F)
    every(api, "topics")
    assert len(counted) == 1
    api.post("/api/v1/statements", json={"kind": "practice", "text": "carpools", "member_id": "m1"})
    api.post("/api/v1/me/keys", json={"name": "mine", "scopes": ["read"]})
    every(api, "topics")
    assert len(counted) == 1
    with opened(plans) as workspace, workspace.store.write() as writing:
        member = writing.member("m1")
        writing.put_members([replace(member, name="Another Name")])
    every(api, "topics")
    assert len(counted) == 2
    told = every(api, "topics")
    app: Any = api.app
    app.state.service.topics[True] = (10**6, ())  # as of an entry that a restored backup has not
    assert every(api, "topics") == told
    assert len(counted) == 3


def test_topics_are_told_without_others_sentences_to_members(api: TestClient, plans: Path) -> None:
    topics = (
        Topic("t1", "Drivers", ("bus",), ("c0", "c4"), ("c4",)),
        Topic("t2", "Coaches", ("coach",), ("p0", "c5")),
    )
    with opened(plans) as workspace, workspace.store.write() as writing:
        run = writing.add_run(
            RunKind.TOPICS,
            term=None,
            seed=1,
            versions="{}",
            problem="{}",
            solution="{}",
            status="found",
            seconds=0.0,
        )
        writing.put_topic_run(TopicRun(topics), run)
    acting(api, F)
    listed = every(api, "topics")
    assert any(each["examples"] for each in listed)
    one = api.get(f"/api/v1/topics/{listed[0]['id']}").json()
    assert one["statements"]
    acting(api, M)
    assert [each["id"] for each in every(api, "topics")] == [each["id"] for each in listed]
    assert not any(each["examples"] for each in every(api, "topics"))
    assert set(api.get(f"/api/v1/topics/{listed[0]['id']}").json()) == {"topic"}
    assert api.get("/api/v1/topics/none").status_code == 404


def test_recommendations_are_for_oneself_and_from_the_directory(api: TestClient) -> None:
    acting(api, M)
    path = "/api/v1/members/m/recommendations"
    own = api.get(path).json()["recommendations"]
    assert own
    assert {each["person"]["id"] for each in own} <= {"m1", "m3", "m5", "m7"}
    assert {each["person"]["email"] for each in own} == {""}
    quoted = {quote["text"] for each in own for quote in each["quotes"] if quote["member"] == "Person 1"}
    assert quoted == {"(confidential: seen by network staff only)"}
    acting(api, F)
    whole = api.get(path, params={"limit": 50}).json()["recommendations"]
    assert {each["person"]["id"] for each in own} < {each["person"]["id"] for each in whole}
    assert all(each["person"]["email"] for each in whole)
    assert len(api.get(path, params={"limit": 1}).json()["recommendations"]) == 1
    assert api.get(path, params={"state": "nowhere"}).status_code == 400

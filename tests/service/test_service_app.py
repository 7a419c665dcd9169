"""Questions over the web: staff and members find what they may, and errors carry a cure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from build_service import SETTINGS, log_in, opened
from matcher.accounts import Role
from matcher.domain import Statement, StatementKind
from service.app import create_app

DRIVERS = {"q": "bus drivers quit every winter"}


@pytest.fixture
def staff(client: TestClient) -> TestClient:
    log_in(client, Role.FACILITATOR)
    return client


@pytest.fixture
def member(client: TestClient) -> TestClient:
    log_in(client, Role.MEMBER)
    return client


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.sqlite
def test_it_says_so_where_it_is_not_ready(client: TestClient, folder: Path) -> None:
    (folder / "network.db").write_bytes(b"no database at all, and longer than a header of one is" * 20)
    told = client.get("/readyz")
    assert (told.status_code, told.json()["code"]) == (503, "not-ready")
    assert told.json()["cure"]
    assert client.get("/healthz").status_code == 200


def test_a_question_finds_the_member_and_the_sentence(staff: TestClient) -> None:
    found = staff.get("/api/v1/search", params=DRIVERS).json()
    (answer,) = found["answers"]
    assert found["searched"] == "bus drivers quit every winter"
    assert answer["person"]["name"] == "Lee Ortiz"
    assert answer["text"] == "bus drivers quit every winter"
    assert 0 < answer["points"] <= 1000


def test_staff_see_addresses_and_confidential_texts(staff: TestClient) -> None:
    (answer,) = staff.get("/api/v1/search", params={"q": "board conflict over budget"}).json()["answers"]
    assert answer["statement_id"] == "t"
    assert answer["person"]["email"] == "lee@walnut.example"


def test_a_member_finds_those_in_the_directory_without_an_address(member: TestClient) -> None:
    told = member.get("/api/v1/search", params=DRIVERS)
    assert [each["statement_id"] for each in told.json()["answers"]] == ["s"]
    assert "@" not in told.text


@pytest.mark.parametrize("question", ["board conflict over budget", "reading coaches leave us"])
def test_a_member_finds_no_confidential_text_and_nobody_outside_the_directory(
    member: TestClient, question: str
) -> None:
    found = member.get("/api/v1/search", params={"q": question}).json()
    assert found["answers"] == []
    assert {each["statement_id"] for each in found["nearest"]} == {"s"}


def test_whoever_leaves_the_directory_is_found_no_more(member: TestClient, folder: Path) -> None:
    assert member.get("/api/v1/search", params=DRIVERS).json()["answers"]
    with opened(folder) as workspace, workspace.store.write() as writing:
        writing.put_members([replace(writing.member("l"), listed=False)])
    found = member.get("/api/v1/search", params=DRIVERS).json()
    assert found["answers"] == found["nearest"] == []


def test_filters_leave_members_out(staff: TestClient) -> None:
    for given in ({"state": "OH"}, {"hosts": "true"}):
        found = staff.get("/api/v1/search", params={"q": "bus drivers", **given}).json()
        assert found["answers"] == found["nearest"] == []


def test_a_filter_of_the_question_can_be_taken_off(staff: TestClient) -> None:
    asked = {"q": "districts dealing with bus drivers in KS"}
    read = staff.get("/api/v1/search", params=asked).json()["facets"]
    assert [each["value"] for each in read] == ["KS", "district"]
    less = staff.get("/api/v1/search", params={**asked, "without": "KS"}).json()["facets"]
    assert [each["value"] for each in less] == ["district"]
    assert staff.get("/api/v1/search", params={**asked, "as_typed": "true"}).json()["facets"] == []


def test_what_was_written_since_is_found(staff: TestClient, folder: Path) -> None:
    assert staff.get("/api/v1/search", params={"q": "xylophones"}).json()["answers"] == []
    with opened(folder) as workspace, workspace.store.write() as writing:
        writing.put_statements([Statement("w", "m", StatementKind.PRACTICE, "xylophones")])
    found = staff.get("/api/v1/search", params={"q": "xylophones"}).json()
    assert found["answers"][0]["statement_id"] == "w"


def test_an_empty_question_is_a_problem_with_a_cure(staff: TestClient) -> None:
    answer = staff.get("/api/v1/search", params={"q": " "})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["cure"]


@pytest.mark.parametrize("query", [{"q": "x" * 501}, {"q": "x", "limit": 0}, {}])
def test_what_is_out_of_bounds_is_refused(staff: TestClient, query: dict[str, object]) -> None:
    assert staff.get("/api/v1/search", params=query).status_code == 422


def test_a_missing_network_says_so_at_the_start(tmp_path: Path) -> None:
    from matcher.errors import NotFoundError

    with (
        pytest.raises(NotFoundError, match="matcher init"),
        TestClient(create_app(tmp_path / "none", SETTINGS)),
    ):
        pass


def test_what_nobody_asked_for_by_name_is_the_service_s_in_the_audit(staff: TestClient, folder: Path) -> None:
    staff.get("/api/v1/search", params=DRIVERS)
    with opened(folder) as workspace, workspace.store.read() as reading:
        newest = max(reading.audit(), key=lambda entry: entry.id)
    assert newest.actor == "service"
    assert {done.what for done in newest.done} == {"put vector"}


def test_the_measures_name_routes_and_nothing_that_was_sent(staff: TestClient) -> None:
    staff.get("/api/v1/search", params={"q": "needle in the question"})
    staff.get("/needle-in-the-path")
    staff.delete("/api/v1/me/keys/needle-in-an-id")
    told = staff.get("/metrics").text
    assert 'route="/api/v1/me/keys/{key_id}",status="404"' in told
    assert 'route="other",status="404"' in told
    assert "needle" not in told
    assert "example" not in told

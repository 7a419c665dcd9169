"""The read-only service: alive, answers as the workflow does, tells errors with a cure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import service.app
from matcher.domain import Member, Organization, OrganizationType, Statement, StatementKind
from matcher.workflow.workspace import create, open_workspace
from service.app import create_app
from words_embedder import WordsEmbedder


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    create(tmp_path)
    with open_workspace(tmp_path, WordsEmbedder()) as workspace, workspace.store.write() as writing:
        writing.put_organizations([Organization("o", "Walnut Draw", OrganizationType.DISTRICT, "KS")])
        writing.put_members([Member("m", "Ada Reyes", "o", email="a@walnut.example")])
        writing.put_statements(
            [
                Statement("s", "m", StatementKind.CHALLENGE, "bus drivers quit every winter"),
                Statement("t", "m", StatementKind.CHALLENGE, "board conflict over budget", confidential=True),
            ]
        )
    monkeypatch.setattr(service.app, "open_workspace", lambda folder: open_workspace(folder, WordsEmbedder()))
    with TestClient(create_app(tmp_path)) as opened:
        yield opened


def test_it_is_alive(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_question_finds_the_member_and_the_sentence(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "bus drivers quit every winter"}).json()
    (answer,) = found["answers"]
    assert found["searched"] == "bus drivers quit every winter"
    assert answer["person"]["name"] == "Ada Reyes"
    assert answer["text"] == "bus drivers quit every winter"
    assert 0 < answer["points"] <= 1000


def test_a_confidential_text_does_not_count(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "board conflict over budget"}).json()
    assert found["answers"] == []
    assert "t" not in {each["statement_id"] for each in found["nearest"]}


def test_no_address_is_given_to_somebody_unknown(client: TestClient) -> None:
    assert "@" not in client.get("/api/v1/search", params={"q": "bus drivers quit every winter"}).text


def test_filters_leave_members_out(client: TestClient) -> None:
    for given in ({"state": "OH"}, {"hosts": "true"}):
        found = client.get("/api/v1/search", params={"q": "bus drivers", **given}).json()
        assert found["answers"] == found["nearest"] == []


def test_a_filter_of_the_question_can_be_taken_off(client: TestClient) -> None:
    asked = {"q": "districts dealing with bus drivers in KS"}
    read = client.get("/api/v1/search", params=asked).json()["facets"]
    assert [each["value"] for each in read] == ["KS", "district"]
    less = client.get("/api/v1/search", params={**asked, "without": "KS"}).json()["facets"]
    assert [each["value"] for each in less] == ["district"]
    assert client.get("/api/v1/search", params={**asked, "as_typed": "true"}).json()["facets"] == []


def test_what_was_written_since_is_found(client: TestClient, tmp_path: Path) -> None:
    assert client.get("/api/v1/search", params={"q": "xylophones"}).json()["answers"] == []
    with open_workspace(tmp_path, WordsEmbedder()) as workspace, workspace.store.write() as writing:
        writing.put_statements([Statement("u", "m", StatementKind.PRACTICE, "xylophones")])
    found = client.get("/api/v1/search", params={"q": "xylophones"}).json()
    assert found["answers"][0]["statement_id"] == "u"


def test_an_empty_question_is_a_problem_with_a_cure(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": " "})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["cure"]


@pytest.mark.parametrize("query", [{"q": "x" * 501}, {"q": "x", "limit": 0}, {}])
def test_what_is_out_of_bounds_is_refused(client: TestClient, query: dict[str, object]) -> None:
    assert client.get("/api/v1/search", params=query).status_code == 422


def test_a_missing_network_says_so_at_the_start(tmp_path: Path) -> None:
    from matcher.errors import NotFoundError

    with pytest.raises(NotFoundError, match="matcher init"), TestClient(create_app(tmp_path / "none")):
        pass

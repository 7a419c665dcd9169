"""Reasons, files and the audit over the API."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from build_plans import FALL, acting, plan_of
from build_service import client_for
from matcher.accounts import Role
from service import state

A, F, M = Role.ADMINISTRATOR, Role.FACILITATOR, Role.MEMBER


def test_why_one_and_why_two(api: TestClient) -> None:
    acting(api, F)
    one = api.get("/api/v1/explain/why", params={"one": "m"}).json()
    assert one["name"] == "Person 0"
    assert [each["kind"] for each in one["plans"]] == ["pairs", "visits"]
    first, second = plan_of(api)["proposals"][0]["members"]
    asked = {"one": first, "other": second, "in": "pairs", "seconds": 1}
    two = api.get("/api/v1/explain/why-two", params=asked).json()
    assert two["affinity"] > 0
    assert [each["kind"] for each in two["plans"]] == ["pairs"]
    assert "pair 1" in two["plans"][0]["sentences"][0]
    for path, params, status in (
        ("why", {"one": "nobody"}, 404),
        ("why", {"one": "m", "term": "never"}, 404),
        ("why", {}, 422),
        ("why", {"one": "m", "seconds": 61}, 422),
        ("why-two", {"one": "m", "other": "m"}, 400),
        ("rules/topics", {}, 422),
        ("rules/cohorts", {}, 404),
    ):
        assert api.get(f"/api/v1/explain/{path}", params=params).status_code == status, (path, params)


def test_what_rules_cost(api: TestClient) -> None:
    acting(api, F)
    told = api.get("/api/v1/explain/rules/pairs", params={"seconds": 2}).json()
    assert {each["rule"] for each in told["rules"]}
    assert all(each["text"] for each in told["rules"])


def test_the_files_of_a_term(api: TestClient) -> None:
    acting(api, F)
    book = api.get("/api/v1/exports/workbook", params={"term": FALL.name})
    assert book.headers["Content-Disposition"] == 'attachment; filename="term.xlsx"'
    sheets = load_workbook(io.BytesIO(book.content), read_only=True).sheetnames
    assert any("air" in name for name in sheets)
    assert api.get("/api/v1/exports/workbook", params={"term": "never"}).status_code == 404


def test_the_report_is_never_a_page_of_the_service(api: TestClient) -> None:
    acting(api, F)
    page = api.get("/api/v1/exports/report")
    assert page.headers["Content-Disposition"] == 'attachment; filename="report.html"'
    assert page.headers["Content-Type"].startswith("text/html")
    assert "reading coaches leave" in page.text
    assert "(confidential: seen by network staff only)" in page.text


def test_a_report_that_is_drawn_keeps_no_other_request_waiting(api: TestClient) -> None:
    acting(api, F)
    app: Any = api.app
    with app.state.service.thinking:
        assert api.get("/api/v1/exports/report").status_code == 200
    with app.state.service.drawing:
        assert api.get("/api/v1/exports/workbook").status_code == 200


def test_where_too_many_ask_for_something_large_the_next_is_told_to_come_back(
    plans: Path, light: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_THINKING", 1)
    with client_for(plans) as api:
        acting(api, F)
        with api.app.state.service.thinking:  # type: ignore[attr-defined]
            told = api.get("/api/v1/explain/why", params={"one": "m"})
        assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (503, "busy", "2")
        assert api.get("/api/v1/explain/why", params={"one": "m"}).status_code == 200


def test_the_audit_tells_who_did_what_without_a_name(api: TestClient) -> None:
    acting(api, F)
    api.post("/api/v1/terms", json={"name": "Secret Name", "start": "2027-01-11"})
    api.post("/api/v1/statements", json={"kind": "challenge", "text": "Secret Text", "member_id": "m"})
    assert api.get("/api/v1/audit").status_code == 403
    acting(api, A)
    first = api.get("/api/v1/audit", params={"limit": 2}).json()
    found, cursor = first["entries"], first["next"]
    while cursor:
        page = api.get("/api/v1/audit", params={"limit": 2, "cursor": cursor}).json()
        found, cursor = found + page["entries"], page["next"]
    assert [each["id"] for each in found] == list(range(len(found), 0, -1))
    assert [each["before"] for each in found[:-1]] == [each["hash"] for each in found[1:]]
    assert "account-f" in {each["actor"] for each in found}
    assert "Secret Text" not in str(found)
    assert api.get("/api/v1/audit", params={"cursor": "eA=="}).status_code == 400

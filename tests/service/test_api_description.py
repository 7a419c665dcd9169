"""The API's description is whole, and its errors are real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from build_plans import FALL, acting, plan_of
from build_service import SETTINGS
from matcher.accounts import Role
from matcher.audit import Entry, digest
from service.api.shape_examples import BY_OPERATION, BY_SHAPE
from service.app import create_app
from service.guards import BODY

A = Role.ADMINISTRATOR
METHODS = ("get", "post", "put", "delete")
IN_PATHS = {"run": "999", "kind": "pairs"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return create_app(Path("nowhere"), SETTINGS).openapi()


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def filled(path: str) -> str:
    """The path of something that is not there."""
    parts = [part for part in path.split("/") if part.startswith("{")]
    for part in parts:
        path = path.replace(part, IN_PATHS.get(part[1:-1], "none"))
    return path


def example(schema: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """A body of the examples in a schema."""
    whole = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {name: whole["properties"][name]["examples"][0] for name in whole.get("required", ())}


def test_every_operation_says_what_it_does_and_answers(told: dict[str, Any]) -> None:
    for path, method, operation in operations(told):
        assert method in METHODS
        assert operation["description"].endswith("."), (path, method)
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1, (path, method)


def test_every_error_is_described_as_the_problem_that_it_is(told: dict[str, Any]) -> None:
    for path, method, operation in operations(told):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                (kind,) = answer["content"]
                assert kind == "application/problem+json", (path, method, status)
    assert "HTTPValidationError" not in told["components"]["schemas"]


def test_every_body_has_an_example(told: dict[str, Any]) -> None:
    for path, method, operation in operations(told):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            assert isinstance(example(content["schema"], told), dict), (path, method)


def nodes(told: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the description, with where it stands; of examples only that there is one."""
    if isinstance(told, dict):
        yield at, told
        for name, value in told.items():
            if name not in ("example", "examples") or isinstance(value, dict):
                yield from nodes(value, f"{at}/{name}")
    elif isinstance(told, list):
        for number, value in enumerate(told):
            yield from nodes(value, f"{at}/{number}")


def test_every_field_of_every_answer_is_described(told: dict[str, Any]) -> None:
    shapeless = [
        at
        for at, each in nodes({name: told[name] for name in ("paths", "components")})
        if each.get("type") == "object" and not (each.get("properties") or each.get("additionalProperties"))
    ]
    assert shapeless == []
    assert not [at for at, each in nodes(told) if each.get("additionalProperties") is True]


def test_every_example_is_as_it_is_described(told: dict[str, Any]) -> None:
    held = 0
    for at, each in nodes(told):
        if "schema" in each and "example" in each:
            problems = Draft202012Validator(
                {**each["schema"], "components": told["components"]},
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
            assert [error.message for error in problems.iter_errors(each["example"])] == [], at
            assert not lacking(each["example"], each["schema"], told), at
            held += 1
    assert held >= 45


def answers(told: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """What is answered in JSON when all went well, with the operation that it is of."""
    for path, method, operation in operations(told):
        for status, answer in operation["responses"].items():
            if status.startswith("2") and "application/json" in answer.get("content", {}):
                yield (method, path), answer["content"]["application/json"]


def test_every_answer_has_an_example(told: dict[str, Any]) -> None:
    assert [operation for operation, each in answers(told) if "example" not in each] == []


def test_every_example_is_of_an_answer(told: dict[str, Any]) -> None:
    shown = {operation: each["example"] for operation, each in answers(told)}
    assert {operation: shown.get(operation) for operation in BY_OPERATION} == BY_OPERATION
    assert [shape for shape, kept in BY_SHAPE.items() if kept not in shown.values()] == []


def test_the_entry_of_the_audit_has_its_own_hash() -> None:
    (shown,) = TypeAdapter(tuple[Entry, ...]).validate_python(BY_SHAPE["Audit"]["entries"])
    assert shown.hash == digest(shown)


def lacking(example: Any, schema: dict[str, Any], told: dict[str, Any]) -> set[str]:
    """Fields that an example does not have, or that its schema does not know."""
    if "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        kinds = [each for each in schema["anyOf"] if (each.get("type") == "null") == (example is None)]
        return min((lacking(example, each, told) for each in kinds), key=len)
    if isinstance(example, dict) and "properties" in schema:
        known = schema["properties"]
        return (known.keys() ^ example.keys()).union(
            *(lacking(value, known[name], told) for name, value in example.items() if name in known)
        )
    if isinstance(example, list) and example and "items" in schema:
        return set().union(*(lacking(each, schema["items"], told) for each in example))
    return set()


def test_what_creates_something_can_be_sent_again(told: dict[str, Any]) -> None:
    for path, method, operation in operations(told):
        keyed = "idempotency-key" in {each["name"] for each in operation.get("parameters", ())}
        assert keyed == (method == "post" and not {"201", "202"}.isdisjoint(operation["responses"])), path


def test_a_description_is_told_to_anybody(api: TestClient, told: dict[str, Any]) -> None:
    assert api.get("/api/v1/openapi.json").json() == told


def asked(api: TestClient, told: dict[str, Any], path: str, method: str, **more: Any) -> int:
    """The status of a request for something that is not there, with a body that is right."""
    content = told["paths"][path][method].get("requestBody", {}).get("content", {})
    given: dict[str, Any] = {}
    if "application/json" in content:
        given["json"] = example(content["application/json"]["schema"], told)
    elif content:
        given["files"] = {"files": ("x.csv", b"Name\n")}
    return api.request(method, filled(path), **given | more).status_code


def with_status(told: dict[str, Any], status: int) -> list[tuple[str, str]]:
    """The operations that are said to answer with it; logging out comes last, for it ends the session."""
    found = [(path, method) for path, method, each in operations(told) if str(status) in each["responses"]]
    return sorted(found, key=lambda each: each[0].endswith("log-out"))


def test_who_is_not_logged_in_is_told_so_where_it_is_said(api: TestClient, told: dict[str, Any]) -> None:
    acting(api, None)
    refused = {
        (path, method) for path, method, _ in operations(told) if asked(api, told, path, method) == 401
    }
    assert refused == set(with_status(told, 401))


def test_a_session_without_its_token_changes_nothing(api: TestClient, told: dict[str, Any]) -> None:
    acting(api, A)
    del api.headers["X-CSRF-Token"]
    for path, method in with_status(told, 401):
        if method != "get" and path != "/api/v1/me/log-in":
            assert asked(api, told, path, method) == 403, (path, method)
    assert {*with_status(told, 401)} <= {*with_status(told, 403)}


def test_a_host_that_is_not_ours_is_refused_everywhere(api: TestClient, told: dict[str, Any]) -> None:
    for path, method, operation in operations(told):
        assert asked(api, told, path, method, headers={"host": "elsewhere.example"}) == 400
        assert "400" in operation["responses"]


def test_what_is_too_large_is_refused_where_it_is_said(api: TestClient, told: dict[str, Any]) -> None:
    acting(api, A)
    large = {"content": b"x" * (BODY + 1), "json": None, "files": None}
    changing = [(path, method) for path, method, _ in operations(told) if method != "get"]
    assert sorted(changing) == sorted(with_status(told, 413))
    for path, method in changing:
        if path != "/api/v1/imports":  # it may be larger; its own test sends what is too large for it
            assert asked(api, told, path, method, **large) == 413, (path, method)


def test_what_is_not_there_is_told_where_it_is_said(api: TestClient, told: dict[str, Any]) -> None:
    acting(api, A)
    for path, method in with_status(told, 404):
        more: dict[str, Any] = {"params": {"term": "never", "one": "m", "other": "m1"}}
        if path == "/api/v1/runs":
            more["json"] = {"kind": "pairs", "term": FALL.name, "pins": [["m", "none"]]}
        if path == "/api/v1/statements":
            more["json"] = {"kind": "challenge", "text": "x", "member_id": "none"}
        found = asked(api, told, path, method, **more)
        assert found == 404, (path, method, found)


def test_the_version_is_asked_for_where_it_is_said(api: TestClient, told: dict[str, Any]) -> None:
    acting(api, A)
    plan = plan_of(api)["proposals"][0]
    for path, method in with_status(told, 428):
        url = path.replace("{kind}", "pairs").replace("{exchange_id}", plan["id"])
        body: dict[str, Any] = {"change": "pin", "one": "m", "other": "m1"} if "/changes" in path else {}
        body |= {"keep": True} if path.endswith(("/changes", "/repair")) else {}
        assert api.request(method, url, json=body).status_code == 428, path

"""Every error is a problem document with a code and a cure."""

from __future__ import annotations

import inspect

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcher import errors
from matcher.errors import AmbiguousInputError, InputError, MatcherError, Place
from service.problems import TOLD, Problem, tell_problems

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, MatcherError) and kind is not AmbiguousInputError
]


def told(error: Exception) -> TestClient:
    app = FastAPI()
    tell_problems(app)

    @app.get("/")
    def fail() -> None:
        raise error

    return TestClient(app)


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_of_the_tree_has_a_status_a_code_and_its_cure(kind: type[MatcherError]) -> None:
    answer = told(kind("It is so.", cure="Do this.")).get("/")
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code", "cure"}
    assert (answer.status_code, body["code"]) == TOLD[kind]
    assert body["status"] == answer.status_code
    assert (body["detail"], body["cure"]) == ("It is so.", "Do this.")
    assert body["type"].endswith(body["code"])


def test_codes_are_one_for_each_kind() -> None:
    assert set(TOLD) == {*KINDS, AmbiguousInputError}
    assert len({code for _, code in TOLD.values()}) == len(TOLD)


def test_where_in_a_file_and_what_to_choose_from_are_told() -> None:
    place = Place(file="roster.csv", row=3)
    assert told(InputError("x", place=place)).get("/").json()["place"] == "roster.csv, row 3"
    assert told(AmbiguousInputError("x", choices=("a", "b"))).get("/").json()["choices"] == ["a", "b"]


def test_a_problem_of_the_service_keeps_its_code_and_headers() -> None:
    answer = told(Problem(428, "missing", "It is missing.", cure="Add it.", headers={"X-Y": "z"})).get("/")
    assert (answer.status_code, answer.json()["code"], answer.headers["x-y"]) == (428, "missing", "z")


@pytest.mark.parametrize(("method", "path", "code"), [("GET", "/x", "no-such-path"), ("POST", "/", "method")])
def test_what_the_framework_refuses_is_a_problem_too(method: str, path: str, code: str) -> None:
    answer = told(InputError("x")).request(method, path)
    assert answer.json()["code"] == code
    assert answer.json()["cure"]
    assert (answer.headers.get("allow") == "GET") is (code == "method")

"""The API's description: FastAPI's own, with every error as the problem document that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from service.api.shape_examples import BY_OPERATION, BY_SHAPE

#: Why a status is given. A bug (500) is none of the API's.
_WHY = {
    400: "What was given makes no sense, or cannot be read.",
    401: "Nobody is logged in, no key that holds was sent, or the password is wrong.",
    403: "The caller may not, a session's change lacks its CSRF token, or a page of another site sent it.",
    404: "There is no such thing, or none that the caller sees.",
    409: "Somebody else was first, or the state does not allow it. Of a plan that was changed meanwhile, "
    "`yours` and `now` tell both versions.",
    413: "The body is too large.",
    422: "The request is not as described here, or no plan meets the rules.",
    428: "The version of the plan, in If-Match, is missing.",
    429: "There were too many tries.",
    503: "The service cannot do that now.",
}
#: Of a plan that was changed meanwhile; its proposals are null where nobody remembers them.
_VERSION: dict[str, Any] = {
    "type": "object",
    "required": ["version", "proposals"],
    "properties": {
        "version": {"type": "string"},
        "proposals": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["id", "number", "members", "state"],
                "properties": {
                    "id": {"type": "string"},
                    "number": {"type": ["integer", "null"]},
                    "members": {"type": "array", "items": {"type": "string"}},
                    "state": {"type": "string"},
                },
            },
        },
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457). `code` is for programs and stays; `cure` says what helps.",
    "required": ["type", "title", "status", "detail", "code", "cure"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "cure": {"type": "string"},
        "place": {"type": "string"},
        "choices": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "detail"],
                "properties": {
                    "where": {"type": "array", "items": {"type": "string"}},
                    "detail": {"type": "string"},
                },
            },
        },
        "yours": _VERSION,
        "now": _VERSION,
        "ways": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["label", "method", "path"],
                "properties": {name: {"type": "string"} for name in ("label", "method", "path")},
            },
            "description": "where one logs in",
        },
    },
    "examples": [
        {
            "type": "urn:peer-matcher:problem:not-found",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no term '2027'.",
            "code": "not-found",
            "cure": "The terms are: 2026-27 fall.",
        }
    ],
}
#: Operations that nobody has to log in for.
_OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/api/v1/me/log-in"})
#: Those that take a thing's name in their body.
_NAMING = frozenset({"/api/v1/runs", "/api/v1/statements"})
#: Its term is a filter, which nothing may pass.
_FILTERED = "/api/v1/exchanges"
#: An answer is its member's alone, so that it may come without a version.
_UNVERSIONED = ("/accept", "/decline")
_THROTTLED = frozenset({"/api/v1/me/log-in", "/api/v1/me/password"})


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What tells an app's description. It is made once."""
    plain = app.openapi

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = plain()
            for path, operations in told["paths"].items():
                for method, operation in operations.items():
                    _tell_example(path, method, operation)
                    _tell_errors(path, method, operation)
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = _PROBLEM
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            told["components"]["securitySchemes"] = {
                "key": {"type": "http", "scheme": "bearer", "description": "A key made at /api/v1/me/keys."}
            }
            app.openapi_schema = told
        return app.openapi_schema or {}

    return description


def _tell_example(path: str, method: str, operation: dict[str, Any]) -> None:
    """Tell what an answer looks like, where its route does not tell so itself."""
    for answer in operation["responses"].values():
        told = answer.get("content", {}).get("application/json", {})
        shape = told.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if "example" not in told and (example := BY_OPERATION.get((method, path), BY_SHAPE.get(shape))):
            told["example"] = example


def _tell_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    """Tell the errors that an operation has, and that it needs a key."""
    for status in sorted(_statuses(path, method, operation)):
        operation["responses"][str(status)] = {
            "description": _WHY[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if path not in _OPEN:
        operation["security"] = [{"key": []}]


def _statuses(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    parameters = {each["name"] for each in operation.get("parameters", ())}
    found = {400, 503}
    if path not in _OPEN or path.endswith("log-in"):
        found |= {401, 403}
    if path == "/metrics":
        found |= {403}
    of_term = "term" in parameters and path != _FILTERED
    if "{" in path or of_term or (path in _NAMING and method == "post"):
        found |= {404}
    if method != "get":
        found |= {409, 413}
    if parameters or "requestBody" in operation:
        found |= {422}
    if "If-Match" in {name.title() for name in parameters} and not path.endswith(_UNVERSIONED):
        found |= {428}
    if path in _THROTTLED:
        found |= {429}
    return found

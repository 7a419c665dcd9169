"""Every error as a problem document (RFC 9457), with a code that stays the same and a cure."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from matcher.errors import (
    AmbiguousInputError,
    ArtefactError,
    ConflictError,
    InfeasibleError,
    InputError,
    MatcherError,
    NotFoundError,
    PermissionDeniedError,
    TimeLimitError,
)

logger = logging.getLogger(__name__)

#: The status and the code of an error; one that is not listed has its parent's. What no user can mend now, as
#: a full disk, is the last.
TOLD: Mapping[type[MatcherError], tuple[int, str]] = {
    AmbiguousInputError: (400, "ambiguous-input"),
    InputError: (400, "input"),
    PermissionDeniedError: (403, "denied"),
    NotFoundError: (404, "not-found"),
    ConflictError: (409, "conflict"),
    InfeasibleError: (422, "infeasible"),
    TimeLimitError: (503, "out-of-time"),
    ArtefactError: (503, "artefact"),
    MatcherError: (503, "unavailable"),
}
#: What the framework itself refuses, by its status.
_REFUSED: Mapping[int, tuple[str, str]] = {
    400: ("unreadable", "Send what the API's description says."),
    404: ("no-such-path", "Look at /api/v1/openapi.json."),
    405: ("method", "The header Allow names the methods that this path knows."),
}


class Problem(HTTPException):
    """Something that only a service can refuse."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        cure: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.code, self.cure, self.more = code, cure, more or {}


def document(status: int, code: str, detail: str, cure: str, **more: Any) -> dict[str, Any]:
    """The members of a problem document. ``type`` names the code as a URI, which leads nowhere."""
    title = HTTPStatus(status).phrase
    kind = f"urn:peer-matcher:problem:{code}"
    return {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "cure": cure,
        **more,
    }


def answer(problem: Problem) -> JSONResponse:
    """A problem as it is sent."""
    told = document(problem.status_code, problem.code, problem.detail, problem.cure, **problem.more)
    return _sent(told, problem.headers)


def bug(error: Exception) -> JSONResponse:
    """The answer to a bug. Only the kind of error is logged: its message may hold somebody's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    logger.error("a bug: %s at %s", type(error).__name__, where)
    return _sent(document(500, "bug", "This is a bug, not a mistake of yours.", "Tell whoever runs this."))


def tell_problems(app: FastAPI) -> None:
    """Let an app tell every error as a problem document."""
    app.add_exception_handler(MatcherError, _of_matcher)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def _of_matcher(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MatcherError)
    status, code = next(TOLD[kind] for kind in type(error).__mro__ if kind in TOLD)
    more: dict[str, Any] = {}
    if isinstance(error, AmbiguousInputError):
        more["choices"] = error.choices
    place = str(error.place) if isinstance(error, InputError) else ""
    if place:
        more["place"] = place
    return _sent(document(status, code, error.message, error.cure, **more))


def _of_validation(_: Request, error: Exception) -> JSONResponse:
    """What was given is not repeated: it may be a password."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"where": [str(part) for part in each["loc"]], "detail": each["msg"]} for each in error.errors()
    ]
    detail = "The request is not as the API's description says."
    return _sent(document(422, "validation", detail, "Mend what the errors name.", errors=errors))


def _of_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, Problem):
        return answer(error)
    code, cure = _REFUSED.get(error.status_code, ("refused", "Look at /api/v1/openapi.json."))
    return _sent(document(error.status_code, code, str(error.detail), cure), error.headers)


def _sent(content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(content, content["status"], headers, media_type="application/problem+json")

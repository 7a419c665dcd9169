"""A read-only service over one network: is it alive, and who works on a question.

There are no accounts yet, so it says only what every member may see, and belongs on the loopback
address. ``create_app`` opens the network's folder once, when the server starts.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse

from matcher.errors import ArtefactError, ConflictError, InputError, MatcherError, NotFoundError
from matcher.workflow import asking
from matcher.workflow.workspace import Workspace, open_workspace

#: The status that an error is told with; an error that is not listed is told with its parent's.
STATUS: dict[type[MatcherError], int] = {
    InputError: 400,
    NotFoundError: 404,
    ConflictError: 409,
    ArtefactError: 503,
    MatcherError: 500,
}


def create_app(folder: Path) -> FastAPI:
    """The service over the network in ``folder``. Errors are RFC 9457 problem documents."""
    opened: list[Workspace] = []
    desks: list[asking.Desk] = []
    # One model, one question at a time: torch on one thread is fastest for a single text.
    asked = threading.Lock()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            opened.append(stack.enter_context(open_workspace(folder)))
            yield
            opened.clear()
            desks.clear()

    app = FastAPI(title="Peer matcher", lifespan=lifespan)

    @app.exception_handler(MatcherError)
    async def problem(_: Request, error: MatcherError) -> JSONResponse:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        content = {
            "title": type(error).__name__,
            "status": status,
            "detail": error.message,
            "cure": error.cure,
        }
        return JSONResponse(content, status, media_type="application/problem+json")

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        """Whether the service answers."""
        return {"status": "ok"}

    @app.get("/api/v1/search")
    def search(
        q: Annotated[str, Query(max_length=500, description="a question or a few words")],
        *,
        hosts: bool = False,
        state: Annotated[list[str] | None, Query()] = None,
        without: Annotated[list[str] | None, Query(description="filters not to read in it")] = None,
        as_typed: bool = False,
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> asking.Found:
        """Members by the chance that what they wrote answers, best first, and how the question was read."""
        filters = asking.filters_from(states=tuple(state or ()), hosts=hosts)
        with asked:
            desk = asking.refreshed(desks[0]) if desks else asking.open_desk(opened[0])
            desks[:] = [desk]
            found = desk.ask(q, filters, limit=limit, as_typed=as_typed, without=tuple(without or ()))
        # Nobody has shown who they are: an address is not for everybody.
        return replace(found, answers=_unaddressed(found.answers), nearest=_unaddressed(found.nearest))

    return app


def _unaddressed(answers: tuple[asking.Answer, ...]) -> tuple[asking.Answer, ...]:
    return tuple(replace(each, person=replace(each.person, email="")) for each in answers)

"""The app: one network behind routes, guards and measures.

``create_app`` opens the network's folder once, when the server starts. Every route names the operation that
it is (:class:`service.deps.Needs`), and :mod:`service.rights` says who may.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse

from matcher.workflow.workspace import open_workspace
from service.api import (
    accounts,
    asking,
    decisions,
    health,
    intake,
    life,
    lists,
    me,
    reasons,
    showing,
    term,
)
from service.deps import Needs
from service.description import described
from service.desks import Desks
from service.embedding import ReadApart
from service.guards import guarded
from service.metrics import Measures, measured
from service.oidc import Provider
from service.pages import first, oidc
from service.problems import tell_problems
from service.rights import Operation
from service.settings import ServiceSettings
from service.state import Service
from service.throttle import Throttle

#: Bytes of the forms with files, by path.
LARGER: dict[str, int] = {"/api/v1/imports": intake.BYTES}
#: Who the audit says it was, where it was no account.
ACTOR = "service"
#: Those of the network's own things.
NETWORK = (lists, asking, term, decisions, life, reasons, showing, intake)


def create_app(folder: Path, settings: ServiceSettings, embedder: ReadApart | None = None) -> FastAPI:
    """The service over the network in ``folder``; ``embedder`` stands in for its model. Errors are RFC 9457
    problem documents."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            workspace = stack.enter_context(open_workspace(folder, embedder))
            # What nobody asked for by name, such as to keep the vectors of new texts, is the service's.
            named = replace(workspace, store=workspace.store.acting_as(ACTOR))
            app.state.service = Service(
                named,
                settings,
                Throttle(time.monotonic),
                stack.enter_context(closing(Desks(named))),
                oidc=_provider(settings),
            )
            yield

    # The framework's own pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="Peer matcher",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.measures = Measures()
    app.state.ending = lambda: False  # whoever runs the server knows better, and has a worker to tell
    app.state.queued = lambda: None
    tell_problems(app)
    for module in (health, me, accounts, *NETWORK, first, oidc):
        app.include_router(module.router)
    app.openapi = described(app)  # type: ignore[method-assign]

    @app.get(
        "/api/v1/openapi.json",
        include_in_schema=False,
        dependencies=[Depends(Needs(Operation.DESCRIBE))],
    )
    def description() -> JSONResponse:
        """The API's description."""
        return JSONResponse(app.openapi())

    app.add_middleware(guarded, settings=settings, larger=LARGER)
    app.add_middleware(measured, measures=app.state.measures)
    return app


def _provider(settings: ServiceSettings) -> Provider | None:
    if settings.oidc is None:
        return None
    return Provider(settings.oidc, settings.origin + oidc.BACK, time.monotonic)

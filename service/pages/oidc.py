"""Logging in by another party: off to it, and back. A browser comes here by a link, and nothing is shown."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from matcher.accounts import Identity
from matcher.workflow.identities import log_in_as
from service.auth import BY_OIDC, give_cookie
from service.begun import LASTS, begin, take_up
from service.deps import Needs, Serving
from service.oidc import Provider
from service.problems import Problem
from service.rights import Operation
from service.settings import ServiceSettings
from service.state import Service

router = APIRouter(include_in_schema=False, dependencies=[Depends(Needs(Operation.LOG_IN))])

#: Where browsers come back to: the address that the other party has to know.
BACK = f"{BY_OIDC}/back"
#: Where they go then; never an address that a request names.
_HOME = "/"
#: What a party may call its refusal; anything else is not repeated.
_REFUSAL = re.compile(r"[a-z_]{1,40}")


@router.get(BY_OIDC)
async def off(service: Serving) -> Response:
    """Send the browser to the other party."""
    begun = begin(service.settings.secret, service.clock())
    answer = RedirectResponse(await _provider(service).where(begun), 303)
    _keep(answer, service.settings, begun.cookie, int(LASTS.total_seconds()))
    return answer


async def proven(
    request: Request, service: Serving, code: str = "", state: str = "", error: str = ""
) -> tuple[Identity, str]:
    """Who came back, and the address that the other party vouches for.

    Raises Problem: 400 where the log-in was not begun in this browser, 403 where the party refused or is not
    to be believed, 429 after too many tries from one address, 503 where the party does not answer.
    """
    provider, now = _provider(service), service.clock()
    cookie = request.cookies.get(_cookie_name(service.settings), "")
    begun = take_up(service.settings.secret, cookie, state, now)
    if begun is None:
        raise Problem(
            400,
            "oidc-state",
            f"This log-in was not begun in this browser, or more than {LASTS.seconds // 60} minutes ago.",
            cure=f"Begin again at {service.settings.origin}{BY_OIDC}.",
        )
    # What was not begun here is not counted: pages elsewhere could make a browser send it, until all who
    # share its address are shut out.
    sender = _sender(request)
    service.throttle.count(None, sender)
    if error or not code:
        told = error if _REFUSAL.fullmatch(error) else "no reason"
        raise Problem(
            403,
            "oidc-refused",
            f"Your organization did not log you in ({told}).",
            cure=f"Begin again at {service.settings.origin}{BY_OIDC}, or log in with a password.",
        )
    try:
        return await provider.who(begun, code, now)
    except Problem as problem:
        if problem.status_code == 503:  # not for what the sender did
            service.throttle.take_back(sender)
        raise


@router.get(BACK)
def back(
    request: Request, service: Serving, known: Annotated[tuple[Identity, str], Depends(proven)]
) -> Response:
    """Begin a session for whoever came back, and let the browser forget that a log-in was begun."""
    token, _ = log_in_as(service.workspace, *known, now=service.clock())
    service.throttle.take_back(_sender(request))
    answer = RedirectResponse(_HOME, 303)
    give_cookie(answer, service.settings, token)
    _keep(answer, service.settings, "", 0)
    return answer


def _provider(service: Service) -> Provider:
    if service.oidc is None:
        raise Problem(
            404,
            "no-oidc",
            "Nobody is logged in by another party here.",
            cure="Log in with a password. docs/hosting.md says how to set it up.",
        )
    return service.oidc


def _sender(request: Request) -> str:
    return request.client.host if request.client else ""


def _cookie_name(settings: ServiceSettings) -> str:
    """With TLS a name that browsers take over TLS alone."""
    return "__Secure-log-in" if settings.https else "log-in"


def _keep(answer: Response, settings: ServiceSettings, value: str, seconds: int) -> None:
    """Lax, for the browser comes back from another site."""
    answer.set_cookie(
        _cookie_name(settings),
        value,
        max_age=seconds,
        path=BACK,
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )

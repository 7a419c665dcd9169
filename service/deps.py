"""What routes ask for: that the caller may, the network in the caller's name, and the headers that keep
edits and repeated requests apart."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Header, Request, Response
from pydantic_core import to_json

from matcher.errors import PermissionDeniedError
from matcher.workflow.once import once
from matcher.workflow.workspace import Workspace
from service.auth import Caller, caller_of, log_in_first
from service.problems import Problem
from service.rights import RIGHTS, Operation, may
from service.settings import is_loopback
from service.state import Service, service_of

Serving = Annotated[Service, Depends(service_of)]
#: Fields of a form.
_FIELDS = 200


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of an HTML form, the last of each name; none where the body is none. Raises Problem (400)
    where it is one and cannot be read."""
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        return {}
    try:
        body = (await request.body()).decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
    except ValueError:
        raise Problem(400, "form", "The form cannot be read.", cure="Load the page again.") from None


Form = Annotated[Mapping[str, str], Depends(form_of)]


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency of every route: the operation that it is, and so who may. Gives the caller, None where an
    operation is open to everybody.

    Raises Problem (401) where nobody is logged in, PermissionDeniedError where the caller may not.
    """

    operation: Operation

    def __call__(self, request: Request, service: Serving, form: Form) -> Caller | None:
        right = RIGHTS[self.operation]
        if right.local and not is_local(request):
            raise PermissionDeniedError(
                "This is open only to the machine that the service runs on.", cure="Ask there."
            )
        if right.open:
            return None
        caller = caller_of(request, service, form)
        if caller is None:
            raise log_in_first(service.settings)
        if not may(self.operation, caller.account, caller.scopes):
            sessions_alone = caller.scopes is not None and right.scope is None
            cure = (
                "Log in: with a key nobody may."
                if sessions_alone
                else "Ask an administrator, or use another key."
            )
            raise PermissionDeniedError(f"You may not {self.operation.value}.", cure=cure)
        return caller


def is_local(request: Request) -> bool:
    """Whether this machine itself asks, and not somebody through a proxy that stands on it."""
    sender = request.client.host if request.client else ""
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return is_loopback(sender) and is_loopback(request.url.hostname or "") and not forwarded


def in_the_name_of(service: Service, caller: Caller) -> Workspace:
    """The network, in whose audit every change is this caller's."""
    return replace(service.workspace, store=service.workspace.store.acting_as(caller.account.id))


async def expected(
    if_match: Annotated[str | None, Header(description="the ETag of what was read before")] = None,
) -> str | None:
    """The version that an edit was made on, of the header If-Match; None where it is missing or ``*``.

    Raises Problem (400) where it is more than one.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/")
    if len(version) < 3 or version[0] != '"' or version[-1] != '"' or '"' in version[1:-1]:
        raise Problem(
            400, "if-match", "If-Match is not one ETag.", cure='Send the one you got, as in "1a2b".'
        )
    return version[1:-1]


Expected = Annotated[str | None, Depends(expected)]


def give_version(response: Response, version: str) -> None:
    """Tell the version of what is sent, to be given back in If-Match."""
    response.headers["ETag"] = f'"{version}"'


Key = Annotated[str | None, Header(description="the same for a request that is sent again: it is done once")]


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request's idempotency key, if it has one, and what tells the request from others."""

    key: str | None
    request_hash: str


async def repeatable(request: Request, service: Serving, idempotency_key: Key = None) -> Repeatable:
    """Of a POST that creates something. The hash has a key of its own: a body may hold a password."""
    told = b"\0".join((request.method.encode(), request.url.path.encode(), await request.body()))
    return Repeatable(idempotency_key, hmac.new(service.settings.secret, told, hashlib.sha256).hexdigest())


Repeated = Annotated[Repeatable, Depends(repeatable)]


def created(
    service: Service,
    caller: Caller,
    repeated: Repeatable,
    do: Callable[[Workspace], Any],
    *,
    status: int = 201,
) -> Response:
    """The answer with what ``do`` made, or made when the request came before. All that it reads and
    writes goes through the workspace that it is given. What it gives is kept for a day, so that it holds no
    secret. Raises what :func:`once` and ``do`` raise."""
    workspace = in_the_name_of(service, caller)

    def done(inside: Workspace) -> tuple[int, str]:
        return status, to_json(do(inside)).decode()

    if repeated.key is None:
        _, body = done(workspace)
    else:
        body = once(
            workspace, caller.account.id, repeated.key, repeated.request_hash, done, now=service.clock()
        ).body
    return Response(body, status, media_type="application/json")

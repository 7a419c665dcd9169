"""One's own account: logging in and out, the password, keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from matcher.workflow import accounts
from matcher.workflow.workspace import Workspace
from service.api.schemas import Keys, LogIn, MadeKey, Me, NewKey, NewPassword
from service.auth import Caller, give_cookie, take_cookie
from service.deps import Needs, Repeated, Serving, created, in_the_name_of
from service.problems import Problem
from service.rights import Operation

router = APIRouter(prefix="/api/v1/me", tags=["me"])


@router.get("")
def me(caller: Annotated[Caller, Depends(Needs(Operation.SEE_ME))]) -> Me:
    """Who one is, and the token that a session's changes have to carry."""
    return Me(account=caller.account, csrf=caller.login.csrf if caller.login else None, scopes=caller.scopes)


@router.post("/log-in", dependencies=[Depends(Needs(Operation.LOG_IN))])
def log_in(request: Request, response: Response, service: Serving, given: LogIn) -> Me:
    """Begin a session. Whether the address or the password is wrong is not told."""
    service.throttle.count(given.email, request.client.host if request.client else "")
    with service.hashing:
        found = accounts.log_in(service.workspace, given.email, given.password, now=service.clock())
    if found is None:
        raise Problem(401, "wrong-log-in", "The address or the password is wrong.", cure="Type both again.")
    service.throttle.forget(given.email)
    token, login = found
    give_cookie(response, service.settings, token)
    account = accounts.account_named(service.workspace, login.account_id)
    return Me(account=account, csrf=login.csrf, scopes=None)


@router.post("/log-out", status_code=204)
def log_out(
    response: Response, service: Serving, caller: Annotated[Caller, Depends(Needs(Operation.LOG_OUT))]
) -> None:
    """End this session."""
    accounts.log_out(in_the_name_of(service, caller), caller.token)
    take_cookie(response, service.settings)


@router.put("/password")
def change_password(
    request: Request,
    response: Response,
    service: Serving,
    given: NewPassword,
    caller: Annotated[Caller, Depends(Needs(Operation.CHANGE_MY_PASSWORD))],
) -> Me:
    """Change one's own password. Every session ends, and this one goes on as a new one."""
    service.throttle.count(caller.account.email, request.client.host if request.client else "")
    workspace = in_the_name_of(service, caller)
    with service.hashing:
        token, login = accounts.change_password(
            workspace, caller.account.id, given.old, given.new, now=service.clock()
        )
    service.throttle.forget(caller.account.email)
    give_cookie(response, service.settings, token)
    return Me(account=caller.account, csrf=login.csrf, scopes=None)


@router.get("/keys")
def keys(service: Serving, caller: Annotated[Caller, Depends(Needs(Operation.SEE_MY_KEYS))]) -> Keys:
    """One's own keys, without the keys themselves."""
    return Keys(keys=accounts.keys_of(service.workspace, caller.account.id))


@router.post("/keys", status_code=201, response_model=MadeKey)
def make_key(
    service: Serving,
    given: NewKey,
    repeated: Repeated,
    caller: Annotated[Caller, Depends(Needs(Operation.CHANGE_MY_KEYS))],
) -> Response:
    """Make a key for programs. It is shown in this answer alone: where that was lost, revoke the key and make
    another."""
    shown: list[MadeKey] = []

    def make(workspace: Workspace) -> MadeKey:
        token, key = accounts.make_key(
            workspace, caller.account.id, given.name, given.scopes, now=service.clock(), expires=given.expires
        )
        shown.append(MadeKey(key=key, token=token))
        return MadeKey(key=key, token=None)  # what is kept for a request that comes again

    answer = created(service, caller, repeated, make)
    return Response(shown[0].model_dump_json(), 201, media_type="application/json") if shown else answer


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(
    key_id: str, service: Serving, caller: Annotated[Caller, Depends(Needs(Operation.CHANGE_MY_KEYS))]
) -> None:
    """End one of one's own keys."""
    accounts.revoke(in_the_name_of(service, caller), caller.account.id, key_id)

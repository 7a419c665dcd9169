"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from matcher.accounts import Account
from matcher.workflow import accounts
from matcher.workflow.workspace import Workspace
from service.api.schemas import Accounts, NewAccount, SetPassword
from service.auth import Caller
from service.deps import Needs, Repeated, Serving, created, in_the_name_of
from service.paging import Cursor, Limit, page
from service.rights import Operation

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"])
Changing = Annotated[Caller, Depends(Needs(Operation.CHANGE_ACCOUNTS))]


@router.get("", dependencies=[Depends(Needs(Operation.SEE_ACCOUNTS))])
def list_accounts(service: Serving, cursor: Cursor = "", limit: Limit = 50) -> Accounts:
    """The accounts, ordered by address, those that are not active too."""
    shown, following = page(
        accounts.accounts(service.workspace), lambda account: account.email, cursor, limit
    )
    return Accounts(accounts=list(shown), next=following)


@router.post("", status_code=201, response_model=Account)
def add_account(service: Serving, given: NewAccount, repeated: Repeated, caller: Changing) -> Response:
    """Make an account."""

    def make(workspace: Workspace) -> Account:
        return accounts.add_account(
            workspace,
            given.email,
            given.name,
            given.role,
            now=service.clock(),
            member_id=given.member_id,
            password=given.password,
        )

    with service.hashing:
        return created(service, caller, repeated, make)


@router.put("/{account_id}/password", status_code=204)
def set_password(account_id: str, service: Serving, given: SetPassword, caller: Changing) -> None:
    """Give an account another password. Its sessions end."""
    with service.hashing:
        accounts.set_password(in_the_name_of(service, caller), account_id, given.new)


@router.post("/{account_id}/deactivate")
def deactivate(account_id: str, service: Serving, caller: Changing) -> Account:
    """Let an account do nothing any more. Its sessions end, its keys hold no longer."""
    return accounts.deactivate(in_the_name_of(service, caller), account_id)


@router.post("/{account_id}/activate")
def activate(account_id: str, service: Serving, caller: Changing) -> Account:
    """Let an account be used again."""
    return accounts.activate(in_the_name_of(service, caller), account_id)

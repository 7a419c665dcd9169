"""Exchanges: what members say to them, and what becomes of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matcher.answers import Said
from matcher.domain import ExchangeStatus, Structure
from matcher.errors import InputError
from matcher.workflow import browsing, proposals
from matcher.workflow.browsing import Meeting
from service import showing
from service.api import shapes
from service.auth import Caller
from service.deps import Expected, Needs, Serving, give_version, in_the_name_of
from service.paging import Cursor, Few, after, part
from service.rights import Operation, answers_for, own_alone, sees_exchange
from service.seen import must_name_version, telling_both
from service.state import Service

router = APIRouter(prefix="/api/v1/exchanges", tags=["exchanges"])
Seeing = Annotated[Caller, Depends(Needs(Operation.SEE_EXCHANGES))]
Answering = Annotated[Caller, Depends(Needs(Operation.ANSWER))]
Changing = Annotated[Caller, Depends(Needs(Operation.CHANGE_PLANS))]


@router.get("")
def list_exchanges(
    service: Serving,
    caller: Seeing,
    term: Annotated[str | None, Query(max_length=200)] = None,
    structure: Structure | None = None,
    status: ExchangeStatus | None = None,
    cursor: Cursor = "",
    limit: Few = 50,
) -> shapes.Exchanges:
    """Exchanges by id: all for staff, for a member its own that were published."""
    account, workspace = caller.account, service.workspace
    found = browsing.exchanges(
        workspace,
        after(cursor),
        limit + 1,
        member_id=own_alone(account),
        term=term,
        structure=structure,
        status=status,
    )
    shown, following = part(found, lambda each: each.exchange.id, limit)
    reached = showing.reached_by(workspace, account)
    told = [
        showing.exchange(account, each, reached) for each in shown if sees_exchange(account, each.exchange)
    ]
    return shapes.Exchanges(exchanges=told, next=following)


@router.get("/{exchange_id}")
def one_exchange(
    exchange_id: str, response: Response, service: Serving, caller: Seeing
) -> shapes.ExchangeShown:
    """One exchange. Its ETag is that of the plan it belongs to."""
    exchange = _seen(service, caller, exchange_id).exchange
    version = proposals.version(service.workspace, exchange.term, proposals.KINDS[exchange.structure])
    give_version(response, version)
    return _told(service, caller, exchange_id)


@router.post("/{exchange_id}/accept")
def accept(
    exchange_id: str, service: Serving, caller: Answering, given: shapes.Said, expected: Expected
) -> shapes.ExchangeShown:
    """Say that a member will meet. Once all do, the exchange is agreed."""
    return _answer(service, caller, exchange_id, given, Said.ACCEPTED, expected)


@router.post("/{exchange_id}/decline")
def decline(
    exchange_id: str, service: Serving, caller: Answering, given: shapes.Said, expected: Expected
) -> shapes.ExchangeShown:
    """Say that a member will not meet."""
    return _answer(service, caller, exchange_id, given, Said.DECLINED, expected)


@router.post("/{exchange_id}/agree")
def agree(exchange_id: str, service: Serving, caller: Changing, expected: Expected) -> shapes.ExchangeShown:
    """Let a group meet without those who declined. Needs If-Match, as what follows."""
    exchange, version = _seen(service, caller, exchange_id).exchange, must_name_version(expected)
    kind = proposals.KINDS[exchange.structure].value
    with telling_both(service, exchange.term, kind, version):
        proposals.agree(in_the_name_of(service, caller), exchange_id, expected=version)
    return _told(service, caller, exchange_id)


@router.post("/{exchange_id}/hold")
def hold(
    exchange_id: str, service: Serving, caller: Changing, given: shapes.Held, expected: Expected
) -> shapes.ExchangeShown:
    """An agreed exchange was held."""
    exchange, version = _seen(service, caller, exchange_id).exchange, must_name_version(expected)
    kind = proposals.KINDS[exchange.structure].value
    with telling_both(service, exchange.term, kind, version):
        workspace, today = in_the_name_of(service, caller), service.clock().date()
        proposals.hold(workspace, exchange_id, on=given.on, expected=version, today=today)
    return _told(service, caller, exchange_id)


@router.post("/{exchange_id}/cancel")
def cancel(exchange_id: str, service: Serving, caller: Changing, expected: Expected) -> shapes.ExchangeShown:
    """A published or agreed exchange will not be."""
    exchange, version = _seen(service, caller, exchange_id).exchange, must_name_version(expected)
    kind = proposals.KINDS[exchange.structure].value
    with telling_both(service, exchange.term, kind, version):
        proposals.cancel(in_the_name_of(service, caller), exchange_id, expected=version)
    return _told(service, caller, exchange_id)


def _answer(
    service: Service,
    caller: Caller,
    exchange_id: str,
    given: shapes.Said,
    said: Said,
    expected: str | None,
) -> shapes.ExchangeShown:
    """An answer is its member's alone, so that it may come without a version: others' answers are no edits
    of it. The states that an exchange passes through keep it from coming too late."""
    exchange = _seen(service, caller, exchange_id).exchange
    member_id = given.member_id or caller.account.member_id
    if member_id is None:
        raise InputError("Who answers was not said.", cure="Name the member in member_id.")
    if not answers_for(caller.account, member_id) or member_id not in exchange.member_ids:
        raise InputError(
            "That member takes no part in it, or is not yours to answer for.",
            cure="Answer for a member that takes part.",
        )
    with telling_both(service, exchange.term, proposals.KINDS[exchange.structure].value, expected):
        proposals.answer(
            in_the_name_of(service, caller),
            exchange_id,
            member_id,
            said,
            expected=expected,
            now=service.clock(),
        )
    return _told(service, caller, exchange_id)


def _seen(service: Service, caller: Caller, exchange_id: str) -> Meeting:
    """Raises NotFoundError where there is none, or the caller does not see it."""
    found = browsing.exchange(service.workspace, exchange_id)
    if not sees_exchange(caller.account, found.exchange):
        raise browsing.unknown("exchange", exchange_id)
    return found


def _told(service: Service, caller: Caller, exchange_id: str) -> shapes.ExchangeShown:
    reached = showing.reached_by(service.workspace, caller.account)
    return showing.exchange(caller.account, browsing.exchange(service.workspace, exchange_id), reached)

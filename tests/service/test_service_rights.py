"""Every route is an operation, and every role may do what this table says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from build_service import ACCOUNTS, ELSEWHERE, MEMBERS, SETTINGS, client_for, log_in
from matcher.accounts import Role, Scope
from matcher.domain import (
    Exchange,
    ExchangeStatus,
    Organization,
    OrganizationType,
    Statement,
    StatementKind,
    Structure,
    Term,
)
from matcher.workflow.shown import person
from service import rights
from service.app import create_app
from service.deps import Needs
from service.rights import RIGHTS, Operation, may

A, F, M = Role.ADMINISTRATOR, Role.FACILITATOR, Role.MEMBER
EVERYBODY = {None, A, F, M}
KNOWN = {A, F, M}
#: Who may, route by route: None is somebody who is not logged in. Written down here once more, so that the
#: table of rights cannot change without this one.
MAY: dict[tuple[str, str], set[Role | None]] = {
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
    ("GET", "/api/v1/openapi.json"): EVERYBODY,
    ("GET", "/first"): EVERYBODY,
    ("GET", "/first.css"): EVERYBODY,
    ("POST", "/first"): EVERYBODY,
    ("GET", "/log-in/oidc"): EVERYBODY,
    ("GET", "/log-in/oidc/back"): EVERYBODY,
    ("POST", "/api/v1/me/log-in"): EVERYBODY,
    ("POST", "/api/v1/me/log-out"): KNOWN,
    ("GET", "/api/v1/me"): KNOWN,
    ("PUT", "/api/v1/me/password"): KNOWN,
    ("GET", "/api/v1/me/keys"): KNOWN,
    ("POST", "/api/v1/me/keys"): KNOWN,
    ("DELETE", "/api/v1/me/keys/{key_id}"): KNOWN,
    ("GET", "/api/v1/accounts"): {A},
    ("POST", "/api/v1/accounts"): {A},
    ("PUT", "/api/v1/accounts/{account_id}/password"): {A},
    ("POST", "/api/v1/accounts/{account_id}/deactivate"): {A},
    ("POST", "/api/v1/accounts/{account_id}/activate"): {A},
    ("GET", "/api/v1/search"): KNOWN,
    ("GET", "/api/v1/members"): KNOWN,
    ("GET", "/api/v1/members/{member_id}"): KNOWN,
    ("GET", "/api/v1/members/{member_id}/recommendations"): KNOWN,
    ("PUT", "/api/v1/members/{member_id}/listing"): KNOWN,
    ("GET", "/api/v1/organizations"): KNOWN,
    ("GET", "/api/v1/organizations/{organization_id}"): KNOWN,
    ("GET", "/api/v1/statements"): KNOWN,
    ("GET", "/api/v1/statements/{statement_id}"): KNOWN,
    ("POST", "/api/v1/statements"): KNOWN,
    ("GET", "/api/v1/topics"): KNOWN,
    ("GET", "/api/v1/topics/{topic_id}"): KNOWN,
    ("GET", "/api/v1/terms"): KNOWN,
    ("POST", "/api/v1/terms"): {A, F},
    ("GET", "/api/v1/runs"): {A, F},
    ("POST", "/api/v1/runs"): {A, F},
    ("GET", "/api/v1/runs/{run}"): {A, F},
    ("GET", "/api/v1/runs/{run}/events"): {A, F},
    ("POST", "/api/v1/runs/{run}/cancel"): {A, F},
    ("GET", "/api/v1/proposals/{kind}"): {A, F},
    ("POST", "/api/v1/proposals/{kind}/changes"): {A, F},
    ("POST", "/api/v1/proposals/{kind}/repair"): {A, F},
    ("POST", "/api/v1/proposals/{kind}/publish"): {A, F},
    ("GET", "/api/v1/exchanges"): KNOWN,
    ("GET", "/api/v1/exchanges/{exchange_id}"): KNOWN,
    ("POST", "/api/v1/exchanges/{exchange_id}/accept"): KNOWN,
    ("POST", "/api/v1/exchanges/{exchange_id}/decline"): KNOWN,
    ("POST", "/api/v1/exchanges/{exchange_id}/agree"): {A, F},
    ("POST", "/api/v1/exchanges/{exchange_id}/hold"): {A, F},
    ("POST", "/api/v1/exchanges/{exchange_id}/cancel"): {A, F},
    ("GET", "/api/v1/explain/why"): {A, F},
    ("GET", "/api/v1/explain/why-two"): {A, F},
    ("GET", "/api/v1/explain/rules/{kind}"): {A, F},
    ("GET", "/api/v1/exports/workbook"): {A, F},
    ("GET", "/api/v1/exports/report"): {A, F},
    ("GET", "/api/v1/exports/calendar"): KNOWN,
    ("GET", "/api/v1/audit"): {A},
    ("POST", "/api/v1/imports"): {A, F},
    ("GET", "/api/v1/imports/{token}"): {A, F},
    ("POST", "/api/v1/imports/{token}/confirm"): {A, F},
}
#: What stands in paths.
IN_PATHS = {
    "key_id": "key-x",
    "account_id": "account-x",
    "member_id": "m",
    "organization_id": "o",
    "statement_id": "s",
    "topic_id": "x",
    "run": "1",
    "kind": "pairs",
    "exchange_id": "x",
    "token": "x",
}
LOCAL = {("GET", "/metrics"), ("GET", "/first"), ("GET", "/first.css"), ("POST", "/first")}
#: A body that is right, where a route wants one: a refusal is then of the caller.
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/api/v1/me/log-in"): {"email": "nobody@x.example", "password": "four words in a row"},
    ("PUT", "/api/v1/me/password"): {"old": "wrong words in a row", "new": "four words in a row"},
    ("POST", "/api/v1/me/keys"): {"name": "k", "scopes": ["read"]},
    ("POST", "/api/v1/accounts"): {"email": "new@x.example", "name": "N", "role": "facilitator"},
    ("PUT", "/api/v1/accounts/{account_id}/password"): {"new": "four words in a row"},
    ("PUT", "/api/v1/members/{member_id}/listing"): {"listed": True},
    ("POST", "/api/v1/statements"): {"kind": "challenge", "text": "x", "member_id": "m"},
    ("POST", "/api/v1/terms"): {"name": "t", "start": "2026-09-14"},
    ("POST", "/api/v1/runs"): {"kind": "pairs", "term": "none"},
    ("POST", "/api/v1/proposals/{kind}/changes"): {"change": "pin", "one": "m", "other": "l"},
    ("POST", "/api/v1/proposals/{kind}/repair"): {},
    ("POST", "/api/v1/proposals/{kind}/publish"): {},
    ("POST", "/api/v1/exchanges/{exchange_id}/accept"): {},
    ("POST", "/api/v1/exchanges/{exchange_id}/decline"): {},
    ("POST", "/api/v1/exchanges/{exchange_id}/hold"): {},
}


def routes(found: list[BaseRoute]) -> Iterator[APIRoute]:
    for each in found:
        if isinstance(each, APIRoute):
            yield each
        else:
            # A router that was included. Anything else, as a mounted app, is not known here, and fails.
            yield from routes(each.original_router.routes)  # type: ignore[attr-defined]


def needs(dependant: Dependant) -> Iterator[Needs]:
    for each in dependant.dependencies:
        if isinstance(each.call, Needs):
            yield each.call
        yield from needs(each)


@pytest.fixture(scope="module")
def named() -> dict[tuple[str, str], list[Needs]]:
    app = create_app(Path("nowhere"), SETTINGS)
    return {
        (method, route.path): list(needs(route.dependant))
        for route in routes(app.routes)
        for method in route.methods
    }


def test_every_route_is_exactly_one_operation(named: dict[tuple[str, str], list[Needs]]) -> None:
    assert {route: len(operations) for route, operations in named.items() if len(operations) != 1} == {}


def test_every_route_is_in_the_table_of_this_test(named: dict[tuple[str, str], list[Needs]]) -> None:
    assert set(named) == set(MAY)


def test_every_operation_has_a_right_and_a_route(named: dict[tuple[str, str], list[Needs]]) -> None:
    assert set(RIGHTS) == set(Operation)
    assert {needed.operation for (needed,) in named.values()} == set(Operation)


@pytest.mark.parametrize("role", [None, A, F, M])
def test_each_role_may_what_the_table_says(client: TestClient, role: Role | None) -> None:
    # Logging out comes last: it ends the session.
    for method, path in sorted(MAY, key=lambda route: route[1].endswith("log-out")):
        log_in(client, role)
        body = BODIES.get((method, path))
        url = path.format_map(IN_PATHS)
        answer = client.request(method, url, json=body, params={"q": "bus drivers"})
        refused = answer.status_code == 401 and answer.json()["code"] == "log-in"
        denied = answer.status_code == 403 and answer.json()["detail"].startswith("You may not")
        allowed = role in MAY[method, path]
        assert (refused or denied) is not allowed, (method, path, role, answer.text)
        assert refused == (not allowed and role is None), (method, path)
        assert answer.status_code < 500
        assert answer.json()["code"] != "csrf" if answer.status_code == 403 else True


@pytest.mark.parametrize("role", [None, A])
def test_what_is_local_is_refused_to_others(folder: Path, light: None, role: Role | None) -> None:
    with client_for(folder, sender=ELSEWHERE) as client:
        log_in(client, role)
        for method, path in MAY:
            answer = client.request(method, path)
            only_here = answer.status_code == 403 and "only to the machine" in answer.json()["detail"]
            assert only_here is ((method, path) in LOCAL), (method, path)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_what_comes_through_a_proxy_is_not_local(client: TestClient, header: str) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_keys_do_what_their_scopes_say_within_the_account_s_role() -> None:
    ada, fay, mel = ACCOUNTS
    for operation, right in RIGHTS.items():
        if right.open:
            continue
        for account in ACCOUNTS:
            for scope in Scope:
                allowed = account.role in right.roles and right.scope is scope
                assert may(operation, account, (scope,)) is allowed
            assert may(operation, account, ()) is False
            assert may(operation, replace(account, active=False)) is False
    assert may(Operation.SEE_ACCOUNTS, ada, (Scope.ADMIN,))
    assert not may(Operation.CHANGE_MY_KEYS, ada, tuple(Scope))
    assert not may(Operation.SEE_ACCOUNTS, fay)
    assert not may(Operation.SEE_ACCOUNTS, mel)


def exchange(status: ExchangeStatus, *members: str) -> Exchange:
    return Exchange("e", Term("t", date(2026, 9, 1)), Structure.ONE_TO_ONE, members, status)


def test_a_member_sees_its_own_statements_and_those_in_the_directory() -> None:
    ada, fay, mel = ACCOUNTS
    own = Statement("s", "m", StatementKind.CHALLENGE, "x", confidential=True)
    other = replace(own, member_id="l", confidential=False)
    assert [rights.sees_statement(mel, each) for each in (own, other)] == [True, False]
    assert all(rights.sees_statement(staff, each) for staff in (ada, fay) for each in (own, other))
    assert [rights.sees_member(mel, each) for each in MEMBERS] == [True, True, False]
    assert all(rights.sees_member(fay, each) for each in MEMBERS)
    assert not any(rights.sees_member(replace(mel, active=False), each) for each in MEMBERS)


@pytest.mark.parametrize("status", list(ExchangeStatus))
def test_a_member_sees_its_own_exchanges_once_they_are_published(status: ExchangeStatus) -> None:
    _, fay, mel = ACCOUNTS
    drafted = status is ExchangeStatus.PROPOSED
    assert rights.sees_exchange(mel, exchange(status, "m", "l")) is not drafted
    assert not rights.sees_exchange(mel, exchange(status, "l", "u"))
    assert rights.sees_exchange(fay, exchange(status, "l", "u"))


@pytest.mark.parametrize("status", list(ExchangeStatus))
def test_contact_details_are_for_staff_and_for_those_who_all_accepted(status: ExchangeStatus) -> None:
    _, fay, mel = ACCOUNTS
    agreed = status in (ExchangeStatus.AGREED, ExchangeStatus.HELD)
    place = Organization("o", "Walnut Draw", OrganizationType.DISTRICT, "KS")
    own, lee, uma = (person(each, place) for each in MEMBERS)
    both = [(exchange(status, "m", "l"), {"m", "l"}), (exchange(status, "l", "u"), {"l", "u"})]
    for accepted in ({"m"}, {"l"}, set()):  # as of one that a file tells of
        assert rights.reaches(mel, [(exchange(status, "m", "l"), accepted)]) == {"m"}
    reached = rights.reaches(mel, both)
    assert reached == ({"m", "l"} if agreed else {"m"})
    assert rights.shown_to(mel, own, reached).email
    assert bool(rights.shown_to(mel, lee, reached).email) is agreed
    assert not rights.shown_to(mel, uma, reached).email
    assert rights.shown_to(fay, uma, rights.reaches(fay, [])).email


def test_a_member_answers_for_itself_and_staff_for_anybody() -> None:
    _, fay, mel = ACCOUNTS
    assert rights.answers_for(mel, "m")
    assert not rights.answers_for(mel, "l")
    assert rights.answers_for(fay, "l")
    assert not rights.answers_for(replace(fay, active=False), "l")

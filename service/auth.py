"""Who sends a request: a session's cookie or a key."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request, Response

from matcher.accounts import Account, Login, Scope
from matcher.workflow import accounts
from service.problems import Problem
from service.settings import ServiceSettings
from service.state import Service

#: Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
#: Where one logs in: with a password, or by another party.
BY_PASSWORD, BY_OIDC = "/api/v1/me/log-in", "/log-in/oidc"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request. ``scopes`` are those of its key, None in a session; ``login`` and ``token`` are
    its session's."""

    account: Account
    scopes: tuple[Scope, ...] | None = None
    login: Login | None = None
    token: str = field(default="", repr=False)


def cookie_name(settings: ServiceSettings) -> str:
    """With TLS a name that browsers take from this host alone, over TLS alone, for all of its paths."""
    return "__Host-session" if settings.https else "session"


def give_cookie(response: Response, settings: ServiceSettings, token: str) -> None:
    """Let the browser keep a session's token for as long as a session can last."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(accounts.LONGEST.total_seconds()),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, settings: ServiceSettings) -> None:
    """Let the browser forget its session."""
    name = cookie_name(settings)
    response.delete_cookie(name, path="/", secure=settings.https, httponly=True, samesite="lax")


def caller_of(request: Request, service: Service, form: Mapping[str, str]) -> Caller | None:
    """Who sent a request; None where it names nobody, or a session that has ended.

    Raises Problem: 401 where it has a key that does not hold, 403 where a session is to change something and
    the session's CSRF token is neither in the header nor in ``form``.
    """
    given = request.headers.get("Authorization")
    if given is not None:
        return _by_key(service, given)
    token = request.cookies.get(cookie_name(service.settings), "")
    found = accounts.who_is(service.workspace, token, now=service.clock()) if token else None
    if found is None:
        return None
    account, login = found
    if request.method not in SAFE:
        csrf = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD, "")
        if not hmac.compare_digest(csrf.encode(), login.csrf.encode()):
            raise Problem(
                403,
                "csrf",
                "The request does not carry the session's CSRF token.",
                cure=f"Send it in the header {CSRF_HEADER}; /api/v1/me tells it. Or load the page again.",
            )
    return Caller(account, None, login, token)


def log_in_first(settings: ServiceSettings) -> Problem:
    """The answer to somebody who is not known and has to be, with the ways to log in. That by another party
    is a link, never a form: the content security policy lets a form lead to this site alone."""
    ways = [{"label": "Log in with a password", "method": "POST", "path": BY_PASSWORD}]
    if settings.oidc is not None:
        ways.append({"label": settings.oidc.label, "method": "GET", "path": BY_OIDC})
    return Problem(
        401,
        "log-in",
        "This is not for everybody.",
        cure="Log in, or send a key: Authorization: Bearer KEY.",
        headers={"WWW-Authenticate": "Bearer"},
        more={"ways": ways},
    )


def _by_key(service: Service, given: str) -> Caller:
    kind, _, token = given.partition(" ")
    found = accounts.who_has(service.workspace, token.strip(), now=service.clock())
    if kind.casefold() != "bearer" or found is None:
        raise Problem(
            401,
            "key",
            "The key is unknown, revoked or past its end.",
            cure="Make another, and send it as Authorization: Bearer KEY.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    account, key = found
    return Caller(account, key.scopes)

"""A log-in by another party that was begun in a browser, and comes back to the same browser.

Nothing of it is kept here. The browser keeps an end and random letters in a cookie. What goes to the other
party is derived from them with the service's secret: the state, which comes back and is thereby the cookie's
signature, the nonce, which the other party signs, and the verifier, which only this service can tell.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: A log-in is to be done within.
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """``cookie`` is the browser's alone; the others have 43 characters that fit into an address."""

    cookie: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(secret: bytes, now: datetime) -> Begun:
    """A new log-in, which has to come back within :data:`LASTS`."""
    return _derived(secret, f"{int((now + LASTS).timestamp())}.{secrets.token_urlsafe(32)}")


def take_up(secret: bytes, cookie: str, state: str, now: datetime) -> Begun | None:
    """The log-in that a browser comes back with; None where it was not begun there, or too long ago."""
    begun = _derived(secret, cookie)
    if not hmac.compare_digest(begun.state.encode(), state.encode()):
        return None
    end, _, _ = cookie.partition(".")  # as written above, or else the state would be another
    return begun if now.timestamp() < int(end) else None


def _derived(secret: bytes, cookie: str) -> Begun:
    def part(name: str) -> str:
        told = hmac.digest(secret, f"oidc {name} {cookie}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode()

    return Begun(cookie, part("state"), part("nonce"), part("verifier"))

"""Who may use the service: accounts, their log-ins and their keys. Frozen values, no I/O.

Neither a password nor a token is ever part of a value: the store keeps their hashes, apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an account is for. A facilitator is staff; a member sees what concerns itself."""

    ADMINISTRATOR = "administrator"
    FACILITATOR = "facilitator"
    MEMBER = "member"


class Scope(StrEnum):
    """What a key may be used for, within what its account may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in. ``email`` is unique and kept case-folded. ``member_id`` is the member that the
    account belongs to, None for one of staff. One that is not ``active`` can do nothing. Times are in UTC."""

    id: str
    email: str
    name: str
    role: Role
    member_id: str | None
    active: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class Login:
    """A session in a browser. ``csrf`` is the token that its forms have to carry."""

    account_id: str
    csrf: str
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at another party that logs people in: ``subject`` is one person at ``issuer`` for good,
    whatever becomes of the address."""

    issuer: str
    subject: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key for the API. ``expires`` is None where it holds until it is revoked."""

    id: str
    account_id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None
    revoked: bool

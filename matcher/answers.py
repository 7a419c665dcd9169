"""What members said to a proposal. Frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Said(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Answer:
    """A member's latest word on an exchange. ``by`` is the account that gave it, which may be staff's;
    ``at`` is in UTC."""

    exchange_id: str
    member_id: str
    said: Said
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the service said to a request that carried an idempotency key, so that the same request gets the
    same answer. ``request_hash`` tells another request under the same key. ``created`` is in UTC."""

    account_id: str
    key: str
    request_hash: str
    status: int
    body: str
    created: datetime

"""Imports that were looked at and wait to be confirmed. In memory of the one server: a start forgets them."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from matcher.errors import NotFoundError
from matcher.workflow.intake import Preview
from matcher.workflow.once import used_otherwise

KEPT = timedelta(minutes=15)
#: Of one account, and of all; the oldest goes first. Each holds what the network had, to compare with.
_OF_ONE, _OF_ALL = 3, 6


@dataclass(frozen=True, slots=True)
class Upload:
    """``key`` is the idempotency key that it came with, if any, and ``request`` what tells it from others."""

    account_id: str
    seen: Preview
    until: datetime
    key: str | None = None
    request: str = ""


class Uploads:
    """By a token that its account alone can use. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Upload] = {}

    def keep(
        self, account_id: str, seen: Preview, now: datetime, *, key: str | None = None, request: str = ""
    ) -> tuple[str, Upload]:
        """Keep what an import would do; its token."""
        token, upload = secrets.token_urlsafe(24), Upload(account_id, seen, now + KEPT, key, request)
        with self._lock:
            self._forget(now)
            own = [each for each, kept in self._kept.items() if kept.account_id == account_id]
            for each in own[: max(0, len(own) + 1 - _OF_ONE)]:
                del self._kept[each]
            for each in list(self._kept)[: max(0, len(self._kept) + 1 - _OF_ALL)]:
                del self._kept[each]
            self._kept[token] = upload
        return token, upload

    def again(self, account_id: str, key: str, request: str, now: datetime) -> tuple[str, Upload] | None:
        """The upload that this account sent with this idempotency key, while it is kept; None where there is
        none. Raises ConflictError where the key came with another upload."""
        with self._lock:
            self._forget(now)
            for token, kept in self._kept.items():
                if (kept.account_id, kept.key) == (account_id, key):
                    if kept.request != request:
                        raise used_otherwise()
                    return token, kept
        return None

    def of(self, account_id: str, token: str, now: datetime) -> Upload:
        """Raises NotFoundError where there is none, any more, of this account."""
        with self._lock:
            self._forget(now)
            kept = self._kept.get(token)
        if kept is None or kept.account_id != account_id:
            raise NotFoundError(
                "There is no such upload: it was written already, or was kept too long ago.",
                cure="Upload the files once more: what is there already changes nothing.",
            )
        return kept

    def drop(self, token: str) -> None:
        """Forget one that was confirmed."""
        with self._lock:
            self._kept.pop(token, None)

    def _forget(self, now: datetime) -> None:
        for each in [token for token, kept in self._kept.items() if kept.until <= now]:
            del self._kept[each]

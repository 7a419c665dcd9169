"""A request that comes twice is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from matcher.answers import KeptAnswer
from matcher.errors import ConflictError, InputError
from matcher.store.joined import Joined
from matcher.workflow.workspace import Workspace

#: How long an answer is kept for a request that comes again.
KEPT = timedelta(days=1)
_KEY_LENGTH = 200


def once(
    workspace: Workspace,
    account_id: str,
    key: str,
    request_hash: str,
    do: Callable[[Workspace], tuple[int, str]],
    *,
    now: datetime,
) -> KeptAnswer:
    """What ``do`` answers, as a status and a body, or what it answered when this account sent the request
    with this idempotency key before. What it does and its answer are written in one transaction, through the
    workspace that it is given. What it raises undoes all of it, and the key can be used again.

    ``request_hash`` tells requests apart. Raises ConflictError where the key came with another request within
    KEPT, InputError where it is empty or too long, and what ``do`` raises.
    """
    check_key(key)
    with workspace.store.write() as writing:
        writing.delete_kept_answers_before(now - KEPT)
        kept = writing.kept_answer(account_id, key)
        if kept is not None and kept.request_hash != request_hash:
            raise used_otherwise()
        if kept is None:
            status, body = do(replace(workspace, store=Joined(writing, workspace.store.actor)))
            kept = KeptAnswer(account_id, key, request_hash, status, body, now)
            writing.keep_answer(kept)
    return kept


def check_key(key: str) -> None:
    """Raises InputError where an idempotency key is empty or too long."""
    if not 0 < len(key) <= _KEY_LENGTH:
        raise InputError(f"An idempotency key has 1 to {_KEY_LENGTH} characters.", cure="Use a random one.")


def used_otherwise() -> ConflictError:
    """The error that says that a key came with another request before."""
    return ConflictError(
        "This idempotency key came with another request; nothing was changed.",
        cure="Give each request a key of its own.",
    )

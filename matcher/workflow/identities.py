"""Logging in by another party, which says who somebody is. Whether to believe it is for the caller."""

from __future__ import annotations

from datetime import datetime

from matcher.accounts import Identity, Login
from matcher.errors import PermissionDeniedError
from matcher.workflow.accounts import begin_session
from matcher.workflow.workspace import Workspace


def log_in_as(workspace: Workspace, identity: Identity, email: str, *, now: datetime) -> tuple[str, Login]:
    """The token of a new session of the account that belongs to ``identity``. At the first log-in that is the
    account with its address, which belongs to it from then on: an address can pass to somebody else.

    Raises PermissionDeniedError where there is no such account, where it is not active, or where it belongs
    to somebody else at the same issuer.
    """
    with workspace.store.read() as reading:
        found = reading.account_by_identity(identity) or reading.account_by_email(email)
    if found is None:
        raise PermissionDeniedError(
            "Nobody has an account with the address that your organization knows you by.",
            cure="Ask an administrator for an account with that address.",
        )
    with workspace.store.acting_as(found.id).write() as writing:
        # In the meantime it may have been deactivated, or somebody may have logged in to it.
        if not writing.account(found.id).active:
            raise PermissionDeniedError(
                "Your account was deactivated.", cure="Ask an administrator to activate it."
            )
        owners = {each for each in writing.identities_of(found.id) if each.issuer == identity.issuer}
        if not owners:
            writing.add_identity(found.id, identity)
        elif identity not in owners:
            raise PermissionDeniedError(
                "The account with your address belongs to somebody who had the address before you.",
                cure="Ask an administrator to deactivate it and activate it again: it is then the account of "
                "whoever logs in next with its address.",
            )
        writing.delete_logins_before(now)
        return begin_session(writing, found.id, now)

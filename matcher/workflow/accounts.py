"""Who may use the service: accounts, and what they prove themselves with. Times are given, in UTC."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from matcher.accounts import Account, Key, Login, Role, Scope
from matcher.errors import ConflictError, InputError, MatcherError, NotFoundError, PermissionDeniedError
from matcher.store import Writing
from matcher.workflow.passwords import fits, hashed, outdated
from matcher.workflow.workspace import Workspace

#: A session ends when it was not used for so long, and in any case so long after the log-in.
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
#: A session that is used is made longer at most so often: each time is a write.
_SLIDE = timedelta(hours=1)
#: What a key begins with, so that one that got out can be searched for.
KEY_PREFIX = "peer_"
_NAME_LENGTH = 200


def accounts(workspace: Workspace) -> tuple[Account, ...]:
    """Ordered by address, those that are not active too."""
    with workspace.store.read() as reading:
        return reading.accounts()


def are_there(workspace: Workspace) -> bool:
    """Whether there is any account."""
    return bool(accounts(workspace))


def account_named(workspace: Workspace, name: str) -> Account:
    """By its id or address. Raises NotFoundError where there is none."""
    with workspace.store.read() as reading:
        return reading.account_by_email(name) or reading.account(name)


def first_administrator(
    workspace: Workspace, email: str, name: str, password: str, *, now: datetime
) -> Account:
    """The account that makes the others. Raises ConflictError where there is any account: of two who come at
    once the second does. InputError as :func:`add_account`."""
    kept = hashed(password, email)
    made = _new(email, name, Role.ADMINISTRATOR, None, now)
    with workspace.store.acting_as(made.id).write() as writing:
        if writing.accounts():
            raise ConflictError(
                "There is an account already; nothing was changed.",
                cure="Log in, or ask an administrator for an account.",
            )
        writing.put_account(made, kept)
    return made


def add_account(
    workspace: Workspace,
    email: str,
    name: str,
    role: Role,
    *,
    now: datetime,
    member_id: str | None = None,
    password: str | None = None,
) -> Account:
    """A new account. Without a password nobody can log in to it until :func:`set_password`.

    Raises ConflictError where the address has one, InputError where the address, the name or the password
    cannot be taken, where an account with the role member has no member, or where that is not there.
    """
    if (role is Role.MEMBER) != (member_id is not None):
        raise InputError(
            "An account with the role member belongs to one member, and another account to none.",
            cure="Give the member's id with the role member, and with no other.",
        )
    kept = None if password is None else hashed(password, email)
    made = _new(email, name, role, member_id, now)
    with workspace.store.write() as writing:
        writing.put_account(made, kept)
    return made


def set_password(workspace: Workspace, account_id: str, password: str) -> None:
    """Put a new password in place of the old one, and end the account's sessions.

    Raises NotFoundError where there is no such account, InputError where the password cannot be taken.
    """
    with workspace.store.read() as reading:
        email = reading.account(account_id).email
    kept = hashed(password, email)
    with workspace.store.write() as writing:
        writing.put_account(writing.account(account_id), kept)
        writing.delete_logins_of(account_id)


def change_password(
    workspace: Workspace, account_id: str, old: str, password: str, *, now: datetime
) -> tuple[str, Login]:
    """As :func:`set_password`, by somebody who knows the old one; the token of a new session.

    Raises PermissionDeniedError where the old one is wrong.
    """
    with workspace.store.read() as reading:
        kept = reading.password_hash(account_id)
    if not fits(kept, old):
        raise PermissionDeniedError("The old password is wrong.", cure="Type it again.")
    set_password(workspace, account_id, password)
    with workspace.store.write() as writing:
        return begin_session(writing, account_id, now)


def deactivate(workspace: Workspace, account_id: str) -> Account:
    """Let an account do nothing any more: its sessions end, its keys are good for nothing, and who owned it
    elsewhere is forgotten.

    Raises NotFoundError where there is no such account, ConflictError where no administrator would be left.
    """
    with workspace.store.write() as writing:
        found = replace(writing.account(account_id), active=False)
        writing.put_account(found)
        left = (each for each in writing.accounts() if each.active and each.role is Role.ADMINISTRATOR)
        if found.role is Role.ADMINISTRATOR and not any(left):
            raise ConflictError(
                "It is the last administrator; nothing was changed.", cure="Make another administrator first."
            )
        writing.delete_logins_of(account_id)
        writing.delete_identities_of(account_id)
    return found


def activate(workspace: Workspace, account_id: str) -> Account:
    """Let an account be used again. Raises NotFoundError where there is no such account."""
    with workspace.store.write() as writing:
        found = replace(writing.account(account_id), active=True)
        writing.put_account(found)
    return found


def log_in(workspace: Workspace, email: str, password: str, *, now: datetime) -> tuple[str, Login] | None:
    """The token of a new session; None where there is no such account, it is not active or the password is
    wrong, which take the same work. How often somebody may try is for the caller to bound."""
    with workspace.store.read() as reading:
        account = reading.account_by_email(email)
        kept = reading.password_hash(account.id) if account else ""
    if not fits(kept, password) or account is None:
        return None
    anew = hashed(password, account.email) if outdated(kept) else None
    with workspace.store.acting_as(account.id).write() as writing:
        # In the meantime it may have been deactivated, or its password changed.
        account = writing.account(account.id)
        if not account.active or writing.password_hash(account.id) != kept:
            return None
        if anew:
            writing.put_account(account, anew)
        writing.delete_logins_before(now)
        return begin_session(writing, account.id, now)


def log_out(workspace: Workspace, token: str) -> None:
    """End a session; one that has ended stays so."""
    with workspace.store.write() as writing:
        writing.delete_login(_digest(token))


def who_is(workspace: Workspace, token: str, *, now: datetime) -> tuple[Account, Login] | None:
    """Whose session it is, which is thereby used; None where it has ended or the account is not active."""
    kept = _digest(token)
    with workspace.store.read() as reading:
        login = reading.login(kept)
        account = reading.account(login.account_id) if login else None
    if login is None or account is None or not account.active or login.expires <= now:
        return None
    longer = replace(login, expires=min(now + IDLE, login.created + LONGEST))
    if longer.expires - login.expires < _SLIDE:
        return account, login
    return (account, longer) if _keep_longer(workspace, kept, longer) else (account, login)


def make_key(
    workspace: Workspace,
    account_id: str,
    name: str,
    scopes: Iterable[Scope],
    *,
    now: datetime,
    expires: datetime | None = None,
) -> tuple[str, Key]:
    """A new key for programs, shown this once, and what is kept of it.

    Raises InputError where it has no name or no scope, where its end has no zone or is before its beginning,
    NotFoundError where there is no such account, PermissionDeniedError where a scope is beyond what the
    account may do.
    """
    given = tuple(scope for scope in Scope if scope in set(scopes))
    if not given:
        raise InputError("A key without a scope can do nothing.", cure="Give it read, write or admin.")
    end = None if expires is None else _in_utc(expires)
    if end is not None and end <= now:
        raise InputError("The key has ended before it begins.", cure="Give a time that is to come.")
    token = KEY_PREFIX + secrets.token_urlsafe(32)
    key = Key(_id("key"), account_id, _named(name), given, now, end, revoked=False)
    with workspace.store.write() as writing:
        if Scope.ADMIN in given and writing.account(account_id).role is not Role.ADMINISTRATOR:
            raise PermissionDeniedError(
                "Only an administrator's key can have the scope admin.", cure="Leave it out."
            )
        writing.add_key(key, _digest(token))
    return token, key


def keys_of(workspace: Workspace, account_id: str) -> tuple[Key, ...]:
    """An account's keys, the oldest first, those that are revoked too."""
    with workspace.store.read() as reading:
        return reading.keys_of(account_id)


def who_has(workspace: Workspace, token: str, *, now: datetime) -> tuple[Account, Key] | None:
    """Whose key it is; None where it is revoked or has ended, or the account is not active."""
    with workspace.store.read() as reading:
        key = reading.key(_digest(token))
        account = reading.account(key.account_id) if key else None
    if key is None or account is None or not account.active or key.revoked:
        return None
    return None if key.expires is not None and key.expires <= now else (account, key)


def revoke(workspace: Workspace, account_id: str, key_id: str) -> None:
    """End one of an account's keys. Raises NotFoundError where it has none with that id."""
    with workspace.store.write() as writing:
        if key_id not in {each.id for each in writing.keys_of(account_id)}:
            raise NotFoundError(f"There is no key '{key_id}'.", cure="Look at the list of your keys.")
        writing.revoke_key(key_id)


def _new(email: str, name: str, role: Role, member_id: str | None, now: datetime) -> Account:
    written = email.strip().casefold()
    local, _, host = written.partition("@")
    if not local or not host or "@" in host or not written.isprintable() or " " in written:
        raise InputError("That is not an email address.", cure="Write it as in ada@district.example.")
    if len(written) > _NAME_LENGTH:
        raise InputError(f"An address has at most {_NAME_LENGTH} characters.", cure="Give a shorter one.")
    # Not derived from the address: it stands in the audit, where nobody is to be found by a name.
    return Account(_id("account"), written, _named(name), role, member_id, active=True, created=now)


def _named(name: str) -> str:
    written = " ".join(name.split())
    if not written or len(written) > _NAME_LENGTH or not written.isprintable():
        raise InputError(
            f"A name has 1 to {_NAME_LENGTH} characters that can be printed.", cure="Give such a name."
        )
    return written


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InputError("The time has no zone.", cure="Write it as in 2027-01-31T00:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in UTC it is in no year from 1 to 9999
        raise InputError("That time cannot be kept.", cure="Give an earlier one, or none.") from None


def begin_session(writing: Writing, account_id: str, now: datetime) -> tuple[str, Login]:
    """The token of a new session, and what is kept of it. That it may begin is for the caller to see."""
    token = secrets.token_urlsafe(32)
    login = Login(account_id, secrets.token_urlsafe(32), now, now + IDLE)
    writing.add_login(_digest(token), login)
    return token, login


def _keep_longer(workspace: Workspace, kept: str, login: Login) -> bool:
    """Whether the session could be made longer. Where another writes just now, or the disk is full, the next
    request tries."""
    try:
        with workspace.store.acting_as(login.account_id).write() as writing:
            # Somebody may have logged out since it was read.
            if not writing.delete_login(kept):
                return False
            writing.add_login(kept, login)
    except MatcherError:
        return False
    return True


def _digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(8)}"

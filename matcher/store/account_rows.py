"""Accounts, their log-ins and their keys in the store."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from matcher.accounts import Account, Identity, Key, Login, Role, Scope
from matcher.errors import ConflictError, NotFoundError
from matcher.store import schema
from matcher.store.failures import storable
from matcher.store.rows import Row, Stored, naive
from matcher.store.transaction import Asking, Noting


class AccountReading(Asking):
    def account(self, id: str) -> Account:
        """Raises NotFoundError where there is none with that id."""
        return _account(self._account_row(id))

    def account_by_email(self, email: str) -> Account | None:
        """The account with that address, in whatever letters it is written."""
        found = self._one(schema.account, schema.account.c.email == email.strip().casefold())
        return None if found is None else _account(found)

    def account_by_identity(self, identity: Identity) -> Account | None:
        """The account whose owner that is."""
        table = schema.identity
        this = sa.and_(table.c.issuer == identity.issuer, table.c.subject == identity.subject)
        found = self._one(table, this)
        return None if found is None else self.account(found["account_id"])

    def identities_of(self, account_id: str) -> frozenset[Identity]:
        """Who the account's owner is elsewhere: one at most of each issuer."""
        table = schema.identity
        found = self._connection.execute(sa.select(table).where(table.c.account_id == account_id))
        return frozenset(Identity(row.issuer, row.subject) for row in found)

    def accounts(self) -> tuple[Account, ...]:
        """Ordered by address."""
        found = self._connection.execute(sa.select(schema.account)).mappings()
        return tuple(sorted(map(_account, found), key=lambda each: each.email))

    def password_hash(self, account_id: str) -> str:
        """Empty where the account cannot log in with a password. Raises NotFoundError as :meth:`account`."""
        return str(self._account_row(account_id)["password_hash"])

    def login(self, token_hash: str) -> Login | None:
        """Whether it has ended is for the caller to see: ``expires``."""
        found = self._one(schema.login, schema.login.c.token_hash == token_hash)
        return None if found is None else _login(found)

    def key(self, key_hash: str) -> Key | None:
        """Also one that is revoked or has ended."""
        found = self._one(schema.api_key, schema.api_key.c.key_hash == key_hash)
        return None if found is None else _key(found)

    def keys_of(self, account_id: str) -> tuple[Key, ...]:
        """The oldest first, those that are revoked too."""
        table = schema.api_key
        found = self._connection.execute(sa.select(table).where(table.c.account_id == account_id)).mappings()
        return tuple(sorted(map(_key, found), key=lambda each: (each.created, each.id)))

    def _account_row(self, id: str) -> Stored:
        found = self._one(schema.account, schema.account.c.id == id)
        if found is None:
            raise NotFoundError(f"There is no account '{id}'.", cure="Look at the list of accounts.")
        return found

    def _one(self, table: sa.Table, where: sa.ColumnElement[bool]) -> Stored | None:
        with storable():
            return self._connection.execute(sa.select(table).where(where)).mappings().first()


class AccountWriting(Noting, AccountReading):
    def put_account(self, account: Account, password_hash: str | None = None) -> None:
        """Add the account, or replace the one with its id. Without a hash the one it has stays; a new account
        then cannot log in with a password.

        Raises ConflictError where another account has its address, InputError where its member is not there.
        """
        row = _account_row(account)
        if account.member_id is not None:
            self._require(schema.member, [account.member_id])
        other = self.account_by_email(account.email)
        if other is not None and other.id != account.id:
            raise ConflictError(
                "Another account has this address; nothing was changed.",
                cure="Use that account, or give this one another address.",
            )
        known = self._one(schema.account, schema.account.c.id == account.id)
        kept = known["password_hash"] if known else ""
        self._put(schema.account, [row | {"password_hash": kept if password_hash is None else password_hash}])

    def add_login(self, token_hash: str, login: Login) -> None:
        """The account has to be there."""
        self._require(schema.account, [login.account_id])
        row = {
            "token_hash": token_hash,
            "account_id": login.account_id,
            "csrf": login.csrf,
            "created": naive(login.created),
            "expires": naive(login.expires),
        }
        self._connection.execute(sa.insert(schema.login), row)
        self._note("add login", [login.account_id])

    def add_identity(self, account_id: str, identity: Identity) -> None:
        """The account has to be there. Raises ConflictError where it has one of that issuer, or where it is
        another account's."""
        self._require(schema.account, [account_id])
        issuers = {each.issuer for each in self.identities_of(account_id)}
        if identity.issuer in issuers or self.account_by_identity(identity) is not None:
            raise ConflictError(
                "The account belongs to somebody already; nothing was changed.", cure="Log in once more."
            )
        row = {"issuer": identity.issuer, "subject": identity.subject, "account_id": account_id}
        with storable():
            self._connection.execute(sa.insert(schema.identity), row)
        self._note("add identity", [account_id])

    def delete_identities_of(self, account_id: str) -> int:
        """How many there were."""
        table = schema.identity
        gone = self._connection.execute(sa.delete(table).where(table.c.account_id == account_id)).rowcount
        if gone:
            self._note("delete identity", [account_id], {"identities": gone})
        return gone

    def delete_login(self, token_hash: str) -> int:
        """How many there were: 0 or 1."""
        return self._delete_logins(schema.login.c.token_hash == token_hash)

    def delete_logins_of(self, account_id: str) -> int:
        return self._delete_logins(schema.login.c.account_id == account_id)

    def delete_logins_before(self, now: datetime) -> int:
        """Those that ended at ``now`` or before."""
        return self._delete_logins(schema.login.c.expires <= naive(now))

    def _delete_logins(self, where: sa.ColumnElement[bool]) -> int:
        table = schema.login
        ids = self._connection.scalars(sa.select(table.c.account_id).where(where)).all()
        if ids:
            self._connection.execute(sa.delete(table).where(where))
            self._note("delete login", sorted(set(ids)), {"logins": len(ids)})
        return len(ids)

    def add_key(self, key: Key, key_hash: str) -> None:
        """The account has to be there."""
        self._require(schema.account, [key.account_id])
        row = {
            "id": key.id,
            "account_id": key.account_id,
            "key_hash": key_hash,
            "name": key.name,
            "scopes": ",".join(key.scopes),
            "created": naive(key.created),
            "expires": key.expires and naive(key.expires),
            "revoked": key.revoked,
        }
        with storable():
            self._connection.execute(sa.insert(schema.api_key), row)
        self._note("add key", [key.id])

    def revoke_key(self, id: str) -> None:
        """Raises NotFoundError where there is none with that id."""
        table = schema.api_key
        found = self._one(table, table.c.id == id)
        if found is None:
            raise NotFoundError(f"There is no key '{id}'.", cure="Look at the list of the account's keys.")
        if not found["revoked"]:
            self._connection.execute(sa.update(table).where(table.c.id == id).values(revoked=True))
            self._note("revoke key", [id])


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _account_row(value: Account) -> Row:
    return {
        "id": value.id,
        "email": value.email.strip().casefold(),
        "name": value.name,
        "role": value.role.value,
        "member_id": value.member_id,
        "active": value.active,
        "created": naive(value.created),
    }


def _account(row: Stored) -> Account:
    return Account(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        member_id=row["member_id"],
        active=row["active"],
        created=_utc(row["created"]),
    )


def _login(row: Stored) -> Login:
    return Login(row["account_id"], row["csrf"], _utc(row["created"]), _utc(row["expires"]))


def _key(row: Stored) -> Key:
    return Key(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        scopes=tuple(Scope(part) for part in row["scopes"].split(",") if part),
        created=_utc(row["created"]),
        expires=row["expires"] and _utc(row["expires"]),
        revoked=row["revoked"],
    )

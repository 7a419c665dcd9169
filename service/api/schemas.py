"""What the API takes and gives, where it is not a value of the workflow's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matcher.accounts import Account, Key, Role, Scope

Email = Annotated[str, Field(max_length=200, examples=["ada@district.example"])]
Name = Annotated[str, Field(max_length=200, examples=["Ada Reyes"])]
Password = Annotated[str, Field(max_length=1_000, examples=["four words in a row"])]


class Given(BaseModel):
    """A body. What it does not name is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LogIn(Given):
    email: Email
    password: Password


class NewPassword(Given):
    """By its owner, who knows the old one."""

    old: Password
    new: Password


class SetPassword(Given):
    """By an administrator."""

    new: Password


class NewAccount(Given):
    email: Email
    name: Name
    role: Annotated[Role, Field(examples=["facilitator"])]
    member_id: Annotated[str | None, Field(max_length=200, examples=[None])] = None
    password: Annotated[
        str | None, Field(max_length=1_000, description="without one nobody can log in yet")
    ] = None


class NewKey(Given):
    name: Annotated[str, Field(max_length=200, examples=["nightly import"])]
    scopes: Annotated[frozenset[Scope], Field(min_length=1, examples=[["read"]])]
    expires: Annotated[
        datetime | None, Field(description="with its zone; without, it holds until it is revoked")
    ] = None


class Me(BaseModel):
    """One's own account. ``csrf`` is what the header X-CSRF-Token has to hold, in a session; ``scopes`` are
    those of a key, null in a session."""

    account: Account
    csrf: str | None
    scopes: tuple[Scope, ...] | None


class Accounts(BaseModel):
    """A page of them; ``next`` is the cursor of the page that follows, empty on the last."""

    accounts: list[Account]
    next: str


class Keys(BaseModel):
    keys: tuple[Key, ...]


class MadeKey(BaseModel):
    """``token`` is the key itself, shown this once; null where the request came before."""

    key: Key
    token: str | None


class Health(BaseModel):
    status: Annotated[str, Field(examples=["ok"])]

"""The tables of the service: who may use it, what it works on, what was said and done."""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.columns import flag, key, link, metadata, text, whole

#: ``email`` is case-folded. An empty ``password_hash`` fits no password.
account = sa.Table(
    "account",
    metadata,
    key(),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    text("name"),
    text("role"),
    sa.Column("member_id", sa.Text, sa.ForeignKey("member.id"), index=True),
    flag("active"),
    sa.Column("created", sa.DateTime, nullable=False),
    text("password_hash"),
)

login = sa.Table(
    "login",
    metadata,
    key("token_hash"),
    link("account_id", "account.id", index=True),
    text("csrf"),
    sa.Column("created", sa.DateTime, nullable=False),
    sa.Column("expires", sa.DateTime, nullable=False),
)

#: Who an account's owner is at another party: one person there is one account here, and the other way round.
identity = sa.Table(
    "identity",
    metadata,
    key("issuer"),
    key("subject"),
    link("account_id", "account.id"),
    sa.UniqueConstraint("account_id", "issuer"),
)

#: ``expires`` is null where a key holds until it is revoked.
api_key = sa.Table(
    "api_key",
    metadata,
    key(),
    link("account_id", "account.id", index=True),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True),
    text("name"),
    text("scopes"),  # "read,write"
    sa.Column("created", sa.DateTime, nullable=False),
    sa.Column("expires", sa.DateTime),
    flag("revoked"),
)

#: ``term`` is no key: a term is kept with the first thing that is formed for it.
job = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    text("kind"),
    text("term"),
    text("request"),  # JSON
    sa.Column("state", sa.Text, nullable=False, index=True),
    text("actor"),
    sa.Column("created", sa.DateTime, nullable=False),
    text("claimed_by"),
    sa.Column("lease_until", sa.DateTime),
    whole("attempts"),
    text("stage"),
    sa.Column("share", sa.Double, nullable=False),
    sa.Column("value", sa.BigInteger),
    sa.Column("bound", sa.BigInteger),
    flag("cancel"),
    text("run_ids"),  # JSON
    text("error"),
    text("cure"),
    sa.Column("finished", sa.DateTime),
)

#: Numbered from 1 without a gap, by the one who writes.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime, nullable=False),
    text("actor"),
    text("done"),  # JSON
    text("before"),
    text("hash"),
)

#: What a request with an idempotency key was answered.
kept_answer = sa.Table(
    "kept_answer",
    metadata,
    link("account_id", "account.id", key=True),
    key("key"),
    text("request_hash"),
    whole("status"),
    text("body"),
    sa.Column("created", sa.DateTime, nullable=False),
)

#: ``by`` is the account that gave it, which may be gone.
answer = sa.Table(
    "answer",
    metadata,
    link("exchange_id", "exchange.id", key=True),
    sa.Column("member_id", sa.Text, sa.ForeignKey("member.id"), primary_key=True, index=True),
    text("said"),
    sa.Column("at", sa.DateTime, nullable=False),
    text("by"),
)

#: Members that were erased: their row stays, with nothing in it, for what refers to it.
tombstone = sa.Table(
    "tombstone",
    metadata,
    link("id", "member.id", key=True),
    sa.Column("erased", sa.DateTime, nullable=False),
)

"""The tables. Alembic's revisions have to lead to exactly these; a test compares the two.

Identifiers and JSON are text. Time stamps are UTC without a zone. Rows that are ordered carry a
``position`` from 0.
"""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.columns import flag, key, link, metadata, text, whole
from matcher.store.service_schema import (
    account,
    answer,
    api_key,
    audit,
    identity,
    job,
    kept_answer,
    login,
    tombstone,
)

__all__ = [
    "account",
    "answer",
    "api_key",
    "audit",
    "ban",
    "exchange",
    "exchange_member",
    "facilitator",
    "identity",
    "import_log",
    "job",
    "kept_answer",
    "login",
    "mapping",
    "member",
    "metadata",
    "next_step",
    "organization",
    "run",
    "statement",
    "term",
    "tombstone",
    "topic",
    "topic_aside",
    "topic_edit",
    "topic_lineage",
    "topic_run",
    "topic_statement",
    "vector",
]

organization = sa.Table(
    "organization",
    metadata,
    key(),
    text("name"),
    text("type"),
    text("state"),
    sa.Column("locale", sa.Text),
    sa.Column("enrollment", sa.Integer),
    sa.Column("latitude", sa.Double),
    sa.Column("longitude", sa.Double),
)

member = sa.Table(
    "member",
    metadata,
    key(),
    text("name"),
    link("organization_id", "organization.id", index=True),
    text("email"),
    text("role"),
    text("role_group"),
    text("timezone"),
    text("slots"),  # "Mon am,Tue pm"
    flag("host"),
    whole("seats"),
    whole("one_to_ones"),
    text("interests"),  # "one-to-one,virtual"
    text("visit_dates"),  # "2026-10-06,2026-10-08"
    text("away"),
    flag("listed"),
)

statement = sa.Table(
    "statement",
    metadata,
    key(),
    link("member_id", "member.id", index=True),
    text("kind"),
    text("text"),
    flag("confidential"),
    text("set_aside"),
    text("submitted"),
)

#: ``data`` holds ``dimension`` float32 numbers, little-endian, whatever machine wrote them.
vector = sa.Table(
    "vector",
    metadata,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("text_hash", sa.Text, primary_key=True),
    whole("dimension"),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

term = sa.Table(
    "term",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("start", sa.Date, nullable=False),
)

#: ``input_hash`` is the sha256 of ``problem``; ``term`` is null where a run belongs to none.
run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    text("kind"),
    sa.Column("term", sa.Text, sa.ForeignKey("term.name")),
    sa.Column("created", sa.DateTime, nullable=False),
    whole("seed"),
    text("versions"),
    text("input_hash"),
    text("problem"),
    text("solution"),
    text("status"),
    sa.Column("objective", sa.BigInteger),
    sa.Column("bound", sa.BigInteger),
    sa.Column("seconds", sa.Double, nullable=False),
    text("origin"),  # JSON
)

topic = sa.Table(
    "topic",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
    key(),
    whole("position"),
    text("label"),
    text("keywords"),  # JSON
    text("examples"),  # JSON, ids of statements
    whole("colour"),
    text("area"),
    sa.Column("share", sa.Double, nullable=False),
    text("named_by"),
    flag("locked"),
)

topic_statement = sa.Table(
    "topic_statement",
    metadata,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("topic_id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    link("statement_id", "statement.id", index=True),
    sa.ForeignKeyConstraint(["run_id", "topic_id"], ["topic.run_id", "topic.id"]),
)

#: A run of topics: ``minted`` is the highest number that a topic's id ever had, so that none comes twice,
#: ``edits`` how many edits of staff were in force.
topic_run = sa.Table(
    "topic_run",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
    whole("minted"),
    whole("edits"),
)

#: Statements that a run left to a person, and why.
topic_aside = sa.Table(
    "topic_aside",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("topic_run.run_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    link("statement_id", "statement.id", index=True),
    text("reason"),
)

#: What happened to topics between the run before and this one.
topic_lineage = sa.Table(
    "topic_lineage",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("topic_run.run_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    text("kind"),
    text("topic_id"),
    whole("size_before"),
    whole("size_after"),
    text("parts"),  # JSON, [topic id, statements] each
    sa.Column("share", sa.Double, nullable=False),
    flag("emerging"),
)

#: What staff did to topics and is in force, the oldest at position 0; ``edit`` is the whole of it, as JSON.
topic_edit = sa.Table(
    "topic_edit",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True),
    text("kind"),
    text("author"),
    sa.Column("made", sa.DateTime),
    text("edit"),
)

#: ``topic`` and ``facilitator`` are what the ledger's source called them, so they are no keys.
exchange = sa.Table(
    "exchange",
    metadata,
    key(),
    link("term", "term.name", index=True),
    text("structure"),
    text("status"),
    text("topic"),
    sa.Column("held_on", sa.Date),
    text("facilitator"),
)

exchange_member = sa.Table(
    "exchange_member",
    metadata,
    link("exchange_id", "exchange.id", key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    link("member_id", "member.id", index=True),
    sa.UniqueConstraint("exchange_id", "member_id"),
)

next_step = sa.Table(
    "next_step",
    metadata,
    key(),  # derived from the other columns but ``due``
    link("exchange_id", "exchange.id", index=True),
    link("member_id", "member.id", index=True),
    text("text"),
    sa.Column("due", sa.Date),
)

ban = sa.Table(
    "ban",
    metadata,
    link("member_a", "member.id", key=True),
    link("member_b", "member.id", key=True),
    text("reason"),
)

facilitator = sa.Table(
    "facilitator",
    metadata,
    key(),
    text("name"),
    text("timezone"),
    text("slots"),
    whole("pairs"),
)

#: Which column means what, as TOML, by the key of a file's header.
mapping = sa.Table(
    "mapping",
    metadata,
    sa.Column("header_key", sa.Text, primary_key=True),
    text("toml"),
)

import_log = sa.Table(
    "import_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    text("file_name"),
    text("sha256"),
    sa.Column("imported", sa.DateTime, nullable=False),
    text("counts"),  # JSON, e.g. {"new": 3}
)

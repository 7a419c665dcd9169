"""The tables. Alembic's revisions have to lead to exactly these; a test compares the two.

Identifiers and JSON are text. Time stamps are UTC without a zone. Rows that are ordered carry a
``position`` from 0.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key() -> sa.Column[str]:
    return sa.Column("id", sa.Text, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _link(name: str, target: str, *, key: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(target), primary_key=key, nullable=False, index=index)


organization = sa.Table(
    "organization",
    metadata,
    _key(),
    _text("name"),
    _text("type"),
    _text("state"),
    sa.Column("locale", sa.Text),
    sa.Column("enrollment", sa.Integer),
    sa.Column("latitude", sa.Double),
    sa.Column("longitude", sa.Double),
)

member = sa.Table(
    "member",
    metadata,
    _key(),
    _text("name"),
    _link("organization_id", "organization.id", index=True),
    _text("email"),
    _text("role"),
    _text("role_group"),
    _text("timezone"),
    _text("slots"),  # "Mon am,Tue pm"
    sa.Column("host", sa.Boolean, nullable=False),
    _whole("seats"),
    _whole("one_to_ones"),
    _text("interests"),  # "one-to-one,virtual"
    _text("visit_dates"),  # "2026-10-06,2026-10-08"
    _text("away"),
)

statement = sa.Table(
    "statement",
    metadata,
    _key(),
    _link("member_id", "member.id", index=True),
    _text("kind"),
    _text("text"),
    sa.Column("confidential", sa.Boolean, nullable=False),
    _text("set_aside"),
    _text("submitted"),
)

#: ``data`` holds ``dimension`` float32 numbers, little-endian, whatever machine wrote them.
vector = sa.Table(
    "vector",
    metadata,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("text_hash", sa.Text, primary_key=True),
    _whole("dimension"),
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
    _text("kind"),
    sa.Column("term", sa.Text, sa.ForeignKey("term.name")),
    sa.Column("created", sa.DateTime, nullable=False),
    _whole("seed"),
    _text("versions"),
    _text("input_hash"),
    _text("problem"),
    _text("solution"),
    _text("status"),
    sa.Column("objective", sa.BigInteger),
    sa.Column("bound", sa.BigInteger),
    sa.Column("seconds", sa.Double, nullable=False),
    _text("origin"),  # JSON
)

topic = sa.Table(
    "topic",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
    _key(),
    _whole("position"),
    _text("label"),
    _text("keywords"),  # JSON
    _text("examples"),  # JSON, ids of statements
    _whole("colour"),
    _text("area"),
    sa.Column("share", sa.Double, nullable=False),
    _text("named_by"),
    sa.Column("locked", sa.Boolean, nullable=False),
)

topic_statement = sa.Table(
    "topic_statement",
    metadata,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("topic_id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _link("statement_id", "statement.id", index=True),
    sa.ForeignKeyConstraint(["run_id", "topic_id"], ["topic.run_id", "topic.id"]),
)

#: A run of topics: ``minted`` is the highest number that a topic's id ever had, so that none comes twice,
#: ``edits`` how many edits of staff were in force.
topic_run = sa.Table(
    "topic_run",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
    _whole("minted"),
    _whole("edits"),
)

#: Statements that a run left to a person, and why.
topic_aside = sa.Table(
    "topic_aside",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("topic_run.run_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _link("statement_id", "statement.id", index=True),
    _text("reason"),
)

#: What happened to topics between the run before and this one.
topic_lineage = sa.Table(
    "topic_lineage",
    metadata,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("topic_run.run_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _text("kind"),
    _text("topic_id"),
    _whole("size_before"),
    _whole("size_after"),
    _text("parts"),  # JSON, [topic id, statements] each
    sa.Column("share", sa.Double, nullable=False),
    sa.Column("emerging", sa.Boolean, nullable=False),
)

#: What staff did to topics and is in force, the oldest at position 0; ``edit`` is the whole of it, as JSON.
topic_edit = sa.Table(
    "topic_edit",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True),
    _text("kind"),
    _text("author"),
    sa.Column("made", sa.DateTime),
    _text("edit"),
)

#: ``topic`` and ``facilitator`` are what the ledger's source called them, so they are no keys.
exchange = sa.Table(
    "exchange",
    metadata,
    _key(),
    _link("term", "term.name", index=True),
    _text("structure"),
    _text("status"),
    _text("topic"),
    sa.Column("held_on", sa.Date),
    _text("facilitator"),
)

exchange_member = sa.Table(
    "exchange_member",
    metadata,
    _link("exchange_id", "exchange.id", key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _link("member_id", "member.id", index=True),
    sa.UniqueConstraint("exchange_id", "member_id"),
)

next_step = sa.Table(
    "next_step",
    metadata,
    _key(),  # derived from the other columns but ``due``
    _link("exchange_id", "exchange.id", index=True),
    _link("member_id", "member.id", index=True),
    _text("text"),
    sa.Column("due", sa.Date),
)

ban = sa.Table(
    "ban",
    metadata,
    _link("member_a", "member.id", key=True),
    _link("member_b", "member.id", key=True),
    _text("reason"),
)

facilitator = sa.Table(
    "facilitator",
    metadata,
    _key(),
    _text("name"),
    _text("timezone"),
    _text("slots"),
    _whole("pairs"),
)

#: Which column means what, as TOML, by the key of a file's header.
mapping = sa.Table(
    "mapping",
    metadata,
    sa.Column("header_key", sa.Text, primary_key=True),
    _text("toml"),
)

import_log = sa.Table(
    "import_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("file_name"),
    _text("sha256"),
    sa.Column("imported", sa.DateTime, nullable=False),
    _text("counts"),  # JSON, e.g. {"new": 3}
)

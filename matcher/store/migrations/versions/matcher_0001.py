"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "matcher_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "facilitator",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facilitator"),
    )
    op.create_table(
        "import_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("imported", sa.DateTime(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_log"),
    )
    op.create_table(
        "mapping",
        sa.Column("header_key", sa.Text(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("header_key", name="pk_mapping"),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("enrollment", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
    )
    op.create_table(
        "term",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_term"),
    )
    op.create_table(
        "vector",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "text_hash", name="pk_vector"),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("facilitator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["term"], ["term.name"], name="fk_exchange_term"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange"),
    )
    op.create_index("ix_exchange_term", "exchange", ["term"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("role_group", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("host", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("one_to_ones", sa.Integer(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_member_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
    )
    op.create_index("ix_member_organization_id", "member", ["organization_id"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["term"], ["term.name"], name="fk_run_term"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_table(
        "ban",
        sa.Column("member_a", sa.Text(), nullable=False),
        sa.Column("member_b", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_a"], ["member.id"], name="fk_ban_member_a"),
        sa.ForeignKeyConstraint(["member_b"], ["member.id"], name="fk_ban_member_b"),
        sa.PrimaryKeyConstraint("member_a", "member_b", name="pk_ban"),
    )
    op.create_table(
        "exchange_member",
        sa.Column("exchange_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_exchange_member_exchange_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_exchange_member_member_id"),
        sa.PrimaryKeyConstraint("exchange_id", "position", name="pk_exchange_member"),
        sa.UniqueConstraint("exchange_id", "member_id", name="uq_exchange_member_exchange_id_member_id"),
    )
    op.create_index("ix_exchange_member_member_id", "exchange_member", ["member_id"], unique=False)
    op.create_table(
        "next_step",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exchange_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name="fk_next_step_exchange_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_next_step_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_next_step"),
    )
    op.create_index("ix_next_step_exchange_id", "next_step", ["exchange_id"], unique=False)
    op.create_index("ix_next_step_member_id", "next_step", ["member_id"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("set_aside", sa.Text(), nullable=False),
        sa.Column("submitted", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_statement_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
    )
    op.create_index("ix_statement_member_id", "statement", ["member_id"], unique=False)
    op.create_table(
        "topic",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_topic_run_id"),
        sa.PrimaryKeyConstraint("run_id", "id", name="pk_topic"),
    )
    op.create_table(
        "topic_statement",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "topic_id"], ["topic.run_id", "topic.id"], name="fk_topic_statement_run_id_topic_id"
        ),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_topic_statement_statement_id"),
        sa.PrimaryKeyConstraint("run_id", "topic_id", "position", name="pk_topic_statement"),
    )
    op.create_index("ix_topic_statement_statement_id", "topic_statement", ["statement_id"], unique=False)

"""Topics that keep their identity: their colour and name, staff's edits, what happened to them.

Topics of earlier runs had no identity: they keep the colour that they were drawn in, which followed their
order, and count as named by their words; the ids of later topics go on after their highest number. Vectors
stay: they are kept by model, so that another model finds none of its own and embeds anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "matcher_0002"
down_revision = "matcher_0001"

NEW: dict[str, sa.types.TypeEngine[Any]] = {
    "colour": sa.Integer(),
    "area": sa.Text(),
    "share": sa.Double(),
    "named_by": sa.Text(),
    "locked": sa.Boolean(),
}


def upgrade() -> None:
    with op.batch_alter_table("topic") as table:
        for name, kind in NEW.items():
            table.add_column(sa.Column(name, kind))
    topic = sa.table("topic", sa.column("position"), sa.column("id"), *map(sa.column, NEW))
    values = {"colour": topic.c.position, "area": "", "share": 0.0, "named_by": "words"}
    op.execute(sa.update(topic).values(**values, locked=sa.false()))
    with op.batch_alter_table("topic") as table:
        for name, kind in NEW.items():
            table.alter_column(name, existing_type=kind, nullable=False)
    op.create_table(
        "topic_run",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("minted", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_topic_run_run_id"),
        sa.PrimaryKeyConstraint("run_id", name="pk_topic_run"),
    )
    # Ids were T01, T02 ... anew in each run: the highest of all is one that nobody has to mistake.
    number = sa.cast(sa.func.substr(topic.c.id, 2), sa.Integer)
    highest = (
        sa.select(sa.func.coalesce(sa.func.max(number), 0)).where(topic.c.id.like("T%")).scalar_subquery()
    )
    run = sa.table("run", sa.column("id"), sa.column("kind"))
    minted = sa.table("topic_run", sa.column("run_id"), sa.column("minted"), sa.column("edits"))
    runs = sa.select(run.c.id, highest, sa.literal_column("0")).where(run.c.kind == "topics")
    op.execute(sa.insert(minted).from_select(["run_id", "minted", "edits"], runs))
    op.create_table(
        "topic_aside",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["topic_run.run_id"], name="fk_topic_aside_run_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_topic_aside_statement_id"),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_topic_aside"),
    )
    op.create_index("ix_topic_aside_statement_id", "topic_aside", ["statement_id"], unique=False)
    op.create_table(
        "topic_lineage",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("size_before", sa.Integer(), nullable=False),
        sa.Column("size_after", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("emerging", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["topic_run.run_id"], name="fk_topic_lineage_run_id"),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_topic_lineage"),
    )
    op.create_table(
        "topic_edit",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=True),
        sa.Column("edit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_topic_edit"),
    )

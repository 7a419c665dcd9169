"""Runs know where they come from: what they changed, who did it, and what staff decided by hand. Members name
dates: on which they can host a visit, and on which they are away.

Runs that are there already were formed, by nobody that is known, and nothing was decided in them. Members
that are there already named no date.
"""

import sqlalchemy as sa
from alembic import op

revision = "matcher_0003"
down_revision = "matcher_0002"

FORMED = (
    '{"way":"formed","session":1,"of":null,"by":"","done":"","given":"",'
    '"decisions":{"pins":[],"bans":[],"without":[]}}'
)
DATES = ("visit_dates", "away")


def upgrade() -> None:
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("origin", sa.Text()))
    run = sa.table("run", sa.column("origin"))
    op.execute(sa.update(run).values(origin=FORMED))
    with op.batch_alter_table("run") as table:
        table.alter_column("origin", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("member") as table:
        for name in DATES:
            table.add_column(sa.Column(name, sa.Text()))
    member = sa.table("member", *map(sa.column, DATES))
    op.execute(sa.update(member).values(dict.fromkeys(DATES, "")))
    with op.batch_alter_table("member") as table:
        for name in DATES:
            table.alter_column(name, existing_type=sa.Text(), nullable=False)

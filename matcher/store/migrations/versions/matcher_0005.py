"""Who an account's owner is at another party that logs people in."""

import sqlalchemy as sa
from alembic import op

revision = "matcher_0005"
down_revision = "matcher_0004"


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_identity_account_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity"),
        sa.UniqueConstraint("account_id", "issuer", name="uq_identity_account_id_issuer"),
    )

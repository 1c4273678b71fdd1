"""A person's word on the tier of a mail."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_tier_label_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tier_label"),
    )
    op.create_index("ix_tier_label_message_id", "tier_label", ["message_id"])


def downgrade() -> None:
    op.drop_table("tier_label")

"""Scores as they were before a rescoring, and fingerprints by which like mails are found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("buyer_score", sa.Double(), nullable=False),
        sa.Column("market_score", sa.Double(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_earlier_score_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_score"),
    )
    op.create_index("ix_earlier_score_message_id", "earlier_score", ["message_id"])
    op.create_table(
        "message_likeness",
        sa.Column("message_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("first", "second", "third", "fourth")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_likeness_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_message_likeness"),
    )
    for name in ("first", "second", "third", "fourth"):
        op.create_index(f"ix_message_likeness_{name}", "message_likeness", [name])


def downgrade() -> None:
    op.drop_table("message_likeness")
    op.drop_table("earlier_score")

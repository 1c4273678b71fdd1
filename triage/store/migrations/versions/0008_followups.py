"""Why a letter was written, which holidays a customer keeps, and the cases of complaints."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FOLLOW_UP = sa.text("occasion <> 'reply'")


def upgrade() -> None:
    op.add_column("draft", sa.Column("occasion", sa.String(32), nullable=False, server_default="reply"))
    op.create_index(
        "ix_draft_follow_up",
        "draft",
        ["conversation_id", "status"],
        sqlite_where=_FOLLOW_UP,
        postgresql_where=_FOLLOW_UP,
    )
    op.add_column("customer", sa.Column("greets", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "complaint",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort", sa.String(255), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("fault", sa.String(32), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("remedy_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_complaint_message_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_complaint_conversation_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_complaint"),
    )
    op.create_index("ix_complaint_conversation_id", "complaint", ["conversation_id"])
    op.create_index("ix_complaint_received_at", "complaint", ["received_at"])


def downgrade() -> None:
    op.drop_table("complaint")
    with op.batch_alter_table("customer") as table:
        table.drop_column("greets")
    op.drop_index("ix_draft_follow_up", "draft")
    with op.batch_alter_table("draft") as table:
        table.drop_column("occasion")

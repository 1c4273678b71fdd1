"""What the review page keeps of its own: who looks after a conversation, and until when it is put off."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SENT = sa.text("status = 'sent'")
UNSURE = sa.text("unsure")


def upgrade() -> None:
    with op.batch_alter_table("conversation") as conversation:
        conversation.add_column(sa.Column("assignee", sa.Text(), server_default="", nullable=False))
        conversation.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    snoozed = sa.text("snoozed_until IS NOT NULL")
    op.create_index(
        "ix_conversation_snoozed", "conversation", ["snoozed_until"], sqlite_where=snoozed, postgresql_where=snoozed
    )
    op.create_index("ix_draft_sent", "draft", ["sent_at", "id"], sqlite_where=SENT, postgresql_where=SENT)
    op.create_index("ix_prediction_unsure", "prediction", ["message_id"], sqlite_where=UNSURE, postgresql_where=UNSURE)


def downgrade() -> None:
    op.drop_index("ix_prediction_unsure", "prediction")
    op.drop_index("ix_draft_sent", "draft")
    op.drop_index("ix_conversation_snoozed", "conversation")
    with op.batch_alter_table("conversation") as conversation:
        conversation.drop_column("snoozed_until")
        conversation.drop_column("assignee")

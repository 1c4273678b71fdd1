"""A draft may open its conversation: it answers no mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ANSWER_NONE = "SELECT id FROM draft WHERE message_id IS NULL"
_PARTS = ("first_approval", "promise", "delivery_attempt", "review", "outgoing", "draft_revision")


def upgrade() -> None:
    _let_be_empty(True)


def downgrade() -> None:
    """Letters that answer no mail have no place in the older tables."""
    op.execute(f"UPDATE customer_contact SET draft_id = NULL WHERE draft_id IN ({_ANSWER_NONE})")  # noqa: S608
    for part in _PARTS:
        op.execute(f"DELETE FROM {part} WHERE draft_id IN ({_ANSWER_NONE})")  # noqa: S608
    op.execute("DELETE FROM draft WHERE message_id IS NULL")
    _let_be_empty(False)


def _let_be_empty(nullable: bool) -> None:
    """SQLite makes the table anew for it, and SQLAlchemy can't read a descending index back: that one is made again."""
    op.drop_index("ix_draft_queue", "draft")
    with op.batch_alter_table("draft") as table:
        table.alter_column("message_id", existing_type=sa.Integer(), nullable=nullable)
    op.create_index("ix_draft_queue", "draft", ["status", sa.text("priority DESC"), "received_at", "id"])

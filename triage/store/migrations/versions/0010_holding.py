"""Which letters of ours, written elsewhere, only say when the answer comes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("holding", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.drop_column("holding")

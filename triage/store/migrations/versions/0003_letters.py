"""How much a person changed in a template's words before approving them (R28)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("template", sa.String(255), nullable=False, server_default=""))
    op.add_column("review", sa.Column("changed", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("review") as table:
        table.drop_column("changed")
        table.drop_column("template")

"""The pulse: how a draft became an answer, and past months of responses as columns."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("response", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("response", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("response", sa.Column("edited_share", sa.Double(), nullable=True))
    op.create_table(
        "response_block",
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("starts", name="pk_response_block"),
    )

    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE response_block ALTER COLUMN data SET STORAGE EXTERNAL")  # numbers hardly compress


def downgrade() -> None:
    op.drop_table("response_block")
    for column in ("edited_share", "approved_at", "proposed_at"):
        op.drop_column("response", column)

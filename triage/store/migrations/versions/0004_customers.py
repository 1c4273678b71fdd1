"""The customer's card: people, contacts, traits, merges, saved filters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("customer_contact", "customer_trait", "customer_merge", "saved_filter")
CARD = ("type", "importance", "stage", "meetings", "value", "sources", "merged_into")
PERSON = ("name", "role", "phone", "domain")


def upgrade() -> None:
    with op.batch_alter_table("customer") as table:
        for word in ("type", "importance", "stage"):
            table.add_column(sa.Column(word, sa.String(32), nullable=True))
        table.add_column(sa.Column("meetings", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("value", sa.Double(), nullable=False, server_default="0"))
        table.add_column(sa.Column("sources", sa.Text(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_customer_merged_into", "customer", ["merged_into"], ["id"])
        table.create_index("ix_customer_merged_into", ["merged_into"])
    with op.batch_alter_table("customer") as table:
        for name in ("meetings", "value", "sources"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("customer_address") as table:
        for name in PERSON:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        table.create_index("ix_customer_address_domain", ["domain"])
    with op.batch_alter_table("customer_address") as table:
        for name in PERSON:
            table.alter_column(name, server_default=None)
    op.create_table(
        "customer_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_contact_customer_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_customer_contact_message_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_customer_contact_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_contact"),
        sa.UniqueConstraint("message_id", "kind", "address", name="uq_customer_contact_message_id_kind_address"),
        sa.UniqueConstraint("draft_id", "address", name="uq_customer_contact_draft_id_address"),
    )
    op.create_index("ix_customer_contact_customer_id", "customer_contact", ["customer_id", "at"])
    op.create_table(
        "customer_trait",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_trait_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", "value", name="pk_customer_trait"),
    )
    op.create_index("ix_customer_trait_kind", "customer_trait", ["kind", "value"])
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("moved_addresses", sa.Text(), nullable=False),
        sa.Column("moved_contacts", sa.Text(), nullable=False),
        sa.Column("moved_conversations", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["customer.id"], name="fk_customer_merge_kept_id"),
        sa.ForeignKeyConstraint(["gone_id"], ["customer.id"], name="fk_customer_merge_gone_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_merge"),
    )
    op.create_index("ix_customer_merge_kept_id", "customer_merge", ["kept_id"])
    op.create_index("ix_customer_merge_gone_id", "customer_merge", ["gone_id"])
    op.create_table(
        "saved_filter",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_saved_filter"),
    )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    with op.batch_alter_table("customer_address") as table:
        table.drop_index("ix_customer_address_domain")
        for name in PERSON:
            table.drop_column(name)
    with op.batch_alter_table("customer") as table:
        table.drop_index("ix_customer_merged_into")
        table.drop_constraint("fk_customer_merged_into", type_="foreignkey")
        for name in CARD:
            table.drop_column(name)

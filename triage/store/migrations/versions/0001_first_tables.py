"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "alert",
    "audit_event",
    "customer",
    "model_version",
    "raw_message",
    "conversation",
    "customer_address",
    "folder",
    "message",
    "attachment",
    "draft",
    "label",
    "message_content",
    "message_reference",
    "parked_message",
    "prediction",
    "response",
    "delivery_attempt",
    "draft_revision",
    "outgoing",
    "promise",
    "review",
)
"""In the order of their making: parents first."""

APPEND_ONLY = {
    "sqlite": """
        CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
    """,
    "postgresql": """
        CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION audit_event_append_only()
    """,
}
REFUSE = """
    CREATE FUNCTION audit_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$
"""


def upgrade() -> None:  # noqa: PLR0915 - one statement for each table and index
    op.create_table(
        "account",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last_round_trip_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_logins", sa.Integer(), nullable=False),
        sa.Column("stopped_reason", sa.Text(), nullable=False),
        sa.Column("credentials_digest", sa.Text(), nullable=False),
        sa.Column("throttled_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_refused_logins", sa.Integer(), nullable=False),
        sa.Column("sending_stopped_reason", sa.Text(), nullable=False),
        sa.Column("sending_credentials_digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    op.create_table(
        "alert",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_alert"),
    )
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("messages_in", sa.Integer(), nullable=False),
        sa.Column("messages_out", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_table(
        "model_version",
        sa.Column("version", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_model_version"),
    )
    op.create_table(
        "raw_message",
        sa.Column("sha256", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_raw_message"),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(255), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_conversation_account_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_conversation_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])
    op.create_table(
        "customer_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_address_customer_id"),
        sa.PrimaryKeyConstraint("address", name="pk_customer_address"),
    )
    op.create_index("ix_customer_address_customer_id", "customer_address", ["customer_id"])
    op.create_table(
        "folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("stopped_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_folder_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_folder"),
        sa.UniqueConstraint("account_id", "name", name="uq_folder_account_id_name"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(255), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(255), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("automatic", sa.String(32), nullable=True),
        sa.Column("screening_reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("tier", sa.String(32), nullable=True),
        sa.Column("priority", sa.Double(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_message_account_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_message_conversation_id"),
        sa.ForeignKeyConstraint(["duplicate_of"], ["message.id"], name="fk_message_duplicate_of"),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name="fk_message_folder_id"),
        sa.ForeignKeyConstraint(["sha256"], ["raw_message.sha256"], name="fk_message_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("folder_id", "uidvalidity", "uid", name="uq_message_folder_id_uidvalidity_uid"),
    )
    op.create_index("ix_message_conversation_id", "message", ["conversation_id", "received_at"])
    op.create_index("ix_message_rfc_message_id", "message", ["rfc_message_id"])
    op.create_index("ix_message_sender", "message", ["sender", "received_at"])
    op.create_index("ix_message_sha256", "message", ["sha256"])
    where = sa.text("status = 'stored'")
    op.create_index("ix_message_waiting", "message", ["received_at", "id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "attachment",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(255), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_attachment_message_id"),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_attachment"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(255), nullable=False),
        sa.Column("conversation_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outgoing_sha256", sa.String(255), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("server_reply", sa.Text(), nullable=False),
        sa.Column("sent_copy", sa.String(32), nullable=False),
        sa.Column("sent_copy_attempts", sa.Integer(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_draft_account_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_draft_conversation_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_draft_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("rfc_message_id", name="uq_draft_rfc_message_id"),
    )
    op.create_index("ix_draft_conversation_id", "draft", ["conversation_id", "status"])
    op.create_index("ix_draft_message_id", "draft", ["message_id"])
    op.create_index("ix_draft_queue", "draft", ["status", sa.text("priority DESC"), "received_at", "id"])
    where = sa.text("sent_copy = 'pending'")
    op.create_index("ix_draft_sent_copy", "draft", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_label_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
    )
    op.create_index("ix_label_message_id", "label", ["message_id"])
    op.create_table(
        "message_content",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("screening", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_content_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_message_content"),
    )
    op.create_table(
        "message_reference",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_reference_message_id"),
        sa.PrimaryKeyConstraint("message_id", "rfc_message_id", name="pk_message_reference"),
    )
    op.create_index("ix_message_reference_rfc_message_id", "message_reference", ["rfc_message_id"])
    op.create_table(
        "parked_message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_parked_message_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_parked_message"),
    )
    op.create_table(
        "prediction",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(255), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_prediction_message_id"),
        sa.ForeignKeyConstraint(["model"], ["model_version.version"], name="fk_prediction_model"),
        sa.PrimaryKeyConstraint("message_id", name="pk_prediction"),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(255), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("target_seconds", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("via", sa.String(32), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("holding_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("elapsed_seconds", sa.Double(), nullable=True),
        sa.Column("working_seconds", sa.Double(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_response_account_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_response_conversation_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_response_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("message_id", name="uq_response_message_id"),
    )
    op.create_index("ix_response_conversation_id", "response", ["conversation_id"])
    op.create_index("ix_response_received_at", "response", ["received_at", "id"])
    where = sa.text("answered_at IS NULL AND closed_reason = ''")
    op.create_index(
        "ix_response_waiting", "response", ["received_at", "id"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_delivery_attempt_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempt"),
    )
    op.create_index("ix_delivery_attempt_draft_id", "delivery_attempt", ["draft_id"])
    op.create_table(
        "draft_revision",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(255), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_revision_draft_id"),
        sa.PrimaryKeyConstraint("draft_id", "revision", name="pk_draft_revision"),
    )
    op.create_table(
        "outgoing",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_outgoing_draft_id"),
        sa.PrimaryKeyConstraint("draft_id", name="pk_outgoing"),
    )
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_promise_conversation_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_promise_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_conversation_id", "promise", ["conversation_id"])
    op.create_index("ix_promise_draft_id", "promise", ["draft_id"])
    op.create_index("ix_promise_status", "promise", ["status", "due"])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_review_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_draft_id", "review", ["draft_id"])

    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(REFUSE)
        op.execute(APPEND_ONLY[dialect].format(verb="truncate"))
    for verb in ("update", "delete"):
        op.execute(APPEND_ONLY[dialect].format(verb=verb))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_append_only()")

"""What the review page keeps: who looks after a conversation, until when it is put off, saved views, the search."""

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from triage.store.search import index_letter, index_mails
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import ParsedMail

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
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("person_id", "name", name="uq_saved_view_person_id_name"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(mail, letter, tokenize = 'unicode61 remove_diacritics 2')")
        op.execute(
            "CREATE TRIGGER search_forgets AFTER DELETE ON message_content"
            " BEGIN DELETE FROM search WHERE rowid = old.message_id; END"
        )
    else:
        op.execute(
            "CREATE TABLE search (message_id integer CONSTRAINT pk_search PRIMARY KEY CONSTRAINT fk_search_message_id"
            " REFERENCES message_content ON DELETE CASCADE, mail tsvector NOT NULL, letter tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_mail ON search USING gin (mail)")
        op.execute("CREATE INDEX ix_search_letter ON search USING gin (letter)")
    _index_what_is_stored()


def _index_what_is_stored() -> None:
    """Mails and letters from before this version are found too; one by one, for there may be many."""
    connection = op.get_bind()
    mail, letter = TypeAdapter(ParsedMail), TypeAdapter(Letter)
    for message_id, stored in connection.execute(sa.text("SELECT message_id, mail FROM message_content")).all():
        index_mails(connection, [(message_id, mail.validate_json(stored))])
    newest = sa.text(
        "SELECT draft.message_id, draft_revision.letter FROM draft JOIN draft_revision"
        " ON draft_revision.draft_id = draft.id AND draft_revision.revision = draft.revision ORDER BY draft.id"
    )
    for message_id, stored in connection.execute(newest).all():
        index_letter(connection, message_id, letter.validate_json(stored))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_forgets")
    op.drop_table("search")
    op.drop_table("saved_view")
    op.drop_index("ix_prediction_unsure", "prediction")
    op.drop_index("ix_draft_sent", "draft")
    op.drop_index("ix_conversation_snoozed", "conversation")
    with op.batch_alter_table("conversation") as conversation:
        conversation.drop_column("snoozed_until")
        conversation.drop_column("assignee")

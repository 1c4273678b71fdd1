"""The frequent questions are answered from an index, however many rows there are."""

import re

import pytest
from sqlalchemy import event

from tests.unit.store.filling import ACCOUNT, NOW, TO_SENT, minutes, put_draft, walk
from triage.store import SqlStore
from triage.store.unit_of_work import SqlUnitOfWork
from triage.vocabulary.states import DraftStatus

QUESTIONS = {
    "queue": (lambda uow: uow.drafts.queue([DraftStatus.PROPOSED, DraftStatus.HELD]), {"ix_draft_queue"}),
    "due": (lambda uow: uow.drafts.due(NOW, 10), {"ix_draft_queue"}),
    "stale": (lambda uow: uow.drafts.stale(DraftStatus.CLAIMED, NOW), {"ix_draft_queue"}),
    "copies": (lambda uow: uow.drafts.copies_to_file(10), {"ix_draft_sent_copy"}),
    "by_rfc_id": (lambda uow: uow.drafts.by_rfc_id("<a>"), {"uq_draft_rfc_message_id"}),
    "waiting": (lambda uow: uow.messages.waiting(NOW, 10), {"ix_message_waiting"}),
    "by_rfc_ids": (lambda uow: uow.messages.by_rfc_ids(["<a>", "<b>"]), {"ix_message_rfc_message_id"}),
    "referring_to": (lambda uow: uow.messages.referring_to("<a>"), {"ix_message_reference_rfc_message_id"}),
    "recent_from": (lambda uow: uow.messages.recent_from(ACCOUNT, "a@b.example", NOW), {"ix_message_sender"}),
    "in_conversation": (lambda uow: uow.messages.in_conversation(1), {"ix_message_conversation_id"}),
    "unanswered": (lambda uow: uow.responses.waiting(), {"ix_response_waiting"}),
    "between": (lambda uow: list(uow.responses.between(NOW, NOW)), {"ix_response_received_at"}),
}


def plans_of(uow: SqlUnitOfWork, question: object) -> list[str]:
    """SQLite's plans of all the statements that `question` runs."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(uow._connection, "before_cursor_execute", note)
    question(uow)  # type: ignore[operator]
    event.remove(uow._connection, "before_cursor_execute", note)
    return [
        "\n".join(row[3] for row in uow._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))  # type: ignore[arg-type]
        for statement, values in asked
        if statement.startswith("SELECT")
    ]


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_sqlite_answers_from_an_index(sqlite_store: SqlStore, name: str) -> None:
    question, wanted = QUESTIONS[name]
    with sqlite_store.begin() as uow:
        put_draft(uow)
        uow.commit()
        plan = plans_of(uow, question)[-1]
    used = set(re.findall(r"USING (?:COVERING )?INDEX (\w+)", plan))
    if "uq_" in str(wanted):
        assert "sqlite_autoindex_draft_1" in used, plan
    else:
        assert wanted <= used, plan
    scanned = [line for line in plan.splitlines() if line.startswith("SCAN") and "USING" not in line]
    assert [line for line in scanned if "anon" not in line and "subquery" not in line.lower()] == [], plan


def test_a_conversations_history_reads_no_other_conversations_drafts(sqlite_store: SqlStore) -> None:
    with sqlite_store.begin() as uow:
        draft_id = put_draft(uow)
        walk(uow, draft_id, *TO_SENT)
        conversation_id = uow.drafts.get(draft_id).conversation_id
        plans = plans_of(uow, lambda uow: uow.conversations.history(conversation_id, NOW + minutes(1)))
    assert len(plans) == 3
    searched = re.findall(r"SEARCH draft USING (?:COVERING )?INDEX (\w+)", "\n".join(plans))
    assert set(searched) == {"ix_draft_conversation_id"}

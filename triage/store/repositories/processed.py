"""Keeping what the pipeline made of messages, many in a handful of statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.orm import aliased

from triage.errors import NotFound
from triage.store.base import Table
from triage.store.columns import storable
from triage.store.repositories.rows import insert_if_new, insert_row
from triage.store.search import index_mails
from triage.store.tables import (
    AttachmentRow,
    DraftRow,
    LabelRow,
    MessageContentRow,
    MessageReferenceRow,
    MessageRow,
    ModelVersionRow,
    ParkedMessageRow,
    PredictionRow,
)
from triage.vocabulary.inquiry import Assessment, Kind
from triage.vocabulary.mail import ParsedMail
from triage.vocabulary.records import Processed
from triage.vocabulary.states import Direction, MessageStatus

LONGEST_ID = 900
"""Bytes of a Message-ID that is kept: PostgreSQL indexes no longer values, and RFC 5322 allows no longer lines."""
LONGEST_ADDRESS = 320
"""Characters that are kept of an address: no deliverable one is longer (RFC 5321 4.5.3.1)."""
MAX_REFERENCES = 50

Item = tuple[int, Processed, int | None]
_LABEL = aliased(LabelRow)
_LAST_LABEL = select(func.max(_LABEL.id)).where(_LABEL.message_id == MessageRow.id).scalar_subquery()
_KNOWN = (
    select(MessageRow.id, MessageRow.direction, LabelRow.kind, MessageRow.status, MessageContentRow.message_id)
    .select_from(MessageRow)
    .join(LabelRow, LabelRow.id == _LAST_LABEL, isouter=True)
    .join(MessageContentRow, MessageContentRow.message_id == MessageRow.id, isouter=True)
    .where(MessageRow.id.in_(bindparam("ids", expanding=True)))
)
_BY_ID = update(MessageRow).where(MessageRow.id == bindparam("message_id"))


def save_outcomes(connection: Connection, items: Sequence[Item]) -> None:
    """Raises `NotFound` when a message does not exist."""
    if not items:
        return
    known = _known(connection, [message_id for message_id, _, _ in items])
    again = [message_id for message_id, (_, _, touched) in known.items() if touched]
    if again:
        for table in (AttachmentRow, MessageReferenceRow, MessageContentRow, PredictionRow, ParkedMessageRow):
            connection.execute(delete(table).where(table.message_id.in_(again)))
    changes = [
        _message(message_id, outcome, conversation_id, *known[message_id][:2])
        for message_id, outcome, conversation_id in items
    ]
    connection.execute(_BY_ID, changes)
    _insert(connection, MessageContentRow, [_content(*item) for item in items])
    _insert(connection, AttachmentRow, [row for item in items for row in _attachments(*item)])
    _insert(
        connection, MessageReferenceRow, [row for key, outcome, _ in items for row in _references(key, outcome.mail)]
    )
    index_mails(connection, [(key, outcome.mail) for key, outcome, _ in items])
    _save_predictions(connection, [(key, outcome.assessment) for key, outcome, _ in items if outcome.assessment])
    if again:
        _reorder_queue(connection, again)


def _known(connection: Connection, ids: Sequence[int]) -> Mapping[int, tuple[Direction, Kind | None, bool]]:
    """Direction, a person's last word on the kind, and whether an earlier outcome or fault stands."""
    found = {
        key: (direction, label, content is not None or status is MessageStatus.PARKED)
        for key, direction, label, status, content in connection.execute(_KNOWN, {"ids": ids})
    }
    missing = [str(key) for key in ids if key not in found]
    if missing:
        raise NotFound(f"There is no message {', '.join(missing)}.")
    return found


def _message(
    message_id: int, outcome: Processed, conversation_id: int | None, direction: Direction, label: Kind | None
) -> Mapping[str, Any]:
    mail, found = outcome.mail, outcome.assessment
    writer = mail.writer if direction is Direction.IN else mail.sender
    return {
        "message_id": message_id,
        "status": MessageStatus.PROCESSED,
        "retry_at": None,
        "rfc_message_id": _indexable(mail.message_id),
        "subject": mail.subject,
        "sender": writer.key[:LONGEST_ADDRESS] if writer else "",
        "sender_name": writer.name if writer else "",
        "recipients": tuple(dict.fromkeys(address.key for address in (*mail.to, *mail.cc))),
        "conversation_id": conversation_id,
        "duplicate_of": outcome.duplicate_of,
        "automatic": outcome.screening.automatic,
        "screening_reason": outcome.screening.reason,
        "kind": label or (found.kind.kind if found else None),
        "tier": found.priority.tier if found else None,
        "priority": found.priority.score if found else None,
        "country": found.reading.country if found else None,
        "language": found.reading.language if found else None,
        "holding": outcome.holding,
    }


def _indexable(rfc_message_id: str | None) -> str | None:
    """As it will be stored, or None."""
    kept = storable(rfc_message_id or "")
    return kept if 0 < len(kept.encode()) <= LONGEST_ID else None


def _content(message_id: int, outcome: Processed, _conversation_id: int | None) -> Mapping[str, Any]:
    return {"message_id": message_id, "mail": outcome.mail, "screening": outcome.screening}


def _references(message_id: int, mail: ParsedMail) -> Sequence[Mapping[str, Any]]:
    """The thread's start and its newest members."""
    named = list(dict.fromkeys(filter(None, map(_indexable, (*mail.references, *mail.in_reply_to)))))
    kept = named if len(named) <= MAX_REFERENCES else [named[0], *named[1 - MAX_REFERENCES :]]
    return [{"message_id": message_id, "rfc_message_id": rfc_id} for rfc_id in kept]


def _attachments(message_id: int, outcome: Processed, _conversation_id: int | None) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "message_id": message_id,
            "position": position,
            "name": found.name,
            "content_type": found.content_type,
            "size": found.size,
            "sha256": found.sha256,
            "inline": found.inline,
        }
        for position, found in enumerate(outcome.mail.attachments)
    ]


def _save_predictions(connection: Connection, found: Sequence[tuple[int, Assessment]]) -> None:
    models = {assessment.kind.model for _, assessment in found} - {""}
    if models:
        statement = insert_if_new(connection, ModelVersionRow, ("version",))
        connection.execute(statement, [{"version": model} for model in sorted(models)])
    _insert(connection, PredictionRow, [_prediction(key, assessment) for key, assessment in found])


def _prediction(message_id: int, assessment: Assessment) -> Mapping[str, Any]:
    return {
        "message_id": message_id,
        "model": assessment.kind.model or None,
        "kind": assessment.kind.kind,
        "unsure": assessment.kind.unsure,
        "stage": assessment.stage,
        "facts": assessment.reading.facts,
        "assessment": assessment,
    }


def _insert(connection: Connection, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert_row(table), rows)


def _reorder_queue(connection: Connection, ids: Sequence[int]) -> None:
    """Drafts carry their message's priority; it may be another now."""
    now = select(func.coalesce(MessageRow.priority, 0.0)).where(MessageRow.id == DraftRow.message_id).scalar_subquery()
    connection.execute(update(DraftRow).where(DraftRow.message_id.in_(ids)).values(priority=now))

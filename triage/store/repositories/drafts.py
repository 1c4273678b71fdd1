"""Drafts: every move is one conditional statement, so that of two that want it exactly one makes it (I5, I6)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
    update,
)

from triage.errors import IllegalMove, NotFound
from triage.store.columns import UtcDateTime
from triage.store.repositories.rows import changed, columns, insert_row
from triage.store.search import index_letter
from triage.store.tables import (
    ConversationRow,
    CustomerRow,
    DeliveryAttemptRow,
    DraftRevisionRow,
    DraftRow,
    MessageRow,
    OutgoingRow,
    ReviewRow,
)
from triage.vocabulary.letter import Letter
from triage.vocabulary.records import (
    DeliveryAttempt,
    DraftRecord,
    DraftRevision,
    MessageRecord,
    NewDraft,
    Outgoing,
    QueueItem,
    ReviewRecord,
    TemplateUse,
)
from triage.vocabulary.states import DraftStatus, SentCopyStatus, may_move

_RECORD = columns(DraftRecord, DraftRow, letter=DraftRevisionRow.letter)
_MESSAGE = columns(MessageRecord, MessageRow, sha256=func.coalesce(MessageRow.sha256, ""))
_CUSTOMER = func.coalesce(func.nullif(CustomerRow.company, ""), func.nullif(CustomerRow.name, ""), "")
_STANDING = (DraftRevisionRow.draft_id == DraftRow.id) & (DraftRevisionRow.revision == DraftRow.revision)
_VOIDING = frozenset({DraftStatus.PROPOSED, DraftStatus.HELD, DraftStatus.REJECTED, DraftStatus.SUPERSEDED})
"""States in which no approval stands: the approved bytes go (I5)."""
_DUE = (DraftStatus.APPROVED, DraftStatus.RETRY_LATER)
_KEY: BindParameter[Any] = bindparam("key")
_DRAFTS = select(*_RECORD).join(DraftRevisionRow, _STANDING).order_by(DraftRow.id)
_BY_ID = _DRAFTS.where(DraftRow.id == _KEY)
_OF_CONVERSATION = _DRAFTS.where(DraftRow.conversation_id == _KEY)
_OF_MESSAGE = _DRAFTS.where(DraftRow.message_id == _KEY)
_BY_RFC_ID = _DRAFTS.where(DraftRow.rfc_message_id == _KEY)
_ANSWERED = MessageRow.id == bindparam("answered", type_=Integer)
_ADD = (
    insert(DraftRow)
    .values(
        revision=1,
        status=DraftStatus.PROPOSED,
        priority=func.coalesce(select(MessageRow.priority).where(_ANSWERED).scalar_subquery(), 0.0),
        received_at=func.coalesce(
            select(MessageRow.received_at).where(_ANSWERED).scalar_subquery(),
            bindparam("made_at", type_=UtcDateTime),
        ),
    )
    .returning(DraftRow.id)
)


class SqlDrafts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NewDraft, at: datetime) -> int:
        values = _fields(new) | {"answered": new.message_id, "made_at": at, "created_at": at, "changed_at": at}
        letter = values.pop("letter")
        draft_id: int = self._connection.execute(_ADD, values).scalar_one()
        self._keep_revision(draft_id, 1, letter, new.content_hash, "", at)
        self._index(new.message_id, letter)
        return draft_id

    def get(self, draft_id: int) -> DraftRecord:
        row = self._connection.execute(_BY_ID, {"key": draft_id}).first()
        if row is None:
            raise NotFound(f"There is no draft {draft_id}.")
        return DraftRecord(*row)

    def of_conversation(self, conversation_id: int) -> Sequence[DraftRecord]:
        return self._all(_OF_CONVERSATION, conversation_id)

    def of_message(self, message_id: int) -> Sequence[DraftRecord]:
        return self._all(_OF_MESSAGE, message_id)

    def queue(self, statuses: Sequence[DraftStatus], limit: int = 100, offset: int = 0) -> Sequence[QueueItem]:
        """One walk of the index for each state, so that a rare state costs no more than a common one."""
        if not statuses:
            return []
        page = _page(statuses, limit, offset)
        wanted = (
            select(*_RECORD, *_MESSAGE, _CUSTOMER)
            .join(page, page.c.id == DraftRow.id)
            .join(DraftRevisionRow, _STANDING)
            .join(MessageRow, MessageRow.id == DraftRow.message_id, isouter=True)
            .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
            .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id, isouter=True)
            .order_by(DraftRow.priority.desc(), DraftRow.received_at, DraftRow.id)
        )
        width = len(_RECORD)
        return [
            QueueItem(DraftRecord(*row[:width]), None if row[width] is None else MessageRecord(*row[width:-1]), row[-1])
            for row in self._connection.execute(wanted)
        ]

    def move(
        self,
        draft_id: int,
        before: DraftStatus,
        after: DraftStatus,
        at: datetime,
        *,
        revision: int | None = None,
        attempt: int | None = None,
        note: str = "",
        not_before: datetime | None = None,
        server_reply: str | None = None,
    ) -> bool:
        if not may_move(before, after):
            raise IllegalMove(f"A draft can't go from {before.value} to {after.value}.")
        conditions = [DraftRow.id == draft_id, DraftRow.status == before]
        if revision is not None:
            conditions.append(DraftRow.revision == revision)
        if attempt is not None:
            conditions.append(DraftRow.attempts == attempt)
        values: dict[str, Any] = {"status": after, "changed_at": at, "note": note, "not_before": not_before}
        if server_reply is not None:
            values["server_reply"] = server_reply
        moved = changed(self._connection, update(DraftRow).where(*conditions).values(values | _consequences(after, at)))
        if moved and after in _VOIDING:
            self._connection.execute(delete(OutgoingRow).where(OutgoingRow.draft_id == draft_id))
        return moved

    def revise(
        self,
        draft_id: int,
        revision: int,
        letter: Letter,
        content_hash: str,
        conversation_version: int,
        at: datetime,
        by: str = "",
    ) -> bool:
        revised = changed(
            self._connection,
            update(DraftRow)
            .where(DraftRow.id == draft_id, DraftRow.status == DraftStatus.PROPOSED, DraftRow.revision == revision)
            .values(
                revision=revision + 1,
                content_hash=content_hash,
                conversation_version=conversation_version,
                changed_at=at,
            ),
        )
        if revised:
            self._keep_revision(draft_id, revision + 1, letter, content_hash, by, at)
            answered = select(DraftRow.message_id).where(DraftRow.id == draft_id)
            self._index(self._connection.execute(answered).scalar_one(), letter)
        return revised

    def revisions(self, draft_id: int) -> Sequence[DraftRevision]:
        wanted = select(*columns(DraftRevision, DraftRevisionRow)).where(DraftRevisionRow.draft_id == draft_id)
        return [DraftRevision(*row) for row in self._connection.execute(wanted.order_by(DraftRevisionRow.revision))]

    def approve(
        self,
        draft_id: int,
        revision: int,
        content_hash: str,
        conversation_version: int,
        outgoing: Outgoing,
        by: str,
        at: datetime,
        not_before: datetime | None,
    ) -> bool:
        # The lock makes a mail that joins at this very moment wait, and then see the approval (PostgreSQL).
        current = select(ConversationRow.version).where(ConversationRow.id == DraftRow.conversation_id)
        approved = changed(
            self._connection,
            update(DraftRow)
            .where(
                DraftRow.id == draft_id,
                DraftRow.status == DraftStatus.PROPOSED,
                DraftRow.revision == revision,
                DraftRow.content_hash == content_hash,
                current.with_for_update(read=True).scalar_subquery() == conversation_version,
            )
            .values(
                status=DraftStatus.APPROVED,
                changed_at=at,
                conversation_version=conversation_version,
                approved_by=by,
                approved_at=at,
                outgoing_sha256=outgoing.sha256,
                not_before=not_before,
                note="",
            ),
        )
        if approved:
            self._connection.execute(insert(OutgoingRow).values(draft_id=draft_id, **asdict(outgoing)))
        return approved

    def outgoing(self, draft_id: int) -> Outgoing | None:
        wanted = select(*columns(Outgoing, OutgoingRow)).where(OutgoingRow.draft_id == draft_id)
        row = self._connection.execute(wanted).first()
        return None if row is None else Outgoing(*row)

    def due(self, now: datetime, limit: int, account_id: str | None = None) -> Sequence[int]:
        conditions: list[ColumnElement[bool]] = [
            DraftRow.status.in_(_DUE),
            DraftRow.not_before.is_(None) | (DraftRow.not_before <= now),
        ]
        if account_id is not None:
            conditions.append(DraftRow.account_id == account_id)
        wanted = select(DraftRow.id).where(*conditions).order_by(DraftRow.approved_at, DraftRow.id).limit(limit)
        return self._ids(wanted)

    def stale(self, status: DraftStatus, changed_before: datetime) -> Sequence[int]:
        wanted = select(DraftRow.id).where(DraftRow.status == status, DraftRow.changed_at < changed_before)
        return self._ids(wanted.order_by(DraftRow.changed_at, DraftRow.id))

    def add_attempt(self, attempt: DeliveryAttempt) -> None:
        self._connection.execute(insert(DeliveryAttemptRow).values(asdict(attempt)))

    def attempts(self, draft_id: int) -> Sequence[DeliveryAttempt]:
        wanted = select(*columns(DeliveryAttempt, DeliveryAttemptRow)).where(DeliveryAttemptRow.draft_id == draft_id)
        return [DeliveryAttempt(*row) for row in self._connection.execute(wanted.order_by(DeliveryAttemptRow.id))]

    def copies_to_file(self, limit: int) -> Sequence[int]:
        pending = text("draft.sent_copy = 'pending'")  # word for word as the partial index has it
        return self._ids(select(DraftRow.id).where(pending).order_by(DraftRow.id).limit(limit))

    def set_sent_copy(self, draft_id: int, before: SentCopyStatus, after: SentCopyStatus) -> bool:
        tries = 1 if before is after is SentCopyStatus.PENDING else 0
        conditions = (DraftRow.id == draft_id, DraftRow.sent_copy == before, DraftRow.status == DraftStatus.SENT)
        standing = update(DraftRow).where(*conditions)
        return changed(
            self._connection, standing.values(sent_copy=after, sent_copy_attempts=DraftRow.sent_copy_attempts + tries)
        )

    def by_rfc_id(self, rfc_message_id: str) -> DraftRecord | None:
        return next(iter(self._all(_BY_RFC_ID, rfc_message_id)), None)

    def bounced(self, draft_id: int, at: datetime, note: str) -> None:
        self._connection.execute(update(DraftRow).where(DraftRow.id == draft_id).values(bounced_at=at, note=note))

    def add_review(
        self,
        draft_id: int,
        action: str,
        by: str,
        at: datetime,
        reason: str,
        content_hash: str,
        template: str = "",
        changed: float | None = None,
    ) -> None:
        new = insert(ReviewRow).values(draft_id=draft_id, action=action, by=by, at=at, reason=reason)
        self._connection.execute(new.values(content_hash=content_hash, template=template, changed=changed))

    def template_use(self) -> Sequence[TemplateUse]:
        share = func.avg(ReviewRow.changed)
        untouched = func.sum(case((ReviewRow.changed == 0, 1), else_=0))
        used = select(ReviewRow.template, func.count(), untouched, share).where(ReviewRow.changed.is_not(None))
        rows = self._connection.execute(used.group_by(ReviewRow.template).order_by(share.desc(), ReviewRow.template))
        return [TemplateUse(*row) for row in rows]

    def reviews(self, draft_id: int) -> Sequence[ReviewRecord]:
        wanted = select(*columns(ReviewRecord, ReviewRow)).where(ReviewRow.draft_id == draft_id)
        return [ReviewRecord(*row) for row in self._connection.execute(wanted.order_by(ReviewRow.id))]

    def counts(self) -> Mapping[str, int]:
        counted = select(DraftRow.status, func.count()).group_by(DraftRow.status)
        found = dict(self._connection.execute(counted).all())
        return {status.value: found.get(status, 0) for status in DraftStatus}

    def _all(self, wanted: Select[Any], key: int | str) -> list[DraftRecord]:
        return [DraftRecord(*row) for row in self._connection.execute(wanted, {"key": key})]

    def _ids(self, wanted: Select[int]) -> Sequence[int]:
        return self._connection.execute(wanted).scalars().all()

    def _index(self, message_id: int | None, letter: Letter) -> None:
        """A letter is found with the mail that it goes back to."""
        if message_id is not None:
            index_letter(self._connection, message_id, letter)

    def _keep_revision(
        self, draft_id: int, revision: int, letter: Letter, content_hash: str, by: str, at: datetime
    ) -> None:
        values = {"draft_id": draft_id, "revision": revision, "letter": letter, "content_hash": content_hash}
        self._connection.execute(insert_row(DraftRevisionRow), {**values, "by": by, "at": at})


def _fields(new: NewDraft) -> dict[str, Any]:
    """The draft's own fields; `asdict` would also take the letter apart."""
    return {name: getattr(new, name) for name in NewDraft.__slots__}


def _consequences(after: DraftStatus, at: datetime) -> dict[str, Any]:
    if after in _VOIDING:
        return {"approved_by": "", "approved_at": None, "outgoing_sha256": ""}
    if after is DraftStatus.SENT:
        return {"sent_at": at}
    if after is DraftStatus.CLAIMED:
        return {"attempts": DraftRow.attempts + 1}
    return {}


def _page(statuses: Sequence[DraftStatus], limit: int, offset: int) -> Subquery:
    order = (DraftRow.priority.desc(), DraftRow.received_at, DraftRow.id)
    first = [
        select(DraftRow.id, DraftRow.priority, DraftRow.received_at)
        .where(DraftRow.status == status)
        .order_by(*order)
        .limit(limit + offset)
        .subquery()
        for status in dict.fromkeys(statuses)
    ]
    merged = union_all(*(select(found) for found in first)).subquery()
    place = (merged.c.priority.desc(), merged.c.received_at, merged.c.id)
    return select(merged.c.id).order_by(*place).limit(limit).offset(offset).subquery()

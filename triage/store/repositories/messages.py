"""Messages: stored once, always in one state, always to be listed (I1, I2)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, text, update

from triage.errors import NotFound
from triage.store.repositories.processed import save_outcomes
from triage.store.repositories.rows import chunks, columns, insert_if_new
from triage.store.tables import (
    FolderRow,
    LabelRow,
    MessageContentRow,
    MessageReferenceRow,
    MessageRow,
    ParkedMessageRow,
    PredictionRow,
    RawMessageRow,
)
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.ports import Clock
from triage.vocabulary.records import FolderRole, MessageRecord, NewMessage, ParkedRecord, Processed
from triage.vocabulary.states import Direction, MessageStatus

_RECORD = columns(MessageRecord, MessageRow, sha256=func.coalesce(MessageRow.sha256, ""))
_IDENTITY = ("folder_id", "uidvalidity", "uid")
_STORED = text("message.status = 'stored'")
"""As the partial index has it, word for word: SQLite uses it for nothing else."""


_MESSAGES = select(*_RECORD).order_by(MessageRow.received_at, MessageRow.id)
_BY_IDS = select(*_RECORD).where(MessageRow.id.in_(bindparam("ids", expanding=True)))
_BY_RFC_IDS = _MESSAGES.where(MessageRow.rfc_message_id.in_(bindparam("ids", expanding=True)))
_REFERRING_TO = _MESSAGES.join(MessageReferenceRow, MessageReferenceRow.message_id == MessageRow.id).where(
    MessageReferenceRow.rfc_message_id == bindparam("key")
)
_IN_CONVERSATION = _MESSAGES.where(MessageRow.conversation_id == bindparam("key"))
_IN_FOLDER = (
    select(*_RECORD)
    .where(MessageRow.folder_id == bindparam("folder"), MessageRow.uidvalidity == bindparam("uidvalidity"))
    .order_by(MessageRow.uid)
)
_RECENT_FROM = (
    select(*_RECORD)
    .where(
        MessageRow.sender == bindparam("sender"),
        MessageRow.received_at >= bindparam("since"),
        MessageRow.account_id == bindparam("account"),
        MessageRow.direction == Direction.IN,
    )
    .order_by(MessageRow.received_at.desc(), MessageRow.id.desc())
    .limit(20)
)
_RAW = (
    select(MessageRow.id, RawMessageRow.data)
    .join(RawMessageRow, RawMessageRow.sha256 == MessageRow.sha256)
    .where(MessageRow.id.in_(bindparam("ids", expanding=True)))
)
_OUTCOME = (
    select(MessageContentRow.mail, MessageContentRow.screening, PredictionRow.assessment, MessageRow.duplicate_of)
    .join(MessageRow, MessageRow.id == MessageContentRow.message_id)
    .join(PredictionRow, PredictionRow.message_id == MessageContentRow.message_id, isouter=True)
    .where(MessageContentRow.message_id == bindparam("key"))
)
Row = Mapping[str, Any]
Identity = tuple[int, int, int]


class SqlMessages:
    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    def add(self, new: Sequence[NewMessage]) -> Sequence[int]:
        """As the port says. A message that was listed without bytes and comes with them now counts as new."""
        if not new:
            return []
        hashes = {id(mail): hashlib.sha256(mail.raw).hexdigest() for mail in new if mail.raw is not None}
        self._keep_bytes({hashes[id(mail)]: mail.raw for mail in new if mail.raw is not None})
        folders = self._folders({mail.folder_id for mail in new})
        rows = [_new_row(mail, hashes.get(id(mail)), *folders[mail.folder_id]) for mail in new]
        statement = insert_if_new(self._connection, MessageRow, _IDENTITY, "id", *_IDENTITY)
        made = self._connection.execute(statement, rows)
        ids = {(folder_id, uidvalidity, uid): key for key, folder_id, uidvalidity, uid in made}
        if len(ids) < len(new):
            ids |= self._fill(row for row in rows if row["sha256"] and _identity(row) not in ids)
        faults = {_identity(row): row["fault"] for row in rows if not row["sha256"]}
        self._park([(ids[identity], "fetch", fault, 0) for identity, fault in faults.items() if identity in ids])
        return [ids[identity] for identity in dict.fromkeys(map(_identity, rows)) if identity in ids]

    def get(self, message_id: int) -> MessageRecord:
        return self.get_many([message_id])[0]

    def get_many(self, message_ids: Sequence[int]) -> Sequence[MessageRecord]:
        found: dict[int, MessageRecord] = {}
        for ids in chunks(message_ids):
            found |= {record.id: record for record in self._all(_BY_IDS, ids=ids)}
        missing = [str(key) for key in message_ids if key not in found]
        if missing:
            raise NotFound(f"There is no message {', '.join(missing)}.")
        return [found[key] for key in message_ids]

    def raw(self, message_id: int) -> bytes | None:
        return self.raw_many([message_id]).get(message_id)

    def raw_many(self, message_ids: Sequence[int]) -> Mapping[int, bytes]:
        found: dict[int, bytes] = {}
        for ids in chunks(message_ids):
            found.update(self._connection.execute(_RAW, {"ids": ids}).all())
        return found

    def waiting(self, now: datetime, limit: int) -> Sequence[int]:
        due = MessageRow.retry_at.is_(None) | (MessageRow.retry_at <= now)
        wanted = select(MessageRow.id).where(_STORED, due).order_by(MessageRow.received_at, MessageRow.id)
        return self._connection.execute(wanted.limit(limit)).scalars().all()

    def by_rfc_ids(self, rfc_ids: Sequence[str]) -> Sequence[MessageRecord]:
        return [record for ids in chunks(dict.fromkeys(rfc_ids)) for record in self._all(_BY_RFC_IDS, ids=ids)]

    def referring_to(self, rfc_id: str) -> Sequence[MessageRecord]:
        return self._all(_REFERRING_TO, key=rfc_id)

    def recent_from(self, account_id: str, sender: str, since: datetime) -> Sequence[MessageRecord]:
        return self._all(_RECENT_FROM, account=account_id, sender=sender, since=since)

    def in_folder(self, folder_id: int, uidvalidity: int) -> Sequence[MessageRecord]:
        return self._all(_IN_FOLDER, folder=folder_id, uidvalidity=uidvalidity)

    def rekey(self, message_id: int, uidvalidity: int, uid: int) -> None:
        self._update(message_id, uidvalidity=uidvalidity, uid=uid)

    def in_conversation(self, conversation_id: int) -> Sequence[MessageRecord]:
        return self._all(_IN_CONVERSATION, key=conversation_id)

    def save_processed(self, message_id: int, outcome: Processed, conversation_id: int | None) -> None:
        save_outcomes(self._connection, [(message_id, outcome, conversation_id)])

    def save_processed_many(self, outcomes: Sequence[tuple[int, Processed, int | None]]) -> None:
        for some in chunks(outcomes):
            save_outcomes(self._connection, some)

    def assessment_of(self, message_id: int) -> Processed | None:
        row = self._connection.execute(_OUTCOME, {"key": message_id}).first()
        return None if row is None else Processed(*row)

    def label(self, message_id: int, kind: Kind, by: str, at: datetime) -> None:
        self._update(message_id, kind=kind)
        self._connection.execute(insert(LabelRow).values(message_id=message_id, kind=kind, by=by, at=at))

    def labels(self) -> Sequence[tuple[int, Kind]]:
        """The last label of each message."""
        rows = self._connection.execute(select(LabelRow.message_id, LabelRow.kind).order_by(LabelRow.id))
        return sorted(dict(rows.all()).items())

    def fail(self, message_id: int, step: str, error: str, retry_at: datetime | None) -> None:
        status = MessageStatus.PARKED if retry_at is None else MessageStatus.STORED
        self._update(message_id, attempts=MessageRow.attempts + 1, retry_at=retry_at, status=status)
        if retry_at is None:
            tries = select(MessageRow.attempts).where(MessageRow.id == message_id)
            self._park([(message_id, step, error, self._connection.execute(tries).scalar_one())])

    def parked(self) -> Sequence[ParkedRecord]:
        wanted = select(*columns(ParkedRecord, ParkedMessageRow))
        wanted = wanted.order_by(ParkedMessageRow.parked_at, ParkedMessageRow.message_id)
        return [ParkedRecord(*row) for row in self._connection.execute(wanted)]

    def replay(self, message_id: int) -> None:
        self._update(message_id, status=MessageStatus.STORED, attempts=0, retry_at=None)
        self._unpark([message_id])

    def counts(self) -> Mapping[str, int]:
        """All states, each from an index that holds little: the processed ones are what remains."""
        counted = select(
            select(func.count()).select_from(MessageRow).scalar_subquery(),
            select(func.count()).select_from(MessageRow).where(_STORED).scalar_subquery(),
            select(func.count()).select_from(ParkedMessageRow).scalar_subquery(),
        )
        total, stored, parked = self._connection.execute(counted).one()
        return {
            MessageStatus.STORED.value: stored,
            MessageStatus.PROCESSED.value: total - stored - parked,
            MessageStatus.PARKED.value: parked,
        }

    def _all(self, wanted: Select[Any], **asked: object) -> list[MessageRecord]:
        return [MessageRecord(*row) for row in self._connection.execute(wanted, asked)]

    def _update(self, message_id: int, **values: object) -> None:
        done = self._connection.execute(update(MessageRow).where(MessageRow.id == message_id).values(**values))
        if done.rowcount == 0:
            raise NotFound(f"There is no message {message_id}.")

    def _keep_bytes(self, by_hash: Mapping[str, bytes]) -> None:
        rows = [{"sha256": sha256, "size": len(data), "data": data} for sha256, data in by_hash.items()]
        if rows:
            self._connection.execute(insert_if_new(self._connection, RawMessageRow, ("sha256",)), rows)

    def _folders(self, ids: set[int]) -> dict[int, tuple[str, Direction]]:
        wanted = select(FolderRow.id, FolderRow.account_id, FolderRow.role).where(FolderRow.id.in_(ids))
        found = {
            key: (account_id, Direction.OUT if role is FolderRole.SENT else Direction.IN)
            for key, account_id, role in self._connection.execute(wanted)
        }
        if len(found) < len(ids):
            raise NotFound(f"There is no folder {', '.join(map(str, sorted(ids - found.keys())))}.")
        return found

    def _fill(self, rows: Iterable[Row]) -> dict[Identity, int]:
        """Give bytes to messages that were listed without (F05)."""
        filled: dict[Identity, int] = {}
        for row in rows:
            identity = _identity(row)
            same = (getattr(MessageRow, name) == row[name] for name in _IDENTITY)
            empty = update(MessageRow).where(*same, MessageRow.sha256.is_(None))
            now_whole = {key: row[key] for key in ("sha256", "size", "fault", "status")}
            key = self._connection.execute(empty.values(now_whole).returning(MessageRow.id)).scalar()
            if key is not None:
                filled[identity] = key
        self._unpark(list(filled.values()))
        return filled

    def _park(self, faults: Sequence[tuple[int, str, str, int]]) -> None:
        now = self._clock.now()
        rows = [
            {"message_id": key, "step": step, "error": error, "attempts": attempts, "parked_at": now}
            for key, step, error, attempts in faults
        ]
        if rows:
            self._unpark([key for key, *_ in faults])
            self._connection.execute(insert(ParkedMessageRow), rows)

    def _unpark(self, ids: Sequence[int]) -> None:
        if ids:
            self._connection.execute(delete(ParkedMessageRow).where(ParkedMessageRow.message_id.in_(ids)))


def _new_row(mail: NewMessage, sha256: str | None, account_id: str, direction: Direction) -> Row:
    return {
        "account_id": account_id,
        "folder_id": mail.folder_id,
        "direction": direction,
        "uidvalidity": mail.uidvalidity,
        "uid": mail.uid,
        "sha256": sha256,
        "size": mail.size,
        "received_at": mail.received_at,
        "status": MessageStatus.PARKED if sha256 is None else MessageStatus.STORED,
        "fault": mail.fault,
    }


def _identity(row: Row) -> Identity:
    return row["folder_id"], row["uidvalidity"], row["uid"]

"""What the store offers for accounts, mails and the conversations they make."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.inquiry import History, Kind
from triage.vocabulary.records import (
    AccountState,
    ConversationRecord,
    FolderRole,
    FolderState,
    MessageRecord,
    NewMessage,
    ParkedRecord,
    Processed,
    SendingState,
)


class Accounts(Protocol):
    def ensure(self, account_id: str, address: str) -> AccountState: ...
    def get(self, account_id: str) -> AccountState: ...
    def all(self) -> Sequence[AccountState]: ...
    def save(self, state: AccountState) -> None: ...
    def sending(self, account_id: str) -> SendingState: ...
    def save_sending(self, state: SendingState) -> None: ...
    def folder(self, account_id: str, name: str, role: FolderRole) -> FolderState:
        """The folder's state, made on first use."""
        ...

    def folders(self, account_id: str) -> Sequence[FolderState]: ...
    def save_folder(self, state: FolderState) -> None: ...


class Messages(Protocol):
    def add(self, new: Sequence[NewMessage]) -> Sequence[int]:
        """Store raw bytes and rows; ids of those not known before. Those without `raw` are listed, status PARKED."""
        ...

    def get(self, message_id: int) -> MessageRecord: ...
    def get_many(self, message_ids: Sequence[int]) -> Sequence[MessageRecord]:
        """In the order asked for. Raises `NotFound` when one is missing."""
        ...

    def raw(self, message_id: int) -> bytes | None: ...
    def raw_many(self, message_ids: Sequence[int]) -> Mapping[int, bytes]:
        """Id to bytes of those that have any."""
        ...

    def waiting(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids with status STORED whose next try is due, oldest first."""
        ...

    def by_rfc_ids(self, rfc_ids: Sequence[str]) -> Sequence[MessageRecord]:
        """Messages, ours and theirs, that carry one of these Message-IDs."""
        ...

    def referring_to(self, rfc_id: str) -> Sequence[MessageRecord]:
        """Processed messages whose References or In-Reply-To name that id: the answer may be read before the
        question."""
        ...

    def recent_from(self, account_id: str, sender: str, since: datetime) -> Sequence[MessageRecord]:
        """Incoming mails of that address (lower case) received since then, newest first, at most 20."""
        ...

    def in_folder(self, folder_id: int, uidvalidity: int) -> Sequence[MessageRecord]:
        """What is stored of that folder, by UID: for re-matching after a UIDVALIDITY change (F04)."""
        ...

    def rekey(self, message_id: int, uidvalidity: int, uid: int) -> None:
        """The same mail has a new UID (F04)."""
        ...

    def in_conversation(self, conversation_id: int) -> Sequence[MessageRecord]:
        """By received_at."""
        ...

    def save_processed(self, message_id: int, outcome: Processed, conversation_id: int | None) -> None:
        """Columns, attachments, prediction and status PROCESSED in one go."""
        ...

    def save_processed_many(self, outcomes: Sequence[tuple[int, Processed, int | None]]) -> None:
        """`save_processed` for many at once: (message_id, outcome, conversation_id)."""
        ...

    def assessment_of(self, message_id: int) -> Processed | None:
        """What `save_processed` was given, or None."""
        ...

    def label(self, message_id: int, kind: Kind, by: str, at: datetime) -> None:
        """A person's word (R28), kept apart from the prediction; also updates the message's kind."""
        ...

    def labels(self) -> Sequence[tuple[int, Kind]]: ...
    def fail(self, message_id: int, step: str, error: str, retry_at: datetime | None) -> None:
        """Count a failed try; `retry_at` None parks the message."""
        ...

    def parked(self) -> Sequence[ParkedRecord]: ...
    def replay(self, message_id: int) -> None:
        """Back to STORED, tries forgotten."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Messages by status."""
        ...


class Conversations(Protocol):
    def create(self, account_id: str, subject: str, customer_id: int | None, at: datetime) -> int: ...
    def get(self, conversation_id: int) -> ConversationRecord: ...
    def join(self, conversation_id: int, at: datetime) -> int:
        """A message joined: bump and return the version."""
        ...

    def participants(self, conversation_id: int) -> frozenset[str]:
        """Addresses (lower case) that wrote or were written to in it, ours excluded."""
        ...

    def history(self, conversation_id: int, before: datetime) -> History: ...

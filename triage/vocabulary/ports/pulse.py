"""What the store offers for response times, alarms and the log."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.inquiry import Tier
from triage.vocabulary.records import AlertRecord, AuditEvent, DraftHistory, NewResponse, ResponseRecord, Via
from triage.vocabulary.responses import DeskCounts, ResponseColumns


class Responses(Protocol):
    def open(self, new: NewResponse) -> int:
        """Start the clock; one row per message."""
        ...

    def waiting(self) -> Sequence[ResponseRecord]:
        """Unanswered and not closed, oldest first."""
        ...

    def waiting_in(self, conversation_id: int) -> Sequence[ResponseRecord]: ...
    def answer(
        self,
        response_id: int,
        at: datetime,
        via: Via,
        person: str,
        elapsed: float,
        working: float,
        drafted: DraftHistory | None = None,
    ) -> bool: ...
    def holding(self, response_id: int, at: datetime) -> None: ...
    def close(self, response_id: int, reason: str) -> None: ...
    def retarget(self, response_id: int, tier: Tier, target_seconds: float) -> None:
        """Another tier and its target for a mail that still waits."""
        ...

    def between(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseRecord]:
        """By received_at, streamed."""
        ...

    def by_number(self) -> Iterator[ResponseRecord]:
        """All, by id, streamed."""
        ...

    def columns(self, since: datetime | None, until: datetime | None) -> Iterator[ResponseColumns]:
        """All that are not closed and came from `since` to before `until`, and perhaps others of the same months."""
        ...

    def pack(self, before: datetime) -> bool:
        """Keep one more month that ended by then as columns, for reports; False when none is left that is worth it."""
        ...

    def named(self, response_ids: Sequence[int]) -> Sequence[ResponseRecord]:
        """In the order asked for."""
        ...

    def counts(self, since: datetime | None, until: datetime | None) -> DeskCounts:
        """Reviews and promises of that time."""
        ...


class Alerts(Protocol):
    def raise_(self, key: str, text: str, at: datetime) -> bool:
        """True when it was not standing already."""
        ...

    def clear(self, key: str, at: datetime) -> None: ...
    def standing(self) -> Sequence[AlertRecord]: ...


class AuditLog(Protocol):
    def append(
        self, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str] | None = None
    ) -> None: ...
    def events(self, after_seq: int = 0, limit: int = 10_000) -> Sequence[AuditEvent]: ...
    def by_subject(self, sort: str) -> Iterator[AuditEvent]:
        """The events about subjects of a sort such as `response`: those of one subject together, in order; subjects by
        their numbers. Read as they come, so that any number of them fits in memory."""
        ...

    def head(self) -> tuple[int, str]:
        """Last sequence number and MAC; (0, '') when empty. For anchoring outside the database."""
        ...


class Seal(Protocol):
    """Makes an audit event's MAC from the one before and all of its own fields (I14)."""

    def __call__(
        self, previous_mac: str, seq: int, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str]
    ) -> str: ...

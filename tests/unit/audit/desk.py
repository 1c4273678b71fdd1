"""A unit of work in memory, for what the audit and the promises ask of the ports; the store's own tests cover SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from triage.vocabulary.inquiry import (
    Assessment,
    BuyerScore,
    BuyerType,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Quality,
    Reading,
    Stage,
    Tier,
)
from triage.vocabulary.letter import Letter, PromiseMade
from triage.vocabulary.policy import Window, WorkCalendar
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import (
    AccountState,
    AlertRecord,
    ConversationRecord,
    DraftHistory,
    DraftRecord,
    DraftRevision,
    MessageRecord,
    NewResponse,
    PromiseRecord,
    ResponseRecord,
    Via,
)
from triage.vocabulary.states import Direction, DraftStatus, MessageStatus, PromiseStatus

MONDAY = datetime(2026, 6, 15, tzinfo=UTC)
OURS = "sales@lumina-led.example"
BUYER = "buyer@muster.example"
OFFICE = WorkCalendar(
    time_zone="UTC",
    windows={day: (Window(time(9), time(17)),) for day in range(5)},
    holiday_country=None,
)


def at(hours: float, days: int = 0) -> datetime:
    """So many hours into a Monday of June 2026."""
    return MONDAY + timedelta(days=days, hours=hours)


def assessed(kind: Kind = Kind.INQUIRY, tier: Tier = Tier.B, country: str | None = "DE") -> Assessment:
    return Assessment(
        kind=KindPrediction(kind, {kind: 1.0}),
        reading=Reading(language="en", country=country),
        stage=Stage.FIRST_INQUIRY,
        buyer=BuyerScore(50, Quality.MEDIUM, BuyerType.UNKNOWN),
        market=MarketScore(50),
        priority=Priority(50, tier),
    )


class _Responses:
    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self.rows: dict[int, ResponseRecord] = {}

    def open(self, new: NewResponse) -> int:
        for row in self.rows.values():
            if row.message_id == new.message_id:
                return row.id
        mail = self.desk.mails[new.message_id]
        row = ResponseRecord(len(self.rows) + 1, **asdict(new), subject=mail.subject, sender=mail.sender)
        self.rows[row.id] = row
        return row.id

    def waiting_in(self, conversation_id: int) -> Sequence[ResponseRecord]:
        rows = (row for row in self.rows.values() if row.conversation_id == conversation_id)
        waiting = [row for row in rows if row.answered_at is None and not row.closed_reason]
        return sorted(waiting, key=lambda row: row.received_at)

    def answer(
        self,
        response_id: int,
        at: datetime,
        via: Via,
        person: str,
        elapsed: float,
        working: float,
        drafted: DraftHistory | None = None,
    ) -> bool:
        row = self.rows[response_id]
        if row.answered_at is not None or row.closed_reason:
            return False
        self.rows[response_id] = replace(
            row,
            answered_at=at,
            via=via,
            person=person,
            elapsed_seconds=elapsed,
            working_seconds=working,
            **(asdict(drafted) if drafted else {}),
        )
        return True

    def holding(self, response_id: int, at: datetime) -> None:
        self.rows[response_id] = replace(self.rows[response_id], holding_at=at)

    def close(self, response_id: int, reason: str) -> None:
        self.rows[response_id] = replace(self.rows[response_id], closed_reason=reason)


class _Promises:
    def __init__(self) -> None:
        self.rows: dict[int, PromiseRecord] = {}

    def add(self, draft_id: int, conversation_id: int, text: str, due: datetime, at: datetime) -> int:
        number = len(self.rows) + 1
        self.rows[number] = PromiseRecord(number, draft_id, conversation_id, text, due, PromiseStatus.OPEN, at)
        return number

    def get(self, promise_id: int) -> PromiseRecord | None:
        return self.rows.get(promise_id)

    def list(self, status: PromiseStatus | None = None) -> Sequence[PromiseRecord]:
        return [row for row in self.rows.values() if status in (None, row.status)]

    def of_conversation(self, conversation_id: int) -> Sequence[PromiseRecord]:
        return [row for row in self.rows.values() if row.conversation_id == conversation_id]

    def set_status(self, promise_id: int, before: PromiseStatus, after: PromiseStatus, at: datetime) -> bool:
        row = self.rows[promise_id]
        if row.status is not before:
            return False
        self.rows[promise_id] = replace(row, status=after, changed_at=at)
        return True


class _Alerts:
    def __init__(self) -> None:
        self.rows: dict[str, AlertRecord] = {}

    def raise_(self, key: str, text: str, at: datetime) -> bool:
        new = key not in self.rows
        self.rows.setdefault(key, AlertRecord(key, text, at))
        return new

    def clear(self, key: str, at: datetime) -> None:
        self.rows.pop(key, None)


class _Log:
    def __init__(self) -> None:
        self.events: list[tuple[str, str, str, dict[str, str]]] = []

    def append(self, at: datetime, actor: str, name: str, subject: str, data: Mapping[str, str] | None = None) -> None:
        self.events.append((actor, name, subject, dict(data or {})))

    @property
    def names(self) -> list[str]:
        return [name for _, name, _, _ in self.events]


class Desk:
    """One conversation, number 1, at one mailbox."""

    def __init__(self) -> None:
        self.mails: dict[int, MessageRecord] = {}
        self.letters: dict[int, DraftRecord] = {}
        self.drafted: dict[int, str] = {}
        """What the machine wrote, where people changed it."""
        self.responses: Any = _Responses(self)
        self.promises: Any = _Promises()
        self.alerts: Any = _Alerts()
        self.audit: Any = _Log()
        self.accounts = self.messages = self.conversations = self.drafts = self

    @property
    def uow(self) -> UnitOfWork:
        return cast(UnitOfWork, self)

    def get(self, key: str | int) -> AccountState | ConversationRecord:
        if isinstance(key, str):
            return AccountState(key, OURS)
        return ConversationRecord(key, "main", "Panels", None, 1, MONDAY)

    def in_conversation(self, conversation_id: int) -> Sequence[MessageRecord]:
        mails = (mail for mail in self.mails.values() if mail.conversation_id == conversation_id)
        return sorted(mails, key=lambda mail: mail.received_at)

    def of_conversation(self, conversation_id: int) -> Sequence[DraftRecord]:
        return [letter for letter in self.letters.values() if letter.conversation_id == conversation_id]

    def revisions(self, draft_id: int) -> Sequence[DraftRevision]:
        """The machine's own first, then what it became."""
        own = replace(self.letters[draft_id].letter, text=self.drafted.get(draft_id, "text"))
        return [DraftRevision(1, own, "", "", MONDAY)]

    def by_rfc_id(self, rfc_message_id: str) -> DraftRecord | None:
        found = (letter for letter in self.letters.values() if letter.rfc_message_id == rfc_message_id)
        return next(found, None)

    # --- what happens at the desk ---

    def mail(self, received_at: datetime, **changes: object) -> MessageRecord:
        """A buyer's mail joins the conversation."""
        number = len(self.mails) + 1
        mail = MessageRecord(
            id=number,
            account_id="main",
            folder_id=1,
            direction=Direction.IN,
            uidvalidity=1,
            uid=number,
            sha256="",
            size=1,
            received_at=received_at,
            status=MessageStatus.PROCESSED,
            rfc_message_id=f"<{number}@muster.example>",
            subject=f"Mail {number}",
            sender=BUYER,
            recipients=(OURS,),
            conversation_id=1,
        )
        self.mails[number] = replace(mail, **changes)  # type: ignore[arg-type]
        return self.mails[number]

    def found(self, sent_at: datetime, **changes: object) -> MessageRecord:
        """A letter of ours, written elsewhere, is found in Sent."""
        ours = {"direction": Direction.OUT, "sender": OURS, "recipients": (BUYER,)}
        return self.mail(sent_at, **{**ours, **changes})

    def letter(
        self,
        sent_at: datetime | None,
        *,
        holding: bool = False,
        promises: Sequence[PromiseMade] = (),
        status: DraftStatus = DraftStatus.SENT,
    ) -> DraftRecord:
        """A letter made here, sent at that moment."""
        number = len(self.letters) + 1
        self.letters[number] = DraftRecord(
            id=number,
            message_id=1,
            conversation_id=1,
            account_id="main",
            revision=1,
            status=status,
            letter=Letter((), "Re", "en", "text", "", promises=tuple(promises), holding=holding),
            rfc_message_id=f"<letter-{number}@lumina-led.example>",
            in_reply_to=None,
            references=(),
            content_hash="",
            conversation_version=1,
            created_at=MONDAY,
            changed_at=MONDAY,
            approved_by="lin",
            sent_at=sent_at,
        )
        return self.letters[number]

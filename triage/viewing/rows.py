"""One line of a list, ready to be shown: who writes, what about, how pressing, what to look out for."""

from dataclasses import dataclass
from datetime import datetime

from triage.viewing.clocks import BuyerTime, ResponseClock, buyer_time, response_clock
from triage.vocabulary.inquiry import Kind, Point, Tier
from triage.vocabulary.policy import WorkCalendar
from triage.vocabulary.states import DraftStatus, Occasion
from triage.vocabulary.worklist import Place, WorkItem, headline


@dataclass(frozen=True, slots=True)
class WorkRow:
    """`place` is where the next page starts. Texts come from mails: never to be trusted as markup."""

    place: Place
    message_id: int | None
    draft_id: int | None
    occasion: Occasion
    """Why the letter is written; of a mail without a letter: to answer it."""
    mailbox: str
    sender: str
    sender_name: str
    customer: str
    subject: str
    received_at: datetime
    kind: Kind | None
    unsure: bool
    tier: Tier | None
    priority: float
    country: str | None
    language: str | None
    points: tuple[Point, ...]
    status: DraftStatus | None
    content_hash: str
    note: str
    warnings: int
    blocking: bool
    promise_text: str
    promise_due: datetime | None
    sent_at: datetime | None
    not_before: datetime | None
    clock: ResponseClock | None
    buyer: BuyerTime | None
    assignee: str
    snoozed_until: datetime | None
    fault: str
    """Why a mail is parked."""

    @property
    def who(self) -> str:
        return self.sender_name or self.sender


def work_row(item: WorkItem, calendar: WorkCalendar, now: datetime) -> WorkRow:
    head, draft, promise = headline(item.message, item.draft, item.country), item.draft, item.promise
    letter = draft.letter if draft else None
    clock = None
    if item.target_seconds is not None:
        clock = response_clock(head.received_at, item.target_seconds, calendar, now)
    return WorkRow(
        place=item.place,
        message_id=head.message_id,
        draft_id=draft.id if draft else None,
        occasion=draft.occasion if draft else Occasion.REPLY,
        mailbox=head.mailbox,
        sender=head.sender,
        sender_name=head.sender_name,
        customer=item.customer,
        subject=head.subject,
        received_at=head.received_at,
        kind=head.kind,
        unsure=item.unsure,
        tier=head.tier,
        priority=head.priority,
        country=head.country,
        language=head.language,
        points=tuple(dict.fromkeys(answer.point for answer in letter.points)) if letter else (),
        status=draft.status if draft else None,
        content_hash=draft.content_hash if draft else "",
        note=draft.note if draft else "",
        warnings=len(letter.warnings) if letter else 0,
        blocking=bool(letter and letter.blocking),
        promise_text=promise.text if promise else "",
        promise_due=promise.due if promise else None,
        sent_at=draft.sent_at if draft else None,
        not_before=draft.not_before if draft else None,
        clock=clock,
        buyer=buyer_time(head.country, None, now),
        assignee=item.assignee,
        snoozed_until=item.snoozed_until,
        fault=item.parked.error if item.parked else "",
    )

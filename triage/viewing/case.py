"""One mail with all that belongs to it: its words, what was made of them, the letter, the card, the thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.customers import Segment, segment
from triage.drafting.editing import OPTIONAL
from triage.viewing.changes import Change, Piece, changes
from triage.viewing.clocks import BuyerTime, ResponseClock, buyer_time, response_clock
from triage.viewing.marks import Mark, MarkKind, Stretch, marked, quoted_rest
from triage.viewing.stance import Stance, stance
from triage.vocabulary.inquiry import Assessment, Reading
from triage.vocabulary.letter import LetterPlan, Part, PlanItem, PointAnswer, Question
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.policy import WorkCalendar
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import (
    ComplaintRecord,
    ConversationRecord,
    CustomerRecord,
    DeliveryAttempt,
    DraftRecord,
    MessageRecord,
    ParkedRecord,
    PromiseRecord,
    ReviewRecord,
    TierLabel,
)
from triage.vocabulary.states import Direction, DraftStatus


class Authentication(StrEnum):
    """Whether the receiving server could verify the sender's domain (RFC 8601)."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ThreadMail:
    """Another mail of the conversation, ours or theirs."""

    message_id: int
    direction: Direction
    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PointPlace:
    """A point with where its sentence stands in the letter; -1 when it does not stand there (any more)."""

    answer: PointAnswer
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    question: Question
    asked: bool
    """Whether the letter asks it as it stands."""


@dataclass(frozen=True, slots=True)
class LetterView:
    """A draft as a reviewer sees it. `against_machine` compares it with what the machine proposed."""

    draft: DraftRecord
    points: tuple[PointPlace, ...]
    choices: tuple[QuestionChoice, ...]
    against_machine: tuple[Piece, ...]
    edited_by: str
    attempts: Sequence[DeliveryAttempt]
    reviews: Sequence[ReviewRecord]

    @property
    def edited(self) -> bool:
        return any(piece.change is not Change.SAME for piece in self.against_machine)

    @property
    def editable(self) -> bool:
        return self.draft.status is DraftStatus.PROPOSED

    @property
    def answers(self) -> tuple[PlanItem, ...]:
        """The points as the plan has them, each to be answered, worded or left open."""
        return tuple(item for item in self.draft.letter.plan.items if item.part is Part.ANSWER)

    @property
    def optional(self) -> tuple[PlanItem, ...]:
        """What the letter says or could say beside answers and questions."""
        return tuple(item for item in self.draft.letter.plan.items if item.part in OPTIONAL)


@dataclass(frozen=True, slots=True)
class CaseView:
    """What is known of a mail. Without a stored outcome (parked, or not yet processed) `mail` is empty. A letter that
    opens its conversation has no `message`: the card says to whom it goes."""

    message: MessageRecord | None
    mail: ParsedMail
    screening: Screening
    assessment: Assessment | None
    words: tuple[Stretch, ...]
    legend: Mapping[Mark, int]
    """Each point, fact and signal of `words` with how often it stands there."""
    rest: str
    """Quotes, history and signature."""
    authentication: Authentication
    thread: tuple[ThreadMail, ...]
    """Newest first, this mail left out."""
    conversation: ConversationRecord | None
    customer: CustomerRecord | None
    segment: Segment | None
    stance: Stance | None
    clock: ResponseClock | None
    buyer: BuyerTime | None
    promises: Sequence[PromiseRecord]
    letter: LetterView | None
    parked: ParkedRecord | None
    tier_label: TierLabel | None = None
    """A person's word on the tier, which wins over the computed one."""
    complaint: ComplaintRecord | None = None
    """The newest case of the conversation."""


THREAD_TEXT = 4_000
"""Characters of an earlier mail that are shown."""


def case_view(
    uow: UnitOfWork, message_id: int, draft: DraftRecord | None, calendar: WorkCalendar, now: datetime
) -> CaseView:
    """Everything about one mail, in one snapshot. Raises NotFound."""
    message = uow.messages.get(message_id)
    stored = uow.messages.assessment_of(message_id)
    mail = stored.mail if stored else ParsedMail()
    found = stored.assessment if stored else None
    words = marked(mail.message, found.reading, found.reasons) if found else marked(mail.message, Reading())
    conversation = uow.conversations.get(message.conversation_id) if message.conversation_id else None
    customer = uow.customers.get(conversation.customer_id) if conversation and conversation.customer_id else None
    standing = segment(customer, now) if customer else None
    return CaseView(
        message=message,
        mail=mail,
        screening=stored.screening if stored else Screening(None),
        assessment=found,
        words=words,
        legend=_legend(words),
        rest=quoted_rest(mail.text, mail.newest_text),
        authentication=_authentication(found),
        thread=_thread(uow, message),
        conversation=conversation,
        customer=customer,
        segment=standing,
        stance=stance(found, standing) if found and found.kind.kind.is_buyer else None,
        clock=_clock(uow, message, calendar, now),
        buyer=buyer_time(message.country, mail.date if mail.date_zone_known else None, now),
        promises=uow.promises.of_conversation(conversation.id) if conversation else (),
        letter=letter_view(uow, draft) if draft else None,
        parked=next((parked for parked in uow.messages.parked() if parked.message_id == message_id), None),
        tier_label=uow.learning.tier_labels(message_id).get(message_id),
        complaint=uow.complaints.of_conversation(conversation.id) if conversation else None,
    )


def first_letter_view(uow: UnitOfWork, draft: DraftRecord, now: datetime) -> CaseView:
    """Everything about a letter that answers no mail: the card takes the mail's place."""
    conversation = uow.conversations.get(draft.conversation_id)
    customer = uow.customers.get(conversation.customer_id) if conversation.customer_id else None
    return CaseView(
        message=None,
        mail=ParsedMail(),
        screening=Screening(None),
        assessment=None,
        words=(),
        legend={},
        rest="",
        authentication=Authentication.UNKNOWN,
        thread=tuple(_thread_mail(uow, mail) for mail in reversed(uow.messages.in_conversation(conversation.id))),
        conversation=conversation,
        customer=customer,
        segment=segment(customer, now) if customer else None,
        stance=None,
        clock=None,
        buyer=buyer_time(customer.country if customer else None, None, now),
        promises=uow.promises.of_conversation(conversation.id),
        letter=letter_view(uow, draft),
        parked=None,
    )


def _legend(words: Sequence[Stretch]) -> Mapping[Mark, int]:
    counted: dict[Mark, int] = {}
    for stretch in words:
        for mark in stretch.marks:
            counted[mark] = counted.get(mark, 0) + 1
    named = [kind for kind in MarkKind if kind is not MarkKind.REASON]  # reasons have a list of their own
    return {mark: counted[mark] for kind in named for mark in counted if mark.kind is kind}


def _authentication(found: Assessment | None) -> Authentication:
    names = {signal.name for signal in found.reading.signals} if found else set()
    if "authentication_failed" in names:
        return Authentication.FAILED
    return Authentication.PASSED if "authenticated" in names else Authentication.UNKNOWN


def _thread(uow: UnitOfWork, message: MessageRecord) -> tuple[ThreadMail, ...]:
    if message.conversation_id is None:
        return ()
    others = [other for other in uow.messages.in_conversation(message.conversation_id) if other.id != message.id]
    return tuple(_thread_mail(uow, other) for other in reversed(others) if other.duplicate_of is None)


def _thread_mail(uow: UnitOfWork, other: MessageRecord) -> ThreadMail:
    stored = uow.messages.assessment_of(other.id)
    text = stored.mail.message if stored else ""
    who = other.sender_name or other.sender
    return ThreadMail(other.id, other.direction, who, other.received_at, text[:THREAD_TEXT])


def _clock(uow: UnitOfWork, message: MessageRecord, calendar: WorkCalendar, now: datetime) -> ResponseClock | None:
    if message.conversation_id is None:
        return None
    for row in uow.responses.waiting_in(message.conversation_id):
        if row.message_id == message.id:
            return response_clock(row.received_at, row.target_seconds, calendar, now)
    return None


def letter_view(uow: UnitOfWork, draft: DraftRecord) -> LetterView:
    """A draft with its points in place, its choices, and how it differs from the machine's own."""
    revisions = uow.drafts.revisions(draft.id)
    letter = draft.letter
    return LetterView(
        draft=draft,
        points=tuple(_place(answer, letter.text) for answer in letter.points),
        choices=_choices(letter.plan),
        against_machine=changes(letter.plan.base, letter.text),
        edited_by=revisions[-1].by,
        attempts=uow.drafts.attempts(draft.id),
        reviews=uow.drafts.reviews(draft.id),
    )


def _place(answer: PointAnswer, text: str) -> PointPlace:
    start = text.find(answer.sentence) if answer.sentence else -1
    return PointPlace(answer, start, start + len(answer.sentence) if start >= 0 else -1)


def _choices(plan: LetterPlan) -> tuple[QuestionChoice, ...]:
    """What the plan would ask and what is asked now."""
    return tuple(
        QuestionChoice(Question(item.id, item.text), item.on) for item in plan.items if item.part is Part.QUESTION
    )

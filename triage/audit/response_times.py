"""When the response clock starts, what stops it and what does not. docs/audit-rules.md numbers the rules (A1-A13).

Each function works inside the caller's unit of work and does not commit. Called again for the same event, it changes
no figure. Every change of a figure is an audit event too, so that figures can be recomputed from the log (I14).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.audit.business_hours import digest, working_seconds
from triage.audit.edits import edited_share
from triage.vocabulary.inquiry import Assessment, Kind, Tier
from triage.vocabulary.mail import Automatic
from triage.vocabulary.policy import Targets, WorkCalendar
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import DraftHistory, DraftRecord, MessageRecord, NewResponse, ResponseRecord, Via
from triage.vocabulary.responses import FIRST, NEXT
from triage.vocabulary.states import Direction, DraftStatus, Occasion
from triage.vocabulary.subjects import is_forward

EARLIER_COPY = "an earlier copy of the same mail counts"
_ACTOR = "triage"


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A person's letter that left, as far as the clock is concerned. `recipients` None: known to go to the buyer."""

    at: datetime
    via: Via
    person: str
    holding: bool = False
    recipients: tuple[str, ...] | None = None
    forward: bool = False
    draft: DraftRecord | None = None


def target_of(kind: Kind, tier: Tier, country: str | None, targets: Targets) -> timedelta:
    """The working time allowed for an answer (A13): the kind's own (R24), else the market's, else the tier's."""
    if kind is Kind.COMPLAINT:
        return targets.complaint
    if kind in targets.by_kind:
        return targets.by_kind[kind]
    if country is not None and country in targets.by_market:
        return targets.by_market[country]
    return targets.by_tier.get(tier, max(targets.by_tier.values(), default=targets.complaint))


def start_clock(
    uow: UnitOfWork,
    message: MessageRecord,
    assessment: Assessment | None,
    targets: Targets,
    calendar: WorkCalendar,
    now: datetime,
) -> int | None:
    """Open the response row of a buyer's mail that stands in its conversation; its id, or None where no answer is due.

    Letters that were sent since count at once, so that an archive gives the same figures in whatever order it is read
    (A12). `assessment` may be None for a copy (`duplicate_of`), which takes what it needs from the first one's row.
    """
    if message.direction is not Direction.IN or message.conversation_id is None or message.automatic is not None:
        return None
    if message.duplicate_of is not None:
        new = _from_earlier_copy(uow, message, message.duplicate_of, now)
    else:
        new = _from_assessment(uow, message, assessment, targets)
    if new is None:
        return None
    response_id = uow.responses.open(new)
    _note(
        uow,
        now,
        "response.started",
        response_id,
        message=str(message.id),
        received_at=_iso(new.received_at),
        mailbox=new.account_id,
        turn=FIRST if new.first else NEXT,
        kind=new.kind,
        tier=new.tier,
        country=new.country or "",
        target=f"{new.target_seconds:.0f}",
    )
    for letter in _letters_of(uow, message.conversation_id):
        count_letter(uow, message.conversation_id, letter, calendar, now)
    return response_id


def letter_sent(uow: UnitOfWork, draft: DraftRecord, at: datetime, calendar: WorkCalendar) -> int:
    """The server accepted this letter at that moment: stop the clocks, or note the holding reply. Rows changed. A
    letter of our own accord answers no mail (A44)."""
    if draft.occasion is not Occasion.REPLY:
        return 0
    letter = SentLetter(at, Via.TOOL, draft.approved_by, draft.letter.holding, draft=draft)
    return count_letter(uow, draft.conversation_id, letter, calendar, at)


def found_in_sent(uow: UnitOfWork, message: MessageRecord, calendar: WorkCalendar, now: datetime) -> bool:
    """A mail seen in the Sent folder: whether it is a person's answer to the buyer, which then stops the clocks (F30).

    A holding reply is noted (A6), and no answer. Nor is it one when a machine wrote it, when it stays among ourselves,
    or when it is the copy of a letter sent from here.
    """
    if message.conversation_id is None or not _by_a_person(message):
        return False
    if message.rfc_message_id is not None and uow.drafts.by_rfc_id(message.rfc_message_id) is not None:
        return False
    letter = _elsewhere(message)
    count_letter(uow, message.conversation_id, letter, calendar, now)
    own_domain = _own_domain(uow, message.account_id)
    return not letter.holding and any(
        _reaches_buyer(letter, theirs.sender, own_domain)
        for theirs in uow.messages.in_conversation(message.conversation_id)
        if theirs.direction is Direction.IN
    )


def count_letter(
    uow: UnitOfWork, conversation_id: int, letter: SentLetter, calendar: WorkCalendar, now: datetime
) -> int:
    """Stop the clock of every mail of the conversation that the letter answers (A7), or note a holding reply (A6)."""
    changed = 0
    for row in uow.responses.waiting_in(conversation_id):
        if row.received_at <= letter.at and _reaches_buyer(letter, row.sender, _own_domain(uow, row.account_id)):
            changed += _hold(uow, row, letter, now) if letter.holding else _answer(uow, row, letter, calendar, now)
    return changed


def close(uow: UnitOfWork, conversation_id: int, message_id: int, *, reason: str, by: str, now: datetime) -> bool:
    """No answer is due to that mail after all (A11), as a person decided. False when its clock does not run."""
    for row in uow.responses.waiting_in(conversation_id):
        if row.message_id == message_id:
            uow.responses.close(row.id, reason)
            _note(uow, now, "response.closed", row.id, by, reason=reason)
            return True
    return False


def retier(uow: UnitOfWork, message: MessageRecord, tier: Tier, targets: Targets, by: str, now: datetime) -> None:
    """A person said which tier a mail is: while it waits, the target follows (A13). What was answered stays counted."""
    if message.conversation_id is None:
        return
    for row in uow.responses.waiting_in(message.conversation_id):
        if row.message_id == message.id:
            target = target_of(row.kind, tier, row.country, targets).total_seconds()
            uow.responses.retarget(row.id, tier, target)
            _note(uow, now, "response.retargeted", row.id, by, tier=tier, target=f"{target:.0f}")


def _from_assessment(
    uow: UnitOfWork, message: MessageRecord, assessment: Assessment | None, targets: Targets
) -> NewResponse | None:
    if assessment is None or message.conversation_id is None:
        return None
    kind = message.kind or assessment.kind.kind
    tier = message.tier or assessment.priority.tier
    if not kind.is_buyer or tier is Tier.D:
        return None
    country = message.country or assessment.reading.country
    own_domain = _own_domain(uow, message.account_id)
    answers = (
        letter
        for letter in _letters_of(uow, message.conversation_id)
        if not letter.holding and _reaches_buyer(letter, message.sender, own_domain)
    )
    return NewResponse(
        message_id=message.id,
        conversation_id=message.conversation_id,
        account_id=message.account_id,
        first=all(letter.at > message.received_at for letter in answers),
        received_at=message.received_at,
        kind=kind,
        tier=tier,
        country=country,
        target_seconds=target_of(kind, tier, country, targets).total_seconds(),
    )


def _from_earlier_copy(uow: UnitOfWork, copy: MessageRecord, original: int, now: datetime) -> NewResponse | None:
    """A copy that reached another mailbox before the one counted so far takes its place (A2)."""
    if copy.conversation_id is None:
        return None
    for row in uow.responses.waiting_in(copy.conversation_id):
        if row.message_id == original and copy.received_at < row.received_at:
            uow.responses.close(row.id, EARLIER_COPY)
            _note(uow, now, "response.closed", row.id, reason=EARLIER_COPY)
            return NewResponse(
                message_id=copy.id,
                conversation_id=copy.conversation_id,
                account_id=copy.account_id,
                first=row.first,
                received_at=copy.received_at,
                kind=row.kind,
                tier=row.tier,
                country=row.country,
                target_seconds=row.target_seconds,
            )
    return None


def _letters_of(uow: UnitOfWork, conversation_id: int) -> list[SentLetter]:
    """All letters of a conversation that left, from here and from elsewhere, each once, oldest first."""
    drafts = uow.drafts.of_conversation(conversation_id)
    ours = {draft.rfc_message_id for draft in drafts}
    letters = [
        SentLetter(draft.sent_at, Via.TOOL, draft.approved_by, draft.letter.holding, draft=draft)
        for draft in drafts
        if draft.status is DraftStatus.SENT and draft.sent_at is not None and draft.occasion is Occasion.REPLY
    ]
    letters += [
        _elsewhere(message)
        for message in uow.messages.in_conversation(conversation_id)
        if message.direction is Direction.OUT and _by_a_person(message) and message.rfc_message_id not in ours
    ]
    return sorted(letters, key=lambda letter: letter.at)


def _elsewhere(message: MessageRecord) -> SentLetter:
    forward = is_forward(message.subject)
    return SentLetter(message.received_at, Via.ELSEWHERE, message.sender, message.holding, message.recipients, forward)


def _by_a_person(message: MessageRecord) -> bool:
    """What the screening says of a mail of ours beyond its being ours is a machine's work: a vacation note."""
    return message.automatic in (None, Automatic.OWN)


def _reaches_buyer(letter: SentLetter, buyer: str, own_domain: str) -> bool:
    """A mail that stays inside our own domain is a word among colleagues (A8), one passed on to others is no answer
    either (A37)."""
    if letter.recipients is None or buyer in letter.recipients:
        return True
    if letter.forward:
        return False
    return any(address.rpartition("@")[2] != own_domain for address in letter.recipients)


def _own_domain(uow: UnitOfWork, account_id: str) -> str:
    return uow.accounts.get(account_id).address.rpartition("@")[2].lower()


def _answer(uow: UnitOfWork, row: ResponseRecord, letter: SentLetter, calendar: WorkCalendar, now: datetime) -> bool:
    elapsed = (letter.at - row.received_at).total_seconds()
    working = working_seconds(calendar, row.received_at, letter.at)
    drafted = None if letter.draft is None else _history(uow, letter.draft)
    if not uow.responses.answer(row.id, letter.at, letter.via, letter.person, elapsed, working, drafted):
        return False
    _note(
        uow,
        now,
        "response.answered",
        row.id,
        letter.person or _ACTOR,
        answered_at=_iso(letter.at),
        via=letter.via,
        elapsed=f"{elapsed:.6f}",
        working=f"{working:.6f}",
        calendar=digest(calendar),
    )
    return True


def _history(uow: UnitOfWork, draft: DraftRecord) -> DraftHistory:
    """How the draft became the letter (A25, A27)."""
    made = uow.drafts.revisions(draft.id)
    share = edited_share(made[0].letter.text, draft.letter.text) if made else None
    return DraftHistory(draft.created_at, draft.approved_at, share)


def _hold(uow: UnitOfWork, row: ResponseRecord, letter: SentLetter, now: datetime) -> bool:
    if row.holding_at is not None:
        return False
    uow.responses.holding(row.id, letter.at)
    _note(uow, now, "response.held", row.id, letter.person or _ACTOR, holding_at=_iso(letter.at))
    return True


def _note(uow: UnitOfWork, now: datetime, name: str, response_id: int, actor: str = _ACTOR, **data: str) -> None:
    words: Mapping[str, str] = {key: str(value) for key, value in data.items()}
    uow.audit.append(now, actor, name, f"response:{response_id}", words)


def _iso(at: datetime) -> str:
    return at.isoformat()

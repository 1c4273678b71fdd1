"""SERVICE: walks stored messages through the pipeline and keeps the outcome, one transaction a batch.

A batch that fails is tried again mail by mail; a mail that fails three times is parked (F06), also when it kills the
process: what was in hand then is tried alone by the next one. Nothing here talks to a network.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from triage import orders
from triage.drafting import Drafter
from triage.drafting.letter_html import to_html
from triage.drafting.plan import FOLLOW_UPS
from triage.errors import NotFound, PlanError, StoreError
from triage.in_hand import InHand
from triage.outbox.headers import sent_message_id
from triage.pipeline import ANSWER, UNDERSTAND, UNDERSTAND_OURS, Case, Desk, Fault, StepFailed, letter_request, walk
from triage.placing import MakeEnvelope, Placer, Rules, placed_in
from triage.scoring.kind import certain
from triage.unheard import told_by, unheard
from triage.vocabulary.inquiry import History, Kind
from triage.vocabulary.letter import Choices, Letter, LetterRequest, PlanItem
from triage.vocabulary.mail import Address, Screening
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import CustomerRecord, DraftRecord, MessageRecord, Wish
from triage.vocabulary.states import Direction, MessageStatus, Occasion

log = structlog.get_logger()

TRIES = 3
"""A mail that fails that often is parked."""
RETRY_AFTER = timedelta(seconds=30)
PARKED = "messages:parked"
"""Key of the alert about parked mails."""

Pair = tuple[MessageRecord, Case]


class Processor:
    """Takes stored messages through all rooms. `seen_in_sent` is told the Message-ID of each letter found in Sent."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Desk,
        rules: Rules,
        envelope: MakeEnvelope,
        seen_in_sent: Callable[[str], object],
        in_hand: InHand,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._drafter = Drafter(desk.templates)
        self._rules = rules
        self._placer = Placer(desk, rules, clock, envelope)
        self._seen_in_sent = seen_in_sent
        self._in_hand = in_hand
        self._suspects: Sequence[int] | None = None
        """Mails that a dead process had in hand and that are not counted yet; None until they were looked for."""

    def process_waiting(self, limit: int) -> int:
        """Process the oldest waiting messages; returns how many were taken up."""
        self._count_deaths()
        with self._store.begin(write=False) as uow:
            ids = uow.messages.waiting(self._clock.now(), limit)
        if ids:
            self.process(ids)
        return len(ids)

    def process(self, message_ids: Sequence[int]) -> None:
        """Understand, place, answer and save these messages. Never raises for a mail's sake; raises StoreError."""
        with self._store.begin(write=False) as uow:
            records = uow.messages.get_many(message_ids)
            raws = uow.messages.raw_many(message_ids)
        for batch in _batches(records):
            with self._in_hand.holding([record.id for record in batch]):
                self._process(batch, raws)

    def _process(self, records: Sequence[MessageRecord], raws: Mapping[int, bytes]) -> None:
        pairs = [(record, self._understood(record, raws[record.id])) for record in records]
        for record, case in pairs:
            if case.fault:
                self._failed(record, case.fault.step, case.fault.error)
        self._save([(record, case) for record, case in pairs if not case.fault])

    def _count_deaths(self) -> None:
        """What a dead process had in hand failed once. Many at once are tried again at once, each alone."""
        if self._suspects is None:
            self._suspects = self._in_hand.left_behind()
        if not self._suspects:
            return
        with self._store.begin(write=False) as uow:
            records = [found for key in self._suspects if (found := _unprocessed(uow, key)) is not None]
        wait = RETRY_AFTER if len(records) == 1 else timedelta(0)
        for record in records:
            log.warning("process died over a message", message=record.id, suspects=len(records))
            self._failed(record, "processing", "the process died while it was read", wait)
        self._suspects = ()

    def redraft(self, uow: UnitOfWork, message_id: int, kind: Kind) -> int | None:
        """A new draft for a mail whose kind a person has set; None when that kind needs no answer."""
        message = uow.messages.get(message_id)
        orders.recount(uow, message, kind, self._rules.currency)
        self._placer.recount_complaint(uow, message, kind)
        labelled = replace(
            self._case_of(uow, message),
            kind=certain(kind, "reviewer"),
            screening=Screening(None, f"labelled {kind}"),
        )
        case = walk(self._desk, labelled, ANSWER)
        return self._placer.propose(uow, message, case) if case.letter is not None else None

    def follow_up(self, uow: UnitOfWork, wish: Wish) -> int | None:
        """Propose a letter of our own accord to the writer of that mail, or to the first of the card's people; None
        when there is nobody."""
        if wish.message_id is not None:
            case = self._case_of(uow, uow.messages.get(wish.message_id), self._clock.now())
        else:
            case = self._unheard(uow, wish.customer_id)
        letter = self._drafter.draft(letter_request(self._desk, case), wish.choices)
        return self._placer.propose_follow_up(uow, wish, letter) if letter.to else None

    def recheck(self, uow: UnitOfWork, draft: DraftRecord, letter: Letter) -> Letter:
        """Edited words as a letter: its HTML and what the checks find."""
        edited = replace(letter, html=to_html(letter.text, letter.language), plan=replace(letter.plan, conflicts=()))
        return replace(edited, warnings=self._drafter.check(edited, self._request_of(uow, draft)))

    def revise(self, uow: UnitOfWork, draft: DraftRecord, choices: Choices) -> Letter:
        """The letter on a changed plan, with what a person edited in its words before. Raises PlanError for one that
        would speak of a mail where there is none (R9)."""
        if draft.message_id is None and choices.letter not in FOLLOW_UPS:
            raise PlanError("This letter answers no mail.", "Write it in other words, or reject it.")
        return self._drafter.revise(draft.letter, self._request_of(uow, draft), choices)

    def plan_in(self, uow: UnitOfWork, draft: DraftRecord, language: str) -> tuple[PlanItem, ...]:
        """The letter's plan in a language that the reviewer reads. Raises TemplateError."""
        return self._drafter.items(self._request_of(uow, draft), draft.letter.plan.choices, language)

    def _request_of(self, uow: UnitOfWork, draft: DraftRecord) -> LetterRequest:
        """What was said after the mail is history to a follow-up, and none to an answer."""
        if draft.message_id is None:
            customer_id = uow.conversations.get(draft.conversation_id).customer_id
            return letter_request(self._desk, self._unheard(uow, customer_id, draft.letter.to))
        message = uow.messages.get(draft.message_id)
        asked_at = message.received_at if draft.occasion is Occasion.REPLY else self._clock.now()
        return letter_request(self._desk, self._case_of(uow, message, asked_at))

    def _unheard(self, uow: UnitOfWork, customer_id: int | None, to: Sequence[Address] = ()) -> Case:
        """What stands on the card of a customer who never wrote, as a case: there is no mail to understand."""
        now = self._clock.now()
        card = uow.customers.get(customer_id) if customer_id is not None else None
        return unheard(Case(b"", now, now), card, to or _first_of(uow, card), _said_to(uow, card, now))

    def _understood(self, record: MessageRecord, raw: bytes) -> Case:
        steps = UNDERSTAND if record.direction is Direction.IN else UNDERSTAND_OURS
        return walk(self._desk, self._case(record, raw), steps)

    def _case(self, record: MessageRecord, raw: bytes) -> Case:
        return Case(raw, record.received_at, self._clock.now())

    def _case_of(self, uow: UnitOfWork, message: MessageRecord, until: datetime | None = None) -> Case:
        """A stored mail as a case, as far as it was understood, with what was said before `until` (else before the
        mail); the person's label wins over the prediction."""
        case = self._case(message, uow.messages.raw(message.id) or b"")
        stored = uow.messages.assessment_of(message.id)
        if stored is None or stored.assessment is None:
            return walk(self._desk, case, UNDERSTAND)
        found = stored.assessment
        predicted = message.kind in (None, found.kind.kind)
        return replace(
            case,
            mail=stored.mail,
            screening=stored.screening,
            reading=found.reading,
            history=uow.conversations.history(placed_in(message), until or message.received_at),
            kind=found.kind if predicted else certain(message.kind or found.kind.kind, "reviewer"),
            stage=found.stage,
            buyer=found.buyer,
            market=found.market,
            priority=found.priority,
        )

    def _save(self, pairs: Sequence[Pair]) -> None:
        """One transaction for all; when that fails, one for each, so that the culprit is found."""
        if not pairs:
            return
        try:
            with self._store.begin() as uow:
                for record, case in pairs:
                    self._placer.place(uow, record, case)
                uow.commit()
            self._tell_sent(pairs)
        except StoreError:
            raise  # a full disk or a lost database is no fault of the mail's: all stays waiting
        except Exception as error:
            if len(pairs) > 1:
                for pair in pairs:
                    self._save([pair])
                return
            fault = (
                error.fault if isinstance(error, StepFailed) else Fault("placing", f"{type(error).__name__}: {error}")
            )
            log.warning("message failed", message=pairs[0][0].id, step=fault.step)
            self._failed(pairs[0][0], fault.step, fault.error)

    def _tell_sent(self, pairs: Sequence[Pair]) -> None:
        for record, case in pairs:
            own_id = sent_message_id(case.mail) if record.direction is Direction.OUT else None
            if own_id:
                self._seen_in_sent(own_id)

    def _failed(self, record: MessageRecord, step: str, error: str, wait: timedelta = RETRY_AFTER) -> None:
        """Count the failure; the third one parks the message and raises an alert. The bytes stay (I2)."""
        now = self._clock.now()
        last = record.attempts + 1 >= TRIES
        with self._store.begin() as uow:
            uow.messages.fail(record.id, step, error, None if last else now + wait)
            if last:
                tell_parked(uow, now)
                uow.audit.append(now, "daemon", "message.parked", f"message:{record.id}", {"step": step})
            uow.commit()


def _unprocessed(uow: UnitOfWork, message_id: int) -> MessageRecord | None:
    """None also where the database is another one by now."""
    try:
        found = uow.messages.get(message_id)
    except NotFound:
        return None
    return found if found.status is MessageStatus.STORED else None


def _first_of(uow: UnitOfWork, card: CustomerRecord | None) -> Sequence[Address]:
    """The first of the card's people, by address. Whose name the card has is certain only of a single one."""
    if card is None:
        return []
    people = uow.customers.people([card.id]).get(card.id, ())
    name = card.name if len(people) == 1 else ""
    return [Address(person.name or name, person.address) for person in people[:1]]


def _said_to(uow: UnitOfWork, card: CustomerRecord | None, now: datetime) -> History:
    """What our earlier letters to this customer asked counts as asked (R5)."""
    past = uow.follow_ups.of_customers([card.id])[card.id] if card is not None else ()
    if card is None or not past:
        return told_by(card)
    earlier = uow.conversations.history(uow.drafts.get(past[-1].draft_id).conversation_id, now)
    return replace(told_by(card), asked_questions=earlier.asked_questions)


def _batches(records: Sequence[MessageRecord]) -> Iterator[Sequence[MessageRecord]]:
    """All together, but each that failed before alone: it must not take others with it."""
    fresh = [record for record in records if not record.attempts]
    if fresh:
        yield fresh
    yield from ([record] for record in records if record.attempts)


def tell_parked(uow: UnitOfWork, now: datetime) -> None:
    """Raise, renew or end the alert about parked mails, as many as there are now (I15)."""
    faults = [parked.error for parked in uow.messages.parked()]
    if not faults:
        uow.alerts.clear(PARKED, now)
        return
    what = "1 mail waits" if len(faults) == 1 else f"{len(faults)} mails wait"
    remedy = "`triage parked` lists, saves and replays them."
    uow.alerts.raise_(PARKED, f"{what} unprocessed; the last fault: {faults[-1]} {remedy}", now)

"""Puts an understood mail where it belongs: conversation, customer's card, response clock, draft. One unit of work,
no commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage import orders, threads
from triage.audit import response_times
from triage.customers import company_domain, lasting
from triage.drafting.grievance import grievance_of
from triage.followups import promises, withdrawal
from triage.outbox.compose import content_hash
from triage.outbox.headers import new_message_id, sent_message_id, thread_headers
from triage.pipeline import ANSWER, Case, Desk, StepFailed, walk
from triage.reading import with_imitation
from triage.reading.holding import only_holds
from triage.scoring.likeness import bands_of, nearly_the_same
from triage.vocabulary.customers import Seen
from triage.vocabulary.inquiry import Asked, Assessment, BuyerType, Kind, Reading, Signal
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import Delivery, ParsedMail
from triage.vocabulary.outgoing import Envelope
from triage.vocabulary.policy import Calendars, Experience, Targets
from triage.vocabulary.ports import Clock, UnitOfWork
from triage.vocabulary.records import MessageRecord, NewDraft, Processed, Wish
from triage.vocabulary.states import Direction, DraftStatus, Occasion
from triage.vocabulary.threading import Alike

UNSENT = frozenset({DraftStatus.PROPOSED, DraftStatus.APPROVED, DraftStatus.RETRY_LATER})

LONG_AGO = timedelta(days=2)
SAME_WAVE = timedelta(days=90)
"""How far back nearly the same texts are looked for."""
EXPERIENCE_KEPT = timedelta(minutes=10)

MakeEnvelope = Callable[[str, Letter, str, str | None, Sequence[str]], Envelope]
"""(account_id, letter, Message-ID, In-Reply-To, References) to what would leave."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The desk's rules on time."""

    targets: Targets
    shared_domains: frozenset[str] = frozenset()
    """Mail domains that are no one company's: free mail services, and ours."""
    calendars: Calendars = field(default_factory=Calendars)
    currency: str = "USD"
    """In which the desk keeps its books."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a letter belongs, and the headers that say so to the buyer's program."""

    conversation_id: int
    in_reply_to: str | None
    references: tuple[str, ...]


class Placer:
    """Decides with the desk's facts; the store it is handed with each call."""

    def __init__(
        self,
        desk: Desk,
        rules: Rules,
        clock: Clock,
        envelope: MakeEnvelope,
    ) -> None:
        self._desk = desk
        self._rules = rules
        self._clock = clock
        self._envelope = envelope
        self._counted: tuple[datetime | None, Mapping[str, Experience]] = (None, {})

    def place(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> None:
        """Raises whatever a step or the store raises; the caller's transaction then leaves no trace."""
        if record.direction is Direction.OUT:
            self._place_ours(uow, record, case)
        else:
            self._place_theirs(uow, record, case)

    def propose(self, uow: UnitOfWork, message: MessageRecord, case: Case) -> int | None:
        """Start the clock and put the letter into the queue; earlier drafts of the conversation give way (I11)."""
        now = self._clock.now()
        self._start_clock(uow, message, case.assessment)
        self._make_way(uow, message, case)
        if case.letter is None:
            return None
        thread = Thread(placed_in(message), *thread_headers(case.mail))
        draft_id = uow.drafts.add(self._new_draft(uow, message.account_id, message.id, thread, case.letter), now)
        uow.audit.append(now, "daemon", "draft.proposed", f"draft:{draft_id}", {"message": str(message.id)})
        if self._answered_since(uow, message):
            status = self._overtaken(message.received_at)
            uow.drafts.move(draft_id, DraftStatus.PROPOSED, status, now, note="answered elsewhere already")
        return draft_id

    def propose_follow_up(self, uow: UnitOfWork, wish: Wish, letter: Letter) -> int:
        """Put a letter of our own accord into the queue, in the thread of the buyer's last mail, or else in a
        conversation of its own. No clock starts."""
        now = self._clock.now()
        stored = uow.messages.assessment_of(wish.message_id) if wish.message_id is not None else None
        thread = Thread(self._talk(uow, wish, letter, now), *(thread_headers(stored.mail) if stored else (None, ())))
        new = self._new_draft(uow, wish.account_id, wish.message_id, thread, letter)
        draft_id = uow.drafts.add(replace(new, occasion=wish.occasion, not_before=wish.not_before), now)
        mail = {"message": str(wish.message_id)} if wish.message_id is not None else {}
        uow.audit.append(now, "daemon", "draft.proposed", f"draft:{draft_id}", {**mail, "occasion": wish.occasion})
        return draft_id

    @staticmethod
    def _talk(uow: UnitOfWork, wish: Wish, letter: Letter, now: datetime) -> int:
        if wish.message_id is not None:
            return placed_in(uow.messages.get(wish.message_id))
        return uow.conversations.create(wish.account_id, letter.subject, wish.customer_id, now)

    def recount_complaint(self, uow: UnitOfWork, message: MessageRecord, kind: Kind) -> None:
        """A person said what the mail is: the complaints follow (R24)."""
        if kind is not Kind.COMPLAINT:
            uow.complaints.drop(message.id)
            return
        stored = uow.messages.assessment_of(message.id)
        if stored is not None:
            self._open_complaint(uow, message, stored.mail, message.language or "en")

    def _open_complaint(self, uow: UnitOfWork, message: MessageRecord, mail: ParsedMail, language: str) -> None:
        sort = grievance_of(mail, language, self._desk.templates)
        uow.complaints.open(message.id, placed_in(message), message.received_at, sort)

    def _start_clock(self, uow: UnitOfWork, message: MessageRecord, assessment: Assessment | None) -> None:
        """Of a copy (no assessment) only an earlier arrival matters."""
        targets, calendar = self._rules.targets, self._rules.calendars.of(message.account_id)
        response_times.start_clock(uow, message, assessment, targets, calendar, self._clock.now())

    # ---- letters of ours, found in the Sent folder

    def _place_ours(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> None:
        outcome = Processed(case.mail, case.screening, None, holding=only_holds(case.mail))
        own_id = sent_message_id(case.mail)
        own = uow.drafts.by_rfc_id(own_id) if own_id else None
        if own is not None:
            uow.messages.save_processed(record.id, outcome, own.conversation_id)
            return
        conversation_id = threads.of_ours(uow, record, case)
        uow.messages.save_processed(record.id, outcome, conversation_id)
        letter = uow.messages.get(record.id)
        if response_times.found_in_sent(uow, letter, self._rules.calendars.of(letter.account_id), self._clock.now()):
            promises.kept_by(uow, conversation_id, record.received_at)
        if case.screening.automatic is None:  # a vacation note is no answer
            for address in letter.recipients:
                uow.customers.count_out(address, record.received_at, message_id=record.id)
            uow.conversations.join(conversation_id, record.received_at)
            if not outcome.holding:
                self._hold_drafts(uow, conversation_id, record.received_at)
            note = "someone wrote to the buyer elsewhere"
            self._withdraw(uow, letter.recipients, note, record.received_at, conversation_id)

    def _hold_drafts(self, uow: UnitOfWork, conversation_id: int, answered_at: datetime) -> None:
        """A person was quicker, from a phone or another program: what waits here is held (I11)."""
        note = f"answered elsewhere on {answered_at:%Y-%m-%d %H:%M} UTC"
        for draft in uow.drafts.of_conversation(conversation_id):
            if draft.occasion is not Occasion.REPLY or draft.message_id is None:
                continue
            if draft.status in UNSENT and uow.messages.get(draft.message_id).received_at <= answered_at:
                uow.drafts.move(draft.id, draft.status, self._overtaken(answered_at), self._clock.now(), note=note)

    def _overtaken(self, at: datetime) -> DraftStatus:
        """What becomes of a draft where a person was quicker: it is held for a look (I11), unless that was so long ago
        that nobody waits for it, as when an archive is imported."""
        return DraftStatus.SUPERSEDED if self._clock.now() - at > LONG_AGO else DraftStatus.HELD

    def _withdraw(
        self, uow: UnitOfWork, addresses: Iterable[str], note: str, said_at: datetime, conversation_id: int
    ) -> None:
        """What was said meanwhile takes back our follow-ups to that customer (R22): also when a colleague wrote who is
        on no card, in a conversation of the customer's."""
        owners = {card.id for address in addresses if (card := uow.customers.by_address(address)) is not None}
        owners |= {owner for owner in [uow.conversations.get(conversation_id).customer_id] if owner is not None}
        for owner in sorted(owners):
            withdrawal.withdraw(uow, owner, self._clock.now(), note, said_at=said_at)

    # ---- their mails

    def _place_theirs(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> None:
        original = threads.copy_of(uow, record, case)
        if original is not None:
            copy = Processed(case.mail, case.screening, None, duplicate_of=original.id)
            uow.messages.save_processed(record.id, copy, original.conversation_id)
            self._start_clock(uow, uow.messages.get(record.id), None)
            return
        if case.screening.automatic is not None:
            self._place_automatic(uow, record, case)
            return
        # Before the writer gets a card, from which on the domain is a customer's too.
        case = replace(case, reading=self._with_imitation(uow, case))
        alike = self._alike(uow, record, case)
        match = threads.of_theirs(uow, record, case)
        conversation_id = (
            match.conversation_id
            or threads.of_same_words(uow, record, alike)
            or self._open_conversation(uow, record, case)
        )
        case = replace(
            case,
            screening=replace(case.screening, reason=match.note),
            history=uow.conversations.history(conversation_id, record.received_at),
            still_open=self._still_open(uow, conversation_id, case),
        )
        case = self._with_what_we_know(uow, record, case, alike)
        case = walk(self._desk, case, ANSWER)
        if case.fault:
            raise StepFailed(case.fault)
        self._remember_customer(uow, record, case)
        uow.messages.save_processed(record.id, Processed(case.mail, case.screening, case.assessment), conversation_id)
        uow.conversations.join(conversation_id, record.received_at)
        message = uow.messages.get(record.id)
        self._note_complaint_or_stop(uow, message, case)
        self._withdraw(uow, [message.sender], "the buyer wrote", message.received_at, placed_in(message))
        self.propose(uow, message, case)

    def _note_complaint_or_stop(self, uow: UnitOfWork, message: MessageRecord, case: Case) -> None:
        """A complaint opens its case (R24); who asks for no more letters of our own accord gets none (R22)."""
        if case.kind is not None and case.kind.kind is Kind.COMPLAINT:
            self._open_complaint(uow, message, case.mail, case.reading.language)
        if not withdrawal.asks_to_stop(case.mail):
            return
        card = uow.customers.by_address(message.sender)
        if card is not None and not card.do_not_contact:
            uow.customers.save(replace(card, do_not_contact=True))
            uow.audit.append(
                self._clock.now(), "daemon", "customer.set", f"customer:{card.id}", {"field": "do_not_contact"}
            )

    def _experience(self, uow: UnitOfWork) -> Mapping[str, Experience]:
        """By country; counted anew now and then, because it counts the whole customer book."""
        now = self._clock.now()
        counted_at, experience = self._counted
        if counted_at is None or now - counted_at > EXPERIENCE_KEPT:
            experience = uow.learning.experience()
            self._counted = (now, experience)
        return experience

    @staticmethod
    def _alike(uow: UnitOfWork, record: MessageRecord, case: Case) -> Alike:
        """Earlier mails of nearly the same text, the newest first."""
        bands = bands_of(case.mail.message)
        if bands is None:
            return Alike()
        sender = case.mail.writer.key if case.mail.writer else ""
        found = [
            (message, other)
            for message, other, known in uow.learning.alike(bands, record.received_at - SAME_WAVE)
            if message != record.id and nearly_the_same(known, bands)
        ]
        uow.learning.remember_likeness(record.id, bands)
        return Alike(
            theirs=tuple(message for message, other in found if other == sender),
            of_others=tuple(message for message, other in found if other != sender),
        )

    def _with_what_we_know(self, uow: UnitOfWork, record: MessageRecord, case: Case, alike: Alike) -> Case:
        """What only the mailbox can tell: experience with the country, and that others sent the same text (R16)."""
        if case.reading.country is not None:
            case = replace(case, experience=self._experience(uow).get(case.reading.country, Experience()))
        if not alike.of_others or any(signal.name == "mass_mail" for signal in case.reading.signals):
            return case
        told = f"nearly the same text as message {alike.of_others[0]}, from another sender"
        signal = Signal("mass_mail", told, risk=True)
        return replace(case, reading=replace(case.reading, signals=(*case.reading.signals, signal)))

    def _place_automatic(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> None:
        """No draft, no clock (I10). A bounce of a letter of ours is linked to it and shown (F26)."""
        case = walk(self._desk, case, ANSWER)
        original = case.screening.original_message_id
        letter = uow.drafts.by_rfc_id(original) if original else None
        outcome = Processed(case.mail, case.screening, case.assessment)
        uow.messages.save_processed(record.id, outcome, letter.conversation_id if letter else None)
        if letter is not None and case.screening.delivery is Delivery.FAILED:
            now = self._clock.now()
            reason = case.screening.reason
            uow.drafts.bounced(letter.id, record.received_at, reason)
            uow.alerts.raise_(f"draft:{letter.id}:bounced", f"Letter {letter.id} came back: {reason}", now)
            uow.audit.append(now, "daemon", "draft.bounced", f"draft:{letter.id}")

    def _open_conversation(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> int:
        customer_id = self._remember_customer(uow, record, case) if case.deserves_a_letter else None
        return uow.conversations.create(record.account_id, case.mail.subject, customer_id, record.received_at)

    @staticmethod
    def _with_imitation(uow: UnitOfWork, case: Case) -> Reading:
        """Whether the sender's domain looks like a customer's is seen only beside the customer book (R16)."""
        sender = case.mail.sender
        known = uow.customers.domains_like(sender.domain) if sender and sender.domain else ()
        return with_imitation(case.reading, case.mail, known)

    @staticmethod
    def _still_open(uow: UnitOfWork, conversation_id: int, case: Case) -> tuple[Asked, ...]:
        """What earlier mails of the conversation asked and nobody has answered yet: the letter answers that too
        (R3)."""
        asked_now = set(case.reading.points)
        earlier = []
        for response in uow.responses.waiting_in(conversation_id):
            stored = uow.messages.assessment_of(response.message_id)
            if stored is not None and stored.assessment is not None:
                earlier += [Asked(a.point, a.text) for a in stored.assessment.reading.asked if a.point not in asked_now]
        return tuple(earlier)

    def _remember_customer(self, uow: UnitOfWork, record: MessageRecord, case: Case) -> int | None:
        """Buyers get a card; scams and newsletters do not (R18)."""
        writer = case.mail.writer
        if writer is None or not case.deserves_a_letter:
            return None
        facts = lasting(case.reading.facts)
        seen = _seen(record, case, company_domain(writer, self._rules.shared_domains))
        if seen.is_order:
            seen = replace(
                seen,
                order_amount=orders.amount_of(uow, writer.key, record.received_at, case.reading, self._rules.currency),
            )
        return uow.customers.remember(
            writer.key, writer.name, case.reading.country, facts, record.received_at, seen=seen
        )

    def _make_way(self, uow: UnitOfWork, message: MessageRecord, case: Case) -> None:
        now, note = self._clock.now(), "the buyer wrote again"
        for earlier in uow.drafts.of_conversation(placed_in(message)):
            if earlier.occasion is not Occasion.REPLY:
                continue
            if earlier.status in (DraftStatus.APPROVED, DraftStatus.RETRY_LATER):
                uow.drafts.move(earlier.id, earlier.status, DraftStatus.HELD, now, note=note)
            elif earlier.status in (DraftStatus.PROPOSED, DraftStatus.HELD) and case.letter is not None:
                uow.drafts.move(earlier.id, earlier.status, DraftStatus.SUPERSEDED, now, note=note)

    def _new_draft(
        self, uow: UnitOfWork, account_id: str, message_id: int | None, thread: Thread, letter: Letter
    ) -> NewDraft:
        rfc_message_id = new_message_id(self._domain(account_id))
        envelope = self._envelope(account_id, letter, rfc_message_id, thread.in_reply_to, thread.references)
        return NewDraft(
            message_id=message_id,
            conversation_id=thread.conversation_id,
            account_id=account_id,
            letter=letter,
            rfc_message_id=rfc_message_id,
            in_reply_to=thread.in_reply_to,
            references=thread.references,
            content_hash=content_hash(envelope),
            conversation_version=uow.conversations.get(thread.conversation_id).version,
        )

    @staticmethod
    def _answered_since(uow: UnitOfWork, message: MessageRecord) -> bool:
        return any(
            other.direction is Direction.OUT
            and other.automatic is None
            and not other.holding
            and other.received_at >= message.received_at
            for other in uow.messages.in_conversation(placed_in(message))
        )

    def _domain(self, account_id: str) -> str:
        own = sorted(self._desk.own_addresses)
        return own[0].rpartition("@")[2] if own else f"{account_id}.invalid"


def _seen(record: MessageRecord, case: Case, domain: str) -> Seen:
    """What the mail says of its writer, as far as it was understood."""
    known = case.buyer
    return Seen(
        message_id=record.id,
        domain=domain,
        spans={told.fact: (told.start, told.end) for told in reversed(case.reading.told)},
        buyer_type=known.buyer_type if known is not None and known.buyer_type is not BuyerType.UNKNOWN else None,
        importance=known.quality if known is not None else None,
        stage=case.stage if known is not None else None,
        is_order=case.kind is not None and case.kind.kind is Kind.ORDER,
    )


def placed_in(message: MessageRecord) -> int:
    """The conversation of a message that has been placed."""
    if message.conversation_id is None:
        raise RuntimeError(f"message {message.id} is in no conversation yet")
    return message.conversation_id

"""SERVICE: proposes letters of our own accord (R20-R22, R24). Drafts only: a person approves each, or drops it.

Looking takes read transactions, a page of cards at a time; each proposal is a short transaction of its own, in which
the customer is looked at once more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from triage.audit.buyer_hours import buyer_calendar, last_morning, next_morning
from triage.audit.workdays import windows_on
from triage.customers.fields import with_value
from triage.errors import NotFound, ReviewConflict, TriageError
from triage.followups import occasions, withdrawal
from triage.followups.greetings import celebrating
from triage.vocabulary.customers import CustomerFilter, Patience, Period, Segment, SortBy, SortKey, Source
from triage.vocabulary.letter import Choices
from triage.vocabulary.policy import Calendars, FollowUpRules, WorkCalendar
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import ComplaintRecord, CustomerRecord, DraftRecord, FollowUp, Silence, Wish
from triage.vocabulary.states import UNSENT_FOLLOW_UP, Direction, Occasion

PAGE = 200
NAMED = 10
"""Customers of a mailing that a preview names."""
_LETTERS = {
    Occasion.NUDGE: "nudge",
    Occasion.DORMANT: "wake",
    Occasion.GREETING: "greeting",
    Occasion.NEWS: "news",
    Occasion.AFTER_COMPLAINT: "after_complaint",
}
"""Occasion to its template."""
_WORTH_MOST = SortBy(SortKey.VALUE, descending=True)
_LONGEST_SILENCE = SortBy(SortKey.LAST_CONTACT, descending=False)

Write = Callable[[UnitOfWork, Wish], int | None]
"""The id of the new draft; None when there is nobody to write to."""


@dataclass(frozen=True, slots=True)
class Proposed:
    draft_id: int
    customer_id: int
    occasion: Occasion


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom news would reach: `found` customers fit the filter, `reached` of them would get a letter now."""

    found: int
    reached: int
    unheard: int
    """Of those reached: who never wrote to us."""
    more: bool
    """Whether there are more than one mailing writes to."""
    first: tuple[CustomerRecord, ...]


@dataclass(frozen=True, slots=True)
class OutreachRules:
    """`accounts`: mailboxes that letters can leave from."""

    rules: FollowUpRules
    patience: Patience
    calendars: Calendars
    accounts: frozenset[str]


class Outreach:
    def __init__(self, store: Store, clock: Clock, rules: OutreachRules, write: Write) -> None:
        self._store = store
        self._clock = clock
        self._accounts = rules.accounts
        self._rules = rules.rules
        self._patience = rules.patience
        self._calendars = rules.calendars
        self._write = write

    # ---- proposing

    def within(self, mailboxes: frozenset[str] | None) -> "Outreach":
        """The same for the mailboxes that a person may see (None: all of them)."""
        if mailboxes is None:
            return self
        rules = OutreachRules(self._rules, self._patience, self._calendars, self._accounts & mailboxes)
        return Outreach(self._store, self._clock, rules, self._write)

    def propose(self) -> Sequence[Proposed]:
        """Take back what is out of date, then propose what is due, as many as the day still allows."""
        now = self._clock.now()
        self._tidy(now)
        midnight = self._local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._store.begin(write=False) as uow:
            left = self._rules.a_day - uow.follow_ups.proposed_since(midnight)
        made: list[Proposed] = []
        if left > 0:
            made += self._after_complaints(left, now)
        for wanted, sort, wish in self._searches(now):
            if len(made) < left:
                made += self._for_cards(wanted, sort, wish, left - len(made))
        return made

    def news(self, wanted: CustomerFilter, message: str, *, language: str = "", limit: int = 100) -> Sequence[Proposed]:
        """A letter with what is new, in a person's words, to the customers of a filter. Raises TriageError."""
        text = " ".join(message.split())
        if not text:
            raise TriageError("The news are empty.", "Say in a sentence or two what is new: --text.")
        choices = Choices(letter=_LETTERS[Occasion.NEWS], message=text, language=language)
        return self._for_cards(wanted, _WORTH_MOST, self._news(choices), limit)

    def reach(self, wanted: CustomerFilter, limit: int = 100) -> Reach:
        """Whom news to that filter would reach now; nothing is written."""
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            found = uow.customers.count(wanted, self._patience, now)
        due = list(islice(self._candidates(wanted, _WORTH_MOST, self._news(Choices())), limit + 1))
        unheard = sum(wish.message_id is None for _, wish in due[:limit])
        return Reach(found, min(len(due), limit), unheard, len(due) > limit, tuple(card for card, _ in due[:NAMED]))

    def _news(self, choices: Choices) -> "_Decide":
        def wish(card: CustomerRecord, silence: Silence, past: Sequence[FollowUp], now: datetime) -> Wish | None:
            if not occasions.approachable(card, silence, past, self._rules, now):
                return None
            return self._wish(card, silence, Occasion.NEWS, choices, self.morning(card.country, now))

        return wish

    def morning(self, country: str | None, at: datetime) -> datetime:
        """The beginning of the buyer's next working day."""
        return next_morning(self._calendar(country), at)

    def leaves(
        self, uow: UnitOfWork, draft: DraftRecord, now: datetime, wanted: datetime | None = None
    ) -> datetime | None:
        """When an approved letter leaves: at the time that the reviewer wants, else an answer at once, and a follow-up
        on the buyer's next working morning. Raises ReviewConflict where the customer is to be left alone."""
        if draft.occasion is Occasion.REPLY:
            return wanted
        customer_id = uow.conversations.get(draft.conversation_id).customer_id
        card = uow.customers.get(customer_id) if customer_id is not None else None
        if card is not None and card.do_not_contact:
            raise ReviewConflict(f"Customer {card.id} is to be left alone.", "Reject the draft.")
        if wanted is not None:
            return wanted
        if draft.not_before is not None and draft.not_before > now:
            return draft.not_before
        return self.morning(card.country if card is not None else None, now)

    # ---- dropping

    def leave_alone(self, draft_id: int, by: str) -> int:
        """The customer of this draft gets no letter of our own accord any more; returns the card's number."""
        now = self._clock.now()
        with self._store.begin() as uow:
            customer_id = uow.conversations.get(uow.drafts.get(draft_id).conversation_id).customer_id
            if customer_id is None:
                raise NotFound(f"Draft {draft_id} goes to nobody's card.")
            card = uow.customers.get(customer_id, for_change=True)
            uow.customers.save(with_value(card, "do_not_contact", "yes", Source(now, by=by)))
            uow.audit.append(now, by, "customer.set", f"customer:{customer_id}", {"field": "do_not_contact"})
            withdrawal.withdraw(uow, customer_id, now, f"left alone by {by}")
            uow.commit()
            return customer_id

    def _tidy(self, now: datetime) -> None:
        """Greetings whose day has come, and letters to customers who are to be left alone."""
        with self._store.begin() as uow:
            standing = uow.follow_ups.standing(UNSENT_FOLLOW_UP)
            cards = uow.customers.get_many({letter.customer_id for letter in standing})
            for letter in standing:
                card = cards.get(letter.customer_id)
                if card is not None and card.do_not_contact:
                    withdrawal.take_back(uow, letter.draft_id, letter.status, now, "the customer is to be left alone")
                elif letter.occasion is Occasion.GREETING and now - letter.created_at > self._rules.greeting_lead:
                    withdrawal.take_back(uow, letter.draft_id, letter.status, now, "the holiday is over")
            uow.commit()

    # ---- parts

    def _searches(self, now: datetime) -> Iterator[tuple[CustomerFilter, SortBy, "_Decide"]]:
        rules, willing = self._rules, CustomerFilter(do_not_contact=False, set_aside=False)
        silent = min(rules.quotation_days, rules.sample_days)
        period = Period(now - self._patience.dormant_after, now - timedelta(days=silent))
        yield replace(willing, contacted=True, last_contact=period), _LONGEST_SILENCE, self._due
        yield replace(willing, segment=frozenset({Segment.DORMANT})), _WORTH_MOST, self._due
        if rules.greetings:
            countries = celebrating(self._local(now).date(), rules.greeting_lead)
            if countries:
                yield replace(willing, country=frozenset(countries), contacted=True), _WORTH_MOST, self._feast
            yield replace(willing, greets=True, contacted=True), _WORTH_MOST, self._feast

    def _due(self, card: CustomerRecord, silence: Silence, past: Sequence[FollowUp], now: datetime) -> Wish | None:
        last = card.last_contact_at or silence.received_at or now
        days = self._working_days(silence.account_id or "", last, now)
        occasion = occasions.due(card, silence, past, days, self._rules, self._patience, now)
        if occasion is None:
            return None
        choices = Choices(letter=_LETTERS[occasion])
        return self._wish(card, silence, occasion, choices, self.morning(card.country, now))

    def _feast(self, card: CustomerRecord, silence: Silence, past: Sequence[FollowUp], now: datetime) -> Wish | None:
        calendar = self._calendar(card.country)
        today = now.astimezone(ZoneInfo(calendar.time_zone)).date()
        feast = occasions.feast_for(card, silence, past, today, self._rules, self._patience, now)
        morning = last_morning(calendar, feast.day) if feast is not None else None
        if feast is None or morning is None or morning < now:
            return None
        choices = Choices(letter=_LETTERS[Occasion.GREETING], reason=feast.greeting)
        return self._wish(card, silence, Occasion.GREETING, choices, morning)

    def _wish(
        self, card: CustomerRecord, silence: Silence, occasion: Occasion, choices: Choices, not_before: datetime
    ) -> Wish | None:
        """None where no mailbox of ours may write to this customer."""
        account_id = self._mailbox_for(card, silence)
        if account_id is None:
            return None
        return Wish(card.id, silence.message_id, account_id, occasion, choices, not_before)

    def _mailbox_for(self, card: CustomerRecord, silence: Silence) -> str | None:
        """The one that the customer wrote to. To whom never wrote we write only if that is allowed, and only where a
        person put the card into the book: a mail address alone is no consent."""
        if silence.message_id is not None:
            return silence.account_id if silence.account_id in self._accounts else None
        entered = card.addresses and any(source.by for source in card.sources.values())
        if not self._rules.to_silent_book or not entered:
            return None
        ours = self._rules.account or next(iter(self._accounts), "")
        return ours if ours in self._accounts else None

    def _for_cards(self, wanted: CustomerFilter, sort: SortBy, decide: "_Decide", limit: int) -> list[Proposed]:
        proposed = (
            made for card, _ in self._candidates(wanted, sort, decide) for made in self._propose_to(card.id, decide)
        )
        return list(islice(proposed, limit))

    def _candidates(
        self, wanted: CustomerFilter, sort: SortBy, decide: "_Decide"
    ) -> Iterator[tuple[CustomerRecord, Wish]]:
        """A page of cards at a time, each looked at in a snapshot of its own."""
        last: CustomerRecord | None = None
        now = self._clock.now()
        while True:
            with self._store.begin(write=False) as uow:
                cards = uow.customers.page(wanted, self._patience, now, sort, last, PAGE)
                due = self._wishes(uow, cards, decide, now) if cards else {}
            if not cards:
                return
            last = cards[-1]
            yield from ((card, due[card.id]) for card in cards if card.id in due)

    def _wishes(
        self, uow: UnitOfWork, cards: Sequence[CustomerRecord], decide: "_Decide", now: datetime
    ) -> dict[int, Wish]:
        ids = [card.id for card in cards]
        silences, past = uow.follow_ups.silences(ids), uow.follow_ups.of_customers(ids)
        wishes = ((card.id, decide(card, silences[card.id], past[card.id], now)) for card in cards)
        return {customer_id: wish for customer_id, wish in wishes if wish is not None}

    def _propose_to(self, customer_id: int, decide: "_Decide") -> Iterator[Proposed]:
        with self._store.begin() as uow:
            card = uow.customers.get(customer_id, for_change=True)  # another daemon waits, and then sees our draft
            wish = self._wishes(uow, [card], decide, self._clock.now()).get(customer_id)
            draft_id = self._write(uow, wish) if wish else None
            uow.commit()
        if wish is not None and draft_id is not None:
            yield Proposed(draft_id, customer_id, wish.occasion)

    def _after_complaints(self, limit: int, now: datetime) -> list[Proposed]:
        """R24: whether the remedy worked, some days after it was to reach the buyer."""
        with self._store.begin(write=False) as uow:
            cases = [case for case in uow.complaints.all(open_only=True) if self._remedied(case, now)]
        made: list[Proposed] = []
        for case in cases:
            if len(made) < limit and case.account_id in self._accounts:
                made += self._ask_after(case, now)
        return made

    def _remedied(self, case: ComplaintRecord, now: datetime) -> bool:
        if case.remedy_at is None or case.remedy_at > now:
            return False
        return self._working_days(case.account_id, case.remedy_at, now) >= self._rules.complaint_days

    def _ask_after(self, case: ComplaintRecord, now: datetime) -> Iterator[Proposed]:
        with self._store.begin() as uow:
            customer_id = uow.conversations.get(case.conversation_id).customer_id
            card = uow.customers.get(customer_id, for_change=True) if customer_id is not None else None
            if card is None or not self._may_ask(uow, card, case, now):
                return
            theirs = [m for m in uow.messages.in_conversation(case.conversation_id) if m.direction is Direction.IN]
            newest = [message for message in theirs if message.automatic is None and message.duplicate_of is None][-1]
            choices = Choices(letter=_LETTERS[Occasion.AFTER_COMPLAINT])
            morning = self.morning(card.country, now)
            wish = Wish(card.id, newest.id, case.account_id, Occasion.AFTER_COMPLAINT, choices, morning)
            draft_id = self._write(uow, wish)
            uow.commit()
        if draft_id is not None:
            yield Proposed(draft_id, card.id, Occasion.AFTER_COMPLAINT)

    @staticmethod
    def _may_ask(uow: UnitOfWork, card: CustomerRecord, case: ComplaintRecord, now: datetime) -> bool:
        silence = uow.follow_ups.silences([card.id]).get(card.id)
        asked = [
            letter
            for letter in uow.follow_ups.of_customers([card.id])[card.id]
            if letter.occasion is Occasion.AFTER_COMPLAINT and letter.created_at >= (case.remedy_at or now)
        ]
        return silence is not None and not silence.owed and not card.do_not_contact and not asked

    def _working_days(self, account_id: str, since: datetime, until: datetime) -> int:
        """Working days of the desk that began after `since`, up to `until`."""
        calendar = self._calendars.of(account_id)
        zone = ZoneInfo(calendar.time_zone)
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        days = (first + timedelta(days=n) for n in range(1, min((last - first).days, 400) + 1))
        return sum(1 for day in days if windows_on(calendar, day))

    def _calendar(self, country: str | None) -> WorkCalendar:
        """The buyer's where it is known, else ours."""
        return (buyer_calendar(country) if country else None) or self._calendars.company

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self._calendars.company.time_zone))


_Decide = Callable[[CustomerRecord, Silence, Sequence[FollowUp], datetime], Wish | None]

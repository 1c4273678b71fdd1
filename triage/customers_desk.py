"""SERVICE: what people do with the customer book, from the command line and the page alike (R18-R21).

Every change is one transaction with its audit event, which names field and card but never a value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from triage.customers import company_domain, parse_filter, segment
from triage.customers.fields import READERS, with_value
from triage.errors import FilterError, NotFound, ReviewConflict, TriageError
from triage.followups import withdrawal
from triage.vocabulary.customers import (
    LATEST_FIRST,
    OUTCOMES,
    ContactKind,
    ContactRecord,
    CustomerFilter,
    Duplicates,
    MergeRecord,
    NewContact,
    Patience,
    Person,
    SavedFilter,
    Segment,
    SortBy,
    Source,
)
from triage.vocabulary.mail import Address
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import CustomerRecord

PAGE = 1_000
BY_HAND = (
    ContactKind.CALL,
    ContactKind.MEETING,
    ContactKind.CHAT,
    ContactKind.NOTE,
    ContactKind.SAMPLE,
    ContactKind.LOST,
)
"""What people may note; mails count themselves, orders have their own move."""


@dataclass(frozen=True, slots=True)
class CardPage:
    """All that stands on a card (R18)."""

    card: CustomerRecord
    segment: Segment
    people: Sequence[Person]
    contacts: Sequence[ContactRecord]
    """The newest first."""
    duplicates: Sequence[Duplicates]
    merges: Sequence[MergeRecord]


@dataclass(frozen=True, slots=True)
class BookRules:
    """`patience`: when a customer counts as what. `shared_domains`: mail domains that are no one company's. `zone`:
    whose days the dates of filters are."""

    patience: Patience
    shared_domains: frozenset[str]
    zone: tzinfo


class CustomersDesk:
    """The moves. All raise NotFound for an unknown card."""

    def __init__(self, store: Store, clock: Clock, rules: BookRules) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    # ---- looking

    def filter(self, words: Sequence[str], saved: str = "") -> CustomerFilter:
        """The words after those of the saved filter. Raises FilterError."""
        if saved:
            with self._store.begin(write=False) as uow:
                words = [*uow.saved_filters.get(saved).words.split("\n"), *words]
        return parse_filter(words, self._rules.zone)

    def page(
        self,
        wanted: CustomerFilter,
        sort: SortBy = LATEST_FIRST,
        after_id: int | None = None,
        limit: int = 100,
    ) -> tuple[Sequence[CustomerRecord], int]:
        """Cards behind that one, and how many the filter means in all."""
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            after = uow.customers.get(after_id) if after_id is not None else None
            cards = uow.customers.page(wanted, self._rules.patience, now, sort, after, limit)
            return cards, uow.customers.count(wanted, self._rules.patience, now)

    def all(self, wanted: CustomerFilter, sort: SortBy = LATEST_FIRST) -> Iterator[CustomerRecord]:
        """All cards that the filter means, a page at a time from one snapshot."""
        now, last = self._clock.now(), None
        with self._store.begin(write=False) as uow:
            while cards := uow.customers.page(wanted, self._rules.patience, now, sort, last, PAGE):
                yield from cards
                last = cards[-1]

    def segment(self, card: CustomerRecord) -> Segment:
        return segment(card, self._clock.now(), self._rules.patience)

    def show(self, customer_id: int, contacts: int = 50) -> CardPage:
        with self._store.begin(write=False) as uow:
            card = _card(uow, customer_id)
            return CardPage(
                card,
                self.segment(card),
                uow.customers.people([customer_id]).get(customer_id, ()),
                uow.customers.contacts(customer_id, contacts),
                uow.merges.duplicates(customer_id=customer_id),
                uow.merges.of(customer_id),
            )

    def duplicates(self, limit: int = 100) -> Sequence[tuple[CustomerRecord, CustomerRecord, Duplicates]]:
        with self._store.begin(write=False) as uow:
            return [
                (uow.customers.get(pair.first_id), uow.customers.get(pair.second_id), pair)
                for pair in uow.merges.duplicates(limit)
            ]

    # ---- writing on the card

    def set(
        self, customer_id: int, field: str, text: str, by: str, *, machine_may_fill: bool = False
    ) -> CustomerRecord:
        """Write one value; it outranks what mails tell. Raises TriageError for a field or value that can't be."""
        now = self._clock.now()
        with self._store.begin() as uow:
            card = _card(uow, customer_id, for_change=True)
            source = None if machine_may_fill else Source(now, by=by)
            try:
                changed = with_value(card, field, text, source)
            except KeyError:
                raise TriageError(f"A card has no field {field!r}.", f"It has {', '.join(READERS)}.") from None
            except ValueError as error:
                raise TriageError(f"{field} {error}.") from None
            uow.customers.save(changed)
            if changed.do_not_contact:
                withdrawal.withdraw(uow, customer_id, now, "the customer is to be left alone")
            uow.audit.append(now, by, "customer.set", f"customer:{customer_id}", {"field": field})
            uow.commit()
            return changed

    def person(
        self, customer_id: int, address: str, by: str, *, name: str = "", role: str = "", phone: str = ""
    ) -> Person:
        """Add a person to a card, or write what is given. Raises ReviewConflict when another card has the address."""
        now = self._clock.now()
        if address.count("@") != 1 or not all(address.split("@")) or any(c.isspace() for c in address):
            raise TriageError(f"{address!r} is no mail address.")
        with self._store.begin() as uow:
            _card(uow, customer_id, for_change=True)
            owner = uow.customers.by_address(address)
            if owner is not None and owner.id != customer_id:
                raise ReviewConflict(f"{address} is on the card {owner.id}.", "Merge the two cards, if they are one.")
            domain = company_domain(Address("", address), self._rules.shared_domains)
            known = {person.address: person for person in uow.customers.people([customer_id]).get(customer_id, ())}
            stands = known.get(address.lower(), Person(address.lower(), customer_id, domain=domain))
            person = replace(
                stands,
                name=name.strip() or stands.name,
                role=role.strip() or stands.role,
                phone=phone.strip() or stands.phone,
            )
            uow.customers.save_people([person])
            uow.audit.append(now, by, "customer.person", f"customer:{customer_id}")
            uow.commit()
            return person

    def note(
        self, customer_id: int, kind: ContactKind, text: str, by: str, at: datetime | None = None, address: str = ""
    ) -> int:
        """Keep a call, meeting, chat or remark, a sample sent or a buyer lost; returns its number. Raises TriageError
        for other kinds, a time to come, and an empty text unless an outcome says enough by itself."""
        if kind not in BY_HAND:
            raise TriageError(f"{kind} can't be noted by hand.", f"Note {', '.join(BY_HAND)}.")
        if not text.strip() and kind not in OUTCOMES:
            raise TriageError("The note is empty.", "Say in a few words what was spoken of.")
        return self._contact(customer_id, kind, text, by, at, address=address)

    def order(
        self, customer_id: int, by: str, amount: float | None = None, text: str = "", at: datetime | None = None
    ) -> int:
        """Count an order that no mail told of, with its amount in the currency the desk keeps its books in."""
        if amount is not None:
            _check_amount(amount)
        return self._contact(customer_id, ContactKind.ORDER, text, by, at, amount=amount)

    def price_order(self, message_id: int, amount: float, by: str) -> int:
        """Say what the order of that mail comes to: a person's word outranks what was read. Raises NotFound where the
        mail is no order."""
        _check_amount(amount)
        with self._store.begin() as uow:
            number = uow.customers.set_amount(message_id, amount, by)
            if number is None:
                raise NotFound(f"Mail {message_id} is no order.", "`triage relabel` says what a mail is.")
            data = {"contact": str(number), "amount": f"{amount:.2f}"}
            uow.audit.append(self._clock.now(), by, "customer.order", f"message:{message_id}", data)
            uow.commit()
            return number

    def _contact(
        self,
        customer_id: int,
        kind: ContactKind,
        text: str,
        by: str,
        at: datetime | None,
        *,
        amount: float | None = None,
        address: str = "",
    ) -> int:
        now = self._clock.now()
        when = at or now
        if when > now:
            raise TriageError("That time is still to come.", "Note what has happened.")
        with self._store.begin() as uow:
            _card(uow, customer_id, for_change=True)
            new = NewContact(customer_id, kind, when, by, text.strip(), address.lower(), amount)
            contact_id = uow.customers.add_contact(new)
            if contact_id is None:
                raise RuntimeError("a contact without mail or letter is never counted already")
            uow.audit.append(now, by, f"customer.{kind}", f"customer:{customer_id}", {"contact": str(contact_id)})
            uow.commit()
            return contact_id

    # ---- putting together and taking apart

    def merge(self, kept_id: int, gone_id: int, by: str) -> int:
        """The second card becomes part of the first, whose values stand. Returns the number to undo it by."""
        now = self._clock.now()
        with self._store.begin() as uow:
            _card(uow, kept_id), _card(uow, gone_id)
            merge_id = uow.merges.merge(kept_id, gone_id, by, now)
            data = {"gone": str(gone_id), "merge": str(merge_id)}
            uow.audit.append(now, by, "customer.merged", f"customer:{kept_id}", data)
            uow.commit()
            return merge_id

    def unmerge(self, merge_id: int, by: str) -> MergeRecord:
        """Take the merged card out again. Raises NotFound, ReviewConflict."""
        now = self._clock.now()
        with self._store.begin() as uow:
            merge = uow.merges.undo(merge_id, now)
            data = {"gone": str(merge.gone_id), "merge": str(merge_id)}
            uow.audit.append(now, by, "customer.unmerged", f"customer:{merge.kept_id}", data)
            uow.commit()
            return merge

    # ---- saved filters

    def save_filter(self, name: str, words: Sequence[str], by: str) -> None:
        """Keep the words under a name, over an earlier one. Raises FilterError for words that mean nothing."""
        if not name.strip() or not words:
            raise FilterError("A saved filter needs a name and words.", "Give it --filter words.")
        parse_filter(words, self._rules.zone)
        with self._store.begin() as uow:
            uow.saved_filters.save(SavedFilter(name.strip(), "\n".join(words), by, self._clock.now()))
            uow.commit()

    def filters(self) -> Sequence[SavedFilter]:
        with self._store.begin(write=False) as uow:
            return uow.saved_filters.all()

    def drop_filter(self, name: str) -> None:
        with self._store.begin() as uow:
            uow.saved_filters.get(name)
            uow.saved_filters.drop(name)
            uow.commit()


def _card(uow: UnitOfWork, customer_id: int, *, for_change: bool = False) -> CustomerRecord:
    try:
        return uow.customers.get(customer_id, for_change=for_change)
    except NotFound as error:
        raise NotFound(str(error), "`triage customers list` shows all cards.") from error


def _check_amount(amount: float) -> None:
    if not 0 <= amount < 1e12:
        raise TriageError(f"{amount:g} is no amount of an order.", "Write a number such as 12500.50.")

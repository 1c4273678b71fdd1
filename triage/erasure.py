"""SERVICE: a person's or an old customer's content is taken away, or handed out whole (S20).

What goes: raw mails, their texts, subjects, addresses, attachments' names, facts, letters and their drafts, notes, the
card. What stays: hashes, ids, times, kinds, countries and response times, so that the audit log verifies and its
figures hold. docs/customers.md lists both.
"""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from triage.audit import response_times
from triage.customers.files import whole_file
from triage.errors import NotFound, ReviewConflict, TriageError
from triage.vocabulary.customers import CustomerFilter, Erased, Patience, Period, SortBy, SortKey
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import CustomerRecord
from triage.vocabulary.states import IN_REVIEW, DraftStatus, PromiseStatus, SentCopyStatus

UNDER_WAY = frozenset({DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT, DraftStatus.UNCERTAIN})
"""Letters whose outcome is not known yet."""
UNSENT = IN_REVIEW | {DraftStatus.APPROVED, DraftStatus.RETRY_LATER}
_PAGE = 200
_OLDEST_FIRST = SortBy(SortKey.LAST_CONTACT, descending=False)


@dataclass(frozen=True, slots=True)
class Doomed:
    """What one erasure takes away. `address`: that person alone, the rest of the card stays."""

    card: CustomerRecord
    messages: tuple[int, ...]
    drafts: tuple[int, ...]
    address: str = ""

    @property
    def extent(self) -> Erased:
        return Erased(0 if self.address else 1, len(self.messages), len(self.drafts))


class EraseDesk:
    """`settle` empties whatever log of the database may still hold what was erased."""

    def __init__(self, store: Store, clock: Clock, settle: Callable[[], None]) -> None:
        self._store, self._clock, self._settle = store, clock, settle

    # ---- one customer or person

    def doomed(self, who: str) -> Doomed:
        """What erasing a card (by its number) or a person (by an address) would take. Raises NotFound."""
        with self._store.begin(write=False) as uow:
            return _doomed(uow, who)

    def erase(self, who: str, by: str) -> Erased:
        """Raises NotFound, and ReviewConflict while a letter to them is under way."""
        with self._store.begin() as uow:
            doomed = _doomed(uow, who)
            self._erase(uow, doomed, by)
            uow.commit()
        self._settle()
        return doomed.extent

    # ---- by age

    def older(self, days: float) -> tuple[int, int]:
        """How many customers had no contact, and how many other mails came, longer than that ago."""
        before = self._before(days)
        with self._store.begin(write=False) as uow:
            cards = uow.customers.count(_silent(before), Patience(), before)
            return cards, len(uow.erasure.loose_messages(before, 1_000_000))

    def erase_older(self, days: float, by: str) -> Iterator[Erased]:
        """One card, then the other mails by the hundred, a transaction each; stop whenever you like.

        Cards with a letter under way are passed over.
        """
        before, last = self._before(days), None
        while True:
            with self._store.begin(write=False) as uow:
                cards = uow.customers.page(_silent(before), Patience(), before, _OLDEST_FIRST, last, _PAGE)
            if not cards:
                break
            last = cards[-1]
            for card in cards:
                yield self._erase_old(card.id, by)
        while loose := self._erase_loose(before, by):
            yield Erased(messages=loose)
        self._settle()

    def _erase_old(self, customer_id: int, by: str) -> Erased:
        with self._store.begin() as uow:
            doomed = _doomed(uow, str(customer_id))
            try:
                self._erase(uow, doomed, by)
            except ReviewConflict:
                return Erased()
            uow.commit()
            return doomed.extent

    def _erase_loose(self, before: datetime, by: str) -> int:
        now = self._clock.now()
        with self._store.begin() as uow:
            ids = uow.erasure.loose_messages(before, _PAGE)
            if ids:
                drafts = uow.erasure.drafts_answering(ids)
                self._end(uow, drafts, ids, by, now)
                uow.erasure.erase_drafts(drafts)
                uow.erasure.erase_messages(ids, f"erased {now:%Y-%m-%d}")
                uow.audit.append(now, by, "messages.erased", "messages", {"messages": str(len(ids))})
                uow.commit()
        return len(ids)

    def _before(self, days: float) -> datetime:
        if not 1 <= days <= 100_000:
            raise TriageError(f"{days:g} is no age to erase by.", "Name the days, at least 1.")
        return self._clock.now() - timedelta(days=days)

    # ---- parts

    def _erase(self, uow: UnitOfWork, doomed: Doomed, by: str) -> None:
        now = self._clock.now()
        self._end(uow, doomed.drafts, doomed.messages, by, now)
        uow.erasure.erase_drafts(doomed.drafts)
        uow.erasure.erase_messages(doomed.messages, f"erased {now:%Y-%m-%d}")
        if doomed.address:
            left = _without(doomed.card, doomed.address, frozenset(doomed.messages), uow)
            uow.customers.save(left)
            uow.erasure.erase_reasons(doomed.card.id, _gone(doomed.card, left))
            uow.erasure.erase_person(doomed.card.id, doomed.address)
        else:
            uow.erasure.erase_card(doomed.card.id)
        what = "customer.person_erased" if doomed.address else "customer.erased"
        figures = {"messages": str(len(doomed.messages)), "drafts": str(len(doomed.drafts))}
        uow.audit.append(now, by, what, f"customer:{doomed.card.id}", figures)

    @staticmethod
    def _end(uow: UnitOfWork, draft_ids: Sequence[int], message_ids: Sequence[int], by: str, now: datetime) -> None:
        """Nothing of it may leave any more: unsent drafts are rejected, clocks closed, promises dropped."""
        drafts = [uow.drafts.get(draft_id) for draft_id in draft_ids]
        for draft in drafts:
            if draft.status in UNDER_WAY or draft.sent_copy is SentCopyStatus.PENDING:
                raise ReviewConflict(
                    f"Letter {draft.id} to this customer is under way ({draft.status}).",
                    "Wait until it is sent and filed, or end it with `triage resolve`, then erase.",
                )
            if draft.status in UNSENT and not uow.drafts.move(draft.id, draft.status, DraftStatus.REJECTED, now):
                raise ReviewConflict(f"Draft {draft.id} was decided by someone else just now.", "Try again.")
        gone = frozenset(message_ids)
        conversations = {message.conversation_id for message in uow.messages.get_many(message_ids)} - {None}
        conversations |= {draft.conversation_id for draft in drafts}
        for conversation_id in sorted(filter(None, conversations)):
            for response in uow.responses.waiting_in(conversation_id):
                if response.message_id in gone:
                    response_times.close(uow, conversation_id, response.message_id, reason="erased", by=by, now=now)
            for promise in uow.promises.of_conversation(conversation_id):
                if promise.draft_id in draft_ids and promise.status is PromiseStatus.OPEN:
                    uow.promises.set_status(promise.id, PromiseStatus.OPEN, PromiseStatus.DROPPED, now)

    # ---- handing out

    def extract(self, who: str, path: Path, by: str) -> Erased:
        """All that is kept of a customer or person, as a zip: card.json, mails/, letters/.

        Raises NotFound, OSError, and TriageError when the file is there already.
        """
        if path.exists():
            raise TriageError(f"{path} is there already.", "Name another file.")
        with self._store.begin(write=False) as uow:
            doomed = _doomed(uow, who)
            with whole_file(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as packed:
                _pack(uow, doomed, packed)
        with self._store.begin() as uow:
            uow.audit.append(self._clock.now(), by, "customer.extracted", f"customer:{doomed.card.id}")
            uow.commit()
        return doomed.extent


def _pack(uow: UnitOfWork, doomed: Doomed, packed: zipfile.ZipFile) -> None:
    packed.writestr("card.json", _json(_told(uow, doomed)))
    for message_id in doomed.messages:
        raw = uow.messages.raw(message_id)
        if raw:
            packed.writestr(f"mails/{message_id}.eml", raw)
    for draft_id in doomed.drafts:
        packed.writestr(f"letters/{draft_id}.json", _json(asdict(uow.drafts.get(draft_id))))
        outgoing = uow.drafts.outgoing(draft_id)
        if outgoing is not None:
            packed.writestr(f"letters/{draft_id}.eml", outgoing.data)


def _doomed(uow: UnitOfWork, who: str) -> Doomed:
    """A card by its number or its only address, or one of its persons by theirs."""
    found = uow.customers.get(int(who)) if who.isdecimal() and len(who) < 10 else uow.customers.by_address(who)
    if found is None:
        raise NotFound(f"No card has the address {who}.", "`triage customers list` shows all cards.")
    if "@" not in who or len(found.addresses) == 1:
        return Doomed(found, tuple(uow.erasure.messages_of(found.id)), tuple(uow.erasure.drafts_of(found.id)))
    messages = tuple(uow.erasure.messages_with(who.lower()))
    drafts = [*uow.erasure.drafts_answering(messages), *_first_letters(uow, found, who.lower())]
    return Doomed(found, messages, tuple(sorted(set(drafts))), who.lower())


def _first_letters(uow: UnitOfWork, card: CustomerRecord, address: str) -> Sequence[int]:
    """Letters to that address that answer no mail: no mail leads to them."""
    drafts = (uow.drafts.get(draft_id) for draft_id in uow.erasure.drafts_of(card.id))
    return [d.id for d in drafts if d.message_id is None and any(to.key == address for to in d.letter.to)]


def _without(card: CustomerRecord, address: str, messages: frozenset[int], uow: UnitOfWork) -> CustomerRecord:
    """The card without what those mails told; what people wrote stays, but for the person's own name."""
    person = next(p for p in uow.customers.people([card.id])[card.id] if p.address == address)
    gone = {name for name, source in card.sources.items() if source.message_id in messages and not source.by}
    return replace(
        card,
        name="" if "name" in gone or (person.name and card.name == person.name) else card.name,
        company="" if "company" in gone else card.company,
        country=None if "country" in gone else card.country,
        facts={name: text for name, text in card.facts.items() if name not in gone},
        sources={name: source for name, source in card.sources.items() if name not in gone},
    )


def _gone(before: CustomerRecord, after: CustomerRecord) -> Sequence[str]:
    """The texts that no longer stand on the card."""
    facts = [text for name, text in before.facts.items() if name not in after.facts]
    named = [old for old, new in ((before.name, after.name), (before.company, after.company)) if old != new]
    return sorted({text for text in (*facts, *named) if text})


def _told(uow: UnitOfWork, doomed: Doomed) -> Mapping[str, object]:
    people = uow.customers.people([doomed.card.id]).get(doomed.card.id, ())
    contacts = uow.customers.contacts(doomed.card.id, 1_000_000)
    if doomed.address:
        people = [person for person in people if person.address == doomed.address]
        contacts = [contact for contact in contacts if contact.address == doomed.address]
    return {
        "card": asdict(doomed.card),
        "people": [asdict(person) for person in people],
        "contacts": [asdict(contact) for contact in contacts],
        "messages": [asdict(message) for message in uow.messages.get_many(doomed.messages)],
    }


def _silent(before: datetime) -> CustomerFilter:
    return CustomerFilter(last_contact=Period(until=before))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else str(value)

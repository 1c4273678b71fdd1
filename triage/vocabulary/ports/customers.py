"""What the store offers for the customer book, and for forgetting a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.customers import (
    LATEST_FIRST,
    ContactRecord,
    CustomerFilter,
    Duplicates,
    MergeRecord,
    NewContact,
    Patience,
    Person,
    SavedFilter,
    Seen,
    SortBy,
)
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord


class Customers(Protocol):
    """The customer book. Cards that were merged into others are not seen."""

    def by_address(self, address: str) -> CustomerRecord | None: ...
    def get(self, customer_id: int, *, for_change: bool = False) -> CustomerRecord: ...
    def get_many(self, customer_ids: Iterable[int]) -> Mapping[int, CustomerRecord]:
        """Those there are."""
        ...

    def all(self) -> Sequence[CustomerRecord]: ...
    def page(
        self,
        wanted: CustomerFilter,
        patience: Patience,
        now: datetime,
        sort: SortBy = LATEST_FIRST,
        after: CustomerRecord | None = None,
        limit: int = 100,
    ) -> Sequence[CustomerRecord]:
        """The cards that the filter means, behind `after` in that order."""
        ...

    def count(self, wanted: CustomerFilter, patience: Patience, now: datetime) -> int: ...
    def people(self, customer_ids: Iterable[int]) -> Mapping[int, Sequence[Person]]:
        """By address. Customers without addresses are left out."""
        ...

    def owners(self) -> tuple[Mapping[str, int], Mapping[str, Sequence[int]]]:
        """Whose each address is, and whose each company domain."""
        ...

    def domains_like(self, domain: str) -> Collection[str]:
        """Customers' company domains of about that length; only the domain itself when it is a customer's."""
        ...

    def remember(
        self,
        address: str,
        name: str,
        country: str | None,
        facts: Mapping[FactName, str],
        at: datetime,
        *,
        seen: Seen | None = None,
    ) -> int:
        """Find or make the card of that address, add what is new (never overwriting what is there), count the mail,
        return the card's id. An address of a company domain that exactly one card has joins that card. With `seen` the
        same mail counts once, however often it is processed."""
        ...

    def count_out(
        self, address: str, at: datetime, *, message_id: int | None = None, draft_id: int | None = None
    ) -> None:
        """A letter of ours went to that address; the same letter counts once."""
        ...

    def add_contact(self, new: NewContact) -> int | None:
        """Keep and count it; None when the same mail or letter is counted already."""
        ...

    def contacts(self, customer_id: int, limit: int = 1000) -> Sequence[ContactRecord]:
        """Newest first."""
        ...

    def set_amount(self, message_id: int, amount: float, by: str) -> int | None:
        """A person tells what that mail's order comes to; the contact's number, None where it is no order."""
        ...

    def drop_order(self, message_id: int) -> None:
        """That mail is no order after all."""
        ...

    def save(self, card: CustomerRecord) -> None:
        """Write the card's values; the counts stay as they are."""
        ...

    def save_people(self, people: Sequence[Person]) -> None:
        """Add or change them; an address that belongs to another card is left alone."""
        ...

    def add_cards(self, cards: Sequence[tuple[CustomerRecord, Sequence[Person]]]) -> Sequence[int]:
        """New cards with their counts, ids given anew; returns those."""
        ...


class CustomerMerges(Protocol):
    def duplicates(self, limit: int = 100, customer_id: int | None = None) -> Sequence[Duplicates]:
        """Pairs of cards that share traits, those that share most first; of one card if named."""
        ...

    def merge(self, kept_id: int, gone_id: int, by: str, at: datetime) -> int:
        """The second card's people, contacts and conversations go to the first, whose values stand; returns the id
        of the merge."""
        ...

    def of(self, customer_id: int) -> Sequence[MergeRecord]:
        """Merges into that card that stand, newest first."""
        ...

    def undo(self, merge_id: int, at: datetime) -> MergeRecord:
        """Take the second card out again, with what came for its addresses since. Raises `NotFound`,
        `ReviewConflict`."""
        ...


class SavedFilters(Protocol):
    def save(self, saved: SavedFilter) -> None: ...
    def all(self) -> Sequence[SavedFilter]: ...
    def get(self, name: str) -> SavedFilter: ...
    def drop(self, name: str) -> bool: ...


class Erasure(Protocol):
    """Content goes, hashes and counts stay (S20)."""

    def messages_of(self, customer_id: int) -> Sequence[int]:
        """All mails and letters found in the customer's conversations, and of its addresses elsewhere."""
        ...

    def messages_with(self, address: str) -> Sequence[int]:
        """Mails from that address, and letters that are counted as contacts with it."""
        ...

    def drafts_of(self, customer_id: int) -> Sequence[int]: ...
    def drafts_answering(self, message_ids: Sequence[int]) -> Sequence[int]: ...
    def loose_messages(self, before: datetime, limit: int) -> Sequence[int]:
        """Mails with content that are on no customer's card, received before then."""
        ...

    def erase_messages(self, message_ids: Sequence[int], note: str) -> None: ...
    def erase_drafts(self, draft_ids: Sequence[int]) -> None: ...
    def erase_person(self, customer_id: int, address: str) -> None:
        """The address with its contacts; the card stays, and what was merged into it stays so for good."""
        ...

    def erase_reasons(self, customer_id: int, told: Sequence[str]) -> None:
        """Scores of the card's other mails no longer cite these words."""
        ...

    def erase_card(self, customer_id: int) -> int:
        """The card, and those merged into it; returns how many."""
        ...

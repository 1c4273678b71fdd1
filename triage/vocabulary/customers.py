"""The customer's card in words: its people, its contacts, where each value comes from, and how cards are picked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage


class Segment(StrEnum):
    """Where a customer stands (R20, R21). `triage.customers.segments` holds the table that decides."""

    NEW = "new"
    DEVELOPING = "developing"
    KEY = "key"
    DORMANT = "dormant"
    LOST = "lost"
    SET_ASIDE = "set_aside"
    """Many contacts and no order: spend no more on it by yourself (R21)."""


class ValueClass(StrEnum):
    """By the value of all orders (R20): few customers bring the most of it."""

    HIGH = "high"
    """Together they bring the first 80 % of the value."""
    MIDDLE = "middle"
    """Others who ordered something of a known amount."""
    LOW = "low"
    """No order of a known amount yet."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often. A deal takes about twelve contacts; loyal is who bought three times."""

    contacts: int = 12
    loyal_orders: int = 3
    dormant_after: timedelta = timedelta(days=90)
    lost_after: timedelta = timedelta(days=365)


PATIENCE = Patience()
"""What holds unless the desk says otherwise."""


class Region(StrEnum):
    """The continent of the customer's country."""

    AFRICA = "africa"
    ASIA = "asia"
    EUROPE = "europe"
    NORTH_AMERICA = "north_america"
    SOUTH_AMERICA = "south_america"
    OCEANIA = "oceania"


class ContactKind(StrEnum):
    """What happened between us. All but remarks, orders and other outcomes count as contacts."""

    MAIL_IN = "mail_in"
    MAIL_OUT = "mail_out"
    CALL = "call"
    MEETING = "meeting"
    CHAT = "chat"
    NOTE = "note"
    """A remark: nobody met."""
    ORDER = "order"
    SAMPLE = "sample"
    """We sent a sample."""
    LOST = "lost"
    """The buyer bought elsewhere, or not at all."""


BY_HAND = frozenset({ContactKind.CALL, ContactKind.MEETING, ContactKind.CHAT})
"""Contacts that no mail tells of: people note them (R18)."""
OUTCOMES = frozenset({ContactKind.SAMPLE, ContactKind.LOST})
"""What became of a buyer, beside orders: a person says so, and training learns from it (R28)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value of the card comes from: a mail (`message_id`, offsets into its message or -1), or the person `by`
    whose entry no machine overwrites."""

    at: datetime
    message_id: int | None = None
    start: int = -1
    end: int = -1
    by: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone at the customer's, by one address (lower case). `domain` is the company's; empty for free mail."""

    address: str
    customer_id: int
    name: str = ""
    role: str = ""
    phone: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a buyer's mail says of its writer beside the facts. The same mail seen again counts nothing twice."""

    message_id: int
    domain: str = ""
    """The writer's company domain; empty for free mail."""
    spans: Mapping[FactName, tuple[int, int]] = field(default_factory=dict)
    buyer_type: BuyerType | None = None
    importance: Quality | None = None
    stage: Stage | None = None
    is_order: bool = False
    order_amount: float | None = None
    """What the order comes to, in the currency the desk keeps its books in, where the mail says so."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """Something that happened with a customer. `amount` of an order is in the currency the desk keeps its books in."""

    customer_id: int
    kind: ContactKind
    at: datetime
    by: str = ""
    text: str = ""
    address: str = ""
    amount: float | None = None
    message_id: int | None = None
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A stored contact."""

    id: int
    customer_id: int
    kind: ContactKind
    at: datetime
    by: str
    text: str
    address: str
    amount: float | None
    message_id: int | None
    draft_id: int | None


@dataclass(frozen=True, slots=True)
class Trait:
    """What two cards of one customer have in common: `company`, `domain`, `phone` or `site`, in folded form."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Two cards that may be one customer's, and what they share."""

    first_id: int
    second_id: int
    shared: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """`gone_id`'s card became part of `kept_id`'s; `undone_at` when it was taken apart again."""

    id: int
    kept_id: int
    gone_id: int
    by: str
    at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds, both inclusive; None is open."""

    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which cards are meant (R19); all conditions hold together, an empty one is none. None in a set is `unknown`."""

    text: str = ""
    """Part of name, company or an address, in any case."""
    importance: frozenset[Quality | None] = frozenset()
    type: frozenset[BuyerType | None] = frozenset()
    region: frozenset[Region | None] = frozenset()
    country: frozenset[str | None] = frozenset()
    stage: frozenset[Stage | None] = frozenset()
    segment: frozenset[Segment] = frozenset()
    value_class: frozenset[ValueClass] = frozenset()
    traded: bool | None = None
    """Has ordered at least once."""
    contacted: bool | None = None
    """We wrote, called or met at least once."""
    dormant: bool | None = None
    loyal: bool | None = None
    set_aside: bool | None = None
    do_not_contact: bool | None = None
    greets: bool | None = None
    """Keeps the holidays of a faith."""
    contacts: Range = Range()
    orders: Range = Range()
    value: Range = Range()
    first_contact: Period = Period()
    last_contact: Period = Period()


class SortKey(StrEnum):
    ID = "id"
    COMPANY = "company"
    COUNTRY = "country"
    FIRST_CONTACT = "first_contact"
    LAST_CONTACT = "last_contact"
    CONTACTS = "contacts"
    ORDERS = "orders"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class SortBy:
    key: SortKey = SortKey.LAST_CONTACT
    descending: bool = True


LATEST_FIRST = SortBy()


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter under a name, as the words a person would type."""

    name: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """How much content an erasure took away."""

    cards: int = 0
    messages: int = 0
    drafts: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(self.cards + other.cards, self.messages + other.messages, self.drafts + other.drafts)

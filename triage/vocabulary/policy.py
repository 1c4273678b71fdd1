"""What the seller decides: the company, its calendar, its catalogue, its markets and targets. Made from the
configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from triage.vocabulary.inquiry import Kind, Point, Priority, Tier


@dataclass(frozen=True, slots=True)
class Company:
    """Who writes. Empty strings mean: not told, so never mentioned."""

    name: str = ""
    person: str = ""
    role: str = ""
    country: str = "CN"
    """ISO 3166-1 alpha-2."""
    website: str = ""
    phone: str = ""
    profile: str = ""
    """One or two sentences on what the company makes and since when; used as told (R9, R12)."""
    catalogue_link: str = ""
    languages: tuple[str, ...] = ()
    """Languages the desk answers in; the first is the fallback. Empty: all that have templates, English first."""


@dataclass(frozen=True, slots=True)
class Window:
    """Working hours from `start` to `end`, local time. `end` at or before `start` means past midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When the desk works. `windows` by weekday (0 = Monday); the lunch break is the gap between two windows."""

    time_zone: str = "Asia/Shanghai"
    windows: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    holiday_country: str | None = "CN"
    """ISO 3166-1 alpha-2 for public holidays, or None for none."""
    holiday_subdivision: str | None = None
    closed: frozenset[date] = frozenset()
    """Own days off, beside the public ones."""
    opened: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    """Own working days, such as make-up days; they win over holidays, `closed` and the weekday."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The company's calendar, and those of mailboxes that keep hours of their own."""

    company: WorkCalendar = field(default_factory=WorkCalendar)
    mailboxes: Mapping[str, WorkCalendar] = field(default_factory=dict)

    def of(self, account_id: str) -> WorkCalendar:
        return self.mailboxes.get(account_id, self.company)


@dataclass(frozen=True, slots=True)
class PriceTier:
    """Unit price from `quantity` pieces up."""

    quantity: int
    price: Decimal
    valid_until: date | None = None
    """The last day of this price; None as long as the product's prices are valid."""


@dataclass(frozen=True, slots=True)
class Product:
    """A catalogue entry. Whatever is empty is unknown and is deferred in a letter, never invented (R9)."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """Synonyms, also in other languages, and model numbers."""
    currency: str = "USD"
    incoterm: str = ""
    """Of the prices, e.g. `FOB Ningbo`."""
    prices: tuple[PriceTier, ...] = ()
    prices_valid_from: date | None = None
    prices_valid_until: date | None = None
    moq: int | None = None
    unit: str = "pcs"
    lead_time_days: int | None = None
    sample: str = ""
    certificates: tuple[str, ...] = ()
    specs: str = ""
    customization: str = ""
    packing: str = ""
    warranty: str = ""
    link: str = ""
    photos: tuple[str, ...] = ()
    """Links."""
    hs_code: str = ""
    alternatives: tuple[str, ...] = ()
    """Ids of products to offer when this one does not fit (R7)."""
    text: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    """The words in other languages: `text["zh"]["specs"]`."""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """Proof of who we are (R12), beside the profile."""

    since: int | None = None
    """The year."""
    certificates: tuple[str, ...] = ()
    """Of the company, such as ISO 9001."""
    references: tuple[str, ...] = ()
    """Customers who agreed to be named."""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that may go along with a letter (R8): attached while it is small enough, else by its link."""

    title: Mapping[str, str] = field(hash=False)
    """By language; under the empty key for all others."""
    path: str = ""
    """Below the folder of attachments."""
    link: str = ""
    products: tuple[str, ...] = ()
    """Ids of the products that it is about; empty for all."""
    points: tuple[Point, ...] = ()
    """What a buyer asks to get it; empty: only when a person puts it in."""
    size: int | None = None
    """Bytes; None when there is no such file."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What letters may state as fact (R9). `answers` are policy sentences by point and language:
    `answers[Point.PAYMENT_TERMS]["en"]`."""

    products: tuple[Product, ...] = ()
    answers: Mapping[Point, Mapping[str, str]] = field(default_factory=dict)
    company: CompanyFacts = CompanyFacts()
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class MarketPolicy:
    """Which markets we want. Weights 0-2 by ISO alpha-2; 1 is neutral, 0 means we do not sell there."""

    targets: Mapping[str, float] = field(default_factory=dict)
    home: str = "CN"
    sanctioned: frozenset[str] = frozenset()
    """Markets where a person must clear the sale first: flagged, and kept out of tiers A and B."""


@dataclass(frozen=True, slots=True)
class TierRule:
    """The least scores of tiers A and B; every other buyer's mail is C."""

    a: float = 74.0
    b: float = 56.0

    def tier(self, score: float) -> Tier:
        return Tier.A if score >= self.a else Tier.B if score >= self.b else Tier.C

    def within(self, tier: Tier, score: float) -> float:
        """The score nearest to `score` that makes that tier of a buyer's mail: where a person's word ranks it."""
        if tier is Tier.A:
            return max(self.a, score)
        return min(max(self.b, score), self.a - 0.1) if tier is Tier.B else min(score, self.just_c)

    def standing(self, found: Priority, said: Tier | None) -> tuple[Tier, float]:
        """Tier and priority at which a mail stands: as computed, or where a person's word on the tier puts it."""
        return (found.tier, found.score) if said is None else (said, self.within(said, found.score))

    @property
    def just_c(self) -> float:
        """The most that a mail kept out of A and B may score."""
        return max(0.0, self.b - 1.0)


@dataclass(frozen=True, slots=True)
class Experience:
    """What became of the customers of one country: how many wrote, answered a letter, took samples, ordered."""

    customers: int = 0
    answered: int = 0
    sampled: int = 0
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """Response-time targets, in working time, by tier (R26). Complaints have their own (R24)."""

    by_tier: Mapping[Tier, timedelta] = field(
        default_factory=lambda: {
            Tier.A: timedelta(hours=2),
            Tier.B: timedelta(hours=4),
            Tier.C: timedelta(hours=8),
        }
    )
    complaint: timedelta = timedelta(hours=2)
    by_kind: Mapping[Kind, timedelta] = field(default_factory=dict)
    """Of other kinds: they win over the market's and the tier's."""
    by_market: Mapping[str, timedelta] = field(default_factory=dict)
    """By ISO alpha-2; they win over the tier's."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """When the desk is told of a mail that waits (A39-A43)."""

    warn_share: float = 0.75
    """Share of the target after which a warning stands; 0 for no warnings."""
    steps: tuple[timedelta, ...] = (timedelta(0), timedelta(hours=4), timedelta(hours=16))
    """Working time past the target: the breach, and each further step of its escalation."""
    quiet: tuple[Window, ...] = ()
    """Hours of the desk's clock in which nothing new is said; it is said when they are over."""
    mail_to: tuple[str, ...] = ()
    """Addresses of ours that get each alarm by mail."""


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """When a letter of our own accord is proposed (R21, R22). Days of `quotation`, `sample` and `complaint` are the
    desk's working days."""

    enabled: bool = False
    quotation_days: int = 4
    sample_days: int = 10
    nudges: int = 2
    """In one silence, at most."""
    dormant_every: timedelta = timedelta(days=60)
    greetings: bool = True
    greeting_lead: timedelta = timedelta(days=7)
    """How long before a holiday its greeting is proposed."""
    complaint_days: int = 3
    """After the remedy's date."""
    a_month: int = 2
    """Letters to one customer in 30 days, at most."""
    a_day: int = 20
    """Proposals of one day, at most: a person reads them all."""
    unsubscribe: str = ""
    """Address for List-Unsubscribe; empty: the mailbox the letter leaves from."""
    to_silent_book: bool = False
    """Whether customers who never wrote, and whom a person put into the book, may be written to."""
    account: str = ""
    """The mailbox that writes to those; empty: the only one."""


class SentCopy(StrEnum):
    """Who files the sent letter (F27)."""

    APPEND = "append"
    SERVER = "server"

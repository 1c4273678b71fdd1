"""What the seller decides: the company, its calendar, its catalogue, its markets and targets. Made from the
configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from triage.vocabulary.inquiry import Point, Tier


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
    languages: tuple[str, ...] = ("en", "zh")
    """Languages the desk answers in; the first is the fallback."""


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
class PriceTier:
    """Unit price from `quantity` pieces up."""

    quantity: int
    price: Decimal


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
    alternatives: tuple[str, ...] = ()
    """Ids of products to offer when this one does not fit (R7)."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What letters may state as fact (R9). `answers` are policy sentences by point and language:
    `answers[Point.PAYMENT_TERMS]["en"]`."""

    products: tuple[Product, ...] = ()
    answers: Mapping[Point, Mapping[str, str]] = field(default_factory=dict)


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

    a: float = 60.0
    b: float = 40.0

    def tier(self, score: float) -> Tier:
        return Tier.A if score >= self.a else Tier.B if score >= self.b else Tier.C

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


class SentCopy(StrEnum):
    """Who files the sent letter (F27)."""

    APPEND = "append"
    SERVER = "server"

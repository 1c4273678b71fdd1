"""What we write, to whom, and what a market and a customer are worth to us."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from triage.config.values import Country, Section
from triage.vocabulary.customers import Patience
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.policy import FollowUpRules, MarketPolicy, TierRule


class LettersSection(Section):
    """What goes beyond answering buyers."""

    thank_vendors: bool = False
    thank_applicants: bool = False
    quote_original: bool = True

    def thanked(self) -> frozenset[Kind]:
        kinds = ((self.thank_vendors, Kind.VENDOR_PITCH), (self.thank_applicants, Kind.JOB_APPLICATION))
        return frozenset(kind for wanted, kind in kinds if wanted)


class FollowUpsSection(Section):
    """Letters of our own accord: drafts only."""

    enabled: bool = False
    quotation_days: int = Field(4, ge=1, le=60)
    sample_days: int = Field(10, ge=1, le=60)
    nudges: int = Field(2, ge=0, le=10)
    dormant_every_days: float = Field(60.0, gt=0)
    greetings: bool = True
    greeting_days: int = Field(7, ge=1, le=30)
    complaint_days: int = Field(3, ge=0, le=60)
    a_month: int = Field(2, ge=0)
    a_day: int = Field(20, ge=0)
    unsubscribe: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    to_silent_book: bool = False
    account: str = ""

    def value(self) -> FollowUpRules:
        return FollowUpRules(
            enabled=self.enabled,
            quotation_days=self.quotation_days,
            sample_days=self.sample_days,
            nudges=self.nudges,
            dormant_every=timedelta(days=self.dormant_every_days),
            greetings=self.greetings,
            greeting_lead=timedelta(days=self.greeting_days),
            complaint_days=self.complaint_days,
            a_month=self.a_month,
            a_day=self.a_day,
            unsubscribe=self.unsubscribe,
            to_silent_book=self.to_silent_book,
            account=self.account,
        )


class MarketsSection(Section):
    weights: dict[Country, Annotated[float, Field(ge=0, le=2)]] = Field(default_factory=dict)
    sanctioned: list[Country] = Field(default_factory=list)

    def value(self, home: str) -> MarketPolicy:
        return MarketPolicy(targets=dict(self.weights), home=home, sanctioned=frozenset(self.sanctioned))


class TiersSection(Section):
    """The least priority of tiers A and B."""

    a: float = Field(74, gt=0, le=100)
    b: float = Field(56, gt=0, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.b >= self.a:
            raise ValueError("tier b must start below tier a")
        return self

    def value(self) -> TierRule:
        return TierRule(self.a, self.b)


class CustomersSection(Section):
    dormant_days: float = Field(90.0, gt=0)
    lost_days: float = Field(365.0, gt=0)
    loyal_orders: int = Field(3, ge=1)
    patience_contacts: int = Field(12, ge=1)
    shared_domains: tuple[str, ...] = ()
    currency: str = Field("USD", pattern="^[A-Z]{3}$")

    @model_validator(mode="after")
    def _lost_comes_after_dormant(self) -> Self:
        if self.lost_days <= self.dormant_days:
            raise ValueError("lost_days must be more than dormant_days")
        return self

    def value(self) -> Patience:
        return Patience(
            contacts=self.patience_contacts,
            loyal_orders=self.loyal_orders,
            dormant_after=timedelta(days=self.dormant_days),
            lost_after=timedelta(days=self.lost_days),
        )

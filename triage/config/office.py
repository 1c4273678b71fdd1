"""Who we are, when we work, and how soon we answer."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from triage.config.values import Country, Hours, Section, TimeZone, Windows, parse_windows
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.policy import Alarms, Company, Targets, WorkCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _buyers(kind: Kind) -> Kind:
    if not kind.is_buyer or kind is Kind.COMPLAINT:
        names = ", ".join(each for each in Kind if each.is_buyer and each is not Kind.COMPLAINT)
        raise ValueError(f"no target of its own for {kind}; one of {names} (complaints: complaint_hours)")
    return kind


BuyerKind = Annotated[Kind, AfterValidator(_buyers)]


class CompanySection(Section):
    name: str = ""
    person: str = ""
    role: str = ""
    country: Country = "CN"
    website: str = ""
    phone: str = ""
    profile: str = ""
    catalogue_link: str = ""
    languages: tuple[str, ...] = ()

    def value(self) -> Company:
        return Company(**self.model_dump())


class WeekSection(Section):
    mon: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    tue: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    wed: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    thu: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    fri: Windows = parse_windows("09:00-12:00, 13:30-18:00")
    sat: Windows = ()
    sun: Windows = ()


class CalendarSection(Section):
    time_zone: TimeZone = "Asia/Shanghai"
    holiday_country: Country | Literal[""] = "CN"
    holiday_subdivision: str = ""
    closed: tuple[date, ...] = ()
    opened: dict[date, Windows] = Field(default_factory=dict)
    windows: WeekSection = WeekSection()

    def value(self) -> WorkCalendar:
        return WorkCalendar(
            time_zone=self.time_zone,
            windows={day: getattr(self.windows, name) for day, name in enumerate(WEEKDAYS)},
            holiday_country=self.holiday_country or None,
            holiday_subdivision=self.holiday_subdivision or None,
            closed=frozenset(self.closed),
            opened=dict(self.opened),
        )


class TargetsSection(Section):
    a_hours: float = Field(2.0, gt=0)
    b_hours: float = Field(4.0, gt=0)
    c_hours: float = Field(8.0, gt=0)
    complaint_hours: float = Field(2.0, gt=0)
    promise_hours: float = Field(8.0, gt=0)
    kinds: dict[BuyerKind, Hours] = Field(default_factory=dict)
    markets: dict[Country, Hours] = Field(default_factory=dict)

    def value(self) -> Targets:
        hours = {Tier.A: self.a_hours, Tier.B: self.b_hours, Tier.C: self.c_hours}
        return Targets(
            {tier: timedelta(hours=h) for tier, h in hours.items()},
            timedelta(hours=self.complaint_hours),
            {kind: timedelta(hours=h) for kind, h in self.kinds.items()},
            {country: timedelta(hours=h) for country, h in self.markets.items()},
        )


class AlarmsSection(Section):
    warn_share: float = Field(0.75, ge=0, lt=1)
    steps_hours: tuple[Annotated[float, Field(ge=0)], ...] = (0.0, 4.0, 16.0)
    quiet: Windows = ()
    mail_to: tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")], ...] = ()

    def value(self) -> Alarms:
        steps = tuple(timedelta(hours=hours) for hours in sorted(set(self.steps_hours)))
        return Alarms(self.warn_share, steps, self.quiet, self.mail_to)

"""Builds letter requests: a fictional desk in Ningbo, a fictional buyer, the sample catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

from triage.drafting import Drafter, Templates, load_catalogue
from triage.vocabulary.inquiry import Asked, BuyerType, FactName, History, Kind, Point, Reading, Stage, Tier, Told
from triage.vocabulary.letter import Letter, LetterRequest
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.policy import Catalogue, Company, Window, WorkCalendar

DATA = Path(__file__).parents[2] / "data"
CATALOGUE = load_catalogue(DATA / "catalogue.toml")
TEMPLATES = Templates()
DESK = Drafter(TEMPLATES)
COMPANY = Company(
    name="Example Lighting Co., Ltd.",
    person="Li Na",
    role="Export Sales",
    website="https://example.com",
    phone="+86 574 5550 1234",
    profile="We have made LED lamps and kitchenware in Ningbo since 2008.",
    catalogue_link="https://example.com/catalogue.pdf",
    languages=("en", "zh"),
)
WEEKDAYS = WorkCalendar(
    windows={day: (Window(time(9), time(12)), Window(time(13, 30), time(18))) for day in range(5)},
)
ANNA = Address("Anna Schmidt", "anna.schmidt@muster.example")
WRITTEN = datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=1)))


def mail(text: str = "", **changes: object) -> ParsedMail:
    plain = ParsedMail(
        subject="Inquiry",
        sender=ANNA,
        date=WRITTEN,
        date_zone_known=True,
        text=text,
        newest_text=text,
    )
    return replace(plain, **changes)


def request(
    text: str = "",
    asked: Mapping[str, str] | Sequence[str] = (),
    told: Mapping[str, str] | None = None,
    language: str = "en",
    country: str | None = "DE",
    headers: Mapping[str, object] | None = None,
    **changes: object,
) -> LetterRequest:
    """`asked`: points, or points with the buyer's words; `told`: facts; `headers`: fields of the mail."""
    words = asked if isinstance(asked, Mapping) else {point: point for point in asked}
    reading = Reading(
        language=language,
        country=country,
        asked=tuple(Asked(Point(point), said) for point, said in words.items()),
        told=tuple(Told(FactName(fact), said) for fact, said in (told or {}).items()),
    )
    plain = LetterRequest(
        mail=mail(text, **(headers or {})),
        kind=Kind.INQUIRY,
        stage=Stage.FIRST_INQUIRY,
        reading=reading,
        buyer_type=BuyerType.UNKNOWN,
        tier=Tier.C,
        history=History(),
        company=COMPANY,
        catalogue=CATALOGUE,
        calendar=WEEKDAYS,
        received_at=datetime(2026, 11, 20, 14, 31, tzinfo=UTC),
        now=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        answer_by=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        own_addresses=frozenset({"sales@example.com"}),
    )
    return replace(plain, **changes)


def letter(*arguments: object, **changes: object) -> Letter:
    return DESK.draft(request(*arguments, **changes))


def codes(found: Letter) -> tuple[str, ...]:
    return tuple(warning.code for warning in found.warnings)


EMPTY = Catalogue()

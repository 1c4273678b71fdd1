"""On which holidays a customer is greeted: secular ones of the country, religious ones where the card says so (R22)."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Greeting:
    """A kind of holiday. `faith` empty: a secular one."""

    id: str
    faith: str = ""
    on: str = ""
    """Month and day of a fixed date."""
    called: tuple[str, ...] = ()
    """How its first day's name begins."""
    countries: frozenset[str] = frozenset()
    """Empty for all."""
    of: str = ""
    """Whose table holds the day where the buyer's own country has none."""


@dataclass(frozen=True, slots=True)
class Feast:
    """A holiday to come."""

    greeting: str
    day: date


@cache
def greetings() -> tuple[Greeting, ...]:
    data = tomllib.loads((Path(__file__).parent / "greetings.toml").read_text(encoding="utf-8"))
    return tuple(
        Greeting(
            id=entry["id"],
            faith=entry.get("faith", ""),
            on=entry.get("on", ""),
            called=tuple(entry.get("called", ())),
            countries=frozenset(entry.get("countries", ())),
            of=entry.get("of", ""),
        )
        for entry in data["greeting"]
    )


def next_feast(country: str | None, greets: str, today: date, lead: timedelta) -> Feast | None:
    """The first holiday within `lead` after today; None where there is none. `greets` are the card's faiths."""
    faiths = {faith.strip() for faith in greets.split(",") if faith.strip()}
    coming = [
        Feast(greeting.id, day)
        for greeting in greetings()
        if not greeting.faith or greeting.faith in faiths
        for day in _days(greeting, country, today)
        if today < day <= today + lead
    ]
    return min(coming, key=lambda feast: feast.day, default=None)


def celebrating(today: date, lead: timedelta) -> frozenset[str]:
    """Countries with a secular holiday within `lead` after today."""
    return frozenset(country for country in _countries() if next_feast(country, "", today, lead) is not None)


def _days(greeting: Greeting, country: str | None, today: date) -> Iterator[date]:
    if greeting.countries and country not in greeting.countries:
        return
    for year in (today.year, today.year + 1):
        own = _public_holidays(country, year) if country else {}
        if greeting.on:
            day = date.fromisoformat(f"{year}-{greeting.on}")
            if greeting.faith or day in own:
                yield day
            continue
        found = _called(greeting, own) or _called(greeting, _public_holidays(greeting.of, year))
        if found is not None:
            yield found


def _called(greeting: Greeting, table: Mapping[date, str]) -> date | None:
    days = (day for day, names in table.items() if any(name.startswith(greeting.called) for name in names.split("; ")))
    return min(days, default=None)


@lru_cache(maxsize=2048)
def _public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Names in English; empty where no holidays of the country are known."""
    import holidays

    if country not in _countries():
        return {}
    spoken = holidays.country_holidays(country).supported_languages
    language = "en_US" if "en_US" in spoken else None
    return dict(holidays.country_holidays(country, years=year, expand=False, observed=False, language=language).items())


@cache
def _countries() -> frozenset[str]:
    import holidays

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)

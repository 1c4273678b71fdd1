from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global

from triage.drafting.zones import buyer_zone, zones_of


def _written(hours: float, month: int = 1) -> datetime:
    return datetime(2026, month, 15, 12, tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("country", "written", "zone"),
    [
        ("DE", None, "Europe/Berlin"),
        ("NP", None, "Asia/Kathmandu"),
        ("US", None, "America/New_York"),
        ("US", _written(-6), "America/Chicago"),
        ("US", _written(-8), "America/Los_Angeles"),
        ("US", _written(-7, month=1), "America/Denver"),
        ("US", _written(-7, month=7), "America/Los_Angeles"),
        ("US", _written(-10), "Pacific/Honolulu"),
        ("US", _written(8), "America/New_York"),
        ("BR", None, "America/Sao_Paulo"),
        ("BR", _written(-4), "America/Manaus"),
        ("AU", _written(8), "Australia/Perth"),
        ("AU", _written(10.5), "Australia/Adelaide"),
        ("CA", _written(-3.5), "America/St_Johns"),
        ("RU", _written(7), "Asia/Novosibirsk"),
        ("ES", _written(0), "Atlantic/Canary"),
        ("ID", None, "Asia/Jakarta"),
        ("CN", _written(8), "Asia/Shanghai"),
    ],
)
def test_the_date_headers_offset_chooses_among_a_countrys_zones(
    country: str, written: datetime | None, zone: str
) -> None:
    found = buyer_zone(country, written)
    assert found is not None
    assert found.key == zone


@pytest.mark.parametrize("country", [None, "", "ZZ", "Germany"])
def test_an_unknown_country_has_no_zone(country: str | None) -> None:
    assert buyer_zone(country, _written(1)) is None


FOREMOST = {
    "AQ": "Antarctica/McMurdo",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "US": "America/New_York",
}


def test_every_country_of_several_clocks_has_its_foremost_zone() -> None:
    """CLDR does not rank a country's zones: a new country here must be ranked by us."""
    of_several = {}
    for country in {name for name in get_global("zone_territories").values() if name not in {"001", "ZZ"}}:
        offsets = {datetime(2026, 1, 15, tzinfo=ZoneInfo(zone)).utcoffset() for zone in zones_of(country)}
        if len(offsets) > 1:
            of_several[country] = zones_of(country)[0]
    assert of_several == FOREMOST

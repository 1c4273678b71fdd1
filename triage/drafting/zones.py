"""Which time zone a buyer writes from (R6): the country's zones, and the Date header's offset to choose among them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

_FOREMOST: Mapping[str, tuple[str, ...]] = {
    "AQ": ("Antarctica/McMurdo",),
    "AR": ("America/Argentina/Buenos_Aires",),
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth", "Australia/Adelaide", "Australia/Darwin"),
    "BR": ("America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"),
    "CA": (
        "America/Toronto",
        "America/Vancouver",
        "America/Edmonton",
        "America/Winnipeg",
        "America/Regina",
        "America/Halifax",
        "America/St_Johns",
    ),
    "CD": ("Africa/Kinshasa",),
    "CL": ("America/Santiago",),
    "CN": ("Asia/Shanghai",),
    "CY": ("Asia/Nicosia",),
    "DE": ("Europe/Berlin",),
    "EC": ("America/Guayaquil",),
    "ES": ("Europe/Madrid",),
    "FM": ("Pacific/Pohnpei",),
    "GL": ("America/Nuuk",),
    "ID": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "KI": ("Pacific/Tarawa",),
    "KZ": ("Asia/Almaty",),
    "MH": ("Pacific/Majuro",),
    "MN": ("Asia/Ulaanbaatar",),
    "MX": ("America/Mexico_City", "America/Tijuana", "America/Hermosillo", "America/Cancun"),
    "MY": ("Asia/Kuala_Lumpur",),
    "NZ": ("Pacific/Auckland",),
    "PF": ("Pacific/Tahiti",),
    "PG": ("Pacific/Port_Moresby",),
    "PS": ("Asia/Hebron",),
    "PT": ("Europe/Lisbon",),
    "RU": (
        "Europe/Moscow",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Novosibirsk",
        "Asia/Omsk",
        "Asia/Irkutsk",
        "Asia/Vladivostok",
    ),
    "UA": ("Europe/Kyiv",),
    "UM": ("Pacific/Wake",),
    "US": (
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Denver",
        "America/Phoenix",
        "America/Anchorage",
        "Pacific/Honolulu",
    ),
    "UZ": ("Asia/Tashkent",),
}
"""For countries of several zones: where most of the business sits, first of all; CLDR does not rank them."""


@cache
def _territory_zones() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, list[str]] = defaultdict(list)
    for zone, territory in get_global("zone_territories").items():
        if not zone.startswith("Etc/"):
            zones[territory].append(zone)
    return {territory: tuple(sorted(names)) for territory, names in zones.items()}


@cache
def zones_of(country: str) -> tuple[str, ...]:
    """IANA zones of an ISO 3166-1 alpha-2 country, the foremost first; empty for an unknown country."""
    return tuple(dict.fromkeys(_FOREMOST.get(country, ()) + _territory_zones().get(country, ())))


def buyer_zone(country: str | None, written: datetime | None) -> ZoneInfo | None:
    """The zone of a buyer in `country`, or None when the country is unknown.

    `written` is the mail's Date when its offset says where the writer sits: among the country's zones the first that
    had this offset at that moment is taken. An offset that none of them has (a traveller, a server's clock) is ignored.
    """
    if country is None or not (names := zones_of(country)):
        return None
    if written is not None and len(names) > 1:
        for name in names:
            zone = ZoneInfo(name)
            if _offset(written.astimezone(zone)) == _offset(written):
                return zone
    return ZoneInfo(names[0])


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()

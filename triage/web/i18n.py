"""The page's languages: gettext catalogues, read as they are written, and the formats of each locale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from gettext import NullTranslations
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton, format_time
from babel.messages.pofile import read_po

ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", CHINESE: "简体中文"}


class Catalogue(NullTranslations):
    """Messages by their English text; what is not translated stays English."""

    def __init__(self, messages: Mapping[str, str | Sequence[str]], plural_index: int) -> None:
        super().__init__()
        self._messages, self._plural_index = messages, plural_index

    def gettext(self, message: str) -> str:
        found = self._messages.get(message)
        return found if isinstance(found, str) and found else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        found = self._messages.get(singular)
        if found is None or isinstance(found, str):
            return singular if number == 1 else plural
        return found[0 if number == 1 else self._plural_index] or plural


@cache
def catalogue(language: str) -> NullTranslations:
    if language == ENGLISH:
        return NullTranslations()
    file = resources.files("triage.web").joinpath(f"locale/{language}/LC_MESSAGES/triage.po")
    with file.open("rb") as po:
        read = read_po(po, locale=language)
    messages = {m.id if isinstance(m.id, str) else m.id[0]: m.string or "" for m in read if m.id}
    return Catalogue(messages, read.num_plurals - 1)


def chosen(cookie: str | None, accepted: str) -> str:
    """The language a person set, else the first of the browser's that we speak, else English."""
    if cookie in LANGUAGES:
        return str(cookie)
    for part in accepted[:200].split(","):
        wanted = part.partition(";")[0].strip().lower()
        if wanted.startswith("zh"):
            return CHINESE
        if wanted.startswith("en"):
            return ENGLISH
    return ENGLISH


@dataclass(frozen=True, slots=True)
class Formats:
    """Dates and durations as a reader of that language expects them, on the desk's clock."""

    language: str
    zone: ZoneInfo
    now: datetime

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def moment(self, at: datetime) -> str:
        """The time alone for today, with the day for other days, with the year for other years."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        if local.date() == today:
            return self.time(local)
        return self.day(local) + " " + self.time(local)

    def full(self, at: datetime) -> str:
        day = format_skeleton("yMMMEd", at, tzinfo=self.zone, locale=self.locale)
        return f"{day} {self.time(at.astimezone(self.zone))}"

    def day(self, at: datetime) -> str:
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        skeleton = "MMMd" if local.year == today.year else "yMMMd"
        return format_skeleton(skeleton, local, tzinfo=self.zone, locale=self.locale)

    def time(self, local: datetime) -> str:
        return format_time(local, "HH:mm", tzinfo=local.tzinfo, locale=self.locale)

    def size(self, count: int) -> str:
        return f"{count} B" if count < 1000 else f"{count / 1000:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"

    def wall(self, local: datetime) -> str:
        """Weekday and time of a clock elsewhere."""
        return format_datetime(local, "EEE HH:mm", tzinfo=local.tzinfo, locale=self.locale)

    def country(self, code: str | None) -> str:
        return str(self.locale.territories.get(code or "", code or ""))

    def tongue(self, code: str | None) -> str:
        return str(self.locale.languages.get(code or "", code or ""))

    def duration(self, seconds: float) -> str:
        """Two figures at most: `45 min`, `1 h 20`, `3 d 4 h`."""
        minutes = int(timedelta(seconds=abs(seconds)).total_seconds() // 60)
        day, hour, minute = _UNITS[self.language]
        if minutes < 60:
            return f"{minutes}{minute}"
        if minutes < 24 * 60:
            return f"{minutes // 60}{hour}" + (f"{minutes % 60:02d}" if minutes % 60 else "")
        hours = minutes // 60
        return f"{hours // 24}{day}" + (f"{hours % 24}{hour}".rstrip() if hours % 24 else "")


_UNITS = {ENGLISH: (" d ", " h ", " min"), CHINESE: ("天", "小时", "分钟")}


@cache
def _locale(language: str) -> Locale:
    """English dates with the day before the month: readers are anywhere but in one country."""
    return Locale.parse("en_GB" if language == ENGLISH else language)

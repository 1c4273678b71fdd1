"""What the review page shows, as its address says: tab, filters, place, and what is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.worklist import Filter, Place, Tab

LONGEST = 200
"""Characters of a value in the address that are looked at."""
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class View:
    """`draft` or `mail` is open; `just` is the draft that was decided a moment ago."""

    tab: Tab = Tab.REVIEW
    filter: Filter = field(default_factory=Filter)
    after: Place | None = None
    draft: int | None = None
    mail: int | None = None
    just: int | None = None

    def url(self, **changed: object) -> str:
        """The address of this view with some things changed; what is open or was just decided is not kept."""
        kept = replace(self, draft=None, mail=None, just=None)
        return f"/review?{urlencode(_pairs(replace(kept, **changed)))}"  # type: ignore[arg-type]

    def url_open(self) -> str:
        """The address with what is open and what was just decided."""
        return f"/review?{urlencode(_pairs(self))}"

    def with_filter(self, **changed: object) -> str:
        """The address of the tab's start with another filter."""
        return self.url(filter=replace(self.filter, **changed), after=None)  # type: ignore[arg-type]

    @property
    def query(self) -> str:
        """Tab and filters, for forms to hand back."""
        return urlencode(_pairs(replace(self, draft=None, mail=None, just=None)))

    @property
    def narrowed(self) -> bool:
        return self.filter != Filter(self.filter.mailboxes)


def parse_view(values: Mapping[str, str], mailboxes: frozenset[str] | None) -> View:
    """Whatever an address holds: what makes no sense is left out, never an error."""
    said = {name: value[:LONGEST] for name, value in values.items()}
    return View(
        tab=_word(Tab, said.get("tab", "")) or Tab.REVIEW,
        filter=Filter(
            mailboxes=mailboxes,
            mailbox=said.get("mailbox", ""),
            tier=_word(Tier, said.get("tier", "")),
            kind=_word(Kind, said.get("kind", "")),
            country=said.get("country", "").upper(),
            language=said.get("language", "").lower(),
            assignee=said.get("assignee", ""),
            search=said.get("q", "").strip(),
        ),
        after=_place(said.get("after", "")),
        draft=_number(said.get("draft", "")),
        mail=_number(said.get("mail", "")),
        just=_number(said.get("just", "")),
    )


def parse_query(query: str, mailboxes: frozenset[str] | None) -> View:
    """A view from the text that `View.query` made."""
    return parse_view(dict(parse_qsl(query[:2000])), mailboxes)


def _pairs(view: View) -> dict[str, str]:
    wanted = view.filter
    pairs = {
        "tab": view.tab.value,
        "mailbox": wanted.mailbox,
        "tier": wanted.tier or "",
        "kind": wanted.kind or "",
        "country": wanted.country,
        "language": wanted.language,
        "assignee": wanted.assignee,
        "q": wanted.search,
        "after": f"{view.after.rank!r},{view.after.at.isoformat()},{view.after.id}" if view.after else "",
        "draft": str(view.draft or ""),
        "mail": str(view.mail or ""),
        "just": str(view.just or ""),
    }
    return {name: value for name, value in pairs.items() if value}


def _word(words: type[Word], text: str) -> Word | None:
    try:
        return words(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _place(text: str) -> Place | None:
    try:
        rank, at, key = text.split(",")
        instant = datetime.fromisoformat(at)
        return Place(float(rank), instant, int(key)) if instant.tzinfo else None
    except ValueError:
        return None

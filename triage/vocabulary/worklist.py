"""The reviewer's work as lists: which tab, which filter, one line of it, and where a page of it ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.mail import Address
from triage.vocabulary.records import DraftRecord, MessageRecord, ParkedRecord, PromiseRecord


class Tab(StrEnum):
    """The lists of the review page."""

    REVIEW = "review"
    """Drafts that wait for a person's decision."""
    OUTGOING = "outgoing"
    """Approved letters that have not left yet: in their time to undo, scheduled, or to be tried again."""
    WAITING = "waiting"
    """Letters that left; the buyer has not answered yet."""
    PROMISES = "promises"
    """What our letters promised and nobody has kept or dropped yet."""
    UNCERTAIN = "uncertain"
    """Letters of which nobody knows whether they arrived (I7)."""
    PARKED = "parked"
    """Mails whose processing failed too often (F06)."""
    UNSURE = "unsure"
    """Mails whose kind the classifier does not know for sure, and no person has told."""
    SNOOZED = "snoozed"
    """Put off until later."""
    ALL = "all"
    """Every mail that came in; here the search looks everywhere."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of a tab. `mailboxes` are those the person may see (None: all); empty values do not restrict."""

    mailboxes: frozenset[str] | None = None
    mailbox: str = ""
    tier: Tier | None = None
    kind: Kind | None = None
    country: str = ""
    """ISO 3166-1 alpha-2."""
    language: str = ""
    """ISO 639-1."""
    assignee: str = ""
    search: str = ""
    """Words to find in mails, letters and cards."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the next one starts behind it, whatever was added or taken away meanwhile.

    `rank` is the priority where a tab is ordered by it, else 0.
    """

    rank: float
    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Headline:
    """What a line tells of a mail; of a letter that answers none, to whom it goes and what it is about."""

    message_id: int | None
    mailbox: str
    sender: str
    sender_name: str
    subject: str
    received_at: datetime
    kind: Kind | None
    tier: Tier | None
    priority: float
    country: str | None
    language: str | None


def headline(message: MessageRecord | None, draft: DraftRecord | None, country: str | None = None) -> Headline:
    """`country` is the card's, for a letter that answers no mail."""
    if message is not None:
        return Headline(
            message.id,
            message.account_id,
            message.sender,
            message.sender_name,
            message.subject,
            message.received_at,
            message.kind,
            message.tier,
            message.priority or 0.0,
            message.country,
            message.language,
        )
    if draft is None:
        raise ValueError("a line without a mail and without a letter")
    to = draft.letter.to[0] if draft.letter.to else Address("", "")
    letter = draft.letter
    return Headline(
        None,
        draft.account_id,
        to.email,
        to.name,
        letter.subject,
        draft.created_at,
        None,
        None,
        0.0,
        country,
        letter.language,
    )


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line of a tab. What does not apply to the tab is None."""

    place: Place
    message: MessageRecord | None
    """None for a letter that opens its conversation."""
    customer: str
    """The card's company or name."""
    country: str | None = None
    """The card's."""
    draft: DraftRecord | None = None
    target_seconds: float | None = None
    """Of the response clock that runs for the mail, in working time; None when none runs."""
    unsure: bool = False
    assignee: str = ""
    snoozed_until: datetime | None = None
    promise: PromiseRecord | None = None
    parked: ParkedRecord | None = None


@dataclass(frozen=True, slots=True)
class SavedView:
    """A tab with its filters, as the page's address has them, under a name of a person's own."""

    id: int
    name: str
    query: str

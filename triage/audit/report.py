"""What a report says, as values: the terminal, JSON, CSV, the spreadsheet, the HTML file and the page all show these,
so that no two of them can differ. docs/audit-rules.md says how each figure is made. Durations are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.responses import ComplaintCount, Dimension, ReviewerCount

Measured = Literal["elapsed", "working", "buyer"]


@dataclass(frozen=True, slots=True)
class Spread:
    median: float
    mean: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`due` is `answered` plus `waiting`. A waiting mail that still has time is neither `in_target` nor `late`."""

    due: int
    answered: int
    waiting: int
    in_target: int
    late: int
    held: int
    """Mails that got a holding reply: counted apart, the clock runs on (A6)."""
    elapsed: Spread | None
    working: Spread | None
    """By the desk's calendar."""
    buyer: Spread | None = None
    """By the buyer's office hours, of the mails whose country is known (A24)."""

    def spread(self, measure: Measured) -> Spread | None:
        return {"elapsed": self.elapsed, "working": self.working, "buyer": self.buyer}[measure]

    @property
    def share_answered(self) -> float | None:
        return self.answered / self.due if self.due else None

    @property
    def share_in_target(self) -> float | None:
        decided = self.in_target + self.late
        return self.in_target / decided if decided else None


@dataclass(frozen=True, slots=True)
class Case:
    """One mail by name. For a mail that waits, the seconds run until the report's `now`."""

    message_id: int
    sender: str
    subject: str
    mailbox: str
    kind: Kind
    tier: Tier
    country: str | None
    received_at: datetime
    answered_at: datetime | None
    holding_at: datetime | None
    person: str
    elapsed_seconds: float
    working_seconds: float
    target_seconds: float


@dataclass(frozen=True, slots=True)
class Group:
    """`key` has one word for each of the dimensions."""

    key: tuple[str, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Mails that came in one hour of one weekday, by the desk's clock. `median`: elapsed time to the answer."""

    weekday: int
    """0 is Monday."""
    hour: int
    due: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many answers took up to so many seconds, and more than the bucket before (A46)."""

    upto: float
    """Infinite in the last one."""
    elapsed: int
    working: int
    buyer: int
    """By the buyer's office hours, of the mails whose country is known."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How long answers made here stood in one state (A25)."""

    name: str
    """`drafting`, `review` (the time to approve) or `sending`."""
    letters: int
    elapsed: Spread | None
    working: Spread | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Conversations from their first mail to the answer after which none waits (A26)."""

    resolved: int
    unresolved: int
    elapsed: Spread | None
    working: Spread | None


@dataclass(frozen=True, slots=True)
class Edits:
    """How much people changed the drafts before they left: shares of the words, 0 to 1 (A27)."""

    letters: int
    unedited: int
    median: float | None
    mean: float | None

    @property
    def share_unedited(self) -> float | None:
        return self.unedited / self.letters if self.letters else None


@dataclass(frozen=True, slots=True)
class Marketplaces:
    """The figures by which marketplaces judge a seller, made from our own mails (A28, A29)."""

    replied_in_24_hours: int
    received_in_30_days: int
    fastest_80_percent_mean: float | None
    """Elapsed seconds, mean of the fastest 80 % of the last 90 days' answers."""

    @property
    def reply_rate_24_hours(self) -> float | None:
        return self.replied_in_24_hours / self.received_in_30_days if self.received_in_30_days else None


@dataclass(frozen=True, slots=True)
class Recount:
    """Answers whose working time is another by today's calendar than by the one when they left (A23)."""

    changed: int
    former: Spread | None
    """Working time of all answers as it was counted when they left."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The head of a report, for who is in a hurry: without the buyer's hours and all that a whole one adds (A48)."""

    measures: ClassVar[tuple[Measured, ...]] = ("elapsed", "working")
    """Those that its figures have; any other is not none but not asked for."""

    by: tuple[Dimension, ...]
    now: datetime
    time_zone: str
    since: datetime | None
    """Arrival of the earliest and latest mail counted; None when there is none."""
    until: datetime | None
    total: Figures
    groups: tuple[Group, ...]
    """Tiers, hours, weeks and turns in their own order, everything else by number of mails; empty without `by`."""


@dataclass(frozen=True, slots=True)
class Report(Brief):
    measures: ClassVar[tuple[Measured, ...]] = (*Brief.measures, "buyer")

    worst: tuple[Case, ...]
    """The answers that took longest, by working time."""
    waiting: tuple[Case, ...]
    """Who has waited longest for an answer (R25)."""
    turns: tuple[Group, ...] = ()
    """First response and next response."""
    weeks: tuple[Group, ...] = ()
    """The trend; the key is the week's Monday."""
    heat: tuple[HeatCell, ...] = ()
    distribution: tuple[Bucket, ...] = ()
    """Empty when nothing was answered."""
    stages: tuple[Stage, ...] = ()
    resolution: Resolution = field(default_factory=lambda: Resolution(0, 0, None, None))
    edits: Edits = field(default_factory=lambda: Edits(0, 0, None, None))
    marketplaces: Marketplaces = field(default_factory=lambda: Marketplaces(0, 0, None))
    recount: Recount = field(default_factory=lambda: Recount(0, None))
    reviewers: tuple[ReviewerCount, ...] = ()
    promises: Mapping[str, int] = field(default_factory=dict)
    """By status: open, kept, broken, dropped."""
    complaints: tuple[ComplaintCount, ...] = ()
    """By what they are about, the most frequent first (R24)."""


__all__ = [
    "Bucket",
    "Case",
    "Dimension",
    "Edits",
    "Figures",
    "Group",
    "HeatCell",
    "Marketplaces",
    "Recount",
    "Report",
    "Resolution",
    "Spread",
    "Stage",
]

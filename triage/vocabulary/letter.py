"""What we answer: the letter, which sentence answers which point, what it asks back and what it promises."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.vocabulary.inquiry import BuyerType, History, Kind, Point, Reading, Stage, Tier
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.policy import Catalogue, Company, WorkCalendar


class AnswerStatus(StrEnum):
    ANSWERED = "answered"
    DEFERRED = "deferred"
    """Openly: the letter says when the answer comes, and that is a promise (R2)."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """The sentence of the letter that answers a point (R3), word for word as it stands in the text."""

    point: Point
    status: AnswerStatus
    sentence: str


@dataclass(frozen=True, slots=True)
class Question:
    """An ask-back question (R5). `id` is stable across languages."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Something the letter promises (R2, R9). `due` is aware."""

    text: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Warning:
    """A finding of the checks. `blocking` ones stop approval until mended or overridden with a reason."""

    code: str
    text: str
    place: str = ""
    """The words in the letter it speaks of."""
    remedy: str = ""
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class LetterAttachment:
    """A file that goes along (R8): a path under the configured attachments folder."""

    name: str
    path: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply, not yet a mail: no header is made here. `html` is the same text as simple HTML."""

    to: tuple[Address, ...]
    subject: str
    language: str
    text: str
    html: str
    points: tuple[PointAnswer, ...] = ()
    questions: tuple[Question, ...] = ()
    promises: tuple[PromiseMade, ...] = ()
    warnings: tuple[Warning, ...] = ()
    attachments: tuple[LetterAttachment, ...] = ()
    template: str = ""
    """Which template made it, e.g. `en/first_inquiry`."""
    holding: bool = False
    """True when every point asked is deferred: the letter only says when the answer comes (R2)."""

    @property
    def blocking(self) -> tuple[Warning, ...]:
        return tuple(w for w in self.warnings if w.blocking)


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """All that the drafting room needs to write one reply. It looks at nothing else, not even the clock."""

    mail: ParsedMail
    kind: Kind
    stage: Stage
    reading: Reading
    buyer_type: BuyerType
    tier: Tier
    history: History
    company: Company
    catalogue: Catalogue
    calendar: WorkCalendar
    received_at: datetime
    """Used for "thank you for your mail of ..." when the Date header can't be trusted."""
    now: datetime
    answer_by: datetime
    """When deferred points will be answered at the latest: an instant inside our working hours."""
    language: str = ""
    """Overrides the buyer's language; empty to follow it where a template set exists, else `company.languages[0]`."""
    own_addresses: frozenset[str] = frozenset()
    """Lower-case addresses of ours: never among the recipients."""

"""What we answer: the letter, which sentence answers which point, what it asks back and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Part(StrEnum):
    """The parts of a letter, in the order in which they stand in it."""

    SALUTATION = "salutation"
    THANKS = "thanks"
    ALTERNATIVE = "alternative"
    ANSWER = "answer"
    DEFERRAL = "deferral"
    PROOF = "proof"
    EXTRA = "extra"
    ENCLOSURE = "enclosure"
    QUESTION = "question"
    NEXT_STEP = "next_step"
    HOURS = "hours"
    CLOSE = "close"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing that a letter says or could say. `id` is stable: `answer.price`, `question.quantity`, `extra.DL-12`."""

    id: str
    part: Part
    text: str
    """Its words in the letter's language."""
    on: bool = True
    """False for what is left out: a person may tick it on."""
    status: AnswerStatus | None = None
    """Of an answer."""
    by_reviewer: bool = False
    """True when a person set it: the facts in it are that person's word (R9)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided against the machine's plan; empty values leave the machine's."""

    language: str = ""
    letter: str = ""
    """The template without its language, e.g. `quotation`, `decline`."""
    answers: Mapping[Point, str] = field(default_factory=dict)
    """The person's own sentence on a point."""
    deferred: frozenset[Point] = frozenset()
    """Left open although the catalogue has an answer."""
    dropped: frozenset[str] = frozenset()
    """Ids of items that are left out."""
    added: tuple[str, ...] = ()
    """Ids of items that come in, in their order."""
    own_fault: bool = False
    """Of a complaint: the fault is ours, and the letter says so (R11)."""
    remedy: str = ""
    """Of a complaint: what we do about it, in the person's words."""
    remedy_by: datetime | None = None
    """Aware: until when, where the remedy is a promise (R9)."""
    reason: str = ""
    """Of a refusal: `market`, `minimum` or `product`. Of thanks: `offer` or `application`. Of a greeting: its
    holiday."""
    message: str = ""
    """Of news: what is new, in the person's words."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A passage that both the person and a new plan changed: the person's words stand, the others are shown."""

    mine: str
    """Empty when the person had removed the passage."""
    theirs: str
    """Empty when the plan has no such passage any more."""


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """What the letter says before a person edits its words, and what that person decided on it."""

    items: tuple[PlanItem, ...] = ()
    choices: Choices = Choices()
    base: str = ""
    """The text as the plan gave it: what a person changed since is the difference to the letter's text."""
    conflicts: tuple[Conflict, ...] = ()
    """Of the last change of the plan; gone with the next edit."""


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
    plan: LetterPlan = LetterPlan()
    quote: str = ""
    """The buyer's mail as it stands below the letter; no part of `text`, so that no check takes it for ours."""

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
    attachment_limit: int = 5_000_000
    """Bytes that all files of a letter may have together; what is larger goes as a link (R8)."""
    quote_original: bool = True
    market_closed: bool = False
    """True when we do not sell to the buyer's country."""
    unheard: bool = False
    """True when the customer never wrote: `mail` holds their address and nothing else."""

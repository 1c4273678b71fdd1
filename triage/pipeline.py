"""The way of a mail: one table of steps, in order, each a pure function over frozen values.

A live mail, an imported archive and `triage assess` walk the same way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from triage import parsing, reading, screening
from triage.audit.business_hours import promise_time
from triage.scoring import buyer_score, market_score, priority
from triage.scoring.kind import certain, kind_of_automatic
from triage.scoring.scorecard import SHIPPED, Scorecard
from triage.vocabulary.inquiry import (
    Asked,
    Assessment,
    BuyerScore,
    History,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Reading,
    Stage,
)
from triage.vocabulary.letter import Letter, LetterRequest
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.policy import Catalogue, Company, Experience, MarketPolicy, TierRule, WorkCalendar

if TYPE_CHECKING:
    from triage.drafting import Templates

_SEALED = frozenset({"encrypted", "signed-opaque", "winmail.dat"})


class Classifier(Protocol):
    def predict(self, items: Sequence[tuple[ParsedMail, Reading, Screening]]) -> Sequence[KindPrediction]: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the steps need beside the mail: the seller's facts and rules, the model, the templates."""

    company: Company
    catalogue: Catalogue
    calendar: WorkCalendar
    markets: MarketPolicy
    classifier: Classifier
    load_templates: Callable[[], "Templates"]
    """Gives the same ones each time: templates and their engine are loaded when the first letter is written."""
    promise_within: timedelta = timedelta(hours=8)
    """Working time within which deferred points are answered."""
    own_addresses: frozenset[str] = frozenset()
    wrappers: parsing.Patterns | None = None
    """Patterns of marketplaces and web forms; the shipped ones when None."""
    attachment_limit: int = 5_000_000
    """Bytes of all files of a letter together."""
    quote_original: bool = True
    thanked: frozenset[Kind] = frozenset()
    """Kinds of mail that are no buyer's and get a word of thanks all the same."""
    tiers: TierRule = TierRule()  # noqa: RUF009 - frozen
    card: Scorecard = SHIPPED
    buyer_languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages that are expected; empty for any."""

    @property
    def templates(self) -> "Templates":
        return self.load_templates()


@dataclass(frozen=True, slots=True)
class Fault:
    """A step that failed on this mail."""

    step: str
    error: str


class StepFailed(Exception):
    """For callers that can't go on without the step's outcome."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.step}: {fault.error}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Case:
    """One mail on its way. Each step fills in its part; `fault` stops it."""

    raw: bytes
    received_at: datetime
    now: datetime
    mail: ParsedMail = field(default_factory=ParsedMail)
    screening: Screening = field(default_factory=lambda: Screening(None))
    reading: Reading = field(default_factory=Reading)
    history: History = field(default_factory=History)
    experience: Experience = Experience()  # noqa: RUF009 - frozen
    """What became of the customers of the buyer's country so far."""
    still_open: tuple[Asked, ...] = ()
    """What earlier mails of the conversation asked and nobody has answered."""
    kind: KindPrediction | None = None
    stage: Stage = Stage.FIRST_INQUIRY
    buyer: BuyerScore | None = None
    market: MarketScore | None = None
    priority: Priority | None = None
    letter: Letter | None = None
    unheard: bool = False
    """True when the customer never wrote: `mail` holds an address and nothing else."""
    fault: Fault | None = None

    @property
    def assessment(self) -> Assessment | None:
        if self.kind is None or self.buyer is None or self.market is None or self.priority is None:
            return None
        return Assessment(self.kind, self.reading, self.stage, self.buyer, self.market, self.priority)

    @property
    def unreadable(self) -> bool:
        """Its words are sealed in a form that is not opened here (H18, H19): a person must look."""
        return not self.mail.message.strip() and any(defect.code in _SEALED for defect in self.mail.defects)

    @property
    def deserves_a_letter(self) -> bool:
        """Machines never get one (I10), and only buyers must have one."""
        return self.screening.automatic is None and self.kind is not None and self.kind.kind.is_buyer

    def gets_a_letter(self, thanked: frozenset[Kind]) -> bool:
        """Also those whom the desk thanks without being asked for anything."""
        civil = self.screening.automatic is None and self.kind is not None and self.kind.kind in thanked
        return self.deserves_a_letter or (civil and not self.screening.wants_no_reply)


def parse(desk: Desk, case: Case) -> Case:
    return replace(case, mail=parsing.parse(case.raw, desk.wrappers))


def screen(desk: Desk, case: Case) -> Case:
    return replace(case, screening=screening.screen(case.mail, desk.own_addresses))


def screen_ours(desk: Desk, case: Case) -> Case:
    """Of a letter in Sent only a machine's work matters; that it is our own is known."""
    return replace(case, screening=screening.screen(case.mail))


def read(desk: Desk, case: Case) -> Case:
    return replace(case, reading=reading.read(case.mail, desk.buyer_languages))


def classify(desk: Desk, case: Case) -> Case:
    """What the screening knows for certain is not left to the classifier."""
    if case.screening.automatic is not None:
        return replace(case, kind=certain(kind_of_automatic(case.screening.automatic), "screening"))
    if case.unreadable:
        # Taken for a buyer's, so that it waits for an answer where people look (R25).
        return replace(case, kind=certain(Kind.INQUIRY, "unreadable"))
    return replace(case, kind=desk.classifier.predict([(case.mail, case.reading, case.screening)])[0])


def score(desk: Desk, case: Case) -> Case:
    """Stage, buyer quality, market and priority: what the mail is worth (R13)."""
    kind = _known(case.kind)
    stage = reading.stage(kind.kind, case.reading, case.history)
    buyer = buyer_score(case.mail, case.reading, kind.kind, case.history, desk.card)
    market = market_score(case.reading.country, desk.markets, case.experience)
    rank = priority(kind, buyer, market, case.reading, stage, case.history, desk.tiers, case.mail)
    return replace(case, stage=stage, buyer=buyer, market=market, priority=rank)


def draft(desk: Desk, case: Case) -> Case:
    if case.unreadable or not case.gets_a_letter(desk.thanked):
        return case
    from triage.drafting import draft_letter

    return replace(case, letter=draft_letter(letter_request(desk, case), desk.templates))


def letter_request(desk: Desk, case: Case) -> LetterRequest:
    """What the drafting room gets to see of an assessed case."""
    assessment = _known(case.assessment)
    return LetterRequest(
        mail=case.mail,
        kind=assessment.kind.kind,
        stage=assessment.stage,
        reading=replace(assessment.reading, asked=assessment.reading.asked + case.still_open),
        buyer_type=assessment.buyer.buyer_type,
        tier=assessment.priority.tier,
        history=case.history,
        company=desk.company,
        catalogue=desk.catalogue,
        calendar=desk.calendar,
        received_at=case.received_at,
        now=case.now,
        answer_by=promise_time(desk.calendar, case.now, desk.promise_within),
        own_addresses=desk.own_addresses,
        attachment_limit=desk.attachment_limit,
        quote_original=desk.quote_original,
        market_closed=desk.markets.targets.get(assessment.reading.country or "") == 0,
        unheard=case.unheard,
    )


T = TypeVar("T")


def _known(value: T | None) -> T:
    """A step relies on those before it."""
    if value is None:
        raise RuntimeError("a step ran before the steps it relies on")
    return value


Step = Callable[[Desk, Case], Case]

UNDERSTAND: tuple[Step, ...] = (
    parse,  #     bytes -> ParsedMail; newest text apart from quotes; wrappers opened
    screen,  #    bounce, auto-reply, list, own mail -> never a draft (I10)
    read,  #      language, points asked, facts told, country, signals
    classify,  #  which of the twenty kinds
)
"""What a mail says taken alone."""

UNDERSTAND_OURS: tuple[Step, ...] = (parse, screen_ours)
"""Enough for a letter found in Sent: whether a person wrote it, and to whom."""

ANSWER: tuple[Step, ...] = (
    score,  #     stage, buyer quality, market, priority, tier; needs the history
    draft,  #     plan, ask-back questions, letter, checks; buyers only
)
"""What it is worth, and our reply. Between the two tables stands the conversation: who wrote what before."""


def walk(desk: Desk, case: Case, steps: Iterable[Step] = UNDERSTAND + ANSWER) -> Case:
    """Take a case through steps, in order. Whatever a hostile mail provokes stays with that mail (I3, F06)."""
    for step in steps:
        try:
            case = step(desk, case)
        except Exception as error:
            return replace(case, fault=Fault(step.__name__, f"{type(error).__name__}: {error}"))
    return case

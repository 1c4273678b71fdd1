"""The public Python interface and the JSON contract of `triage assess` and `triage draft`: flat, stable fields.

A field's name here is its name in the JSON, but for `from`, which is a word of the language: `from_` as an attribute.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum

from triage.intake.arrival import arrived_at
from triage.pipeline import Case, walk
from triage.vocabulary.inquiry import (
    Assessment,
    BuyerScore,
    BuyerType,
    Kind,
    KindPrediction,
    MarketScore,
    Priority,
    Quality,
    Reading,
    Stage,
    Tier,
)
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import Address


@dataclass(frozen=True, slots=True)
class AttachmentFound:
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReasonGiven:
    factor: str
    effect: float
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    source: str
    country: str
    text: str


@dataclass(frozen=True, slots=True)
class AssessedMail:
    """What `triage.assess` returns. Scores are 0-100; `automatic` is None for people's mail; `country` ISO alpha-2."""

    source: str
    message_id: str | None
    from_: str
    subject: str
    date: datetime | None
    newest_text: str
    automatic: str | None
    defects: tuple[str, ...]
    attachments: tuple[AttachmentFound, ...]
    kind: str
    kind_probabilities: Mapping[str, float]
    is_buyer: bool
    stage: str
    language: str
    country: str | None
    country_evidence: tuple[EvidenceFound, ...]
    market_score: float
    buyer_score: float
    quality: str
    tier: str
    priority: float
    buyer_type: str
    points: tuple[str, ...]
    facts: Mapping[str, str]
    signals: tuple[str, ...]
    reasons: tuple[ReasonGiven, ...]
    model: str
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class PointAnswered:
    point: str
    status: str
    sentence: str


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PromiseGiven:
    text: str
    due: datetime


@dataclass(frozen=True, slots=True)
class WarningGiven:
    code: str
    text: str
    place: str
    remedy: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class DraftedLetter:
    """What `triage.draft` returns. `text` is empty when no letter is due; `warnings` then says why."""

    source: str
    to: tuple[str, ...]
    subject: str
    language: str
    text: str
    html: str
    points: tuple[PointAnswered, ...]
    questions: tuple[QuestionAsked, ...]
    promises: tuple[PromiseGiven, ...]
    warnings: tuple[WarningGiven, ...]
    attachments: tuple[str, ...]


_NOT_ASSESSED = Assessment(
    KindPrediction(Kind.OTHER, {Kind.OTHER: 1.0}, unsure=True),
    Reading(),
    Stage.FIRST_INQUIRY,
    BuyerScore(0.0, Quality.NONE, BuyerType.UNKNOWN),
    MarketScore(0.0),
    Priority(0.0, Tier.D),
)
"""What is said of a mail on which a step failed: the defect names the step, a person decides."""


def assessed(case: Case, source: str) -> AssessedMail:
    """The flat form of a case. Of one that failed on its way: what is known so far, and the step as a defect."""
    found = case.assessment or _NOT_ASSESSED
    mail, read = case.mail, found.reading
    failed = (f"failed_{case.fault.step}",) if case.fault else ()
    return AssessedMail(
        source=source,
        message_id=mail.message_id,
        from_=_shown(mail.sender),
        subject=mail.subject,
        date=mail.date,
        newest_text=mail.newest_text,
        automatic=case.screening.automatic,
        defects=tuple(defect.code for defect in mail.defects) + failed,
        attachments=tuple(AttachmentFound(a.name, a.content_type, a.size, a.sha256) for a in mail.attachments),
        kind=found.kind.kind,
        kind_probabilities={str(kind): round(p, 4) for kind, p in found.kind.probabilities.items()},
        is_buyer=case.deserves_a_letter,
        stage=found.stage,
        language=read.language,
        country=read.country,
        country_evidence=tuple(EvidenceFound(e.source, e.country, e.text) for e in read.country_evidence),
        market_score=round(found.market.score, 1),
        buyer_score=round(found.buyer.score, 1),
        quality=found.buyer.quality,
        tier=found.priority.tier,
        priority=round(found.priority.score, 1),
        buyer_type=found.buyer.buyer_type,
        points=tuple(read.points),
        facts={str(name): text for name, text in read.facts.items()},
        signals=tuple(dict.fromkeys(signal.name for signal in read.signals)),
        reasons=tuple(ReasonGiven(r.factor, round(r.effect, 2), r.text) for r in found.reasons),
        model=found.kind.model,
        unsure=found.kind.unsure,
    )


def drafted(case: Case, source: str) -> DraftedLetter:
    """The flat form of the letter of a case that walked to the end, or an empty letter with the reason."""
    letter = case.letter
    if letter is None:
        reason = _why_no_letter(case)
        none = Letter((), "", case.reading.language, "", "")
        return _flat(none, source, (WarningGiven("no_letter", reason, "", "", False),))
    return _flat(
        letter, source, tuple(WarningGiven(w.code, w.text, w.place, w.remedy, w.blocking) for w in letter.warnings)
    )


def _flat(letter: Letter, source: str, warnings: tuple[WarningGiven, ...]) -> DraftedLetter:
    return DraftedLetter(
        source=source,
        to=tuple(address.email for address in letter.to),
        subject=letter.subject,
        language=letter.language,
        text=letter.text,
        html=letter.html,
        points=tuple(PointAnswered(p.point, p.status, p.sentence) for p in letter.points),
        questions=tuple(QuestionAsked(q.id, q.text) for q in letter.questions),
        promises=tuple(PromiseGiven(p.text, p.due) for p in letter.promises),
        warnings=warnings,
        attachments=tuple(attachment.name for attachment in letter.attachments),
    )


def _why_no_letter(case: Case) -> str:
    if case.fault:
        return f"{case.fault.step} failed: {case.fault.error}"
    if case.screening.automatic:
        return f"automatic mail ({case.screening.automatic}): {case.screening.reason}"
    return f"not a buyer's mail: {case.kind.kind if case.kind else 'unknown'}"


def _shown(address: Address | None) -> str:
    if address is None:
        return ""
    return f"{address.name} <{address.email}>" if address.name else address.email


def as_json(value: AssessedMail | DraftedLetter) -> str:
    """One line of JSON, fields in the order of the contract."""
    row = {field.name.rstrip("_"): getattr(value, field.name) for field in fields(value)}
    return json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def assess_one(raw: bytes, now: datetime) -> AssessedMail:
    """With the default settings; see `triage.assess`."""
    return assessed(_walked(raw, now), "-")


def draft_one(raw: bytes, now: datetime) -> DraftedLetter:
    """With the default settings; see `triage.draft`."""
    return drafted(_walked(raw, now), "-")


def _walked(raw: bytes, now: datetime) -> Case:
    from triage.desk import default_desk

    return walk(default_desk(), Case(raw, arrived_at(raw, None, now, now), now))

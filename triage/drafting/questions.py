"""What to ask back (R5): by stage and kind, the most telling first, never what the buyer has told or was asked."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from triage.drafting.references import reference_of
from triage.vocabulary.inquiry import BuyerType, FactName, Kind, Point, Stage, Tier
from triage.vocabulary.letter import LetterRequest

_TEXT_CAP = 20_000
_LIMITS: Mapping[Tier, int] = {Tier.A: 5, Tier.B: 4}
_FEW = 3
_BRIEF = frozenset({Stage.COMPLAINT, Stage.SHIPMENT, Stage.AFTER_SALE})
_OF_ITS_OWN = frozenset({Kind.PAYMENT, Kind.FOLLOW_UP})
"""With these the buyer wants something done, not a talk: three questions are enough whatever the tier."""
_SPARE = 4
"""Questions kept ready for a person to tick on."""
_LABELS: Mapping[str, FactName] = {
    "company": FactName.COMPANY,
    "company name": FactName.COMPANY,
    "country": FactName.DESTINATION,
    "destination": FactName.DESTINATION,
    "name": FactName.PERSON,
    "phone": FactName.PHONE,
    "product": FactName.PRODUCT,
    "quantity": FactName.QUANTITY,
    "website": FactName.WEBSITE,
}
"""Labels of web forms and marketplace notices, and the fact that stands behind each."""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of the bank. `seeks` names a fact; `value` 0-100 says how much the answer tells us."""

    id: str
    seeks: str
    value: int
    stages: frozenset[Stage]
    kinds: frozenset[Kind]
    unless: frozenset[Point]
    buyers: frozenset[BuyerType]
    only_with: frozenset[Point]
    only_unlisted: bool
    """Asked only where the buyer names goods that the catalogue has nothing of."""
    grievances: frozenset[str]
    home: frozenset[str]
    """Countries of sellers (ISO 3166-1 alpha-2) who ask it; empty for all."""

    def suits(self, request: LetterRequest, grievance: str, unlisted: bool) -> bool:
        points = set(request.reading.points)
        return (
            not self.unless & points
            and (not self.only_with or bool(self.only_with & points))
            and (not self.buyers or request.buyer_type in {*self.buyers, BuyerType.UNKNOWN})
            and (not self.grievances or grievance in self.grievances)
            and (not self.home or request.company.country in self.home)
            and (unlisted or not self.only_unlisted)
        )


@dataclass(frozen=True, slots=True)
class Bank:
    questions: tuple[BankQuestion, ...]
    known: Mapping[str, tuple[re.Pattern[str], ...]]
    """Key to the patterns that show that the mail tells it."""


@cache
def bank() -> Bank:
    """The shipped bank, the most telling question first."""
    data = tomllib.loads((Path(__file__).parent / "questions.toml").read_text(encoding="utf-8"))
    questions = tuple(
        BankQuestion(
            id=entry["id"],
            seeks=entry["seeks"],
            value=entry["value"],
            stages=frozenset(map(Stage, entry["stages"])),
            kinds=frozenset(map(Kind, entry.get("kinds", ()))),
            unless=frozenset(map(Point, entry.get("unless", ()))),
            buyers=frozenset(map(BuyerType, entry.get("buyers", ()))),
            only_with=frozenset(map(Point, entry.get("only_with", ()))),
            only_unlisted=entry.get("only_unlisted", False),
            grievances=frozenset(entry.get("grievances", ())),
            home=frozenset(entry.get("home", ())),
        )
        for entry in data["question"]
    )
    patterns = {key: tuple(re.compile(p, re.IGNORECASE) for p in value) for key, value in data["known"].items()}
    return Bank(tuple(sorted(questions, key=lambda q: -q.value)), patterns)


class Known:
    """All that need not be asked: told in this mail, in its form fields, earlier, or standing on the card."""

    def __init__(self, request: LetterRequest, product_known: bool) -> None:
        told: set[str] = {fact.value for fact in (*request.reading.facts, *request.history.facts)}
        mail = request.mail
        fields = mail.wrapped.fields if mail.wrapped is not None else ()
        told |= {_LABELS[label.lower()].value for label, text in fields if text and label.lower() in _LABELS}
        if reference_of(mail):
            told.add("order_number")
        if product_known:
            told.add(FactName.PRODUCT)
        kinds = {attachment.content_type.partition("/")[0] for attachment in mail.attachments}
        if kinds & {"image", "video"}:
            told |= {"photos", "payment_slip"}
        if any(attachment.content_type == "application/pdf" for attachment in mail.attachments):
            told.add("payment_slip")
        if reference_of(mail):
            told.add("order_number")
        self.unlisted = FactName.PRODUCT.value in told and not product_known
        self._told = told
        self._text = f"{mail.subject}\n{mail.message}"[:_TEXT_CAP]

    def __contains__(self, fact: str) -> bool:
        return fact in self._told or any(pattern.search(self._text) for pattern in bank().known.get(fact, ()))


def choose(
    request: LetterRequest, stage: Stage, known: Known, grievance: str = ""
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of three to five questions (fewer when little is unknown), the most telling first, each fact once; and of
    those next in turn.

    In a complaint only what helps to solve it (R24).
    """
    everything = bank().questions
    if stage is Stage.COMPLAINT:
        pools = [[q for q in everything if Stage.COMPLAINT in q.stages]]
    else:
        pools = [[q for q in everything if request.kind in q.kinds]]
        if request.kind is not Kind.PAYMENT:
            pools.append([q for q in everything if stage in q.stages])
    limit = _FEW if stage in _BRIEF or request.kind in _OF_ITS_OWN else _LIMITS.get(request.tier, _FEW)
    asked_before = {question.seeks for question in everything if question.id in request.history.asked_questions}
    chosen: dict[str, str] = {}
    for question in dict.fromkeys(question for pool in pools for question in pool):
        if len(chosen) == limit + _SPARE:
            break
        asked = question.seeks in chosen or question.seeks in asked_before
        if not asked and question.suits(request, grievance, known.unlisted) and question.seeks not in known:
            chosen[question.seeks] = question.id
    ids = tuple(chosen.values())
    return ids[:limit], ids[limit:]

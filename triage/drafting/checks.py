"""The checks of every draft and every edit: each point answered, nothing stated without a fact, nothing promised
without a record, nothing asked that we know (R2, R3, R5, R9, R24)."""

from collections.abc import Iterator

from triage.drafting import catalogue as look
from triage.drafting.claims import Claim, certificates_at, claims
from triage.drafting.plan import Plan
from triage.drafting.questions import bank
from triage.drafting.recipients import recipient_warnings
from triage.drafting.render import Templates
from triage.drafting.reviewed import Reviewed
from triage.drafting.style import style_warnings
from triage.drafting.tokens import lists_in
from triage.vocabulary.inquiry import FactName, Point
from triage.vocabulary.letter import AnswerStatus, Letter, Warning

_NO_SOURCE = {
    "money": ("price_without_source", "No price list or policy names {0}."),
    "share": ("share_without_source", "No policy names {0}."),
    "duration": ("duration_without_source", "No catalogue entry or policy names {0}."),
    "date": ("date_without_source", "No record names the date {0}."),
    "number": ("number_without_source", "Neither catalogue nor mail names {0}."),
}
_WORDS_OF = {
    Point.SAMPLE: "sample",
    Point.SPECS: "specs",
    Point.CUSTOMIZATION: "customization",
    Point.WARRANTY: "warranty",
}
"""Points that the catalogue answers in words of its own."""
_BINDING = frozenset({"money", "share", "duration", "date"})
_MAY_BE_REPEATED = frozenset({"duration", "date", "number"})
"""What the buyer says may be said back to him; not his price or discount: that would accept it."""


def check_letter(letter: Letter, plan: Plan, templates: Templates) -> tuple[Warning, ...]:
    """All findings on a letter's present text against its plan, blocking ones first."""
    reviewed = Reviewed(letter, plan, templates)
    warnings = [
        *(w for w in recipient_warnings(reviewed.request) if w.code != "no_recipient" or not letter.to),
        *_points(reviewed),
        *_policies(reviewed),
        *_foreign_words(reviewed),
        *_figures(reviewed),
        *_currency(reviewed),
        *_certificates(reviewed),
        *_grants(reviewed),
        *_promises(reviewed),
        *_questions(reviewed),
        *_conflicts(reviewed),
        *style_warnings(reviewed),
    ]
    return tuple(sorted(dict.fromkeys(warnings), key=lambda warning: not warning.blocking))


def _points(reviewed: Reviewed) -> Iterator[Warning]:
    """R3: every point is answered or openly deferred, in whatever words."""
    letter = reviewed.letter
    said = {item.point: item for item in letter.points if item.status is not AnswerStatus.MISSING}
    for asked in reviewed.plan.answers:
        stands = asked.point in said and said[asked.point].sentence in letter.text
        if not stands and not reviewed.found(f"point.{asked.point}", stated=True):
            yield Warning(
                "unanswered_point",
                f"The buyer asks for {asked.point}; the letter says nothing to it.",
                next((item.text for item in reviewed.request.reading.asked if item.point is asked.point), ""),
                "Answer it, or say when the answer comes.",
                blocking=True,
            )


def _policies(reviewed: Reviewed) -> Iterator[Warning]:
    """A point left open only because the company's sentence is not in the letter's language."""
    language = reviewed.plan.language
    for item in reviewed.plan.answers:
        sentence = reviewed.request.catalogue.answers.get(item.point, {})
        others = ", ".join(name for name, text in sentence.items() if text and name != language)
        if item.passage is None and others and not sentence.get(language):
            yield Warning(
                "policy_in_other_language",
                f"The catalogue answers {item.point} only in {others}.",
                remedy=f"Add answers.{item.point}.{language} to the catalogue.",
            )


def _foreign_words(reviewed: Reviewed) -> Iterator[Warning]:
    """An answer that uses the catalogue's words in the language they are in, for want of others."""
    language = reviewed.plan.language
    for product in reviewed.plan.matter.products:
        for item in reviewed.plan.answers:
            key = _WORDS_OF.get(item.point)
            if key is None or look.is_said_in(product, key, language):
                continue
            text = look.words(product, key, language)
            if text and text in reviewed.text:
                yield Warning(
                    "catalogue_in_other_language",
                    f"The catalogue has no {key} of {product.id} in {language!r}.",
                    text,
                    f"Translate it here, and add text.{language}.{key} to the catalogue.",
                )


def _figures(reviewed: Reviewed) -> Iterator[Warning]:
    """R9: no figure without a fact behind it."""
    for claim in claims(reviewed.stated, (reviewed.plan.language, "en")):
        sentence = reviewed.sentence_at(claim.start)
        if not reviewed.sources.support(claim, sentence):
            yield from _unsupported(claim, sentence, reviewed)


def _unsupported(claim: Claim, sentence: str, reviewed: Reviewed) -> Iterator[Warning]:
    if claim.kind == "money" and reviewed.sources.know_amount(claim, sentence):
        yield Warning(
            "wrong_currency",
            f"The price {claim.text} is in another currency than our list.",
            claim.text,
            "Use the list's currency.",
            blocking=True,
        )
    elif claim.kind not in _MAY_BE_REPEATED or not reviewed.sources.buyer_says(claim):
        code, text = _NO_SOURCE[claim.kind]
        remedy = "Take it from the catalogue, enter it there first, or leave it out."
        yield Warning(code, text.format(claim.text), claim.text, remedy, blocking=claim.kind in _BINDING)
    elif claim.kind in _BINDING:
        yield Warning(
            "only_the_buyer_says_so",
            f"Only the buyer names {claim.text}.",
            claim.text,
            "Make sure that the letter does not promise it.",
        )


def _currency(reviewed: Reviewed) -> Iterator[Warning]:
    """The buyer reckons in another currency than our prices."""
    theirs = {
        code
        for told in reviewed.request.reading.told
        if told.fact is FactName.TARGET_PRICE
        for code in _codes(told.text)
    }
    ours = {product.currency for product in reviewed.plan.matter.products if product.prices}
    if theirs and ours and not theirs & ours:
        yield Warning(
            "buyers_currency",
            f"The buyer reckons in {' or '.join(sorted(theirs))}, our prices are in {' and '.join(sorted(ours))}.",
            remedy="Make sure that the buyer can compare them.",
        )


def _codes(text: str) -> set[str]:
    return {
        str(value[1])
        for claim in claims(text, ("en",))
        if claim.kind == "money"
        for value in claim.values
        if isinstance(value, tuple)
    }


def _certificates(reviewed: Reviewed) -> Iterator[Warning]:
    for name, at in certificates_at(reviewed.stated):
        if not reviewed.sources.certify(name, reviewed.sentence_at(at)):
            yield Warning(
                "certificate_without_source",
                f"No product here lists {name}.",
                name,
                "Leave it out, or enter it in the catalogue.",
                blocking=True,
            )


def _grants(reviewed: Reviewed) -> Iterator[Warning]:
    """Discounts and guarantees are given in the company's own words only."""
    for name in ("discount", "guarantee"):
        for hit in reviewed.found(name, stated=True):
            warranted = name == "guarantee" and any(product.warranty for product in reviewed.sources.products)
            if not warranted and name not in lists_in(reviewed.words.index, reviewed.sources.words):
                yield Warning(
                    f"{name}_without_source",
                    f"Nothing on record grants this {name}.",
                    hit.text,
                    "Leave it out, or enter the policy in the catalogue.",
                    blocking=True,
                )


def _promises(reviewed: Reviewed) -> Iterator[Warning]:
    """R2, R9: what is promised is on record, and what is on record is said."""
    hits = reviewed.every("promise", stated=True, but="not_a_promise")
    for sentence in dict.fromkeys(reviewed.sentence_at(hit.start).strip() for hit in hits):
        yield Warning(
            "promise_without_record",
            "No one would be reminded of this promise.",
            sentence,
            "State a fact instead, use the promised time on record, or record it with its day: `triage promises add`.",
            blocking=True,
        )
    for promise in reviewed.letter.promises:
        if promise.text not in reviewed.letter.text:
            yield Warning(
                "promise_not_in_text",
                "A promise on record no longer stands in the letter.",
                promise.text,
                "Put it back, or drop the promise.",
            )


def _questions(reviewed: Reviewed) -> Iterator[Warning]:
    """R5: nothing is asked that we know or have asked before."""
    wording = reviewed.templates.questions(reviewed.plan.language)
    asked = set(reviewed.sentences)
    for question in bank().questions:
        text = wording.get(question.id, "")
        if text not in asked:
            continue
        if question.seeks in reviewed.plan.known:
            yield Warning(
                "question_answered", f"The buyer has told us this: {question.seeks}.", text, "Leave the question out."
            )
        elif question.id in reviewed.request.history.asked_questions:
            yield Warning("question_repeated", "We have asked this before.", text, "Leave the question out.")


def _conflicts(reviewed: Reviewed) -> Iterator[Warning]:
    """What a person edited and a new plan changed too."""
    for conflict in reviewed.letter.plan.conflicts:
        text = f"The plan now says: {conflict.theirs}" if conflict.theirs else "The plan has no such passage any more."
        yield Warning("edit_conflict", text, conflict.mine, "Yours stands; edit it if it no longer holds.")

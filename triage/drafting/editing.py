"""A person's changes of the plan: each takes the plan as it stands and gives the choices that follow from it. Pure."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from triage.drafting.plan import CLOSED, FOLLOW_UPS, LETTERS, REFUSALS
from triage.errors import PlanError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import Choices, LetterPlan, Part

_OPTIONAL = (Part.ALTERNATIVE, Part.PROOF, Part.EXTRA, Part.ENCLOSURE, Part.QUESTION, Part.HOURS)
"""What can be ticked off. An answer can't: it is given, left open, or worded by the person (R3)."""


def tick(plan: LetterPlan, item_id: str, on: bool) -> Choices:
    """Put an item into the letter, or leave it out. Raises PlanError for what the plan does not have."""
    optional = {item.id for item in plan.items if item.part in _OPTIONAL}
    _known("item", item_id, optional)
    choices = plan.choices
    added = tuple(other for other in choices.added if other != item_id)
    if on:
        return replace(choices, added=(*added, item_id), dropped=choices.dropped - {item_id})
    return replace(choices, added=added, dropped=choices.dropped | {item_id})


def ask(plan: LetterPlan, questions: Collection[str]) -> Choices:
    """Put exactly these of the plan's questions, by id; others of its questions are left out (R5)."""
    for item in plan.items:
        if item.part is Part.QUESTION and item.on is not (item.id in questions):
            plan = replace(plan, choices=tick(plan, item.id, item.id in questions))
    return plan.choices


def say(plan: LetterPlan, point: Point, sentence: str) -> Choices:
    """Answer a point in the person's own words, whether it was answered or left open. Raises PlanError."""
    _asked(plan, point)
    if not sentence.strip():
        raise PlanError("The answer is empty.", "Write a sentence, or leave the point open.")
    choices = plan.choices
    answers = {**choices.answers, point: " ".join(sentence.split())}
    return replace(choices, answers=answers, deferred=choices.deferred - {point})


def leave_open(plan: LetterPlan, point: Point) -> Choices:
    """Say when the answer comes instead of answering (R2). Raises PlanError."""
    _asked(plan, point)
    return replace(_without(plan.choices, point), deferred=plan.choices.deferred | {point})


def leave_all_open(plan: LetterPlan) -> Choices:
    """A holding reply: every point asked is answered later (R2)."""
    points = frozenset(Point(item.id.partition(".")[2]) for item in plan.items if item.part is Part.ANSWER)
    return replace(plan.choices, answers={}, deferred=points)


def as_planned(plan: LetterPlan, point: Point) -> Choices:
    """Take the catalogue's answer again. Raises PlanError."""
    _asked(plan, point)
    return replace(_without(plan.choices, point), deferred=plan.choices.deferred - {point})


def speak(plan: LetterPlan, language: str, available: Iterable[str]) -> Choices:
    """Write in another language; empty for the buyer's. Raises PlanError when there are no templates for it."""
    if language:
        _known("language", language, available)
    return replace(plan.choices, language=language)


def switch(plan: LetterPlan, letter: str, reason: str = "") -> Choices:
    """Use another letter, for instance `decline` for a reason; empty for the one that follows from the mail. Raises
    PlanError."""
    if plan.choices.letter in FOLLOW_UPS:
        raise PlanError("A follow-up can't become another letter.", "Reject it, or edit its words.")
    if letter:
        _known("letter", letter, LETTERS)
    if letter not in CLOSED and reason:
        raise PlanError(f"A reason goes with {' or '.join(sorted(CLOSED))} only.", "Leave it out.")
    if letter == "decline" and reason:
        _known("reason", reason, REFUSALS)
    return replace(plan.choices, letter=letter, reason=reason)


def settle(plan: LetterPlan, own_fault: bool, remedy: str, by: datetime | None = None) -> Choices:
    """Of a complaint: whether the fault is ours, and what we do about it (R11). The remedy is the person's word; one
    that promises something has a day `by` which it is kept, and is recorded as a promise."""
    return replace(plan.choices, own_fault=own_fault, remedy=" ".join(remedy.split()), remedy_by=by)


def _without(choices: Choices, point: Point) -> Choices:
    return replace(choices, answers={other: text for other, text in choices.answers.items() if other is not point})


def _asked(plan: LetterPlan, point: Point) -> None:
    asked = [item.id.partition(".")[2] for item in plan.items if item.part is Part.ANSWER]
    _known("point", str(point), asked)


def _known(what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        close = difflib.get_close_matches(name, names, 1)
        raise PlanError(
            f"The plan has no {what} {name!r}." + (f" Did you mean {close[0]!r}?" if close else ""),
            f"It has {', '.join(names) or 'none'}.",
        )

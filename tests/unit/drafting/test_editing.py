"""A person changes the plan; the letter follows and keeps that person's edits."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from tests.unit.drafting.requests import DESK, request
from triage.drafting import editing
from triage.errors import PlanError
from triage.vocabulary.inquiry import BuyerType, Kind, Point, Stage, Tier
from triage.vocabulary.letter import AnswerStatus, Choices, Letter, LetterRequest, Part, PlanItem, PromiseMade

CASE = request(
    "Please quote 700 pcs of the LED desk lamp. Do you have UL?",
    {"price": "quote", "certification": "Do you have UL?"},
    {"product": "LED desk lamp", "quantity": "700 pcs"},
    kind=Kind.RFQ,
    stage=Stage.QUOTATION,
    tier=Tier.B,
)
DRAFT = DESK.draft(CASE)
COMPLAINT = request("40 of the lamps are broken!", ["refund"], kind=Kind.COMPLAINT, stage=Stage.COMPLAINT)


def item(letter: Letter, name: str) -> PlanItem:
    (found,) = [item for item in letter.plan.items if item.id == name]
    return found


def revised(choices: Choices, letter: Letter = DRAFT, case: LetterRequest = CASE) -> Letter:
    return DESK.revise(letter, case, choices)


def test_the_plan_has_every_part_of_the_letter_in_words_that_stand_in_it() -> None:
    assert {i.part for i in DRAFT.plan.items} == set(Part) - {Part.ALTERNATIVE, Part.ENCLOSURE}
    assert [i.id for i in DRAFT.plan.items if i.on and i.text not in DRAFT.text] == []
    assert [i.id for i in DRAFT.plan.items if not i.on and i.text in DRAFT.text] == []
    assert DRAFT.plan.base == DRAFT.text


def test_the_plan_survives_json() -> None:
    choices = Choices(answers={Point.PRICE: "One."}, deferred=frozenset({Point.MOQ}), added=("proof",))
    letter = revised(choices)
    shape = TypeAdapter(Letter)
    assert shape.validate_json(shape.dump_json(letter)) == letter


def test_a_question_ticked_off_goes_and_no_other_comes_instead() -> None:
    letter = revised(editing.tick(DRAFT.plan, "question.timing", on=False))
    assert [q.id for q in letter.questions] == [q.id for q in DRAFT.questions if q.id != "timing"]
    assert item(letter, "question.timing").on is False
    again = revised(editing.tick(letter.plan, "question.timing", on=True), letter)
    assert {q.id for q in again.questions} == {q.id for q in DRAFT.questions}


def test_a_question_that_waits_in_the_plan_is_ticked_on() -> None:
    spare = next(i for i in DRAFT.plan.items if i.part is Part.QUESTION and not i.on)
    letter = revised(editing.tick(DRAFT.plan, spare.id, on=True))
    assert f"{len(letter.questions)}. {spare.text}" in letter.text


def test_a_deferral_becomes_a_value_and_its_promise_goes() -> None:
    assert item(DRAFT, "answer.certification").status is AnswerStatus.DEFERRED
    letter = revised(editing.say(DRAFT.plan, Point.CERTIFICATION, "We have CE and UL for it."))
    assert letter.promises == ()
    assert item(letter, "answer.certification").by_reviewer
    assert [p.status for p in letter.points] == [AnswerStatus.ANSWERED] * 2
    assert letter.blocking == ()


def test_the_persons_word_is_a_source_for_the_figures_in_it() -> None:
    letter = revised(editing.say(DRAFT.plan, Point.PRICE, "For 700 pcs the price is USD 4.55 per piece."))
    assert letter.blocking == ()
    assert [w.code for w in revised(Choices(), replace(DRAFT, text=letter.text)).blocking] == ["price_without_source"]


def test_an_answer_becomes_a_deferral_and_goes_back() -> None:
    letter = revised(editing.leave_open(DRAFT.plan, Point.PRICE))
    assert "USD" not in letter.text
    assert "We are checking the price and the UL certificate." in letter.text
    assert revised(editing.as_planned(letter.plan, Point.PRICE), letter).text == DRAFT.text


def test_a_holding_reply_defers_everything() -> None:
    letter = revised(editing.leave_all_open(DRAFT.plan))
    assert letter.holding
    assert {p.status for p in letter.points} == {AnswerStatus.DEFERRED}


def test_extras_are_dropped_and_added() -> None:
    assert item(DRAFT, "proof").on
    letter = revised(editing.tick(DRAFT.plan, "proof", on=False))
    assert "since 2008" not in letter.text
    assert item(DRAFT, "extra.DL-12").on is False
    assert "- Packing: one piece" in revised(editing.tick(DRAFT.plan, "extra.DL-12", on=True)).text


def test_an_alternative_and_the_office_hours_can_be_left_out() -> None:
    case = request("", ["price"], {"product": "desk lamp", "quantity": "50 pcs"})
    draft = DESK.draft(case)
    choices = editing.tick(draft.plan, "alternative.DL-12", on=False)
    letter = revised(choices, draft, case)
    assert "below our minimum" not in letter.text
    choices = editing.tick(letter.plan, "hours", on=False)
    assert "You can reach us" not in revised(choices, letter, case).text


def test_the_persons_edits_stay_when_the_plan_changes() -> None:
    mine = DRAFT.text.replace("Do these terms suit you?", "Do these terms suit you, Anna?")
    edited = replace(DRAFT, text=mine)
    letter = revised(editing.tick(DRAFT.plan, "question.timing", on=False), edited)
    assert "Do these terms suit you, Anna?" in letter.text
    assert "When do you need the goods?" not in letter.text
    assert letter.plan.conflicts == ()
    assert "suit you, Anna?" in letter.html


def test_where_both_changed_a_passage_the_persons_words_stand_and_a_note_shows_both() -> None:
    edited = replace(DRAFT, text=DRAFT.text.replace("USD 4.80", "USD 4.70"))
    letter = revised(editing.leave_open(DRAFT.plan, Point.PRICE), edited)
    assert "USD 4.70" in letter.text
    assert [w.place for w in letter.warnings if w.code == "edit_conflict"] == [c.mine for c in letter.plan.conflicts]
    assert "USD 4.70" in letter.plan.conflicts[0].mine


def test_another_language_starts_from_its_own_words_and_shows_the_edits_that_are_lost() -> None:
    edited = replace(DRAFT, text=DRAFT.text.replace("Best regards,", "Kindest regards,"))
    letter = revised(editing.speak(DRAFT.plan, "zh", ["en", "zh"]), edited)
    assert letter.language == "zh"
    assert letter.text.startswith("尊敬的Anna Schmidt：")
    assert [c.mine for c in letter.plan.conflicts] == ["Kindest regards,"]


def test_the_plan_is_shown_in_the_reviewers_language() -> None:
    items = DESK.items(CASE, DRAFT.plan.choices, "zh")
    assert [i.id for i in items] == [i.id for i in DRAFT.plan.items]
    assert next(i.text for i in items if i.id == "question.timing") == "您什么时候需要这批货？"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("market", "we do not sell to your country"),
        ("minimum", "it is below what our production allows (200 pcs)"),
        ("product", "not part of our range"),
    ],
)
def test_a_refusal_is_kind_asks_nothing_and_promises_nothing(reason: str, words: str) -> None:
    letter = revised(editing.switch(DRAFT.plan, "decline", reason))
    assert words in letter.text
    assert (letter.questions, letter.promises, letter.blocking) == ((), (), ())
    assert "please write to us again" in letter.text
    assert {p.status for p in letter.points} == {AnswerStatus.ANSWERED}
    assert all(words in p.sentence for p in letter.points)


def test_r11_our_fault_is_admitted_with_the_remedy_when_the_reviewer_says_so() -> None:
    draft = DESK.draft(COMPLAINT)
    assert "fault is ours" not in draft.text
    choices = editing.settle(draft.plan, own_fault=True, remedy="We replace the 40 lamps by air at our cost.")
    letter = revised(choices, draft, COMPLAINT)
    assert "The fault is ours, and we take responsibility for it. We replace the 40 lamps by air" in letter.text
    assert letter.text.count("We replace the 40 lamps") == 1
    assert "We are checking" not in letter.text
    assert [(p.status, p.sentence) for p in letter.points] == [(AnswerStatus.ANSWERED, choices.remedy)]
    assert letter.blocking == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: editing.tick(p, "question.timin", on=False), "Did you mean 'question.timing'?"),
        (lambda p: editing.tick(p, "answer.price", on=False), "no item 'answer.price'"),
        (lambda p: editing.say(p, Point.MOQ, "200"), "no point 'moq'"),
        (lambda p: editing.say(p, Point.PRICE, " "), "The answer is empty."),
        (lambda p: editing.speak(p, "xx", ["en"]), "no language 'xx'"),
        (lambda p: editing.switch(p, "declin"), "Did you mean 'decline'?"),
        (lambda p: editing.switch(p, "decline", "mood"), "no reason 'mood'"),
        (lambda p: editing.switch(p, "quotation", "market"), "A reason goes with"),
    ],
)
def test_what_the_plan_does_not_have_is_refused_with_what_it_has(change: object, said: str) -> None:
    assert callable(change)
    with pytest.raises(PlanError) as caught:
        change(DRAFT.plan)
    assert said in str(caught.value)
    assert caught.value.remedy


def test_r4_a_middleman_finds_the_same_items_ticked_otherwise() -> None:
    agent = DESK.draft(replace(CASE, buyer_type=BuyerType.AGENT))
    assert item(agent, "extra.DL-12").on
    assert item(agent, "extra.catalog").on


def test_r9_a_remedy_that_promises_is_recorded_with_its_day() -> None:
    draft = DESK.draft(COMPLAINT)
    remedy = "We will send 40 new lamps by air."
    without = revised(editing.settle(draft.plan, True, remedy), draft, COMPLAINT)
    assert [w.code for w in without.blocking] == ["promise_without_record"]
    by = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    kept = revised(editing.settle(draft.plan, True, remedy, by), draft, COMPLAINT)
    assert PromiseMade(remedy, by) in kept.promises
    assert (kept.blocking, kept.holding) == ((), False)

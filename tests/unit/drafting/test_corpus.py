"""The letters to all buyer mails of the training corpus: what must hold for every one of them."""

from collections.abc import Sequence

import pytest

from benchmarks.letters import Drafted, drafts, known_facts_asked
from triage.drafting.questions import bank
from triage.vocabulary.inquiry import Stage
from triage.vocabulary.letter import AnswerStatus

MOST = 5


@pytest.fixture(scope="module")
def drafted() -> Sequence[Drafted]:
    found = list(drafts())
    assert len(found) > 500
    return found


def test_r3_every_point_asked_is_answered_or_openly_deferred_in_words_of_the_letter(drafted: Sequence[Drafted]) -> None:
    lost = [
        (item.mail.id, point)
        for item in drafted
        for point in item.request.reading.points
        if not any(p.point is point and p.sentence and p.sentence in item.letter.text for p in item.letter.points)
    ]
    assert lost == []


def test_r5_no_letter_asks_for_a_fact_that_is_known(drafted: Sequence[Drafted]) -> None:
    assert [(item.mail.id, known_facts_asked(item)) for item in drafted if known_facts_asked(item)] == []
    assert [item.mail.id for item in drafted if "question_answered" in {w.code for w in item.letter.warnings}] == []


def test_r5_no_letter_asks_too_much_or_twice(drafted: Sequence[Drafted]) -> None:
    seeks = {question.id: question.seeks for question in bank().questions}
    assert [item.mail.id for item in drafted if len(item.letter.questions) > MOST] == []
    twice = [i.mail.id for i in drafted if len({seeks[q.id] for q in i.letter.questions}) < len(i.letter.questions)]
    assert twice == []


def test_r24_a_complaint_is_asked_only_what_solves_it(drafted: Sequence[Drafted]) -> None:
    solving = {question.id for question in bank().questions if Stage.COMPLAINT in question.stages}
    complaints = [item for item in drafted if item.letter.template.endswith("/complaint")]
    assert len(complaints) > 30
    assert [item.mail.id for item in complaints if {q.id for q in item.letter.questions} - solving] == []
    assert [item.mail.id for item in complaints if "pitch_in_complaint" in {w.code for w in item.letter.warnings}] == []


def test_what_is_open_is_promised_inside_our_hours_and_nothing_blocks(drafted: Sequence[Drafted]) -> None:
    open_ = [i for i in drafted if any(p.status is AnswerStatus.DEFERRED for p in i.letter.points)]
    assert [item.mail.id for item in open_ if [p.due for p in item.letter.promises] != [item.request.answer_by]] == []
    blocked = [item.mail.id for item in drafted if item.letter.blocking]
    assert len(blocked) <= len(drafted) * 0.05, blocked

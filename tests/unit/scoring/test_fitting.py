"""The scorecard learns from the desk, within its signs (R13-R16, R28)."""

from dataclasses import replace
from pathlib import Path

import pytest

from triage.desk import mail_reader
from triage.errors import ModelError
from triage.scoring.corpus import LabelledMail, read_corpus
from triage.scoring.fitting import ENOUGH, card_verdict
from triage.scoring.quality import buyer_score
from triage.scoring.scorecard import SHIPPED, Points, Scorecard, scorecard_of
from triage.vocabulary.inquiry import History, Kind, Quality

CORPUS = [mail for mail in read_corpus(Path("models/corpus")) if mail.kind.is_buyer][::12]


def own(quality: Quality, count: int = 40) -> list[LabelledMail]:
    """Short mails of strangers, all labelled alike."""
    return [
        LabelledMail(
            f"own-{n}",
            f"own-{n}",
            "en",
            frozenset({Kind.INQUIRY}),
            quality,
            f"From: b{n}@buyer{n}.example\nSubject: Lamps\n\nPlease send a catalogue of lamp {n}. Best, Ada".encode(),
        )
        for n in range(count)
    ]


def score(mail: LabelledMail, card: Scorecard) -> float:
    parsed, reading, _ = mail_reader(mail.raw)
    found = buyer_score(parsed, reading, mail.kind, History(), card)
    assert 0 <= found.score <= 100
    assert found.score == pytest.approx(min(100.0, max(0.0, sum(reason.effect for reason in found.reasons))))
    return found.score


@pytest.mark.parametrize(("quality", "sign"), [(Quality.HIGH, 1), (Quality.LOW, -1)])
def test_labels_that_all_say_one_thing_move_scores_that_way_and_break_no_sign(quality: Quality, sign: int) -> None:
    labels = own(quality)
    neutral = card_verdict(CORPUS, own(Quality.MEDIUM), mail_reader, SHIPPED).card
    found = card_verdict(CORPUS, labels, mail_reader, scorecard_at(100.0 if sign < 0 else -100.0))

    assert found.promote, found.words
    assert sign * (score(labels[0], found.card) - score(labels[0], neutral)) > 0
    assert all(effect >= 0 for section in ("facts", "signals") for effect in found.card.points[section].values())
    assert all(effect <= 0 for effect in found.card.risks.values())
    assert scorecard_of({"scorecard": found.card.points}) == found.card


def scorecard_at(base: float) -> Scorecard:
    return Scorecard({**SHIPPED.points, "base": {**SHIPPED.points["base"], "base": base}})


def test_a_worse_card_is_not_taken() -> None:
    """The present one already says what all labels say, as loudly as can be."""
    present = scorecard_at(500.0)
    found = card_verdict(CORPUS, own(Quality.HIGH), mail_reader, present)
    assert (found.promote, found.card) == (False, present)


def test_with_few_labels_or_none_unseen_the_card_stays_and_says_so() -> None:
    few = card_verdict(CORPUS, own(Quality.HIGH, ENOUGH - 1), mail_reader, SHIPPED)
    assert (few.promote, few.card) == (False, SHIPPED)
    assert "19 new labels of buyer quality, 20 are needed" in few.words
    labels = own(Quality.HIGH)
    known = card_verdict(CORPUS, labels, mail_reader, SHIPPED, frozenset(mail.id for mail in labels))
    assert not known.promote


@pytest.mark.parametrize(
    "points",
    [
        {**SHIPPED.points, "risks": {**SHIPPED.risks, "too_good": 1.0}},
        {**SHIPPED.points, "facts": {**SHIPPED.points["facts"], "company": -1.0}},
        {**SHIPPED.points, "signals": {**SHIPPED.signals, "money": float("nan")}},
        {name: effects for name, effects in SHIPPED.points.items() if name != "kinds"},
        {**SHIPPED.points, "steps": {}},
    ],
)
def test_a_card_that_is_not_whole_or_breaks_a_sign_is_refused(points: Points) -> None:
    with pytest.raises(ModelError, match="scorecard"):
        scorecard_of({"scorecard": points})


def test_a_model_without_a_card_scores_by_the_shipped_one() -> None:
    assert scorecard_of({}) is SHIPPED
    assert score(replace(own(Quality.HIGH)[0], kinds=frozenset({Kind.RFQ})), SHIPPED) > 0

"""What the desk's use teaches, on a real SQLite store."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.harness.desks import Desktop, inquiry
from triage.desk import Abstainer, classifier_of
from triage.errors import TriageError
from triage.explaining import as_text, explanation
from triage.learning import own_labels, own_qualities, rescore
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Kind, KindPrediction, Quality, Tier

MASS = (
    "Dear Sirs, we are a trading company and interested in your products. Please send us your best price list and"
    " catalogue, the minimum order quantity and the payment terms. We hope for a long business together."
)


class SaysComplaint:
    """A classifier of another version."""

    def predict(self, items: list[object]) -> list[KindPrediction]:
        return [KindPrediction(Kind.COMPLAINT, {Kind.COMPLAINT: 1.0}, model="kind-next") for _ in items]


def test_relabelled_mails_and_drafts_approved_unchanged_are_labels(desktop: Desktop) -> None:
    relabelled = desktop.arrive(inquiry(message_id="<1@muster.example>"))
    approved = desktop.arrive(inquiry(sender="ana@other.example", message_id="<2@other.example>"))
    desktop.arrive(inquiry(sender="eve@third.example", message_id="<3@third.example>"))
    desktop.app.review.relabel(relabelled, Kind.SAMPLE_REQUEST, "Li Na")
    ((draft_id, _),) = desktop.drafts(approved)
    desktop.app.review.approve(draft_id, "Li Na", override="fine")

    labels = own_labels(desktop.app.store).mails

    with desktop.app.store.begin(write=False) as uow:
        kind = uow.messages.get(approved).kind
    assert kind is not None
    assert sorted(mail.kind for mail in labels) == sorted([Kind.SAMPLE_REQUEST, kind])
    assert all(mail.id.startswith("own-") for mail in labels)


def test_history_is_scored_again_and_both_scores_stay(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    before = explanation(desktop.app.store, message_id)
    desk = replace(desktop.app.desk, classifier=SaysComplaint())

    assert rescore(desktop.app.store, desk, desktop.clock, lambda _: None) == 1
    assert rescore(desktop.app.store, desk, desktop.clock, lambda _: None) == 0

    after = explanation(desktop.app.store, message_id)
    assert (after.found.kind.kind, after.found.kind.model) == (Kind.COMPLAINT, "kind-next")
    assert [(old.kind, old.priority) for old in after.earlier] == [
        (before.found.kind.kind, before.found.priority.score)
    ]
    assert "before: " in as_text(after, chinese=False)


def test_a_persons_label_outlasts_a_rescoring(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    desktop.app.review.relabel(message_id, Kind.RFQ, "Li Na")
    desk = replace(desktop.app.desk, classifier=SaysComplaint())

    rescore(desktop.app.store, desk, desktop.clock, lambda _: None)

    with desktop.app.store.begin(write=False) as uow:
        assert uow.messages.get(message_id).kind is Kind.RFQ


def test_each_part_of_an_explanation_adds_up_and_cites_the_mail(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry(text="We need 500 pcs of LED bulbs before end of May. What is your price?"))
    told = explanation(desktop.app.store, message_id)
    for score, reasons in (
        (told.found.priority.score, told.found.priority.reasons),
        (told.found.market.score, told.found.market.reasons),
    ):
        assert sum(reason.effect for reason in reasons) == pytest.approx(score, abs=1e-3)
    cited = {
        reason.factor: told.message[reason.start : reason.end] for reason in told.found.reasons if reason.start >= 0
    }
    assert cited["quantity"].startswith("500")
    assert all(reason.zh for reason in told.found.reasons)
    assert "买家质量" in as_text(told, chinese=True)


def test_the_same_text_from_another_sender_is_mass_mail(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry(text=MASS))
    second = desktop.arrive(inquiry(sender="tom@other.example", message_id="<2@other.example>", text=f"{MASS} Tom"))
    with desktop.app.store.begin(write=False) as uow:
        found = [uow.messages.assessment_of(key) for key in (first, second)]
    names = [{s.name for s in each.assessment.reading.signals} for each in found if each and each.assessment]
    assert ["mass_mail" in each for each in names] == [False, True]


def test_with_a_model_that_cannot_be_used_every_mail_goes_to_a_person(desktop: Desktop, tmp_path: Path) -> None:
    broken = tmp_path / "broken.model"
    broken.write_bytes(b"not a model")
    stand_in = classifier_of(desktop.app.settings.model_copy(update={"model_file": broken}))
    assert isinstance(stand_in, Abstainer)
    assert "can't be read" in stand_in.why
    desktop.app.__dict__["desk"] = replace(desktop.app.desk, classifier=stand_in)

    message_id = desktop.arrive(inquiry())

    told = explanation(desktop.app.store, message_id)
    assert (told.found.kind.unsure, told.found.priority.tier) == (True, Tier.C)
    assert broken.read_bytes() == b"not a model"
    assert desktop.drafts(message_id)


def test_a_persons_tier_stands_beside_the_computed_one_and_outlasts_a_rescoring(desktop: Desktop) -> None:
    """R28: queue and target follow the person's word, until it is taken back."""
    app, message_id = desktop.app, desktop.arrive(inquiry())
    computed = explanation(app.store, message_id).found.priority
    rule = app.desk.tiers
    word = Tier.C if computed.tier is not Tier.C else Tier.A

    assert app.tiering.correct(message_id, word, "Li Na", "a known reseller") is word
    desk = replace(app.desk, classifier=SaysComplaint())
    assert rescore(app.store, desk, desktop.clock, lambda _: None) == 1
    app.review.relabel(message_id, Kind.RFQ, "Li Na")

    with app.store.begin(write=False) as uow:
        message = uow.messages.get(message_id)
        ((response,),) = ([r for r in uow.responses.by_number() if r.message_id == message_id],)
        drafts = [uow.drafts.get(key) for key, _ in desktop.drafts(message_id)]
        queued = uow.learning.tier_labels(message_id)[message_id]
    assert message.tier is word and message.priority is not None and rule.tier(message.priority) is word
    assert response.tier is word
    assert response.target_seconds == app.settings.targets.value().by_tier[word].total_seconds()
    assert drafts and (queued.by, queued.reason) == ("Li Na", "a known reseller")
    assert not list(app.log_keeper.verify())
    told = explanation(app.store, message_id)
    assert f"a person's word: tier {word} (Li Na" in as_text(told, chinese=False)

    assert app.tiering.correct(message_id, None, "Li Na") is told.found.priority.tier
    with app.store.begin(write=False) as uow:
        assert uow.messages.get(message_id).priority == pytest.approx(told.found.priority.score)
        assert not uow.learning.tier_labels()


def test_no_tier_for_mail_that_needs_no_answer(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    with pytest.raises(TriageError, match="can't be of that tier"):
        desktop.app.tiering.correct(message_id, Tier.D, "Li Na")


def test_tiers_and_outcomes_are_labels_of_the_buyers_quality(desktop: Desktop) -> None:
    app = desktop.app
    keys = [desktop.arrive(inquiry(sender=f"b{n}@b{n}.example", message_id=f"<{n}@b{n}.example>")) for n in range(3)]
    app.tiering.correct(keys[0], Tier.C, "Li Na")
    for key, kind in ((keys[1], ContactKind.LOST), (keys[2], ContactKind.SAMPLE)):
        customer = app.viewing.case_of_message(key, None).customer
        assert customer is not None
        desktop.clock.move(minutes=1)
        app.customers.note(customer.id, kind, "", "Li Na")

    labels = own_qualities(app.store)

    assert [mail.quality for mail in labels.mails] == [Quality.LOW, Quality.MEDIUM, Quality.HIGH]
    assert labels.sources == {"tier corrected": 1, "lost": 1, "sample": 1}

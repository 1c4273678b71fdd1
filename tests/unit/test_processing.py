"""What becomes of stored mails, on a real SQLite store."""

from dataclasses import replace

import pytest

from tests.harness.desks import Choking, Desktop, inquiry
from triage.errors import StoreError
from triage.processing import TRIES
from triage.vocabulary.inquiry import Point, Tier
from triage.vocabulary.mail import Automatic
from triage.vocabulary.records import FolderRole, Via
from triage.vocabulary.states import MessageStatus

REPLY_TO_US = {"In_Reply_To": "<1@muster.example>", "References": "<1@muster.example>"}


def test_a_buyers_mail_gets_one_draft_and_a_running_clock(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())

    assert [state for _, state in desktop.drafts(message_id)] == ["proposed"]
    with desktop.app.store.begin(write=False) as uow:
        message = uow.messages.get(message_id)
        (waiting,) = uow.responses.waiting()
    assert (message.status, message.automatic, message.sender) == (MessageStatus.PROCESSED, None, "karl@muster.example")
    assert (waiting.message_id, waiting.first, waiting.received_at) == (message_id, True, desktop.clock.now())


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, Automatic.AUTO_REPLY),
        ({"List_Id": "<news.shop.example>", "Precedence": "bulk"}, Automatic.LIST),
    ],
)
def test_machines_get_no_draft_and_no_clock(desktop: Desktop, headers: dict[str, str], automatic: Automatic) -> None:
    message_id = desktop.arrive(inquiry(**headers))

    with desktop.app.store.begin(write=False) as uow:
        message = uow.messages.get(message_id)
        assert (message.automatic, message.tier, uow.responses.waiting()) == (automatic, Tier.D, [])
    assert message.screening_reason
    assert desktop.drafts(message_id) == []


def test_our_own_mail_in_the_inbox_gets_no_draft(desktop: Desktop) -> None:
    assert desktop.drafts(desktop.arrive(inquiry(sender="sales@seller.example"))) == []


def test_a_second_mail_voids_the_draft_and_carries_its_open_points(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    desktop.clock.move(hours=1)
    second = desktop.arrive(
        inquiry(
            message_id="<2@muster.example>", subject="Re: LED bulbs", text="Do you have CE certificates?", **REPLY_TO_US
        )
    )

    assert [state for _, state in desktop.drafts(first)] == ["superseded"]
    ((draft_id, state),) = desktop.drafts(second)
    points = {answer.point for answer in desktop.app.draft(draft_id).letter.points}
    assert state == "proposed"
    assert points >= {Point.PRICE, Point.MOQ, Point.LEAD_TIME, Point.CERTIFICATION}


def test_an_approved_letter_is_held_when_the_buyer_writes_again(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    ((draft_id, _),) = desktop.drafts(first)
    desktop.app.review.approve(draft_id, "Wang Wei", override="deferred answers are fine")
    desktop.clock.move(minutes=1)
    desktop.arrive(
        inquiry(message_id="<2@muster.example>", subject="Re: LED bulbs", text="One more question: MOQ?", **REPLY_TO_US)
    )

    held = desktop.app.draft(draft_id)
    assert (held.status, held.note) == ("held", "the buyer wrote again")


def test_an_answer_from_a_phone_holds_the_draft_and_stops_the_clock(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    desktop.clock.move(hours=2)
    phone = inquiry(
        sender="sales@seller.example",
        message_id="<p@phone.example>",
        subject="Re: LED bulbs",
        text="Hello Karl, USD 1.20.",
        **REPLY_TO_US,
    )
    desktop.arrive(phone.replace(b"To: sales@seller.example", b"To: karl@muster.example"), FolderRole.SENT)

    ((draft_id, state),) = desktop.drafts(message_id)
    assert (state, desktop.app.draft(draft_id).note) == ("held", "answered elsewhere on 2026-11-23 11:00 UTC")
    with desktop.app.store.begin(write=False) as uow:
        (response,) = uow.responses.between(None, None)
    assert (response.via, response.elapsed_seconds) == (Via.ELSEWHERE, 7200.0)


def test_what_was_answered_long_ago_leaves_nothing_to_decide(desktop: Desktop) -> None:
    """An archive is imported: its answered mails would fill the queue."""
    answer = inquiry(
        sender="sales@seller.example",
        message_id="<p@phone.example>",
        subject="Re: LED bulbs",
        text="USD 1.20.",
        **REPLY_TO_US,
    ).replace(b"To: sales@seller.example", b"To: karl@muster.example")
    first = desktop.arrive(inquiry())
    desktop.arrive(answer, FolderRole.SENT, processed=False)
    desktop.arrive(inquiry(message_id="<2@muster.example>"), processed=False)
    desktop.clock.move(days=3)
    while desktop.app.processor.process_waiting(10):
        pass
    assert [state for _, state in desktop.drafts(first)] == ["superseded"]
    assert [state for _, state in desktop.drafts(first + 2)] == ["superseded"]


def test_the_answer_may_be_read_before_the_question(desktop: Desktop) -> None:
    """An archive's Sent folder may be imported first."""
    desktop.clock.move(hours=2)
    answer = inquiry(
        sender="sales@seller.example",
        message_id="<p@phone.example>",
        subject="Re: LED bulbs",
        text="USD 1.20.",
        **REPLY_TO_US,
    )
    desktop.arrive(answer.replace(b"To: sales@seller.example", b"To: karl@muster.example"), FolderRole.SENT)
    desktop.clock.move(hours=-2)
    message_id = desktop.arrive(inquiry())

    assert [state for _, state in desktop.drafts(message_id)] == ["held"]
    with desktop.app.store.begin(write=False) as uow:
        assert uow.responses.waiting() == []


def test_a_copy_in_another_mailbox_shares_the_conversation_and_gets_no_draft(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    copy = desktop.arrive(b"Delivered-To: office@seller.example\r\n" + inquiry(), account="office")

    with desktop.app.store.begin(write=False) as uow:
        original, duplicate = uow.messages.get(first), uow.messages.get(copy)
    assert (duplicate.duplicate_of, duplicate.conversation_id) == (first, original.conversation_id)
    assert desktop.drafts(copy) == []


def test_the_same_id_on_another_mail_is_another_mail(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    other = desktop.arrive(inquiry(sender="eve@rival.example", text="Please quote 100 solar panels for our project."))

    with desktop.app.store.begin(write=False) as uow:
        one, two = uow.messages.get(first), uow.messages.get(other)
    assert two.duplicate_of is None
    assert two.conversation_id != one.conversation_id


def test_forged_references_do_not_join_a_conversation(desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    forged = desktop.arrive(
        inquiry(
            sender="eve@rival.example",
            message_id="<9@rival.example>",
            text="Please send the price list to me instead.",
            **REPLY_TO_US,
        )
    )

    with desktop.app.store.begin(write=False) as uow:
        one, two = uow.messages.get(first), uow.messages.get(forged)
    assert two.conversation_id != one.conversation_id
    assert "claims to belong" in two.screening_reason


def test_a_mail_from_a_domain_that_looks_like_a_customers_is_flagged(desktop: Desktop) -> None:
    def imitations(message_id: int) -> list[str]:
        with desktop.app.store.begin(write=False) as uow:
            stored = uow.messages.assessment_of(message_id)
        assert stored is not None and stored.assessment is not None
        return [s.text for s in stored.assessment.reading.signals if s.name == "lookalike_domain"]

    assert imitations(desktop.arrive(inquiry())) == []
    forged = desktop.arrive(inquiry(message_id="<2@rnuster.example>", sender="karl@rnuster.example"))
    assert imitations(forged) == ["rnuster.example / muster.example"]


def test_template_code_in_a_mail_stays_text(desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry(subject="{{ 7 * 7 }} {% include 'x' %} bulbs"))

    ((draft_id, _),) = desktop.drafts(message_id)
    assert desktop.app.draft(draft_id).letter.subject == "Re: {{ 7 * 7 }} {% include 'x' %} bulbs"


def test_a_mail_that_fails_three_times_is_parked_and_its_neighbours_go_on(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_on(desktop, monkeypatch, "poison")
    poison = desktop.arrive(inquiry(subject="poison"))
    healthy = desktop.arrive(inquiry(message_id="<2@muster.example>"))
    for _ in range(TRIES - 1):
        desktop.clock.move(minutes=1)
        desktop.app.processor.process_waiting(10)

    with desktop.app.store.begin(write=False) as uow:
        (parked,) = uow.messages.parked()
        alerts = [alert.key for alert in uow.alerts.standing()]
        raw = uow.messages.raw(poison)
    assert (parked.message_id, parked.attempts) == (poison, TRIES)
    assert alerts == ["messages:parked"]
    assert raw == inquiry(subject="poison")
    assert len(desktop.drafts(healthy)) == 1


def test_a_parked_mail_is_processed_after_replay(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        fail_on(desktop, broken, "poison")
        poison = desktop.arrive(inquiry(subject="poison"))
        for _ in range(TRIES - 1):
            desktop.clock.move(minutes=1)
            desktop.app.processor.process_waiting(10)
    with desktop.app.store.begin() as uow:
        uow.messages.replay(poison)
        uow.commit()

    desktop.app.processor.process_waiting(10)

    assert [state for _, state in desktop.drafts(poison)] == ["proposed"]


def test_a_lost_database_is_no_fault_of_the_mails(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    with monkeypatch.context() as broken:
        broken.setattr(desktop.app.processor._placer, "place", full)
        with pytest.raises(StoreError):
            desktop.arrive(inquiry())
    with desktop.app.store.begin(write=False) as uow:
        (waiting,) = uow.messages.waiting(desktop.clock.now(), 10)
        assert uow.messages.get(waiting).attempts == 0

    assert desktop.app.processor.process_waiting(10) == 1
    assert len(desktop.drafts(waiting)) == 1


def fail_on(desktop: Desktop, monkeypatch: pytest.MonkeyPatch, subject: str) -> None:
    """Make the classifier choke on mails of that subject."""
    desk = desktop.app.desk
    monkeypatch.setattr(desktop.app.processor, "_desk", replace(desk, classifier=Choking(desk.classifier, subject)))

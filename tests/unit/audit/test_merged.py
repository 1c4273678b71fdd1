"""Mails of one buyer that ask the same in two places, and letters written elsewhere that only hold, on a whole desk."""

from tests.harness.desks import Desktop, inquiry
from triage.vocabulary.records import FolderRole, ResponseRecord, Via

LONG = """Dear sirs,

we import lamps for hotels in the north of Germany and would like to buy 5000 LED bulbs of 9 W with a warm light.
Please quote them free on board, tell us your minimum order and the lead time, and say whether the cartons can carry
our own logo and a barcode.

Karl Beispiel"""


def asked_again(text: str = LONG, sender: str = "karl@muster.example") -> bytes:
    return inquiry(sender=sender, subject="Request for hotels", text=text, message_id="<2@muster.example>")


def letter(text: str, number: int) -> bytes:
    ours = inquiry(
        sender="sales@seller.example",
        subject="Re: LED bulbs",
        text=text,
        message_id=f"<p{number}@phone.example>",
        In_Reply_To="<1@muster.example>",
        References="<1@muster.example>",
    )
    return ours.replace(b"To: sales@seller.example", b"To: karl@muster.example")


def responses(desktop: Desktop) -> list[ResponseRecord]:
    with desktop.app.store.begin(write=False) as uow:
        return sorted(uow.responses.between(None, None), key=lambda row: row.id)


def test_a47_the_same_buyer_asks_the_same_in_another_mailbox_and_one_letter_answers_both(desktop: Desktop) -> None:
    desktop.arrive(inquiry(text=LONG))
    desktop.clock.move(hours=1)
    again = desktop.arrive(asked_again(LONG.replace("Dear sirs", "Hello")), account="office")
    desktop.clock.move(hours=1)
    desktop.arrive(letter("Hello Karl, USD 1.20 each, 500 at least, 30 days.", 1), FolderRole.SENT)

    first, second = responses(desktop)
    assert first.conversation_id == second.conversation_id
    assert (first.elapsed_seconds, second.elapsed_seconds) == (7200.0, 3600.0)
    assert (first.first, second.first) == (True, True)
    assert [state for _, state in desktop.drafts(again)] == ["held"]


def test_a47_another_question_of_his_another_writer_or_a_later_month_is_another_conversation(desktop: Desktop) -> None:
    desktop.arrive(inquiry(text=LONG))
    desktop.arrive(asked_again("We need 12 pumps with hoses for a farm, what do they cost and when can they leave?"))
    desktop.arrive(asked_again(sender="eve@rival.example"))
    desktop.clock.move(days=31)
    desktop.arrive(asked_again().replace(b"<2@", b"<4@"))
    assert len({row.conversation_id for row in responses(desktop)}) == 4


def test_a47_merging_two_cards_changes_no_figure(desktop: Desktop) -> None:
    desktop.arrive(inquiry(text=LONG))
    desktop.arrive(
        inquiry(
            sender="k.beispiel@buyer.example", subject="Pumps", text="Price of 3 pumps?", message_id="<3@m.example>"
        )
    )
    before = responses(desktop)
    with desktop.app.store.begin() as uow:
        cards = [uow.customers.by_address(name) for name in ("karl@muster.example", "k.beispiel@buyer.example")]
    ids = [card.id for card in cards if card is not None]
    assert len(ids) == 2
    desktop.app.customers.merge(ids[0], ids[1], "Li Na")
    assert responses(desktop) == before
    assert [*desktop.app.log_keeper.verify()] == []


def test_a6_a_holding_reply_from_elsewhere_is_noted_and_the_clock_runs_on(desktop: Desktop) -> None:
    mail = desktop.arrive(inquiry())
    desktop.clock.move(hours=1)
    desktop.arrive(letter("Hello Karl, thanks for your mail, we will get back to you tomorrow.", 1), FolderRole.SENT)
    (held,) = responses(desktop)
    assert (held.answered_at, held.holding_at) == (None, desktop.clock.now())
    assert [state for _, state in desktop.drafts(mail)] == ["proposed"]

    desktop.clock.move(hours=1)
    desktop.arrive(letter("Hello Karl, USD 1.20 each.", 2), FolderRole.SENT)
    (answered,) = responses(desktop)
    assert (answered.via, answered.elapsed_seconds, answered.holding_at) == (Via.ELSEWHERE, 7200.0, held.holding_at)
    assert [state for _, state in desktop.drafts(mail)] == ["held"]
    assert [*desktop.app.log_keeper.verify()] == []

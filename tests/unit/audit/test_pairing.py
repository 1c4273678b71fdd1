"""The past: which letter of ours answered which mail."""

from datetime import datetime, timedelta

import pytest

from tests.harness.past_mailbox import ALIAS, OURS, past_mailbox
from tests.unit.audit.desk import at
from triage.audit.pairing import Pairer, Pairing, PastMail
from triage.parsing import parse
from triage.past.reader import ByHeaders, past_mail
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.mail import Automatic, ParsedMail

BUYER, COLLEAGUE = "karl@muster.example", "einkauf@muster.example"


def theirs(hour: float, number: int, *, sender: str = BUYER, **more: object) -> PastMail:
    facts = {"subject": "LED panels", "recipients": (OURS,), "message_id": f"<{number}@muster.example>", **more}
    return PastMail("INBOX", number, False, at(hour), sender=sender, **facts)  # type: ignore[arg-type]


def ours(hour: float, number: int, *named: str, to: str = BUYER, **more: object) -> PastMail:
    facts = {"subject": "Re: LED panels", "recipients": (to,), "message_id": f"<o{number}@lumina-led.example>", **more}
    return PastMail("Sent", number, True, at(hour), sender=OURS, named=named, **facts)  # type: ignore[arg-type]


def paired(*mails: PastMail) -> Pairing:
    return Pairer(frozenset({OURS, ALIAS}), timedelta(hours=8)).take(mails)


def answers(*mails: PastMail) -> dict[int, int | None]:
    """Position of each mail that was due an answer to that of the letter that answered."""
    found = paired(*mails)
    return {
        found.inquiries[row.id].position: found.answers[row.id].position if row.id in found.answers else None
        for row in found.responses
    }


def test_a31_machines_colleagues_and_ourselves_are_due_no_answer() -> None:
    mails = (
        theirs(9, 1, automatic=Automatic.LIST),
        theirs(9, 2, sender="boss@lumina-led.example"),
        theirs(9, 3, sender=ALIAS),
        theirs(9, 4, kind=Kind.VENDOR_PITCH),
        theirs(9, 5, kind=Kind.RFQ),
    )
    assert answers(*mails) == {5: None}


def test_a32_a_letter_answers_all_that_came_before_it_in_its_conversation() -> None:
    first, second = theirs(9, 1), theirs(10, 2, named=("<1@muster.example>",))
    late = theirs(12, 3, named=("<1@muster.example>",))
    assert answers(late, ours(11, 1, "<2@muster.example>"), second, first) == {1: 1, 2: 1, 3: None}


def test_a6_a_letter_that_only_holds_leaves_the_clock_running() -> None:
    held = paired(theirs(9, 1), ours(10, 1, "<1@muster.example>", holding=True))
    assert [(row.holding_at, row.answered_at) for row in held.responses] == [(at(10), None)]
    holding = ours(10, 1, "<1@muster.example>", holding=True)
    later = ours(11, 2, "<1@muster.example>", holding=True)
    found = paired(theirs(9, 1), holding, later, ours(12, 3, "<1@muster.example>"), theirs(13, 2))
    assert [(row.holding_at, row.answered_at, row.first) for row in found.responses] == [
        (at(10), at(12), True),
        (None, None, False),
    ]


def test_a6_whether_a_letter_holds_is_known_only_where_its_text_was_read() -> None:
    raw = b"From: sales@lumina-led.example\r\nTo: karl@muster.example\r\n\r\nThanks, we will reply by Friday.\r\n"

    class Whole:
        whole = True

        def __call__(self, raw: bytes, received_at: datetime) -> tuple[ParsedMail, Kind | None, str | None]:
            return parse(raw), None, None

    assert past_mail(raw, "Sent", 1, True, at(9), Whole()).holding
    assert not past_mail(raw, "INBOX", 1, False, at(9), Whole()).holding
    assert not past_mail(raw, "Sent", 1, True, at(9), ByHeaders()).holding


def test_a32_the_second_answer_is_a_next_one() -> None:
    found = paired(theirs(9, 1), ours(10, 1, "<1@muster.example>"), theirs(11, 2, named=("<o1@lumina-led.example>",)))
    assert [(row.first, row.answered_at) for row in found.responses] == [(True, at(10)), (False, None)]


def test_a33_a_letter_that_goes_to_someone_else_is_no_answer() -> None:
    forward = ours(10, 1, "<1@muster.example>", to="factory@supplier.example", subject="Fwd: LED panels")
    inside = ours(10, 2, "<1@muster.example>", to="boss@lumina-led.example")
    assert answers(theirs(9, 1), forward, inside) == {1: None}
    assert answers(theirs(9, 1), ours(10, 1, "<1@muster.example>", to=COLLEAGUE)) == {1: 1}


def test_a33_an_out_of_office_note_of_ours_is_no_answer() -> None:
    assert answers(theirs(9, 1), ours(9.1, 1, "<1@muster.example>", automatic=Automatic.AUTO_REPLY)) == {1: None}


def test_a34_without_references_addressee_and_subject_decide() -> None:
    assert answers(theirs(9, 1), ours(10, 1)) == {1: 1}
    assert answers(theirs(9, 1), ours(10, 1, subject="Other matter")) == {1: None}
    assert answers(theirs(9, 1), ours(9 + 31 * 24, 1)) == {1: None}


def test_a35_a_stranger_s_references_join_nothing() -> None:
    mails = (theirs(9, 1), theirs(10, 2, sender="x@else.example", named=("<1@muster.example>",), subject="Hello"))
    assert answers(*mails, ours(11, 1, "<2@muster.example>", to="x@else.example")) == {1: None, 2: 1}


def test_a35_the_same_sender_and_subject_continue_within_thirty_days() -> None:
    assert answers(theirs(9, 1), theirs(11, 2, subject="LED panels"), ours(12, 1, "<2@muster.example>")) == {1: 1, 2: 1}


def test_a2_copies_count_once_from_the_earliest() -> None:
    found = paired(theirs(10, 2, message_id="<1@muster.example>"), theirs(9, 1))
    assert [row.received_at for row in found.responses] == [at(9)]


def test_a36_a_form_s_buyer_is_whom_replies_go_to() -> None:
    form = theirs(9, 1, sender="wordpress@shop-host.example", reply_to=(BUYER,), subject="New message")
    assert answers(form, ours(10, 1, "<1@muster.example>")) == {1: 1}
    own_site = theirs(9, 2, sender=OURS, reply_to=(BUYER,), automatic=Automatic.OWN)
    assert answers(own_site, ours(10, 1)) == {2: 1}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pairs_of_a_made_up_year_are_right(seed: int) -> None:
    box = past_mailbox(3_000, seed)
    read = ByHeaders()
    mails = [past_mail(raw, "INBOX", n, False, when, read) for n, (when, raw) in enumerate(box.inbox, 1)]
    mails += [past_mail(raw, "Sent", n, True, when, read) for n, (when, raw) in enumerate(box.sent, 1)]

    found = paired(*mails)

    made = {found.inquiries[row.id].message_id: found.answers.get(row.id) for row in found.responses}
    assert set(made) == set(box.truth)
    wrong = [asked for asked, answer in box.truth.items() if (made[asked] and made[asked].message_id) != answer]  # type: ignore[union-attr]
    assert 1 - len(wrong) / len(box.truth) >= 0.99

"""Each test names the rule of docs/audit-rules.md that it holds."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.audit.desk import BUYER, OFFICE, OURS, Desk, assessed, at
from triage.audit.business_hours import digest, working_seconds
from triage.audit.response_times import (
    EARLIER_COPY,
    SentLetter,
    close,
    count_letter,
    found_in_sent,
    letter_sent,
    start_clock,
    target_of,
)
from triage.vocabulary.inquiry import Assessment, Kind, Tier
from triage.vocabulary.mail import Automatic
from triage.vocabulary.policy import Targets
from triage.vocabulary.records import MessageRecord, ResponseRecord, Via
from triage.vocabulary.states import Direction, DraftStatus

TARGETS = Targets()
NOW = at(12, days=4)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def start(desk: Desk, mail: MessageRecord, assessment: Assessment | None = None) -> ResponseRecord | None:
    number = start_clock(desk.uow, mail, assessment or assessed(), TARGETS, OFFICE, NOW)
    return None if number is None else row(desk, number)


def row(desk: Desk, number: int = 1) -> ResponseRecord:
    found: ResponseRecord = desk.responses.rows[number]
    return found


def sent(desk: Desk, hours: float, days: int = 0, *, holding: bool = False) -> int:
    """A letter leaves through the tool."""
    moment = at(hours, days)
    return letter_sent(desk.uow, desk.letter(moment, holding=holding), moment, OFFICE)


def found(desk: Desk, mail: MessageRecord) -> bool:
    return found_in_sent(desk.uow, mail, OFFICE, NOW)


def test_a1_the_clock_starts_when_the_mail_reached_the_mailbox(desk: Desk) -> None:
    opened = start(desk, desk.mail(at(10)))
    assert opened is not None
    assert opened.received_at == at(10)
    assert (opened.kind, opened.tier, opened.country) == (Kind.INQUIRY, Tier.B, "DE")
    told = {"kind": "inquiry", "tier": "B", "country": "DE", "turn": "first", "mailbox": "main", "target": "14400"}
    started = {"message": "1", "received_at": at(10).isoformat(), **told}
    assert desk.audit.events == [("triage", "response.started", "response:1", started)]


def test_a2_a_later_copy_starts_no_second_clock(desk: Desk) -> None:
    first = desk.mail(at(10))
    start(desk, first)
    assert start_clock(desk.uow, desk.mail(at(10.5), duplicate_of=first.id), None, TARGETS, OFFICE, NOW) is None
    assert len(desk.responses.rows) == 1


def test_a2_a_copy_that_arrived_earlier_takes_over(desk: Desk) -> None:
    first = desk.mail(at(10))
    start(desk, first, assessed(Kind.RFQ, Tier.A))
    copy = desk.mail(at(9.5), duplicate_of=first.id, account_id="second")
    number = start_clock(desk.uow, copy, None, TARGETS, OFFICE, NOW)
    assert number == 2
    assert row(desk, 1).closed_reason == EARLIER_COPY
    taken = row(desk, 2)
    assert (taken.received_at, taken.kind, taken.tier, taken.first) == (at(9.5), Kind.RFQ, Tier.A, True)


@pytest.mark.parametrize("automatic", list(Automatic))
def test_a3_a_machine_s_mail_starts_no_clock(desk: Desk, automatic: Automatic) -> None:
    assert start(desk, desk.mail(at(10), automatic=automatic)) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_buyer])
def test_a3_what_is_no_buyer_s_mail_starts_no_clock(desk: Desk, kind: Kind) -> None:
    assert start(desk, desk.mail(at(10)), assessed(kind)) is None


def test_a3_tier_d_letters_of_ours_and_mails_without_a_conversation_start_no_clock(desk: Desk) -> None:
    assert start(desk, desk.mail(at(10)), assessed(tier=Tier.D)) is None
    assert start(desk, desk.mail(at(10), direction=Direction.OUT)) is None
    assert start(desk, desk.mail(at(10), conversation_id=None)) is None
    assert start_clock(desk.uow, desk.mail(at(10)), None, TARGETS, OFFICE, NOW) is None


def test_a3_a_person_s_label_wins_over_the_prediction(desk: Desk) -> None:
    opened = start(desk, desk.mail(at(10), kind=Kind.ORDER, tier=Tier.A), assessed(Kind.NEWSLETTER, Tier.D))
    assert opened is not None
    assert (opened.kind, opened.tier) == (Kind.ORDER, Tier.A)


def test_a4_a_letter_sent_from_here_stops_the_clock(desk: Desk) -> None:
    start(desk, desk.mail(at(16)))
    assert sent(desk, 10, days=1) == 1
    answered = row(desk)
    assert (answered.answered_at, answered.via, answered.person) == (at(10, days=1), Via.TOOL, "lin")
    assert (answered.elapsed_seconds, answered.working_seconds) == (18 * 3600, 2 * 3600)
    assert desk.audit.events[-1] == (
        "lin",
        "response.answered",
        "response:1",
        {
            "answered_at": at(10, days=1).isoformat(),
            "via": "tool",
            "elapsed": "64800.000000",
            "working": "7200.000000",
            "calendar": digest(OFFICE),
        },
    )


def test_a5_a_person_s_letter_found_in_sent_stops_the_clock(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    assert found(desk, desk.found(at(11)))
    answered = row(desk)
    assert (answered.answered_at, answered.via, answered.person) == (at(11), Via.ELSEWHERE, OURS)


def test_a5_the_filed_copy_of_a_letter_from_here_is_no_second_letter(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    letter = desk.letter(at(11))
    letter_sent(desk.uow, letter, at(11), OFFICE)
    start(desk, desk.mail(at(11.1)))
    assert not found(desk, desk.found(at(11.2), rfc_message_id=letter.rfc_message_id))
    assert row(desk, 2).answered_at is None


def test_a5_our_own_mail_screened_as_own_is_a_person_s_letter(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    assert found(desk, desk.found(at(11), automatic=Automatic.OWN))
    assert row(desk).answered_at == at(11)


def test_a6_a_holding_reply_is_noted_and_the_clock_runs_on(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    assert sent(desk, 10.5, holding=True) == 1
    assert (row(desk).holding_at, row(desk).answered_at) == (at(10.5), None)
    assert sent(desk, 15) == 1
    assert (row(desk).holding_at, row(desk).elapsed_seconds) == (at(10.5), 5 * 3600)
    assert desk.audit.names == ["response.started", "response.held", "response.answered"]


def test_a6_the_first_holding_reply_is_the_one_noted(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    sent(desk, 10.5, holding=True)
    assert sent(desk, 12, holding=True) == 0
    assert row(desk).holding_at == at(10.5)


def test_a7_one_answer_answers_all_mails_before_it_and_none_after(desk: Desk) -> None:
    for hours in (9, 10, 12):
        start(desk, desk.mail(at(hours)))
    assert sent(desk, 11) == 2
    assert [row(desk, number).elapsed_seconds for number in (1, 2, 3)] == [7200, 3600, None]


def test_a8_a_word_among_colleagues_is_no_answer(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    assert not found(desk, desk.found(at(11), recipients=("chen@lumina-led.example",)))
    assert not found(desk, desk.found(at(11), recipients=()))
    assert row(desk).answered_at is None
    assert found(desk, desk.found(at(12), recipients=("chen@lumina-led.example", BUYER)))
    assert row(desk).answered_at == at(12)


def test_a8_a_buyer_at_our_own_provider_is_answered_by_name(desk: Desk) -> None:
    start(desk, desk.mail(at(10), sender="kunde@lumina-led.example"))
    assert found(desk, desk.found(at(11), recipients=("kunde@lumina-led.example",)))
    assert row(desk).answered_at == at(11)


def test_a8_an_answer_to_the_buyer_s_other_address_counts(desk: Desk) -> None:
    start(desk, desk.mail(at(10), sender="website@lumina-led.example"))
    assert found(desk, desk.found(at(11), recipients=("hemi@kauri.example",)))
    assert row(desk).answered_at == at(11)


def test_a9_a_vacation_note_of_ours_is_no_answer(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    assert not found(desk, desk.found(at(10.1), automatic=Automatic.AUTO_REPLY))
    assert row(desk).answered_at is None


def test_a10_after_an_answer_the_next_mail_starts_a_clock_of_its_own(desk: Desk) -> None:
    start(desk, desk.mail(at(9)))
    sent(desk, 10)
    reopened = start(desk, desk.mail(at(11)))
    assert reopened is not None
    assert [row(desk, 1).first, reopened.first] == [True, False]
    sent(desk, 11.5)
    assert row(desk, 2).elapsed_seconds == 1800


def test_a10_before_the_first_answer_every_mail_counts_as_first(desk: Desk) -> None:
    firsts = [start(desk, desk.mail(at(9))), start(desk, desk.mail(at(10)))]
    sent(desk, 10.5, holding=True)
    firsts.append(start(desk, desk.mail(at(11))))
    assert [opened and opened.first for opened in firsts] == [True, True, True]


def test_a11_a_mail_that_needs_no_answer_after_all_is_closed_with_the_reason(desk: Desk) -> None:
    mail = desk.mail(at(10))
    start(desk, mail)
    closed = close(desk.uow, 1, mail.id, reason="a thank-you only", by="lin", now=at(11))
    assert closed
    assert sent(desk, 12) == 0
    assert (row(desk).closed_reason, row(desk).answered_at) == ("a thank-you only", None)
    assert desk.audit.events[-1] == ("lin", "response.closed", "response:1", {"reason": "a thank-you only"})
    assert not close(desk.uow, 1, mail.id, reason="again", by="lin", now=at(13))


def test_a12_an_archive_gives_the_same_figures_when_sent_is_read_first(desk: Desk) -> None:
    found(desk, desk.found(at(9.5)))
    found(desk, desk.found(at(15)))
    found(desk, desk.found(at(11)))
    opened = start(desk, desk.mail(at(10)))
    assert opened is not None
    assert (opened.answered_at, opened.elapsed_seconds, opened.first) == (at(11), 3600, False)


def test_a12_a_letter_from_here_that_left_while_the_mail_was_on_its_way_in_counts(desk: Desk) -> None:
    desk.letter(at(10.2), holding=True)
    desk.letter(None, status=DraftStatus.REFUSED)
    desk.letter(at(10.4))
    opened = start(desk, desk.mail(at(10)))
    assert opened is not None
    assert (opened.holding_at, opened.answered_at, opened.via) == (at(10.2), at(10.4), Via.TOOL)


def test_a13_kind_before_market_before_tier_and_complaints_have_their_own() -> None:
    assert target_of(Kind.RFQ, Tier.A, "DE", TARGETS) == timedelta(hours=2)
    assert target_of(Kind.RFQ, Tier.C, None, TARGETS) == timedelta(hours=8)
    assert target_of(Kind.COMPLAINT, Tier.C, "DE", TARGETS) == timedelta(hours=2)
    assert target_of(Kind.RFQ, Tier.D, None, TARGETS) == timedelta(hours=8)
    assert target_of(Kind.RFQ, Tier.B, None, Targets(by_tier={})) == timedelta(hours=2)
    own = Targets(by_kind={Kind.ORDER: timedelta(hours=1)}, by_market={"DE": timedelta(hours=3)})
    assert target_of(Kind.ORDER, Tier.A, "DE", own) == timedelta(hours=1)
    assert target_of(Kind.RFQ, Tier.A, "DE", own) == timedelta(hours=3)
    assert target_of(Kind.COMPLAINT, Tier.A, "DE", own) == timedelta(hours=2)


def test_a25_how_the_draft_became_the_answer_is_kept(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    letter = replace(desk.letter(at(12)), created_at=at(10.1), approved_at=at(11.9))
    desk.letters[letter.id] = letter
    letter_sent(desk.uow, letter, at(12), OFFICE)
    assert (row(desk).proposed_at, row(desk).approved_at, row(desk).edited_share) == (at(10.1), at(11.9), 0.0)


def test_a27_edits_are_measured_against_the_machine_s_own_draft(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    desk.drafted[1] = "text that people cut"
    sent(desk, 11)
    assert row(desk).edited_share == 0.75


def test_a37_a_mail_passed_on_to_others_is_no_answer(desk: Desk) -> None:
    start(desk, desk.mail(at(10)))
    forward = {"subject": "Fwd: Panels", "recipients": ("factory@supplier.example",)}
    assert not found(desk, desk.found(at(11), **forward))
    assert row(desk).answered_at is None
    assert found(desk, desk.found(at(12), subject="Fwd: Panels", recipients=("factory@supplier.example", BUYER)))
    assert row(desk).answered_at == at(12)


def test_a38_an_answer_out_of_hours_counts_with_the_working_time_that_had_passed(desk: Desk) -> None:
    start(desk, desk.mail(at(20)))
    sent(desk, 23)
    assert (row(desk).elapsed_seconds, row(desk).working_seconds) == (3 * 3600, 0)


def test_a21_the_figure_can_be_recomputed_from_the_log(desk: Desk) -> None:
    start(desk, desk.mail(at(16)))
    sent(desk, 10, days=1)
    told: dict[str, str] = {}
    for _, _, subject, data in desk.audit.events:
        assert subject == "response:1"
        told |= data
    received, answered = (datetime.fromisoformat(told[name]) for name in ("received_at", "answered_at"))
    assert working_seconds(OFFICE, received, answered) == row(desk).working_seconds == float(told["working"])
    assert (answered - received).total_seconds() == row(desk).elapsed_seconds == float(told["elapsed"])


def test_the_same_event_told_twice_changes_nothing(desk: Desk) -> None:
    mail = desk.mail(at(10))
    letter = SentLetter(at(11), Via.TOOL, "lin")
    start(desk, mail)
    assert count_letter(desk.uow, 1, letter, OFFICE, at(11)) == 1
    before = dict(desk.responses.rows)
    assert count_letter(desk.uow, 1, letter, OFFICE, at(11)) == 0
    start(desk, mail)
    assert desk.responses.rows == before

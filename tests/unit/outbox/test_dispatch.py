"""The way of an approved letter, state by state (I5-I9, I11; F23, F25, F29, F30, F32)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.unit.outbox.desk import (
    ACCEPTED,
    ACCOUNT,
    AT_THE_DOT,
    LOGIN_REFUSED,
    PERMANENT,
    START,
    TRANSIENT,
    UNKNOWN,
    Desk,
    WayOut,
)
from triage.errors import StoreError
from triage.store import SqlUnitOfWork
from triage.vocabulary.policy import SentCopy
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import Delivery, DraftRecord, Outcome
from triage.vocabulary.states import DraftStatus, SentCopyStatus

MINUTE = timedelta(minutes=1)


def test_an_approved_letter_is_sent_once_with_the_approved_bytes(desk_on_both: Desk) -> None:
    desk = desk_on_both
    draft_id = desk.approved()
    with desk.store.begin(write=False) as uow:
        approved = uow.drafts.outgoing(draft_id)
    dispatcher = desk.dispatcher()
    assert [dispatcher.dispatch(draft_id) for _ in range(3)] == [DraftStatus.SENT] * 3
    assert desk.out.sent == [approved]
    row = desk.row(draft_id)
    assert (row.sent_at, row.server_reply, row.attempts) == (START, "2.0.0 queued as 4711", 1)
    assert row.sent_copy is SentCopyStatus.PENDING
    assert desk.answered == [(draft_id, START)]
    assert (desk.outcomes(draft_id), desk.alerts()) == ([Outcome.ACCEPTED], [])
    assert desk.events() == ["draft.body_may_have_left", "draft.sent"]


def test_the_row_carries_the_mark_before_the_letter_leaves(desk: Desk) -> None:
    draft_id = desk.approved()
    seen: list[DraftStatus] = []
    desk.out.before_mark = lambda: seen.append(desk.status(draft_id))
    desk.out.after_mark = lambda: seen.append(desk.status(draft_id))
    desk.dispatcher().dispatch(draft_id)
    assert seen == [DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT]


def test_where_the_server_files_copies_itself_none_is_planned(desk: Desk) -> None:
    desk.sent_copy = SentCopy.SERVER
    draft_id = desk.approved()
    desk.dispatcher().dispatch(draft_id)
    assert desk.row(draft_id).sent_copy is SentCopyStatus.NONE


@pytest.mark.parametrize("status", [status for status in DraftStatus if status is not DraftStatus.RETRY_LATER])
def test_only_an_approved_letter_leaves(desk: Desk, status: DraftStatus) -> None:
    ways = {
        DraftStatus.PROPOSED: [],
        DraftStatus.CLAIMED: [DraftStatus.CLAIMED],
        DraftStatus.BODY_MAY_HAVE_LEFT: [DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT],
        DraftStatus.SENT: [DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT, DraftStatus.SENT],
        DraftStatus.REFUSED: [DraftStatus.CLAIMED, DraftStatus.REFUSED],
        DraftStatus.UNCERTAIN: [DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT, DraftStatus.UNCERTAIN],
        DraftStatus.REJECTED: [DraftStatus.REJECTED],
        DraftStatus.SUPERSEDED: [DraftStatus.SUPERSEDED],
        DraftStatus.HELD: [DraftStatus.HELD],
    }
    draft_id = desk.draft()
    if status is not DraftStatus.PROPOSED:
        desk.approve(draft_id)
    desk.move(draft_id, *ways.get(status, []))
    after = desk.dispatcher().dispatch(draft_id)
    assert (after, desk.out.tries) == ((DraftStatus.SENT, 1) if status is DraftStatus.APPROVED else (status, 0))


def test_a_scheduled_letter_waits_for_its_moment(desk: Desk) -> None:
    draft_id = desk.draft()
    desk.approve(draft_id, not_before=START + MINUTE)
    dispatcher = desk.dispatcher()
    assert dispatcher.dispatch(draft_id) is DraftStatus.APPROVED
    desk.clock.pass_(MINUTE)
    assert dispatcher.dispatch(draft_id) is DraftStatus.SENT


@pytest.mark.parametrize("fault", [TRANSIENT, AT_THE_DOT])
def test_a_refusal_for_now_is_tried_again_with_the_same_bytes(desk: Desk, fault: Delivery) -> None:
    desk.out.results = (fault, fault, ACCEPTED)
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()
    assert dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER
    row = desk.row(draft_id)
    assert (row.not_before, row.server_reply) == (START + MINUTE, fault.reply)
    assert row.note == f"Not sent yet: {fault.reply}"
    assert dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER
    assert desk.out.tries == 1
    desk.clock.pass_(MINUTE)
    assert dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER
    assert desk.row(draft_id).not_before == START + 6 * MINUTE
    desk.clock.pass_(5 * MINUTE)
    assert dispatcher.dispatch(draft_id) is DraftStatus.SENT
    assert len(set(desk.out.sent)) == 1
    assert desk.outcomes(draft_id) == [Outcome.TRANSIENT, Outcome.TRANSIENT, Outcome.ACCEPTED]


def test_after_two_days_of_refusals_a_person_decides(desk: Desk) -> None:
    desk.out.results = (TRANSIENT,)
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()
    while dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER:
        desk.clock.moment = desk.row(draft_id).not_before or START
    row = desk.row(draft_id)
    assert row.status is DraftStatus.REFUSED
    assert row.note.startswith("Given up: the server took it at no try in two days.")
    assert TRANSIENT.reply in row.note
    assert desk.clock.now() - START == timedelta(hours=48)
    assert desk.out.tries == 17
    desk.move(draft_id, DraftStatus.PROPOSED)
    desk.approve(draft_id)
    assert dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER


def test_a_refusal_is_shown_in_the_servers_words(desk: Desk) -> None:
    desk.out.results = (PERMANENT,)
    draft_id = desk.approved()
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.REFUSED
    row = desk.row(draft_id)
    assert (row.server_reply, row.note) == (PERMANENT.reply, f"The server refused it: {PERMANENT.reply}")
    assert desk.events() == ["draft.refused"]
    assert desk.answered == []


def test_without_an_answer_the_letter_is_uncertain_and_never_sent_again(desk: Desk) -> None:
    desk.out.results = (UNKNOWN, ACCEPTED)
    draft_id = desk.approved()
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.UNCERTAIN
    assert desk.alerts() == [f"uncertain:{draft_id}"]
    for _ in range(24):
        desk.clock.pass_(timedelta(hours=1))
        dispatcher = desk.dispatcher()
        dispatcher.recover()
        dispatcher.sweep(desk.clock.now())
        assert dispatcher.dispatch(draft_id) is DraftStatus.UNCERTAIN
    assert len(desk.out.sent) == 1
    assert desk.alerts() == [f"uncertain:{draft_id}"]


@pytest.mark.parametrize("fault", [TRANSIENT, AT_THE_DOT])
def test_a_newer_mail_holds_the_letter_at_any_moment_before_it_leaves(desk_on_both: Desk, fault: Delivery) -> None:
    """Approved, waiting for its next try, and while we talk to the server (F30)."""
    desk = desk_on_both
    approved, waiting, claimed = desk.approved(), desk.approved(), desk.approved()
    desk.out.results = (fault, ACCEPTED)
    dispatcher = desk.dispatcher()
    dispatcher.dispatch(waiting)
    desk.clock.pass_(MINUTE)
    sent_before = len(desk.out.sent)
    for draft_id in (approved, waiting):
        desk.new_mail_joins(draft_id)
        assert dispatcher.dispatch(draft_id) is DraftStatus.HELD
    desk.out.before_mark = lambda: desk.new_mail_joins(claimed)
    assert dispatcher.dispatch(claimed) is DraftStatus.HELD
    assert len(desk.out.sent) == sent_before
    for draft_id in (approved, waiting, claimed):
        row = desk.row(draft_id)
        assert row.note == "A newer mail joined the conversation after the approval."
        assert row.approved_by == ""


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE outgoing SET data = x'20'",
        "UPDATE outgoing SET recipients = '[\"spy@evil.example\"]'",
        "UPDATE outgoing SET sha256 = 'x'",
        "UPDATE draft SET outgoing_sha256 = 'x'",
        "UPDATE draft SET approved_by = ''",
        "DELETE FROM outgoing",
    ],
)
def test_bytes_or_recipients_that_nobody_approved_do_not_leave(desk: Desk, tamper: str) -> None:
    draft_id = desk.approved()
    with desk.store.begin() as uow:
        uow.drafts._connection.exec_driver_sql(tamper)  # type: ignore[attr-defined]
        uow.commit()
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.HELD
    assert (desk.out.tries, desk.alerts()) == (0, [f"outgoing:{draft_id}"])


def test_fifty_calls_at_once_send_one_letter(desk_on_both: Desk) -> None:
    desk = desk_on_both
    draft_id = desk.approved()
    dispatchers = [desk.dispatcher(), desk.dispatcher()]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: dispatchers[number % 2].dispatch(draft_id), range(50)))
    assert (desk.status(draft_id), len(desk.out.sent), desk.out.tries) == (DraftStatus.SENT, 1, 1)
    assert desk.answered == [(draft_id, START)]


def test_one_letter_of_an_account_is_on_its_way_at_a_time(desk: Desk) -> None:
    first, second, other = desk.approved(), desk.approved(), desk.approved(account="other")
    dispatcher = desk.dispatcher()
    seen: list[DraftStatus] = []

    def meanwhile() -> None:
        desk.out.before_mark = lambda: None
        seen.extend((dispatcher.dispatch(second), dispatcher.dispatch(other)))

    desk.out.before_mark = meanwhile
    assert dispatcher.dispatch(first) is DraftStatus.SENT
    assert seen == [DraftStatus.APPROVED, DraftStatus.SENT]
    assert dispatcher.dispatch(second) is DraftStatus.SENT


def test_no_more_letters_leave_in_a_minute_than_allowed(desk: Desk) -> None:
    drafts = [desk.approved() for _ in range(5)]
    dispatcher = desk.dispatcher(per_minute=3)
    for draft_id in drafts:
        dispatcher.dispatch(draft_id)
    assert [desk.status(draft_id) for draft_id in drafts] == [DraftStatus.SENT] * 3 + [DraftStatus.APPROVED] * 2
    desk.clock.pass_(MINUTE)
    assert [dispatcher.dispatch(draft_id) for draft_id in drafts] == [DraftStatus.SENT] * 5


def test_switched_off_nothing_leaves_and_that_is_said(desk: Desk) -> None:
    draft_id = desk.approved()
    switched_off = desk.dispatcher(enabled=False)
    switched_off.recover()
    assert desk.alerts() == ["sending:off"]
    assert switched_off.dispatch(draft_id) is DraftStatus.APPROVED
    assert (desk.out.tries, desk.alerts()) == (0, ["sending:off"])
    desk.clock.pass_(MINUTE)
    dispatcher = desk.dispatcher()
    dispatcher.recover()
    assert (desk.alerts(), dispatcher.dispatch(draft_id)) == ([], DraftStatus.SENT)


def test_a_fault_of_ours_after_the_mark_makes_the_letter_uncertain(desk: Desk) -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    draft_id = desk.approved()
    desk.out.after_mark = fail
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.UNCERTAIN
    assert desk.row(draft_id).note == "It may have arrived: RuntimeError: a bug"


def test_a_fault_of_ours_before_the_mark_is_tried_again(desk: Desk) -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    draft_id = desk.approved()
    desk.out.before_mark = fail
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.RETRY_LATER


def test_what_fails_after_the_acceptance_can_not_undo_it(desk: Desk) -> None:
    def fail(uow: UnitOfWork, draft: DraftRecord, at: object) -> None:
        raise RuntimeError("a bug in the response times")

    draft_id = desk.approved()
    assert desk.dispatcher(on_sent=fail).dispatch(draft_id) is DraftStatus.SENT
    assert (desk.outcomes(draft_id), desk.alerts()) == ([Outcome.ACCEPTED], [f"after_sent:{draft_id}"])


def test_three_refused_logins_stop_sending_until_the_credentials_change(desk: Desk) -> None:
    desk.out.results = (LOGIN_REFUSED,)
    drafts = [desk.approved() for _ in range(6)]
    for draft_id in drafts:
        desk.dispatcher().dispatch(draft_id)
    assert desk.out.tries == 3
    assert [desk.status(draft_id) for draft_id in drafts] == [DraftStatus.RETRY_LATER] * 3 + [DraftStatus.APPROVED] * 3
    assert desk.alerts() == [f"sending:{ACCOUNT}"]
    desk.clock.pass_(timedelta(hours=24))
    for draft_id in drafts:
        desk.dispatcher().dispatch(draft_id)
    assert desk.out.tries == 3
    desk.out.digest, desk.out.results = "new digest", (ACCEPTED,)
    assert [desk.dispatcher().dispatch(draft_id) for draft_id in drafts] == [DraftStatus.SENT] * 6
    assert desk.alerts() == []
    assert [name for name in desk.events() if name.startswith("account.")] == [
        "account.sending_stopped",
        "account.sending_resumed",
    ]


def test_refusals_before_a_success_and_passing_faults_do_not_add_up(desk: Desk) -> None:
    blip = Delivery(Outcome.TRANSIENT, "connect", None, "TimeoutError: timed out")
    desk.out.results = (LOGIN_REFUSED, blip, LOGIN_REFUSED, ACCEPTED, LOGIN_REFUSED, blip, LOGIN_REFUSED, ACCEPTED)
    for draft_id in [desk.approved() for _ in range(8)]:
        desk.dispatcher().dispatch(draft_id)
    assert (desk.out.tries, desk.alerts()) == (8, [])


def test_a_stopped_account_stops_no_other(desk: Desk) -> None:
    with desk.store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, "sales@seller.example")
        uow.commit()
    refused = WayOut(results=(LOGIN_REFUSED,))
    for _ in range(3):
        desk.dispatcher(refused).dispatch(desk.approved())
    assert desk.dispatcher().dispatch(desk.approved(account="other")) is DraftStatus.SENT
    assert desk.dispatcher(refused).dispatch(desk.approved()) is DraftStatus.APPROVED


@pytest.mark.parametrize(
    ("result", "after", "alert"),
    [
        (ACCEPTED, DraftStatus.SENT, []),
        (AT_THE_DOT, DraftStatus.REFUSED, []),
        (Delivery(Outcome.PERMANENT, "body", 554, "5.6.0 spam"), DraftStatus.REFUSED, []),
        (UNKNOWN, DraftStatus.UNCERTAIN, ["uncertain:1"]),
    ],
)
def test_an_answer_that_comes_after_the_sweep_still_counts(
    desk_on_both: Desk, result: Delivery, after: DraftStatus, alert: list[str]
) -> None:
    desk = desk_on_both
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()

    def late() -> None:
        desk.clock.pass_(timedelta(hours=1))
        dispatcher.sweep(desk.clock.now())
        assert desk.status(draft_id) is DraftStatus.UNCERTAIN

    desk.out.results, desk.out.after_mark = (result,), late
    assert dispatcher.dispatch(draft_id) is after
    assert desk.alerts() == alert


def test_an_overtaken_dispatcher_can_not_use_a_later_claim(desk_on_both: Desk) -> None:
    """The first is stopped (SIGSTOP) before its mark, swept, and wakes while a second has claimed the letter anew."""
    desk = desk_on_both
    draft_id = desk.approved()

    def overtaken() -> None:
        desk.clock.pass_(timedelta(hours=1))
        desk.dispatcher().sweep(desk.clock.now())
        assert desk.status(draft_id) is DraftStatus.RETRY_LATER
        desk.move(draft_id, DraftStatus.CLAIMED)

    desk.out.before_mark = overtaken
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.CLAIMED
    assert (desk.out.sent, desk.row(draft_id).attempts) == ([], 2)


def test_an_acceptance_after_a_person_decided_otherwise_is_said(desk: Desk) -> None:
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()

    def much_later() -> None:
        desk.clock.pass_(timedelta(hours=1))
        dispatcher.sweep(desk.clock.now())
        dispatcher.resolve_uncertain(draft_id, False, "li", "the buyer has nothing")
        desk.move(draft_id, DraftStatus.PROPOSED)

    desk.out.after_mark = much_later
    assert dispatcher.dispatch(draft_id) is DraftStatus.PROPOSED
    assert desk.alerts() == [f"late_answer:{draft_id}"]
    assert desk.outcomes(draft_id) == [Outcome.ACCEPTED]


def test_sending_holds_no_transaction_open(desk: Desk) -> None:
    draft_id, other = desk.approved(), desk.draft()

    def write() -> None:
        desk.approve(other)

    desk.out.before_mark = write
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.SENT
    assert desk.status(other) is DraftStatus.APPROVED


class LostAnswer(Exception):
    """The commit is durable, but the database could not say so (F37)."""


def lose_next_commit_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    real = SqlUnitOfWork.commit
    lost: list[bool] = []

    def commit(uow: SqlUnitOfWork) -> None:
        real(uow)
        if not lost:
            lost.append(True)
            raise LostAnswer

    monkeypatch.setattr(SqlUnitOfWork, "commit", commit)


def test_a_lost_answer_to_the_mark_means_not_sent_and_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = desk.approved()
    desk.out.before_mark = lambda: lose_next_commit_answer(monkeypatch)
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.RETRY_LATER
    assert desk.out.sent == []
    desk.out.before_mark = lambda: None
    desk.clock.pass_(MINUTE)
    assert (desk.dispatcher().dispatch(draft_id), len(desk.out.sent)) == (DraftStatus.SENT, 1)


def test_a_lost_answer_to_the_acceptance_is_recorded_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id = desk.approved()
    desk.out.after_mark = lambda: lose_next_commit_answer(monkeypatch)
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.SENT
    assert (desk.outcomes(draft_id), desk.alerts(), desk.answered) == ([Outcome.ACCEPTED], [], [(draft_id, START)])


def test_an_acceptance_that_can_not_be_stored_becomes_a_doubt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(uow: SqlUnitOfWork) -> None:
        raise StoreError("The disk is full.")

    draft_id = desk.approved()
    desk.out.after_mark = lambda: monkeypatch.setattr(SqlUnitOfWork, "commit", full)
    with pytest.raises(StoreError):
        desk.dispatcher().dispatch(draft_id)
    monkeypatch.undo()
    desk.clock.pass_(MINUTE)
    restarted = desk.dispatcher()
    restarted.recover()
    assert (restarted.dispatch(draft_id), len(desk.out.sent)) == (DraftStatus.UNCERTAIN, 1)
    assert desk.alerts() == [f"uncertain:{draft_id}"]


def test_without_room_for_the_mark_nothing_leaves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """F35: no send without a durable mark."""

    def full(uow: SqlUnitOfWork) -> None:
        raise StoreError("The disk is full.")

    draft_id = desk.approved()
    desk.out.before_mark = lambda: monkeypatch.setattr(SqlUnitOfWork, "commit", full)
    with pytest.raises(StoreError):
        desk.dispatcher().dispatch(draft_id)
    assert desk.out.sent == []
    monkeypatch.undo()
    desk.out.before_mark = lambda: None
    desk.clock.pass_(MINUTE)
    restarted = desk.dispatcher()
    restarted.recover()
    assert (restarted.dispatch(draft_id), len(desk.out.sent)) == (DraftStatus.SENT, 1)

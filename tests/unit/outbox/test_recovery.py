"""After a crash or a silence (K9-K14, F23, F33, I7)."""

from datetime import timedelta

import pytest

from tests.unit.outbox.desk import ACCOUNT, START, UNKNOWN, Desk
from triage.errors import IllegalMove, TriageError
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.records import FolderRole, NewMessage, Processed
from triage.vocabulary.states import DraftStatus, SentCopyStatus

MINUTE = timedelta(minutes=1)
CLAIMED = [DraftStatus.CLAIMED]
MARKED = [DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT]


def in_sent(desk: Desk, draft_id: int, account: str = ACCOUNT, role: FolderRole = FolderRole.SENT) -> None:
    """The account's Sent folder shows the letter, as intake stores it."""
    with desk.store.begin() as uow:
        draft = uow.drafts.get(draft_id)
        uow.accounts.ensure(account, f"{account}@seller.example")
        folder = uow.accounts.folder(account, role.value, role)
        (message_id,) = uow.messages.add([NewMessage(folder.id, 1, 900, desk.clock.now(), b"x", 1)])
        outcome = Processed(ParsedMail(message_id=draft.rfc_message_id), Screening(None, ""), None)
        uow.messages.save_processed(message_id, outcome, draft.conversation_id)
        uow.commit()


def test_at_the_start_a_claim_of_an_earlier_process_is_sent_again(desk: Desk) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *CLAIMED)
    desk.clock.pass_(MINUTE)
    dispatcher = desk.dispatcher()
    dispatcher.recover()
    row = desk.row(draft_id)
    assert (row.status, row.not_before) == (DraftStatus.RETRY_LATER, None)
    assert row.note == "The sending was interrupted before anything left."
    assert dispatcher.dispatch(draft_id) is DraftStatus.SENT


def test_at_the_start_a_marked_letter_of_an_earlier_process_is_uncertain(desk: Desk) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *MARKED)
    desk.clock.pass_(MINUTE)
    dispatcher = desk.dispatcher()
    dispatcher.recover()
    assert (desk.status(draft_id), desk.alerts()) == (DraftStatus.UNCERTAIN, [f"uncertain:{draft_id}"])
    assert (dispatcher.dispatch(draft_id), desk.out.tries) == (DraftStatus.UNCERTAIN, 0)


def test_the_sweep_leaves_those_alone_that_may_still_be_at_work(desk: Desk) -> None:
    claimed, marked = desk.approved(), desk.approved()
    desk.move(claimed, *CLAIMED)
    desk.move(marked, *MARKED)
    dispatcher = desk.dispatcher()
    for _ in range(15):
        assert (desk.status(claimed), desk.status(marked)) == (DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT)
        desk.clock.pass_(MINUTE)
        dispatcher.sweep(desk.clock.now())
    desk.clock.pass_(MINUTE)
    dispatcher.sweep(desk.clock.now())
    assert (desk.status(claimed), desk.status(marked)) == (DraftStatus.RETRY_LATER, DraftStatus.BODY_MAY_HAVE_LEFT)
    desk.clock.pass_(10 * MINUTE)
    dispatcher.sweep(desk.clock.now())
    assert desk.status(marked) is DraftStatus.UNCERTAIN


def test_no_row_is_past_its_deadline_unseen(desk: Desk) -> None:
    """O5: whatever the state it crashed in, a day later it is either due, or shown to a person."""
    for states in ([], CLAIMED, MARKED):
        desk.move(desk.approved(), *states)
    desk.clock.pass_(timedelta(days=1))
    desk.dispatcher().sweep(desk.clock.now())
    with desk.store.begin(write=False) as uow:
        assert list(uow.drafts.due(desk.clock.now(), 10)) == [1, 2]
        assert [item.draft.id for item in uow.drafts.queue([DraftStatus.UNCERTAIN])] == [3]


def test_a_copy_in_sent_is_evidence_when_the_wait_ends(desk: Desk) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *MARKED)
    in_sent(desk, draft_id)
    desk.clock.pass_(MINUTE)
    desk.dispatcher().recover()
    row = desk.row(draft_id)
    assert (row.status, row.note) == (DraftStatus.SENT, "It was found in the Sent folder.")
    assert row.sent_copy is SentCopyStatus.FILED
    assert (desk.answered, desk.alerts()) == ([(draft_id, START)], [])


@pytest.mark.parametrize(("account", "role"), [("other", FolderRole.SENT), (ACCOUNT, FolderRole.INBOX)])
def test_our_id_in_a_buyers_mail_or_another_account_is_no_evidence(desk: Desk, account: str, role: FolderRole) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *MARKED)
    in_sent(desk, draft_id, account, role)
    desk.clock.pass_(MINUTE)
    desk.dispatcher().recover()
    assert desk.status(draft_id) is DraftStatus.UNCERTAIN


def test_a_copy_that_turns_up_later_ends_the_doubt(desk: Desk) -> None:
    desk.out.results = (UNKNOWN,)
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()
    dispatcher.dispatch(draft_id)
    desk.clock.pass_(MINUTE)
    rfc_id = desk.row(draft_id).rfc_message_id
    assert [dispatcher.note_sent_evidence(rfc_id) for _ in range(2)] == [True, False]
    assert (desk.status(draft_id), desk.alerts()) == (DraftStatus.SENT, [])
    assert desk.answered == [(draft_id, START)]
    assert desk.events() == ["draft.body_may_have_left", "draft.uncertain", "draft.sent"]


@pytest.mark.parametrize("states", [[], CLAIMED, [DraftStatus.REJECTED], [*MARKED, DraftStatus.SENT]])
def test_evidence_moves_nothing_but_a_doubt(desk: Desk, states: list[DraftStatus]) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *states)
    before = desk.row(draft_id)
    assert desk.dispatcher().note_sent_evidence(before.rfc_message_id) is False
    assert desk.dispatcher().note_sent_evidence("<unknown@x>") is False
    assert desk.row(draft_id) == before


def test_a_person_says_that_it_arrived(desk: Desk) -> None:
    desk.out.results = (UNKNOWN,)
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()
    dispatcher.dispatch(draft_id)
    desk.clock.pass_(timedelta(hours=3))
    dispatcher.resolve_uncertain(draft_id, True, "li", "the buyer called")
    row = desk.row(draft_id)
    assert (row.status, row.note, row.sent_copy) == (DraftStatus.SENT, "li: the buyer called", SentCopyStatus.PENDING)
    assert (desk.answered, desk.alerts()) == ([(draft_id, START)], [])
    with desk.store.begin(write=False) as uow:
        *_, event = uow.audit.events()
    assert (event.actor, event.name, event.data["note"]) == ("li", "draft.sent", "li: the buyer called")


def test_a_person_says_that_it_did_not_arrive_and_may_approve_it_anew(desk: Desk) -> None:
    desk.out.results = (UNKNOWN,)
    draft_id = desk.approved()
    dispatcher = desk.dispatcher()
    dispatcher.dispatch(draft_id)
    dispatcher.resolve_uncertain(draft_id, False, "li", "their server has no trace of it")
    assert (dispatcher.dispatch(draft_id), desk.answered, desk.alerts()) == (DraftStatus.REFUSED, [], [])
    desk.move(draft_id, DraftStatus.PROPOSED)
    desk.approve(draft_id)
    dispatcher.dispatch(draft_id)
    assert desk.row(draft_id).attempts == 2


@pytest.mark.parametrize(("by", "reason"), [("", "reason"), ("li", ""), (" ", " ")])
def test_a_doubt_is_ended_by_name_and_with_a_reason(desk: Desk, by: str, reason: str) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *MARKED, DraftStatus.UNCERTAIN)
    with pytest.raises(TriageError, match="by name"):
        desk.dispatcher().resolve_uncertain(draft_id, True, by, reason)
    assert desk.status(draft_id) is DraftStatus.UNCERTAIN


@pytest.mark.parametrize("states", [[], MARKED, [*MARKED, DraftStatus.SENT]])
def test_only_a_doubt_can_be_resolved(desk: Desk, states: list[DraftStatus]) -> None:
    draft_id = desk.approved()
    desk.move(draft_id, *states)
    before = desk.row(draft_id)
    with pytest.raises(IllegalMove):
        desk.dispatcher().resolve_uncertain(draft_id, True, "li", "sure")
    assert desk.row(draft_id) == before

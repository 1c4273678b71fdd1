"""The copy in Sent: exactly one, or said that there is none; and it can never send (F24, F27, I9)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.unit.outbox.desk import Desk
from triage.errors import ConnectionLost
from triage.outbox.filing import Filing
from triage.vocabulary.states import DraftStatus, SentCopyStatus

PENDING, FILED, FAILED = SentCopyStatus.PENDING, SentCopyStatus.FILED, SentCopyStatus.FAILED


@dataclass
class Folder:
    """A Sent folder. `loses`: says OK and stores nothing. `faults` are raised by `append`, after storing if `late`."""

    copies: list[tuple[bytes, datetime]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    faults: int = 0
    late: bool = False
    loses: bool = False
    looks: int = 0

    def find(self, message_id: str) -> bool:
        self.looks += 1
        return any(f"Message-ID: {message_id}\r\n".encode() in raw for raw, _ in self.copies)

    def append(self, raw: bytes, when: datetime) -> None:
        failing = self.faults > 0
        self.faults -= failing
        if (not failing or self.late) and not self.loses:
            self.copies.append((raw, when))
        if failing:
            raise ConnectionLost("the link broke")


def sent(desk: Desk) -> int:
    draft_id = desk.approved()
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.SENT
    return draft_id


def filing(desk: Desk, folder: Folder) -> Filing:
    return Filing(desk.store, desk.clock, lambda account_id: folder)


def until_settled(desk: Desk, folder: Folder, draft_id: int) -> SentCopyStatus:
    room = filing(desk, folder)
    while (status := room.file_copy(draft_id)) is PENDING:
        desk.clock.pass_(timedelta(minutes=1))
    return status


def test_the_sent_bytes_are_filed_with_the_moment_of_sending(desk: Desk) -> None:
    draft_id, folder = sent(desk), Folder()
    desk.clock.pass_(timedelta(hours=1))
    assert filing(desk, folder).file_copy(draft_id) is FILED
    assert folder.copies == [(desk.out.sent[0].data, desk.row(draft_id).sent_at)]
    assert desk.events() == ["draft.body_may_have_left", "draft.sent", "draft.copy_filed"]


def test_a_copy_that_the_server_filed_itself_is_not_doubled(desk: Desk) -> None:
    draft_id = sent(desk)
    folder = Folder(copies=[(desk.out.sent[0].data, desk.clock.now())])
    assert filing(desk, folder).file_copy(draft_id) is FILED
    assert len(folder.copies) == 1


def test_a_lost_answer_to_the_append_makes_no_second_copy(desk: Desk) -> None:
    draft_id, folder = sent(desk), Folder(faults=1, late=True)
    assert until_settled(desk, folder, draft_id) is FILED
    assert len(folder.copies) == 1


def test_two_failures_are_made_good(desk: Desk) -> None:
    draft_id, folder = sent(desk), Folder(faults=2)
    assert until_settled(desk, folder, draft_id) is FILED
    assert (len(folder.copies), desk.row(draft_id).sent_copy_attempts) == (1, 3)


@pytest.mark.parametrize("folder", [Folder(faults=9), Folder(loses=True)])
def test_after_three_tries_the_missing_copy_is_said(desk: Desk, folder: Folder) -> None:
    draft_id = sent(desk)
    assert until_settled(desk, folder, draft_id) is FAILED
    row = desk.row(draft_id)
    assert (row.status, row.sent_copy, row.sent_copy_attempts) == (DraftStatus.SENT, FAILED, 3)
    assert desk.alerts() == [f"sent_copy:{draft_id}"]
    assert (filing(desk, folder).file_copy(draft_id), len(desk.out.sent)) == (FAILED, 1)


def test_the_dispatcher_files_by_account(desk: Desk) -> None:
    draft_id, folders = sent(desk), {"sales": Folder(), "other": Folder()}
    assert desk.dispatcher(folder_for=folders.__getitem__).file_copy(draft_id) is FILED
    assert [len(folder.copies) for folder in folders.values()] == [1, 0]


def test_asked_again_at_once_it_waits(desk: Desk) -> None:
    draft_id, folder = sent(desk), Folder(faults=9)
    room = filing(desk, folder)
    assert [room.file_copy(draft_id) for _ in range(20)] == [PENDING] * 20
    assert (desk.row(draft_id).sent_copy_attempts, folder.looks) == (1, 1)


def test_a_letter_that_is_not_sent_gets_no_copy(desk: Desk) -> None:
    draft_id, folder = desk.approved(), Folder()
    for states in ([], [DraftStatus.CLAIMED], [DraftStatus.BODY_MAY_HAVE_LEFT], [DraftStatus.UNCERTAIN]):
        desk.move(draft_id, *states)
        assert filing(desk, folder).file_copy(draft_id) is SentCopyStatus.NONE
    assert folder.looks == 0


def test_filing_leaves_the_send_state_alone(desk: Desk) -> None:
    draft_id = sent(desk)
    before = desk.row(draft_id)
    until_settled(desk, Folder(faults=9), draft_id)
    after = desk.row(draft_id)
    assert (after.status, after.sent_at, after.changed_at, after.attempts, after.server_reply) == (
        before.status,
        before.sent_at,
        before.changed_at,
        before.attempts,
        before.server_reply,
    )
    assert desk.dispatcher().dispatch(draft_id) is DraftStatus.SENT
    assert desk.out.tries == 1

"""Responses as columns, read row by row and packed, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.store.filling import NOW, put_draft, put_message
from triage.audit.columns import columns_of
from triage.audit.frame import Frame, frame_of
from triage.store import SqlStore
from triage.store.repositories import response_columns
from triage.store.unit_of_work import SqlUnitOfWork
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.records import DraftHistory, NewResponse, Via
from triage.vocabulary.responses import NUMBER_COLUMNS, ResponseColumns, ReviewerCount
from triage.vocabulary.states import PromiseStatus

JANUARY = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def filled(store: SqlStore) -> None:
    """Six mails a week apart from January on: answered, held, waiting, closed, answered elsewhere, waiting."""
    with store.begin() as uow:
        for number in range(6):
            message_id, conversation_id = put_message(uow, number + 1, JANUARY + timedelta(weeks=number))
            new = NewResponse(
                message_id=message_id,
                conversation_id=conversation_id,
                account_id="sales",
                first=number % 2 == 0,
                received_at=JANUARY + timedelta(weeks=number),
                kind=Kind.RFQ if number else Kind.ORDER,
                tier=Tier.A,
                country="DE" if number else None,
                target_seconds=7200,
            )
            uow.responses.open(new)
        history = DraftHistory(JANUARY + timedelta(seconds=5), JANUARY + timedelta(hours=1), 0.25)
        uow.responses.answer(1, JANUARY + timedelta(hours=2), Via.TOOL, "lin", 7200.0, 3600.5, history)
        uow.responses.holding(2, JANUARY + timedelta(weeks=1, hours=1))
        uow.responses.close(4, "spam")
        uow.responses.answer(5, JANUARY + timedelta(weeks=5), Via.ELSEWHERE, "mei", 9.0, 9.0)
        uow.commit()


def read(uow: SqlUnitOfWork, since: datetime | None = None, until: datetime | None = None) -> list[ResponseColumns]:
    return list(uow.responses.columns(since, until))


def pack_all(store: SqlStore, before: datetime = MARCH) -> int:
    packed = 0
    with store.begin() as uow:
        while response_columns.pack(uow._connection, before, at_least=1):
            packed += 1
        uow.commit()
    return packed


def blocks(store: SqlStore) -> int:
    with store.begin(write=False) as uow:
        return uow._connection.exec_driver_sql("SELECT count(*) FROM response_block").scalar_one()


def told(parts: list[ResponseColumns]) -> list[tuple[object, ...]]:
    """Rows as words and numbers, by id."""
    frame = frame_of(parts, Frame)
    words = [[column.words[code] for code in column.codes] for column in frame.words.values()]
    return sorted(
        zip(frame.ids.tolist(), *words, *(getattr(frame, n).tolist() for n, _ in NUMBER_COLUMNS), strict=True)
    )


def test_columns_are_what_the_records_say(store: SqlStore) -> None:
    filled(store)
    with store.begin(write=False) as uow:
        records = [row for row in uow.responses.between(None, None) if not row.closed_reason]
        assert told(read(uow)) == told([columns_of(records)])
    assert [row.id for row in records] == [1, 2, 3, 5, 6]
    assert (records[0].proposed_at, records[0].edited_share) == (JANUARY + timedelta(seconds=5), 0.25)


def test_packed_months_hold_the_same_and_are_read_between_the_others(store: SqlStore) -> None:
    filled(store)
    with store.begin(write=False) as uow:
        before = told(read(uow))
    assert pack_all(store, JANUARY + timedelta(days=30)) == 1
    assert (blocks(store), pack_all(store), blocks(store)) == (1, 1, 2)
    assert pack_all(store) == 0
    with store.begin(write=False) as uow:
        assert told(read(uow)) == before
        assert len(read(uow)) == 2  # January, February; before and since there is nothing
        since, until = JANUARY + timedelta(weeks=1), JANUARY + timedelta(weeks=5)
        some = {row[0] for row in told(read(uow, since, until))}
    assert {2, 3, 5} <= some


@pytest.mark.parametrize("change", ["answer", "holding", "close", "open"])
def test_a_change_drops_the_block_that_holds_it(store: SqlStore, change: str) -> None:
    filled(store)
    pack_all(store)
    with store.begin() as uow:
        if change == "answer":
            uow.responses.answer(3, JANUARY + timedelta(weeks=3), Via.TOOL, "lin", 1.0, 1.0)
        elif change == "holding":
            uow.responses.holding(3, JANUARY + timedelta(weeks=3))
        elif change == "close":
            uow.responses.close(3, "spam")
        else:
            message_id, conversation_id = put_message(uow, 77, JANUARY + timedelta(days=1))
            like = NewResponse(
                message_id, conversation_id, "sales", True, JANUARY + timedelta(days=1), Kind.RFQ, Tier.A, None, 1.0
            )
            uow.responses.open(like)
        uow.commit()
    assert blocks(store) == 1
    with store.begin(write=False) as uow:
        records = [row for row in uow.responses.between(None, None) if not row.closed_reason]
        assert told(read(uow)) == told([columns_of(records)])


def test_what_changes_nothing_drops_nothing(store: SqlStore) -> None:
    filled(store)
    pack_all(store)
    with store.begin() as uow:
        assert not uow.responses.answer(1, JANUARY, Via.TOOL, "lin", 1.0, 1.0)
        uow.responses.close(1, "late")
        uow.commit()
    assert blocks(store) == 2


def test_a_month_with_few_rows_is_not_worth_packing(store: SqlStore) -> None:
    filled(store)
    with store.begin() as uow:
        assert not uow.responses.pack(MARCH)
    with store.begin() as uow:
        assert not response_columns.pack(uow._connection, JANUARY, at_least=1)


def test_records_by_id_in_the_order_asked_for(store: SqlStore) -> None:
    filled(store)
    with store.begin(write=False) as uow:
        assert [row.id for row in uow.responses.named([5, 1])] == [5, 1]


def test_a30_what_reviewers_decided_and_what_became_of_promises(store: SqlStore) -> None:
    with store.begin() as uow:
        draft_id = put_draft(uow)
        for action, by in (("approve", "lin"), ("edit", "lin"), ("reject", "mei"), ("hold", "mei"), ("approve", "lin")):
            uow.drafts.add_review(draft_id, action, by, NOW, "", "hash")
        conversation_id = uow.drafts.get(draft_id).conversation_id
        for due in (NOW, NOW + timedelta(days=9)):
            uow.promises.add(draft_id, conversation_id, "the price", due, NOW)
        uow.promises.set_status(1, PromiseStatus.OPEN, PromiseStatus.KEPT, NOW)
        uow.commit()
    with store.begin(write=False) as uow:
        counts = uow.responses.counts(NOW, NOW + timedelta(days=1))
        assert counts.reviewers == (ReviewerCount("lin", 2, 1, 0), ReviewerCount("mei", 0, 0, 1))
        assert counts.promises == (("kept", 1),)
        assert replace(counts, promises=()) == replace(uow.responses.counts(None, None), promises=())
        assert uow.responses.counts(NOW + timedelta(days=1), None).reviewers == ()

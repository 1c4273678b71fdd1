"""Of two that want the same, exactly one gets it (I5, I6, I11), on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

import pytest

from tests.harness.stores import AUDIT_KEY
from tests.unit.store.filling import NOW, inbox, letter, new_message, outgoing, put_draft, put_message, saved_draft
from triage.audit.log import check_chain
from triage.store import SqlStore
from triage.store.unit_of_work import SqlUnitOfWork
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.states import DraftStatus

S = DraftStatus
T = TypeVar("T")
AT_ONCE = 8


def at_once(store: SqlStore, work: Callable[[SqlUnitOfWork, int], T], times: int = AT_ONCE) -> list[T]:
    """Each in a thread and a transaction of its own, all released together."""
    gate = Barrier(times)

    def one(number: int) -> T:
        gate.wait(timeout=20)
        with store.begin() as uow:
            result = work(uow, number)
            uow.commit()
        return result

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_many_approvals_one_wins(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    won = at_once(
        store,
        lambda uow, n: uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(b"%d" % n), f"p{n}", NOW, None),
    )
    assert won.count(True) == 1
    with store.begin(write=False) as uow:
        winner = won.index(True)
        assert uow.drafts.outgoing(draft_id) == outgoing(b"%d" % winner)
        assert uow.drafts.get(draft_id).approved_by == f"p{winner}"


def test_of_many_claims_one_wins(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    won = at_once(store, lambda uow, n: uow.drafts.move(draft_id, S.APPROVED, S.CLAIMED, NOW))
    with store.begin(write=False) as uow:
        assert (won.count(True), uow.drafts.get(draft_id).attempts) == (1, 1)


def test_an_edit_and_an_approval_never_both_happen(store: SqlStore) -> None:
    for _ in range(3):
        with store.begin() as uow:
            draft_id = put_draft(uow, 1 + _)
            uow.commit()

        def work(uow: SqlUnitOfWork, number: int, draft_id: int = draft_id) -> bool:
            if number % 2:
                return uow.drafts.revise(draft_id, 1, letter(f"edit {number}"), "hash-2", 0, NOW, "li")
            return uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(), "li", NOW, None)

        assert at_once(store, work).count(True) == 1


def test_a_mail_that_joins_during_an_approval_waits_and_sees_it(store: SqlStore) -> None:
    """Otherwise the approved letter would leave although the buyer wrote again (I11)."""
    draft_id = saved_draft(store)
    approved, joined = Event(), Event()

    def join() -> DraftStatus:
        approved.wait(timeout=20)
        with store.begin() as uow:
            conversation_id = 1
            uow.conversations.join(conversation_id, NOW)
            joined.set()
            (draft,) = uow.drafts.of_conversation(conversation_id)
            uow.commit()
            return draft.status

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as uow:
            assert uow.drafts.get(draft_id).conversation_id == 1
            assert uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(), "li", NOW, None)
            seen = pool.submit(join)
            approved.set()
            assert not joined.wait(timeout=0.3), "the mail waits for the approval's commit"
            uow.commit()
        assert seen.result(timeout=20) is S.APPROVED


def test_an_approval_during_a_join_waits_and_fails(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    ready = Event()

    def approve() -> bool:
        ready.wait(timeout=20)
        with store.begin() as uow:
            done = uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(), "li", NOW, None)
            uow.commit()
            return done

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as uow:
            uow.conversations.join(uow.drafts.get(draft_id).conversation_id, NOW)
            waiting = pool.submit(approve)
            ready.set()
            assert not waiting.done()
            uow.commit()
        assert not waiting.result(timeout=20)


def test_a_mail_fetched_twice_at_once_is_stored_once(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        uow.commit()
    new = [new_message(folder, uid) for uid in range(1, 21)]
    stored = at_once(store, lambda uow, _: uow.messages.add(new))
    assert sorted(len(ids) for ids in stored) == [0] * (AT_ONCE - 1) + [20]


def test_two_processes_make_one_card(store: SqlStore) -> None:
    facts = [{FactName.ROLE: "buyer"}, {FactName.PHONE: "+56 2 5550 1234"}]
    ids = at_once(store, lambda uow, n: uow.customers.remember("ana@shop.example", "Ana", None, facts[n % 2], NOW))
    assert len(set(ids)) == 1
    with store.begin(write=False) as uow:
        (card,) = uow.customers.all()
        assert (card.messages_in, len(card.facts)) == (AT_ONCE, 2)


def test_two_processes_open_one_account_and_folder(store: SqlStore) -> None:
    folders = at_once(store, lambda uow, _: inbox(uow))
    assert len({folder.id for folder in folders}) == 1


def test_one_alert_is_raised_once(store: SqlStore) -> None:
    raised = at_once(store, lambda uow, n: uow.alerts.raise_("disk", f"full {n}", NOW))
    assert raised.count(True) == 1


def test_events_of_many_writers_make_one_chain(store: SqlStore) -> None:
    def work(uow: SqlUnitOfWork, number: int) -> None:
        for step in range(3):
            uow.audit.append(NOW, f"p{number}", f"step.{step}", "draft:1")

    at_once(store, work)
    with store.begin(write=False) as uow:
        events = uow.audit.events()
    assert [event.seq for event in events] == list(range(1, 3 * AT_ONCE + 1))
    assert list(check_chain(events, AUDIT_KEY)) == []


@pytest.mark.integration
def test_writers_that_meet_in_the_log_and_in_a_row_do_not_deadlock(postgres_store: SqlStore) -> None:
    """One holds the row and comes to the log, the other comes from the log to the row."""
    store = postgres_store
    with store.begin() as uow:
        _, conversation_id = put_message(uow)
        uow.commit()
    logged, joined = Event(), Event()

    def other() -> int:
        with store.begin() as uow:
            logged.wait(timeout=20)
            version = uow.conversations.join(conversation_id, NOW)
            joined.set()
            uow.audit.append(NOW, "daemon", "joined", "conversation:1")
            uow.commit()
        return version

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        with store.begin() as uow:
            uow.audit.append(NOW, "daemon", "started", "daemon")
            logged.set()
            joined.wait(timeout=20)
            versions = {uow.conversations.join(conversation_id, NOW)}
            uow.commit()
        versions.add(waiting.result(timeout=20))
    assert versions == {1, 2}


def test_a_reader_sees_one_snapshot_and_blocks_nobody(store: SqlStore) -> None:
    with store.begin() as uow:
        put_message(uow, 1)
        uow.commit()
    with store.begin(write=False) as reader:
        before = reader.messages.counts()
        with store.begin() as writer:
            put_message(writer, 2)
            writer.commit()
        assert reader.messages.counts() == before
    with store.begin(write=False) as reader:
        assert reader.messages.counts()["processed"] == before["processed"] + 1

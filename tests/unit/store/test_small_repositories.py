"""Promises, responses, alerts and the audit log's rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.harness.stores import AUDIT_KEY
from tests.unit.store.filling import ACCOUNT, BUYER, NOW, minutes, new_draft, put_draft, put_message
from triage.audit.log import check_chain, verify
from triage.store import SqlStore
from triage.store.unit_of_work import SqlUnitOfWork
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.records import AlertRecord, NewResponse, PromiseRecord, ResponseRecord, Via
from triage.vocabulary.states import PromiseStatus


def test_promises_are_listed_by_when_they_fall_due(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        draft_id = uow.drafts.add(new_draft(message_id, conversation_id), NOW)
        late = uow.promises.add(draft_id, conversation_id, "the price list", NOW + minutes(90), NOW)
        early = uow.promises.add(draft_id, conversation_id, "the MOQ \x00", NOW + minutes(60), NOW)
        assert uow.promises.of_conversation(conversation_id) == uow.promises.list()
        assert uow.promises.list() == [
            PromiseRecord(early, draft_id, conversation_id, "the MOQ ", NOW + minutes(60), PromiseStatus.OPEN, NOW),
            PromiseRecord(
                late, draft_id, conversation_id, "the price list", NOW + minutes(90), PromiseStatus.OPEN, NOW
            ),
        ]
        assert uow.promises.of_conversation(conversation_id + 1) == []


def test_a_promise_changes_only_from_the_state_it_is_in(store: SqlStore) -> None:
    with store.begin() as uow:
        draft_id = put_draft(uow)
        conversation_id = uow.drafts.get(draft_id).conversation_id
        promise_id = uow.promises.add(draft_id, conversation_id, "the MOQ", NOW, NOW)
        later = NOW + minutes(1)
        assert uow.promises.set_status(promise_id, PromiseStatus.OPEN, PromiseStatus.KEPT, later)
        assert not uow.promises.set_status(promise_id, PromiseStatus.OPEN, PromiseStatus.BROKEN, later)
        (kept,) = uow.promises.list(PromiseStatus.KEPT)
        assert (kept.changed_at, uow.promises.list(PromiseStatus.OPEN)) == (later, [])


def new_response(message_id: int, conversation_id: int, at: datetime = NOW) -> NewResponse:
    return NewResponse(message_id, conversation_id, ACCOUNT, True, at, Kind.RFQ, Tier.A, "CL", 7200.5)


def opened(uow: SqlUnitOfWork, uid: int, at: datetime = NOW) -> int:
    return uow.responses.open(new_response(*put_message(uow, uid, at), at))


def test_the_clock_of_a_message_starts_once(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        response_id = uow.responses.open(new_response(message_id, conversation_id))
        assert uow.responses.open(new_response(message_id, conversation_id, NOW + minutes(9))) == response_id
        expected = ResponseRecord(
            id=response_id,
            message_id=message_id,
            conversation_id=conversation_id,
            account_id=ACCOUNT,
            first=True,
            received_at=NOW,
            kind=Kind.RFQ,
            tier=Tier.A,
            country="CL",
            target_seconds=7200.5,
            subject="Inquiry: 500 Büro-Stühle 椅子",
            sender=BUYER.key,
        )
        assert uow.responses.waiting() == uow.responses.waiting_in(conversation_id) == [expected]


def test_an_answer_stops_the_clock_once(store: SqlStore) -> None:
    with store.begin() as uow:
        response_id = opened(uow, 1)
        assert uow.responses.answer(response_id, NOW + minutes(5), Via.TOOL, "li", 300.25, 120.5)
        assert not uow.responses.answer(response_id, NOW + minutes(6), Via.ELSEWHERE, "wang", 1.0, 1.0)
        uow.responses.close(response_id, "too late to close")
        (record,) = uow.responses.between(None, None)
        assert uow.responses.waiting() == []
    assert record == replace(
        record,
        answered_at=NOW + minutes(5),
        via=Via.TOOL,
        person="li",
        elapsed_seconds=300.25,
        working_seconds=120.5,
        closed_reason="",
    )


def test_a_holding_reply_is_noted_and_the_clock_runs_on(store: SqlStore) -> None:
    with store.begin() as uow:
        response_id = opened(uow, 1)
        uow.responses.holding(response_id, NOW + minutes(1))
        uow.responses.holding(response_id, NOW + minutes(2))
        (record,) = uow.responses.waiting()
        assert (record.holding_at, record.answered_at) == (NOW + minutes(1), None)


def test_a_closed_response_waits_no_more(store: SqlStore) -> None:
    with store.begin() as uow:
        response_id = opened(uow, 1)
        uow.responses.close(response_id, "relabelled as scam")
        assert uow.responses.waiting() == []
        assert not uow.responses.answer(response_id, NOW, Via.TOOL, "li", 1.0, 1.0)
        assert [record.closed_reason for record in uow.responses.between(None, None)] == ["relabelled as scam"]


def test_responses_between_two_instants_come_by_arrival(store: SqlStore) -> None:
    with store.begin() as uow:
        ids = {at: opened(uow, at + 1, NOW + minutes(at)) for at in (3, 1, 2, 0)}
        uow.commit()
    with store.begin(write=False) as uow:
        everything = [record.id for record in uow.responses.between(None, None)]
        some = [record.id for record in uow.responses.between(NOW + minutes(1), NOW + minutes(3))]
        assert (everything, some) == ([ids[0], ids[1], ids[2], ids[3]], [ids[1], ids[2]])
        assert [record.id for record in uow.responses.waiting()] == everything


def test_an_alert_stands_until_it_is_cleared(store: SqlStore) -> None:
    with store.begin() as uow:
        assert uow.alerts.raise_("sales:login", "refused", NOW)
        assert not uow.alerts.raise_("sales:login", "refused again", NOW + minutes(1))
        assert uow.alerts.raise_("disk", "nearly full", NOW - minutes(1))
        assert uow.alerts.standing() == [
            AlertRecord("disk", "nearly full", NOW - minutes(1)),
            AlertRecord("sales:login", "refused again", NOW),
        ]
        uow.alerts.clear("sales:login", NOW + minutes(2))
        uow.alerts.clear("unknown", NOW)
        assert [alert.key for alert in uow.alerts.standing()] == ["disk"]
        assert uow.alerts.raise_("sales:login", "refused", NOW + minutes(3))
        assert uow.alerts.standing()[1] == AlertRecord("sales:login", "refused", NOW + minutes(3))


def test_events_are_chained_as_they_come(store: SqlStore) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    with store.begin() as uow:
        assert uow.audit.head() == (0, "")
        uow.audit.append(NOW, "daemon", "message.parked", "message:1")
        uow.audit.append(local, "li", "draft.approved", "draft:7", {"hash": "abc", "b\x00": "\udc80x"})
        uow.commit()
    with store.begin() as uow:
        uow.audit.append(NOW, "li", "draft.sent", "draft:7", {})
        uow.commit()
    with store.begin(write=False) as uow:
        events = uow.audit.events()
        assert [event.seq for event in events] == [1, 2, 3]
        assert (events[1].at, events[1].at.tzinfo, events[1].data) == (NOW, UTC, {"hash": "abc", "b": "x"})
        assert uow.audit.head() == (3, events[2].mac)
        assert [event.seq for event in uow.audit.events(after_seq=1, limit=1)] == [2]
        assert [*check_chain(events, AUDIT_KEY), *verify(uow.audit, AUDIT_KEY)] == []


def test_an_event_that_is_rolled_back_leaves_no_gap(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.audit.append(NOW, "li", "never.happened", "draft:1")
    with store.begin() as uow:
        uow.audit.append(NOW, "li", "happened", "draft:1")
        assert [(event.seq, event.name) for event in uow.audit.events()] == [(1, "happened")]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'nobody'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_events(store: SqlStore, statement: str) -> None:
    with store.begin() as uow:
        uow.audit.append(NOW, "li", "draft.approved", "draft:7")
        uow.commit()
    with store.begin() as uow, pytest.raises(DatabaseError, match="audit_event is append-only"):
        uow._connection.execute(text(statement))
    with store.begin(write=False) as uow:
        assert [event.actor for event in uow.audit.events()] == ["li"]

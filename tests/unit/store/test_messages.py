import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.harness.stores import SetClock
from tests.unit.store.filling import (
    ACCOUNT,
    BUYER,
    NOW,
    OURS,
    assessment,
    automatic,
    inbox,
    mail,
    minutes,
    new_draft,
    new_message,
    processed,
    put_message,
    sent,
)
from triage.errors import NotFound
from triage.store import SqlStore
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.mail import Address, Automatic, Screening
from triage.vocabulary.records import MessageRecord, ParkedRecord, Processed
from triage.vocabulary.states import Direction, DraftStatus, MessageStatus


def test_a_new_message_is_stored_with_its_bytes_and_hash(store: SqlStore) -> None:
    raw = b"Subject: \xff\x00 bytes as they came\r\n\r\n"
    with store.begin() as uow:
        folder = inbox(uow)
        (message_id,) = uow.messages.add([new_message(folder, 5, raw=raw)])
        uow.commit()
    with store.begin(write=False) as uow:
        assert uow.messages.raw(message_id) == raw
        assert uow.messages.get(message_id) == MessageRecord(
            id=message_id,
            account_id=ACCOUNT,
            folder_id=folder.id,
            direction=Direction.IN,
            uidvalidity=7,
            uid=5,
            sha256=hashlib.sha256(raw).hexdigest(),
            size=len(raw),
            received_at=NOW,
            status=MessageStatus.STORED,
        )


def test_mails_of_the_sent_folder_are_outgoing(store: SqlStore) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(sent(uow), 1)])
        assert uow.messages.get(message_id).direction is Direction.OUT


def test_a_known_identity_is_not_stored_again(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        first = uow.messages.add([new_message(folder, 1), new_message(folder, 2)])
        second = uow.messages.add([new_message(folder, 2), new_message(folder, 3), new_message(folder, 3)])
        everywhere = uow.messages.add([new_message(folder, 1, uidvalidity=8), new_message(sent(uow), 1)])
    assert [len(first), len(second), len(everywhere)] == [2, 1, 2]
    assert len({*first, *second, *everywhere}) == 5


def test_ids_come_in_the_order_of_the_mails(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        ids = uow.messages.add([new_message(folder, uid) for uid in (9, 3, 7)])
        assert [record.uid for record in uow.messages.get_many(ids)] == [9, 3, 7]


def test_copies_of_one_mail_share_the_stored_bytes(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        ids = uow.messages.add([new_message(folder, 1, raw=b"same"), new_message(folder, 2, raw=b"same")])
        assert dict(uow.messages.raw_many(ids)) == dict.fromkeys(ids, b"same")


def test_the_largest_uids_are_stored(store: SqlStore) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(inbox(uow), 2**32 - 1, uidvalidity=2**32 - 1)])
        assert uow.messages.get(message_id).uid == 2**32 - 1


def test_a_mail_for_an_unknown_folder_is_refused(store: SqlStore) -> None:
    with store.begin() as uow, pytest.raises(NotFound, match="no folder 4711"):
        uow.messages.add([new_message(replace(inbox(uow), id=4711), 1)])


def test_a_naive_arrival_time_is_refused(store: SqlStore) -> None:
    naive = datetime(2026, 3, 2, 1, 0)  # noqa: DTZ001 - that is the point
    with store.begin() as uow, pytest.raises(Exception, match="naive datetime"):
        uow.messages.add([new_message(inbox(uow), 1, naive)])


def test_arrival_times_come_back_in_utc(store: SqlStore) -> None:
    local = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(inbox(uow), 1, local)])
        received = uow.messages.get(message_id).received_at
    assert (received, received.tzinfo) == (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), UTC)


def test_a_mail_that_could_not_be_fetched_is_listed(store: SqlStore, clock: SetClock) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([replace(new_message(inbox(uow), 1), raw=None, fault="expunged before fetch")])
        record = uow.messages.get(message_id)
        assert (record.status, record.sha256, record.fault) == (MessageStatus.PARKED, "", "expunged before fetch")
        assert uow.messages.raw(message_id) is None
        assert uow.messages.parked() == [ParkedRecord(message_id, "fetch", "expunged before fetch", 0, clock.now())]
        assert uow.messages.waiting(NOW, 10) == []


def test_bytes_that_come_later_fill_the_listed_message(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        missing = replace(new_message(folder, 1), raw=None, fault="no body in the answer")
        (message_id,) = uow.messages.add([missing])
        assert uow.messages.add([missing]) == []
        assert uow.messages.add([new_message(folder, 1, raw=b"whole"), new_message(folder, 2)])[0] == message_id
        record = uow.messages.get(message_id)
        assert (record.status, record.fault, record.size) == (MessageStatus.STORED, "", 5)
        assert uow.messages.raw(message_id) == b"whole"
        assert uow.messages.parked() == []


def test_a_partly_fetched_mail_is_processed_and_keeps_its_fault(store: SqlStore) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add(
            [new_message(inbox(uow), 1, raw=b"Subject: x\r\n", fault="too large: 9 bytes")]
        )
        uow.messages.save_processed(message_id, processed(), None)
        record = uow.messages.get(message_id)
        assert (record.status, record.fault) == (MessageStatus.PROCESSED, "too large: 9 bytes")


def test_many_messages_come_in_the_order_asked_for(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        ids = uow.messages.add([new_message(folder, uid) for uid in range(1, 701)])
        wanted = list(reversed(ids))
        assert [record.id for record in uow.messages.get_many(wanted)] == wanted
        assert set(uow.messages.raw_many(wanted)) == set(ids)


def test_an_unknown_message_is_not_found(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, _ = put_message(uow)
        unknown = message_id + 1000
        for call in (
            lambda: uow.messages.get(unknown),
            lambda: uow.messages.get_many([message_id, unknown]),
            lambda: uow.messages.save_processed(unknown, processed(), None),
            lambda: uow.messages.fail(unknown, "parse", "boom", None),
            lambda: uow.messages.replay(unknown),
            lambda: uow.messages.rekey(unknown, 1, 1),
            lambda: uow.messages.label(unknown, Kind.RFQ, "li", NOW),
        ):
            with pytest.raises(NotFound, match=f"no message {unknown}"):
                call()
        assert uow.messages.raw(unknown) is None
        assert uow.messages.assessment_of(unknown) is None


def test_waiting_messages_come_oldest_first_when_their_next_try_is_due(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        late, early, failed = uow.messages.add(
            [new_message(folder, uid, NOW + minutes(at)) for uid, at in ((1, 5), (2, 0), (3, 9))]
        )
        done, _ = put_message(uow, 4)
        uow.messages.fail(failed, "reading", "boom", NOW + minutes(30))
        assert uow.messages.waiting(NOW, 10) == [early, late]
        assert uow.messages.waiting(NOW, 1) == [early]
        assert uow.messages.waiting(NOW + minutes(30), 10) == [early, late, failed]
        assert done not in uow.messages.waiting(NOW + minutes(30), 10)


def test_failed_tries_are_counted_and_the_last_one_parks(store: SqlStore, clock: SetClock) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(inbox(uow), 1)])
        uow.messages.fail(message_id, "reading", "first", NOW)
        assert (uow.messages.get(message_id).attempts, uow.messages.parked()) == (1, [])
        clock.pass_(minutes(3))
        uow.messages.fail(message_id, "reading", "bad \x00 bytes \udc80", None)
        assert uow.messages.get(message_id).status is MessageStatus.PARKED
        assert uow.messages.parked() == [ParkedRecord(message_id, "reading", "bad  bytes ", 2, clock.now())]


def test_a_parked_message_can_be_replayed(store: SqlStore) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(inbox(uow), 1)])
        uow.messages.fail(message_id, "reading", "boom", None)
        uow.messages.replay(message_id)
        record = uow.messages.get(message_id)
        assert (record.status, record.attempts, uow.messages.parked()) == (MessageStatus.STORED, 0, [])
        assert uow.messages.waiting(NOW, 10) == [message_id]


def test_what_the_pipeline_found_stands_in_the_record(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow, 1, outcome=processed(1))
        uow.commit()
    with store.begin(write=False) as uow:
        record = uow.messages.get(message_id)
    assert record == replace(
        record,
        status=MessageStatus.PROCESSED,
        rfc_message_id="<mail-1@importadora.example>",
        subject="Inquiry: 500 Büro-Stühle 椅子",
        sender="ana@importadora.example",
        sender_name="Ana Ejemplo",
        recipients=(OURS, "boss@importadora.example"),
        conversation_id=conversation_id,
        duplicate_of=None,
        automatic=None,
        screening_reason="",
        kind=Kind.RFQ,
        tier=Tier.A,
        priority=2 / 3 * 100,
        country="CL",
        language="es",
    )


def test_the_outcome_comes_back_equal(store: SqlStore) -> None:
    outcomes = [processed(1), automatic(2), Processed(mail(3), Screening(None, "x", wants_no_reply=True), None)]
    with store.begin() as uow:
        folder = inbox(uow)
        ids = uow.messages.add([new_message(folder, uid) for uid in (1, 2, 3)])
        uow.messages.save_processed_many([(key, outcome, None) for key, outcome in zip(ids, outcomes, strict=True)])
        copy = replace(outcomes[2], duplicate_of=ids[0])
        uow.messages.save_processed(ids[2], copy, None)
        uow.commit()
    with store.begin(write=False) as uow:
        assert [uow.messages.assessment_of(key) for key in ids] == [outcomes[0], outcomes[1], copy]
        assert uow.messages.get(ids[1]).automatic is Automatic.BOUNCE
        assert uow.messages.get(ids[2]).duplicate_of == ids[0]


def test_many_outcomes_are_saved_like_single_ones(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        one, *many = uow.messages.add([new_message(folder, uid) for uid in range(1, 8)])
        uow.messages.save_processed(one, processed(1), None)
        uow.messages.save_processed_many([(key, processed(1), None) for key in many])
        first, *others = (replace(record, id=0, uid=0, sha256="") for record in uow.messages.get_many([one, *many]))
        assert others == [first] * 6
        uow.messages.save_processed_many([])


def test_nul_and_lone_surrogates_do_not_stop_a_mail(store: SqlStore) -> None:
    dirty = "a\x00b\udc80c\ud83d 椅"
    outcome = processed(
        1,
        subject=dirty,
        text=dirty,
        sender=Address(dirty, f"{dirty}@shop.example"),
        message_id=f"<{dirty}@shop.example>",
        headers=((dirty, dirty),),
        wrapped=None,
    )
    with store.begin() as uow:
        message_id, _ = put_message(uow, 1, outcome=outcome)
        record = uow.messages.get(message_id)
        assert (record.subject, record.rfc_message_id) == ("abc 椅", "<abc 椅@shop.example>")
        stored = uow.messages.assessment_of(message_id)
        assert stored is not None
        assert (stored.mail.text, stored.mail.headers) == ("abc 椅", (("abc 椅", "abc 椅"),))
        assert [found.id for found in uow.messages.by_rfc_ids([f"<{dirty}@shop.example>"])] == [message_id]


def test_absurdly_long_names_do_not_stop_a_mail(store: SqlStore) -> None:
    noise = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(5_000))
    outcome = processed(
        1,
        message_id=f"<{noise}>",
        references=(f"<{noise}>",),
        sender=Address(noise, f"{noise}@a.example"),
        wrapped=None,
    )
    with store.begin() as uow:
        message_id, _ = put_message(uow, 1, outcome=outcome)
        record = uow.messages.get(message_id)
        assert (record.rfc_message_id, len(record.sender)) == (None, 320)
        assert uow.messages.assessment_of(message_id) == outcome
        uow.customers.remember(f"{noise}@a.example", noise, None, {}, NOW)


def test_our_own_letters_name_us_as_sender_even_when_they_forward(store: SqlStore) -> None:
    ours = replace(processed(1), mail=mail(1, sender=Address("Li", OURS)))
    assert ours.mail.writer == BUYER
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(sent(uow), 1)])
        uow.messages.save_processed(message_id, ours, None)
        assert uow.messages.get(message_id).sender == OURS


def test_a_replayed_message_is_saved_anew(store: SqlStore) -> None:
    better = Processed(mail(1, attachments=()), Screening(None), assessment(Kind.ORDER, 10.0))
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        draft_id = uow.drafts.add(new_draft(message_id, conversation_id), NOW)
        other_id, other_conversation = put_message(uow, 2, outcome=processed(2, rated=assessment(score=20.0)))
        other_draft = uow.drafts.add(new_draft(other_id, other_conversation, 2), NOW)
        uow.messages.replay(message_id)
        uow.messages.save_processed(message_id, better, conversation_id)
        assert uow.messages.assessment_of(message_id) == better
        assert uow.messages.get(message_id).kind is Kind.ORDER
        queue = [item.draft.id for item in uow.drafts.queue([DraftStatus.PROPOSED])]
        assert queue == [other_draft, draft_id], "the queue follows the new priority"


def test_a_parked_message_that_is_processed_after_all_is_no_longer_parked(store: SqlStore) -> None:
    with store.begin() as uow:
        (message_id,) = uow.messages.add([new_message(inbox(uow), 1)])
        uow.messages.fail(message_id, "reading", "boom", None)
        uow.messages.save_processed(message_id, processed(), None)
        assert uow.messages.parked() == []


def test_a_persons_label_wins_over_the_prediction_for_good(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        uow.messages.label(message_id, Kind.COMPLAINT, "li", NOW)
        uow.messages.label(message_id, Kind.ORDER, "wang", NOW)
        other, _ = put_message(uow, 2)
        uow.messages.label(other, Kind.SCAM, "li", NOW)
        assert uow.messages.labels() == [(message_id, Kind.ORDER), (other, Kind.SCAM)]
        uow.messages.save_processed(message_id, processed(1), conversation_id)
        assert uow.messages.get(message_id).kind is Kind.ORDER
        stored = uow.messages.assessment_of(message_id)
        assert stored is not None
        assert stored.assessment is not None
        assert stored.assessment.kind.kind is Kind.RFQ


def test_messages_are_found_by_their_message_ids(store: SqlStore) -> None:
    with store.begin() as uow:
        later, _ = put_message(uow, 1, NOW + minutes(1))
        earlier, _ = put_message(uow, 2)
        put_message(uow, 3)
        wanted = [
            "<mail-1@importadora.example>",
            "<mail-2@importadora.example>",
            "<mail-1@importadora.example>",
            "<no>",
        ]
        assert [record.id for record in uow.messages.by_rfc_ids(wanted)] == [earlier, later]
        assert uow.messages.by_rfc_ids([]) == []
        assert [record.id for record in uow.messages.by_rfc_ids([f"<{n}>" for n in range(40_000)] + wanted)] == [
            earlier,
            later,
        ]


def test_messages_are_found_by_what_they_refer_to(store: SqlStore) -> None:
    many = tuple(f"<{number}@long.example>" for number in range(200))
    with store.begin() as uow:
        message_id, _ = put_message(uow, 1)
        long, _ = put_message(uow, 2, outcome=processed(2, references=many, in_reply_to=()))
        for rfc_id in ("<start@importadora.example>", "<first@muster.example>"):
            assert [record.id for record in uow.messages.referring_to(rfc_id)] == [message_id]
        assert [record.id for record in uow.messages.referring_to(many[0])] == [long]
        assert [record.id for record in uow.messages.referring_to(many[-1])] == [long]
        assert uow.messages.referring_to(many[100]) == []
        uow.messages.save_processed(message_id, processed(1, references=(), in_reply_to=()), None)
        assert uow.messages.referring_to("<first@muster.example>") == []


def test_recent_mails_of_a_sender_come_newest_first(store: SqlStore) -> None:
    with store.begin() as uow:
        ids = [put_message(uow, uid, NOW + minutes(uid))[0] for uid in range(1, 24)]
        (ours,) = uow.messages.add([new_message(sent(uow), 1, NOW + minutes(99))])
        uow.messages.save_processed(ours, processed(99), None)
        found = [record.id for record in uow.messages.recent_from(ACCOUNT, BUYER.key, NOW)]
        assert found == list(reversed(ids))[:20]
        assert [record.id for record in uow.messages.recent_from(ACCOUNT, BUYER.key, NOW + minutes(22))] == [
            ids[-1],
            ids[-2],
        ]
        assert uow.messages.recent_from("other", BUYER.key, NOW) == []


def test_a_folder_tells_what_it_stored_and_a_mail_can_change_its_uid(store: SqlStore) -> None:
    with store.begin() as uow:
        folder = inbox(uow)
        first, second = uow.messages.add([new_message(folder, 2), new_message(folder, 1)])
        uow.messages.add([new_message(folder, 1, uidvalidity=8)])
        assert [record.id for record in uow.messages.in_folder(folder.id, 7)] == [second, first]
        uow.messages.rekey(first, 9, 40)
        assert [(record.id, record.uid) for record in uow.messages.in_folder(folder.id, 9)] == [(first, 40)]
        assert [record.id for record in uow.messages.in_folder(folder.id, 7)] == [second]


def test_a_conversation_lists_its_messages_by_arrival(store: SqlStore) -> None:
    with store.begin() as uow:
        second, conversation_id = put_message(uow, 1, NOW + minutes(2))
        first, _ = put_message(uow, 2, NOW, conversation_id=conversation_id)
        put_message(uow, 3)
        assert [record.id for record in uow.messages.in_conversation(conversation_id)] == [first, second]


def test_counts_cover_every_state(store: SqlStore) -> None:
    with store.begin() as uow:
        assert uow.messages.counts() == {"stored": 0, "processed": 0, "parked": 0}
        folder = inbox(uow)
        ids = uow.messages.add([new_message(folder, uid) for uid in range(1, 7)])
        uow.messages.add([replace(new_message(folder, 7), raw=None)])
        uow.messages.fail(ids[0], "reading", "boom", None)
        for message_id in ids[1:4]:
            uow.messages.save_processed(message_id, processed(), None)
        assert uow.messages.counts() == {"stored": 2, "processed": 3, "parked": 2}

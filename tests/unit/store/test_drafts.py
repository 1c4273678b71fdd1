from dataclasses import replace

import pytest

from tests.unit.store.filling import (
    ACCOUNT,
    NOW,
    TO_SENT,
    approve,
    assessment,
    letter,
    minutes,
    new_draft,
    outgoing,
    processed,
    put_draft,
    put_message,
    saved_draft,
    walk,
)
from triage.errors import IllegalMove, NotFound
from triage.store import SqlStore
from triage.vocabulary.records import DeliveryAttempt, DraftRecord, DraftRevision, Outcome, Outgoing
from triage.vocabulary.states import DRAFT_MOVES, DraftStatus, SentCopyStatus

S = DraftStatus
LATER = NOW + minutes(5)


def test_a_proposed_draft_comes_back_as_given(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        new = new_draft(message_id, conversation_id)
        draft_id = uow.drafts.add(new, NOW)
        uow.commit()
    expected = DraftRecord(
        id=draft_id,
        message_id=message_id,
        conversation_id=conversation_id,
        account_id=ACCOUNT,
        revision=1,
        status=S.PROPOSED,
        letter=letter(),
        rfc_message_id="<letter-1@muster.example>",
        in_reply_to="<mail-1@importadora.example>",
        references=("<start@importadora.example>", "<mail-1@importadora.example>"),
        content_hash="hash-1",
        conversation_version=0,
        created_at=NOW,
        changed_at=NOW,
    )
    with store.begin(write=False) as uow:
        assert uow.drafts.get(draft_id) == expected
        assert uow.drafts.of_message(message_id) == uow.drafts.of_conversation(conversation_id) == [expected]
        assert uow.drafts.by_rfc_id("<letter-1@muster.example>") == expected
        assert uow.drafts.by_rfc_id("<letter-2@muster.example>") is None
        assert uow.drafts.outgoing(draft_id) is None


def test_an_unknown_draft_is_not_found(store: SqlStore) -> None:
    with store.begin() as uow:
        with pytest.raises(NotFound, match="no draft 4711"):
            uow.drafts.get(4711)
        assert not uow.drafts.move(4711, S.PROPOSED, S.REJECTED, NOW)
        assert [uow.drafts.of_message(4711), uow.drafts.revisions(4711), uow.drafts.attempts(4711)] == [[], [], []]


def test_every_edit_is_a_revision_that_is_kept(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    with store.begin() as uow:
        assert uow.drafts.revise(draft_id, 1, letter("Dear Ana, better"), "hash-2", 3, LATER, "li")
        assert not uow.drafts.revise(draft_id, 1, letter("too late"), "hash-3", 3, LATER, "wang")
        draft = uow.drafts.get(draft_id)
        assert (draft.revision, draft.letter, draft.content_hash) == (2, letter("Dear Ana, better"), "hash-2")
        assert (draft.conversation_version, draft.changed_at, draft.created_at) == (3, LATER, NOW)
        assert uow.drafts.revisions(draft_id) == [
            DraftRevision(1, letter(), "hash-1", "", NOW),
            DraftRevision(2, letter("Dear Ana, better"), "hash-2", "li", LATER),
        ]


def test_only_a_proposed_draft_can_be_edited(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    with store.begin() as uow:
        assert not uow.drafts.revise(draft_id, 1, letter("no"), "hash-2", 0, LATER)
        assert uow.drafts.get(draft_id).revision == 1


def test_approval_keeps_the_exact_bytes(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    raw = bytes(range(256))
    with store.begin() as uow:
        assert uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(raw), "li", LATER, NOW + minutes(60))
        uow.commit()
    with store.begin(write=False) as uow:
        draft = uow.drafts.get(draft_id)
        assert (draft.status, draft.approved_by, draft.approved_at) == (S.APPROVED, "li", LATER)
        assert (draft.outgoing_sha256, draft.not_before, draft.changed_at) == ("c" * 64, NOW + minutes(60), LATER)
        assert uow.drafts.outgoing(draft_id) == outgoing(raw)


@pytest.mark.parametrize(
    ("revision", "content_hash", "version"), [(2, "hash-1", 0), (1, "hash-2", 0), (1, "hash-1", 1), (1, "hash-1", -1)]
)
def test_approval_of_anything_but_what_stands_is_refused(
    store: SqlStore, revision: int, content_hash: str, version: int
) -> None:
    draft_id = saved_draft(store)
    with store.begin() as uow:
        assert not uow.drafts.approve(draft_id, revision, content_hash, version, outgoing(), "li", NOW, None)
        assert (uow.drafts.get(draft_id).status, uow.drafts.outgoing(draft_id)) == (S.PROPOSED, None)


def test_a_mail_that_joins_the_conversation_voids_the_approval_to_come(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    with store.begin() as uow:
        uow.conversations.join(uow.drafts.get(draft_id).conversation_id, LATER)
        assert not uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(), "li", NOW, None)
        assert uow.drafts.approve(draft_id, 1, "hash-1", 1, outgoing(), "li", NOW, None)
        assert uow.drafts.get(draft_id).conversation_version == 1


def test_a_draft_is_approved_once(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    with store.begin() as uow:
        assert not uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(b"other"), "wang", LATER, None)
        assert uow.drafts.outgoing(draft_id) == outgoing()


@pytest.mark.parametrize("after", [S.PROPOSED, S.HELD, S.REJECTED, S.SUPERSEDED])
def test_approved_bytes_go_with_the_approval(store: SqlStore, after: DraftStatus) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    with store.begin() as uow:
        assert uow.drafts.move(draft_id, S.APPROVED, after, LATER, note="the buyer wrote again")
        draft = uow.drafts.get(draft_id)
        assert (draft.approved_by, draft.approved_at, draft.outgoing_sha256) == ("", None, "")
        assert (draft.note, uow.drafts.outgoing(draft_id)) == ("the buyer wrote again", None)


@pytest.mark.parametrize("after", [S.RETRY_LATER, S.REFUSED])
def test_approved_bytes_stay_through_a_failed_delivery(store: SqlStore, after: DraftStatus) -> None:
    draft_id = saved_draft(store, S.APPROVED, S.CLAIMED, after)
    with store.begin() as uow:
        assert (uow.drafts.outgoing(draft_id), uow.drafts.get(draft_id).approved_by) == (outgoing(), "li")


def test_a_refused_letter_can_be_approved_anew(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED, S.CLAIMED, S.REFUSED, S.PROPOSED)
    with store.begin() as uow:
        assert uow.drafts.approve(draft_id, 1, "hash-1", 0, outgoing(b"second"), "wang", LATER, None)
        assert uow.drafts.outgoing(draft_id) == outgoing(b"second")
        assert uow.drafts.get(draft_id).attempts == 1, "claims are counted for good: they fence off late dispatchers"


@pytest.mark.parametrize("before", list(S))
def test_moves_outside_of_the_table_are_illegal(sqlite_store: SqlStore, before: DraftStatus) -> None:
    with sqlite_store.begin() as uow:
        for after in set(S) - DRAFT_MOVES[before]:
            with pytest.raises(IllegalMove, match=f"from {before} to {after}"):
                uow.drafts.move(1, before, after, NOW)


def test_a_move_happens_only_from_the_state_named(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    with store.begin() as uow:
        assert not uow.drafts.move(draft_id, S.APPROVED, S.CLAIMED, LATER)
        assert not uow.drafts.move(draft_id, S.PROPOSED, S.HELD, LATER, revision=2)
        assert not uow.drafts.move(draft_id, S.PROPOSED, S.HELD, LATER, attempt=1)
        assert uow.drafts.get(draft_id).changed_at == NOW
        assert uow.drafts.move(draft_id, S.PROPOSED, S.HELD, LATER, revision=1, attempt=0)


def test_delivery_leaves_its_marks(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    with store.begin() as uow:
        move = uow.drafts.move
        assert move(draft_id, S.APPROVED, S.CLAIMED, NOW)
        assert move(
            draft_id, S.CLAIMED, S.RETRY_LATER, NOW, server_reply="421 later", not_before=LATER, note="try 1 of 9"
        )
        waiting = uow.drafts.get(draft_id)
        assert (waiting.attempts, waiting.server_reply, waiting.not_before) == (1, "421 later", LATER)
        assert move(draft_id, S.RETRY_LATER, S.CLAIMED, LATER)
        assert not move(draft_id, S.CLAIMED, S.BODY_MAY_HAVE_LEFT, LATER, attempt=1), "an overtaken dispatcher"
        assert move(draft_id, S.CLAIMED, S.BODY_MAY_HAVE_LEFT, LATER, attempt=2)
        assert move(draft_id, S.BODY_MAY_HAVE_LEFT, S.SENT, LATER, server_reply="250 queued")
        sent = uow.drafts.get(draft_id)
        assert (sent.attempts, sent.sent_at, sent.server_reply) == (2, LATER, "250 queued")
        assert (sent.not_before, sent.note) == (None, "")


def test_letters_fall_due_by_their_time_the_oldest_approval_first(store: SqlStore) -> None:
    with store.begin() as uow:
        late, early, scheduled, retried, proposed = (put_draft(uow, number) for number in range(1, 6))
        approve(uow, late, LATER)
        approve(uow, early, NOW)
        approve(uow, scheduled, NOW, not_before=NOW + minutes(60))
        walk(uow, retried, S.APPROVED, S.CLAIMED)
        uow.drafts.move(retried, S.CLAIMED, S.RETRY_LATER, NOW, not_before=NOW + minutes(10))
        assert uow.drafts.due(LATER, 10) == [early, late]
        assert uow.drafts.due(LATER, 1) == [early]
        assert uow.drafts.due(NOW + minutes(60), 10) == [early, scheduled, retried, late]
        assert uow.drafts.due(LATER, 10, ACCOUNT) == [early, late]
        assert uow.drafts.due(LATER, 10, "other") == []
        assert proposed not in uow.drafts.due(NOW + minutes(999), 10)


def test_stale_drafts_are_those_long_in_a_state(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED, S.CLAIMED)
    with store.begin() as uow:
        assert uow.drafts.stale(S.CLAIMED, LATER) == [draft_id]
        assert uow.drafts.stale(S.CLAIMED, NOW) == uow.drafts.stale(S.APPROVED, LATER) == []


def test_every_attempt_is_a_row(store: SqlStore) -> None:
    draft_id = saved_draft(store, S.APPROVED)
    tries = [
        DeliveryAttempt(draft_id, NOW, LATER, "rcpt", Outcome.TRANSIENT, 450, "4.2.0 greylisted \x00"),
        DeliveryAttempt(draft_id, LATER, LATER, "connect", Outcome.UNKNOWN, None, ""),
    ]
    with store.begin() as uow:
        for attempt in tries:
            uow.drafts.add_attempt(attempt)
        assert uow.drafts.attempts(draft_id) == [replace(tries[0], reply="4.2.0 greylisted "), tries[1]]


def test_the_sent_copy_is_filed_apart_from_the_send_state(store: SqlStore) -> None:
    draft_id = saved_draft(store, *TO_SENT)
    with store.begin() as uow:
        copy = uow.drafts.set_sent_copy
        assert uow.drafts.copies_to_file(10) == []
        assert copy(draft_id, SentCopyStatus.NONE, SentCopyStatus.PENDING)
        assert not copy(draft_id, SentCopyStatus.NONE, SentCopyStatus.PENDING)
        assert uow.drafts.copies_to_file(10) == [draft_id]
        assert copy(draft_id, SentCopyStatus.PENDING, SentCopyStatus.PENDING)
        assert uow.drafts.get(draft_id).sent_copy_attempts == 1
        assert copy(draft_id, SentCopyStatus.PENDING, SentCopyStatus.FILED)
        draft = uow.drafts.get(draft_id)
        assert (draft.status, draft.sent_copy, draft.sent_copy_attempts) == (S.SENT, SentCopyStatus.FILED, 1)
        assert uow.drafts.copies_to_file(10) == []


def test_there_is_no_copy_to_file_of_a_letter_that_was_not_sent(store: SqlStore) -> None:
    draft_id = saved_draft(store, *TO_SENT[:3])
    with store.begin() as uow:
        assert not uow.drafts.set_sent_copy(draft_id, SentCopyStatus.NONE, SentCopyStatus.PENDING)


def test_a_bounce_is_noted_and_the_letter_stays_sent(store: SqlStore) -> None:
    draft_id = saved_draft(store, *TO_SENT)
    with store.begin() as uow:
        uow.drafts.bounced(draft_id, LATER, "5.1.1 unknown user")
        draft = uow.drafts.get(draft_id)
        assert (draft.status, draft.bounced_at, draft.note) == (S.SENT, LATER, "5.1.1 unknown user")


def test_reviews_are_kept(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    with store.begin() as uow:
        uow.drafts.add_review(draft_id, "edit", "li", NOW, "price corrected", "hash-2")
        uow.commit()
        rows = uow._connection.exec_driver_sql("SELECT action, reason, content_hash FROM review").all()
        assert [tuple(row) for row in rows] == [("edit", "price corrected", "hash-2")]


def test_the_queue_goes_by_priority_then_age(store: SqlStore) -> None:
    with store.begin() as uow:
        places = [(50.0, 5), (90.0, 9), (90.0, 1), (10.0, 0)]
        ids = [
            put_draft(uow, uid, NOW + minutes(at), processed(uid, rated=assessment(score=score)))
            for uid, (score, at) in enumerate(places, 1)
        ]
        order = [ids[2], ids[1], ids[0], ids[3]]
        assert [item.draft.id for item in uow.drafts.queue([S.PROPOSED])] == order
        pages = [uow.drafts.queue([S.PROPOSED], limit=2, offset=offset) for offset in (0, 2, 4)]
        assert [[item.draft.id for item in page] for page in pages] == [order[:2], order[2:], []]
        uow.drafts.move(ids[0], S.PROPOSED, S.HELD, NOW)
        uow.drafts.move(ids[3], S.PROPOSED, S.REJECTED, NOW)
        assert [item.draft.id for item in uow.drafts.queue([S.HELD])] == [ids[0]]
        assert [item.draft.id for item in uow.drafts.queue([S.PROPOSED, S.HELD, S.HELD])] == order[:3]
        assert [item.draft.id for item in uow.drafts.queue([S.HELD, S.PROPOSED], limit=1, offset=2)] == [ids[0]]
        assert uow.drafts.queue([]) == uow.drafts.queue([S.SENT]) == []


def test_a_line_of_the_queue_brings_message_letter_and_customer(store: SqlStore) -> None:
    with store.begin() as uow:
        first = put_draft(uow, 1)
        customer_id = uow.customers.remember("ana@shop.example", "Ana", None, {}, NOW)
        conversation_id = uow.conversations.create(ACCOUNT, "x", customer_id, NOW)
        message_id, _ = put_message(uow, 2, conversation_id=conversation_id)
        second = uow.drafts.add(new_draft(message_id, conversation_id, 2), NOW)
        plain, named = uow.drafts.queue([S.PROPOSED])
        assert (plain.draft, plain.customer) == (uow.drafts.get(first), "")
        assert (named.draft, named.message, named.customer) == (
            uow.drafts.get(second),
            uow.messages.get(message_id),
            "Ana",
        )


def test_counts_name_every_state(store: SqlStore) -> None:
    saved_draft(store, S.APPROVED)
    with store.begin(write=False) as uow:
        assert uow.drafts.counts() == dict.fromkeys(S, 0) | {"approved": 1}


def test_outgoing_recipients_are_kept_as_they_are(store: SqlStore) -> None:
    draft_id = saved_draft(store)
    exact = Outgoing("sales@muster.example", ("Ana@Shop.Example",), b"x", "d" * 64)
    with store.begin() as uow:
        uow.drafts.approve(draft_id, 1, "hash-1", 0, exact, "li", NOW, None)
        assert uow.drafts.outgoing(draft_id) == exact

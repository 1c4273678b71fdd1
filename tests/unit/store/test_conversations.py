from dataclasses import replace
from datetime import datetime

import pytest

from tests.unit.store.filling import (
    ACCOUNT,
    NOW,
    OURS,
    TO_SENT,
    assessment,
    automatic,
    letter,
    mail,
    minutes,
    new_draft,
    new_message,
    processed,
    put_message,
    sent,
    walk,
)
from triage.errors import NotFound
from triage.store import SqlStore
from triage.store.unit_of_work import SqlUnitOfWork
from triage.vocabulary.inquiry import FactName, History, Kind, Stage, Told
from triage.vocabulary.mail import Address, Screening
from triage.vocabulary.records import ConversationRecord, Processed
from triage.vocabulary.states import DraftStatus

LATER = NOW + minutes(60)


def test_a_conversation_counts_the_messages_that_join(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, OURS)
        customer_id = uow.customers.remember("ana@shop.example", "Ana", None, {}, NOW)
        conversation_id = uow.conversations.create(ACCOUNT, "Büro-Stühle \x00", customer_id, NOW)
        expected = ConversationRecord(conversation_id, ACCOUNT, "Büro-Stühle ", customer_id, 0, NOW)
        assert uow.conversations.get(conversation_id) == expected
        assert uow.conversations.join(conversation_id, NOW + minutes(2)) == 1
        assert uow.conversations.join(conversation_id, NOW + minutes(1)) == 2
        assert uow.conversations.get(conversation_id) == replace(expected, version=2, last_message_at=NOW + minutes(2))


def test_an_unknown_conversation_is_not_found(store: SqlStore) -> None:
    with store.begin() as uow:
        for call in (
            lambda: uow.conversations.get(4711),
            lambda: uow.conversations.join(4711, NOW),
            lambda: uow.conversations.history(4711, NOW),
        ):
            with pytest.raises(NotFound, match="no conversation 4711"):
                call()


def put_ours(
    uow: SqlUnitOfWork, uid: int, conversation_id: int, at: datetime, message_id: str = "<own@muster.example>"
) -> None:
    (key,) = uow.messages.add([new_message(sent(uow), uid, at)])
    found = mail(
        uid, sender=Address("Li", OURS), to=(Address("", "Ana@Importadora.example"),), cc=(), message_id=message_id
    )
    uow.messages.save_processed(key, Processed(found, Screening(None), None), conversation_id)


def test_participants_are_all_who_wrote_or_were_written_to_but_us(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        put_ours(uow, 1, conversation_id, LATER)
        assert uow.conversations.participants(conversation_id) == {
            "ana@importadora.example",
            "boss@importadora.example",
        }
        draft_id = uow.drafts.add(new_draft(message_id, conversation_id), NOW)
        found = mail(2, sender=None, to=(), cc=(), wrapped=None)
        other, other_conversation = put_message(uow, 2, outcome=Processed(found, Screening(None), assessment()))
        assert uow.conversations.participants(other_conversation) == frozenset()
        walk(uow, draft_id, *TO_SENT)
        sent_draft = uow.drafts.add(new_draft(other, other_conversation, 2), NOW)
        walk(uow, sent_draft, *TO_SENT)
        assert uow.conversations.participants(other_conversation) == {
            "ana@importadora.example",
            "boss@importadora.example",
        }


def test_a_first_mail_has_no_history(store: SqlStore) -> None:
    with store.begin() as uow:
        _, conversation_id = put_message(uow)
        assert uow.conversations.history(conversation_id, NOW) == History()


def test_history_counts_mails_and_letters_before_an_instant(store: SqlStore) -> None:
    with store.begin() as uow:
        first, conversation_id = put_message(uow, 1, NOW)
        put_message(uow, 2, NOW + minutes(10), conversation_id=conversation_id)
        put_message(uow, 3, NOW + minutes(11), outcome=automatic(3), conversation_id=conversation_id)
        copy = replace(processed(4), duplicate_of=first, assessment=None)
        put_message(uow, 4, NOW + minutes(12), outcome=copy, conversation_id=conversation_id)
        put_ours(uow, 1, conversation_id, NOW + minutes(20))
        put_message(uow, 5, LATER, conversation_id=conversation_id)
        counts = [
            (history.messages_in, history.messages_out)
            for history in (
                uow.conversations.history(conversation_id, NOW + minutes(count)) for count in (0, 1, 11, 21, 60, 61)
            )
        ]
        assert counts == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 1), (3, 1)]


def test_a_letter_sent_by_us_counts_once_whether_seen_in_sent_or_not(store: SqlStore) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        draft_id = uow.drafts.add(new_draft(message_id, conversation_id), NOW)
        walk(uow, draft_id, *TO_SENT, at=NOW + minutes(5))
        assert uow.conversations.history(conversation_id, LATER).messages_out == 1
        assert uow.conversations.history(conversation_id, NOW + minutes(5)).messages_out == 0
        put_ours(uow, 1, conversation_id, NOW + minutes(5), "<letter-1@muster.example>")
        assert uow.conversations.history(conversation_id, LATER).messages_out == 1


def test_history_knows_what_was_told_and_the_last_stage(store: SqlStore) -> None:
    early = assessment(stage=Stage.QUOTATION, told=(Told(FactName.QUANTITY, "500"), Told(FactName.ROLE, "buyer")))
    late = assessment(stage=Stage.SAMPLE, told=(Told(FactName.QUANTITY, "700"),))
    with store.begin() as uow:
        _, conversation_id = put_message(uow, 1, NOW + minutes(1), processed(1, rated=late))
        put_message(uow, 2, NOW, processed(2, rated=early), conversation_id)
        put_message(uow, 3, NOW + minutes(2), automatic(3), conversation_id)
        history = uow.conversations.history(conversation_id, LATER)
        assert history.facts == {FactName.QUANTITY: "700", FactName.ROLE: "buyer"}
        assert history.stage is Stage.SAMPLE
        assert uow.conversations.history(conversation_id, NOW + minutes(1)).stage is Stage.QUOTATION


def test_history_reaches_over_the_customers_other_conversations(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, OURS)
        facts = {FactName.COMPANY: "Shop SpA", FactName.QUANTITY: "1"}
        customer_id = uow.customers.remember("ana@importadora.example", "Ana", "CL", facts, NOW)
        earlier = uow.conversations.create(ACCOUNT, "Chairs", customer_id, NOW)
        message_id, _ = put_message(uow, 1, NOW, conversation_id=earlier)
        draft_id = uow.drafts.add(new_draft(message_id, earlier, text=letter("Hi", "channels", "company_origin")), NOW)
        walk(uow, draft_id, *TO_SENT, at=NOW + minutes(1))
        now = uow.conversations.create(ACCOUNT, "Tables", customer_id, LATER)
        assert uow.conversations.history(now, LATER) == History(
            messages_in=1,
            messages_out=1,
            facts=facts,
            asked_questions=frozenset({"channels", "company_origin"}),
        )


@pytest.mark.parametrize(
    ("states", "asked"),
    [
        ((), False),
        ((DraftStatus.APPROVED,), True),
        (TO_SENT, True),
        ((*TO_SENT[:3], DraftStatus.UNCERTAIN), True),
        ((DraftStatus.REJECTED,), False),
        ((DraftStatus.APPROVED, DraftStatus.HELD), False),
    ],
)
def test_only_questions_that_went_out_or_will_count_as_asked(
    store: SqlStore, states: tuple[DraftStatus, ...], asked: bool
) -> None:
    with store.begin() as uow:
        message_id, conversation_id = put_message(uow)
        draft_id = uow.drafts.add(new_draft(message_id, conversation_id, text=letter("Hi", "dropped")), NOW)
        assert uow.drafts.revise(draft_id, 1, letter("Hi", "channels"), "hash-2", 0, NOW)
        walk(uow, draft_id, *states)
        questions = uow.conversations.history(conversation_id, LATER).asked_questions
        assert questions == (frozenset({"channels"}) if asked else frozenset())


def test_an_order_stands_in_the_history_as_a_stage(store: SqlStore) -> None:
    with store.begin() as uow:
        rated = assessment(Kind.ORDER, stage=Stage.ORDER)
        _, conversation_id = put_message(uow, outcome=processed(1, rated=rated))
        assert uow.conversations.history(conversation_id, LATER).stage is Stage.ORDER

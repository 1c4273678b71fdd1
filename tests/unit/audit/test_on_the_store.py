"""The services on the real store: what the in-memory desk can't show."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.unit.audit.desk import BUYER, OFFICE, OURS, assessed, at
from triage.audit.response_times import found_in_sent, start_clock
from triage.audit.summary import report
from triage.followups import promises
from triage.store import SqlStore
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.letter import Letter, PromiseMade
from triage.vocabulary.mail import Address, ParsedMail, Screening
from triage.vocabulary.policy import Targets
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import FolderRole, NewDraft, NewMessage, Processed
from triage.vocabulary.responses import Dimension
from triage.vocabulary.states import PromiseStatus


def arrive(uow: UnitOfWork, role: FolderRole, uid: int, received_at: datetime, conversation_id: int) -> int:
    """Store a mail from or to the buyer, as processed, in a conversation."""
    folder = uow.accounts.folder("main", role.value, role)
    raw = f"Message-ID: <{role}-{uid}@muster.example>\r\n\r\n".encode()
    (number,) = uow.messages.add([NewMessage(folder.id, 1, uid, received_at, raw, len(raw))])
    ours, theirs = Address("", OURS), Address("", BUYER)
    sender, recipient = (theirs, ours) if role is FolderRole.INBOX else (ours, theirs)
    mail = ParsedMail(
        subject=f"Mail {uid}", sender=sender, to=(recipient,), message_id=f"<{role}-{uid}@muster.example>"
    )
    assessment = assessed(Kind.RFQ, Tier.A) if role is FolderRole.INBOX else None
    uow.messages.save_processed(number, Processed(mail, Screening(None), assessment), conversation_id)
    return number


def begin(store: SqlStore, mails: int) -> None:
    """Mails of one buyer at 9:00, 10:00, ... in a conversation of their own, each with its clock."""
    with store.begin() as uow:
        uow.accounts.ensure("main", OURS)
        conversation_id = uow.conversations.create("main", "Panels", None, at(9))
        for hour in range(mails):
            number = arrive(uow, FolderRole.INBOX, hour + 1, at(9 + hour), conversation_id)
            mail = uow.messages.get(number)
            start_clock(uow, mail, assessed(Kind.RFQ, Tier.A), Targets(), OFFICE, at(9 + hour))
        uow.commit()


def test_from_arrival_to_the_report(store: SqlStore) -> None:
    begin(store, 3)
    with store.begin() as uow:
        sent = uow.messages.get(arrive(uow, FolderRole.SENT, 1, at(10.5), 1))
        assert found_in_sent(uow, sent, OFFICE, at(11))
        uow.commit()
    with store.begin(write=False) as uow:
        found = report(uow.responses.between(None, None), (Dimension.TIER,), at(14), OFFICE)
        names = [event.name for event in uow.audit.events()]
    assert (found.total.due, found.total.answered, found.total.waiting) == (3, 2, 1)
    assert found.total.elapsed is not None
    assert found.total.elapsed.median == 3600
    assert [(case.sender, case.subject, case.working_seconds) for case in found.worst] == [
        (BUYER, "Mail 1", 5400),
        (BUYER, "Mail 2", 1800),
    ]
    assert [(case.subject, case.working_seconds) for case in found.waiting] == [("Mail 3", 3 * 3600)]
    assert names == ["response.started"] * 3 + ["response.answered"] * 2


def test_what_is_not_committed_never_happened(store: SqlStore) -> None:
    begin(store, 1)
    with store.begin() as uow:
        assert found_in_sent(uow, uow.messages.get(arrive(uow, FolderRole.SENT, 1, at(10), 1)), OFFICE, at(10))
    with store.begin(write=False) as uow:
        assert len(uow.responses.waiting()) == 1


def test_promises_live_through_reminder_and_letter(store: SqlStore) -> None:
    begin(store, 1)
    promise = PromiseMade("We will send the price today.", at(16))
    letter = Letter((Address("", BUYER),), "Re: Panels", "en", "text", "", promises=(promise,), holding=True)
    with store.begin() as uow:
        number = uow.drafts.add(NewDraft(1, 1, "main", letter, "<one@ours.example>", None, (), "hash", 1), at(9))
        promises.letter_sent(uow, uow.drafts.get(number), at(10))
        uow.commit()
    with store.begin() as uow:
        assert promises.review(uow, at(15)).reminded == (1,)
        uow.commit()
    with store.begin() as uow:
        assert promises.review(uow, at(15.5)) == promises.Reviewed((), ())
        assert [alert.key for alert in uow.alerts.standing()] == ["promise:1:due"]
        full = replace(uow.drafts.get(number), id=number + 1, letter=replace(letter, promises=(), holding=False))
        promises.letter_sent(uow, full, at(15.9))
        uow.commit()
    with store.begin() as uow:
        assert promises.review(uow, at(16) + timedelta(hours=1)).broken == ()
        (line,) = promises.listing(uow, at(17), status=None)
        assert (line.promise.status, line.subject) == (PromiseStatus.KEPT, "Panels")
        assert uow.alerts.standing() == []

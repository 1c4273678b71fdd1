"""News to a customer of an imported book who never wrote, through the daemon, Dovecot and Postfix, and the answer."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.harness.service import Service, wait_for
from triage.app import App
from triage.config import load

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]


@pytest.fixture
def writing_first(service: Service) -> Service:
    with service.config.open("a", encoding="utf-8") as config:
        config.write("\n[followups]\nto_silent_book = true\n")
    return service


def test_news_to_a_silent_customer_leave_once_are_filed_and_get_their_answer_in_the_thread(
    writing_first: Service,
) -> None:
    service = writing_first
    buyer = service.dovecot.new_user("jana")
    book = service.folder / "book.csv"
    book.write_text(f"company,name,email,country\nNordlicht GmbH,Jana Muster,{buyer},DE\n", encoding="utf-8")
    service.start()
    assert service.triage("customers", "import", str(book)).returncode == 0
    told = service.triage("followups", "news", "--filter", "country=DE", "--text", "Our new panels reach 140 lm/W.")
    assert told.returncode == 0, told.stderr
    (item,) = service.queue()
    assert (item["message"], item["from"], item["occasion"]) == (None, buyer, "news")
    shown = service.triage("show", str(item["draft"])).stdout
    assert f"To:       Jana Muster <{buyer}>" in shown

    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    answer = service.triage("approve", str(item["draft"]), "--by", "Wang Wei", "--send-at", now)
    assert answer.returncode == 0, answer.stderr
    wait_for(lambda: service.status()["drafts"].get("sent"), "the letter leaves")
    service.postfix.wait_until_delivered()

    (copy,) = service.dovecot.copies(buyer)
    letter = message_from_bytes(copy, policy=policy.default)
    assert letter["In-Reply-To"] is None
    assert letter["References"] is None
    assert letter["List-Unsubscribe"] == f"<mailto:{service.address}?subject=unsubscribe>"
    wait_for(lambda: len(service.dovecot.copies(service.address, "Sent")) == 1, "its copy lies in Sent")

    reply = EmailMessage()
    reply["From"], reply["To"] = f"Jana Muster <{buyer}>", service.address
    reply["Subject"], reply["Message-ID"] = f"Re: {letter['Subject']}", "<answer@nordlicht.example>"
    reply["In-Reply-To"] = letter["Message-ID"]
    reply.set_content("Dear Li Na,\n\nplease quote 500 panels and tell us your MOQ.\n\nJana Muster")
    service.deliver([(buyer, bytes(reply))])
    (draft,) = wait_for(service.queue, "the buyer's answer has a draft")
    assert draft["from"] == buyer

    app = App(load(service.config))
    with app.store.begin(write=False) as uow:
        first, second = uow.drafts.get(item["draft"]), uow.drafts.get(draft["draft"])
        assert second.conversation_id == first.conversation_id
        assert {row.message_id for row in uow.responses.between(None, None)} == {second.message_id}
    app.store.close()
    assert service.triage("log", "verify").returncode == 0


def test_a_mail_from_another_address_stops_an_approved_letter_that_has_not_left(writing_first: Service) -> None:
    """R22, by IMAP: the letter waits for the buyer's morning; the answer to something else comes first."""
    service = writing_first
    buyer, colleague = service.dovecot.new_user("jana"), service.dovecot.new_user("ole")
    book = service.folder / "book.csv"
    book.write_text(f"company,name,email,country\nNordlicht GmbH,Jana Muster,{buyer},DE\n", encoding="utf-8")
    service.start()
    assert service.triage("customers", "import", str(book)).returncode == 0
    assert service.triage("customers", "person", "1", colleague, "--name", "Ole Muster").returncode == 0
    service.triage("followups", "news", "--filter", "country=DE", "--text", "Our new panels reach 140 lm/W.")
    (item,) = service.queue()
    assert service.triage("approve", str(item["draft"]), "--by", "Wang Wei").returncode == 0
    assert service.status()["drafts"]["approved"] == 1

    mail = EmailMessage()
    mail["From"], mail["To"] = f"Ole Muster <{colleague}>", service.address
    mail["Subject"], mail["Message-ID"] = "Inquiry about tubes", "<tubes@nordlicht.example>"
    mail.set_content("Dear sirs,\n\nplease quote 300 LED tubes and tell us your MOQ.\n\nOle Muster")
    service.deliver([(colleague, bytes(mail))])
    wait_for(lambda: service.status()["drafts"].get("superseded"), "the letter is taken back")

    drafts = service.status()["drafts"]
    assert (drafts["approved"], drafts["sent"], drafts["superseded"]) == (0, 0, 1)
    service.postfix.wait_until_delivered()
    assert service.dovecot.copies(buyer) == []
    assert service.triage("log", "verify").returncode == 0

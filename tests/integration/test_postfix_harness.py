"""The instrument itself: what it accepts is counted, what it refuses is refused."""

import smtplib

import pytest

from tests.harness.dovecot import Dovecot
from tests.harness.postfix import Postfix

pytestmark = pytest.mark.integration

MAIL = b"From: seller@seller.example\r\nTo: buyer\r\nSubject: test\r\n\r\nHello\r\n"


def send(postfix: Postfix, recipient: str) -> int:
    with smtplib.SMTP(postfix.host, postfix.port, timeout=10) as client:
        client.ehlo()
        client.mail("seller@seller.example")
        code, _ = client.rcpt(recipient)
        return client.data(MAIL)[0] if code == 250 else code


def test_what_postfix_accepts_lies_in_the_buyers_maildir(dovecot: Dovecot, postfix: Postfix) -> None:
    buyer = dovecot.new_user("buyer")
    assert [send(postfix, buyer) for _ in range(3)] == [250, 250, 250]
    postfix.wait_until_delivered()
    assert len(dovecot.copies(buyer)) == 3


def test_refusals_can_be_set_and_lifted_at_each_stage(dovecot: Dovecot, postfix: Postfix) -> None:
    buyer = dovecot.new_user("buyer")
    postfix.refuse(buyer, "450 4.2.1 mailbox is busy")
    first = send(postfix, buyer)
    postfix.refuse(buyer, "550 5.1.1 no such user")
    second = send(postfix, buyer)
    postfix.accept(buyer)
    postfix.refuse(buyer, "451 4.3.0 try again", stage="dot")
    third = send(postfix, buyer)
    postfix.accept(buyer)
    assert [first, second, third, send(postfix, buyer)] == [450, 550, 451, 250]
    postfix.wait_until_delivered()
    assert len(dovecot.copies(buyer)) == 1

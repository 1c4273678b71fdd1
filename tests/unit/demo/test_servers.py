"""The embedded servers, spoken to as the daemon does: with imapclient and smtplib."""

import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from triage.demo.mails import sample_mails
from triage.demo.servers import DemoServers, start_demo_servers

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MAILS = sample_mails(NOW)
LATER = b"From: late@muster.example\r\nSubject: later\r\nMessage-ID: <later@muster.example>\r\n\r\nHello\r\n"


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[DemoServers]:
    servers = start_demo_servers(tmp_path, MAILS)
    yield servers
    servers.stop()


@pytest.fixture
def client(servers: DemoServers) -> Iterator[IMAPClient]:
    with IMAPClient(servers.imap_host, servers.imap_port, ssl=False, timeout=10) as client:
        client.normalise_times = False
        client.login(servers.user, servers.password)
        yield client


def test_the_mailbox_holds_every_sample_with_its_bytes_and_arrival(client: IMAPClient) -> None:
    for folder in ("INBOX", "Sent"):
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(["UID", "1:*"]), ["BODY.PEEK[]", "INTERNALDATE", "RFC822.SIZE"])
        expected = [(mail.received_at, mail.raw) for mail in MAILS if mail.folder == folder]
        assert [(found[uid][b"INTERNALDATE"], found[uid][b"BODY[]"]) for uid in sorted(found)] == expected
        assert [found[uid][b"RFC822.SIZE"] for uid in sorted(found)] == [len(raw) for _, raw in expected]


def test_reading_leaves_no_trace(client: IMAPClient) -> None:
    client.select_folder("INBOX")
    client.fetch(client.search(), ["BODY.PEEK[]"])
    assert client.search(["SEEN"]) == []


def test_new_mail_reaches_who_idles(servers: DemoServers, client: IMAPClient) -> None:
    client.select_folder("INBOX", readonly=True)
    count = len(client.search())
    client.idle()
    servers.deliver(LATER)
    told = client.idle_check(timeout=5)
    client.idle_done()
    assert (count + 1, b"EXISTS") in told
    newest = max(client.search(["UID", "1:*"]))
    assert client.fetch([newest], ["BODY.PEEK[]"])[newest][b"BODY[]"] == LATER


def test_a_sent_letter_can_be_filed_and_found(client: IMAPClient) -> None:
    moment = NOW - timedelta(minutes=1)
    client.append("Sent", LATER, flags=[b"\\Seen"], msg_time=moment)
    client.select_folder("Sent", readonly=True)
    (uid,) = client.search(["HEADER", "Message-ID", "<later@muster.example>"])
    found = client.fetch([uid], ["INTERNALDATE", "BODY.PEEK[]"])[uid]
    assert (found[b"INTERNALDATE"], found[b"BODY[]"]) == (moment, LATER)
    assert client.find_special_folder(b"\\Sent") == "Sent"


def test_a_wrong_password_is_refused(servers: DemoServers) -> None:
    with (
        IMAPClient(servers.imap_host, servers.imap_port, ssl=False, timeout=10) as client,
        pytest.raises(LoginError, match="AUTHENTICATIONFAILED"),
    ):
        client.login(servers.user, "wrong")
    with (
        smtplib.SMTP(servers.smtp_host, servers.smtp_port, timeout=10) as smtp,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        smtp.login(servers.user, "wrong")


def test_letters_reach_the_buyers_byte_for_byte(
    servers: DemoServers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    letter = b"Subject: Offer\r\n\r\n.a line with a dot\r\nbest regards\r\n"
    with smtplib.SMTP(servers.smtp_host, servers.smtp_port, timeout=10) as smtp:
        smtp.login(servers.user, servers.password)
        refused = smtp.sendmail(servers.user, ["Dana/../x@muster.example", "two@example.com"], letter)
    assert refused == {}
    assert caplog.records == []
    (delivery,) = servers.sink.deliveries
    assert (delivery.sender, delivery.recipients) == (servers.user, ("Dana/../x@muster.example", "two@example.com"))
    assert delivery.data == delivery.path.read_bytes() == letter
    assert delivery.path == tmp_path / "delivered" / "001-dana_.._x@muster.example.eml"


def test_stopping_ends_idling_clients_and_leaves_no_thread(tmp_path: Path) -> None:
    servers = start_demo_servers(tmp_path)
    with IMAPClient(servers.imap_host, servers.imap_port, ssl=False, timeout=10) as client:
        client.login(servers.user, servers.password)
        client.select_folder("INBOX")
        client.idle()
        servers.stop()
        servers.stop()
        assert [line[0] for line in client.idle_check(timeout=5)] == [b"BYE"]
        client.shutdown()
    assert [thread for thread in threading.enumerate() if thread.name == "demo-servers"] == []


def test_two_demos_do_not_meet(tmp_path: Path) -> None:
    one, two = (start_demo_servers(tmp_path / name) for name in ("one", "two"))
    try:
        one.deliver(LATER)
        with IMAPClient(two.imap_host, two.imap_port, ssl=False, timeout=10) as client:
            client.login(two.user, two.password)
            client.select_folder("INBOX", readonly=True)
            assert client.search() == []
    finally:
        one.stop()
        two.stop()

"""Letters through a real Postfix into a real Maildir: "how many copies did the buyer get" is a count of files."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.certificates import Authority
from tests.harness.dovecot import Dovecot
from tests.harness.postfix import Postfix, running, traversable_folder
from tests.harness.relay import Harm, Relay, Rule, Way, relay
from tests.harness.stores import SetClock
from tests.integration.outbox_process import dispatcher as process_dispatcher
from tests.unit.outbox.desk import Desk
from tests.unit.outbox.letters import DATE, envelope
from triage.errors import ConnectionLost
from triage.intake.imap.sent import ImapSentFolder
from triage.outbox.compose import outgoing
from triage.outbox.filing import Filing
from triage.outbox.headers import sent_message_id
from triage.outbox.smtp import Sender
from triage.parsing import parse
from triage.store import SqlStore
from triage.vocabulary.mail import Address
from triage.vocabulary.records import Outcome
from triage.vocabulary.servers import Login, MailboxPlan, Security, SendingPlan, Server
from triage.vocabulary.states import DraftStatus, SentCopyStatus

pytestmark = pytest.mark.integration

PLAN = SendingPlan("sales", "Li Wei", "sales@seller.example", answer_timeout=10.0)
PATIENCE = timedelta(hours=1)


class Known:
    def __init__(self, login: Login) -> None:
        self._login = login

    def login(self) -> Login:
        return self._login

    def digest(self) -> str:
        return f"digest of {len(self._login.password)}"


@pytest.fixture
def desk(sqlite_store: SqlStore, clock: SetClock) -> Desk:
    return Desk(sqlite_store, clock)


def sender(port: int, answer_timeout: float = 10.0, **server: object) -> Sender:
    plan = SendingPlan("sales", "Li Wei", "sales@seller.example", answer_timeout=answer_timeout)
    return Sender(Server("127.0.0.1", port, Security.NONE, **server), plan, None)  # type: ignore[arg-type]


def copies(dovecot: Dovecot, postfix: Postfix, buyer: str) -> list[bytes]:
    postfix.wait_until_delivered()
    return dovecot.copies(buyer)


def test_twenty_letters_are_twenty_files_in_the_right_threads(desk: Desk, dovecot: Dovecot, postfix: Postfix) -> None:
    buyer = dovecot.new_user("buyer")
    drafts = [desk.approved(buyer) for _ in range(20)]
    dispatcher = desk.dispatcher(sender(postfix.port))
    assert [dispatcher.dispatch(draft_id) for draft_id in drafts] == [DraftStatus.SENT] * 20
    arrived = {mail.message_id: mail for mail in map(parse, copies(dovecot, postfix, buyer))}
    assert len(arrived) == len(dovecot.copies(buyer)) == 20
    for row in map(desk.row, drafts):
        mail = arrived[row.rfc_message_id]
        assert mail.in_reply_to == (row.in_reply_to,)
        assert mail.references == row.references
        assert "queued as" in row.server_reply


def test_a_buyers_own_smtp_words_stay_words(dovecot: Dovecot, postfix: Postfix) -> None:
    """H27: one mail arrives, and it says what was written."""
    buyer = dovecot.new_user("buyer")
    text = f"Hello\n.\nMAIL FROM:<spy@evil.example>\nRCPT TO:<{buyer}>\nDATA\nSubject: smuggled\n\n..\n.\n"
    letter = outgoing(envelope(to=(Address("", buyer),), text=text, html=""), DATE)
    assert sender(postfix.port).deliver(letter, lambda: None).outcome is Outcome.ACCEPTED
    (raw,) = copies(dovecot, postfix, buyer)
    assert parse(raw).text.replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize("harm", list(Harm))
def test_a_lost_answer_leaves_one_copy_and_a_doubt_for_ever(
    desk: Desk, dovecot: Dovecot, postfix: Postfix, harm: Harm
) -> None:
    """F23: the 250 after the dot is swallowed, black-holed, or cut off."""
    buyer = dovecot.new_user("buyer")
    draft_id = desk.approved(buyer)
    with relay(postfix.host, postfix.port, Rule(Way.DOWN, b"250 2.0.0 Ok: queued", harm, times=99)) as between:
        if harm is not Harm.SWALLOW:
            between.rules[0] = Rule(Way.DOWN, b"354 End data with <CR><LF>.<CR><LF>\r\n", harm, after=1, times=99)
        way_out = sender(between.port, answer_timeout=1.0)
        assert desk.dispatcher(way_out).dispatch(draft_id) is DraftStatus.UNCERTAIN
        for _ in range(24):
            desk.clock.pass_(PATIENCE)
            restarted = desk.dispatcher(way_out)
            restarted.recover()
            restarted.sweep(desk.clock.now())
            assert restarted.dispatch(draft_id) is DraftStatus.UNCERTAIN
        assert between.connections == 1
    assert len(copies(dovecot, postfix, buyer)) == 1
    assert desk.alerts() == [f"uncertain:{draft_id}"]


@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_a_greylisted_letter_arrives_once_under_its_first_id(
    desk: Desk, dovecot: Dovecot, postfix: Postfix, stage: str
) -> None:
    buyer = dovecot.new_user("buyer")
    draft_id = desk.approved(buyer)
    dispatcher = desk.dispatcher(sender(postfix.port))
    postfix.refuse(buyer, "450 4.2.0 greylisted", stage)
    assert dispatcher.dispatch(draft_id) is DraftStatus.RETRY_LATER
    assert "greylisted" in desk.row(draft_id).server_reply
    assert copies(dovecot, postfix, buyer) == []
    postfix.accept(buyer)
    desk.clock.pass_(PATIENCE)
    assert dispatcher.dispatch(draft_id) is DraftStatus.SENT
    (raw,) = copies(dovecot, postfix, buyer)
    assert parse(raw).message_id == desk.row(draft_id).rfc_message_id
    assert desk.outcomes(draft_id) == [Outcome.TRANSIENT, Outcome.ACCEPTED]


@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_a_refused_letter_shows_the_servers_words(desk: Desk, dovecot: Dovecot, postfix: Postfix, stage: str) -> None:
    buyer = dovecot.new_user("buyer")
    draft_id = desk.approved(buyer)
    postfix.refuse(buyer, "554 5.7.1 we do not want this", stage)
    assert desk.dispatcher(sender(postfix.port)).dispatch(draft_id) is DraftStatus.REFUSED
    row = desk.row(draft_id)
    assert "we do not want this" in row.server_reply
    assert buyer in row.server_reply
    assert copies(dovecot, postfix, buyer) == []


def test_one_refused_recipient_of_three_means_no_copy_for_any(dovecot: Dovecot, postfix: Postfix) -> None:
    buyers = [dovecot.new_user(f"buyer{number}") for number in range(3)]
    postfix.refuse(buyers[1], "550 5.1.1 no such user")
    letter = outgoing(envelope(to=tuple(Address("", buyer) for buyer in buyers)), DATE)
    result = sender(postfix.port).deliver(letter, lambda: None)
    assert (result.outcome, result.refused) == (Outcome.PERMANENT, (buyers[1],))
    assert [len(copies(dovecot, postfix, buyer)) for buyer in buyers] == [0, 0, 0]
    postfix.accept(buyers[1])
    assert sender(postfix.port).deliver(letter, lambda: None).outcome is Outcome.ACCEPTED
    assert [len(copies(dovecot, postfix, buyer)) for buyer in buyers] == [1, 1, 1]


def test_a_provider_that_rewrites_our_id_leaves_us_a_trace(dovecot: Dovecot) -> None:
    buyer = dovecot.new_user("buyer")
    rules = "/^Message-ID:/ REPLACE Message-ID: <theirs@provider.example>\n"
    with running(Postfix(dovecot, header_rules=rules)) as rewriting:
        letter = outgoing(envelope(to=(Address("", buyer),)), DATE)
        assert sender(rewriting.port).deliver(letter, lambda: None).outcome is Outcome.ACCEPTED
        (raw,) = copies(dovecot, rewriting, buyer)
    assert parse(raw).message_id == "<theirs@provider.example>"
    assert sent_message_id(parse(raw)) == "<0123456789abcdef@seller.example>"


def test_a_servers_limit_delays_letters_and_doubles_none(desk: Desk, dovecot: Dovecot) -> None:
    """F29: five mails in two seconds are let through, more get 450."""
    buyer = dovecot.new_user("buyer")
    limit = "smtpd_client_message_rate_limit = 5\nanvil_rate_time_unit = 2s\nsmtpd_client_event_limit_exceptions =\n"
    with running(Postfix(dovecot, settings=limit)) as limited:
        drafts = [desk.approved(buyer) for _ in range(12)]
        dispatcher = desk.dispatcher(sender(limited.port))
        rounds = 0
        while any(dispatcher.dispatch(draft_id) is not DraftStatus.SENT for draft_id in drafts):
            rounds += 1
            assert rounds < 200
            time.sleep(0.1)  # the server counts by its own clock
            desk.clock.pass_(PATIENCE / 2)
        arrived = [parse(raw).message_id for raw in copies(dovecot, limited, buyer)]
    assert sorted(filter(None, arrived)) == sorted(desk.row(draft_id).rfc_message_id for draft_id in drafts)
    assert any(Outcome.TRANSIENT in desk.outcomes(draft_id) for draft_id in drafts)


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    folder = traversable_folder("authority-")
    yield Authority.create(folder)
    shutil.rmtree(folder)


def deliver_over(
    port: int, security: Security, ca_file: Path | None, login: Login, buyer: str
) -> tuple[Outcome, str, bool]:
    server = Server("127.0.0.1", port, security, ca_file=str(ca_file or ""))
    letter = outgoing(envelope(to=(Address("", buyer),)), DATE)
    result = Sender(server, PLAN, Known(login)).deliver(letter, lambda: None)
    return result.outcome, result.phase, result.login_refused


@pytest.fixture(scope="module")
def tls_postfix(dovecot: Dovecot, authority: Authority) -> Iterator[Postfix]:
    with running(Postfix(dovecot, certificate=authority.issue("good"))) as server:
        yield server


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_verified_server_gets_the_login_and_the_letter(
    dovecot: Dovecot, tls_postfix: Postfix, authority: Authority, security: Security
) -> None:
    buyer = dovecot.new_user("buyer")
    port = tls_postfix.tls_port if security is Security.TLS else tls_postfix.port
    right, wrong = Login("sales@seller.example", dovecot.password), Login("sales@seller.example", "wrong")
    token = Login("sales@seller.example", access_token=dovecot.access_token("sales@seller.example"))
    answers = [deliver_over(port, security, authority.ca_file, login, buyer) for login in (wrong, right, token)]
    assert answers == [
        (Outcome.TRANSIENT, "login", True),
        (Outcome.ACCEPTED, "body", False),
        (Outcome.ACCEPTED, "body", False),
    ]
    assert len(copies(dovecot, tls_postfix, buyer)) == 2


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("fault", ["unknown authority", "expired", "another host"])
def test_a_bad_certificate_gets_no_credential_byte(
    dovecot: Dovecot, authority: Authority, security: Security, fault: str
) -> None:
    hosts = ("mail.other.example",) if fault == "another host" else ("127.0.0.1",)
    pair = authority.issue(fault.replace(" ", "-"), hosts, expired=fault == "expired")
    login = Login("sales@seller.example", dovecot.password)
    with running(Postfix(dovecot, certificate=pair)) as server:
        port = server.tls_port if security is Security.TLS else server.port
        with relay(server.host, port) as between:
            ca_file = None if fault == "unknown authority" else authority.ca_file
            result = deliver_over(between.port, security, ca_file, login, "buyer@buyer.example")
            assert result == (Outcome.TRANSIENT, "connect", False)
            assert no_secret(between, dovecot.password)


def test_a_stripped_starttls_gets_no_credential_byte(
    dovecot: Dovecot, tls_postfix: Postfix, authority: Authority
) -> None:
    login = Login("sales@seller.example", dovecot.password)
    with relay(tls_postfix.host, tls_postfix.port) as between:
        between.rewrite = lambda way, data: data.replace(b"250-STARTTLS\r\n", b"250-AUTH PLAIN LOGIN\r\n")
        result = deliver_over(between.port, Security.STARTTLS, authority.ca_file, login, "buyer@buyer.example")
        assert result == (Outcome.TRANSIENT, "connect", False)
        assert bytes(between.sent[Way.UP]).removesuffix(b"QUIT\r\n") == b"ehlo seller.example\r\n"


def no_secret(between: Relay, password: str) -> bool:
    said = bytes(between.sent[Way.UP])
    return between.connections == 1 and b"AUTH" not in said.upper() and password.encode() not in said


KILLS = [
    ("K09 claimed", DraftStatus.RETRY_LATER, DraftStatus.SENT, 1),
    ("K10 recipients named", DraftStatus.RETRY_LATER, DraftStatus.SENT, 1),
    ("K11 marked", DraftStatus.UNCERTAIN, DraftStatus.UNCERTAIN, 0),
    ("K12 in mid-body", DraftStatus.UNCERTAIN, DraftStatus.UNCERTAIN, 0),
    ("K13 dot sent", DraftStatus.UNCERTAIN, DraftStatus.UNCERTAIN, 1),
    ("K14 answered", DraftStatus.UNCERTAIN, DraftStatus.UNCERTAIN, 1),
    ("K15 sent", DraftStatus.SENT, DraftStatus.SENT, 1),
]


@pytest.mark.parametrize(("point", "recovered", "end", "expected_copies"), KILLS)
def test_killed_at_any_point_and_started_again_the_buyer_has_at_most_one_copy(
    desk: Desk,
    sqlite_url: str,
    dovecot: Dovecot,
    postfix: Postfix,
    point: str,
    recovered: DraftStatus,
    end: DraftStatus,
    expected_copies: int,
) -> None:
    buyer = dovecot.new_user("buyer")
    draft_id = desk.approved(buyer)
    assert run(point, sqlite_url, postfix.port, [draft_id]) == 9
    for _ in range(2):
        restarted, store = process_dispatcher(sqlite_url, postfix.port)
        restarted.recover()
        assert desk.status(draft_id) in (recovered, end)
        assert restarted.dispatch(draft_id) is end
        store.close()
    assert len(copies(dovecot, postfix, buyer)) == expected_copies
    shown = [f"uncertain:{draft_id}"] if end is DraftStatus.UNCERTAIN else []
    assert desk.alerts() == shown


def test_two_processes_that_race_send_each_letter_once(
    desk: Desk, sqlite_url: str, dovecot: Dovecot, postfix: Postfix
) -> None:
    buyer = dovecot.new_user("buyer")
    drafts = [desk.approved(buyer) for _ in range(10)]
    racers = [start("race", sqlite_url, postfix.port, drafts) for _ in range(2)]
    assert [racer.wait(60) for racer in racers] == [0, 0]
    assert [desk.status(draft_id) for draft_id in drafts] == [DraftStatus.SENT] * 10
    assert len(copies(dovecot, postfix, buyer)) == 10


def start(point: str, database: str, port: int, drafts: list[int]) -> "subprocess.Popen[bytes]":
    arguments = [point, database, str(port), json.dumps(drafts)]
    return subprocess.Popen([sys.executable, "-m", "tests.integration.outbox_process", *arguments])


def run(point: str, database: str, port: int, drafts: list[int]) -> int:
    return start(point, database, port, drafts).wait(60)


class Interrupted(Exception):
    """The process is gone at this moment."""


@dataclass
class Breaking:
    """A Sent folder that files, and then fails before it can say so."""

    folder: ImapSentFolder
    fault: Exception

    def find(self, message_id: str) -> bool:
        return self.folder.find(message_id)

    def append(self, raw: bytes, when: datetime) -> None:
        self.folder.append(raw, when)
        raise self.fault


@pytest.mark.parametrize("fault", [Interrupted("K16"), ConnectionLost("the answer to APPEND was lost")])
def test_a_copy_in_sent_is_there_once_even_if_the_append_was_interrupted(
    desk: Desk, dovecot: Dovecot, postfix: Postfix, fault: Exception
) -> None:
    """K16, K17, F27: filed, but we do not know; the letter itself stays sent, once."""
    seller, buyer = dovecot.new_user("sales"), dovecot.new_user("buyer")
    draft_id = desk.approved(buyer)
    assert desk.dispatcher(sender(postfix.port)).dispatch(draft_id) is DraftStatus.SENT
    folder = ImapSentFolder(
        Server(dovecot.host, dovecot.imap_port, Security.NONE),
        MailboxPlan("sales", seller),
        Known(Login(seller, dovecot.password)),
    )

    with suppress(Interrupted):
        broken = Filing(desk.store, desk.clock, lambda _: Breaking(folder, fault))
        assert broken.file_copy(draft_id) is SentCopyStatus.PENDING
    desk.clock.pass_(PATIENCE)
    assert Filing(desk.store, desk.clock, lambda _: folder).file_copy(draft_id) is SentCopyStatus.FILED
    assert desk.row(draft_id).status is DraftStatus.SENT
    with desk.store.begin(write=False) as uow:
        approved = uow.drafts.outgoing(draft_id)
    assert approved is not None
    assert dovecot.copies(seller, "Sent") == [approved.data.replace(b"\r\n", b"\n")]
    assert len(copies(dovecot, postfix, buyer)) == 1

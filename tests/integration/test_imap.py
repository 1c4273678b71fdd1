"""The IMAP edge against a real Dovecot."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.harness.certificates import Authority
from tests.harness.dovecot import Dovecot
from tests.harness.mails import mail
from tests.harness.relay import Harm, Relay, Rule, Way, relay
from triage.credentials import PasswordCredentials, Secret
from triage.errors import (
    AnswerUnreadable,
    CertificateRefused,
    ConnectionLost,
    LoginRefused,
    MailboxError,
    UnsafeArgument,
)
from triage.intake.folders import find_sent
from triage.intake.imap import ImapSentFolder, Mailbox
from triage.vocabulary.servers import Login, MailboxPlan, Security, Server

pytestmark = pytest.mark.integration
NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


def server_of(place: Dovecot | Relay, security: Security = Security.NONE, *, read_timeout: float = 20.0) -> Server:
    port = place.imap_port if isinstance(place, Dovecot) else place.port
    return Server("127.0.0.1", port, security, read_timeout=read_timeout)


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def mailbox(dovecot: Dovecot, user: str) -> Iterator[Mailbox]:
    with Mailbox(server_of(dovecot), Login(user, dovecot.password)) as made:
        yield made


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Relay]:
    with relay(dovecot.host, dovecot.imap_port) as made:
        yield made


def flags_in(dovecot: Dovecot, user: str) -> list[set[bytes]]:
    """The flags of each mail in INBOX, as a colleague's mail program sees them."""
    with dovecot.imap(user) as client:
        client.select("INBOX", readonly=True)
        _, lines = client.fetch("1:*", "(FLAGS)")
    return [set(line.partition(b"(FLAGS (")[2].rstrip(b")").split()) for line in lines]


# ---- logging in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_f21_a_verified_connection_logs_in(dovecot: Dovecot, user: str, security: Security) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    server = Server("localhost", port, security, str(dovecot.ca_file))
    with Mailbox(server, Login(user, dovecot.password)) as made:
        assert made.examine("INBOX").messages == 0


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("fault", ["unknown authority", "wrong host"])
def test_f21_no_credential_leaves_when_the_certificate_is_bad(
    dovecot: Dovecot, user: str, security: Security, fault: str, tmp_path: Path
) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    host, ca_file = "127.0.0.1", Authority.create(tmp_path).ca_file
    if fault == "wrong host":
        host, ca_file = "127.0.0.2", dovecot.ca_file
    with relay(dovecot.host, port, listen=host) as proxy, pytest.raises(CertificateRefused) as caught:
        Mailbox(Server(host, proxy.port, security, str(ca_file)), Login(user, dovecot.password))
    assert caught.value.remedy != ""
    assert dovecot.password.encode() not in bytes(proxy.sent[Way.UP])
    assert proxy.commands(b"LOGIN") == 0


def test_f21_a_server_that_hides_starttls_gets_no_credential(dovecot: Dovecot, user: str) -> None:
    with relay(dovecot.host, dovecot.imap_port) as proxy:
        proxy.rewrite = lambda way, data: data.replace(b" STARTTLS", b"")
        with pytest.raises(MailboxError):
            Mailbox(server_of(proxy, Security.STARTTLS), Login(user, dovecot.password))
    assert dovecot.password.encode() not in bytes(proxy.sent[Way.UP])


def test_a_missing_authority_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CertificateRefused, match="ca_file"):
        Mailbox(Server("127.0.0.1", 1, Security.TLS, str(tmp_path / "none.pem")), Login("a", "b"))


def test_f20_an_oauth2_token_logs_in(dovecot: Dovecot, user: str) -> None:
    with Mailbox(server_of(dovecot), Login(user, access_token=dovecot.access_token(user))) as made:
        assert made.examine("INBOX").messages == 0


def test_f20_an_expired_token_is_a_refused_login(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(LoginRefused):
        Mailbox(server_of(dovecot), Login(user, access_token=dovecot.access_token(user, seconds=-60)))


@pytest.mark.parametrize("password", ["wrong", 'qu"o\\te', "pässwort", ""])
def test_f19_a_wrong_password_is_refused_and_never_shown(dovecot: Dovecot, user: str, password: str) -> None:
    with pytest.raises(LoginRefused) as caught:
        Mailbox(server_of(dovecot), Login(user, password))
    assert not password or password not in str(caught.value)
    assert "password" in caught.value.remedy


def test_an_unreachable_host_is_a_lost_connection() -> None:
    for host, port in (("127.0.0.1", 1), ("no-such-host.invalid", 143)):
        with pytest.raises(ConnectionLost, match=host):
            Mailbox(Server(host, port, Security.NONE), Login("a", "b"))


def test_f17_a_goodbye_instead_of_a_greeting_is_a_lost_connection(proxy: Relay, user: str, dovecot: Dovecot) -> None:
    proxy.rewrite = lambda way, data: b"* BYE Too busy\r\n" if data.startswith(b"* OK") else data
    with pytest.raises(MailboxError):
        Mailbox(server_of(proxy), Login(user, dovecot.password))


@pytest.mark.parametrize("harm", [Harm.CUT, Harm.HOLE])
def test_f03_a_link_lost_during_login_is_no_refusal(dovecot: Dovecot, user: str, proxy: Relay, harm: Harm) -> None:
    proxy.rules.append(Rule(Way.UP, b"LOGIN", harm))
    with pytest.raises(ConnectionLost):
        Mailbox(server_of(proxy, read_timeout=1.0), Login(user, dovecot.password))


def test_the_id_command_says_who_we_are_before_any_folder_is_opened(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
    commands = bytes(proxy.sent[Way.UP])
    assert b' ID ("name" "triage" "version" ' in commands
    assert commands.index(b" ID (") < commands.index(b"EXAMINE")


def test_a_server_that_refuses_id_is_used_all_the_same(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    proxy.rewrite = lambda way, data: data.replace(b" ID (", b" XX (") if way is Way.UP else data
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        assert made.examine("INBOX").messages == 0


# ---- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Sent", "Gesendet-ü", "已发送"])
def test_f13_the_sent_folder_is_found_and_used_whatever_its_name(dovecot: Dovecot, name: str) -> None:
    user = dovecot.new_user(folders=["Drafts", name])
    credentials = PasswordCredentials(user, Secret(value=dovecot.password), b"key")
    sent = ImapSentFolder(server_of(dovecot), MailboxPlan("sales", user), credentials)
    assert sent.find("<inquiry-1@example.com>") is False
    sent.append(mail(1), NOW)
    assert sent.find("<inquiry-1@example.com>") is True
    assert dovecot.copies(user, name) == [mail(1).replace(b"\r\n", b"\n")]


def test_f27_without_a_sent_folder_the_error_says_what_to_do(dovecot: Dovecot) -> None:
    user = dovecot.new_user(folders=["Drafts"])
    credentials = PasswordCredentials(user, Secret(value=dovecot.password), b"key")
    with pytest.raises(MailboxError) as caught:
        ImapSentFolder(server_of(dovecot), MailboxPlan("sales", user), credentials).append(mail(1), NOW)
    assert "sent" in caught.value.remedy


def test_the_sent_copy_is_seen_and_keeps_its_time(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    mailbox.append("Sent", b"Message-ID: <a@b>\n\nbare line feeds\n", ["\\Seen"], NOW)
    with dovecot.imap(user) as client:
        client.select("Sent")
        _, answer = client.fetch("1", "(FLAGS INTERNALDATE BODY.PEEK[])")
    assert b"\\Seen" in answer[0][0]
    assert b'"05-Oct-2026 12:00:00 +0000"' in answer[0][0]
    assert answer[0][1] == b"Message-ID: <a@b>\r\n\r\nbare line feeds\r\n"


def test_f12_the_folder_of_all_mail_is_not_taken_for_sent(dovecot: Dovecot) -> None:
    user = dovecot.new_user(folders=["All", "Drafts"])
    with Mailbox(server_of(dovecot), Login(user, dovecot.password)) as made:
        assert find_sent(made.folders()) is None


@pytest.mark.parametrize("name", ['A&B "quoted"', "back\\slash", "Entwürfe", "下書き"])
def test_f13_folder_names_survive_the_way(dovecot: Dovecot, name: str) -> None:
    user = dovecot.new_user(folders=[name])
    with Mailbox(server_of(dovecot), Login(user, dovecot.password)) as made:
        made.append(name, mail(1), [], NOW)
        assert name in [folder.name for folder in made.folders()]
        assert made.examine(name).messages == 1
        status = made.status(name)
        assert status is not None
        assert status.uidnext == 2


def test_a_missing_folder_is_an_error_in_the_servers_words(mailbox: Mailbox) -> None:
    with pytest.raises(MailboxError, match="doesn't exist"):
        mailbox.examine("Nowhere")


# ---- reading ---------------------------------------------------------------------------------------------------------


def test_uids_above_the_watermark_are_only_those(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    for number in range(3):
        dovecot.append(user, mail(number))
    mailbox.examine("INBOX")
    assert (mailbox.uids_above(0), mailbox.uids_above(2), mailbox.uids_above(3)) == ([1, 2, 3], [3], [])


def test_mails_are_listed_with_size_and_arrival_in_utc(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.append(user, mail(1), when=NOW)
    mailbox.examine("INBOX")
    listed = mailbox.listing([1, 99], NOW, message_ids=True)
    assert list(listed) == [1]
    assert (listed[1].size, listed[1].received_at, listed[1].received_at.tzinfo) == (len(mail(1)), NOW, UTC)
    assert b"<inquiry-1@example.com>" in listed[1].message_id


def test_mails_since_a_day_are_found(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    for number, day in enumerate((1, 10, 20)):
        dovecot.append(user, mail(number), when=datetime(2026, 10, day, 12, tzinfo=UTC))
    mailbox.examine("INBOX")
    assert mailbox.uids_since(date(2026, 10, 10)) == [2, 3]


def test_f07_reading_leaves_no_trace(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.append(user, mail(1))
    dovecot.append(user, mail(2), flags="\\Flagged")
    before = flags_in(dovecot, user)
    mailbox.examine("INBOX")
    assert mailbox.bodies([1, 2]) == {1: mail(1), 2: mail(2)}
    assert mailbox.headers([1])[1].endswith(b"+0000\r\n\r\n")
    assert flags_in(dovecot, user) == before


def test_f15_a_literal_over_the_limit_ends_the_connection(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail(1, size=100_000))
    with Mailbox(server_of(dovecot), Login(user, dovecot.password), max_literal=50_000) as made:
        made.examine("INBOX")
        with pytest.raises(AnswerUnreadable, match="limit"):
            made.bodies([1])


def test_f05_an_answer_without_body_is_no_mail(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    dovecot.append(user, mail(1))
    proxy.rewrite = lambda way, data: data.replace(b"BODY.PEEK[]", b"FLAGS") if way is Way.UP else data
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        assert made.bodies([1]) == {}


def test_an_untold_uidvalidity_is_an_error_not_a_change(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    proxy.rewrite = lambda way, data: data.replace(b"[UIDVALIDITY ", b"[XIDVALIDITY ")
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made, pytest.raises(AnswerUnreadable):
        made.examine("INBOX")


# ---- hostile values --------------------------------------------------------------------------------------------------

HOSTILE = "<a@b>\r\nX1 UID MOVE 1:* Trash"


@pytest.mark.parametrize(
    "use",
    [
        lambda box: box.find_message_id("INBOX", HOSTILE),
        lambda box: box.examine(HOSTILE),
        lambda box: box.status(HOSTILE),
        lambda box: box.append(HOSTILE, mail(1), [], NOW),
        lambda box: box.append("INBOX", mail(1), [HOSTILE], NOW),
        lambda box: box.add_keyword([1], HOSTILE),
        lambda box: box.move([1], HOSTILE),
    ],
)
def test_f16_a_value_with_line_ends_never_reaches_the_wire(
    dovecot: Dovecot, user: str, proxy: Relay, use: Callable[[Mailbox], object]
) -> None:
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        with pytest.raises(UnsafeArgument):
            use(made)
        assert made.examine("INBOX").messages == 0
    assert b"X1" not in bytes(proxy.sent[Way.UP])


def test_f16_hostile_credentials_never_reach_the_wire(proxy: Relay) -> None:
    with pytest.raises(UnsafeArgument):
        Mailbox(server_of(proxy), Login("a\r\nX1 NOOP", "b"))
    assert proxy.commands(b"LOGIN") == 0


def test_a_user_name_with_a_space_is_one_argument(dovecot: Dovecot) -> None:
    with pytest.raises(LoginRefused):
        Mailbox(server_of(dovecot), Login('two words "quoted"', "wrong"))


# ---- changing --------------------------------------------------------------------------------------------------------


def test_f09_moving_takes_the_named_mails_and_leaves_what_others_marked_as_deleted(
    dovecot: Dovecot, user: str, mailbox: Mailbox
) -> None:
    for number, flags in enumerate(("", "\\Deleted", "")):
        dovecot.append(user, mail(number), flags=flags)
    mailbox.select("INBOX")
    mailbox.move([1], "Trash")
    assert mailbox.uids_above(0) == [2, 3]
    assert dovecot.copies(user, "Trash") == [mail(0).replace(b"\r\n", b"\n")]


def test_f09_a_missing_target_leaves_the_source(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.append(user, mail(1))
    mailbox.select("INBOX")
    with pytest.raises(MailboxError):
        mailbox.move([1], "Nowhere")
    assert mailbox.uids_above(0) == [1]


def test_f09_without_move_nothing_is_tried(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    dovecot.append(user, mail(1))
    proxy.rewrite = lambda way, data: data.replace(b" MOVE", b"") if way is Way.DOWN else data
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.select("INBOX")
        with pytest.raises(MailboxError, match="move_to"):
            made.move([1], "Trash")
    assert (proxy.commands(b"EXPUNGE"), proxy.commands(b"COPY")) == (0, 0)


def test_a_keyword_is_added_without_touching_other_flags(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    dovecot.append(user, mail(1), flags="\\Flagged")
    mailbox.select("INBOX")
    mailbox.add_keyword([1], "Triaged")
    assert flags_in(dovecot, user)[0] >= {b"\\Flagged", b"Triaged"}


# ---- waiting ---------------------------------------------------------------------------------------------------------


def test_idle_ends_when_mail_arrives(dovecot: Dovecot, user: str, mailbox: Mailbox) -> None:
    mailbox.examine("INBOX")
    threading.Timer(0.2, lambda: dovecot.deliver(user, mail(1))).start()
    started = time.monotonic()
    mailbox.idle(20.0, threading.Event())
    assert time.monotonic() - started < 5.0
    assert mailbox.uids_above(0) == [1]


def test_f02_mail_told_together_with_the_continuation_line_ends_idle_too(
    dovecot: Dovecot, user: str, proxy: Relay
) -> None:
    """It sits in the library's buffer then, where polling the socket does not see it."""
    proxy.rewrite = lambda way, data: data.replace(b"+ idling\r\n", b"+ idling\r\n* 1 EXISTS\r\n")
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        started = time.monotonic()
        made.idle(20.0, threading.Event())
        assert time.monotonic() - started < 2.0


def test_idle_ends_when_time_is_over_or_when_told_to_stop(mailbox: Mailbox) -> None:
    mailbox.examine("INBOX")
    stop = threading.Event()
    started = time.monotonic()
    mailbox.idle(0.3, stop)
    assert 0.3 <= time.monotonic() - started < 2.0
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    mailbox.idle(20.0, stop)
    assert time.monotonic() - started < 2.0


def test_f02_the_end_of_the_connection_ends_idle_with_an_error(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    with Mailbox(server_of(proxy), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        threading.Timer(0.3, proxy.cut_all).start()
        started, cpu = time.monotonic(), time.thread_time()
        with pytest.raises(ConnectionLost):
            made.idle(20.0, threading.Event())
        assert time.monotonic() - started < 2.0
        assert time.thread_time() - cpu < 0.1


def test_f03_a_dead_link_shows_itself_when_idle_ends(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    with Mailbox(server_of(proxy, read_timeout=1.0), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        proxy.rules.append(Rule(Way.UP, b"IDLE", Harm.HOLE, after=2))
        with pytest.raises(ConnectionLost):
            made.idle(0.5, threading.Event())


def test_f02_half_a_line_in_idle_is_a_lost_connection_or_a_wake_up(dovecot: Dovecot, user: str, proxy: Relay) -> None:
    proxy.rewrite = lambda way, data: data.replace(b"+ idling\r\n", b"+ idling\r\n* 1 EXI")
    with Mailbox(server_of(proxy, read_timeout=1.0), Login(user, dovecot.password)) as made:
        made.examine("INBOX")
        with pytest.raises(MailboxError):
            made.idle(5.0, threading.Event())


def test_f17_connections_are_closed(dovecot: Dovecot, user: str) -> None:
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with Mailbox(server_of(dovecot), Login(user, dovecot.password)) as made:
            made.examine("INBOX")
        with pytest.raises(LoginRefused):
            Mailbox(server_of(dovecot), Login(user, "wrong"))
    assert len(list(Path("/proc/self/fd").iterdir())) <= open_before

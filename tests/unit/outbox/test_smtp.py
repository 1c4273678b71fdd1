"""One hand-over, against a server that errs at an exact phase (F19, F21, F23-F25, H27)."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.harness.smtp_peer import Act, SmtpPeer, smtp_peer
from tests.unit.outbox.letters import DATE, envelope
from triage.errors import LoginRefused, MailboxError
from triage.outbox.compose import outgoing
from triage.outbox.smtp import Sender
from triage.vocabulary.mail import Address
from triage.vocabulary.records import Delivery, Outcome, Outgoing
from triage.vocabulary.servers import Credentials, Login, Security, SendingPlan, Server

PLAN = SendingPlan("sales", "Li Wei", "sales@seller.example", answer_timeout=10.0)
LETTER = outgoing(
    envelope(to=(Address("Anna", "anna@buyer.example"), Address("Ben", "ben@buyer.example")), html=""), DATE
)
AUTH_EHLO = "250-peer.example\r\n250 AUTH {}"


class Known:
    """Credentials that are what they are."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def login(self) -> Login:
        return self._login

    def digest(self) -> str:
        return "digest"


class Marks:
    """Counts marks and remembers how much of the body the server had seen at each."""

    def __init__(self, peer: SmtpPeer, fault: Exception | None = None) -> None:
        self.peer = peer
        self.fault = fault
        self.seen: list[int] = []

    def __call__(self) -> None:
        self.seen.append(self.peer.started)
        if self.fault is not None:
            raise self.fault


def server_of(peer: SmtpPeer, **changes: object) -> Server:
    return replace(
        Server(peer.host, peer.port, Security.NONE, connect_timeout=5.0, read_timeout=5.0),
        **changes,  # type: ignore[arg-type]
    )


def deliver(
    peer: SmtpPeer,
    mark: Callable[[], None] | None = None,
    letter: Outgoing = LETTER,
    credentials: Credentials | None = None,
    dialogue_seconds: float = 10.0,
    answer_timeout: float = 10.0,
    **server: object,
) -> Delivery:
    plan = replace(PLAN, answer_timeout=answer_timeout)
    sender = Sender(server_of(peer, **server), plan, credentials, dialogue_seconds)
    return sender.deliver(letter, mark or Marks(peer))


def test_an_accepted_letter_is_handed_over_in_this_order_and_marked_before_its_first_byte() -> None:
    with smtp_peer() as peer:
        mark = Marks(peer)
        result = deliver(peer, mark)
        assert result == Delivery(Outcome.ACCEPTED, "body", 250, "2.0.0 taken as 4711")
        assert mark.seen == [0]
        assert peer.commands[:5] == [
            "ehlo seller.example",
            f"MAIL FROM:<sales@seller.example> SIZE={len(LETTER.data)}",
            "RCPT TO:<anna@buyer.example>",
            "RCPT TO:<ben@buyer.example>",
            "DATA",
        ]
        assert peer.bodies == [LETTER.data]


def test_nothing_is_asked_for_that_the_server_does_not_offer() -> None:
    with smtp_peer({"EHLO": "250 peer.example"}) as peer:
        assert deliver(peer).outcome is Outcome.ACCEPTED
        assert peer.commands[1] == "MAIL FROM:<sales@seller.example>"


def test_lines_that_begin_with_a_dot_are_stuffed_and_can_not_end_the_letter() -> None:
    text = "Hello\n.\nMAIL FROM:<spy@evil.example>\n..\n.end"
    letter = outgoing(envelope(text=text, html=""), DATE)
    with smtp_peer() as peer:
        assert deliver(peer, letter=letter).outcome is Outcome.ACCEPTED
        assert peer.bodies == [letter.data.replace(b"\r\n.", b"\r\n..")]
        assert peer.verbs().count("MAIL") == 1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"GREETING": "554 5.3.2 go away"}, Delivery(Outcome.TRANSIENT, "connect", 554, "5.3.2 go away")),
        ({"GREETING": "421 busy"}, Delivery(Outcome.TRANSIENT, "connect", 421, "busy")),
        ({"EHLO": "502 no"}, Delivery(Outcome.TRANSIENT, "connect", 502, "no")),
        ({"MAIL": "450 4.7.1 later"}, Delivery(Outcome.TRANSIENT, "mail", 450, "4.7.1 later")),
        ({"MAIL": "553 5.7.1 not yours"}, Delivery(Outcome.PERMANENT, "mail", 553, "5.7.1 not yours")),
        ({"MAIL": "421 4.3.2 bye"}, Delivery(Outcome.TRANSIENT, "mail", 421, "4.3.2 bye")),
        ({"DATA": "451 4.3.0 disk"}, Delivery(Outcome.TRANSIENT, "data", 451, "4.3.0 disk")),
        ({"DATA": "554 5.7.1 no"}, Delivery(Outcome.PERMANENT, "data", 554, "5.7.1 no")),
        ({"DATA": "250 what"}, Delivery(Outcome.TRANSIENT, "data", 250, "what")),
    ],
)
def test_a_refusal_before_the_body_is_known_by_its_first_digit(answers: dict[str, str], expected: Delivery) -> None:
    with smtp_peer(answers) as peer:
        mark = Marks(peer)
        result = deliver(peer, mark)
        assert result == expected
        assert (mark.seen, peer.started) == ([], 0)


@pytest.mark.parametrize(
    ("answers", "outcome", "code", "refused"),
    [
        (["250 ok", "550 5.1.1 no such user"], Outcome.PERMANENT, 550, ("ben@buyer.example",)),
        (["450 4.2.1 busy", "250 ok"], Outcome.TRANSIENT, 450, ("anna@buyer.example",)),
        (["450 4.2.1 busy", "550 no"], Outcome.PERMANENT, 550, ("anna@buyer.example", "ben@buyer.example")),
        (["251 will forward", "250 ok"], Outcome.ACCEPTED, 250, ()),
    ],
)
def test_a_letter_goes_to_all_its_recipients_or_to_none(
    answers: list[str], outcome: Outcome, code: int, refused: tuple[str, ...]
) -> None:
    with smtp_peer({"RCPT": answers}) as peer:
        result = deliver(peer)
        assert (result.outcome, result.code, result.refused) == (outcome, code, refused)
        assert all(f"{name}: " in result.reply for name in refused)
        assert len(peer.bodies) == (0 if refused else 1)
        assert ("DATA" in peer.verbs()) is not bool(refused)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        ("250 2.0.0 queued", Outcome.ACCEPTED, 250),
        ("200 fine", Outcome.ACCEPTED, 200),
        ("451 4.3.0 later", Outcome.TRANSIENT, 451),
        ("421 4.3.2 closing", Outcome.TRANSIENT, 421),
        ("554 5.6.0 spam", Outcome.PERMANENT, 554),
        ("354 go on", Outcome.UNKNOWN, 354),
        ("garbage", Outcome.UNKNOWN, None),
        ("1", Outcome.UNKNOWN, None),
        ("25", Outcome.UNKNOWN, None),
        ("2500 ok", Outcome.UNKNOWN, None),
        ("250-half of it\r\n550 no", Outcome.UNKNOWN, None),
        ("250-no end\r\n" * 300, Outcome.UNKNOWN, None),
        (Act.CUT, Outcome.UNKNOWN, None),
        (Act.DROP, Outcome.UNKNOWN, None),
        (Act.RESET, Outcome.UNKNOWN, None),
        (Act.HOLD, Outcome.UNKNOWN, None),
        (Act.DRIBBLE, Outcome.UNKNOWN, None),
        ("2" * 9000, Outcome.UNKNOWN, None),
    ],
)
def test_after_the_mark_only_a_read_answer_is_knowledge(answer: str | Act, outcome: Outcome, code: int | None) -> None:
    silent = answer in (Act.HOLD, Act.DRIBBLE)
    with smtp_peer({"BODY": answer}) as peer:
        result = deliver(peer, answer_timeout=0.5 if silent else 10.0)
        assert (result.outcome, result.phase, result.code) == (outcome, "body", code)
        assert peer.bodies == [LETTER.data]


@pytest.mark.parametrize("act", [Act.DROP, Act.RESET])
def test_a_server_that_leaves_after_the_354_makes_the_letter_uncertain(act: Act) -> None:
    """Whatever it took before it left, we can't know (K12)."""
    big = outgoing(envelope(text="x" * 3_000_000, html=""), DATE)
    with smtp_peer({"MIDBODY": act}) as peer:
        assert deliver(peer, letter=big).outcome is Outcome.UNKNOWN
        assert (peer.started, peer.bodies) == (1, [])


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("act", list(Act))
def test_silence_before_the_mark_means_not_sent(verb: str, act: Act) -> None:
    with smtp_peer({verb: act}) as peer:
        mark = Marks(peer)
        result = deliver(peer, mark, dialogue_seconds=0.7, read_timeout=0.4)
        assert (result.outcome, result.code) == (Outcome.TRANSIENT, None)
        assert (mark.seen, peer.started) == ([], 0)


def test_an_unreachable_server_means_not_sent() -> None:
    with smtp_peer() as peer:
        pass
    result = deliver(peer)
    assert (result.outcome, result.phase, result.code) == (Outcome.TRANSIENT, "connect", None)
    assert "ConnectionRefusedError" in result.reply


def test_if_the_mark_can_not_be_stored_no_byte_of_the_body_leaves() -> None:
    with smtp_peer() as peer:
        mark = Marks(peer, fault=RuntimeError("database is locked"))
        result = deliver(peer, mark)
        assert result == Delivery(Outcome.TRANSIENT, "data", None, "Not sent: database is locked")
        assert (mark.seen, peer.started, peer.bodies) == ([0], 0, [])
        assert peer.verbs()[-1] == "DATA"


@pytest.mark.parametrize("act", [Act.DROP, Act.RESET, Act.HOLD, "500 what"])
def test_a_failing_quit_changes_nothing(act: Act | str) -> None:
    with smtp_peer({"QUIT": act}) as peer:
        assert deliver(peer).outcome is Outcome.ACCEPTED


def test_the_servers_words_are_cleaned_and_bounded() -> None:
    with smtp_peer({"BODY": "554-5.7.1 no\x1b[2J\x00\u202e\r\n554 5.7.1 " + "x" * 800}) as peer:
        result = deliver(peer)
    assert result.reply.startswith("5.7.1 no [2J 5.7.1 xxx")
    assert len(result.reply) == 500


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, data=LETTER.data + b"\n.\r\nMAIL FROM:<spy@evil.example>\r\n"),
        replace(LETTER, data=LETTER.data + b"\r.\r"),
        replace(LETTER, data=LETTER.data[:-2]),
        replace(LETTER, data=LETTER.data + b"\xff\r\n"),
        replace(LETTER, data=LETTER.data + b"x" * 999 + b"\r\n"),
        replace(LETTER, recipients=("anna@buyer.example>\r\nRCPT TO:<spy@evil.example",)),
        replace(LETTER, recipients=("anna@bücher.example",)),
        replace(LETTER, recipients=()),
        replace(LETTER, sender=""),
    ],
)
def test_bytes_or_recipients_that_could_be_read_in_two_ways_are_not_sent(letter: Outgoing) -> None:
    with smtp_peer() as peer:
        result = deliver(peer, letter=letter)
        assert (result.outcome, peer.connections) == (Outcome.PERMANENT, 0)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("offered", "login", "lines"),
    [
        (
            "CRAM-MD5 LOGIN PLAIN",
            Login("sales", password="geheim ü"),
            [f"AUTH PLAIN {base64_of(chr(0) + 'sales' + chr(0) + 'geheim ü')}"],
        ),
        ("LOGIN", Login("sales", password="pw"), ["AUTH LOGIN", base64_of("sales"), base64_of("pw")]),
        (
            "PLAIN XOAUTH2",
            Login("sales", access_token="token"),
            [f"AUTH XOAUTH2 {base64_of('user=sales' + chr(1) + 'auth=Bearer token' + chr(1) * 2)}"],
        ),
    ],
)
def test_a_login_is_one_exchange(offered: str, login: Login, lines: list[str]) -> None:
    answers = {
        "EHLO": AUTH_EHLO.format(offered),
        "AUTH": "334 VXNlcm5hbWU6" if lines[0] == "AUTH LOGIN" else "235 2.7.0 ok",
        base64_of("sales").upper(): "334 UGFzc3dvcmQ6",
        base64_of("pw").upper(): "235 2.7.0 ok",
    }
    with smtp_peer(answers) as peer:
        assert deliver(peer, credentials=Known(login)).outcome is Outcome.ACCEPTED
        assert peer.commands[1 : 1 + len(lines)] == lines
        assert peer.verbs()[1 + len(lines)] == "MAIL"


@pytest.mark.parametrize(
    ("answers", "code", "counts"),
    [
        ({"AUTH": "535 5.7.8 bad credentials"}, 535, True),
        ({"AUTH": "534 5.7.9 application password needed"}, 534, True),
        ({"AUTH": "454 4.7.0 temporary"}, 454, False),
        ({"AUTH": "421 4.7.0 too many"}, 421, False),
        ({"AUTH": "334 eyJzdGF0dXMiOiI0MDEifQ==", "": "535 5.7.8 token expired"}, 535, True),
    ],
)
def test_a_refused_login_is_tried_once_and_does_not_burn_the_letter(
    answers: dict[str, str], code: int, counts: bool
) -> None:
    login = Login("sales", access_token="t") if "" in answers else Login("sales", password="pw")
    with smtp_peer({"EHLO": AUTH_EHLO.format("PLAIN LOGIN XOAUTH2")} | answers) as peer:
        result = deliver(peer, credentials=Known(login))
        assert (result.outcome, result.phase, result.code) == (Outcome.TRANSIENT, "login", code)
        assert result.login_refused is counts
        assert (peer.verbs().count("AUTH"), "MAIL" in peer.verbs()) == (1, False)


def test_a_server_without_a_login_we_know_gets_no_credentials() -> None:
    for ehlo in ("250 peer.example", AUTH_EHLO.format("CRAM-MD5 GSSAPI")):
        with smtp_peer({"EHLO": ehlo}) as peer:
            result = deliver(peer, credentials=Known(Login("sales", password="pw")))
            assert (result.outcome, result.phase, result.login_refused) == (Outcome.TRANSIENT, "login", False)
            assert "AUTH" not in peer.verbs()


def test_without_a_user_there_is_no_login() -> None:
    with smtp_peer({"EHLO": AUTH_EHLO.format("PLAIN")}) as peer:
        assert deliver(peer, credentials=Known(Login(""))).outcome is Outcome.ACCEPTED
        assert "AUTH" not in peer.verbs()


@pytest.mark.parametrize(("fault", "counts"), [(LoginRefused("invalid_grant"), True), (MailboxError("503"), False)])
def test_credentials_that_can_not_be_had_stop_the_letter_before_a_connection(fault: MailboxError, counts: bool) -> None:
    class Failing(Known):
        def login(self) -> Login:
            raise fault

    with smtp_peer() as peer:
        result = deliver(peer, credentials=Failing(Login("sales")))
        assert (result.outcome, result.phase, result.login_refused) == (Outcome.TRANSIENT, "login", counts)
        assert peer.connections == 0


def test_a_stripped_starttls_ends_it_before_any_credential() -> None:
    with smtp_peer({"EHLO": AUTH_EHLO.format("PLAIN")}) as peer:
        result = deliver(peer, credentials=Known(Login("sales", password="pw")), security=Security.STARTTLS)
        assert (result.outcome, result.phase) == (Outcome.TRANSIENT, "connect")
        assert result.reply == "The server does not offer STARTTLS."
        assert [verb for verb in peer.verbs() if verb != "QUIT"] == ["EHLO"]


def test_a_digest_tells_of_credentials_only() -> None:
    with smtp_peer() as peer:
        assert Sender(server_of(peer), PLAN, None).credentials_digest() == ""
        assert Sender(server_of(peer), PLAN, Known(Login("sales"))).credentials_digest() == "digest"

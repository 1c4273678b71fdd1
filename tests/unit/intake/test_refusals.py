import pytest

from triage.errors import ConnectionLost, LoginRefused, MailboxError, Throttled
from triage.intake.refusals import printable, refused_command, refused_login, wait_of


@pytest.mark.parametrize(
    "words",
    [
        "[AUTHENTICATIONFAILED] Authentication failed.",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        "LOGIN Login error or password error",
        "[ALERT] Application-specific password required (Failure)",
        "AUTHENTICATE failed.",
        "User is authenticated but not connected.",
        "[AUTHENTICATIONFAILED] Too many failed attempts",
    ],
)
def test_f19_a_refused_login_counts(words: str) -> None:
    error = refused_login("imap.example.com", words)
    assert type(error) is LoginRefused
    assert error.remedy != ""


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("[UNAVAILABLE] Temporary authentication failure.", ConnectionLost),
        ("[INUSE] Mailbox in use", ConnectionLost),
        ("[SERVERBUG] Internal error occurred.", ConnectionLost),
        ("Server error - Please try again later", ConnectionLost),
        ("[ALERT] Too many simultaneous connections. (Failure)", Throttled),
        ("[LIMIT] Rate limit hit", Throttled),
        ("Request is throttled. Suggested Backoff Time: 43246 milliseconds", Throttled),
        ("Account exceeded command or bandwidth limits.", Throttled),
    ],
)
def test_f19_a_busy_server_refuses_nobody(words: str, kind: type[MailboxError]) -> None:
    assert type(refused_login("imap.example.com", words)) is kind
    assert type(refused_command("imap.example.com", words)) is kind


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Request is throttled. Suggested Backoff Time: 43246 milliseconds", 43.246),
        ("Backoff Time: 90 seconds", 90.0),
        ("please try again in 2 minutes", 120.0),
        ("[LIMIT] retry after 1 hour", 3600.0),
        ("wait 45s", 45.0),
        ("throttled", 300.0),
        ("backoff 999999999", 86_400.0),
    ],
)
def test_f18_the_wait_is_read_from_the_servers_words(words: str, seconds: float) -> None:
    assert wait_of(words) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("SELECT Unsafe Login. Please contact the provider for help", "authorization code"),
        ("[OVERQUOTA] Quota exceeded", "Make room"),
    ],
)
def test_known_refusals_come_with_their_way_out(words: str, remedy: str) -> None:
    assert remedy in refused_command("imap.example.com", words).remedy


def test_a_login_that_wants_tls_says_so() -> None:
    assert (
        "starttls" in refused_login("imap.example.com", "[PRIVACYREQUIRED] Plaintext authentication disallowed").remedy
    )


def test_i13_a_servers_words_are_one_short_line() -> None:
    assert printable("NO\r\nA1 OK forged\x1b[31m" + "x" * 1000 + ".")[:20] == "NO  A1 OK forged [31"
    assert len(printable("x" * 1000)) == 300

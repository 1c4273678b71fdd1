"""Hand one letter to an SMTP server, once, and say truly what became of it. The only user of smtplib.

smtplib sends body and final dot in one call, so DATA is issued here: after the server's 354 the mark is committed, and
only then the first byte of the body leaves (FAILURES 0). Its own login would try one mechanism after the other and
burn two of the three refusals an account has (F19): here it is one AUTH command a connection.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

from triage.errors import CertificateRefused, LoginRefused, MailboxError, UnsafeHeader
from triage.outbox.headers import wire_address
from triage.outbox.wire import dot_stuffed, is_well_formed, readable
from triage.vocabulary.records import Delivery, Outcome, Outgoing
from triage.vocabulary.servers import Credentials, Login, Security, SendingPlan, Server

DIALOGUE_SECONDS = 300.0
"""From the greeting to the 354, all together: a server that dribbles holds an account no longer."""
_REPLY = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r?\n")
_LINE = 4096
_LINES = 200
"""Longest line, and most lines, of an answer."""
_PIECE = 65_536
"""Bytes of body a single send may take `Server.read_timeout` for."""


class _Stopped(Exception):
    """Nothing of the body left; `delivery` says why."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.reply)
        self.delivery = delivery


class Sender:
    """A `Deliverer` over SMTP for one account: a new connection for each letter. `credentials` None: no login."""

    def __init__(
        self,
        server: Server,
        plan: SendingPlan,
        credentials: Credentials | None,
        dialogue_seconds: float = DIALOGUE_SECONDS,
    ) -> None:
        self._server = server
        self._plan = plan
        self._credentials = credentials
        self._dialogue_seconds = dialogue_seconds

    def credentials_digest(self) -> str:
        return self._credentials.digest() if self._credentials else ""

    def check(self) -> str:
        """Connect, log in and leave; what was found, in words. Raises CertificateRefused, LoginRefused, MailboxError or
        ConfigError."""
        login = self._credentials.login() if self._credentials else None
        try:
            connection = _Connection(self._server, self._plan.address.rpartition("@")[2])
            with contextlib.closing(connection), connection.ended_after(self._dialogue_seconds):
                connection.open()
                connection.log_in(login)
                connection.leave()
        except _Stopped as stopped:
            raise _fault(self._server.host, stopped) from stopped
        return f"logged in as {login.user}." if login else "connected; no login is asked for."

    def deliver(self, outgoing: Outgoing, mark: Callable[[], None]) -> Delivery:
        """See `triage.vocabulary.ports.Deliverer`."""
        try:
            _check(outgoing)
            body = dot_stuffed(outgoing.data) + b".\r\n"
            with _phase("login"):
                login = self._credentials.login() if self._credentials else None
            connection = _Connection(self._server, outgoing.sender.rpartition("@")[2])
            with contextlib.closing(connection):
                with connection.ended_after(self._dialogue_seconds):
                    connection.open()
                    connection.log_in(login)
                    connection.name_recipients(outgoing)
                    connection.ask_for_data()
                _commit(mark)
                return connection.send_body(body, self._plan.answer_timeout)
        except _Stopped as stopped:
            return stopped.delivery


class _Client(smtplib.SMTP):
    """Believes whole answers only: smtplib takes `250` for one even where the connection broke in mid-line."""

    def getreply(self) -> tuple[int, bytes]:
        """Code and words. Raises `SMTPServerDisconnected` for anything that RFC 5321 4.2 does not allow."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        lines = self.file = self.file or self.sock.makefile("rb")
        words: list[bytes] = []
        first_code = None
        while len(words) < _LINES:
            line = lines.readline(_LINE + 1)
            found = _REPLY.fullmatch(line)
            if found is None or first_code not in (None, found[1]):
                raise smtplib.SMTPServerDisconnected(f"no proper answer: {readable(line) or 'the connection ended'}")
            first_code = found[1]
            words.append(found[3] or b"")
            if found[2] != b"-":
                return int(found[1]), b"\n".join(words)
        raise smtplib.SMTPServerDisconnected("an answer without end")


class _Connection:
    """One connection and one letter. Every step raises `_Stopped` when it ends the matter before the mark."""

    def __init__(self, server: Server, local_hostname: str) -> None:
        self._server = server
        self._client = _Client(local_hostname=local_hostname)
        self._link: socket.socket | None = None

    def open(self) -> None:
        """Connect, secure, greet. A certificate that does not verify, or STARTTLS missing where it is asked for, ends
        it before any credential leaves (F21)."""
        server = self._server
        with _phase("connect"):
            link = socket.create_connection((server.host, server.port), server.connect_timeout)
            if server.security is Security.TLS:
                link = _tls(server).wrap_socket(link, server_hostname=server.host)
            self._adopt(link)
            self._expect(220, self._client.getreply(), "connect")
            self._expect(250, self._client.ehlo(), "connect")
            if server.security is Security.STARTTLS:
                self._start_tls(link, _tls(server))

    def log_in(self, login: Login | None) -> None:
        if login is None or not login.user:
            return
        with _phase("login"):
            code, reply = self._authenticate(login)
        if code != 235:
            refused = code // 100 == 5
            self._stop(Delivery(Outcome.TRANSIENT, "login", code, readable(reply), login_refused=refused))

    def name_recipients(self, outgoing: Outgoing) -> None:
        """To all or to none: a letter that one of its recipients can't get is not sent to the others (F25)."""
        with _phase("mail"):
            size = f" SIZE={len(outgoing.data)}" if self._client.has_extn("size") else ""
            self._expect(250, self._client.docmd("MAIL", f"FROM:<{outgoing.sender}>{size}"), "mail")
        with _phase("rcpt"):
            answers = {name: self._client.docmd("RCPT", f"TO:<{name}>") for name in outgoing.recipients}
        refused = {name: (code, reply) for name, (code, reply) in answers.items() if code // 100 != 2}
        if refused:
            worst = max(code for code, _ in refused.values())
            words = "; ".join(f"{name}: {code} {readable(reply)}" for name, (code, reply) in refused.items())
            self._stop(Delivery(_by_digit(worst), "rcpt", worst, readable(words), tuple(refused)))

    def ask_for_data(self) -> None:
        with _phase("data"):
            self._expect(354, self._client.docmd("DATA"), "data")

    def send_body(self, body: bytes, answer_timeout: float) -> Delivery:
        """The mark is set: only a read answer to the final dot is knowledge, everything else is UNKNOWN (F23)."""
        try:
            with self.ended_after(answer_timeout):
                for start in range(0, len(body), _PIECE):
                    self._client.send(body[start : start + _PIECE])
            with self.ended_after(answer_timeout):
                if self._link is not None:
                    self._link.settimeout(answer_timeout)
                code, reply = self._client.getreply()
        except Exception as error:
            return Delivery(Outcome.UNKNOWN, "body", None, readable(f"No answer to the letter: {error}"))
        outcome = {2: Outcome.ACCEPTED, 4: Outcome.TRANSIENT, 5: Outcome.PERMANENT}.get(code // 100, Outcome.UNKNOWN)
        self._quit()
        return Delivery(outcome, "body", code, readable(reply))

    def leave(self) -> None:
        self._quit()

    def close(self) -> None:
        self._client.close()

    @contextlib.contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        """Cut the connection when the block takes longer: socket timeouts alone never end a dribble."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        if self._link is not None:
            with contextlib.suppress(OSError):  # not SSLSocket's own method: it would go on in plain text
                socket.socket.shutdown(self._link, socket.SHUT_RDWR)

    def _adopt(self, link: socket.socket) -> None:
        link.settimeout(self._server.read_timeout)
        self._link = self._client.sock = link

    def _start_tls(self, link: socket.socket, tls: ssl.SSLContext) -> None:
        if not self._client.has_extn("starttls"):
            self._stop(Delivery(Outcome.TRANSIENT, "connect", None, "The server does not offer STARTTLS."))
        self._expect(220, self._client.docmd("STARTTLS"), "connect")
        # A new client: nothing that was said in plain text, nor read ahead, is believed any more.
        self._client = _Client(local_hostname=self._client.local_hostname)
        self._adopt(tls.wrap_socket(link, server_hostname=self._server.host))
        self._expect(250, self._client.ehlo(), "connect")

    def _authenticate(self, login: Login) -> tuple[int, bytes]:
        client, offered = self._client, self._client.esmtp_features.get("auth", "").upper().split()
        if login.access_token:
            code, reply = client.docmd(
                "AUTH", "XOAUTH2 " + _base64(f"user={login.user}\x01auth=Bearer {login.access_token}\x01\x01")
            )
            return client.docmd("") if code == 334 else (code, reply)  # the 334 holds the error, the answer follows
        if "PLAIN" in offered:
            return client.docmd("AUTH", "PLAIN " + _base64(f"\0{login.user}\0{login.password}"))
        if "LOGIN" not in offered:
            words = readable(f"The server offers no login we know: {' '.join(offered) or 'none at all'}.")
            self._stop(Delivery(Outcome.TRANSIENT, "login", None, words))
        for words in ("AUTH LOGIN", _base64(login.user)):
            code, reply = client.docmd(words)
            if code != 334:
                return code, reply
        return client.docmd(_base64(login.password))

    def _expect(self, wanted: int, answer: tuple[int, bytes], phase: str) -> None:
        """A refusal of the connection is never a refusal of the letter."""
        code, reply = answer
        if code != wanted:
            outcome = Outcome.TRANSIENT if phase == "connect" else _by_digit(code)
            self._stop(Delivery(outcome, phase, code, readable(reply)))

    def _stop(self, delivery: Delivery) -> NoReturn:
        """Leave without a body; QUIT also drops the recipients named so far."""
        self._quit()
        raise _Stopped(delivery)

    def _quit(self) -> None:
        """Politeness only: nobody waits for the answer, nothing depends on it (F24)."""
        with contextlib.suppress(Exception):
            self._client.putcmd("QUIT")


def _check(outgoing: Outgoing) -> None:
    """The last look before the wire: what is not exact is not sent at all (H27)."""
    try:
        exact = all(wire_address(address) == address for address in (outgoing.sender, *outgoing.recipients))
    except UnsafeHeader:
        exact = False
    if not (exact and outgoing.recipients and is_well_formed(outgoing.data)):
        raise _Stopped(Delivery(Outcome.PERMANENT, "connect", None, "The stored letter is not well-formed; not sent."))


def _fault(host: str, stopped: _Stopped) -> MailboxError:
    """Why no letter could leave, with what to do about it."""
    if isinstance(stopped.__cause__, ssl.SSLCertVerificationError):
        return CertificateRefused(
            f"The certificate of {host} does not verify: {stopped.__cause__.verify_message}.",
            "Have it renewed; for a private authority name its certificate with ca_file.",
        )
    if stopped.delivery.login_refused:
        return LoginRefused(
            f"{host} refused the login: {stopped.delivery.reply}.",
            "Check user and password; many providers want an app password or OAuth2 here.",
        )
    return MailboxError(
        f"{host} takes no letter: {stopped.delivery.reply}.", "Check host, port and security, and that it is running."
    )


def _commit(mark: Callable[[], None]) -> None:
    try:
        mark()
    except Exception as error:
        raise _Stopped(Delivery(Outcome.TRANSIENT, "data", None, readable(f"Not sent: {error}"))) from error


@contextlib.contextmanager
def _phase(name: str) -> Iterator[None]:
    """Before the mark every fault of the network or of the credentials means: not sent, try later."""
    try:
        yield
    except (OSError, ValueError, MailboxError) as error:
        refused = isinstance(error, LoginRefused)
        raise _Stopped(
            Delivery(Outcome.TRANSIENT, name, None, readable(f"{type(error).__name__}: {error}"), login_refused=refused)
        ) from error


def _by_digit(code: int) -> Outcome:
    """RFC 5321 4.2.1. What is no proper answer proves nothing; before the mark nothing has left."""
    return Outcome.PERMANENT if code // 100 == 5 else Outcome.TRANSIENT


def _tls(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.ca_file:
        context.load_verify_locations(server.ca_file)
    return context


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

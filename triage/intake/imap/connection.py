"""Connecting, logging in, and telling faults apart."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from triage.errors import AnswerUnreadable, CertificateRefused, ConnectionLost, MailboxError, UnsafeArgument
from triage.intake.refusals import printable, refused_command, refused_login
from triage.vocabulary.servers import Login, Security, Server


def connect(server: Server, max_literal: int) -> Any:  # noqa: ANN401 (the library is not typed)
    """An IMAPClient with verified TLS, timeouts and a limit on literals."""
    with faults(server):
        client: Any = IMAPClient(
            server.host,
            server.port,
            ssl=server.security is Security.TLS,
            ssl_context=tls_context(server) if server.security is Security.TLS else None,
            timeout=SocketTimeout(connect=server.connect_timeout, read=server.read_timeout),  # type: ignore[arg-type]
        )
    try:
        client.normalise_times = False
        client._imap.debug = 0  # else the library formats every mail for a log that nobody reads
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        _limit_literals(client, server.host, max_literal)
        if server.security is Security.STARTTLS:
            with faults(server):
                client.starttls(tls_context(server))
    except BaseException:
        with contextlib.suppress(Exception):
            client.shutdown()
        raise
    return client


def log_in(client: Any, server: Server, login: Login) -> None:  # noqa: ANN401
    """Raises LoginRefused, or what else the server's words mean."""
    user, password, token = safe(login.user), safe(login.password), safe(login.access_token)
    with faults(server, logging_in=True):
        if token:
            client.oauth2_login(user, token)
        elif user.isascii() and password.isascii():
            client.login(_quoted(user), password)
        else:
            client.plain_login(user, password)  # LOGIN takes ASCII only
    with faults(server):
        client.capabilities()
        if client.has_capability("ID"):
            _say_who_we_are(client)


def _say_who_we_are(client: Any) -> None:  # noqa: ANN401
    """Some providers (163.com, 126.com) turn away clients that don't send ID (RFC 2971); others may refuse it."""
    try:
        client.id_({"name": "triage", "version": _version()})
    except IMAPClientError as error:
        if isinstance(error, IMAPClientAbortError):
            raise


def _version() -> str:
    try:
        return version("triage")
    except PackageNotFoundError:
        return "development"  # run from a checkout


def _limit_literals(client: Any, host: str, limit: int) -> None:  # noqa: ANN401
    """The library sets aside whatever size the server announces (F15)."""
    read = client._imap.read

    def read_within_limit(size: int) -> bytes:
        if size > limit:
            raise AnswerUnreadable(f"{host} announced {size} bytes at once, over the limit of {limit}.")
        return bytes(read(size))

    client._imap.read = read_within_limit


@contextlib.contextmanager
def faults(server: Server, *, logging_in: bool = False) -> Iterator[None]:
    """Library and system errors become ours. Order matters: abort and LoginError are kinds of IMAPClientError,
    and a link lost during login comes as a LoginError caused by an abort."""
    host = server.host
    try:
        yield
    except MailboxError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(
            f"The certificate of {host} does not verify: {printable(error.verify_message)}.",
            "Have it renewed; for a private authority name its certificate with ca_file.",
        ) from error
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError):
            raise _lost(host, str(error.__context__)) from error
        raise refused_login(host, str(error)) from error
    except IMAPClientAbortError as error:
        raise _lost(host, str(error)) from error
    except IMAPClientError as error:
        raise (refused_login if logging_in else refused_command)(host, str(error)) from error
    except socket.gaierror as error:
        raise ConnectionLost(
            f"There is no host {host}: {error.strerror}.", "Check the name and the network."
        ) from error
    except OSError as error:
        raise ConnectionLost(
            f"No link to {host}:{server.port}: {error}.",
            "It is tried again by itself; if this lasts, check host, port and network.",
        ) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError) as error:
        raise AnswerUnreadable(f"{host} gave an answer that breaks the protocol: {printable(str(error))}.") from error


def safe(argument: str) -> str:
    """The argument, if it can't end the command line it becomes part of (F16)."""
    if any(character < " " or character == "\x7f" for character in argument):
        raise UnsafeArgument("A value for an IMAP command holds a control character; nothing was sent.")
    return argument


def tls_context(server: Server) -> ssl.SSLContext:
    """Verifies certificate and host name; trusts the server's own authority beside the system's (F21)."""
    context = ssl.create_default_context()
    if server.ca_file:
        try:
            context.load_verify_locations(server.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise CertificateRefused(
                f"Can't use the authority in {server.ca_file}: {error}.", "Name a PEM file with ca_file."
            ) from error
    return context


def _lost(host: str, words: str) -> MailboxError:
    """A connection ended by the server may still tell to wait."""
    told = refused_command(host, words)
    return ConnectionLost(f"The link to {host} broke: {printable(words)}.") if type(told) is MailboxError else told


def _quoted(user: str) -> str:
    """imaplib quotes passwords, but not users."""
    if user.replace("@", "").replace(".", "").replace("-", "").replace("_", "").isalnum():
        return user
    escaped = user.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

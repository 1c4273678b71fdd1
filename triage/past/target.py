"""Where a mailbox of the past is: `imaps://user@host`, and the password that opens it."""

import getpass
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from triage.credentials import Secret
from triage.errors import ConfigError
from triage.vocabulary.servers import Login, Security, Server

_PORTS = {"imaps": 993, "imap": 143}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def server_of(url: str, ca_file: Path | None) -> tuple[Server, str]:
    """The server and the user. `imap://` means STARTTLS, except to this machine itself. Raises ConfigError."""
    remedy = "Write it as imaps://sales@shop.example@imap.shop.example, with :port where it is not 993."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"The mailbox can't be read: {error}.", remedy) from error
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username or parts.path.strip("/"):
        raise ConfigError("That is no mailbox.", remedy)
    if parts.password is not None:
        raise ConfigError(
            "A password in the address stands in the shell's history and in the list of processes.",
            "Leave it out: it is asked for, or read with --password-env or --password-file.",
        )
    security = Security.TLS if parts.scheme == "imaps" else Security.STARTTLS
    if parts.scheme == "imap" and parts.hostname in _LOOPBACK:
        security = Security.NONE
    server = Server(parts.hostname, port or _PORTS[parts.scheme], security, str(ca_file) if ca_file else "")
    return server, unquote(parts.username)


def login_of(user: str, password_env: str, password_file: Path | None) -> Login:
    """Raises ConfigError where there is no password and nobody to ask."""
    if password_env or password_file is not None:
        return Login(user, Secret(env=password_env, file=password_file).read())
    if not sys.stdin.isatty():
        raise ConfigError("The password can't be asked for: standard input is no terminal.", "Use --password-env.")
    return Login(user, getpass.getpass(f"Password of {user}: "))

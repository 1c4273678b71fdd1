"""How to reach a mail server and who to be there. Made from the configuration."""

import ipaddress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from triage.vocabulary.policy import SentCopy


class Security(StrEnum):
    """TLS is verified in both cases (F21)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Plain text: accepted for loopback addresses only, refused by the configuration otherwise."""


def is_loopback(host: str) -> bool:
    """Whether that name or address is this machine: what goes there crosses no network."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Login:
    """What to log in with at this moment: a password or an OAuth2 access token. Never logged, never shown."""

    user: str
    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)


class Credentials(Protocol):
    """Yields a fresh `Login`; refreshes OAuth2 tokens before they expire (F20)."""

    def login(self) -> Login: ...
    def digest(self) -> str:
        """Changes when the user changes the credentials; tells nothing of them."""
        ...

    def forget(self) -> None:
        """A server refused what `login` gave: keep nothing of it, so that the next one is fresh (F20)."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server's address. Timeouts in seconds."""

    host: str
    port: int
    security: Security = Security.TLS
    ca_file: str = ""
    """PEM file of a private authority to trust beside the system's."""
    connect_timeout: float = 15.0
    read_timeout: float = 60.0


class FirstRun(StrEnum):
    """What to take of a mailbox seen for the first time."""

    NOW = "now"
    EVERYTHING = "everything"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class MailboxPlan:
    """What to read of an IMAP account, and how. Empty folder names: found by SPECIAL-USE (F13)."""

    account_id: str
    address: str
    inbox: str = "INBOX"
    sent: str = ""
    first_run: FirstRun = FirstRun.NOW
    since: date | None = None
    poll_seconds: float = 300.0
    """Upper bound between two looks, whatever IDLE says; at most 600."""
    idle: bool = True
    batch: int = 200
    max_size: int = 40_000_000
    """Bytes; a larger mail is listed with its headers, not fetched whole (F15)."""
    keyword: str = ""
    """Optional flag keyword to set on stored mails; empty leaves the server untouched (I12)."""
    move_to: str = ""
    """Optional folder to move stored INBOX mails to; empty leaves the server untouched."""


@dataclass(frozen=True, slots=True)
class SendingPlan:
    """How letters of an account leave."""

    account_id: str
    sender_name: str
    address: str
    sent_copy: SentCopy = SentCopy.APPEND
    answer_timeout: float = 600.0
    """Seconds to wait for the reply after the final dot (RFC 5321 4.5.3.2.6)."""

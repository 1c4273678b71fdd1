"""What a mail is, after parsing (RFC 5322, RFC 2045)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"})


def site_of(host: str) -> str:
    """The registrable part of a host or domain, roughly: the last two labels, three under `co.uk` and the like."""
    labels = host.lower().rstrip(".").split(".")
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if wide else -2 :])


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox. `email` is `local@domain` with the domain in lower case; `name` is the decoded display name."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    @property
    def key(self) -> str:
        """The form in which two addresses are compared: wholly lower case."""
        return self.email.lower()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part offered as a file. `name` is safe to show and to use as a file name; `size` in bytes, decoded."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with the mail as it came. `code` is stable, `detail` is for people."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The true inquiry inside a marketplace notice, a web-form mail or a forwarded mail."""

    source: str
    """Name of the pattern that matched, e.g. `alibaba`, `contact-form-7`, `forwarded`."""
    buyer: Address | None
    message: str
    fields: tuple[tuple[str, str], ...] = ()
    """Further labelled values: country, product, phone, company, quantity."""
    reply_to: Address | None = None
    """The address the platform wants the answer sent to, when it is not the buyer's own."""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail as values. Made by `triage.parsing.parse`, which never raises (H01-H08)."""

    subject: str = ""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    """The Date header, aware; None when missing or unreadable. Never used to order or measure (H21)."""
    date_zone_known: bool = False
    """False for `-0000` and zoneless dates: the offset then says nothing of where the writer sits."""
    message_id: str | None = None
    """With angle brackets, as it came."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """All headers in order: name in lower case, value decoded, on one line, without control characters."""
    text: str = ""
    """The whole readable text, quotes included."""
    newest_text: str = ""
    """What the writer wrote this time: without quotes, forwarded history and signature."""
    signature: str = ""
    html: str = ""
    """The HTML part as it came (hostile: never shown without the sanitiser), or the empty string."""
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[Defect, ...] = ()
    content_type: str = "text/plain"
    """Of the mail as a whole, in lower case; for multipart/report with its type,
    e.g. `multipart/report; report-type=delivery-status`."""
    wrapped: Wrapped | None = None
    size: int = 0

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        return next(self.header_values(name), None)

    def header_values(self, name: str) -> Iterator[str]:
        wanted = name.lower()
        return (value for key, value in self.headers if key == wanted)

    @property
    def writer(self) -> Address | None:
        """Who really asks: the buyer inside a wrapper, else the sender."""
        if self.wrapped is not None and self.wrapped.buyer is not None:
            return self.wrapped.buyer
        return self.sender

    @property
    def message(self) -> str:
        """The words to read and to answer: the wrapped message when there is one, else the newest text."""
        return self.wrapped.message if self.wrapped is not None and self.wrapped.message else self.newest_text


class Automatic(StrEnum):
    """Why a mail is not a person's mail to us (RFC 3834, RFC 3464, RFC 5965, RFC 2369)."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    FEEDBACK_REPORT = "feedback_report"
    CHALLENGE = "challenge"
    READ_RECEIPT = "read_receipt"
    NOTIFICATION = "notification"
    LIST = "list"
    OWN = "own"


class Delivery(StrEnum):
    """What a delivery report says became of a letter (RFC 3464 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    """The server still tries; a final report may follow."""
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Screening:
    """Whether a draft may be made. `automatic` None means a person wrote it."""

    automatic: Automatic | None
    reason: str = ""
    wants_no_reply: bool = False
    """The sender asks that no machine answer it: a fact apart from being a machine itself."""
    original_message_id: str | None = None
    """For bounces and notices: the Message-ID of the letter they speak of, when told."""
    delivery: Delivery | None = None
    """For bounces only: whether the letter is lost, late, or arrived after all."""

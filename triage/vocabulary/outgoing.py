"""A letter with all that becomes headers and bytes."""

from dataclasses import dataclass

from triage.vocabulary.mail import Address


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything of an outgoing mail but its Date, which is the moment of approval. `outbox.compose` makes bytes of
    it."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    html: str
    message_id: str
    """With angle brackets; ours, unguessable, made with the draft."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    unsubscribe: str = ""
    """Of a mailing: the address to write to for getting no more of them (RFC 2369)."""

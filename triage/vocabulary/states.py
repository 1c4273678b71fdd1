"""The states of messages and drafts, and the only legal moves between them (docs/architecture.md draws them)."""

from collections.abc import Mapping
from enum import StrEnum


class MessageStatus(StrEnum):
    """Each message is always in exactly one of these, and each can be listed (I2)."""

    STORED = "stored"
    """Raw bytes are safe; nothing else happened yet."""
    PROCESSED = "processed"
    """Parsed, screened, threaded, assessed; has a draft where one is due."""
    PARKED = "parked"
    """A step failed too often: listed, downloadable, replayable (F06)."""


class DraftStatus(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    CLAIMED = "claimed"
    """A dispatcher talks to the server; no byte of the body has left."""
    BODY_MAY_HAVE_LEFT = "body_may_have_left"
    """The mark: committed after the 354 reply and before the first byte of the body."""
    SENT = "sent"
    RETRY_LATER = "retry_later"
    """Provably not sent; goes out again with the same Message-ID."""
    REFUSED = "refused"
    """Provably not sent and not to be retried by itself; the server's words are kept."""
    UNCERTAIN = "uncertain"
    """No answer after the mark, or a restored database (F39): only evidence or a named person ends it (I7)."""
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    HELD = "held"
    """The conversation moved on (I11): a person looks again."""


_D = DraftStatus

DRAFT_MOVES: Mapping[DraftStatus, frozenset[DraftStatus]] = {
    _D.PROPOSED: frozenset({_D.APPROVED, _D.REJECTED, _D.SUPERSEDED, _D.HELD}),
    _D.APPROVED: frozenset({_D.CLAIMED, _D.PROPOSED, _D.REJECTED, _D.SUPERSEDED, _D.HELD, _D.UNCERTAIN}),
    _D.CLAIMED: frozenset({_D.BODY_MAY_HAVE_LEFT, _D.RETRY_LATER, _D.REFUSED, _D.HELD}),
    _D.BODY_MAY_HAVE_LEFT: frozenset({_D.SENT, _D.RETRY_LATER, _D.REFUSED, _D.UNCERTAIN}),
    _D.RETRY_LATER: frozenset({_D.CLAIMED, _D.PROPOSED, _D.REFUSED, _D.REJECTED, _D.HELD, _D.SUPERSEDED, _D.UNCERTAIN}),
    _D.UNCERTAIN: frozenset({_D.SENT, _D.REFUSED}),
    _D.REFUSED: frozenset({_D.PROPOSED, _D.REJECTED, _D.SUPERSEDED}),
    _D.HELD: frozenset({_D.PROPOSED, _D.REJECTED, _D.SUPERSEDED}),
    _D.SENT: frozenset(),
    _D.REJECTED: frozenset(),
    _D.SUPERSEDED: frozenset(),
}
"""From each state, where it may go. Approval, sending and people's decisions all pass through this table."""

IN_REVIEW = frozenset({_D.PROPOSED, _D.HELD, _D.REFUSED})
"""A reviewer may edit, approve (after release) or reject these."""
NEEDS_A_PERSON = frozenset({_D.PROPOSED, _D.HELD, _D.REFUSED, _D.UNCERTAIN})


class SentCopyStatus(StrEnum):
    """Apart from the send state on purpose: filing can never resend (I9)."""

    NONE = "none"
    PENDING = "pending"
    FILED = "filed"
    FAILED = "failed"


class Occasion(StrEnum):
    """Why a letter is written: to answer a mail, or by our own wish (R21, R22, R24)."""

    REPLY = "reply"
    NUDGE = "nudge"
    """The buyer is silent after a quotation or a sample."""
    DORMANT = "dormant"
    """The customer has been silent for long."""
    GREETING = "greeting"
    NEWS = "news"
    AFTER_COMPLAINT = "after_complaint"
    """Whether the remedy of a complaint worked."""


FOLLOW_UPS = frozenset(Occasion) - {Occasion.REPLY}
UNSENT_FOLLOW_UP = (_D.PROPOSED, _D.APPROVED, _D.RETRY_LATER, _D.HELD, _D.REFUSED)
"""States in which a follow-up can be taken back."""


class Fault(StrEnum):
    """Whose a complaint's cause is, as a person found (R24)."""

    OURS = "ours"
    CARRIER = "carrier"
    THEIRS = "theirs"
    NONE = "none"
    """A misunderstanding: nothing was wrong."""


class PromiseStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    DROPPED = "dropped"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


def may_move(before: DraftStatus, after: DraftStatus) -> bool:
    return after in DRAFT_MOVES[before]

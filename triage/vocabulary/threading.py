"""Which conversation a mail belongs to: what is looked up and what is answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored mail that the new one may belong with. `participants` in lower case, ours excluded; `ours` when we
    sent it.

    `subject`, `sender` and `received_at` matter only where the mail names no predecessor.
    """

    conversation_id: int
    rfc_message_id: str
    participants: frozenset[str]
    ours: bool
    subject: str = ""
    sender: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConversationMatch:
    """`conversation_id` None: a new conversation. `note` says in words what a reviewer should know of the choice."""

    conversation_id: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """Earlier mails that say nearly the same, the newest first: by the same writer, and by others."""

    theirs: tuple[int, ...] = ()
    of_others: tuple[int, ...] = ()

"""Email inquiry triage and reply drafting for exporters and B2B sellers.

    from triage import assess, draft

Both take the raw bytes of one mail. Everything heavy is loaded on the first call.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.api import AssessedMail, DraftedLetter

__all__ = ["assess", "draft"]


def assess(raw: bytes) -> "AssessedMail":
    """What a mail says and what it is worth. Never raises for the mail's sake; docs/contracts.md lists the fields."""
    from triage.api import assess_one

    return assess_one(raw, datetime.now(UTC))


def draft(raw: bytes) -> "DraftedLetter":
    """The reply to a mail: empty `text`, with the reason among `warnings`, where none is due."""
    from triage.api import draft_one

    return draft_one(raw, datetime.now(UTC))

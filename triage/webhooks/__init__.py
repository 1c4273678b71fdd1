"""SERVICE: others are told what happens here, signed, at least once, and never a word of a mail."""

from triage.webhooks.service import Webhooks

__all__ = ["Webhooks"]

"""Letters for the tests of the outbox."""

from dataclasses import replace
from datetime import UTC, datetime

from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope

DATE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


REPLY = Envelope(
    sender=Address("Li Wei", "sales@seller.example"),
    to=(Address("Anna Muster", "anna@buyer.example"),),
    cc=(),
    subject="Re: Valves",
    text="Dear Anna,\n\nThank you for your mail.\n\nLi Wei\n",
    html="<p>Dear Anna,</p><p>Thank you for your mail.</p>",
    message_id="<0123456789abcdef@seller.example>",
    in_reply_to="<first@buyer.example>",
    references=("<first@buyer.example>",),
)


def envelope(**changes: object) -> Envelope:
    """A reply to one buyer; every field can be changed."""
    return replace(REPLY, **changes)  # type: ignore[arg-type]

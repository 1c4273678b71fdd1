"""Where a customer stands, from the counts on the card and the time since the last contact (R20, R21).

| first that applies | segment |
|---|---|
| no contact for `lost_after` | lost |
| no contact for `dormant_after` | dormant |
| `loyal_orders` orders or more | key |
| at least one order | developing |
| `contacts` contacts and no order | set_aside |
| a second mail from the buyer | developing |
| otherwise | new |

The store asks the same table in SQL; a test holds the two together.
"""

from datetime import datetime, timedelta

from triage.vocabulary.customers import PATIENCE, Patience, Segment
from triage.vocabulary.records import CustomerRecord


def segment(card: CustomerRecord, now: datetime, patience: Patience = PATIENCE) -> Segment:
    """By the table above. A card without any contact is new."""
    silent = now - card.last_contact_at if card.last_contact_at is not None else timedelta()
    if silent >= patience.lost_after:
        return Segment.LOST
    if silent >= patience.dormant_after:
        return Segment.DORMANT
    if card.orders >= patience.loyal_orders:
        return Segment.KEY
    if card.orders:
        return Segment.DEVELOPING
    if contacts(card) >= patience.contacts:
        return Segment.SET_ASIDE
    return Segment.DEVELOPING if card.messages_in > 1 else Segment.NEW


def contacts(card: CustomerRecord) -> int:
    """Mails in both directions, calls, meetings and chats."""
    return card.messages_in + card.messages_out + card.meetings

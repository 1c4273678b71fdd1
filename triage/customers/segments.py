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
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from triage.vocabulary.records import CustomerRecord


class Segment(StrEnum):
    NEW = "new"
    DEVELOPING = "developing"
    KEY = "key"
    DORMANT = "dormant"
    LOST = "lost"
    SET_ASIDE = "set_aside"
    """Many contacts and no order: spend no more on it by yourself (R21)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often. A deal takes about twelve contacts; loyal is who bought three times."""

    contacts: int = 12
    loyal_orders: int = 3
    dormant_after: timedelta = timedelta(days=90)
    lost_after: timedelta = timedelta(days=365)


def segment(card: CustomerRecord, now: datetime, patience: Patience = Patience()) -> Segment:
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
    """Mails in both directions."""
    return card.messages_in + card.messages_out

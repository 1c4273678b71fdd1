"""How to bargain with this buyer over this matter: a hint, never a rule (R23)."""

from enum import StrEnum

from triage.customers import Segment
from triage.vocabulary.inquiry import Assessment, Kind, Quality, Tier


class Stance(StrEnum):
    GIVE_WAY = "give_way"
    """Important buyer, small matter."""
    WIN_WIN = "win_win"
    """Important buyer, important matter."""
    COMPETE = "compete"
    """Unimportant buyer, important matter."""
    SPEND_LITTLE = "spend_little"
    """Neither is important."""


_WEIGHTY = frozenset({Kind.RFQ, Kind.NEGOTIATION, Kind.ORDER, Kind.PAYMENT, Kind.COMPLAINT, Kind.COOPERATION})


def stance(found: Assessment, segment: Segment | None) -> Stance:
    """The buyer weighs by quality and segment; the matter by what is at stake and how it ranks."""
    buyer = found.buyer.quality is Quality.HIGH or segment is Segment.KEY
    matter = found.kind.kind in _WEIGHTY and found.priority.tier in (Tier.A, Tier.B)
    if buyer:
        return Stance.WIN_WIN if matter else Stance.GIVE_WAY
    return Stance.COMPETE if matter else Stance.SPEND_LITTLE

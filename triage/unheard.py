"""A customer who never wrote, as a case: what the card says, in place of what a mail would. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from triage.pipeline import Case
from triage.scoring.kind import certain
from triage.vocabulary.inquiry import (
    BuyerScore,
    BuyerType,
    History,
    Kind,
    MarketScore,
    Priority,
    Quality,
    Reading,
    Tier,
)
from triage.vocabulary.mail import Address, ParsedMail
from triage.vocabulary.records import CustomerRecord


def told_by(card: CustomerRecord | None) -> History:
    """What is known of them: never asked again (R5)."""
    if card is None:
        return History()
    return History(messages_out=card.messages_out, facts=card.facts, orders=card.orders)


def unheard(case: Case, card: CustomerRecord | None, to: Sequence[Address], history: History) -> Case:
    """Nothing is scored: nobody asked for anything. The letter is in the desk's first language, unless a person chooses
    another."""
    kind_of_buyer = (card.type if card is not None else None) or BuyerType.UNKNOWN
    return replace(
        case,
        unheard=True,
        mail=ParsedMail(sender=to[0] if to else None),
        reading=Reading(country=card.country if card is not None else None),
        history=history,
        kind=certain(Kind.OTHER, "card"),
        buyer=BuyerScore(0.0, Quality.NONE, kind_of_buyer),
        market=MarketScore(0.0),
        priority=Priority(0.0, Tier.D),
    )

"""What is worth keeping on a card, and how a card is named (R18)."""

from collections.abc import Mapping

from triage.vocabulary.inquiry import FactName
from triage.vocabulary.records import CustomerRecord

LASTING = frozenset(
    {
        FactName.COMPANY,
        FactName.PERSON,
        FactName.ROLE,
        FactName.BUSINESS,
        FactName.WEBSITE,
        FactName.PHONE,
        FactName.ADDRESS,
        FactName.EXPERIENCE_WITH_CHINA,
        FactName.CHANNELS,
        FactName.VOLUME_PER_YEAR,
    }
)
"""True of the buyer. Product, quantity, destination, price and deadline are true of one inquiry: the next may differ,
so that they must be asked for again (R5)."""


def lasting(facts: Mapping[FactName, str]) -> dict[FactName, str]:
    """The facts of a mail that belong on the card; empty ones tell nothing."""
    return {name: text for name, text in facts.items() if name in LASTING and text.strip()}


def display(card: CustomerRecord) -> str:
    """`Dana Whitfield, Harborview Hospitality (US)`, from what is known; never empty while the card has an address."""
    names = dict.fromkeys(part for part in (card.name.strip(), card.company.strip()) if part)
    named = ", ".join(names) or next(iter(card.addresses), "")
    return f"{named} ({card.country})" if named and card.country else named

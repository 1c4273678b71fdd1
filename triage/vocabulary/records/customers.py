"""A customer's card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from triage.vocabulary.customers import Source
from triage.vocabulary.inquiry import BuyerType, FactName, Quality, Stage


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """The card (R18)."""

    id: int
    name: str
    company: str
    country: str | None
    addresses: tuple[str, ...]
    facts: Mapping[FactName, str] = field(default_factory=dict)
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    orders: int = 0
    do_not_contact: bool = False
    note: str = ""
    type: BuyerType | None = None
    importance: Quality | None = None
    stage: Stage | None = None
    meetings: int = 0
    """Calls, meetings and chats that people noted."""
    value: float = 0.0
    """Of all orders whose amount is known, in the currency the desk keeps its books in."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where each value comes from, by the name of the field or fact."""
    greets: str = ""
    """Faiths whose holidays this customer keeps, as a person noted: `christian, muslim`."""

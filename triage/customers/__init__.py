"""The customer book's own logic: what a card keeps, how it is shown, which segment it falls into (R18-R21)."""

from triage.customers.book import display, lasting
from triage.customers.segments import Patience, Segment, contacts, segment

__all__ = ["Patience", "Segment", "contacts", "display", "lasting", "segment"]

"""The customer book's own logic: what a card keeps, how it is shown, which segment and region it falls into, what makes
two cards look like one customer's (R18-R21)."""

from triage.customers.book import display, lasting
from triage.customers.domains import company_domain
from triage.customers.filters import parse_filter, parse_sort, split_words
from triage.customers.regions import countries, region_of
from triage.customers.segments import contacts, segment
from triage.customers.telling import person_told, with_told
from triage.customers.traits import traits
from triage.vocabulary.customers import Patience, Segment

__all__ = [
    "Patience",
    "Segment",
    "company_domain",
    "contacts",
    "countries",
    "display",
    "lasting",
    "parse_filter",
    "parse_sort",
    "person_told",
    "region_of",
    "segment",
    "split_words",
    "traits",
    "with_told",
]

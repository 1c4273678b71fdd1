"""When two people must approve: what is at stake in a letter, by the rules of the configuration (S05)."""

import re
from dataclasses import dataclass

from triage.vocabulary.inquiry import FactName, Kind, Reading
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import DraftRecord

_NUMBER = r"\d{1,3}(?:[,' \u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBERS = re.compile(_NUMBER)
_CURRENCY = r"(?:USD|EUR|GBP|CNY|RMB|JPY|AUD|CAD|CHF|US\$|[$€£¥])"
_AMOUNTS = re.compile(rf"{_CURRENCY}\s?({_NUMBER})|({_NUMBER})\s?{_CURRENCY}")


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """`above` is a value in whatever currency the mail or the letter speaks of; 0: values do not matter."""

    above: float
    complaints: bool

    def why(self, uow: UnitOfWork, draft: DraftRecord) -> str:
        """In words, or empty when one person is enough."""
        if not self.above and not self.complaints:
            return ""
        reading = Reading()
        if draft.message_id is not None:
            if self.complaints and uow.messages.get(draft.message_id).kind is Kind.COMPLAINT:
                return "it answers a complaint"
            stored = uow.messages.assessment_of(draft.message_id)
            reading = stored.assessment.reading if stored and stored.assessment else reading
        stake = max(deal_value(reading), largest_amount(draft.letter.text))
        return f"{stake:,.0f} are at stake" if self.above and stake >= self.above else ""


def deal_value(reading: Reading) -> float:
    """Quantity times target price as the buyer told them; 0 when either is not told."""
    quantity = _first_number(reading.facts.get(FactName.QUANTITY, ""))
    return quantity * _first_number(reading.facts.get(FactName.TARGET_PRICE, ""))


def largest_amount(text: str) -> float:
    """The largest sum of money that a letter names."""
    return max((_value(found[1] or found[2]) for found in _AMOUNTS.finditer(text)), default=0.0)


def _first_number(text: str) -> float:
    found = _NUMBERS.search(text)
    return _value(found[0]) if found else 0.0


def _value(number: str) -> float:
    return float(re.sub(r"[,' \u00a0]", "", number))

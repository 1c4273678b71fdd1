"""What a mail that orders adds to the customer's card: one order, and its total where the mail says it (R20).

Each function works inside the caller's unit of work and does not commit.
"""

from datetime import datetime, timedelta

from triage.vocabulary.customers import ContactKind, NewContact
from triage.vocabulary.inquiry import FactName, Kind, Reading
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import MessageRecord

SAME_ORDER = timedelta(days=30)


def amount_of(uow: UnitOfWork, sender: str, at: datetime, reading: Reading, currency: str) -> float | None:
    """The one total that the mail tells, if it is in the currency of the books. None also where the customer ordered
    for the same total within a month: that is the same order, sent again."""
    told = next((item.value for item in reading.told if item.fact is FactName.ORDER_TOTAL), "")
    code, _, total = told.partition(" ")
    if code != currency or not total:
        return None
    card = uow.customers.by_address(sender)
    earlier = uow.customers.contacts(card.id) if card is not None else ()
    again = any(
        contact.kind is ContactKind.ORDER and contact.amount == float(total) and abs(at - contact.at) < SAME_ORDER
        for contact in earlier
    )
    return None if again else float(total)


def recount(uow: UnitOfWork, message: MessageRecord, kind: Kind, currency: str) -> None:
    """A person said what the mail is: the customer's orders follow."""
    if kind is not Kind.ORDER:
        uow.customers.drop_order(message.id)
        return
    card, stored = uow.customers.by_address(message.sender), uow.messages.assessment_of(message.id)
    if card is None or stored is None:
        return
    reading = stored.assessment.reading if stored.assessment is not None else Reading()
    order = NewContact(
        card.id,
        ContactKind.ORDER,
        message.received_at,
        address=message.sender,
        amount=amount_of(uow, message.sender, message.received_at, reading, currency),
        message_id=message.id,
    )
    uow.customers.add_contact(order)

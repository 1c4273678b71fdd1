"""Where the business stands after this mail (PLAYBOOK, Stages), by its kind and the history."""

from collections.abc import Mapping

from triage.vocabulary.inquiry import History, Kind, Point, Reading, Stage

_BY_KIND: Mapping[Kind, Stage] = {
    Kind.RFQ: Stage.QUOTATION,
    Kind.SAMPLE_REQUEST: Stage.SAMPLE,
    Kind.NEGOTIATION: Stage.NEGOTIATION,
    Kind.ORDER: Stage.ORDER,
    Kind.PAYMENT: Stage.ORDER,
    Kind.LOGISTICS: Stage.SHIPMENT,
    Kind.AFTER_SALE: Stage.AFTER_SALE,
    Kind.COMPLAINT: Stage.COMPLAINT,
}
"""A first contact that asks to quote stated goods is at `quotation`: what and how many is told, so that the questions
of that stage (budget, yearly volume, who decides) are the useful ones."""

_BY_POINT: Mapping[Point, Stage] = {
    Point.REFUND: Stage.COMPLAINT,
    Point.REPLACEMENT: Stage.COMPLAINT,
    Point.ORDER_STATUS: Stage.SHIPMENT,
    Point.DISCOUNT: Stage.NEGOTIATION,
    Point.SAMPLE: Stage.SAMPLE,
    Point.PRICE: Stage.QUOTATION,
}
"""In a conversation that goes on, what is asked moves it where the kind does not."""


def stage(kind: Kind, reading: Reading, history: History) -> Stage:
    """The stage after this mail. A follow-up stays where the conversation was; a sleeper who writes again is awake."""
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    known = history.messages_in > 0 or history.orders > 0
    before = history.stage if history.stage is not Stage.DORMANT else None
    if kind is Kind.FOLLOW_UP and before is not None:
        return before
    if known:
        for point, moved in _BY_POINT.items():
            if point in reading.points:
                return moved
        if before is not None:
            return before
    return Stage.FIRST_INQUIRY

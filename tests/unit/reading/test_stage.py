"""Stage: the kind decides, the history says where we were."""

import pytest

from triage.reading import stage
from triage.vocabulary.inquiry import Asked, History, Kind, Point, Reading, Stage

NEW = History()
KNOWN = History(messages_in=2, messages_out=1, stage=Stage.QUOTATION)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.INQUIRY, Stage.FIRST_INQUIRY),
        (Kind.RFQ, Stage.QUOTATION),
        (Kind.SAMPLE_REQUEST, Stage.SAMPLE),
        (Kind.NEGOTIATION, Stage.NEGOTIATION),
        (Kind.ORDER, Stage.ORDER),
        (Kind.PAYMENT, Stage.ORDER),
        (Kind.LOGISTICS, Stage.SHIPMENT),
        (Kind.AFTER_SALE, Stage.AFTER_SALE),
        (Kind.COMPLAINT, Stage.COMPLAINT),
        (Kind.COOPERATION, Stage.FIRST_INQUIRY),
        (Kind.OTHER, Stage.FIRST_INQUIRY),
    ],
)
def test_a_first_mail_by_its_kind(kind: Kind, expected: Stage) -> None:
    assert stage(kind, Reading(), NEW) is expected


def test_a_follow_up_stays_where_the_conversation_was() -> None:
    reading = Reading(asked=(Asked(Point.DISCOUNT, "discount"),))
    assert stage(Kind.FOLLOW_UP, reading, KNOWN) is Stage.QUOTATION


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (Point.REFUND, Stage.COMPLAINT),
        (Point.ORDER_STATUS, Stage.SHIPMENT),
        (Point.DISCOUNT, Stage.NEGOTIATION),
        (Point.SAMPLE, Stage.SAMPLE),
        (Point.WARRANTY, Stage.QUOTATION),
    ],
)
def test_in_a_conversation_what_is_asked_moves_it(point: Point, expected: Stage) -> None:
    assert stage(Kind.INQUIRY, Reading(asked=(Asked(point, "x"),)), KNOWN) is expected


def test_who_writes_again_is_not_dormant() -> None:
    sleeper = History(messages_in=3, stage=Stage.DORMANT)
    assert stage(Kind.INQUIRY, Reading(), sleeper) is Stage.FIRST_INQUIRY


def test_a_complaint_is_one_whatever_came_before() -> None:
    assert stage(Kind.COMPLAINT, Reading(), KNOWN) is Stage.COMPLAINT

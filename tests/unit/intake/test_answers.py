from datetime import UTC, datetime

import pytest

from triage.intake.cursor import Announced
from triage.intake.imap.answers import usual_answers

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RAW = b"Subject: a\r\n\r\nbody"
USUAL = b'1 (UID 7 RFC822.SIZE 18 INTERNALDATE "05-Oct-2026 12:00:00 +0800" BODY[] {18}'
ARRIVED = datetime(2026, 10, 5, 4, tzinfo=UTC)


def test_usual_answers_are_read_wherever_their_items_stand() -> None:
    data = [
        (USUAL, RAW),
        b")",
        b"9 (FLAGS (\\Seen))",
        (b"2 (FLAGS (\\Seen) BODY[] {18}", RAW),
        b' INTERNALDATE " 5-Oct-2026 00:00:00 -0400" RFC822.SIZE 18 UID 8)',
    ]
    assert usual_answers(data, NOW) == {7: (Announced(7, 18, ARRIVED), RAW), 8: (Announced(8, 18, ARRIVED), RAW)}


@pytest.mark.parametrize(
    "data",
    [
        [None],
        [],
        [b"1 (UID 7 RFC822.SIZE 18 BODY[] NIL)"],
        [b'1 (UID 7 RFC822.SIZE 4 BODY[] "body")'],
        [(USUAL, b""), b")"],
        [(b"1 (RFC822.SIZE 18 BODY[] {18}", RAW), b")"],
        [(b"1 (UID 7 BODY[] {18}", RAW), b")"],
        [(b"1 (UID 7 RFC822.SIZE 18 BODY[HEADER] {18}", RAW), b")"],
    ],
)
def test_f05_answers_of_another_shape_are_left_to_the_library(data: list[object]) -> None:
    assert usual_answers(data, NOW) == {}


@pytest.mark.parametrize(
    "date", [b'"31-Feb-2026 12:00:00 +0000"', b'"05-Xxx-2026 12:00:00 +0000"', b'"01-Jan-0001 00:00:00 +2300"', b"NIL"]
)
def test_h21_an_unreadable_arrival_is_now(date: bytes) -> None:
    data = [(b"1 (UID 7 RFC822.SIZE 18 INTERNALDATE " + date + b" BODY[] {18}", RAW), b")"]
    assert usual_answers(data, NOW)[7][0].received_at == NOW


def test_words_in_a_body_are_no_items() -> None:
    data = [(USUAL, b"UID 99 RFC822.SIZE 1"), b")"]
    assert list(usual_answers(data, NOW)) == [7]

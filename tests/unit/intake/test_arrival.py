from datetime import UTC, datetime

import pytest

from triage.intake.arrival import HEADER_CAP, arrived_at, header_block

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FALLBACK = datetime(2026, 1, 1, tzinfo=UTC)
DELIVERED = datetime(2026, 5, 5, tzinfo=UTC)
TWO_HOPS = (
    b"Received: from mx.example.com by mail.seller.example;\r\n\tTue, 3 Nov 2026 10:00:05 +0800 (CST)\r\n"
    b"Received: from buyer.example by mx.example.com; Tue, 3 Nov 2026 01:59:00 +0000\r\n"
    b"Date: Tue, 3 Nov 2026 01:58:00 +0000\r\n\r\nDate: Mon, 2 Nov 2026 00:00:00 +0000\r\n"
)


def test_r01_the_topmost_received_header_is_the_arrival() -> None:
    assert arrived_at(TWO_HOPS, DELIVERED, FALLBACK, NOW) == datetime(2026, 11, 3, 2, 0, 5, tzinfo=UTC)


def test_without_received_the_archives_own_date_counts_then_the_date_header_then_the_file() -> None:
    dated = b"Date: Tue, 3 Nov 2026 01:58:00 +0100\n\nbody"
    assert arrived_at(dated, DELIVERED, FALLBACK, NOW) == DELIVERED
    assert arrived_at(dated, None, FALLBACK, NOW) == datetime(2026, 11, 3, 0, 58, tzinfo=UTC)
    assert arrived_at(b"Subject: x\n\nDate: Tue, 3 Nov 2026 01:58:00 +0100", None, FALLBACK, NOW) == FALLBACK


@pytest.mark.parametrize(
    "value",
    [
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"Tue, 3 Nov 2099 01:58:00 +0000",
        b"Thu, 1 Jan 1970 00:00:00 +0000",
        b"Mon, 32 Nov 2026 25:61:00 +0000",
        b"(((((",
        b"",
        b"\xff\xfe\x00",
        b"x" * 100_000,
        b"Tue, 3 Nov 2026 01:58:00 +99999999999",
    ],
)
def test_h21_impossible_dates_are_not_believed(value: bytes) -> None:
    raw = b"Received: from a by b; " + value + b"\nDate: " + value + b"\n\nbody"
    assert arrived_at(raw, None, FALLBACK, NOW) == FALLBACK


def test_h08_headers_end_at_the_empty_line_or_at_the_cap() -> None:
    assert header_block(b"A: b\r\n\r\nbody") == b"A: b\r\n\r\n"
    assert header_block(b"A: b\n\nbody\n\nmore") == b"A: b\n\n"
    assert len(header_block(b"A" * 1_000_000)) == HEADER_CAP

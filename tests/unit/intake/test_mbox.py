import io
import time
from datetime import UTC, datetime

import pytest

from triage.intake import mbox
from triage.intake.mbox import divider_date, split_mbox, starts_as_mbox

DIVIDER = b"From buyer@example.com Mon Nov 23 08:46:54 2026\n"


def raws(data: bytes) -> list[bytes]:
    return [piece.raw for piece in split_mbox(io.BytesIO(data))]


def test_mails_are_divided_and_the_empty_line_between_belongs_to_neither() -> None:
    data = DIVIDER + b"Subject: a\n\none\n\n" + DIVIDER + b"Subject: b\n\ntwo\n"
    assert raws(data) == [b"Subject: a\n\none\n", b"Subject: b\n\ntwo\n"]


def test_carriage_returns_are_kept() -> None:
    divider = DIVIDER.replace(b"\n", b"\r\n")
    assert raws(divider + b"A: b\r\n\r\none\r\n\r\n" + divider + b"A: c\r\n\r\ntwo") == [
        b"A: b\r\n\r\none\r\n",
        b"A: c\r\n\r\ntwo",
    ]


def test_quoted_from_lines_lose_one_mark() -> None:
    body = b">From the factory\n>>From a quote\n> From a reply\n"
    assert raws(DIVIDER + b"A: b\n\n" + body) == [b"A: b\n\nFrom the factory\n>From a quote\n> From a reply\n"]


@pytest.mark.parametrize(
    "line",
    [
        b"From the catalogue we would like item 7.\n",
        b"From 2026 on we buy at 10:30 each day\n",
        b"From: someone@example.com\n",
        b"FROM buyer@example.com Mon Nov 23 08:46:54 2026\n",
    ],
)
def test_a_sentence_that_starts_with_from_divides_nothing(line: bytes) -> None:
    data = DIVIDER + b"A: b\n\nhello\n\n" + line + b"more\n"
    assert raws(data) == [b"A: b\n\nhello\n\n" + line + b"more\n"]


def test_a_divider_needs_an_empty_line_before_it() -> None:
    assert len(raws(DIVIDER + b"A: b\n\nhello\n" + DIVIDER + b"more\n")) == 1


@pytest.mark.parametrize(
    ("line", "when"),
    [
        (DIVIDER, datetime(2026, 11, 23, 8, 46, 54, tzinfo=UTC)),
        (b"From 1234@xxx Mon Nov 23 08:46:54 +0800 2026\r\n", datetime(2026, 11, 23, 0, 46, 54, tzinfo=UTC)),
        (b"From a@example.com Mon Nov  2 08:46:54 2026 -0500\n", datetime(2026, 11, 2, 13, 46, 54, tzinfo=UTC)),
        (b"From a@example.com Mon Nov 23 08:46 2026\n", datetime(2026, 11, 23, 8, 46, tzinfo=UTC)),
        (b"From - Mon Nov 23 08:46:54 2026\n", None),
        (b"From - \n", None),
        (b"From a@example.com Mon Nov 99 08:46:54 2026\n", None),
    ],
)
def test_dividers_tell_the_arrival_or_nothing(line: bytes, when: datetime | None) -> None:
    assert starts_as_mbox(line)
    assert divider_date(line) == when


@pytest.mark.parametrize("head", [b"", b"Return-Path: <>\n", b"From: a@example.com\n", b"Received: from a\nFrom b\n"])
def test_a_single_mail_is_not_taken_for_an_mbox(head: bytes) -> None:
    assert starts_as_mbox(head) is False


def test_offsets_and_sizes_add_up() -> None:
    data = DIVIDER + b"A: b\n\n>From x\n\n" + DIVIDER + b"A: c\n\ntwo\n"
    pieces = list(split_mbox(io.BytesIO(data)))
    assert [piece.size for piece in pieces] == [len(piece.raw) for piece in pieces]
    assert (pieces[0].end, pieces[1].end) == (len(DIVIDER) + len(b"A: b\n\n>From x\n\n"), len(data))


def test_f15_of_an_enormous_mail_only_the_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_KEPT", 200_000)
    data = DIVIDER + b"A: b\n\n" + b"x" * 1_000_000 + b"\n\n" + DIVIDER + b"A: c\n\ntwo\n"
    first, second = split_mbox(io.BytesIO(data))
    assert first.size == 1_000_007
    assert len(first.raw) < 300_000
    assert second.raw == b"A: c\n\ntwo\n"


@pytest.mark.parametrize("filler", [b"From ", b">", b"From 1:2 ", b"\n", b"From \n", b"\nFrom 10:10 "])
def test_i13_hostile_archives_are_read_in_linear_time(filler: bytes) -> None:
    started = time.process_time()
    list(split_mbox(io.BytesIO(DIVIDER + filler * (4_000_000 // len(filler)))))
    assert time.process_time() - started < 8.0

"""What may cross the wire (H25, H27)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.outbox.wire import dot_stuffed, is_well_formed, readable


@pytest.mark.parametrize("data", [b"a\r\n", b"\r\n", b".\r\n", b"x" * 998 + b"\r\n", b"a\r\n\r\n.\r\nb\r\n"])
def test_well_formed(data: bytes) -> None:
    assert is_well_formed(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"a\n",
        b"a\r",
        b"a\nb\r\n",
        b"a\rb\r\n",
        b"a\r\r\n",
        b"\n\r\n",
        b"a\0\r\n",
        b"\xff\r\n",
        b"x" * 999 + b"\r\n",
    ],
)
def test_not_well_formed(data: bytes) -> None:
    assert not is_well_formed(data)


@given(st.lists(st.text("ab.", max_size=5), min_size=1))
def test_stuffing_is_undone_by_the_receiver_and_holds_no_end(lines: list[str]) -> None:
    data = "".join(f"{line}\r\n" for line in lines).encode()
    stuffed = dot_stuffed(data)
    received = stuffed.decode().split("\r\n")[:-1]
    assert "." not in received
    assert [line.removeprefix(".") if line.startswith(".") else line for line in received] == lines


@given(st.binary(max_size=3000))
def test_words_are_one_short_line(reply: bytes) -> None:
    words = readable(reply)
    assert len(words) <= 500
    assert words.isprintable()

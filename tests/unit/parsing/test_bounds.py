"""No input holds the worker: every hostile mail is read within its time, and the largest within its memory (I13)."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.parsing import hostile
from triage.parsing import parse
from triage.screening import screen

MEGABYTE = 1_000_000
SECONDS = 2.0
"""Of processor time, for one mail of whatever size."""


def took(raw: bytes) -> float:
    start = time.thread_time()
    mail = parse(raw)
    screen(mail)
    assert "parse-failed" not in [defect.code for defect in mail.defects]
    return time.thread_time() - start


@pytest.mark.parametrize(("place", "pieces"), hostile.PLACES, ids=[place.__name__ for place, _ in hostile.PLACES])
def test_whatever_is_repeated_is_read_in_time(place: Callable[[str, int], bytes], pieces: list[str]) -> None:
    size = MEGABYTE if place is hostile.in_text else MEGABYTE // 4
    slow = {piece: seconds for piece in pieces if (seconds := took(place(piece, size))) > SECONDS}
    assert slow == {}


@pytest.mark.parametrize("name", hostile.structures(10))
def test_whatever_the_structure_it_is_read_in_time(name: str) -> None:
    assert took(hostile.structures(20 * MEGABYTE)[name]) < SECONDS


def test_twice_the_text_takes_no_more_than_thrice_the_time() -> None:
    """Below the caps; beyond them time stands still."""
    for piece in ("On 3/3/2026 10:00 a <a@b.example> \n", "From: a\n", "| a | b |\n", "Name: a\n", "> x\nx\n"):
        once = min(took(hostile.in_text(piece, 10_000)) for _ in range(4))
        twice = min(took(hostile.in_text(piece, 20_000)) for _ in range(4))
        assert twice < 3 * once + 0.02, piece


@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is of Unix")
def test_memory_stays_within_a_few_times_the_mail() -> None:
    program = (
        "import resource, sys\n"
        "from tests.unit.parsing import hostile\n"
        "from triage.parsing import parse\n"
        "raw = hostile.structures(20_000_000)[sys.argv[1]]\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "parse(raw)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    root = Path(__file__).parents[3]
    for name in ("base64", "empty parts", "one line", "uuencode"):
        command = [sys.executable, "-c", program, name]
        grown = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
        assert int(grown) * (1 if sys.platform == "darwin" else 1024) < 300 * MEGABYTE, name

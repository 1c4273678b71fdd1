"""Replies in plain text, each a habit of a mail program or of its user: inline, below, wrapped, from a phone."""

import json
from pathlib import Path

import pytest

from triage.parsing.quotes import split_text

REPLIES = json.loads((Path(__file__).parents[2] / "data" / "replies.json").read_text("utf-8"))


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("reply", REPLIES, ids=range(len(REPLIES)))
def test_the_writers_own_words_come_out(reply: dict[str, str]) -> None:
    assert lines(split_text(reply["text"], "Ana Ruiz").body) == lines(reply["own"])

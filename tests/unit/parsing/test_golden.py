"""Fictional mails, one trap each, with the result read and approved by a person."""

import json
from pathlib import Path

import pytest

from tests.unit.parsing.golden import facts

MAILS = sorted((Path(__file__).parents[2] / "data" / "mails").glob("*.eml"))


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_golden_mail_reads_as_approved(mail: Path) -> None:
    assert facts(mail.read_bytes()) == json.loads(mail.with_suffix(".json").read_text("utf-8"))


def test_there_is_a_golden_corpus() -> None:
    assert len(MAILS) >= 40

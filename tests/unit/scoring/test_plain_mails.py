"""Plain everyday mails, whose kind no reader would doubt: no model is shipped that fails one. None is trained on.

Thirty (own-...) are by the writer of the corpus; eighty (other-...) by one who knew neither corpus nor guide.
"""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from triage.desk import mail_reader
from triage.scoring.kind import KindModel

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "tests" / "data" / "plain_mails.jsonl").read_text("utf-8").splitlines()
MAILS: list[dict[str, str]] = [json.loads(line) for line in LINES]


@pytest.fixture(scope="module")
def model() -> KindModel:
    return KindModel.load(ROOT / "models" / "kind.model", second_look=False)


@pytest.mark.parametrize("row", MAILS, ids=[row["id"] for row in MAILS])
def test_a_plain_mail_is_known_for_sure(model: KindModel, row: dict[str, str]) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = f"{row['from_name']} <{row['from']}>", "sales@seller.example"
    letter["Subject"] = row["subject"]
    letter.set_content(row["text"])
    (told,) = model.predict([mail_reader(letter.as_bytes())])
    assert (told.kind, told.unsure) == (row["kind"], False)


def test_none_is_trained_on() -> None:
    corpus = "".join(path.read_text("utf-8") for path in (ROOT / "models" / "corpus").glob("*.jsonl"))
    assert len(corpus) > 1_000_000
    assert [row["id"] for row in MAILS if json.dumps(row["text"], ensure_ascii=False)[1:-1] in corpus] == []

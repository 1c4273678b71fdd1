"""The shipped training mails keep the form and the breadth that models/corpus/GUIDE.md promises."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from triage.vocabulary.inquiry import Kind

FOLDER = Path(__file__).parents[3] / "models" / "corpus"
ROWS = [json.loads(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
GUIDE = (FOLDER / "GUIDE.md").read_text("utf-8")
MAIN = ("en", "zh", "es", "pt", "fr", "de", "it", "ru", "ar", "tr", "ja", "ko")
FIELDS = {"id", "group", "lang", "kind", "quality", "batch", "subject", "text"}
OPTIONAL = {"from_name", "from", "headers", "html", "files"}
RESERVED = re.compile(r"(\.example|(^|\.)example\.(com|org|net)|\.test|\.invalid)$")


def test_every_kind_is_well_supplied() -> None:
    assert min(Counter(row["kind"] for row in ROWS).values()) >= 60


@pytest.mark.parametrize("language", MAIN)
def test_no_main_language_lacks_a_kind(language: str) -> None:
    own = Counter(row["kind"] for row in ROWS if row["lang"] == language)
    assert set(own) == set(Kind)
    assert own.total() >= 45


def test_an_id_tells_language_and_kind() -> None:
    assert [row["id"] for row in ROWS if not re.fullmatch(rf"{row['lang']}-{row['kind']}-\d+", row["id"])] == []


def test_no_unknown_fields_and_no_text_twice() -> None:
    assert {field for row in ROWS for field in row} <= FIELDS | OPTIONAL
    texts = Counter(" ".join(re.findall(r"\w+", row["text"].lower())) for row in ROWS)
    assert [text for text, count in texts.items() if count > 1] == []


def test_only_reserved_domains_are_named() -> None:
    hosts = re.findall(
        r"(?:@|://|www\.)([\w-]+(?:\.[\w-]+)+)", "\n".join(row["text"] + " " + row.get("from", "") for row in ROWS)
    )
    assert len(hosts) > 100
    assert [host for host in hosts if not RESERVED.search(host)] == []


def test_the_guide_counts_right() -> None:
    kinds = {kind: int(count) for kind, count in re.findall(r"^\| `(\w+)` \| (\d+) \| \d+ \|$", GUIDE, re.MULTILINE)}
    assert kinds == Counter(row["kind"] for row in ROWS)
    assert f"{len(ROWS):,} mails. By quality" in GUIDE

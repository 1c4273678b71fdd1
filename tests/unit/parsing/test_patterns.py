"""A user's own patterns of marketplaces and web forms: read, tried first, refused with the fault named."""

import re
from pathlib import Path

import pytest

from triage.config import load
from triage.desk import wrappers_of
from triage.errors import ConfigError
from triage.parsing import load_patterns, parse, shipped_patterns
from triage.vocabulary.mail import Address

DOCUMENTED = Path(__file__).parents[3] / "docs" / "wrappers.md"
LEAD = b"""From: Fair <lead@fair-portal.example>
Reply-To: r7@fair-portal.example
Subject: New lead

Kofi Mensah asks for a quotation

Visitor mail: kofi@duka.example
Stand item: SL-20
What they need: 1000 lamps.
CIF Tema?

Open this lead
"""


def documented() -> str:
    """The example of docs/wrappers.md."""
    found = re.search(r"```toml\n(.*?)```", DOCUMENTED.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_documented_pattern_works(tmp_path: Path) -> None:
    (tmp_path / "wrappers.toml").write_text(documented(), encoding="utf-8")
    (tmp_path / "config.toml").write_text('wrappers_file = "wrappers.toml"\n', encoding="utf-8")
    patterns = wrappers_of(load(tmp_path / "config.toml"))
    found = parse(LEAD, patterns).wrapped
    assert found is not None
    assert (found.source, found.buyer) == ("fair-portal", Address("Kofi Mensah", "kofi@duka.example"))
    assert found.message == "1000 lamps.\nCIF Tema?"
    assert found.fields == (("product", "SL-20"),)
    assert found.reply_to == Address("", "r7@fair-portal.example")
    assert parse(LEAD).wrapped is None


def test_the_shipped_patterns_stay(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(documented(), encoding="utf-8")
    patterns = load_patterns(tmp_path / "own.toml")
    assert [pattern.name for pattern in patterns.patterns[:2]] == ["fair-portal", "alibaba"]
    assert patterns.labels["nachricht"] == "message"
    assert len(patterns.patterns) == len(shipped_patterns().patterns) + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[wrapper]]\nrelay = true\n", "wrapper 1 has no name"),
        ('[[wrapper]]\nname = "x"\nphrases = "word"\n', "x.phrases is not a list of words"),
        ('[[wrapper]]\nname = "x"\nrelay = "yes"\n', "x.relay is no key, or not of its kind"),
        ('[[wrapper]]\nname = "x"\ncolour = "red"\n', "x.colour is no key, or not of its kind"),
        ('[[wrapper]]\nname = "x"\nname_from = ["("]\n', "is no regular expression"),
        ('[[wrapper]]\nname = "x"\nname_from = ["from (.*)"]\n', "has no group called name"),
        ('[wrappers]\nname = "x"\n', "there is no section 'wrappers'"),
        ("[labels]\nname = [7]\n", "labels.name is not a list of words"),
        ("[[wrapper]\n", "is not valid TOML"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(words)):
        load_patterns(tmp_path / "own.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml.*wrappers_file"):
        load_patterns(tmp_path / "nowhere.toml")

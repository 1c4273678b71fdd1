"""docs/audit-rules.md promises that each rule has a test which carries its id."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
RULES = (TESTS.parents[1] / "docs" / "audit-rules.md").read_text("utf-8")


def test_every_rule_has_a_test_and_every_named_rule_exists() -> None:
    rules = {rule.lower() for rule in re.findall(r"^- \*\*([AP]\d+) ", RULES, re.MULTILINE)}
    sources = [path.read_text("utf-8") for room in ("audit", "followups") for path in (TESTS / room).glob("test_*.py")]
    named = {rule for source in sources for rule in re.findall(r"def test_([ap]\d+)_", source)}
    assert named == rules
    assert len(rules) == 55

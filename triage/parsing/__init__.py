"""Raw bytes to values: `parse` never raises and is bounded in time and memory, whatever the mail holds (H01-H08)."""

from triage.parsing.html import newest_html
from triage.parsing.mime import parse
from triage.parsing.patterns import Patterns, load_patterns, shipped_patterns
from triage.parsing.quotes import newest_text

__all__ = ["Patterns", "load_patterns", "newest_html", "newest_text", "parse", "shipped_patterns"]

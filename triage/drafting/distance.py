"""How far a person's letter is from what the template made (R28)."""

from difflib import SequenceMatcher


def share_changed(base: str, text: str) -> float:
    """Edit distance in words as a share of the longer text, 0-1: 0 for the template's words as they were."""
    old, new = base.split(), text.split()
    if old == new:
        return 0.0
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    longest = max(len(old), len(new))
    return (longest - kept) / longest

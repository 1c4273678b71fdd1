"""How much of a draft people changed before it left (A27)."""

from collections.abc import Sequence

MOST_WORDS = 1_000
"""Words compared of each text: the time grows with the product."""


def edited_share(draft: str, letter: str) -> float:
    """Words inserted, deleted or replaced (Levenshtein), as a share of the longer text's words: 0 to 1."""
    before, after = draft.split()[:MOST_WORDS], letter.split()[:MOST_WORDS]
    longest = max(len(before), len(after))
    return distance(before, after) / longest if longest else 0.0


def distance(before: Sequence[str], after: Sequence[str]) -> int:
    """The fewest insertions, deletions and replacements that make one of the other."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    row = list(range(len(after) + 1))
    for number, word in enumerate(before, 1):
        diagonal, row[0] = row[0], number
        for place, other in enumerate(after, 1):
            cheapest = min(row[place], row[place - 1]) + 1
            diagonal, row[place] = row[place], min(cheapest, diagonal + (word != other))
    return row[-1]

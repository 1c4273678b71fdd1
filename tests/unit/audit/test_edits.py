import random

from hypothesis import given
from hypothesis import strategies as st

from triage.audit.edits import MOST_WORDS, distance, edited_share

WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=7)


def test_a27_the_share_is_of_the_longer_text_s_words() -> None:
    assert edited_share("Dear Karl, the price is 5 USD.", "Dear Karl, the price is 5 USD.") == 0
    assert edited_share("one two three four", "one two four") == 0.25
    assert edited_share("one two", "three four five") == 1
    assert edited_share("", "") == 0
    assert edited_share("", "new") == 1


def test_a27_a_long_text_costs_no_more_than_its_first_words() -> None:
    words = [str(random.Random(1).randrange(9)) for _ in range(MOST_WORDS * 5)]  # noqa: S311
    assert edited_share(" ".join(words), " ".join(reversed(words))) <= 1


@given(WORDS, WORDS)
def test_a27_the_distance_is_levenshtein_s(before: list[str], after: list[str]) -> None:
    assert distance(before, after) == _plain(tuple(before), tuple(after))


def _plain(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """By the definition."""
    if not before or not after:
        return len(before) + len(after)
    same = _plain(before[1:], after[1:]) + (before[0] != after[0])
    return min(same, _plain(before[1:], after) + 1, _plain(before, after[1:]) + 1)

import pytest

from triage.drafting.distance import share_changed


@pytest.mark.parametrize(
    ("base", "text", "share"),
    [
        ("a b c d", "a b c d", 0.0),
        ("a b c d", "a  b\nc d", 0.0),
        ("a b c d", "a b x d", 0.25),
        ("a b c d", "a b c d e f g h", 0.5),
        ("a b c d", "", 1.0),
        ("", "a", 1.0),
        ("", "", 0.0),
    ],
)
def test_the_share_of_words_that_a_person_changed(base: str, text: str, share: float) -> None:
    assert share_changed(base, text) == share

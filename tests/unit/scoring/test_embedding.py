"""What the sentence embedding said is kept, so that training need not ask again."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from triage.errors import ModelError
from triage.scoring.embedding import SIZE, keep, remembering


class Teller:
    """Tells a vector for each text, by its length, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.extend(texts)
        return np.array([np.full(SIZE, 1 / (2 + len(text))) for text in texts], dtype=np.float32)


def test_only_texts_that_are_not_kept_are_asked_for_and_the_order_stays(tmp_path: Path) -> None:
    teller, kept = Teller(), tmp_path / "vectors"
    keep(kept, ["a", "ccc"], list(teller(["a", "ccc"])))
    teller.asked.clear()
    told = remembering(teller, kept)(["bb", "ccc", "a", "dddd"])
    assert teller.asked == ["bb", "dddd"]
    assert told[:, 0] == pytest.approx([1 / 4, 1 / 5, 1 / 3, 1 / 6], abs=1e-4)


def test_it_makes_no_difference_which_were_kept(tmp_path: Path) -> None:
    teller, texts = Teller(), ["a", "bb", "ccc", "\ud800"]
    keep(tmp_path / "some", texts[:2], list(teller(texts[:2])))
    keep(tmp_path / "all", texts, list(teller(texts)))
    some, whole = (remembering(teller, tmp_path / name)(texts) for name in ("some", "all"))
    assert np.array_equal(some, whole)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_bytes(b"not a zip")
    with pytest.raises(ModelError):
        remembering(Teller(), tmp_path / "vectors")

"""What a text means, whatever its language, as a short vector: a small network over vectors of words.

It was taught once to give what a large sentence embedding gives (multilingual-e5-small, MIT), which takes some hundred
times as long: benchmarks/distil.py. The file `meaning.model` holds it as plain numbers; numpy alone runs it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelError
from triage.scoring import artifact

Floats = NDArray[np.float32]

MOST_PIECES = 96
"""People say what they want in the beginning, and each further word costs time."""
_LONGEST = 20
"""Letters of the longest part of a word that is looked up."""
_NOTHING = np.float32(1e-6)
_AT_ONCE = 16
"""Texts that go through the network together: what they come to there stays in the processor's cache."""


class Pieces(NamedTuple):
    """Rows of the words of a text or of their parts, and the share of each in its word."""

    rows: list[int]
    shares: list[float]


@dataclass(frozen=True, eq=False)
class Layer:
    """Adds to each word what it means beside its two neighbours."""

    weights: Floats
    bias: Floats
    out: Floats

    def __call__(self, words: Floats, blanks: Sequence[int]) -> Floats:
        """`words` are those of several texts; a blank row stands after each text, which so has no neighbours."""
        level = _level(words)
        level[blanks] = 0
        before, after = np.concatenate((level[-1:], level[:-1])), np.concatenate((level[1:], level[:1]))
        seen = np.concatenate((before, level, after), axis=1) @ self.weights + self.bias
        added: Floats = words + np.maximum(seen, 0.0) @ self.out
        return added


@dataclass(frozen=True, eq=False)
class Meaning:
    """Safe to share between threads."""

    index: Mapping[str, int]
    """Words and parts of words to their rows."""
    rows: NDArray[np.int8]
    """The last one, which is no word's, is a blank."""
    scales: Floats
    """`rows[i] * scales[i]` is the vector of a word."""
    weights: Floats
    """How much a word tells: rare ones more than `the`."""
    layers: tuple[Layer, ...]
    attention: Floats
    out: Floats
    bias: Floats
    version: str
    """A kind model learned from one version is of no use with another."""

    @property
    def size(self) -> int:
        return len(self.bias)

    def vectors(self, texts: Iterable[Iterable[str]]) -> Floats:
        """(texts, size), of the first `MOST_PIECES` of each text's words, which are in lower case; zeros where it knows
        none of them."""
        pieces = [pieces_of(words, self.index) for words in texts]
        vectors = np.zeros((len(pieces), self.size), dtype=np.float32)
        known = [number for number, text in enumerate(pieces) if text.rows]
        for begin in range(0, len(known), _AT_ONCE):
            some = known[begin : begin + _AT_ONCE]
            vectors[some] = self._through([pieces[number] for number in some])
        return vectors

    def _through(self, texts: Sequence[Pieces]) -> Floats:
        """What the network makes of texts that each have a piece."""
        ends = list(accumulate(len(text.rows) + 1 for text in texts))
        blanks = [end - 1 for end in ends]
        rows = [row for text in texts for row in (*text.rows, -1)]
        shares = [share for text in texts for share in (*text.shares, 0.0)]
        words = found = self.rows[rows] * self.scales[rows, None]
        weights = self.weights[rows] * np.array(shares, dtype=np.float32)
        for layer in self.layers:
            found = layer(found, blanks)
        level = _level(found)
        heed = np.exp(level @ self.attention + 0.5 * np.log(weights + _NOTHING)[:, None])
        gathered = [
            _gathered(level[begin:end], heed[begin:end], words[begin:end], weights[begin:end])
            for begin, end in zip((0, *ends), blanks, strict=False)
        ]
        vectors: Floats = np.array(gathered) @ self.out + self.bias
        return vectors


def _gathered(level: Floats, heed: Floats, words: Floats, weights: Floats) -> Floats:
    """Of one text: what each head of the attention heeds, the most of each number, and the mean of the bare words."""
    heeded = (heed / heed.sum(axis=0)).T @ level
    mean = weights @ words / (weights.sum() + _NOTHING)
    return np.concatenate((heeded.ravel(), level.max(axis=0), mean))


def pieces_of(words: Iterable[str], index: Mapping[str, int]) -> Pieces:
    """The first `MOST_PIECES` of the words' pieces."""
    pieces = Pieces([], [])
    for word in words:
        parts = parts_of(word, index)
        pieces.rows.extend(parts)
        pieces.shares.extend(1 / len(parts) for _ in parts)
        if len(pieces.rows) >= MOST_PIECES:
            break
    return Pieces(pieces.rows[:MOST_PIECES], pieces.shares[:MOST_PIECES])


def parts_of(word: str, index: Mapping[str, int]) -> list[int]:
    """Rows of the word itself where it is known, else of the longest parts that are, from its beginning on."""
    whole = index.get(word)
    if whole is not None:
        return [whole]
    parts, start = [], 0
    while start < len(word):
        for end in range(min(len(word), start + _LONGEST), start, -1):
            row = index.get(word[start:end])
            if row is not None:
                parts.append(row)
                start = end
                break
        else:
            start += 1
    return parts


@cache
def meaning() -> Meaning:
    """The network that came with triage, loaded once. Raises ModelError when its file is damaged."""
    with as_file(files("triage.scoring").joinpath("meaning.model")) as path:
        manifest, arrays = artifact.load(path)
    try:
        return _built(manifest, arrays)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(
            f"The word vectors {path} do not hold what they should: {error}.", "Install triage again."
        ) from error


def _built(manifest: Mapping[str, Any], arrays: artifact.Arrays) -> Meaning:
    words = arrays["words"].tobytes().decode("utf-8").split("\n")
    packed = arrays["rows"]
    rows = np.zeros((len(packed) + 1, packed.shape[1] * 2), dtype=np.int8)
    rows[:-1, ::2], rows[:-1, 1::2] = (packed & 15).astype(np.int8) - 8, (packed >> 4).astype(np.int8) - 8
    floats = {name: array.astype(np.float32) for name, array in arrays.items() if name not in ("words", "rows")}
    return Meaning(
        index={word: row for row, word in enumerate(words)},
        rows=rows,
        scales=np.append(floats["scales"], np.float32(0)),
        weights=np.append(floats["weights"], np.float32(0)),
        layers=tuple(
            Layer(floats[f"layer{n}_weights"], floats[f"layer{n}_bias"], floats[f"layer{n}_out"])
            for n in range(int(manifest["layers"]))
        ),
        attention=floats["attention"],
        out=floats["out"],
        bias=floats["bias"],
        version=str(manifest["version"]),
    )


def _level(words: Floats) -> Floats:
    """Each row with mean 0 and variance 1."""
    level: Floats = words - words.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", level, level) / np.float32(level.shape[1])
    level /= np.sqrt(variance + np.float32(1e-5))[:, None]
    return level

"""What a text means, whatever its language, as a short vector: a small network over vectors of words.

It was taught once to give what a large sentence embedding gives (multilingual-e5-small, MIT), which takes some hundred
times as long: benchmarks/distil.py. The file `meaning.model` holds it as plain numbers; numpy alone runs it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

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


@dataclass(frozen=True, eq=False)
class Layer:
    """Adds to each word what it means beside its two neighbours."""

    weights: Floats
    bias: Floats
    out: Floats

    def __call__(self, words: Floats) -> Floats:
        level = _level(words)
        blank = np.zeros_like(level[:1])
        beside = np.concatenate((blank, level[:-1])), level, np.concatenate((level[1:], blank))
        seen = np.concatenate(beside, axis=1) @ self.weights + self.bias
        added: Floats = words + np.maximum(seen, 0.0) @ self.out
        return added


@dataclass(frozen=True, eq=False)
class Meaning:
    """Safe to share between threads."""

    index: Mapping[str, int]
    """Words and parts of words to their rows."""
    rows: NDArray[np.int8]
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

    def vector(self, words: Iterable[str]) -> Floats:
        """Of the first `MOST_PIECES` of the words, which are in lower case; zeros when it knows none of them."""
        pieces, shares = pieces_of(words, self.index)
        if not pieces:
            return np.zeros(self.size, dtype=np.float32)
        found = self.rows[pieces] * self.scales[pieces, None]
        weights = self.weights[pieces] * np.array(shares, dtype=np.float32)
        mean = weights @ found / (weights.sum() + _NOTHING)
        for layer in self.layers:
            found = layer(found)
        level = _level(found)
        heed = np.exp(level @ self.attention + 0.5 * np.log(weights + _NOTHING)[:, None])
        heeded = (heed / heed.sum(axis=0)).T @ level
        result: Floats = np.concatenate((heeded.ravel(), level.max(axis=0), mean)) @ self.out + self.bias
        return result


def pieces_of(words: Iterable[str], index: Mapping[str, int]) -> tuple[list[int], list[float]]:
    """Rows of the first `MOST_PIECES` pieces, and the share of each in its word."""
    pieces: list[int] = []
    shares: list[float] = []
    for word in words:
        parts = parts_of(word, index)
        pieces.extend(parts)
        shares.extend(1 / len(parts) for _ in parts)
        if len(pieces) >= MOST_PIECES:
            break
    return pieces[:MOST_PIECES], shares[:MOST_PIECES]


def parts_of(word: str, index: Mapping[str, int]) -> list[int]:
    """Rows of the word itself where it is known, else of the longest parts that are, from its beginning on."""
    whole = index.get(word)
    if whole is not None:
        return [whole]
    parts, start = [], 0
    while start < len(word):
        ends = range(min(len(word), start + _LONGEST), start, -1)
        found = next(((index[word[start:end]], end) for end in ends if word[start:end] in index), None)
        if found is None:
            start += 1
        else:
            parts.append(found[0])
            start = found[1]
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
    rows = np.empty((len(packed), packed.shape[1] * 2), dtype=np.int8)
    rows[:, ::2], rows[:, 1::2] = (packed & 15).astype(np.int8) - 8, (packed >> 4).astype(np.int8) - 8
    floats = {name: array.astype(np.float32) for name, array in arrays.items() if name not in ("words", "rows")}
    return Meaning(
        index={word: row for row, word in enumerate(words)},
        rows=rows,
        scales=floats["scales"],
        weights=floats["weights"],
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
    centred = words - words.mean(axis=1, keepdims=True)
    result: Floats = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(1e-5))
    return result

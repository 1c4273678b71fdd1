"""Fingerprints of texts (minhash): nearly the same texts share most of their parts, so that mass mail shows."""

import re
import struct
from collections.abc import Iterator
from hashlib import blake2b

from triage.scoring.cues import folded

Bands = tuple[int, int, int, int]
"""Eight minima of 15 bits, two to a band: texts that are nearly the same share a band as good as always."""
NEAR = 5
"""Of the eight, as many at least must be the same. Texts that share a tenth of their pieces share one or two."""
LEAST_PIECES = 15
"""Shorter texts are alike by chance: anybody may write "please send your price list"."""
MAX_CHARS = 4000

_WORD = re.compile(r"[^\W\d_]+")
_WIDE = 0x2E80
_PARTS, _SIZE, _BITS = 8, 4, 15
_MASK = (1 << _BITS) - 1


def bands_of(text: str) -> Bands | None:
    """The fingerprint; None when the text is too short to tell.

    Names and numbers change little of it: three neighbouring words, or characters of wide scripts, make one piece.
    """
    pieces = set(_pieces(folded(text[:MAX_CHARS])))
    if len(pieces) < LEAST_PIECES:
        return None
    hashed = (blake2b(p.encode("utf-8", "surrogatepass"), digest_size=_PARTS * _SIZE).digest() for p in pieces)
    rows = [struct.unpack(f"<{_PARTS}I", digest) for digest in hashed]
    least = [min(column) & _MASK for column in zip(*rows, strict=True)]
    return (
        least[0] << _BITS | least[1],
        least[2] << _BITS | least[3],
        least[4] << _BITS | least[5],
        least[6] << _BITS | least[7],
    )


def nearly_the_same(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether two fingerprints share `NEAR` of their eight minima."""
    same = 0
    for a, b in zip(first, second, strict=True):
        same += (a >> _BITS == b >> _BITS) + (a & _MASK == b & _MASK)
    return same >= NEAR


def _pieces(text: str) -> Iterator[str]:
    words = [word for match in _WORD.finditer(text) for word in _split(match.group())]
    return (" ".join(words[i : i + 3]) for i in range(len(words) - 2))


def _split(word: str) -> tuple[str, ...]:
    return tuple(word) if ord(word[0]) >= _WIDE else (word,)

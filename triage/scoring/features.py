"""Turns a mail into features: hashed words, letter sequences and what the reading found, and what the text means.

The hashing is ours, so that prediction needs numpy alone: scikit-learn takes over a second and 145 MB to import, and
only training needs it. The same code makes the features in training and in use, so the two cannot drift apart.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from triage.scoring.cues import cues_in, folded
from triage.scoring.links import leads_away, mostly_a_link
from triage.scoring.meaning import MOST_PIECES, meaning
from triage.vocabulary.inquiry import FactName, Reading
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.subjects import is_continued

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

HASH_BITS = 20
BLOCKS = ("words", "letters", "facts")
FACT_WEIGHT = 0.12
"""Of each fact, whatever the others: scaled to length 1 like words, a mail's few trifles would decide."""
_QUOTED = 40
"""Characters beside the writer's own words and signature that are more than blanks and rules."""
_FACTS = BLOCKS.index("facts")
_LEADS_AWAY = "links lead away"
_OF_FRAUD = (_LEADS_AWAY, "signal borrowed_name", "signal credential_bait", "signal advance_fee")
FRAUD_WEIGHT = 0.36
"""Of what honest mails seldom show: as three facts. More adds nothing (one fold held out, weights .24 to .7)."""
MAX_CHARS = 4000
CUE_CHARS = 1500
"""People say what they want in the beginning; in a long mail every cue turns up by chance."""
_MASK = (1 << HASH_BITS) - 1

_WIDE = "\u0e00-\u0eff\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff"
"""Scripts whose words stand without spaces, or (Hangul) carry their grammar in the syllable."""
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
"""Vowel signs and accents, which `\\w` leaves out."""
_TOKEN = re.compile(
    rf"(?P<wide>[{_WIDE}]+)|(?P<word>(?:(?![{_WIDE}])[^\W\d_])(?:(?![{_WIDE}])[\w{_MARKS}'])*)|(?P<number>\d[\d.,]*)|[?!%$€£¥₹]"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_LINK = re.compile(r"(?:https?://|www\.)\S+")


_OF_THE_DEAL = frozenset(FactName) - {
    FactName.PERSON,
    FactName.COMPANY,
    FactName.WEBSITE,
    FactName.PHONE,
    FactName.ADDRESS,
}
_OF_THE_SENDER = {
    "company_domain", "authenticated", "authentication_failed", "free_mail", "free_mail_big_company", "no_name",
    "no_product", "undisclosed_recipients", "reply_to_elsewhere", "name_hides_address", "hidden_characters",
    "country_conflict",
}  # fmt: skip


class Item(NamedTuple):
    """What the classifier looks at: the mail, what it says, and whether a machine wrote it."""

    mail: ParsedMail
    reading: Reading
    screening: Screening


class Counted(NamedTuple):
    """Hashed features of one block, each once, and how often they occur."""

    buckets: Ints
    counts: Ints


class Bag(NamedTuple):
    """One mail."""

    counted: tuple[Counted, ...]
    """One for each of `BLOCKS`."""
    meaning: Floats
    """Of its beginning."""


def bags_of(items: Iterable[Item]) -> list[Bag]:
    """The mails' features, block by block. At most `MAX_CHARS` of text are looked at."""
    counted, openings = [], []
    for item in items:
        subject, body = tokens_of(item.mail.subject[:200]), tokens_of(body_of(item.mail)[:MAX_CHARS])
        counted.append(_counted(subject, body, facts_of(item)))
        openings.append((subject + body)[:MOST_PIECES])
    return list(map(Bag, counted, meaning().vectors(openings)))


def _counted(subject: list[str], body: list[str], facts: Iterable[str]) -> tuple[Counted, ...]:
    words = [*_word_buckets(subject, 1), *_word_buckets(body, 2)]
    letters = [_letters(token) for token in (*subject, *body)]
    return (
        _count(np.array(words, dtype=np.int64)),
        _count(np.concatenate(letters) if letters else np.empty(0, dtype=np.int64)),
        _count(np.array([_bucket(fact, 3) for fact in facts], dtype=np.int64)),
    )


def facts_of(item: Item) -> Iterator[str]:
    """Readable names of what is known beside the words, such as `asks price` or `says pays`.

    Only what the message itself tells. Whether a sender has a website or a name, and how long or full of links a mail
    is, differs between training mails and live ones for reasons that have nothing to do with their kind.
    """
    mail, reading, screening = item
    yield from (f"asks {point}" for point in reading.points)
    yield f"points {_few(len(reading.points))}"
    yield from (f"tells {fact}" for fact in reading.facts if fact in _OF_THE_DEAL)
    signals = {signal.name for signal in reading.signals}
    yield from (f"signal {name}" for name in signals - _OF_THE_SENDER)
    yield from (f"says {cue}" for cue in cues_in(folded(f"{mail.subject[:200]}\n{body_of(mail)[:CUE_CHARS]}")))
    if is_continued(mail.subject):
        yield "subject answers"
    if len(mail.text) > len(mail.newest_text) + len(mail.signature) + _QUOTED:
        yield "quotes"
    if screening.automatic is not None:
        yield f"automatic {screening.automatic}"
    if "free_mail" not in signals and leads_away(mail):
        yield _LEADS_AWAY
    if mostly_a_link(mail):
        yield "mostly a link"
    yield from (f"header {name}" for name in ("list-unsubscribe", "list-id") if mail.header(name) is not None)


def _few(number: int) -> str:
    return str(number) if number < 3 else "3+"


def body_of(mail: ParsedMail) -> str:
    """A bare forward has no newest text: then the whole is looked at."""
    return mail.message if mail.message.strip() else mail.text


def tokens_of(text: str) -> list[str]:
    """Words, runs of wide script, numbers as their size (`12,500` is `#5`), telling signs; no links, no addresses."""
    return [
        f"#{sum(map(str.isdigit, match.group()))}" if match.lastgroup == "number" else match.group()
        for match in _TOKEN.finditer(_plain(text))
    ]


def _plain(text: str) -> str:
    text = _ADDRESS.sub(" ", _LINK.sub(" ", text))
    return unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")


def _word_buckets(tokens: list[str], field: int) -> Iterator[int]:
    """Single words and neighbours. Words of the subject also count as subject words."""
    previous = ""
    for token in tokens:
        yield _bucket(token, 0)
        if field == 1:
            yield _bucket(token, 1)
        yield _hashed(f"{previous} {token}", 2)
        previous = token


def _hashed(token: str, block: int) -> int:
    return crc32(token.encode("utf-8", "surrogatepass"), block) & _MASK


@lru_cache(maxsize=1 << 16)
def _bucket(token: str, block: int) -> int:
    """Cached: words repeat, their neighbours (`_hashed` alone) seldom do."""
    return _hashed(token, block)


@lru_cache(maxsize=1 << 15)
def _letters(token: str) -> Ints:
    """Letter sequences of a word with its edges (3 to 5), or of a wide run (1 to 3). Cached: words repeat."""
    wide = ord(token[0]) >= 0x0E00
    text, sizes = (token, (1, 2, 3)) if wide else (f" {token} ", (3, 4, 5))
    pieces = (text[i : i + size] for size in sizes for i in range(len(text) - size + 1))
    return np.fromiter((crc32(p.encode("utf-8", "surrogatepass"), 4) & _MASK for p in pieces), dtype=np.int64)


def _count(buckets: Ints) -> Counted:
    return Counted(*np.unique(buckets, return_counts=True))


class Vocabulary:
    """The features that training kept, each with its inverse document frequency; gives a mail its weighted vector."""

    def __init__(self, buckets: tuple[Ints, ...], idf: tuple[Floats, ...]) -> None:
        """`buckets[b]` are the kept buckets of block b in ascending order, `idf[b]` their weights."""
        self.buckets = buckets
        self.idf = idf
        self._row = []
        start = 0
        for kept in buckets:
            row = np.full(_MASK + 1, -1, dtype=np.int32)
            row[kept] = np.arange(start, start + len(kept), dtype=np.int32)
            self._row.append(row)
            start += len(kept)
        self._idf = np.concatenate(idf)
        self.size = start

    @property
    def fact_count(self) -> int:
        return len(self.buckets[_FACTS])

    @property
    def first_fact(self) -> int:
        """Column of the first fact: words and letters stand before."""
        return self.size - self.fact_count

    @classmethod
    def fit(cls, bags: Iterable[Bag], at_least: int = 3) -> "Vocabulary":
        """Keeps the features that occur in `at_least` of the mails."""
        seen = np.zeros((len(BLOCKS), _MASK + 1), dtype=np.int32)
        mails = 0
        for bag in bags:
            mails += 1
            for block, counted in enumerate(bag.counted):
                seen[block, counted.buckets] += 1
        kept = tuple(np.flatnonzero(row >= at_least) for row in seen)
        idf = [np.log((1 + mails) / (1 + seen[b, k])).astype(np.float32) + 1 for b, k in enumerate(kept)]
        fraud = [_bucket(fact, 3) for fact in _OF_FRAUD]
        weights = np.where(np.isin(kept[_FACTS], fraud), FRAUD_WEIGHT, FACT_WEIGHT).astype(np.float32)
        return cls(kept, (*idf[:_FACTS], weights))

    def facts(self, columns: Ints, values: Floats) -> Floats:
        """Of a mail's vector the values of all facts that training kept, in the order of their columns."""
        row = np.zeros(self.fact_count, dtype=np.float32)
        told = columns >= self.first_fact
        row[columns[told] - self.first_fact] = values[told]
        return row

    def vector(self, bag: Bag) -> tuple[Ints, Floats]:
        """Columns (below `size`) and values. Words and letters have length 1: long mails weigh no more than short."""
        columns: list[Ints] = []
        values: list[Floats] = []
        for block, (row, counted) in enumerate(zip(self._row, bag.counted, strict=True)):
            found = row[counted.buckets]
            known = found >= 0
            column: Ints = found[known].astype(np.int64)
            value = (1 + np.log(counted.counts[known])) * self._idf[column]
            length = float(np.sqrt(value @ value)) if block < _FACTS else 1.0
            columns.append(column)
            values.append(value / length if length else value)
        return np.concatenate(columns), np.concatenate(values).astype(np.float32)

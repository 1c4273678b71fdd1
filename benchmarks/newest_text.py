"""Newest text: exact match and mean ratio per data set, ours beside mail-parser-reply and quotequail in one run.

python -m benchmarks.newest_text [DATA_FOLDER] [--worst N] [--ours]
"""

import argparse
import gzip
import json
import re
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from triage.parsing import newest_text, parse
from triage.parsing.html import html_to_text, newest_html
from triage.parsing.signatures import without_signature

DATA = Path(__file__).parents[2] / "shared" / "data"


class Case(NamedTuple):
    """`accepted`: the readings of "newest" that the set's annotation allows; the first one counts for the ratio."""

    name: str
    text: str
    accepted: tuple[str, ...]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    yield from map(json.loads, (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines())


def discourse(data: Path) -> Iterator[Case]:
    for mail in sorted((data / "reply-discourse" / "emails").iterdir()):
        trimmed = data / "reply-discourse" / "trimmed" / mail.name
        yield Case(mail.name, mail.read_text("utf-8"), (trimmed.read_text("utf-8"),))


def crisp(data: Path) -> Iterator[Case]:
    for name, row in json.loads((data / "reply-crisp" / "expected.json").read_text("utf-8")).items():
        yield Case(name, (data / "reply-crisp" / "emails" / name).read_text("utf-8", "replace"), (row["newest"],))


def talon(data: Path) -> Iterator[Case]:
    for row in _rows(data / "reply-talon" / "text.jsonl"):
        yield Case(row["id"], row["text"], (row["newest"],))


def quotequail_text(data: Path) -> Iterator[Case]:
    for row in _rows(data / "reply-quotequail" / "text.jsonl"):
        yield Case(row["id"], row["text"], (row["newest"],))


def zones(data: Path, folder: str, style: str) -> Iterator[Case]:
    for row in _rows(data / folder / "zones.jsonl.gz"):
        if row["style"] == style:
            yield Case(row["id"], row["text"], (row["newest"], row["newest_nosig"]))


def html(data: Path) -> Iterator[Case]:
    """Expected as text or as HTML; both sides are compared as text."""
    expected = json.loads((data / "reply-talon" / "expected.json").read_text("utf-8"))
    for path in sorted((data / "reply-talon" / "html").iterdir()):
        yield Case(path.name, path.read_text("utf-8", "replace"), (expected["html_all"],))
    for row in _rows(data / "reply-quotequail" / "html.jsonl"):
        yield Case(row["id"], row["html"], (html_to_text(row["newest"]),))


def eml(data: Path) -> Iterator[Case]:
    """Whole mails; these expect signatures kept."""
    expected = json.loads((data / "reply-talon" / "expected.json").read_text("utf-8"))
    for name, newest in expected["eml"].items():
        yield Case(name, (data / "reply-talon" / "eml" / name).read_bytes().decode("latin-1"), (newest,))


BARS = {
    "discourse": 80,
    "crisp": 90,
    "talon": 90,
    "Enron top-post": 80,
    "Apache top-post": 92,
    "all plain text": 85,
    "HTML": 85,
}
BARS |= {"Enron plain": 99, "Apache plain": 99, "talon eml": 85}
"""Least share of exact readings, in per cent. Plain: mails that quote nothing and must stay whole."""

SETS: dict[str, Callable[[Path], Iterator[Case]]] = {
    "discourse": discourse,
    "crisp": crisp,
    "talon": talon,
    "quotequail": quotequail_text,
    "Enron top-post": lambda data: zones(data, "zones-enron", "top_post"),
    "Apache top-post": lambda data: zones(data, "zones-asf", "top_post"),
    "Enron plain": lambda data: zones(data, "zones-enron", "plain"),
    "Apache plain": lambda data: zones(data, "zones-asf", "plain"),
}


def normal(text: str) -> str:
    """White space at line ends, blank lines and the ends of the text do not count."""
    lines = (" ".join(line.split()) for line in text.replace("\r", "").split("\n"))
    return "\n".join(line for line in lines if line)


def _capped(text: str) -> str:
    """The peers hang on crafted input (H26): runs collapsed, 64 kB, 2,000 lines, 998 characters a line."""
    text = re.sub(r"[ \t]{50,}", " ", re.sub(r"\n{4,}", "\n\n\n", text[:65_536]))
    return "\n".join(line[:998] for line in text.split("\n")[:2_000])


def mail_parser_reply(text: str) -> str:
    from mailparser_reply.parser import EmailReplyParser

    reply = EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "ja"]).parse_reply(
        text=_capped(text)
    )
    return str(reply or "")


def quotequail(text: str) -> str:
    import quotequail

    return "\n".join(part for shown, part in quotequail.quote(_capped(text)) if shown)


READERS: dict[str, Callable[[str], str]] = {
    "ours": newest_text,
    "mail-parser-reply": mail_parser_reply,
    "quotequail": quotequail,
}


class Signatures(NamedTuple):
    """Mails whose signature lines are exactly right in per cent; recall and precision over lines."""

    exact: float
    recall: float
    precision: float


def signatures(data: Path) -> Signatures:
    right, found, wanted, hits, count = 0, 0, 0, 0, 0
    for row in _rows(data / "signature-forge" / "signatures.jsonl.gz"):
        lines = str(row["text"]).split("\n")
        own = [line for at, line in enumerate(lines) if at not in row["quoted_lines"]]
        want = [lines[at].strip() for at in row["signature_lines"] if lines[at].strip()]
        _, block = without_signature("\n".join(own).rstrip(), str(row["sender"]))
        got = [line.strip() for line in block.split("\n") if line.strip()]
        count += 1
        right += want == got
        found, wanted, hits = found + len(got), wanted + len(want), hits + len(set(want) & set(got))
    return Signatures(100 * right / count, hits / wanted, hits / found)


class Score(NamedTuple):
    exact: float
    ratio: float
    milliseconds: float
    p95: float
    misses: list[tuple[Case, str]]


def score(cases: list[Case], read: Callable[[str], str]) -> Score:
    exact, ratios, misses, took = 0, list[float](), list[tuple[Case, str]](), list[float]()
    for case in cases:
        start = time.process_time()
        got = read(case.text)
        took.append(1000 * (time.process_time() - start))
        wanted = [normal(text) for text in case.accepted]
        right = normal(got) in wanted
        exact += right
        ratios.append(1.0 if right else max(_ratio(normal(got), text) for text in wanted))
        if not right:
            misses.append((case, got))
    took.sort()
    return Score(100 * exact / len(cases), mean(ratios), mean(took), took[int(0.95 * len(took))], misses)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split("\n"), other.split("\n"), autojunk=False).ratio()


def read_html(text: str) -> str:
    return newest_text(html_to_text(newest_html(text)))


def read_eml(text: str) -> str:
    mail = parse(text.encode("latin-1"))
    return f"{mail.newest_text}\n{mail.signature}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", nargs="?", type=Path, default=DATA)
    arguments.add_argument("--worst", type=int, default=0, help="show this many misses of ours per set")
    arguments.add_argument("--ours", action="store_true", help="leave the peers out")
    given = arguments.parse_args()
    readers = {"ours": newest_text} if given.ours else READERS
    print(f"{'set':18}{'mails':>6}{'bar':>5}" + "".join(f"{name:>33}" for name in readers))
    print(f"{'':29}" + "".join(f"{'exact':>12} {'ratio':>6} {'ms':>5} {'p95':>6} " for _ in readers))
    totals: dict[str, list[tuple[int, Score]]] = {name: [] for name in readers}
    for name, load in SETS.items():
        cases = list(load(given.data))
        scores = {reader: score(cases, read) for reader, read in readers.items()}
        for reader, result in scores.items():
            totals[reader].append((len(cases), result))
        print(f"{name:18}{len(cases):6}{BARS.get(name, ''):>5}" + "".join(_cell(result) for result in scores.values()))
        _show(scores["ours"].misses[: given.worst])
    count = sum(size for size, _ in totals["ours"])
    print(
        f"{'all plain text':18}{count:6}{BARS['all plain text']:>5}"
        + "".join(_cell(_overall(parts)) for parts in totals.values())
    )
    for name, cases, read in (
        ("HTML", list(html(given.data)), read_html),
        ("talon eml", list(eml(given.data)), read_eml),
    ):
        result = score(cases, read)
        print(f"{name:18}{len(cases):6}{BARS[name]:>5}" + _cell(result))
        _show(result.misses[: given.worst])
    found = signatures(given.data)
    print(
        f"signatures: {found.exact:.1f} % of mails exact (bar 60), "
        f"recall {found.recall:.2f}, precision {found.precision:.2f}"
    )


def _overall(parts: list[tuple[int, Score]]) -> Score:
    count = sum(size for size, _ in parts)

    def mean_of(values: list[float]) -> float:
        return sum(size * value for (size, _), value in zip(parts, values, strict=True)) / count

    scores = [result for _, result in parts]
    exact, ratio = mean_of([one.exact for one in scores]), mean_of([one.ratio for one in scores])
    slow = max(one.p95 for one in scores)
    return Score(exact, ratio, mean_of([one.milliseconds for one in scores]), slow, [])


def _cell(result: Score) -> str:
    return f"{result.exact:12.1f} {result.ratio:6.3f} {result.milliseconds:5.2f} {result.p95:6.2f} "


def _show(misses: list[tuple[Case, str]]) -> None:
    for case, got in misses:
        print(f"--- {case.name}\nWANTED {case.accepted[0][-400:]!r}\nGOT    {got[-400:]!r}")


if __name__ == "__main__":
    main()

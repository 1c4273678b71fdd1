"""MIME: what is read right over real mails, ours beside the standard library, with times. Bars from the acceptance.

python -m benchmarks.mime [DATA_FOLDER] [--misses]
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from triage.parsing import parse

DATA = Path(__file__).parents[2] / "shared" / "data"
BARS = {"raised": 0.0, "subject": 100.0, "from": 98.0, "attachments": 97.0, "main text": 98.0, "all text": 98.0}
_LOSS = "\ufffd"


class Mail(NamedTuple):
    """What a reader makes of a mail, for comparison: white space does not count."""

    subject: str
    sender: str
    text: str
    html: str
    attachments: tuple[str, ...]


def ours(raw: bytes) -> Mail:
    mail = parse(raw)
    if any(defect.code == "parse-failed" for defect in mail.defects):
        raise ValueError(mail.defects)
    names = tuple(file.name for file in mail.attachments)
    return Mail(mail.subject, mail.sender.email if mail.sender else "", mail.text, mail.html, names)


def standard_library(raw: bytes) -> Mail:
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    sender = message["from"]
    address = sender.addresses[0].addr_spec if sender is not None and sender.addresses else ""
    texts: dict[str, list[str]] = {"plain": [], "html": []}
    names: list[str] = []
    for part in message.walk():
        if part.get_content_type() in ("text/plain", "text/html") and not part.is_attachment():
            texts[part.get_content_subtype()].append(str(part.get_content()))
        elif not part.is_multipart() or part.is_attachment():
            names.append(part.get_filename() or "")
    return Mail(
        str(message["subject"] or ""), address, "\n".join(texts["plain"]), "\n".join(texts["html"]), tuple(names)
    )


def mail_parser(raw: bytes) -> Mail:
    import mailparser

    mail = mailparser.parse_from_bytes(raw)
    names = tuple(str(file["filename"]) for file in mail.attachments)
    sender = str(mail.from_[0][1]) if mail.from_ else ""
    return Mail(str(mail.subject), sender, "\n".join(mail.text_plain), "\n".join(mail.text_html), names)


READERS: dict[str, Callable[[bytes], Mail]] = {"ours": ours, "standard library": standard_library}
if find_spec("mailparser") is not None:
    READERS["mail-parser"] = mail_parser


def squeezed(text: str) -> str:
    return "".join(text.split())


def well_formed(data: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Expectations that are not one parser's choice: mails not malformed, expected values without lost letters."""
    for line in (data / "mime-stalwart" / "expected.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["id"].startswith("malformed") and _LOSS not in json.dumps(row, ensure_ascii=False):
            yield row, (data / "mime-stalwart" / "eml" / row["id"]).read_bytes()


def right(row: dict[str, Any], mail: Mail) -> dict[str, bool]:
    """Per figure, whether the reading is as expected. Names that nobody gave may be invented."""
    senders = [address for _, address in row["from"] or [] if address and "@" in address]  # a word alone is no address
    shown = squeezed(mail.text + mail.html)
    texts = [squeezed(part) for part in (*row["text"], *row["html"])]
    given = [str(file["name"]) for file in row["attachments"] if file["name"]]
    return {
        "subject": squeezed(row["subject"] or "") == squeezed(mail.subject),
        "from": (senders[0].lower() if senders else "") == mail.sender.lower(),
        "attachments": all(any(squeezed(name) == squeezed(got) for got in mail.attachments) for name in given),
        "main text": not texts or texts[0] in shown,
        "all text": all(text in shown for text in texts),
    }


def robust(data: Path) -> list[bytes]:
    folder = data / "mime-robust" / "eml"
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


def spam(data: Path) -> list[bytes]:
    packed = (data / "spam-spamassassin" / "mails.jsonl.gz").read_bytes()
    return [json.loads(line)["raw"].encode("latin-1") for line in gzip.decompress(packed).splitlines()]


class Run(NamedTuple):
    raised: int
    lossy: int
    seconds: list[float]


def run(mails: list[bytes], read: Callable[[bytes], Mail]) -> Run:
    """Seconds are of processor time, sorted."""
    raised = lossy = 0
    seconds: list[float] = []
    for raw in mails:
        start = time.process_time()
        try:
            mail = read(raw)
        except Exception:
            raised += 1  # that is what is counted
        else:
            lossy += _LOSS in mail.text and _LOSS.encode() not in raw
        seconds.append(time.process_time() - start)
    return Run(raised, lossy, sorted(seconds))


def accuracy(cases: list[tuple[dict[str, Any], bytes]], read: Callable[[bytes], Mail]) -> dict[str, list[str]]:
    """Per figure the mails that are read wrongly; a mail that raises is wrong in all."""
    misses: dict[str, list[str]] = {figure: [] for figure in BARS if figure != "raised"}
    for row, raw in cases:
        try:
            verdict = right(row, read(raw))
        except Exception:
            verdict = dict.fromkeys(misses, False)
        for figure, ok in verdict.items():
            if not ok:
                misses[figure].append(str(row["id"]))
    return misses


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", nargs="?", type=Path, default=DATA)
    arguments.add_argument("--misses", action="store_true", help="name the mails that ours reads wrongly")
    given = arguments.parse_args()
    cases = list(well_formed(given.data))
    print(f"{'figure':44}{'bar':>7}" + "".join(f"{name:>20}" for name in READERS))
    results = {name: accuracy(cases, read) for name, read in READERS.items()}
    for figure in results["ours"]:
        shares = [100 * (1 - len(misses[figure]) / len(cases)) for misses in results.values()]
        print(
            f"{figure + f', % of {len(cases)} well-formed':44}{BARS[figure]:7.0f}"
            + "".join(f"{s:20.1f}" for s in shares)
        )
        if given.misses:
            print("    " + " ".join(results["ours"][figure]))
    for label, mails in (("hostile and odd", robust(given.data)), ("SpamAssassin", spam(given.data))):
        runs = [run(mails, read) for read in READERS.values()]
        count = len(mails)
        print(f"{f'raised, of {count} {label}':44}{0:7}" + "".join(f"{one.raised:20}" for one in runs))
        lossy = "".join(f"{100 * one.lossy / count:20.2f}" for one in runs)
        print(f"{f'undecodable characters, % of {label}':44}{0.3:7}" + lossy)
        for name, of in (("mails/s", None), ("p95 ms", 0.95), ("worst ms", 1.0)):
            print(f"{f'{name}, {label}':44}{'':7}" + "".join(f"{_time(one.seconds, of):20.1f}" for one in runs))


def _time(seconds: list[float], share: float | None) -> float:
    if share is None:
        return len(seconds) / sum(seconds)
    return 1000 * seconds[min(len(seconds) - 1, int(share * len(seconds)))]


if __name__ == "__main__":
    main()

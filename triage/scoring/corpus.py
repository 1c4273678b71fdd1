"""The training mails: `models/corpus/*.jsonl` that we wrote, and public mail that a user may add at training time.

models/corpus/GUIDE.md says what each field means and how the labels are chosen.
"""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from triage.errors import TriageError
from triage.vocabulary.inquiry import JUNK_KINDS, Kind, Quality, Reading
from triage.vocabulary.mail import ParsedMail, Screening

PUBLIC = 0
"""The batch of mails that we did not write."""

Read = Callable[[bytes], tuple[ParsedMail, Reading, Screening]]
"""The rooms before this one (parsing, screening, reading), handed in by the wiring."""


class CorpusError(TriageError):
    """A line of the corpus can't be used."""


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """One training mail. Mails of one `group` are versions of one idea: they are never split between fit and test."""

    id: str
    group: str
    language: str
    kinds: frozenset[Kind]
    """One kind; several when only a set is known (`--extra`): training then picks the likeliest of them."""
    quality: Quality
    raw: bytes
    batch: int = 1
    """When it was written: batch 1 was at hand when the cue lexicon was made, later ones were not."""

    @property
    def kind(self) -> Kind:
        (kind,) = self.kinds
        return kind


def read_corpus(folder: Path) -> list[LabelledMail]:
    """All lines of `folder/*.jsonl`, files in name order. Raises CorpusError with file and line."""
    mails: list[LabelledMail] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                mails.append(labelled(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"{path.name} line {number}: {error!r}.", "See models/corpus/GUIDE.md for the fields."
                ) from None
    if not mails:
        raise CorpusError(
            f"There are no training mails in {folder}.", "It should hold .jsonl files; see models/corpus/GUIDE.md."
        )
    if len({mail.id for mail in mails}) < len(mails):
        raise CorpusError(f"Two training mails in {folder} share an id.", "Give each its own.")
    return mails


def digest(folder: Path) -> str:
    """SHA-256 over the corpus files, names and bytes."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def labelled(row: dict[str, Any]) -> LabelledMail:
    return LabelledMail(
        id=row["id"],
        group=row.get("group", row["id"]),
        language=row["lang"],
        kinds=frozenset({Kind(row["kind"])}),
        quality=Quality(row["quality"]),
        raw=_as_mail(row),
        batch=int(row.get("batch", 1)),
    )


def _as_mail(row: dict[str, Any]) -> bytes:
    """The mail as it would arrive, so that training sees what parsing and reading make of it."""
    mail = EmailMessage(policy=SMTP.clone(utf8=True, max_line_length=998))
    name = str(row.get("from_name", "")).replace('"', "")
    mail["From"] = f'"{name}" <{row.get("from", "writer@buyer.example")}>'
    mail["To"] = "sales@seller.example"
    mail["Subject"] = " ".join(row["subject"].split())
    for header, value in row.get("headers", {}).items():
        mail[header] = value
    mail.set_content(row["text"], charset="utf-8", cte="8bit")
    if row.get("html"):
        mail.add_alternative(_as_html(row["text"]), subtype="html", charset="utf-8", cte="8bit")
    for file in row.get("files", ()):
        mail.add_attachment(b"\0", maintype="application", subtype="octet-stream", filename=file)
    return mail.as_bytes()


def _as_html(text: str) -> str:
    """As mail programs make it: addresses of pages become links."""
    return f"<p>{_PAGE.sub(_LINK, html.escape(text))}</p>"


_PAGE, _LINK = re.compile(r"https?://\S+"), r'<a href="\g<0>">\g<0></a>'

_EXTRA: dict[str, frozenset[Kind]] = {
    "easy-ham": frozenset({Kind.PERSONAL, Kind.OTHER, Kind.NEWSLETTER}),
    "hard-ham": frozenset({Kind.NEWSLETTER, Kind.OTHER}),
    "spam": JUNK_KINDS,
}


def read_extra(folder: Path, limit: int = 600) -> Iterator[LabelledMail]:
    """Public mail of `mails.jsonl.gz` in the SpamAssassin layout ({id, group, raw}): about `limit` in all.

    Rows of even number only, so that the others stay for measuring. Its labels are coarser than ours (ham, newsletter,
    spam), so that each mail carries the set of kinds it may be.
    """
    path = folder / "mails.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    except (OSError, ValueError, EOFError) as error:
        raise CorpusError(f"{path} can't be read: {error}.", "`--extra` wants a folder with mails.jsonl.gz.") from error
    step = 2 * max(1, len(rows) // (2 * limit))
    for row in rows[::step]:
        name = str(row["group"]).rstrip("0123456789").rstrip("-")
        yield LabelledMail(
            id=f"extra-{row['id']}",
            group=f"extra-{row['id']}",
            language="en",
            kinds=_EXTRA[name],
            quality=Quality.NONE,
            raw=row["raw"].encode("latin-1"),
            batch=PUBLIC,
        )

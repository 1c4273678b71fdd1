"""Mails for the benchmarks: fictional buyers' mails in any number, and public mail where its folder lies beside us."""

import gzip
import json
import re
from base64 import encodebytes
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from itertools import count, islice
from pathlib import Path

from triage.demo.mails import sample_mails

PUBLIC = Path(__file__).parents[2] / "shared" / "data" / "spam-spamassassin" / "mails.jsonl.gz"
"""Rows of {id, group, raw}: development data, no part of the project."""
_WRITTEN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
_WIRE = policy.compat32.clone(linesep="\r\n")
_DIVIDER = re.compile(rb"\AFrom .*\n")
_AMOUNT = re.compile(r"\b[1-9]\d{2,4}\b")


def sample_inbox() -> list[bytes]:
    """What came into the sample mailbox by itself: no replies, bounces or receipts."""
    inbox = (mail.raw for mail in sample_mails(_WRITTEN) if mail.folder == "INBOX")
    mails = ((raw, message_from_bytes(raw)) for raw in inbox)
    return [raw for raw, mail in mails if "In-Reply-To" not in mail and mail.get_content_type() != "multipart/report"]


def business_mails(number: int) -> list[bytes]:
    """The sample inbox again and again, each time with other senders, Message-IDs and quantities."""
    inbox = sample_inbox()
    return list(islice((varied(raw, turn) for turn in count(1) for raw in inbox), number))


def varied(raw: bytes, turn: int) -> bytes:
    """The same mail as another person would have written it."""
    mail = message_from_bytes(raw)
    mail.replace_header("From", str(mail["From"]).replace("@", f".{turn}@"))
    mail.replace_header("Message-ID", str(mail["Message-ID"]).replace("<", f"<{turn}."))
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            _vary_text(part, turn)
    return mail.as_bytes(policy=_WIRE)


def _vary_text(part: Message, turn: int) -> None:
    charset = str(part.get_content_charset("utf-8"))
    text = bytes(part.get_payload(decode=True)).decode(charset)
    text = _AMOUNT.sub(lambda found: str(int(found[0]) + turn), text)
    part.set_payload(encodebytes(text.encode(charset)).decode("ascii"))
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"


def public_mails(number: int, group: str = "") -> list[bytes]:
    """Every n-th of the public mails whose group begins so; none where their folder is absent."""
    if not PUBLIC.exists():
        return []
    with gzip.open(PUBLIC, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if str(row["group"]).startswith(group)]
    chosen = islice(rows, 0, None, max(1, len(rows) // number))
    return [_DIVIDER.sub(b"", str(row["raw"]).encode("latin-1")) for row in islice(chosen, number)]


def as_mbox(mails: list[bytes]) -> bytes:
    """One file, in the mboxrd dialect."""
    quoted = (re.sub(rb"(?m)^(>*From )", rb">\1", mail.replace(b"\r\n", b"\n")) for mail in mails)
    return b"".join(b"From MAILER-DAEMON Mon Mar  2 06:00:00 2026\n" + mail.rstrip(b"\n") + b"\n\n" for mail in quoted)

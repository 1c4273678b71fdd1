"""The sample mailbox: `mailbox/*.toml` tells what each mail says and how long ago it came; here it becomes bytes.

Times are relative to now, so that the demo is always fresh. Bytes come out as the mail programs of those countries
write them: KOI8-R, Shift_JIS, GB18030, HTML only, reports of mail servers.
"""

import re
import tomllib
from base64 import encodebytes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_string, policy
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from importlib.resources import files
from quopri import encodestring
from typing import Any

ADDRESS = "sales@lumina-led.example"
PERSON = "Li Na"
SENT = "Sent"
_OURS = f"{PERSON} <{ADDRESS}>"
ON_THE_WAY = timedelta(seconds=20)
"""From the date that a mail gives itself to its arrival."""
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_WIRE = policy.compat32.clone(linesep="\r\n")
_REFERENCE = re.compile(r"\{message-id:([a-z-]+)\}")


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail as it lies in the sample mailbox. `kind`, `country` and `language` are what its writer had in mind."""

    id: str
    folder: str
    received_at: datetime
    raw: bytes
    kind: str = ""
    country: str = ""
    language: str = ""


def sample_mails(now: datetime) -> tuple[DemoMail, ...]:
    """The whole mailbox, INBOX and Sent, in order of arrival."""
    sources = _sources()
    mails = (
        DemoMail(
            id=source["id"],
            folder=source.get("folder", "INBOX"),
            received_at=_arrival(source, now),
            raw=_compose(source, sources, now),
            kind=source.get("kind", ""),
            country=source.get("country", ""),
            language=source.get("language", ""),
        )
        for source in sources.values()
    )
    return tuple(sorted(mails, key=lambda mail: mail.received_at))


_Source = Mapping[str, Any]
_Sources = Mapping[str, _Source]


@cache
def _sources() -> _Sources:
    tables = sorted(files(__package__).joinpath("mailbox").iterdir(), key=lambda entry: entry.name)
    return {mail["id"]: mail for table in tables for mail in tomllib.loads(table.read_text("utf-8"))["mail"]}


def _arrival(source: _Source, now: datetime) -> datetime:
    amounts = {_UNITS[part[-1]]: int(part[:-1]) for part in source["ago"].split()}
    return now.replace(microsecond=0) - timedelta(**amounts)


def _compose(source: _Source, sources: _Sources, now: datetime) -> bytes:
    mail = _body(source, sources)
    answered = sources.get(source.get("answers", ""))
    charset = source.get("charset", "utf-8")
    mail["From"] = _address(source.get("from", _OURS), charset)
    mail["To"] = _address(_recipient(source, answered), charset)
    if "reply_to" in source:
        mail["Reply-To"] = _address(source["reply_to"], charset)
    subject = _subject(source, sources)
    mail["Subject"] = subject if subject.isascii() else Header(subject, charset).encode()
    zone = datetime.strptime(source["zone"], "%z").tzinfo
    mail["Date"] = format_datetime((_arrival(source, now) - ON_THE_WAY).astimezone(zone))
    mail["Message-ID"] = message_id(source)
    if answered is not None:
        mail["In-Reply-To"] = message_id(answered)
        mail["References"] = " ".join(map(message_id, reversed(list(_thread(answered, sources)))))
    for name, value in source.get("headers", {}).items():
        mail[name] = value
    return mail.as_bytes(policy=_WIRE)


def message_id(source: _Source) -> str:
    """The same in every demo, so that a letter and a report on it find each other."""
    domain = parseaddr(source.get("from", _OURS))[1].rpartition("@")[2]
    return f"<{source['id']}@{domain}>"


def _thread(source: _Source, sources: _Sources) -> Iterable[_Source]:
    """The mail and those it answers, newest first."""
    while True:
        yield source
        if "answers" not in source:
            return
        source = sources[source["answers"]]


def _recipient(source: _Source, answered: _Source | None) -> str:
    if "to" in source:
        return str(source["to"])
    if "from" not in source and answered is not None:
        return str(answered["from"])
    return _OURS


def _subject(source: _Source, sources: _Sources) -> str:
    if "subject" in source:
        return str(source["subject"])
    *_, first = _thread(source, sources)
    return f"Re: {first['subject']}"


def _address(text: str, charset: str) -> str:
    name, address = parseaddr(text)
    return formataddr((name, address), charset) if address else text


def _body(source: _Source, sources: _Sources) -> Message:
    if "report" in source:
        report = MIMEMultipart("report", f"=_{source['id']}", report_type=source["report"])
        for part in source["parts"]:
            report.attach(_report_part(part, sources))
        return report
    text = _text_part(source)
    if "attachments" not in source:
        return text
    mixed = MIMEMultipart("mixed", f"=_{source['id']}")
    mixed.attach(text)
    for file in source["attachments"]:
        mixed.attach(_file(file))
    return mixed


def _text_part(source: _Source) -> Message:
    subtype = "html" if "html" in source else "plain"
    text = source["html" if "html" in source else "text"].lstrip("\n")
    charset = source.get("charset", "utf-8")
    data = text.encode(charset)
    part = MIMENonMultipart("text", subtype, charset=charset)
    transfer = source.get("transfer", "quoted-printable" if charset == "utf-8" else "base64")
    encoded = {"quoted-printable": encodestring, "base64": encodebytes}.get(transfer, bytes)(data)
    part["Content-Transfer-Encoding"] = transfer
    part.set_payload(encoded.decode("ascii", "surrogateescape"))
    return part


def _report_part(source: _Source, sources: _Sources) -> Message:
    text = _REFERENCE.sub(lambda found: message_id(sources[found[1]]), source["text"].lstrip("\n"))
    return message_from_string(f"Content-Type: {source['type']}\n\n{text}")


def _file(source: _Source) -> Message:
    part = MIMENonMultipart(*source["type"].split("/"))
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=source["name"])
    part.set_payload(encodebytes(source["text"].encode()).decode("ascii"))
    return part

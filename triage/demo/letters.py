"""The sample mails with the drafts made from them: for a look at templates, and for docs/letters.md.

Each mail is answered by itself, under the kind that its writer had in mind, at one fixed moment, so that the same
templates always give the same letters.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from triage.demo.mails import DemoMail, sample_mails
from triage.demo.setting import CONFIG
from triage.drafting import Templates, load_catalogue
from triage.pipeline import Case, Desk, classify, draft, parse, read, score, screen, walk
from triage.scoring.kind import certain
from triage.vocabulary.inquiry import Kind, KindPrediction
from triage.vocabulary.letter import Letter
from triage.vocabulary.policy import Catalogue, Company, MarketPolicy, Window, WorkCalendar

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""A Wednesday morning in Ningbo."""
_PROMISED = timedelta(hours=8)
_HOURS = (Window(time(9), time(12)), Window(time(13, 30), time(18)))


@dataclass(frozen=True, slots=True)
class Preview:
    """A sample mail and our letter to it."""

    mail: DemoMail
    subject: str
    sender: str
    message: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class _Told:
    """A classifier that knows the answer."""

    kind: KindPrediction

    def predict(self, items: Iterable[object]) -> list[KindPrediction]:
        return [self.kind for _ in items]


def previews(templates: Templates) -> Iterator[Preview]:
    """All sample mails that get a letter, in order of arrival. Raises TemplateError when a template is broken."""
    thanked = frozenset({Kind.VENDOR_PITCH, Kind.JOB_APPLICATION})
    calendar = WorkCalendar(windows=dict.fromkeys(range(5), _HOURS))
    desk = Desk(
        company=Company(**_company_section()),
        catalogue=_catalogue(),
        calendar=calendar,
        markets=MarketPolicy(),
        classifier=_Told(certain(Kind.OTHER, "label")),
        load_templates=lambda: templates,
        promise_within=_PROMISED,
        thanked=thanked,
    )
    for mail in sample_mails(NOW):
        if mail.folder != "INBOX" or mail.kind not in set(Kind):
            continue
        told = replace(desk, classifier=_Told(certain(Kind(mail.kind), "label")))
        case = Case(mail.raw, mail.received_at, NOW)
        case = walk(told, case, (parse, screen, read, classify, score))
        if case.fault is None and (letter := draft(told, case).letter) is not None:
            writer = case.mail.writer
            name = f"{writer.name} <{writer.email}>" if writer is not None else ""
            yield Preview(mail, case.mail.subject, name, case.mail.message, letter)


def _company_section() -> dict[str, Any]:
    blanks = dict.fromkeys(("user", "password", "imap_host", "smtp_host"), "") | {"imap_port": "1", "smtp_port": "1"}
    section: dict[str, Any] = tomllib.loads(CONFIG.format(**blanks))["company"]
    return section


def _catalogue() -> Catalogue:
    with resources.as_file(resources.files("triage.demo").joinpath("catalogue.toml")) as path:
        return load_catalogue(Path(path))


def as_text(preview: Preview) -> str:
    """Mail and letter for a terminal."""
    letter = preview.letter
    notes = (f"{'BLOCKS' if w.blocking else 'note'}: {w.text} {w.place}".rstrip() for w in letter.warnings)
    head = f"=== {preview.mail.id} ({preview.mail.kind}, {preview.mail.language or '?'}) -> {letter.template}"
    mail = f"From: {preview.sender}\nSubject: {preview.subject}\n\n{preview.message}"
    return "\n".join((head, mail, "--- our letter ---", f"Subject: {letter.subject}", "", letter.text, *notes))


def gallery(templates: Templates) -> str:
    """All of them as one Markdown page."""
    lines = [
        "# Letters",
        "",
        "The sample mails of `triage demo` and the drafts made from them, before a reviewer touches them.",
        "Every person, company and address is made up. `triage templates preview --markdown` writes this page.",
    ]
    for preview in previews(templates):
        letter = preview.letter
        lines += ["", f"## {preview.mail.id}", "", f"{preview.mail.kind}, answered with `{letter.template}`", ""]
        lines += _quoted(f"From: {preview.sender}", f"Subject: {preview.subject}", "", preview.message)
        lines += ["", *_quoted(f"Subject: {letter.subject}", "", letter.text)]
        lines += ["", *(f"- {p.point}: {p.status}" for p in letter.points)] if letter.points else []
        lines += ["", *(f"- note: {w.text} {w.place}".rstrip() for w in letter.warnings)] if letter.warnings else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _quoted(*texts: str) -> list[str]:
    return ["```text", *(line for text in texts for line in text.replace("```", "'''").split("\n")), "```"]

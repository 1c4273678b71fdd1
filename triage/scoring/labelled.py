"""Mails whose kind is known, in the ways people keep them: JSONL, or a folder for each kind (docs/commands.md)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triage.scoring.corpus import CorpusError, LabelledMail, labelled
from triage.vocabulary.inquiry import Kind, Quality

FORMATS = (
    "Give a .jsonl file (one object a line: kind, and subject with text, or raw), a folder of such files, or a folder "
    "with one subfolder for each kind that holds .eml files."
)


def read_labelled(path: Path) -> list[LabelledMail]:
    """The mails in path order. Raises CorpusError naming file and line, or saying which forms are read."""
    if not path.exists():
        raise CorpusError(f"There is nothing at {path}.", FORMATS)
    mails = list(_of_folder(path) if path.is_dir() else _of_file(path))
    if not mails:
        raise CorpusError(f"There are no labelled mails in {path}.", FORMATS)
    return mails


def _of_folder(folder: Path) -> Iterator[LabelledMail]:
    for path in sorted(folder.glob("*.jsonl")):
        yield from _of_file(path)
    for kind in Kind:
        for path in sorted((folder / kind.value).rglob("*.eml")):
            name = path.relative_to(folder).as_posix()
            yield _mail(name, kind, path.read_bytes(), "und")


def _of_file(path: Path) -> Iterator[LabelledMail]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} can't be read: {error}.", FORMATS) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _of_row(json.loads(line), f"{path.name}:{number}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"{path.name} line {number}: {error!r}.", FORMATS) from None


def _of_row(row: dict[str, Any], name: str) -> LabelledMail:
    """`raw` holds the whole mail, a character a byte (Latin-1), as JSON can't hold bytes."""
    if "raw" in row:
        return _mail(str(row.get("id", name)), Kind(row["kind"]), row["raw"].encode("latin-1"), row.get("lang", "und"))
    return labelled({"id": name, "lang": "und", "quality": "none", **row})


def _mail(name: str, kind: Kind, raw: bytes, language: str) -> LabelledMail:
    return LabelledMail(name, name, language, frozenset({kind}), Quality.NONE, raw)

"""The user's catalogue: TOML, a workbook or CSV; `Catalogue` out, or every fault at once, each with its place."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from triage.drafting.catalogue_reader import Reader
from triage.drafting.catalogue_tables import read_csv, read_workbook
from triage.drafting.faults import Fault
from triage.errors import CatalogueError
from triage.vocabulary.policy import Catalogue

Places = Callable[[str], str]
"""From a key such as `product[2].moq` to where it stands in the file."""
_INDEXED = re.compile(r"(product|file)\[(\d+)\]\.?(.*)")


def load_catalogue(path: Path, attachments: Path | None = None) -> Catalogue:
    """Read the catalogue: `.toml`, `.xlsx`, `.csv`, or a folder of CSV files. With a folder of `attachments` the files
    that may go along are looked up there. Raises CatalogueError that lists all faults, each with its place."""
    catalogue, faults = _read(path)
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise CatalogueError(
            f"The catalogue {path} has {len(faults)} {'fault' if len(faults) == 1 else 'faults'}:\n{lines}\n",
            "Mend the places named above.",
        )
    return _measured(catalogue, attachments) if attachments else catalogue


def check_catalogue(path: Path, attachments: Path | None = None) -> tuple[Fault, ...]:
    """All faults of a catalogue; none when it can be loaded. With a folder of `attachments` also files it lacks."""
    catalogue, faults = _read(path)
    missing = _measured(catalogue, attachments).enclosures if attachments else ()
    return (
        *faults,
        *(
            Fault(f"file {item.path}", "is not in the attachments folder.", "Put it there, or give its link only.")
            for item in missing
            if item.path and item.size is None
        ),
    )


def _measured(catalogue: Catalogue, folder: Path) -> Catalogue:
    def size(path: str) -> int | None:
        file = folder / path
        return file.stat().st_size if path and file.is_file() else None

    return replace(catalogue, enclosures=tuple(replace(e, size=size(e.path)) for e in catalogue.enclosures))


def _read(path: Path) -> tuple[Catalogue, list[Fault]]:
    try:
        data, places, found = _tables(path)
    except OSError as error:
        return Catalogue(), [
            Fault(str(path), f"can't be read: {error.strerror}.", "Check the path and its permissions.")
        ]
    except UnicodeDecodeError:
        return Catalogue(), [Fault(str(path), "is not UTF-8 text.", "Save it as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return Catalogue(), [Fault(str(path), f"is not TOML: {error}.", "Mend the line named.")]
    except CatalogueError as error:
        return Catalogue(), [Fault(str(path), error.args[0], error.remedy)]
    reader = Reader()
    catalogue = reader.catalogue(data)
    return catalogue, [*found, *(Fault(places(f.place), f.text, f.remedy) for f in reader.faults)]


def _tables(path: Path) -> tuple[Mapping[str, Any], Places, list[Fault]]:
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        tables = read_workbook(path)
        return tables.data, tables.place, tables.faults
    if path.suffix.lower() == ".csv" or path.is_dir():
        tables = read_csv(path)
        return tables.data, tables.place, tables.faults
    text = path.read_text(encoding="utf-8-sig")
    return tomllib.loads(text, parse_float=Decimal), lambda place: _with_line(place, text), []


def _with_line(place: str, text: str) -> str:
    """A TOML key with its line, where that can be told."""
    lines = text.splitlines()
    match = _INDEXED.fullmatch(place)
    start, end, key = 0, len(lines), place.rpartition(".")[2]
    if match is not None:
        heads = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{match[1]}\s*\]\]", line)]
        number = int(match[2])
        if number > len(heads):
            return place
        start, key = heads[number - 1], match[3].partition(".")[0].partition("[")[0]
        end = next((n for n in range(start + 1, len(lines)) if re.match(r"\s*\[\[", lines[n])), end)
    elif "." in place:
        head = re.escape(place.rpartition(".")[0])
        start = next((n for n, line in enumerate(lines) if re.match(rf"\s*\[\s*{head}\s*\]", line)), 0)
    found = next((n for n in range(start, end) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[n])), None)
    line = found if found is not None else (start if match is not None else None)
    return place if line is None else f"{place} (line {line + 1})"

"""The models kept here: every one that was trained, and which is in use. A folder of model files, nothing else."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.errors import ModelError
from triage.scoring import artifact

IN_USE = "kind.model"


@dataclass(frozen=True, slots=True)
class Kept:
    """A model file and what its manifest tells; `fault` when it can't be used."""

    path: Path
    version: str
    notes: dict[str, Any]
    fault: str = ""


class Shelf:
    """`<version>.model` for each model, and `kind.model`, a copy of the one in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, version: str) -> Path:
        """Raises ModelError when no such model is kept."""
        kept = {model.version: model.path for model in self.kept()}
        if version not in kept:
            raise ModelError(f"There is no model {version!r} in {self.folder}.", "`triage models list` shows them.")
        return kept[version]

    def kept(self) -> Sequence[Kept]:
        """By name; damaged files are listed with their fault, never removed."""
        paths = [path for path in sorted(self.folder.glob("*.model")) if path.name != IN_USE]
        return [look(path) for path in paths]

    def use(self, version: str) -> Path:
        """From now on new mails are told by that model; a running daemon takes it up when it is started again."""
        source, target = self.path_of(version), self.folder / IN_USE
        artifact.load(source)
        partly = target.with_suffix(".partly")
        try:
            shutil.copyfile(source, partly)
            partly.replace(target)
        except BaseException:  # also broken off by a person: nothing half written stays
            partly.unlink(missing_ok=True)
            raise
        return target


def look(path: Path) -> Kept:
    try:
        notes, _ = artifact.load(path)
    except ModelError as error:
        return Kept(path, path.stem, {}, str(error))
    return Kept(path, str(notes.get("version", path.stem)), notes)

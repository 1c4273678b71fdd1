"""The model file: a zip of `manifest.json` (what it is), `arrays.npz` (plain numbers) and `sha256` (of both).

Never pickle: a pickled model runs whatever code its writer put in. Members carry no time stamps, so that the same
training gives the same bytes.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelError

FORMAT = 2
_MAX_BYTES = 200_000_000
REMEDY = "Run `triage train` to make a new one, or restore the shipped models/kind.model."

Arrays = Mapping[str, NDArray[Any]]


def save(path: Path, manifest: Mapping[str, Any], arrays: Arrays) -> None:
    """Writes the file as a whole or not at all: readers see the old model until the new one is complete."""
    blob = io.BytesIO()
    np.savez(blob, allow_pickle=False, **arrays)
    members = {
        "manifest.json": json.dumps({**manifest, "format": FORMAT}, indent=1, sort_keys=True).encode(),
        "arrays.npz": blob.getvalue(),
    }
    members["sha256"] = checksum(members).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
                for member, data in members.items():
                    archive.writestr(zipfile.ZipInfo(member), data, zipfile.ZIP_DEFLATED)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Manifest and arrays. Raises ModelError when the file is missing, damaged, changed or of another format."""
    try:
        members = _members(path)
        if members["sha256"].decode("ascii", "replace").strip() != checksum(members):
            raise ModelError(f"The model {path} was changed or damaged: its checksum differs.", REMEDY)
        manifest = json.loads(members["manifest.json"])
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ModelError(f"The model {path} has another format than {FORMAT}, the one this version reads.", REMEDY)
        with np.load(io.BytesIO(members["arrays.npz"]), allow_pickle=False) as arrays:
            return manifest, dict(arrays)
    except FileNotFoundError:
        raise ModelError(f"There is no model at {path}.", REMEDY) from None
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError) as error:
        raise ModelError(f"The model {path} can't be read: {error}.", REMEDY) from error


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > _MAX_BYTES:
            raise ValueError(f"it unpacks to more than {_MAX_BYTES} bytes")
        return {name: archive.read(name) for name in ("manifest.json", "arrays.npz", "sha256")}


def checksum(members: Mapping[str, bytes]) -> str:
    """SHA-256 over manifest and arrays, in hexadecimal."""
    return hashlib.sha256(members["manifest.json"] + members["arrays.npz"]).hexdigest()

"""The file that holds a refresh token: one writer at a time, and never half a token in it."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import ConfigError


def comment_in(file: Path) -> str:
    """The comment in the second line, or the empty string."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[1][2:] if len(lines) > 1 and lines[1].startswith("# ") else ""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    lock = file.with_name(f"{file.name}.lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"Can't make {lock}: {error.strerror}.", "Let the daemon's user write there.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(file: Path, content: str) -> None:
    """Either the old token or the new one is in the file, whatever happens: losing it locks the account out."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made with mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
                temporary.write(content)
                temporary.flush()
                os.fsync(temporary.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ConfigError(
            f"Can't store the new refresh token in {file}: {error.strerror}.", "Let the daemon's user write there."
        ) from error

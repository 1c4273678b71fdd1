"""The key file beside the database: all secrets that triage makes for itself come from it (S15)."""

import hmac
import os
import secrets
from pathlib import Path

from triage.errors import ConfigError


class KeyFile:
    """Made on first use, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def anchors(self) -> Path:
        """Where the audit log's heads are written down, outside of the database (S16)."""
        return self._path.with_name(f"{self._path.name}.anchors")

    def key(self) -> bytes:
        """The key of the audit log's chain. Raises ConfigError when the file can't be made or read."""
        try:
            if not self._path.exists():
                self._make()
            return bytes.fromhex(self._path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The audit key {self._path} can't be used: {error}.",
                "Restore the file from a copy, or name another with database.audit_key_file.",
            ) from error

    def key_for(self, what: str) -> bytes:
        """A key of its own for each use."""
        return hmac.digest(self.key(), what.encode(), "sha256")

    def _make(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())

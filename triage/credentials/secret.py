"""Secrets from where the user keeps them, and logins with a password."""

import hmac
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from triage.errors import ConfigError
from triage.vocabulary.servers import Login

TIMEOUT = 30.0
"""Seconds to wait for a secret's command."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret comes from: exactly one of a literal, an environment variable, a file, a command (run without
    a shell). Read anew each time, so that a changed one is noticed."""

    value: str = field(default="", repr=False)
    env: str = ""
    file: Path | None = None
    command: tuple[str, ...] = ()

    def read(self) -> str:
        """Raises ConfigError that tells the place, never the content."""
        if self.env:
            return self._checked(os.environ.get(self.env, ""), f"The environment variable {self.env} is not set.")
        if self.file is not None:
            return self._checked(_first_line(self.file), f"The file {self.file} is empty.")
        if self.command:
            return self._checked(_output(self.command), f"The command {self.command[0]} printed nothing.")
        return self._checked(self.value, "The secret is empty.")

    def _checked(self, secret: str, complaint: str) -> str:
        if not secret:
            raise ConfigError(complaint, "Put the secret there, or name another place in the configuration.")
        return secret

    def read_or_nothing(self) -> str:
        """For digests: that a secret can't be read is a state like another."""
        try:
            return self.read()
        except ConfigError:
            return ""


class PasswordCredentials:
    """A password or an app password. `digest_key` keeps the digest from being tried against word lists."""

    def __init__(self, user: str, password: Secret, digest_key: bytes) -> None:
        self._user, self._password, self._digest_key = user, password, digest_key

    def login(self) -> Login:
        return Login(self._user, password=self._password.read())

    def digest(self) -> str:
        return keyed_digest(self._digest_key, self._user, self._password.read_or_nothing())

    def forget(self) -> None:
        """Nothing is kept anyway."""


def keyed_digest(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(("credentials", *parts)).encode(), "sha256").hex()


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Can't read the secret in {file}: {type(error).__name__}.", "Let the daemon's user read it."
        ) from None
    return lines[0].strip() if lines else ""


def _output(command: tuple[str, ...]) -> str:
    """The command's words are not shown: they might hold what it should print."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=True)  # noqa: S603 (the user's own command, no shell)
        lines = done.stdout.decode("utf-8").splitlines()
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        how = (
            f"exit code {error.returncode}"
            if isinstance(error, subprocess.CalledProcessError)
            else type(error).__name__
        )
        raise ConfigError(
            f"The command {command[0]} gave no secret: {how}.", "Run it by hand as the daemon's user."
        ) from None
    return lines[0].strip() if lines else ""

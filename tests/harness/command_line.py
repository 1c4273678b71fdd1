"""The command line, run inside the test's process: as `triage ...` does, without the half second of starting Python."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.harness.desks import Desktop
from triage.cli.main import run


@dataclass(frozen=True)
class Answer:
    """`data` is standard output as bytes."""

    code: int
    data: bytes
    errors: str

    @property
    def text(self) -> str:
        return self.data.decode()


Triage = Callable[..., Answer]


def call(*arguments: str, stdin: bytes = b"") -> Answer:
    """Run one command; standard input holds these bytes."""
    out, errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["triage", *arguments], io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    code = 0
    try:
        with redirect_stdout(out), redirect_stderr(errors):
            run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.argv, sys.stdin = before
    out.flush()
    return Answer(code, out.buffer.getvalue(), errors.getvalue())  # type: ignore[attr-defined]


@pytest.fixture
def triage(desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Triage]:
    """Commands on the configuration and database of `desktop`."""
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    yield call

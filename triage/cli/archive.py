"""`triage import`: an archive through the same pipeline as live mail."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from triage.cli.options import ConfigOption, app_of


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    paths: Annotated[list[Path], typer.Argument(help="mbox files, Maildirs, folders of .eml or .eml files.")],
    config: ConfigOption = None,
    account: Annotated[str, typer.Option(help="The configured account these mails belong to.")] = "archive",
    sent: Annotated[bool, typer.Option("--sent", help="These are letters of ours: they count as answers.")] = False,
) -> None:
    """Store, read, score and draft the mails of an archive. Interrupt it at will; run again, it goes on."""
    from triage.intake.archive import import_archive

    app = app_of(config)
    show = Progress()
    for path in paths:
        result = import_archive(app.store, path, account_id=account, sent=sent, progress=show.stored)
        show.line(f"{path}: {result.new} new, {result.known} known already.\n")
    done = 0
    while handled := app.processor.process_waiting(100):
        done += handled
        show.line(f"processed {done}")
    show.line(f"processed {done}; {show.rate(done)} mails/s.\n")


class Progress:
    """One line on stderr, rewritten; plain lines when stderr is no terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last = 0.0

    def stored(self, done_bytes: int, total_bytes: int, new: int, known: int) -> None:
        now = time.monotonic()
        if now - self._last >= 0.5:
            self._last = now
            share = f"{done_bytes / total_bytes:.0%}" if total_bytes else "?"
            self.line(f"stored {share}: {new} new, {known} known")

    def line(self, text: str) -> None:
        end = "" if text.endswith("\n") else ("\r" if sys.stderr.isatty() else "\n")
        print(f"\r{text}" if sys.stderr.isatty() else text, end=end, file=sys.stderr, flush=True)

    def rate(self, count: int) -> str:
        return f"{count / max(0.001, time.monotonic() - self._started):.1f}"

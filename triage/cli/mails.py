"""`triage assess` and `triage draft`: one JSON object a mail; no configuration or database needed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ConfigOption, optional_settings
from triage.cli.progress import Progress

if TYPE_CHECKING:
    from triage.pipeline import Case, Step

Paths = Annotated[
    list[str], typer.Argument(help="Files (.eml, mbox), Maildirs, folders of .eml, or - for standard input.")
]

_COLLECT_AFTER = 20_000
"""What is loaded at the start stays: looking through it every 700 objects, as Python does, is a seventh of the time."""


def register(app: typer.Typer) -> None:
    app.command()(assess)
    app.command()(draft)


def assess(paths: Paths, config: ConfigOption = None) -> None:
    """Read mails and print what they are worth, one JSON object a line, in input order."""
    gc.set_threshold(_COLLECT_AFTER)
    from triage.api import as_json, assessed
    from triage.pipeline import UNDERSTAND, score

    _each_mail(paths, config, (*UNDERSTAND, score), lambda case, source: as_json(assessed(case, source)))


def draft(paths: Paths, config: ConfigOption = None) -> None:
    """Read mails and print the reply to each, one JSON object a line, in input order."""
    gc.set_threshold(_COLLECT_AFTER)
    from triage.api import as_json, drafted
    from triage.pipeline import ANSWER, UNDERSTAND

    _each_mail(paths, config, UNDERSTAND + ANSWER, lambda case, source: as_json(drafted(case, source)))


def _each_mail(
    paths: list[str], config: Path | None, steps: tuple[Step, ...], line: Callable[[Case, str], str]
) -> None:
    from triage.clock import SystemClock
    from triage.desk import desk_of
    from triage.intake.archive import read_archive
    from triage.pipeline import Case, walk

    settings = optional_settings(config)
    desk, now = desk_of(settings), SystemClock().now()
    failed, progress = 0, Progress()
    for done, mail in enumerate((mail for path in paths for mail in read_archive(path)), start=1):
        case = walk(desk, Case(mail.raw, mail.received_at, now), steps)
        print(line(case, mail.source), flush=True)
        progress.counted(done)
        if case.fault:
            failed += 1
            print(f"triage: {mail.source}: {case.fault.step}: {case.fault.error}", file=sys.stderr)
    if failed:
        raise typer.Exit(2)

"""`triage import`: an archive through the same pipeline as live mail."""

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.options import ConfigOption, app_of
from triage.cli.progress import Progress


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

"""The `triage` command. Heavy libraries are imported by the commands that need them, never for `--help`."""

import os
import sys

import typer

from triage.cli import archive, audit, customers, demo, mails, review, service, training
from triage.errors import TriageError

app = typer.Typer(
    name="triage",
    help="Email inquiry triage and reply drafting for exporters and B2B sellers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for group in (demo, service, archive, mails, review, audit, customers, training):
    group.register(app)


def run() -> None:
    """Entry point. Exit code 0: done; 1: done, with findings; 2: could not be done, stderr says what to do."""
    try:
        app(standalone_mode=True)
    except TriageError as error:
        print(f"triage: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("triage: interrupted; what was done is kept, run it again to go on.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

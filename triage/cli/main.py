"""The `triage` command. Heavy libraries are imported by the commands that need them, never for `--help`."""

import os
import sys
from typing import NoReturn

import typer

from triage.cli import (
    archive,
    audit,
    catalogue,
    customers,
    demo,
    evaluation,
    followups,
    mails,
    models,
    plan,
    programs,
    review,
    service,
    templates,
    training,
    users,
)
from triage.errors import TriageError

app = typer.Typer(
    name="triage",
    help="Email inquiry triage and reply drafting for exporters and B2B sellers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for group in (
    demo,
    service,
    archive,
    mails,
    review,
    plan,
    catalogue,
    templates,
    audit,
    customers,
    followups,
    training,
    evaluation,
    models,
    users,
    programs,
):
    group.register(app)


INTERRUPTED = 130


def run() -> None:
    """Entry point. Exit code 0: done; 1: done, with findings; 2: could not be done, stderr says what to do."""
    if sys.argv[1:2] != ["train"]:
        # Too little is computed at a time for several threads: beside other work they only wait for one another.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        try:
            app(prog_name="triage")
        finally:
            sys.stdout.flush()
    except TriageError as error:
        _fail(str(error))
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            print("triage: interrupted; what was done is kept, run it again to go on.", file=sys.stderr)
        raise
    except BrokenPipeError:
        _drop_output()
        sys.exit(1)  # as typer does where it notices first
    except OSError as error:
        _drop_output()
        _fail(f"{error}. Check the disk and the rights on that file.")


def _fail(words: str) -> NoReturn:
    print(f"triage: {words}", file=sys.stderr)
    sys.exit(2)


def _drop_output() -> None:
    """What still waits to be printed can't be; the interpreter would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

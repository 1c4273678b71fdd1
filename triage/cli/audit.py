"""`triage audit`, `triage promises`, `triage log`: how the desk does, what it promised, whether the log is whole."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from triage.cli.options import ByOption, ConfigOption, app_of, optional_settings, someone
from triage.cli.past import Past, report_of
from triage.cli.progress import Progress
from triage.cli.table import table
from triage.errors import TriageError
from triage.vocabulary.responses import Dimension
from triage.vocabulary.states import PromiseStatus

if TYPE_CHECKING:
    from triage.audit.report import Brief, Report

OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write it to this file.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of arrival, in the desk's time zone.")]


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


def register(app: typer.Typer) -> None:
    app.command()(audit)
    owed = typer.Typer(help="What our letters promised.", invoke_without_command=True)
    owed.callback()(promises)
    owed.command("add")(promise_add)
    app.add_typer(owed, name="promises")
    group = typer.Typer(help="The audit log.", no_args_is_help=True)
    group.command("show")(log_show)
    group.command("verify")(log_verify)
    app.add_typer(group, name="log")


def audit(
    config: ConfigOption = None,
    since: Day = None,
    until: Day = None,
    by: Annotated[list[Dimension] | None, typer.Option(help="Break down by this; may be given several times.")] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="Only counts and times, in all and by what is asked: quick.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    output: OutputOption = None,
    mailbox: Annotated[
        str, typer.Option(help="Audit the past of this mailbox instead: imaps://user@host.", show_default=False)
    ] = "",
    archives: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--from", help="Audit the past from two archives instead: what came, what was sent."),
    ] = None,
    own: Annotated[list[str] | None, typer.Option(help="A further address of ours, for --mailbox and --from.")] = None,
    password_env: Annotated[str, typer.Option(help="Variable with the mailbox's password.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="File with the mailbox's password.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="A private authority to trust besides the system's.")] = None,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="Read whole mails of the past and count only those of buyers.")
    ] = False,
    facts: Annotated[Path | None, typer.Option(help="Where to keep what was read of the past.")] = None,
) -> None:
    """How fast the desk answers: count, share answered, median, p90, share within target, and who waits now.

    With --brief it leaves out the buyer's hours, trend, heat map, names and the like, and takes a fraction of the time.
    With --mailbox or --from it needs no configuration and no database: it reads INBOX and Sent, changes nothing, and
    reports the last year.
    """
    if brief:
        _refuse_to_be_brief(format_, past=bool(mailbox or archives))
    if mailbox or archives:
        found: Brief = _report_of_past(
            Past(mailbox, archives, own or [], password_env, password_file, ca_file, kinds, facts),
            config,
            by or [],
            since,
            until,
        )
    else:
        app = app_of(config)
        ask = app.reporting.brief if brief else app.reporting.response_times
        found = ask(by or [], app.local_instant(since) if since else None, app.local_instant(until) if until else None)
    write_report(found, format_, output)


def _refuse_to_be_brief(format_: Format, *, past: bool) -> None:
    if past:
        raise TriageError("The report of a past mailbox is never brief: reading takes its time.", "Leave out --brief.")
    if format_ in (Format.XLSX, Format.HTML):
        raise TriageError(
            f"A brief report is not made as {format_}.", "Leave out --brief, or take --format table, json or csv."
        )


def _report_of_past(
    past: Past, config: Path | None, by: list[Dimension], since: datetime | None, until: datetime | None
) -> "Report":
    settings = optional_settings(config)
    zone = ZoneInfo(settings.calendar.time_zone)
    days = [day.replace(tzinfo=zone) if day else None for day in (since, until)]
    return report_of(past, settings, by, *days)


def write_report(report: "Brief", format_: Format, output: Path | None) -> None:
    """To the file, or to standard output; a workbook is never printed to a terminal."""
    made = _made(report, format_)
    if output is not None:
        output.write_bytes(made)
        print(f"Written to {output}.", file=sys.stderr)
    elif format_ is Format.XLSX and sys.stdout.isatty():
        raise TriageError("A workbook is no text for a terminal.", "Name a file with --output.")
    elif format_ is Format.XLSX:
        sys.stdout.buffer.write(made)
    else:
        print(made.decode(), end="")


def _made(report: "Brief", format_: Format) -> bytes:
    from triage.audit import render
    from triage.audit.report import Report

    if isinstance(report, Report) and format_ in (Format.XLSX, Format.HTML):
        from triage.audit import html, spreadsheet
        from triage.reporting import audit_rules

        rules = audit_rules()
        return spreadsheet.as_xlsx(report, rules) if format_ is Format.XLSX else html.as_html(report, rules).encode()
    texts = {Format.TABLE: render.table, Format.JSON: render.as_json, Format.CSV: render.as_csv}
    return (texts[format_](report).rstrip("\n") + "\n").encode()


def promise_add(
    draft_id: Annotated[int, typer.Argument(help="Number of the draft, as `triage queue` shows it.")],
    text: Annotated[str, typer.Option(help="The sentence, word for word as it stands in the letter.")],
    due: Annotated[datetime, typer.Option(help="Until when, in the desk's time zone.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Put a sentence of a letter on record as a promise, so that the desk is reminded of it."""
    app = app_of(config)
    app.draft(draft_id)
    draft = app.review.promise(draft_id, someone(by), text, app.local_instant(due))
    print(f"Draft {draft_id} is now revision {draft.revision}, with {len(draft.letter.promises)} on record.")


def promises(
    context: typer.Context,
    config: ConfigOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those kept, broken and dropped.")] = False,
    kept: Annotated[int | None, typer.Option(help="Mark this promise as kept.")] = None,
    drop: Annotated[int | None, typer.Option(help="Drop this promise.")] = None,
    by: ByOption = "",
) -> None:
    """What our letters promised, the next due first."""
    if context.invoked_subcommand is not None:
        return
    if kept is not None and drop is not None:
        raise TriageError("A promise is kept or dropped, not both.", "Name one of them.")
    app = app_of(config)
    chosen = kept if kept is not None else drop
    if chosen is not None:
        app.end_promise(chosen, PromiseStatus.KEPT if kept is not None else PromiseStatus.DROPPED, someone(by))
        return
    with app.store.begin(write=False) as uow:
        records = uow.promises.list(None if all_ else PromiseStatus.OPEN)
    rows = [
        (str(p.id), p.status, f"{app.local_time(p.due):%Y-%m-%d %H:%M %Z}", str(p.draft_id), p.text)
        for p in sorted(records, key=lambda p: p.due)
    ]
    print(table(("promise", "state", "due", "letter", "text"), rows, wide={"text": 80}) if rows else "No open promise.")


def log_show(
    config: ConfigOption = None,
    after: Annotated[int, typer.Option(help="Only events after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1)] = 100,
) -> None:
    """Events in order."""
    app = app_of(config)
    with app.store.begin(write=False) as uow:
        events = uow.audit.events(after, limit)
    rows = [
        (
            str(e.seq),
            f"{app.local_time(e.at):%Y-%m-%d %H:%M:%S}",
            e.actor,
            e.name,
            e.subject,
            " ".join(f"{k}={v}" for k, v in e.data.items()),
        )
        for e in events
    ]
    print(table(("seq", "at", "who", "event", "of", "data"), rows) if rows else "No events.")


def log_verify(
    config: ConfigOption = None,
    anchor: Annotated[
        Path | None, typer.Option(help="A file of anchors kept elsewhere.", show_default="next to the key")
    ] = None,
) -> None:
    """Recompute the chain and the response figures: any edit, deletion, reordering or truncation is found."""
    app, line, found = app_of(config), Progress(), 0
    for fault in app.log_keeper.verify(anchor, line.events):
        found += 1
        print(fault)
    if found:
        print("Restore the log from a backup, and find out who had access.", file=sys.stderr)
        raise typer.Exit(1)
    print("The audit log is whole, and the response figures follow from it.")

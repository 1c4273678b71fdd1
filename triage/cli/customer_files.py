"""`triage customers export | import | extract | purge`: the book as files, and taking people out of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, app_of, someone
from triage.cli.progress import Progress
from triage.cli.table import clean
from triage.errors import TriageError
from triage.vocabulary.customers import Erased

if TYPE_CHECKING:
    from triage.customers_tables import Plan, RowChange

_SHOWN = 50
Who = Annotated[str, typer.Argument(help="Number of a card, or a person's mail address.")]


def register(group: typer.Typer) -> None:
    group.command("import")(import_)
    for command in (export, extract, purge):
        group.command()(command)


def export(
    path: Annotated[Path, typer.Argument(help="File to write: .xlsx or .csv.")],
    config: ConfigOption = None,
    filter: Annotated[list[str] | None, typer.Option("--filter", "-f", help="As for `list`.")] = None,
    saved: Annotated[str, typer.Option("--saved", help="A saved filter.")] = "",
    sort: Annotated[str, typer.Option("--sort", help="As for `list`.", show_default="-last_contact")] = "",
    by: ByOption = "",
) -> None:
    """Write customers to Excel or CSV, all of them or those that a filter means. A workbook has their people too."""
    from triage.cli.customers import words_of
    from triage.customers import parse_sort

    app, show = app_of(config), Progress()
    wanted = app.customers.filter(words_of(filter), saved)
    count = app.customer_tables.export(
        path, wanted, someone(by), parse_sort(sort), progress=lambda done: show.line(f"{done} customers")
    )
    show.line(f"{count} customers are in {path}.\n")


def import_(
    path: Annotated[Path, typer.Argument(help="File to read: .xlsx or .csv, with column names in its first row.")],
    config: ConfigOption = None,
    by: ByOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")] = False,
) -> None:
    """Take customers from Excel or CSV. Known ones are found by address, number or domain. All rows or none."""
    app, show = app_of(config), Progress()
    plan = app.customer_tables.load(
        path, someone(by), dry_run=dry_run, progress=lambda done: show.line(f"{done} rows read")
    )
    if plan.faults:
        _print_some([str(fault) for fault in plan.faults])
        many = "1 cell is" if len(plan.faults) == 1 else f"{len(plan.faults)} cells are"
        raise TriageError(f"{many} wrong; nothing was changed.", "Mend the file and import it again.")
    _print_plan(plan, dry_run=dry_run)


def extract(
    who: Who,
    path: Annotated[Path, typer.Argument(help="Zip file to write; it must not exist yet.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Write all that is kept of a customer or person to a zip: the card, raw mails, letters."""
    app = app_of(config)
    print(f"{_extent(app.erasure.extract(who, path, someone(by)))} are in {path}. Keep it as safe as the mailbox.")


def purge(
    who: Annotated[str, typer.Argument(help="Number of a card, or a person's mail address.", show_default=False)] = "",
    config: ConfigOption = None,
    by: ByOption = "",
    older_than: Annotated[
        float | None,
        typer.Option("--older-than", help="Days: erase customers without contact, and other mails, for longer."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be erased; erase nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Erase a customer, a person, or all that is old: mails, letters and cards go for good; hashes and figures stay."""
    erase = app_of(config).erasure
    if bool(who) == (older_than is not None):
        raise TriageError("Say whom to erase, or --older-than DAYS.", "One of the two.")
    if older_than is not None:
        cards, loose = erase.older(older_than)
        print(f"{cards} customers without contact for {older_than:g} days, and {loose} other mails.")
    else:
        doomed = erase.doomed(who)
        print(f"{_extent(doomed.extent)} of {clean(doomed.address or doomed.card.company or doomed.card.name or who)}.")
    if dry_run:
        return
    if not yes:
        typer.confirm("Erase them for good?", abort=True)
    if older_than is None:
        print(f"Erased: {_extent(erase.erase(who, someone(by)))}. Copies in backups and on the mail server remain.")
        return
    show, total = Progress(), Erased()
    for part in erase.erase_older(older_than, someone(by)):
        total += part
        show.line(f"erased {_extent(total)}")
    show.line(f"Erased: {_extent(total)}. Copies in backups and on the mail server remain.\n")


def _extent(erased: Erased) -> str:
    return f"{erased.cards} cards, {erased.messages} mails, {erased.drafts} drafts"


def _print_plan(plan: "Plan", *, dry_run: bool) -> None:
    _print_some([_change(change) for change in (*plan.new, *plan.changed)])
    would = "would be " if dry_run else ""
    print(f"{len(plan.new)} {would}new, {len(plan.changed)} {would}changed, {plan.unchanged} as they are.")


def _change(change: "RowChange") -> str:
    what = "new" if change.customer_id is None else f"card {change.customer_id}"
    fields = "; ".join(
        f"{field.field}: {field.before!r} -> {field.after!r}" if field.before else f"{field.field}: {field.after!r}"
        for field in change.changes
    )
    return clean(f"{change.place} {what}, {change.name}: {fields}")


def _print_some(lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        print(line)
    if len(lines) > _SHOWN:
        print(f"... and {len(lines) - _SHOWN} more", file=sys.stderr)

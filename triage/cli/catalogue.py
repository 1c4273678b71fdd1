"""`triage catalogue check`: every fault of the catalogue, each with its cell or line."""

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.options import ConfigOption, optional_settings
from triage.clock import SystemClock
from triage.errors import CatalogueError

group = typer.Typer(help="The catalogue: what letters may state as fact.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="catalogue")


@group.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A .toml, .xlsx or .csv file, or a folder of CSV files.", show_default="catalogue_file"),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """List every fault of the catalogue by cell or line; then what letters will miss: words in the languages of
    company.languages, and prices that run out. Exit code 1 when there is a fault."""
    from triage.drafting import catalogue_gaps, check_catalogue, load_catalogue

    settings = optional_settings(config)
    file = path or settings.catalogue_file
    if file is None:
        raise CatalogueError("No catalogue is configured.", "Set catalogue_file, or name a file.")
    faults = check_catalogue(file, settings.attachments_folder)
    for fault in faults:
        print(fault)
    if faults:
        raise typer.Exit(1)
    catalogue = load_catalogue(file)
    products, answers = _counted(len(catalogue.products), "product"), _counted(len(catalogue.answers), "answer")
    print(f"{file}: {products}, {answers}, no fault.")
    for gap in catalogue_gaps(catalogue, settings.company.languages, SystemClock().now().date()):
        print(f"- {gap}")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

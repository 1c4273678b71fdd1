"""`triage templates`: which letters there are and how they fare, what is wrong with them, what they look like."""

from typing import Annotated

import typer

from triage.cli.options import ConfigOption, optional_settings
from triage.cli.table import table
from triage.errors import TriageError

group = typer.Typer(help="The letter templates: list, check, preview.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="templates")


@group.command("list")
def list_(config: ConfigOption = None) -> None:
    """Languages with what each lacks, your own files, and how much reviewers change in each letter."""
    from triage.desk import templates_of
    from triage.drafting.samples import SAMPLES

    settings = optional_settings(config)
    templates = templates_of(settings)
    rows = []
    for language in sorted(templates.languages()):
        lacking = [name for name in SAMPLES if not templates.has(language, f"{name}.j2")]
        own = settings.templates_folder
        files = sorted(path.name for path in (own / language).glob("*.*")) if own else []
        rows.append((language, str(len(SAMPLES) - len(lacking)), ", ".join(lacking) or "-", ", ".join(files) or "-"))
    print(table(("language", "templates", "lacking", "your own"), rows, wide={"lacking": 60, "your own": 60}))
    use = _use(config)
    if use:
        print()
        print(table(("letter", "approved", "unchanged", "words changed"), use, wide={}))


def _use(config: object) -> list[tuple[str, ...]]:
    """How approved letters differ from their templates; nothing without a database."""
    from pathlib import Path

    from triage.cli.options import app_of

    if config is None and not Path("config.toml").exists():
        return []
    app = app_of(config if isinstance(config, Path) else None)
    with app.store.begin(write=False) as uow:
        return [(u.template, str(u.approved), str(u.untouched), f"{u.changed:.0%}") for u in uow.drafts.template_use()]


@group.command()
def check(config: ConfigOption = None) -> None:
    """Render every template with sample values; name unknown variables and broken tags by line. Exit code 1 for any."""
    from triage.drafting import check_templates

    faults = check_templates(optional_settings(config).templates_folder)
    for fault in faults:
        print(fault)
    if faults:
        raise typer.Exit(1)
    print("No fault.")


@group.command()
def preview(
    config: ConfigOption = None,
    mail: Annotated[list[str] | None, typer.Option(help="Only these sample mails, by their id.")] = None,
    letter: Annotated[str, typer.Option(help="Only this letter, e.g. quotation.")] = "",
    language: Annotated[str, typer.Option(help="Only letters in this language.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="One Markdown page of all.")] = False,
) -> None:
    """Show the sample mails of the demo with the letters that your templates make of them."""
    from triage.demo.letters import as_text, gallery, previews
    from triage.desk import templates_of

    templates = templates_of(optional_settings(config))
    if markdown:
        print(gallery(templates), end="")
        return
    shown = 0
    for item in previews(templates):
        spoken, _, name = item.letter.template.partition("/")
        if (mail and item.mail.id not in mail) or (letter and name != letter) or (language and spoken != language):
            continue
        shown += 1
        print(as_text(item), end="\n\n")
    if not shown:
        raise TriageError("No sample mail fits.", "Leave out an option to see more.")

"""`triage train`: refit the kind classifier, and take the new one into use if it is no worse."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ConfigOption, optional_settings

if TYPE_CHECKING:
    from triage.config import Settings
    from triage.scoring.corpus import LabelledMail
    from triage.scoring.training import Trained


def register(app: typer.Typer) -> None:
    app.command()(train)


def train(
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of labelled mails (.jsonl).", show_default="those that were shipped")
    ] = None,
    extra: Annotated[Path | None, typer.Option(help="Further labelled mails of kinds that are no buyer's.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write the model to this file only; nothing is taken into use.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Take it into use even if it is worse.")] = False,
    config: ConfigOption = None,
) -> None:
    """Train on the shipped mails and this desk's own labels; use the new model if it is no worse than the present one.

    Own labels come from the database that the configuration names: relabelled mails, and drafts approved unchanged.
    """
    from triage.desk import embedding_of, kind_model_of, mail_reader, shipped
    from triage.scoring.promotion import verdict
    from triage.scoring.shelf import Shelf
    from triage.scoring.training import train as fit

    settings = optional_settings(config)
    own = _own_labels(settings)
    embed = embedding_of(settings)
    trained = fit(
        corpus or shipped("models/corpus"), mail_reader, extra, lambda line: print(line, flush=True), embed, own
    )
    _print_figures(trained)
    if output:
        trained.model.save(output, trained.notes)
        print(f"Written to {output}.")
        return
    shelf = Shelf(settings.models_folder)
    version = trained.model.version
    trained.model.save(shelf.folder / f"{version}.model", trained.notes)
    found = verdict(trained, kind_model_of(settings), _notes_of(settings))
    print(found.words)
    if found.promote or force:
        print(f"{version} is in use: {shelf.use(version)}. Restart the daemon to take it up.")
    else:
        print(f"{version} is kept, not used. `triage models use {version}` takes it all the same.")
        raise typer.Exit(1)


def _own_labels(settings: "Settings") -> "list[LabelledMail]":
    """None where there is no database yet: the shipped mails alone are trained on."""
    file = settings.database.file
    if file is not None and not file.exists():
        return []
    from triage.app import App
    from triage.learning import own_labels

    app = App(settings)
    app.upgrade()
    return own_labels(app.store)


def _notes_of(settings: "Settings") -> dict[str, object]:
    from triage.desk import model_path
    from triage.scoring.shelf import look

    return look(model_path(settings)).notes


def _print_figures(trained: "Trained") -> None:
    figures, held_out = trained.figures, trained.held_out
    print(f"kind, macro F1:        {figures.macro_f1:.3f}")
    print(f"buyer or not, F1:      {figures.buyer_f1:.3f}")
    print(f"kind group right:      {figures.group_accuracy:.3f}")
    print(f"sure of itself:        {held_out.sure:.1%} of mails, {held_out.sure_accuracy:.1%} of those right")

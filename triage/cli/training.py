"""`triage train`: refit kind model and scorecard, and take each into use if it is no worse."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ConfigOption, optional_settings

if TYPE_CHECKING:
    from triage.config import Settings
    from triage.scoring.corpus import LabelledMail
    from triage.scoring.kind import KindModel
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
    """Train on the shipped mails and this desk's own labels; use what is no worse than the present model or scorecard.

    Own labels come from the database that the configuration names: of kind, relabelled mails and drafts approved
    unchanged; of buyer quality, corrected tiers and outcomes. Breaking it off leaves everything as it was.
    """
    from triage.desk import card_of, embedding_of, mail_reader, notes_of, shipped
    from triage.scoring.corpus import read_corpus
    from triage.scoring.fitting import card_verdict
    from triage.scoring.promotion import verdict, with_card
    from triage.scoring.shelf import Shelf
    from triage.scoring.training import train as fit

    settings = optional_settings(config)
    folder = corpus or shipped("models/corpus")
    own, qualities = _own_labels(settings)
    trained = fit(folder, mail_reader, extra, _say, embedding_of(settings), own)
    _print_figures(trained)
    present = _present(settings)
    notes = notes_of(settings, present)
    card = card_verdict(read_corpus(folder), qualities, mail_reader, card_of(notes), _seen(notes))
    print(card.words)
    told = {"own_qualities": sorted(mail.id for mail in qualities), "scorecard": card.card.points}
    carried = told if card.promote else {name: notes[name] for name in told if name in notes}
    candidate = with_card(trained.model, trained.notes, carried)
    if output:
        candidate.save(output, trained.notes | carried)
        print(f"Written to {output}.")
        return
    shelf = Shelf(settings.models_folder)
    candidate.save(shelf.folder / f"{candidate.version}.model", trained.notes | carried)
    found = verdict(trained, present, notes)
    print(found.words)
    if found.promote or force:
        print(f"{candidate.version} is in use: {shelf.use(candidate.version)}. Restart the daemon to take it up.")
        return
    print(f"{candidate.version} is kept, not used. `triage models use {candidate.version}` takes it all the same.")
    if card.promote and present is not None:
        mixed = with_card(present, notes, carried)
        mixed.save(shelf.folder / f"{mixed.version}.model", notes | carried)
        print(f"{mixed.version} is in use, the model in use with the new scorecard: {shelf.use(mixed.version)}.")
        return
    raise typer.Exit(1)


def _say(line: str) -> None:
    print(line, flush=True)


def _seen(notes: dict[str, object]) -> frozenset[str]:
    known = notes.get("own_qualities", ())
    return frozenset(map(str, known)) if isinstance(known, list) else frozenset()


def _own_labels(settings: "Settings") -> "tuple[Sequence[LabelledMail], Sequence[LabelledMail]]":
    """Of kind and of buyer quality, counted aloud by their sources. None where there is no database yet: the shipped
    mails alone are trained on."""
    file = settings.database.file
    if file is not None and not file.exists():
        return (), ()
    from triage.app import App
    from triage.learning import own_labels, own_qualities

    app = App(settings)
    app.upgrade()
    found = own_labels(app.store), own_qualities(app.store)
    for name, labels in zip(("kind", "buyer quality"), found, strict=True):
        counts = ", ".join(f"{count} {source}" for source, count in sorted(labels.sources.items()))
        _say(f"own labels of {name}: {counts or 'none'}")
    return found[0].mails, found[1].mails


def _present(settings: "Settings") -> "KindModel | None":
    """None when it can't be used: training is the way out of that, so it must not end there."""
    from triage.desk import kind_model_of
    from triage.errors import ModelError

    try:
        return kind_model_of(settings)
    except ModelError as error:
        _say(f"{error}")
        return None


def _print_figures(trained: "Trained") -> None:
    figures, held_out = trained.figures, trained.held_out
    print(f"kind, macro F1:        {figures.macro_f1:.3f}")
    print(f"buyer or not, F1:      {figures.buyer_f1:.3f}")
    print(f"kind group right:      {figures.group_accuracy:.3f}")
    print(f"sure of itself:        {held_out.sure:.1%} of mails, {held_out.sure_accuracy:.1%} of those right")

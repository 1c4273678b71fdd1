"""`triage models`, `triage label`, `triage explain`, `triage rescore`: what the classifier is, knows and learns."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, optional_settings, someone
from triage.cli.table import clean, table

if TYPE_CHECKING:
    from triage.scoring.shelf import Shelf


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The kind classifiers kept here.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("use")(use)
    group.command("compare")(compare)
    app.add_typer(group, name="models")
    for command in (label, explain, rescore):
        app.command()(command)


def list_(config: ConfigOption = None) -> None:
    """All models kept, with their held-out figures; the one in use is marked."""
    from triage.desk import model_path
    from triage.scoring.shelf import look

    settings = optional_settings(config)
    current = look(model_path(settings))
    kept = {model.version: model for model in (current, *_shelf(config).kept())}
    rows = []
    for model in kept.values():
        figures = model.notes.get("held_out", {})
        names = ("buyer_f1", "group_accuracy", "macro_f1")
        shares = (f"{figures[name]:.3f}" if name in figures else "" for name in names)
        mark = "*" if model.version == current.version else ""
        mails = str(model.notes.get("corpus_mails", "")), str(len(model.notes.get("own_mails", ())))
        own_card = str(len(model.notes.get("own_qualities", ()))) if "scorecard" in model.notes else "shipped"
        rows.append((mark, model.version, *mails, *shares, own_card, model.fault))
    print(
        table(
            ("use", "model", "corpus", "own", "buyer F1", "group", "kind F1", "card", "fault"), rows, wide={"fault": 60}
        )
    )


def use(version: str, config: ConfigOption = None) -> None:
    """Tell new mails by that model; restart the daemon to take it up."""
    print(f"{version} is in use: {_shelf(config).use(version)}. Restart the daemon to take it up.")


def compare(
    first: str,
    second: str,
    path: Annotated[Path, typer.Option("--on", help="Labelled mails, as for `triage evaluate`.")],
    config: ConfigOption = None,
) -> None:
    """Two kept models on the same labelled mails. They should be mails that neither was trained on."""
    from triage.desk import mail_reader
    from triage.scoring.kind import KindModel
    from triage.scoring.labelled import read_labelled
    from triage.scoring.report import chief_rows
    from triage.scoring.scorecard import scorecard_of
    from triage.scoring.training import told_of

    mails = read_labelled(path)
    settings = optional_settings(config)
    shelf = _shelf(config)
    models = [KindModel.load(shelf.path_of(version), settings.second_look) for version in (first, second)]
    columns = [chief_rows(told_of(model, mails, mail_reader)[0], {}) for model in models]
    rows = [(name, a, b) for (name, a, _), (_, b, _) in zip(*columns, strict=True)]
    print(table((f"{len(mails)} mails", first, second), rows))
    cards = [scorecard_of(model.notes).most_effects() for model in models]
    differ = [(name, f"{a:+.1f}", f"{cards[1][name]:+.1f}") for name, a in cards[0].items() if a != cards[1][name]]
    print(table(("scorecard, most points", first, second), differ) if differ else "Both score buyers by the same card.")


def label(
    limit: Annotated[int, typer.Option(min=1, help="How many mails to offer.")] = 20,
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Offer mails for labelling, those the classifier is unsure of first. Enter keeps the guess, - skips, q ends."""
    from triage.vocabulary.inquiry import Kind

    app, who = app_of(config), someone(by)
    with app.store.begin(write=False) as uow:
        offered = uow.learning.unlabelled(limit)
    labelled = 0
    for message_id, found in offered:
        with app.store.begin(write=False) as uow:
            message, stored = uow.messages.get(message_id), uow.messages.assessment_of(message_id)
        likeliest = sorted(found.kind.probabilities.items(), key=lambda pair: -pair[1])[:3]
        text = stored.mail.message if stored else ""
        print(f"\n--- message {message_id}  {clean(message.sender)}  {clean(message.subject)}")
        print("\n".join(clean(line) for line in text.splitlines()[:12]))
        print("  ".join(f"{kind} {share:.0%}" for kind, share in likeliest))
        answer = _ask(str(found.kind.kind), [kind.value for kind in Kind])
        if answer == "q":
            break
        if answer != "-":
            app.review.relabel(message_id, Kind(answer), who)
            labelled += 1
    print(f"{labelled} mails labelled. `triage train` learns from them.")


def _ask(guess: str, kinds: list[str]) -> str:
    while True:
        answer = str(typer.prompt("kind", default=guess)).strip()
        if answer in {*kinds, "-", "q"}:
            return answer
        print(f"One of: {', '.join(kinds)}; - to skip; q to end.")


def explain(
    message_id: Annotated[int, typer.Argument(help="Number of the message.")],
    config: ConfigOption = None,
    chinese: Annotated[bool, typer.Option("--zh", help="In Chinese.")] = False,
    json: JsonOption = False,
) -> None:
    """Why a mail is worth what it is: each factor with its effect, and the text it came from."""
    from triage.explaining import as_json, as_text, explanation

    found = explanation(app_of(config).store, message_id)
    print(as_json(found) if json else as_text(found, chinese))


def rescore(config: ConfigOption = None) -> None:
    """Score all mails again with the model in use; the old scores stay visible in `triage explain`."""
    from triage.learning import rescore as again

    app = app_of(config)
    changed = again(app.store, app.desk, app.clock, lambda done: typer.echo(f"{done} mails looked at", err=True))
    print(f"{changed} scores changed; `triage explain N` shows old and new.")


def _shelf(config: Path | None) -> "Shelf":
    from triage.scoring.shelf import Shelf

    return Shelf(optional_settings(config).models_folder)

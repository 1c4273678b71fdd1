"""`triage evaluate`: how well mails are told apart, on labels of yours or by cross-validation."""

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ConfigOption, JsonOption, optional_settings
from triage.cli.table import table

if TYPE_CHECKING:
    from triage.scoring.evaluation import Figures
    from triage.vocabulary.inquiry import Kind

    Measured = tuple[Figures, list[tuple[Kind, Kind]], str]
    """Figures, (true, told) of each mail, the model's version."""


def register(app: typer.Typer) -> None:
    app.command()(evaluate)


def evaluate(
    path: Annotated[
        Path | None,
        typer.Argument(help="Labelled mails: a .jsonl file, a folder of them, or a folder with .eml below each kind."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a report with charts to this file.")] = None,
    model: Annotated[Path | None, typer.Option(help="Another model than the one in use.")] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Measure the kind classifier on labelled mails; without PATH by cross-validation over the training mails.

    Prints confusion, F1 by kind and language, AUC, Brier score and calibration, with 95 % bootstrap intervals.
    """
    from triage.scoring.evaluation import intervals_of
    from triage.scoring.report import html_report

    source = str(path) if path else "the training mails, held out in turn"
    figures, pairs, version = _on_labels(path, model, config) if path else _held_out(config)
    true, told = zip(*pairs, strict=True)
    intervals = intervals_of(true, told)
    if html:
        html.write_text(html_report(figures, intervals, source, version), encoding="utf-8")
    print(_as_json(figures, intervals, version) if json else _as_text(figures, intervals, source, version))


def _on_labels(path: Path, model: Path | None, config: Path | None) -> "Measured":
    from triage.desk import kind_model_of, mail_reader
    from triage.scoring.kind import KindModel
    from triage.scoring.labelled import read_labelled
    from triage.scoring.training import told_of

    chosen = KindModel.load(model) if model else kind_model_of(optional_settings(config))
    return told_of(chosen, read_labelled(path), mail_reader)


def _held_out(config: Path | None) -> "Measured":
    from triage.desk import embedding_of, mail_reader, shipped
    from triage.scoring.training import pairs_of, train

    trained = train(
        shipped("models/corpus"), mail_reader, progress=_tell, embed=embedding_of(optional_settings(config))
    )
    return trained.figures, pairs_of(trained), trained.model.version


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _as_text(figures: "Figures", intervals: dict[str, tuple[float, float]], source: str, version: str) -> str:
    from triage.scoring.report import chief_rows, language_rows, matrix_rows

    told, rows = matrix_rows(figures.table)
    short = [kind.value[:7] for kind in told]
    parts = [
        f"{figures.mails} mails of {source}, model {version}",
        table(("figure", "value", "95 % interval"), chief_rows(figures, intervals)),
        table(("kind", "F1"), [(kind.value, f"{share:.3f}") for kind, share in figures.kind_f1.items()]),
        table(("language", "mails", "right", "F1"), language_rows(figures)),
        table(
            ("claimed", "right", "mails"),
            [(f"{b.confidence:.2f}", f"{b.right:.2f}", str(b.mails)) for b in figures.bins],
        ),
        table(("true / told", *short), [(kind.value, *(str(n or "") for n in counts)) for kind, counts in rows]),
    ]
    return "\n\n".join(parts)


def _as_json(figures: "Figures", intervals: dict[str, tuple[float, float]], version: str) -> str:
    from dataclasses import asdict

    return json_module.dumps(
        {"model": version, **asdict(figures), "intervals": intervals}, ensure_ascii=False, indent=2
    )

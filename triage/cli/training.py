"""`triage train` and `triage evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from triage.scoring.corpus import Read
    from triage.scoring.training import Trained
    from triage.vocabulary.inquiry import Reading
    from triage.vocabulary.mail import ParsedMail, Screening

CorpusOption = Annotated[Path, typer.Option(help="Folder of labelled mails (.jsonl).")]
ExtraOption = Annotated[Path | None, typer.Option(help="Further labelled mails of kinds that are no buyer's.")]


def register(app: typer.Typer) -> None:
    app.command()(train)
    app.command()(evaluate)


def train(
    corpus: CorpusOption = Path("models/corpus"),
    output: Annotated[Path, typer.Option(help="Where to write the model.")] = Path("models/kind.model"),
    extra: ExtraOption = None,
) -> None:
    """Train the kind classifier, and write it with its figures."""
    trained = _train(corpus, extra)
    trained.model.save(output, trained.notes)
    _print_figures(trained)
    print(f"Written to {output}.")


def evaluate(corpus: CorpusOption = Path("models/corpus"), extra: ExtraOption = None) -> None:
    """Cross-validated figures, without writing a model."""
    _print_figures(_train(corpus, extra))


def _train(corpus: Path, extra: Path | None) -> "Trained":
    from triage.scoring.training import train as fit

    return fit(corpus, _reader(), extra, lambda line: print(line, flush=True))


def _reader() -> "Read":
    from triage import parsing, reading, screening

    def read(raw: bytes) -> "tuple[ParsedMail, Reading, Screening]":
        mail = parsing.parse(raw)
        return mail, reading.read(mail), screening.screen(mail)

    return read


def _print_figures(trained: "Trained") -> None:
    figures = trained.figures
    print(f"kind, macro F1:        {figures.macro_f1:.3f}")
    print(f"buyer or not, F1:      {figures.buyer_f1:.3f}")
    print(f"kind group right:      {figures.group_accuracy:.3f}")
    print(f"sure of itself:        {trained.sure:.1%} of mails, {trained.sure_accuracy:.1%} of those right")

"""The desk that the pipeline works at, made from a configuration. Loads neither the database nor a mail client."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage import parsing, reading, screening
from triage.config import Settings, default_settings
from triage.errors import ModelError
from triage.parsing import Patterns, load_patterns
from triage.pipeline import Classifier, Desk
from triage.scoring.embedding import Embed, embedding, remembering
from triage.scoring.kind import Abstainer, KindModel
from triage.scoring.scorecard import SHIPPED as SHIPPED_CARD
from triage.scoring.scorecard import Scorecard, scorecard_of
from triage.scoring.shelf import look
from triage.vocabulary.inquiry import Reading
from triage.vocabulary.mail import ParsedMail, Screening
from triage.vocabulary.policy import Catalogue

if TYPE_CHECKING:
    from triage.drafting import Templates

SHIPPED = Path(__file__).parent / "_shipped"
"""Where the wheel puts what lies beside the package in a checkout."""


def shipped(name: str) -> Path:
    """A file or folder that comes with triage, in an installed wheel or in a checkout."""
    packed = SHIPPED / name
    return packed if packed.exists() else Path(__file__).parents[1] / name


def desk_of(settings: Settings) -> Desk:
    """All that the pipeline's steps need. Raises ModelError, TemplateError, CatalogueError, ConfigError."""
    classifier = classifier_of(settings)
    return Desk(
        company=settings.company.value(),
        catalogue=catalogue_of(settings),
        calendar=settings.calendar.value(),
        markets=settings.markets.value(settings.company.country),
        classifier=classifier,
        load_templates=cache(partial(templates_of, settings)),
        promise_within=timedelta(hours=settings.targets.promise_hours),
        own_addresses=settings.own_addresses,
        wrappers=wrappers_of(settings),
        attachment_limit=int(settings.attachments_limit_mb * 1_000_000),
        quote_original=settings.letters.quote_original,
        thanked=settings.letters.thanked(),
        tiers=settings.tiers.value(),
        card=card_of(notes_of(settings, classifier)),
        buyer_languages=settings.buyer_languages,
    )


def model_path(settings: Settings) -> Path:
    """The kind model in use: the one named, else the one trained here, else the shipped one."""
    trained = settings.models_folder / "kind.model"
    return settings.model_file or (trained if trained.exists() else shipped("models/kind.model"))


def kind_model_of(settings: Settings) -> KindModel:
    """Raises ModelError."""
    return KindModel.load(model_path(settings), settings.second_look)


def notes_of(settings: Settings, model: Classifier | None) -> dict[str, Any]:
    """What the file of the model in use tells of its making; also where only the file's manifest can be used."""
    return model.notes if isinstance(model, KindModel) else look(model_path(settings)).notes


def card_of(notes: Mapping[str, object]) -> Scorecard:
    """The scorecard that a model's notes carry, else the shipped one; one that can't be used is told in the log."""
    try:
        return scorecard_of(notes)
    except ModelError as error:
        import structlog

        structlog.get_logger().error("scorecard_unusable", error=str(error))
        return SHIPPED_CARD


def classifier_of(settings: Settings) -> Classifier:
    """The kind model, or, where its file can't be used, one that abstains on every mail and says why."""
    try:
        return kind_model_of(settings)
    except ModelError as error:
        import structlog

        structlog.get_logger().error("model_unusable", error=str(error))
        return Abstainer(str(error))


def embedding_of(settings: Settings) -> Embed | None:
    """What training asks for second looks; it remembers what it said of the shipped mails."""
    embed = embedding() if settings.second_look else None
    return embed and remembering(embed, shipped("models/corpus.vectors"))


def mail_reader(raw: bytes) -> tuple[ParsedMail, Reading, Screening]:
    """The rooms before the classifier, for training and evaluation."""
    mail = parsing.parse(raw)
    return mail, reading.read(mail), screening.screen(mail)


@cache
def default_desk() -> Desk:
    """What `triage.assess` and `triage.draft` work with: no configuration, loaded once."""
    return desk_of(default_settings())


def catalogue_of(settings: Settings) -> Catalogue:
    if settings.catalogue_file is None:
        return Catalogue()
    from triage.drafting import load_catalogue

    return load_catalogue(settings.catalogue_file, settings.attachments_folder)


def wrappers_of(settings: Settings) -> Patterns | None:
    return load_patterns(settings.wrappers_file) if settings.wrappers_file else None


def templates_of(settings: Settings) -> "Templates":
    from triage.drafting import Templates, shipped_templates

    return Templates(shipped_templates(), settings.templates_folder)

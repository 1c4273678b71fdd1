"""Plainly fictional mails, letters and rows for the tests of the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from triage.store import SqlStore
from triage.vocabulary.inquiry import (
    Asked,
    Assessment,
    BuyerScore,
    BuyerType,
    Evidence,
    FactName,
    Kind,
    KindPrediction,
    MarketScore,
    Point,
    Priority,
    Quality,
    Reading,
    Reason,
    Signal,
    Stage,
    Tier,
    Told,
)
from triage.vocabulary.letter import (
    AnswerStatus,
    Letter,
    LetterAttachment,
    PointAnswer,
    PromiseMade,
    Question,
    Warning,
)
from triage.vocabulary.mail import Address, Attachment, Automatic, Defect, ParsedMail, Screening, Wrapped
from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import FolderRole, FolderState, NewDraft, NewMessage, Outgoing, Processed
from triage.vocabulary.states import DraftStatus

NOW = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
ACCOUNT = "sales"
OURS = "sales@muster.example"
BUYER = Address("Ana Ejemplo", "Ana@Importadora.example")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def inbox(uow: UnitOfWork) -> FolderState:
    uow.accounts.ensure(ACCOUNT, OURS)
    return uow.accounts.folder(ACCOUNT, "INBOX", FolderRole.INBOX)


def sent(uow: UnitOfWork) -> FolderState:
    uow.accounts.ensure(ACCOUNT, OURS)
    return uow.accounts.folder(ACCOUNT, "Sent", FolderRole.SENT)


def new_message(
    folder: FolderState, uid: int, at: datetime = NOW, raw: bytes | None = None, **others: object
) -> NewMessage:
    data = f"Subject: mail {uid}\r\n\r\nHello\r\n".encode() if raw is None else raw
    new = NewMessage(folder.id, 7, uid, at, data, len(data))
    return replace(new, **others) if others else new  # type: ignore[arg-type]


def mail(number: int = 1, **others: object) -> ParsedMail:
    """A parsed mail in which every field says something."""
    parsed = ParsedMail(
        subject="Inquiry: 500 Büro-Stühle 椅子",
        sender=BUYER,
        reply_to=(Address("", "reply@importadora.example"),),
        to=(Address("Sales", OURS),),
        cc=(Address("", "Boss@importadora.example"),),
        date=datetime(2026, 3, 1, 22, 14, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
        date_zone_known=True,
        message_id=f"<mail-{number}@importadora.example>",
        in_reply_to=("<first@muster.example>",),
        references=("<start@importadora.example>", "<first@muster.example>"),
        headers=(("subject", "Inquiry: 500 Büro-Stühle 椅子"), ("x-mailer", "Beispiel 1.0")),
        text="Dear Sirs,\n\nwhat is your MOQ? \U0001f600",
        newest_text="what is your MOQ?",
        signature="Ana",
        html="<p>what is your <b>MOQ</b>?</p>",
        attachments=(
            Attachment("plan.pdf", "application/pdf", 12_345, "a" * 64),
            Attachment("logo.png", "image/png", 99, "b" * 64, inline=True),
        ),
        defects=(Defect("charset", "unknown charset x-beispiel"),),
        content_type="multipart/mixed",
        wrapped=Wrapped("contact-form-7", BUYER, "what is your MOQ?", (("country", "Chile"),), None),
        size=20_000,
    )
    return replace(parsed, **others) if others else parsed  # type: ignore[arg-type]


def assessment(
    kind: Kind = Kind.RFQ,
    score: float = 2 / 3 * 100,
    stage: Stage = Stage.QUOTATION,
    told: tuple[Told, ...] = (Told(FactName.QUANTITY, "500 pcs", 10, 17),),
) -> Assessment:
    """An assessment in which every field says something; probabilities are no round numbers."""
    return Assessment(
        kind=KindPrediction(kind, {each: 1 / len(Kind) for each in Kind}, unsure=True, model="kind-2026-03"),
        reading=Reading(
            language="es",
            language_confidence=0.1 + 0.2,
            asked=(Asked(Point.MOQ, "MOQ", 13, 16),),
            told=told,
            country="CL",
            country_evidence=(Evidence("phone", "CL", "+56", 0.7),),
            signals=(Signal("urgent", "as soon as possible"), Signal("reply_to_elsewhere", "reply@", risk=True)),
        ),
        stage=stage,
        buyer=BuyerScore(71.3, Quality.HIGH, BuyerType.IMPORTER, (Reason("quantity", 12.5, "states a quantity"),)),
        market=MarketScore(44.4, (Reason("gdp", -3.0, "small market"),)),
        priority=Priority(score, Tier.A, (Reason("market", 0.1, "x"),)),
    )


def processed(number: int = 1, *, rated: Assessment | None = None, **others: object) -> Processed:
    return Processed(mail(number, **others), Screening(None), rated or assessment())


def automatic(number: int = 1) -> Processed:
    return Processed(
        mail(number), Screening(Automatic.BOUNCE, "a bounce", original_message_id="<l@muster.example>"), None
    )


def letter(text: str = "Dear Ana,", *questions: str) -> Letter:
    """A letter in which every field says something."""
    return Letter(
        to=(BUYER,),
        subject="Re: Inquiry: 500 Büro-Stühle 椅子",
        language="en",
        text=text,
        html=f"<p>{text}</p>",
        points=(PointAnswer(Point.MOQ, AnswerStatus.DEFERRED, "We will tell you the MOQ by Tuesday."),),
        questions=tuple(Question(name, f"{name}?") for name in questions),
        promises=(PromiseMade("the MOQ", NOW + timedelta(days=1)),),
        warnings=(Warning("no_price", "no price", "place", "remedy", blocking=True),),
        attachments=(LetterAttachment("catalogue.pdf", "catalogue.pdf", "application/pdf"),),
        template="en/quotation",
        holding=True,
    )


def outgoing(text: bytes = b"From: sales@muster.example\r\n\r\nDear Ana,\r\n") -> Outgoing:
    return Outgoing(OURS, (BUYER.email, "boss@importadora.example"), text, "c" * 64)


def put_message(
    uow: UnitOfWork,
    uid: int = 1,
    at: datetime = NOW,
    outcome: Processed | None = None,
    conversation_id: int | None = None,
) -> tuple[int, int]:
    """A processed incoming mail in a conversation of its own, or in the one given: (message, conversation)."""
    (message_id,) = uow.messages.add([new_message(inbox(uow), uid, at)])
    if conversation_id is None:
        conversation_id = uow.conversations.create(ACCOUNT, "Inquiry", None, at)
    uow.messages.save_processed(message_id, outcome or processed(uid), conversation_id)
    return message_id, conversation_id


def new_draft(message_id: int, conversation_id: int, number: int = 1, text: Letter | None = None) -> NewDraft:
    return NewDraft(
        message_id=message_id,
        conversation_id=conversation_id,
        account_id=ACCOUNT,
        letter=text or letter(),
        rfc_message_id=f"<letter-{number}@muster.example>",
        in_reply_to="<mail-1@importadora.example>",
        references=("<start@importadora.example>", "<mail-1@importadora.example>"),
        content_hash="hash-1",
        conversation_version=0,
    )


def put_draft(uow: UnitOfWork, number: int = 1, at: datetime = NOW, outcome: Processed | None = None) -> int:
    message_id, conversation_id = put_message(uow, number, at, outcome)
    return uow.drafts.add(new_draft(message_id, conversation_id, number), at)


def approve(uow: UnitOfWork, draft_id: int, at: datetime = NOW, not_before: datetime | None = None) -> bool:
    draft = uow.drafts.get(draft_id)
    version = uow.conversations.get(draft.conversation_id).version
    return uow.drafts.approve(draft_id, draft.revision, draft.content_hash, version, outgoing(), "li", at, not_before)


def walk(uow: UnitOfWork, draft_id: int, *states: DraftStatus, at: datetime = NOW) -> None:
    """From where it stands through these states."""
    for state in states:
        before = uow.drafts.get(draft_id).status
        moved = (
            approve(uow, draft_id, at)
            if state is DraftStatus.APPROVED
            else uow.drafts.move(draft_id, before, state, at)
        )
        assert moved, f"{before} to {state}"


TO_SENT = (DraftStatus.APPROVED, DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT, DraftStatus.SENT)


def saved_draft(store: SqlStore, *states: DraftStatus) -> int:
    with store.begin() as uow:
        draft_id = put_draft(uow)
        walk(uow, draft_id, *states)
        uow.commit()
    return draft_id

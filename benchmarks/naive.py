"""The chain that a first version is often made of: common libraries in their common use, one mail after the other.

It reads what policy.default parses, BeautifulSoup's text of HTML, langdetect's language, a scikit-learn kind;
renders one template compiled anew for each mail, and commits message, draft and event by the ORM. It does far less than
ours: no quotes cut, no points or facts, no conversation, clock or seal.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import Environment
from langdetect import LangDetectException, detect
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sqlalchemy import ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from triage.scoring.corpus import read_corpus

LETTER = """\
Dear {{ name or "Sir or Madam" }},

Thank you for your mail of {{ date }} about "{{ subject }}".
{% if kind == "rfq" %}We are working out our quotation and shall send it within two working days.
{% elif kind == "complaint" %}We are sorry, look into it at once, and shall tell you by tomorrow what we found.
{% else %}We have passed it to our sales team and shall answer in full by tomorrow.
{% endif %}
To serve you well we would like to know:
{% for question in questions %}
{{ loop.index }}. {{ question }}
{% endfor %}
Best regards,
{{ sender }}
"""
QUESTIONS = ("Which quantity do you have in mind?", "Where shall we deliver?", "Have you bought from China before?")


class Base(DeclarativeBase):
    pass


class Message(Base):
    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    raw: Mapped[bytes]
    message_id: Mapped[str] = mapped_column(index=True)
    sender: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]


class Draft(Base):
    __tablename__ = "draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    text: Mapped[str]


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    name: Mapped[str]
    at: Mapped[datetime]


def trained(corpus: Path) -> Any:
    """Words and letter sequences, as our own model has them."""
    mails = [(message_from_bytes(mail.raw, policy=policy.default), str(mail.kind)) for mail in read_corpus(corpus)]
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    model = make_pipeline(features, LogisticRegression(max_iter=300))
    return model.fit([text_of(mail) for mail, _ in mails], [kind for _, kind in mails])


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = str(body.get_content())
    return BeautifulSoup(content, "lxml").get_text("\n") if body.get_content_subtype() == "html" else content


def store_and_draft(mails: Iterable[bytes], model: Any, database: Path) -> tuple[int, int]:
    """Mails taken through the chain, and mails it failed on (unknown charsets, broken headers)."""
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _prepare)
    Base.metadata.create_all(engine)
    done = failed = 0
    for raw in mails:
        with Session(engine) as session:
            try:
                _take(session, raw, model)
                done += 1
            except (LookupError, ValueError, AttributeError, IndexError, TypeError, UnicodeError):
                failed += 1
    engine.dispose()
    return done, failed


def _take(session: Session, raw: bytes, model: Any) -> None:
    mail = message_from_bytes(raw, policy=policy.default)
    text, subject = text_of(mail), str(mail["Subject"] or "")
    try:
        language = detect(text)
    except LangDetectException:
        language = ""
    kind = str(model.predict([f"{subject}\n{text}"])[0])
    name = mail["From"].addresses[0].display_name if mail["From"] and mail["From"].addresses else ""
    letter = (
        Environment(autoescape=False)  # noqa: S701 (plain text)
        .from_string(LETTER)
        .render(name=name, date=mail["Date"], subject=subject, kind=kind, questions=QUESTIONS, sender="Li Na")
    )
    message = Message(
        raw=raw,
        message_id=str(mail["Message-ID"] or ""),
        sender=str(mail["From"] or ""),
        subject=subject,
        text=text,
        language=language,
        kind=kind,
    )
    session.add(message)
    session.flush()
    session.add(Draft(message_id=message.id, text=letter))
    session.add(Event(message_id=message.id, name="draft.proposed", at=datetime.now(UTC)))
    session.commit()


def _prepare(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")

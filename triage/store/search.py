"""Full-text search over mails and letters: FTS5 on SQLite, tsvector on PostgreSQL, the same words on both.

Text is folded (case, accents) and Chinese, Japanese and Korean characters are set apart, so that each is a word and a
phrase of them finds the words that no spaces mark.
"""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnClause, Connection, Select, column, select, text

from triage.store.columns import storable
from triage.vocabulary.letter import Letter
from triage.vocabulary.mail import ParsedMail

LONGEST_TEXT = 20_000
"""Characters of a mail that can be found: what follows is quotes and signatures."""
MOST_WORDS = 12
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+|[^\W_]+")

_ASCII_WORD = re.compile(r"[a-z0-9]+")

_INSERT = {
    "sqlite": "INSERT INTO search (rowid, mail, letter) VALUES (:id, :mail, '')",
    "postgresql": "INSERT INTO search (message_id, mail, letter) VALUES (:id, to_tsvector('simple', :mail), '')",
}
_LETTER = {
    "sqlite": "UPDATE search SET letter = :letter WHERE rowid = :id",
    "postgresql": "UPDATE search SET letter = to_tsvector('simple', :letter) WHERE message_id = :id",
}
_MATCH = {
    "sqlite": "search MATCH :asked",
    "postgresql": "(mail @@ to_tsquery('simple', :asked) OR letter @@ to_tsquery('simple', :asked))",
}
_KEY = {"sqlite": "rowid", "postgresql": "message_id"}


def index_mails(connection: Connection, mails: Sequence[tuple[int, ParsedMail]]) -> None:
    """Make mails findable whose content was just stored; the database forgets them with their content."""
    rows = [{"id": message_id, "mail": folded(_of_mail(mail))} for message_id, mail in mails]
    connection.execute(text(_INSERT[connection.dialect.name]), rows)


def index_letter(connection: Connection, message_id: int, letter: Letter) -> None:
    """The newest letter that answers a mail is found with it."""
    words = " ".join((letter.subject, letter.text, *(address.email for address in letter.to)))
    connection.execute(text(_LETTER[connection.dialect.name]), {"id": message_id, "letter": folded(words)})


def matching(dialect: str, asked: str, most: int) -> Select[int]:
    """Ids of the newest messages in which, or in whose letters, all words stand; each may be a beginning."""
    key: ColumnClause[int] = column(_KEY[dialect])
    found = select(key).select_from(text("search")).order_by(key.desc()).limit(most)
    query = _query(dialect, asked)
    return found.where(text(_MATCH[dialect]).bindparams(asked=query) if query else text("1 = 0"))


def folded(words: str) -> str:
    """As it is indexed: words of letters and digits alone, so that both databases see the same ones."""
    if words.isascii():
        return " ".join(_terms(words))
    return " ".join(" ".join(term) if _WIDE.match(term) else term for term in _terms(words))


def _terms(words: str) -> list[str]:
    """Lower case, without accents; a run of wide characters is one term."""
    if words.isascii():
        return _ASCII_WORD.findall(words.lower())
    plain = unicodedata.normalize("NFKD", storable(words)).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _WORD.findall(unicodedata.normalize("NFC", bare))


def _of_mail(mail: ParsedMail) -> str:
    writer = mail.writer
    who = (writer.name, writer.email) if writer else ()
    sender = (mail.sender.email,) if mail.sender else ()
    names = (attachment.name for attachment in mail.attachments)
    return " ".join((mail.subject, *who, *sender, mail.message[:LONGEST_TEXT], mail.signature[:1000], *names))


def _query(dialect: str, asked: str) -> str:
    """Only letters and digits go in, so that no operator of a query language can be smuggled in (I13)."""
    terms = _terms(asked)[:MOST_WORDS]
    if dialect == "sqlite":
        return " ".join(f'"{" ".join(term)}"' if _WIDE.match(term) else f'"{term}"*' for term in terms)
    return " & ".join(f"({' <-> '.join(term)})" if _WIDE.match(term) else f"{term}:*" for term in terms)

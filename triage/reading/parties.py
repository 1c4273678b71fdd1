"""Who writes: company, person, role, website, phone, from platform fields, signature, sender and text."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from triage.reading.companies import TRADE_WORDS, companies
from triage.reading.folding import Text, fold_term
from triage.reading.marks import Marks
from triage.reading.phones import Phone
from triage.vocabulary.inquiry import FactName, Told
from triage.vocabulary.mail import ParsedMail

_URL = re.compile(r"(?:https?://|\bwww\.)[\w.-]{3,100}(?:/[\w./%~+-]{0,100})?", re.IGNORECASE)
_CAPITAL_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]{0,24}(?: [^\W\d_][\w'’.-]{0,24}){0,3}")
_MAILBOX_NAMES = re.compile(
    r"\b(?:info|sales|purchas\w*|procurement|office|import\w*|export\w*|admin|contact|order\w*|team|support|noreply|no-reply|"
    r"service|marketing|buyer|inquiry|webmaster|mail|department|dept|group|company|ltd|gmbh|inc|llc|co|via|form|notification\w*)\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:best|kind|warm|many|with)? ?(?:regards|wishes|thanks|sincerely|cheers|rgds|br|mfg|mit freundlichen grussen|"
    r"saludos|"
    r"cordialement|atenciosamente|cordiali saluti|distinti saluti|saygilarimla|met vriendelijke groet|"
    r"с уважением|此致|敬礼|祝好|"
    r"顺祝商祺|敬具|감사합니다|よろしくお願い.{0,12})\b"
)
_NAME_LINES = 5
_LONGEST_VALUE = 80
_ROLE_REACH = 24
"""`I am Jane, the purchasing manager`: the role follows within so many characters."""


def party_facts(
    mail: ParsedMail, text: Text, signature: Text, marks: Marks, signed: Marks, phones: tuple[Phone, ...]
) -> list[Told]:
    """Facts about the writer. `signed` are the marks of the signature."""
    found = [*_from_fields(mail), *companies(text, signature, marks, signed), *_person(mail, signature)]
    found += [*_role(text, marks, signature, signed), *_website(text, signature)]
    found += [Told(FactName.PHONE, phone.text, phone.start, phone.end, value=phone.e164) for phone in phones[:1]]
    return found


@cache
def _fields() -> dict[str, FactName]:
    table = tomllib.loads(files("triage.reading").joinpath("fields.toml").read_text("utf-8"))
    return {label: FactName(fact) for fact, labels in table.items() for label in labels}


def _from_fields(mail: ParsedMail) -> Iterator[Told]:
    for label, value in mail.wrapped.fields if mail.wrapped else ():
        fact = _fields().get(fold_term(label[:_LONGEST_VALUE]).strip(" :*"))
        if fact is not None and value.strip():
            yield Told(fact, value.strip()[:_LONGEST_VALUE])


def _person(mail: ParsedMail, signature: Text) -> Iterator[Told]:
    writer = mail.writer
    name = writer.name.strip(" \"'")[:_LONGEST_VALUE] if writer else ""
    if name and "@" not in name and not _MAILBOX_NAMES.search(name) and not any(c.isdigit() for c in name):
        yield Told(FactName.PERSON, name)
        return
    for line in signature.original.splitlines()[:_NAME_LINES]:
        words = line.strip(" -,|\t")
        if not words or _SIGN_OFF.match(fold_term(words)):
            continue
        if _CAPITAL_NAME.fullmatch(words) and not _MAILBOX_NAMES.search(words) and not TRADE_WORDS.search(words):
            yield Told(FactName.PERSON, words[:_LONGEST_VALUE])
        return


def _role(text: Text, marks: Marks, signature: Text, signed: Marks) -> Iterator[Told]:
    for hit in signed.all("role"):
        words, _, _ = signature.cite(hit.start, hit.end)
        yield Told(FactName.ROLE, words, value=hit.label)
        return
    for hit in marks.all("role"):
        if marks.within("we.i_am", max(0, hit.start - _ROLE_REACH), hit.start):
            yield Told(FactName.ROLE, *text.cite(hit.start, hit.end), value=hit.label)
            return


def _website(text: Text, signature: Text) -> Iterator[Told]:
    for source, inside in ((signature, False), (text, True)):
        match = _URL.search(source.original) if "http" in source.folded or "www." in source.folded else None
        if match:
            address = match.group().rstrip("./")
            span = (match.start(), match.start() + len(address)) if inside else (-1, -1)
            yield Told(FactName.WEBSITE, address, *span)
            return

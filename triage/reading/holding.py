"""Whether a letter of ours only holds: the mail is here, and the answer will come; no more (A6)."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from triage.reading.folding import fold
from triage.reading.phrases import Phrases
from triage.reading.sentences import sentences
from triage.vocabulary.mail import ParsedMail

_MAX_CHARS, _MAX_SENTENCES = 700, 9
_TRIFLE = 4
"""Words; in scripts without spaces one letter more."""
_COMMA = re.compile(r"[,;،，、：\n]|:(?!\d)")
_HOUR = re.compile(r"\b(?:\d{1,2}[:.h]\d{2}(?:\s?[ap]m)?|\d{1,2}\s?(?:am|pm|uhr|h|点|時|시))(?![\w%])")
_YES_OR_NO = re.compile(
    r"(?<!\w)(?:yes|no|si|ja|nein|oui|non|sim|nao|да|нет|نعم|لا|evet|hayir|はい|いいえ|네|아니요|是的|可以的?|不)\b[.,!。，]"
)
_MONEY = re.compile(r"[$€£¥₹₽₩%]|\b(?:usd|eur|rmb|cny|gbp|jpy|inr|brl|pln|chf)\b|https?://|www\.")
_COUNTED = re.compile(
    r"\d[\d.,]*\s*(?:pcs|pieces|units|sets|pairs|cartons|boxes|kg|kgs|tons?|mm|cm|m2|stk|stuck|piezas|pecas|шт|个(?!工作|月|小时|星期)|件|台|套|箱|個|枚|개|대)"
)
_WIDE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_\u3040-\u9fff\uac00-\ud7af]+|[\u3040-\u9fff\uac00-\ud7af]")


def only_holds(mail: ParsedMail) -> bool:
    """In doubt it is an answer: each sentence must be known as one that says nothing, and one of them that the answer
    is to come."""
    text = fold(mail.message[: _MAX_CHARS + 1]).folded
    if len(text) > _MAX_CHARS or any(not file.inline for file in mail.attachments):
        return False
    if _YES_OR_NO.search(text) or _MONEY.search(text) or _COUNTED.search(text):
        return False
    spans = sentences(text)
    if len(spans) > _MAX_SENTENCES or any(span.question for span in spans):
        return False
    spoken = [text[span.start : span.end] for span in spans]
    found = [_said(sentence) for sentence in spoken]
    if any("substance" in said for said in found) or not any("back" in said for said in found):
        return False
    return all(map(_says_nothing, spoken))


def _said(words: str) -> frozenset[str]:
    return frozenset(hit.label for hit in _phrases().find(words))


def _says_nothing(sentence: str) -> bool:
    """Each longer clause is a known one; beside one, or without a full stop, a few words may be a name or an hour."""
    if not _said(sentence) and sentence.rstrip()[-1:] in ".!;。！":
        return False
    return all(_said(clause) or _is_trifle(clause) for clause in _COMMA.split(sentence))


def _is_trifle(clause: str) -> bool:
    without_hour = _HOUR.sub(" ", clause)
    return not any(map(str.isdigit, without_hour)) and len(_WORD.findall(without_hour)) <= _TRIFLE + bool(
        _WIDE.search(clause)
    )


@cache
def _phrases() -> Phrases:
    table = tomllib.loads(files("triage.reading").joinpath("holding.toml").read_text("utf-8"))
    return Phrases(
        (label, label, phrase)
        for label, languages in table.items()
        for phrases in languages.values()
        for phrase in phrases
    )

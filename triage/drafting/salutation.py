"""How to address the buyer. A name or title is used only as the buyer gives it: nobody's sex is guessed from a name."""

import re
from dataclasses import dataclass

from triage.vocabulary.inquiry import FactName
from triage.vocabulary.letter import LetterRequest

_TITLES = {
    "mr": "mr",
    "mister": "mr",
    "herr": "mr",
    "monsieur": "mr",
    "sr": "mr",
    "señor": "mr",
    "先生": "mr",
    "ms": "ms",
    "mrs": "ms",
    "miss": "ms",
    "frau": "ms",
    "mme": "ms",
    "madame": "ms",
    "sra": "ms",
    "señora": "ms",
    "女士": "ms",
    "小姐": "ms",
    "sig": "mr",
    "signor": "mr",
    "sig.ra": "ms",
    "signora": "ms",
    "г-н": "mr",
    "господин": "mr",
    "г-жа": "ms",
    "госпожа": "ms",
    "bay": "mr",
    "bayan": "ms",
    "السيد": "mr",
    "السيدة": "ms",
    "الدكتور": "dr",
    "الدكتورة": "dr",
    "dr": "dr",
    "prof": "prof",
    "professor": "prof",
}
_NO_PERSON = frozenset(
    {
        "accounting",
        "admin",
        "administrator",
        "ag",
        "bank",
        "bhd",
        "bv",
        "center",
        "centre",
        "co",
        "company",
        "contact",
        "corp",
        "corporation",
        "customer",
        "department",
        "dept",
        "enquiries",
        "enquiry",
        "export",
        "exports",
        "finance",
        "gmbh",
        "group",
        "hotel",
        "import",
        "imports",
        "inc",
        "industries",
        "info",
        "inquiries",
        "inquiry",
        "international",
        "kg",
        "limited",
        "llc",
        "logistics",
        "lp",
        "ltd",
        "ltda",
        "mail",
        "marketing",
        "no-reply",
        "noreply",
        "office",
        "order",
        "orders",
        "plc",
        "procurement",
        "pte",
        "purchase",
        "purchases",
        "purchasing",
        "pvt",
        "sa",
        "sales",
        "sarl",
        "service",
        "services",
        "shop",
        "sl",
        "spa",
        "srl",
        "store",
        "supply",
        "support",
        "team",
        "sent",
        "from",
        "my",
        "phone",
        "iphone",
        "with",
        "best",
        "kind",
        "regards",
        "yours",
        "faithfully",
        "sincerely",
        "truly",
        "thanks",
        "thank",
        "you",
        "the",
        "trading",
        "webmaster",
        "公司",
        "采购",
        "销售",
        "客服",
        "部门",
        "株式会社",
        "有限会社",
        "購買",
        "購買部",
        "営業",
        "営業部",
        "担当",
        "担当者",
        "주식회사",
        "구매팀",
        "구매부",
        "영업팀",
        "영업부",
        "담당자",
        "ооо",
        "отдел",
        "компания",
        "şti",
        "satış",
        "satınalma",
        "شركة",
        "قسم",
        "مؤسسة",
        "المبيعات",
        "المشتريات",
    }
)
"""Words of firms, desks and closings: what holds one of them is no person's name."""
_WORD = re.compile(r"[^\W\d_][^\W\d_.'’\-]{0,30}(?:[.'’\-][^\W\d_]{0,30}){0,3}\.?")
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_HAN_TITLE = re.compile(r"([\u3400-\u9fff]{1,4})(先生|女士|小姐)")
_HONORIFIC = re.compile(
    r"(?<=[\u3005\u3040-\u30ff\u3400-\u9fff])\s?(?:様|さん|より)$|"
    r"(?<=[\uac00-\ud7af])(?:\s(?:드림|올림|배상|사원|대리|과장|차장|부장|팀장|이사|대표|사장|님|씨)|님)+$"
)
"""What follows a name in Japanese and Korean: an honorific, a rank, "from" under a letter."""
_EAST_ASIAN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,8}")


@dataclass(frozen=True, slots=True)
class Salutation:
    """`name` is the full name, `family` the family name, `title` one of mr, ms, dr, prof; each empty when not told."""

    name: str = ""
    family: str = ""
    title: str = ""


def salutation(request: LetterRequest) -> Salutation:
    """By the name signed in the mail, else by the sender's display name; without a plausible person's name, empty."""
    mail = request.mail
    buyer = mail.wrapped.buyer if mail.wrapped is not None and mail.wrapped.buyer is not None else mail.sender
    signed = request.reading.facts.get(FactName.PERSON) or request.history.facts.get(FactName.PERSON, "")
    return parse_name(signed) or parse_name(buyer.name if buyer is not None else "") or Salutation()


def parse_name(text: str) -> Salutation | None:
    """The name and title in a display name or signature, or None when it is no person's name."""
    text = _HONORIFIC.sub("", " ".join(text.split())[:80])
    if match := _HAN_TITLE.fullmatch(text):
        name, title = match.groups()
        return Salutation(name, name if len(name) == 1 else name[:1], _TITLES[title])
    if _HAN.fullmatch(text.replace(" ", "")):
        return None if any(word in text for word in _NO_PERSON) else Salutation(text.replace(" ", ""), _first(text))
    family, comma, given = text.partition(",")
    words = (f"{given} {family}" if comma else text).split()
    title = ""
    while words and (known := _TITLES.get(words[0].rstrip(".").lower())):
        title, words = title or known, words[1:]
    plausible = 0 < len(words) <= 5 and all(
        _WORD.fullmatch(w) and w.rstrip(".").lower() not in _NO_PERSON for w in words
    )
    if not plausible:
        return None
    words = [_cased(word) for word in words]
    if all(map(_EAST_ASIAN.fullmatch, words)):
        if any(word in text for word in _NO_PERSON):
            return None
        return Salutation(" ".join(words), _first(" ".join(words)), title)
    return Salutation(" ".join(words), words[-1], title)


def _first(name: str) -> str:
    """The family name of a name in Chinese, Japanese or Korean signs: the first, where a space parts it."""
    family, parted, _ = name.partition(" ")
    return family if parted else ""


def _cased(word: str) -> str:
    """ANNA and anna are Anna; McDonald, de and J. stay."""
    if len(word) > 2 and word.isupper():
        return "-".join(part.capitalize() for part in word.split("-"))
    return (
        word[:1].upper() + word[1:]
        if word.islower() and word not in {"de", "da", "van", "von", "bin", "al", "el"}
        else word
    )

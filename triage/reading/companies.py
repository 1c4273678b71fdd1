"""Company names: by legal form, by words such as `Trading`, or as the writer introduces the firm."""

import re
from collections.abc import Iterator

from triage.reading.folding import Text, fold_term
from triage.reading.introductions import introduced_firm, signed_firm
from triage.reading.lexicons import common_words
from triage.reading.marks import Marks
from triage.vocabulary.inquiry import FactName, Told

_WORD = r"[^\W\d_][\w&.'’+/-]{0,30}"
_FORMS = "|".join(
    (
        r"(?:Tic\.? ?)?Ltd\.? ?Şti\.?",
        r"GmbH(?: & Co\.? KG)?|AG|UG|e\.K\.|KG|OHG|Ltd\.?|Limited|LLC|L\.L\.C\.?|Inc\.?|Corp\.?|Corporation|Company",
        r"PLC|plc|LLP",
        r"Co\.?,? ?(?:Ltd|LTD)\.?|Co\.|P(?:ty|vt|te)\.? ?Ltd\.?|Sdn\.? ?Bhd\.?|W\.?L\.?L\.?|FZE|FZCO|FZ-LLC",
        r"S\.?A\.?S\.?|S\.?A\.?R\.?L\.?|EURL|S\.?[rR]\.?[lL]\.?[sS]?\.?|S\.?[pP]\.?[aA]\.?|s\.?n\.?c\.?|S\.?L\.?U?\.?",
        r"S\.?A\.?(?: de C\.?V\.?)?|C\.A\.|E\.?I\.?R\.?L\.?|Ltda\.?|LTDA\.?|EIRELI|Lda\.?|Cía\.? ?Ltda\.?",
        r"B\.?V\.?|N\.?V\.?|VOF|BVBA|ApS|A/S|AB|AS|ASA|Oyj?|OÜ|UAB|SIA|Sp\. ?z ?o\.? ?o\.?|s\.r\.o\.|a\.s\.|d\.o\.o\.",
        r"Kft\.?|Zrt\.?|Bt\.?|EOOD|OOD|(?:Tic\. ?)?Ltd\.? ?Şti\.?|A\.?Ş\.?|"
        r"Tbk|J[sS][cC]|PJSC|K\.?K\.?|Α\.Ε\.|Ε\.Π\.Ε\.",
    )
)
_NAME_AND_FORM = re.compile(rf"(?<![\w@.])((?:{_WORD},? ){{1,6}}?(?:{_FORMS})(?:,? (?:{_FORMS}))?)(?![\w@])")
_FORM_AND_NAME = re.compile(
    r"((?:ООО|ОАО|ЗАО|ПАО|АО|ИП|ТОО|ТОВ|ПП|ЧП|ОДО|СООО|PT\.?|CV\.?|UAB|SIA|Công ty(?: TNHH| Cổ phần| CP)?(?: MTV)?|"
    r"CÔNG TY(?: TNHH| CỔ PHẦN)?|บริษัท|หจก\.|株式会社|有限会社|合同会社|주식회사|"
    r"\(주\)|㈜|شركة|مؤسسة|مجموعة)\s?[«\"“']?[^\W\d_][^\n,;<>|]{1,40})"
)
_ASCII_FORM = re.compile(r"PT|CV|UAB|SIA")
_FORM = re.compile(rf"[ ,](?=[A-Z\u00c0-\u03ff]|plc|[aesd]\.)(?:{_FORMS})(?![\w@])")
_UNSPACED = re.compile(
    r"([\w·・()（）&ー]{2,24}"
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|集团|公司|株式会社|有限会社|合同会社|주식회사|商事|商会|貿易行|商社))"
)
TRADE_WORDS = re.compile(
    r"\b(?:trading|imports?|importers?|exports?|group|industries|international|enterprises?|distribution|distributors?|holdings?|"
    r"solutions|supplies|wholesale|trade|handel|handels|commerce|comercial|comercializadora|importadora|distribuidora|import-export|"
    r"foods|electronics|textiles|company|stores?|traders|retail|logistics|systems|technologies|engineering|construction|ticaret|"
    r"commerciale|negoce|dagang)\b",
    re.IGNORECASE,
)
"""Words of company names that carry no legal form."""
_INTRODUCED = re.compile(r"\W{1,3}([A-Z][\w&'.-]{1,30}(?: (?:[A-Z&][\w&'.-]{0,30}|of|and|de|du|da)){0,4})")
_EAST_ASIAN_FORMS = ("株式会社", "有限会社", "合同会社", "주식회사", "(주)", "㈜")
_ARABIC_COMPANY = ("شركة", "مؤسسة", "مجموعة")
_ARABIC_SELF = re.compile(r"(?:نحن|من|انا|أنا|باسم)\s$")
_GREETED = re.compile(r"\b(?:dear|hello|hi|attn|to)\W{0,3}$", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^(?:我们是|我是来自|我是|我司是|来自|這裡是|这里是|我们|一家|お世話になっております。?|私は|当社は|弊社は)+"
)
_NOT_A_NAME = common_words("before_names")
_FORMS_ALONE = frozenset({"co.", "company", "limited", "ltd", "公司", "贵公司", "有限公司", "集团"})
_US = ("贵", "貴", "你们", "御社")
_LONGEST_NAME = 80


def companies(text: Text, signature: Text, marks: Marks, signed: Marks) -> Iterator[Told]:
    """At most one company: from the signature if it stands there, else from the message."""
    for source, inside in ((signature, False), (text, True)):
        for pattern, original in _worth_searching(source.original):
            for match in pattern.finditer(original):
                name = _name(match.group(1))
                if name not in match.group(1):
                    continue
                start = match.start(1) + match.group(1).index(name)
                if name and not _greeted(original, start) and not (inside and _spoken_of(original, start)):
                    yield Told(FactName.COMPANY, name, *((start, start + len(name)) if inside else (-1, -1)))
                    return
    beside_role = signed_firm(signature, signed)
    if beside_role:
        yield Told(FactName.COMPANY, beside_role)
        return
    for line in signature.original.splitlines():
        if (
            TRADE_WORDS.search(line)
            and 1 < len(line.split()) <= 6
            and "@" not in line
            and not line.strip()[0].islower()
        ):
            yield Told(FactName.COMPANY, line.strip(" -|,")[:_LONGEST_NAME])
            return
    introduced = introduced_firm(text, marks)
    if introduced:
        yield introduced
        return
    yield from _introduced(text, marks)


def _alone(found: str) -> str:
    """Without the department beside it: `Einkauf, Muster GmbH`, `株式会社見本 購買部`."""
    head, comma, rest = found.partition(", ")
    if comma and " " in rest and _FORM.search(f" {rest}") and not _FORM.search(f" {head}"):
        return rest
    form = next((form for form in _EAST_ASIAN_FORMS if found.startswith(form)), "")
    first = re.match(rf"{re.escape(form)}\s?\S+", found) if form else None
    return first.group() if first else found


def _worth_searching(original: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """The patterns that may match at all: the long one is slow on texts without a legal form."""
    if not original.isascii():
        yield _FORM_AND_NAME, original
        yield _UNSPACED, original
    elif _ASCII_FORM.search(original):
        yield _FORM_AND_NAME, original
    if _FORM.search(original):
        yield _NAME_AND_FORM, original


def _name(found: str) -> str:
    """Without the words before the name: `We are Muster GmbH` is `Muster GmbH`; empty when no name is left."""
    words = _alone(found.strip(" ,-|")).split(" ")
    while len(words) > 1 and (fold_term(words[0]).strip(",.'") in _NOT_A_NAME or words[0][:1].islower()):
        words = words[1:]
    if words[0].rstrip(".") in ("CV", "PT") and len(words) > 1 and words[1].islower():
        return ""
    name = _LEAD_IN.sub("", " ".join(words))
    if not 1 < len(name) <= _LONGEST_NAME or fold_term(name) in _NOT_A_NAME | _FORMS_ALONE or name.startswith(_US):
        return ""
    return name


def _greeted(original: str, start: int) -> bool:
    """The name follows a greeting, so it is ours: `Dear Muster Ltd team`."""
    return _GREETED.search(original[max(original.rfind("\n", 0, start) + 1, start - 40) : start]) is not None


def _spoken_of(original: str, start: int) -> bool:
    """In Arabic `company` is a word of any sentence: a name there has its article and follows `we are` or `from`."""
    if not original.startswith(_ARABIC_COMPANY, start):
        return False
    named = original[start:].partition(" ")[2].startswith("ال")
    return not named or _ARABIC_SELF.search(original[max(0, start - 8) : start]) is None


def _introduced(text: Text, marks: Marks) -> Iterator[Told]:
    for cue in marks.all("we.from"):
        _, _, end = text.cite(cue.start, cue.end)
        match = _INTRODUCED.match(text.original, end)
        if match and TRADE_WORDS.search(match.group(1)):
            name = match.group(1).rstrip(".,")
            yield Told(FactName.COMPANY, name, match.start(1), match.start(1) + len(name))
            return

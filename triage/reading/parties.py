"""Who writes: company, person, role, website, phone, from signature, sender, platform fields and the words themselves."""

import re
from collections.abc import Iterator

from triage.reading.folding import Text, fold, fold_term
from triage.reading.marks import Marks
from triage.reading.phones import Phone
from triage.reading.webmail import is_free_mail
from triage.vocabulary.inquiry import FactName, Told
from triage.vocabulary.mail import ParsedMail

_WORD = r"[^\W\d_][\w&.'’+/-]{0,30}"
_FORM_AFTER = (
    r"GmbH(?: & Co\.? KG)?|AG|UG|e\.K\.|KG|OHG|Ltd\.?|Limited|LLC|L\.L\.C\.?|Inc\.?|Corp\.?|Corporation|Co\.|Company|PLC|plc|LLP|"
    r"S\.?A\.?S\.?|S\.?A\.?R\.?L\.?|EURL|S\.?[rR]\.?[lL]\.?[sS]?\.?|S\.?[pP]\.?[aA]\.?|s\.?n\.?c\.?|S\.?L\.?U?\.?|S\.?A\.?(?: de C\.?V\.?)?|SpA|Ltda\.?|LTDA\.?|EIRELI|"
    r"Lda\.?|B\.?V\.?|N\.?V\.?|VOF|BVBA|ApS|A/S|AB|AS|ASA|Oy|Oyj|Sp\. ?z ?o\.? ?o\.?|S\.A\.|s\.r\.o\.|a\.s\.|d\.o\.o\.|Kft\.?|Zrt\.?|Bt\.?|SRL|"
    r"EOOD|OOD|UAB|SIA|OÜ|A\.?Ş\.?|Ltd\.? ?Şti\.?|Tic\. ?Ltd\. ?Şti\.?|FZE|FZCO|FZ-LLC|W\.?L\.?L\.?|K\.?K\.?|Pty\.? ?Ltd\.?|Pvt\.? ?Ltd\.?|"
    r"Sdn\.? ?Bhd\.?|Pte\.? ?Ltd\.?|Tbk|Jsc|JSC|PJSC|E\.?I\.?R\.?L\.?|C\.A\.|Cía\.? ?Ltda\.?|Co\.?,? ?Ltd\.?|Co\.?,? ?LTD\.?|EPE|A\.E\.|Ε\.Π\.Ε\.|Α\.Ε\."
)
_NAMED = re.compile(rf"(?<![\w@.])((?:{_WORD},? ){{1,6}}?(?:{_FORM_AFTER})(?:,? (?:{_FORM_AFTER}))?)(?![\w@])")
_NAMED_BEFORE = re.compile(
    r"((?:ООО|ОАО|ЗАО|ПАО|АО|ИП|ТОО|ТОВ|ПП|ЧП|ОДО|СООО|PT\.?|CV\.?|UAB|SIA|UD|Công ty(?: TNHH| Cổ phần| CP)?(?: MTV)?|CÔNG TY(?: TNHH| CỔ PHẦN)?|"
    r"บริษัท|หจก\.|株式会社|有限会社|合同会社|주식회사|\(주\)|㈜|شركة|مؤسسة|مجموعة)\s?[«\"“']?[^\W\d_][^\n,;<>|]{1,40})"
)
_NAMED_CJK = re.compile(r"([\w·・()（）&ー]{2,24}(?:有限责任公司|股份有限公司|有限公司|集团公司|集团|公司|株式会社|有限会社|合同会社|주식회사|商事|商会|貿易行|商社))")  # noqa: E501
_TRADE_WORDS = re.compile(
    r"\b(?:trading|imports?|importers?|exports?|group|industries|international|enterprises?|distribution|distributors?|holdings?|solutions|supplies|"
    r"wholesale|trade|handel|handels|commerce|comercial|comercializadora|importadora|distribuidora|import-export|foods|electronics|textiles|"
    r"company|stores?|traders|retail|logistics|systems|technologies|engineering|construction|ticaret|commerciale|negoce|dagang)\b",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|\bwww\.)[\w.-]{3,100}(?:/[\w./%~+-]{0,100})?", re.IGNORECASE)
_CAPITAL_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]{0,24}(?: [^\W\d_][\w'’.-]{0,24}){0,3}")
_MAILBOX_NAMES = re.compile(
    r"\b(?:info|sales|purchas\w*|procurement|office|import\w*|export\w*|admin|contact|order\w*|team|support|noreply|no-reply|service|marketing|"
    r"buyer|inquiry|webmaster|mail|department|dept|group|company|ltd|gmbh|inc|llc|co|via|form|notification\w*)\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:best|kind|warm|many|with)? ?(?:regards|wishes|thanks|sincerely|cheers|rgds|br|mfg|mit freundlichen grussen|saludos|cordialement|atenciosamente|"
    r"cordiali saluti|distinti saluti|saygilarimla|met vriendelijke groet|с уважением|此致|敬礼|祝好|顺祝商祺|敬具|감사합니다|よろしくお願い.{0,12})\b",
)
_FIELDS = {
    "company": FactName.COMPANY, "company name": FactName.COMPANY, "organization": FactName.COMPANY, "firma": FactName.COMPANY,
    "empresa": FactName.COMPANY, "societe": FactName.COMPANY, "公司": FactName.COMPANY, "公司名称": FactName.COMPANY, "会社名": FactName.COMPANY,
    "phone": FactName.PHONE, "telephone": FactName.PHONE, "tel": FactName.PHONE, "mobile": FactName.PHONE, "whatsapp": FactName.PHONE,
    "telefon": FactName.PHONE, "telefono": FactName.PHONE, "电话": FactName.PHONE, "phone number": FactName.PHONE, "手机": FactName.PHONE,
    "website": FactName.WEBSITE, "web": FactName.WEBSITE, "url": FactName.WEBSITE, "网站": FactName.WEBSITE,
    "product": FactName.PRODUCT, "products": FactName.PRODUCT, "product name": FactName.PRODUCT, "item": FactName.PRODUCT,
    "产品": FactName.PRODUCT, "产品名称": FactName.PRODUCT, "produkt": FactName.PRODUCT, "producto": FactName.PRODUCT,
    "quantity": FactName.QUANTITY, "order quantity": FactName.QUANTITY, "qty": FactName.QUANTITY, "数量": FactName.QUANTITY,
    "purchase quantity": FactName.QUANTITY, "menge": FactName.QUANTITY, "cantidad": FactName.QUANTITY,
    "position": FactName.ROLE, "job title": FactName.ROLE, "title": FactName.ROLE, "职位": FactName.ROLE,
    "destination": FactName.DESTINATION, "destination port": FactName.DESTINATION, "port": FactName.DESTINATION, "目的港": FactName.DESTINATION,
    "target price": FactName.TARGET_PRICE, "目标价": FactName.TARGET_PRICE, "business type": FactName.BUSINESS,
    "name": FactName.PERSON, "full name": FactName.PERSON, "contact": FactName.PERSON, "contact person": FactName.PERSON,
    "your name": FactName.PERSON, "姓名": FactName.PERSON, "联系人": FactName.PERSON, "nombre": FactName.PERSON, "nom": FactName.PERSON,
}  # fmt: skip
_LONGEST_NAME = 80
_ROLE_REACH = 24
"""`I am Jane, the purchasing manager`: the role follows within so many characters."""


def party_facts(mail: ParsedMail, text: Text, signature: Text, marks: Marks, signed: Marks, phones: tuple[Phone, ...]) -> list[Told]:
    """Facts about the writer. `signed` are the marks of the signature."""
    found = [*_from_fields(mail)]
    found += _companies(text, signature, marks)
    found += _person(mail, signature)
    found += _role(text, marks, signature, signed)
    found += _website(mail, text, signature)
    if phones:
        found.append(Told(FactName.PHONE, phones[0].text, phones[0].start, phones[0].end, value=phones[0].e164))
    return found


def _from_fields(mail: ParsedMail) -> Iterator[Told]:
    for label, value in mail.wrapped.fields if mail.wrapped else ():
        fact = _FIELDS.get(fold_term(label).strip(" :*"))
        if fact is not None and value.strip():
            yield Told(fact, value.strip()[:_LONGEST_NAME])


def _companies(text: Text, signature: Text, marks: Marks) -> Iterator[Told]:
    for source, offset in ((signature, False), (text, True)):
        for pattern in (_NAMED_BEFORE, _NAMED_CJK, _NAMED):
            for match in pattern.finditer(source.original):
                name = _trimmed(match.group(1))
                if name and not _ours(source.original, match.start(1)):
                    start = match.start(1) + match.group(1).index(name)
                    yield Told(FactName.COMPANY, name, *((start, start + len(name)) if offset else (-1, -1)))
                    return
    for line in signature.original.splitlines():
        if _TRADE_WORDS.search(line) and 1 < len(line.split()) <= 6 and "@" not in line and not line.strip()[0].islower():
            yield Told(FactName.COMPANY, line.strip(" -|,")[:_LONGEST_NAME])
            return
    yield from _company_introduced(text, marks)


_NOT_A_NAME = frozenset(
    "we i our the a an dear at from is are am of and with for to by in my name this company on behalf hello hi thanks und wir sind die der von bei firma somos "
    "la el de empresa nous sommes societe da siamo azienda as than your you that which one good chinese".split()
)


def _trimmed(name: str) -> str:
    """Without the words of the sentence before the name: `We are Muster GmbH` is `Muster GmbH`."""
    words = name.strip(" ,.-|").split(" ") if name.isascii() or " " in name else [name]
    while len(words) > 1 and (fold_term(words[0]).strip(",.'") in _NOT_A_NAME or words[0][0].islower()):
        words = words[1:]
    kept = " ".join(words)
    kept = re.sub(r"^(?:我们是|我是来自|我是|我司是|来自|這裡是|这里是|我们|お世話になっております。?|私は|当社は|弊社は)", "", kept)
    return kept if 1 < len(kept) <= _LONGEST_NAME and fold_term(kept) not in _NOT_A_NAME | {"co.", "company", "limited", "ltd", "公司", "贵公司"} and not kept.startswith(("贵", "貴", "你们", "御社")) else ""  # noqa: E501


def _ours(original: str, start: int) -> bool:
    """The name follows a greeting to us: `Dear Muster Ltd team`."""
    line = original[original.rfind("\n", 0, start) + 1 : start]
    return re.search(r"\b(?:dear|hello|hi|attn|to)\W{0,3}$", line, re.IGNORECASE) is not None


def _company_introduced(text: Text, marks: Marks) -> Iterator[Told]:
    for cue in marks.all("we.from"):
        _, start, end = text.cite(cue.start, cue.end)
        match = re.compile(r"\W{1,3}([A-Z][\w&'.-]{1,30}(?: (?:[A-Z&][\w&'.-]{0,30}|of|and|de|du|da)){0,4})").match(text.original, end)
        if match and _TRADE_WORDS.search(match.group(1)):
            name = match.group(1).rstrip(".,")
            yield Told(FactName.COMPANY, name, match.start(1), match.start(1) + len(name))
            return


def _person(mail: ParsedMail, signature: Text) -> Iterator[Told]:
    writer = mail.writer
    name = writer.name.strip(" \"'") if writer else ""
    if name and "@" not in name and not _MAILBOX_NAMES.search(name) and not any(c.isdigit() for c in name):
        yield Told(FactName.PERSON, name[:_LONGEST_NAME])
        return
    for line in signature.original.splitlines()[:5]:
        stripped = line.strip(" -,|\t")
        if not stripped or _SIGN_OFF.match(fold_term(stripped)):
            continue
        if _CAPITAL_NAME.fullmatch(stripped) and not _MAILBOX_NAMES.search(stripped) and not _TRADE_WORDS.search(stripped):
            yield Told(FactName.PERSON, stripped[:_LONGEST_NAME])
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


def _website(mail: ParsedMail, text: Text, signature: Text) -> Iterator[Told]:
    for source, offset in ((signature.original, False), (text.original, True)):
        match = _URL.search(source)
        if match:
            span = (match.start(), match.start() + len(match.group().rstrip("./"))) if offset else (-1, -1)
            yield Told(FactName.WEBSITE, match.group().rstrip("./"), *span)
            return


def read_signature(mail: ParsedMail, limit: int) -> Text:
    return fold(mail.signature[:limit])


def writes_from_own_domain(mail: ParsedMail) -> bool:
    return mail.writer is not None and bool(mail.writer.domain) and not is_free_mail(mail.writer.domain)

"""Firms without a legal form: beside the role in a signature, joined by `&`, or as the writer introduces himself."""

import re

from triage.reading.folding import Text, fold_term
from triage.reading.lexicons import common_words
from triage.reading.marks import Marks
from triage.reading.places import PLACE
from triage.vocabulary.inquiry import FactName, Told

_NAME = r"[A-ZÀ-ÞİŞĞ][\w'’-]{1,24}"
_FIRM = rf"({_NAME}(?: (?:{_NAME}|&|y|e|et|und|and|of|de|du|da)){{0,4}})"
_INTRODUCTIONS = (
    re.compile(
        rf"\b(?:[Tt]his is|[Mm]y name is|I am|I'm|[Hh]ier (?:ist|schreibt)|[Mm]ein Name ist|[Ii]ch bin|[Jj]e m'appelle|"
        rf"[Jj]e suis|[Mm]i chiamo|[Ss]ono|[Ss]oy|[Ll]es (?:escribe|saluda)|[Mm]e llamo|[Mm]i nombre es|"
        rf"[Ss]ou(?: [oa])?|[Mm]eu nome é|[Aa]qui é [oa]) {_NAME}(?: {_NAME}){{0,2}},? "
        rf"(?:from|of|with|at|von|vom|der Firma|von der Firma|chez|de la société|de l'entreprise|"
        rf"de la empresa|de|da empresa|da|do|della ditta|della società|dell'azienda|della|di) {_FIRM}"
    ),
    re.compile(r"(?:компани[юяией]|фирм[ауы]|организаци[юя]|завод)\s{1,2}[«\"“]([^»\"”\n]{2,40})[»\"”]", re.IGNORECASE),
    re.compile(rf"(?<![\w])({_NAME}(?: {_NAME}){{0,3}})['’](?:dan|den|tan|ten) {_NAME}"),
    re.compile(r"我(?:是|叫)?(?:来自)?([\u4e00-\u9fff]{4,14}?)的[\u4e00-\u9fff]{2,3}(?=[,，.。、；\n]|$)"),
    re.compile(
        r"(?:^|[。\s])([A-Za-z\u30a0-\u30ff\u4e00-\u9fff・]{3,20})の[\u3040-\u30ff\u4e00-\u9fff]{1,6}と申します"
    ),
    re.compile(
        r"(?:^|[。\s])([A-Za-z\u30a0-\u30ff\u4e00-\u9fff・]{1,18}"
        r"(?:商会|電機|商事|工業|貿易|産業|物産|製作所|建設|食品|工務店|商店|堂))の[\u4e00-\u9fff]{1,4}です"
    ),
    re.compile(
        r"(?:^|[,.!\n]\s?)(?!저는|저희|우리|당사|제가)([가-힣A-Za-z0-9&]{2,15}(?<![은는이가의를을])) "
        r"[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함염추도석선설길]"
        r"[가-힣]{1,2}(?: ?(?:대리|과장|부장|팀장|차장|사원|대표|이사))?(?:입니다|이라고 합니다|라고 합니다)"
    ),
)
_PARTS = re.compile(r"\s*[|•·]\s*|\s[-–—]\s|,\s|\s(?:at|@)\s")
_STRONG_PARTS = re.compile(r"\s[-–—]\s|\s(?:at|@)\s")
_AND_FIRM = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,3} & [^\W\d_a-z][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}"
)
_NAMED_FIRM = re.compile(r"[^\W\d_a-z][\w'’.&-]*(?: (?:[^\W\d_a-z][\w'’.&-]*|&|de|du|da|of)){0,4}")
_SIGNATURE_LINES = 8
_LONGEST = 60
_INTRODUCTION_REACH = 300
"""Characters: who introduces himself does so first."""


def signed_firm(signature: Text, signed: Marks) -> str:
    """`Buyer, Muster & Sons`, `Diretor Comercial - Casa Exemplo`; the empty string when no line names a firm so."""
    roles = [signature.folded[hit.start : hit.end] for hit in signed.all("role")]
    for line in signature.original.splitlines()[:_SIGNATURE_LINES]:
        parts = [part.strip() for part in _PARTS.split(line)]
        held = [any(role in fold_term(part) for role in roles) for part in parts]
        for part, is_role in zip(parts, held, strict=True):
            if not is_role and _AND_FIRM.fullmatch(part) and not _is_department(part):
                return part[:_LONGEST]
        beside = [part for part, is_role in zip(parts[1:], held[1:], strict=True) if not is_role]
        if held[0] and len(beside) == 1 and _STRONG_PARTS.search(line) and _is_firm(beside[0], signature, signed):
            return beside[0][:_LONGEST]
    return ""


def _is_firm(part: str, signature: Text, signed: Marks) -> bool:
    named = _NAMED_FIRM.fullmatch(part) is not None
    return named and not _is_place(part, signature, signed) and not _is_department(part)


def introduced_firm(text: Text, marks: Marks) -> Told | None:
    """`This is Tom from Becker Import`: the firm that the writer names beside the own name."""
    # Only the first is for ASCII text: each costs time on every mail.
    for pattern in _INTRODUCTIONS[: 1 if text.original.isascii() else None]:
        match = pattern.search(text.original, 0, _INTRODUCTION_REACH)
        if match is not None and not _is_place(match.group(1), text, marks):
            return Told(FactName.COMPANY, match.group(1), *match.span(1))
    return None


def _is_department(part: str) -> bool:
    return any(word.strip("&") in common_words("departments") for word in fold_term(part).split())


def _is_place(name: str, text: Text, marks: Marks) -> bool:
    """Whether the words are those of a place named in the text: `this is Tom from Germany`."""
    folded = fold_term(name)
    places = {text.folded[hit.start : hit.end] for hit in marks.all(PLACE)}
    return any(folded == place or folded.startswith(f"{place} ") for place in places)

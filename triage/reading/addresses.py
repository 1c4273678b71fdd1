"""The postal address in a signature: lines with a street, a box or a postal code, up to the country."""

import re
from collections.abc import Iterator

from triage.reading.folding import Text
from triage.reading.places import Place
from triage.vocabulary.inquiry import FactName, Told

_STREET = re.compile(
    r"\b(?:street|st\.|road|rd\b|avenue|ave\b|lane|drive|boulevard|blvd|unit|suite|floor|building|plot|industrial|"
    r"p\.? ?o\.? ?box|rue|chemin|allee|impasse|bp \d|via|viale|piazza|corso|calle|avenida|av\.|carrera|cra\.?|colonia|"
    r"rua|travessa|estrada|rodovia|ul\.|ulica|aleja|jalan|jl\.|duong|quan)(?!\w)"
    r"|(?:stra(?:ss|ß)e|str\.|weg|platz|gasse|ring|damm|allee|straat|laan|gatan|vagen|vej|gata|katu)\s?\d"
    r"|\b(?:ул|улица|пр-т|проспект|пер|переулок|шоссе|наб)\b\.?|\b(?:mah|cad|sok|bulv|blv|osb)\b\.?|mahallesi|caddesi|sokak"
    r"|شارع|طريق|ص\.? ?ب|حي |[路街道弄巷]\d*.{0,6}[号號]|大厦|工业区|工業區|丁目|番地|"
    r"[都道府県].{1,6}[市区町村]|[시군구] .{1,12}[로길동]",
)
_POSTAL_CODE = re.compile(r"\b(?:\d{4,6}|\d{3} ?\d{2}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b")
_OTHER_DETAIL = re.compile(r"@|www\.|https?:|\b(?:tel|fax|mob|phone|whatsapp|cell|skype|wechat|vat|tax|ust)\b|\+ ?\d")
_FEWEST_LETTERS = 6
_MOST_LINES = 3
_LONGEST = 160


def address(signature: Text, places: list[Place]) -> Iterator[Told]:
    """At most one. The lines below the street that name a place belong to it."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in signature.folded.splitlines(keepends=True):
        end = start + len(line.rstrip())
        placed = any(start <= place.start < end for place in places)
        if _is_address(line, placed) or (found and placed and not _OTHER_DETAIL.search(line)):
            found.append((start, end))
        elif found:
            break
        start += len(line)
    if found:
        words, _, _ = signature.cite(found[0][0], found[min(len(found), _MOST_LINES) - 1][1])
        yield Told(FactName.ADDRESS, " ".join(words.split())[:_LONGEST])


def _is_address(line: str, placed: bool) -> bool:
    if len(line.strip()) < _FEWEST_LETTERS or _OTHER_DETAIL.search(line):
        return False
    if _STREET.search(line):
        return placed or any(character.isdigit() for character in line)
    return placed and _POSTAL_CODE.search(line) is not None

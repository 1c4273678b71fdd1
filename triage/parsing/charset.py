"""Bytes to text, whatever the mail claims about itself (H03, H05, H20)."""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = "unknown-charset"
GUESSED = "charset-guessed"
LOSS = "decoded-with-loss"


class Decoded(NamedTuple):
    """`defects` holds the codes of what went wrong, `codec` the Python codec that was used."""

    text: str
    codec: str
    defects: tuple[str, ...] = ()


# Senders name the smaller set and use the larger one (gb2312 with gbk letters, latin-1 with cp1252 quotes).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "johab": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_NAMES = {
    "x-gbk": "gb18030",
    "x-euc-cn": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312_charset": "gb18030",
    "chinesebig5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "cp-850": "cp850",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
}
# Text codecs of Python that are no charsets of mail, some of them slow on hostile input.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "utf-8"})
_OTHER_ALPHABETS = frozenset({"koi8-r", "cp1251", "iso8859-5", "cp1253", "cp1255", "cp1256", "cp874"})
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 20_000

# The commonest letters of each script: right decoding yields many of them, wrong decoding few.
_COMMON: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (codec, frozenset(letters))
    for codec, letters in (
        (
            "gb18030",
            "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么多天"
            "而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经面公同三从动两长知现分将外但些与高意进把法"
            "此实理点月明其全工向情部正名定问力机给等很业最间新什因重电相海口信关内加化入先万市体处总场书比性通报件安表应期"
            "常提合放计司利光品产价格请谢您邮贵询数量技单据网址联系，。、：；？！（）“”《》",
        ),
        (
            "big5hkscs",
            "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼多天"
            "而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經面公同三從動兩長知現分將外但些與高意進把法"
            "此實理點月明其全工向情部正名定問力機給等很業最間新什因重電相海口信關內加化入先萬市體處總場書比性通報件安表應期"
            "常提合放計司利光品產價格請謝您郵貴詢數量技單據網址聯系，。、：；？！（）「」",
        ),
        (
            "cp932",
            "のにはをたがでてとしれさあるいもすまなりらこくよかきけせそだっつどおうえみめわんや、。「」ー"
            "アイウエオカキクケコサシスセソタチツテトナニネノハヒフマミムメモラリルレロンッ・日本社様お願い",
        ),
        (
            "euc_jp",
            "のにはをたがでてとしれさあるいもすまなりらこくよかきけせそだっつどおうえみめわんや、。「」ー"
            "アイウエオカキクケコサシスセソタチツテトナニネノハヒフマミムメモラリルレロンッ・日本社様お願い",
        ),
        (
            "cp949",
            "이다는을를가의에고하지기사리은어도한로인나시자수부대라서정일보요니아전해제과스주게있그만와상들으구안유비장오"
            "신원공여습합까드면계용무조성바세우치문내동소연것거입저희",
        ),
        ("koi8-r", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэОЕАИНТСРВЛКМДПУ"),
        ("cp1251", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэіїєОЕАИНТСРВЛКМДПУ"),
        ("iso8859-5", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэОЕАИНТСРВЛКМДПУ"),
        ("cp1253", "αοιετσνηυρπκλμςγδωχθφβξζόάίήέύώΑΟΙΕΤΣΝΚΠΜΕ"),
        ("cp1255", "יוהלאמרתבשנעקדחפגטכזסצםןךץף"),
        ("cp1256", "اليمونرتبةعدفكسحقهجشصخضىءأإطزغذثئظآؤ،؟"),
        ("cp874", "านรอกเงมยลวดทสตะปบคหแจพชขใไโผซถศธฟฉัิีึืุู่้์็ำา"),
        ("cp1254", "ıİşŞğĞüÜöÖçÇâî"),
        ("cp1250", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéďťňůúőűöüŠČŘŽ"),
        ("cp1252", "éèêàçñöüäßåøæíóúáãõâîôûùëïœÉÀÇÑÖÜÄÅØÆÍÓÚ¡¿’‘“”–—€£®©°·«»\xa0…•"),
    )
)


@lru_cache(maxsize=256)
def codec_for(charset: str) -> str | None:
    """The Python codec to read a declared charset with, or None when the name means nothing."""
    name = charset.strip().strip("\"'").lower()[:60]
    try:
        found = _NAMES.get(name) or codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return None  # unknown, or no charset at all, such as base64 and rot13
    return None if found in _NO_CHARSETS else _WIDER.get(found, found)


def decode(raw: bytes, declared: str | None = None) -> Decoded:
    """Declared charset, else UTF-8, else the likeliest by its letters, else cp1252, else latin-1. Never raises.

    Time is linear in `len(raw)`.
    """
    codec = codec_for(declared) if declared else None
    complaints = (UNKNOWN,) if declared and codec is None and declared.lower() not in _UNSAID else ()
    if raw.isascii() and codec not in _SHIFTING:
        if b"\x1b$" in raw:
            return _decode_or_replace(raw, "iso2022_jp_ext", complaints)
        return Decoded(raw.decode("ascii"), "ascii", complaints)
    silent = codec is None or codec == "ascii"
    utf8 = _strict(raw, "utf-8-sig")
    if utf8 is not None and (silent or codec in _SINGLE_BYTE_DEFAULTS):
        # Bytes that happen to be valid UTF-8 are UTF-8, whatever a mail program says by default.
        return Decoded(utf8, "utf-8", complaints if silent else (*complaints, GUESSED))
    if codec is None or silent:
        return _decode_or_replace(raw, guess(raw), (*complaints, GUESSED))
    return _as_declared(raw, codec, utf8, complaints)


def _as_declared(raw: bytes, codec: str, utf8: str | None, complaints: tuple[str, ...]) -> Decoded:
    """By the declared codec where it fits or nearly fits, else by the letters."""
    text = _strict(raw, codec)
    if text is not None:
        return Decoded(text, codec, complaints)
    if utf8 is not None:
        return Decoded(utf8, "utf-8", (*complaints, GUESSED))
    text = raw.decode(codec, "replace")
    if codec in _MULTIBYTE and text.count("\ufffd") * 50 <= len(text):
        return Decoded(text, codec, (*complaints, LOSS))
    better = "cp1252" if codec == "cp1252" else guess(raw)
    return _decode_or_replace(raw, better, (*complaints, GUESSED))


def guess(raw: bytes) -> str:
    """The codec whose reading of `raw` has the largest share of common letters; cp1252 when none stands out."""
    sample = raw[:_SAMPLE]
    best, best_share = "cp1252", 0.34
    runs = _HIGH_RUN.findall(sample)
    # One odd letter here and there among Latin ones: an accent, no other alphabet.
    accents = len(runs) > 0 and sum(map(len, runs)) < 2 * len(runs)
    for codec, common in _COMMON:
        if accents and codec in _OTHER_ALPHABETS:
            continue
        text = sample.decode(codec, "replace")
        odd = [letter for letter in text if letter > "\x7f"]
        if not odd or text.count("\ufffd") * 33 > len(odd):
            continue
        share = sum(letter in common for letter in odd) / len(odd)
        if codec in _MULTIBYTE:
            # Half as many letters for the same bytes: an equal share is the stronger evidence.
            share *= 1.3
        if share > best_share:
            best, best_share = codec, share
    return best


_UNSAID = frozenset({"", "unknown-8bit", "x-unknown", "unknown", "8bit", "default", "none", "x-user-defined"})
_SHIFTING = frozenset({"iso2022_jp_ext", "iso2022_kr", "hz", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32"})
_SINGLE_BYTE_DEFAULTS = frozenset({"ascii", "cp1252", "latin-1", "cp1254", "iso8859-15"})


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _decode_or_replace(raw: bytes, codec: str, complaints: tuple[str, ...]) -> Decoded:
    text = _strict(raw, codec)
    if text is not None:
        return Decoded(text, codec, complaints)
    if codec == "cp1252":
        return Decoded(raw.decode("latin-1"), "latin-1", complaints)
    return Decoded(raw.decode(codec, "replace"), codec, (*complaints, LOSS))

"""What sort of buyer writes: guessed from how they name themselves."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from triage.vocabulary.inquiry import BuyerType, FactName, Reading, Reason
from triage.vocabulary.mail import ParsedMail

_TELLING = (FactName.BUSINESS, FactName.ROLE, FactName.CHANNELS, FactName.COMPANY)
_MOST = 2000
_ZH = {
    BuyerType.END_USER: "最终用户",
    BuyerType.RETAILER: "零售商",
    BuyerType.WHOLESALER: "批发商",
    BuyerType.IMPORTER: "进口商",
    BuyerType.DISTRIBUTOR: "经销商",
    BuyerType.AGENT: "代理商",
    BuyerType.MANUFACTURER: "制造商",
    BuyerType.NEWCOMER: "新入行者",
    BuyerType.UNKNOWN: "类型不明",
}
_PLURALS = "s|es|en|n|i|er|lar|ler"


@cache
def _cues() -> Mapping[BuyerType, tuple[str, ...]]:
    """Longest first."""
    table = tomllib.loads(files("triage.scoring").joinpath("buyer_types.toml").read_text("utf-8"))
    return {
        BuyerType(name): tuple(sorted((word.casefold() for word in words), key=len, reverse=True))
        for name, words in table.items()
    }


def _find(cues: tuple[str, ...], lowered: str) -> str:
    """The first cue in the text, empty when there is none. Few cues are in it at all, and that is quickly seen."""
    present = tuple(cue for cue in cues if cue in lowered)
    match = _pattern(present).search(lowered) if present else None
    return match.group() if match else ""


@lru_cache(maxsize=2000)
def _pattern(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_edged, cues)))


def _edged(cue: str) -> str:
    """Words of wide scripts stand without spaces, so that only others are held to word edges."""
    word = re.escape(cue)
    return word if ord(cue[0]) >= 0x2E80 else rf"(?<!\w){word}(?:{_PLURALS})?(?!\w)"


def span_in(message: str, words: str) -> tuple[int, int]:
    """Where the words stand in the message, whatever their case; (-1, -1) when they don't."""
    start = message.find(words) if words else -1
    if start < 0 and words and len(message) == len(lowered := message.lower()):
        start = lowered.find(words.lower())
    return (start, start + len(words)) if start >= 0 else (-1, -1)


def guess_buyer_type(mail: ParsedMail, reading: Reading) -> tuple[BuyerType, tuple[Reason, ...]]:
    """The facts on the writer's business count first, then the message. The reason has no effect on the score."""
    facts = reading.facts
    for text in ("\n".join(facts[fact] for fact in _TELLING if fact in facts), mail.message):
        lowered = text[:_MOST].casefold()
        for buyer_type, cues in _cues().items():
            if words := _find(cues, lowered):
                return buyer_type, (
                    Reason(
                        "buyer_type",
                        0.0,
                        f"{buyer_type.replace('_', ' ')}, by the words: {words}",
                        f"{_ZH[buyer_type]},依据:{words}",
                        *span_in(mail.message, words),
                    ),
                )
    return BuyerType.UNKNOWN, ()

"""What sort of buyer writes: guessed from how they name themselves."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from triage.vocabulary.inquiry import BuyerType, FactName, Reading, Reason
from triage.vocabulary.mail import ParsedMail

_TELLING = (FactName.BUSINESS, FactName.ROLE, FactName.CHANNELS, FactName.COMPANY)
_MOST = 2000
_PLURALS = "s|es|en|n|i|er|lar|ler"


@cache
def _patterns() -> Mapping[BuyerType, re.Pattern[str]]:
    """Words of wide scripts stand without spaces, so that only others are held to word edges."""
    table = tomllib.loads(files("triage.scoring").joinpath("buyer_types.toml").read_text("utf-8"))
    return {
        BuyerType(name): re.compile("|".join(_edged(word) for word in sorted(words, key=len, reverse=True)))
        for name, words in table.items()
    }


def _edged(word: str) -> str:
    cue = re.escape(word.casefold())
    return cue if ord(word[0]) >= 0x2E80 else rf"(?<!\w){cue}(?:{_PLURALS})?(?!\w)"


def guess_buyer_type(mail: ParsedMail, reading: Reading) -> tuple[BuyerType, tuple[Reason, ...]]:
    """The facts on the writer's business count first, then the message. The reason has no effect on the score."""
    facts = reading.facts
    for text in ("\n".join(facts[fact] for fact in _TELLING if fact in facts), mail.message):
        lowered = text[:_MOST].casefold()
        for buyer_type, pattern in _patterns().items():
            if match := pattern.search(lowered):
                return buyer_type, (
                    Reason("buyer_type", 0.0, f"{buyer_type.replace('_', ' ')}, by the words: {match.group()}"),
                )
    return BuyerType.UNKNOWN, ()

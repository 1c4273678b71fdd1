"""The lexicons: words of each language, as data (`lexicon/<language>.toml`), compiled once."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from triage.reading.folding import fold_term
from triage.reading.phrases import Phrases
from triage.reading.places import gazetteer

WEAK = "~"
"""Before the label of words that name a point only inside a question or a request."""
_EXCLUSIVE = frozenset({"points", "ask", "units", "currency", "role", "buyer"})
"""Tables where the longest phrase wins over the shorter ones inside it; elsewhere each label is a table of its own."""

_GRAMMAR = frozenset(
    {
        "product.stop",
        "product.skip",
        "join.and",
        "join.but",
        "destination.cue",
        "destination.never",
        "deadline.cue",
        "we.based",
    }
)
"""English words such as `in` or `to` mean nothing in another language's sentence."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words. `tables` maps table to label to phrases; `function_words` vote on the language."""

    language: str
    function_words: frozenset[str]
    tables: dict[str, dict[str, list[str]]]

    def terms(self) -> Iterator[tuple[str, str, str]]:
        for table, labels in self.tables.items():
            for label, phrases in labels.items():
                for phrase in phrases:
                    if table == "weak":
                        yield "points", WEAK + label, phrase
                    else:
                        yield table if table in _EXCLUSIVE else f"{table}.{label}", label, phrase


@cache
def lexicons() -> dict[str, Lexicon]:
    """All lexicons by language."""
    found = {}
    for file in sorted(files("triage.reading").joinpath("lexicon").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            data = tomllib.loads(file.read_text("utf-8"))
            language = file.name.removesuffix(".toml")
            words = frozenset(fold_term(word) for word in data.pop("function_words", "").split())
            found[language] = Lexicon(language, words, data)
    return found


@cache
def common_words(key: str) -> frozenset[str]:
    """A word list of `common.toml`."""
    table = tomllib.loads(files("triage.reading").joinpath("common.toml").read_text("utf-8"))
    return frozenset(table[key].split())


@cache
def phrases(language: str) -> Phrases:
    """The phrases of the mail's language, the English trade terms that all languages mix in, and the places."""
    known = lexicons()
    if language == "en" or language not in known:
        return _own("en").with_(gazetteer(language))
    return _own(language).with_(_borrowed()).with_(gazetteer(language))


@cache
def _own(language: str) -> Phrases:
    return Phrases(lexicons()[language].terms())


@cache
def _borrowed() -> Phrases:
    terms = lexicons()["en"].terms()
    return Phrases(term for term in terms if not (term[0] in _GRAMMAR or term[1].startswith(WEAK)))

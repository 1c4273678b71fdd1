"""How the letter reads: in the right language and to the right person, clear and short, without leftovers (R7, R24)."""

import re
from collections.abc import Iterable, Iterator

from triage.drafting import catalogue as look
from triage.drafting.reviewed import Reviewed
from triage.drafting.tokens import Hit, is_cjk, is_english, tokens
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.letter import Warning

_PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[[A-Z][A-Z _/-]{2,40}\]|[Xx]{3,20}(?!\w)|T(?:BD|BC|ODO)(?!\w)|_{3,}|"
    r"<[A-Za-z][A-Za-z ]{1,30}>|lorem ipsum|【[^】\n]{0,20}】|某某|待定"
)
_LATIN_RUN = re.compile(r"[A-Za-z]{2,20}(?:[ ,]{1,2}[A-Za-z]{2,20}){4,40}")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{4,60}")
_ADDRESS = re.compile(r"https?://\S{1,300}")
_ENOUGH_WORDS = 15
_ENOUGH_PROSE = 60
_HARD = 60
_FAMILIAR = 0.04
"""Share of a language's commonest words below which a text is hardly in it."""
_AT_MOST = 5
_WORDING = {
    "slang": "Write it as in a letter.",
    "vague": "Name the figure or the date.",
    "chatty": "Leave it out.",
    "blame": "State the fact without blame.",
}


def style_warnings(reviewed: Reviewed) -> Iterator[Warning]:
    yield from _language(reviewed)
    yield from _pitch(reviewed)
    yield from _leftovers(reviewed)
    yield from _length(reviewed)
    yield from _wording(reviewed)
    yield from _name(reviewed)
    yield from _products(reviewed)


def _language(reviewed: Reviewed) -> Iterator[Warning]:
    theirs, ours = reviewed.request.reading.language, reviewed.letter.language
    if theirs not in {"und", ours} and not reviewed.request.language:
        yield Warning(
            "language_fallback",
            f"The buyer writes in {theirs!r}; this letter is in {ours!r}.",
            remedy=f"Check that the buyer reads it, or add templates for {theirs!r}.",
        )
    if reviewed.length >= _ENOUGH_WORDS and _familiarity(reviewed, reviewed.hits) < _FAMILIAR:
        indexes = {name: reviewed.templates.words(name).index for name in sorted(reviewed.templates.languages())}
        others = {name: _familiarity(reviewed, index.hits(reviewed.text)) for name, index in indexes.items()}
        likeliest = max(others, key=lambda name: others[name])
        if likeliest != ours:
            yield Warning(
                "language_differs",
                f"The letter should be in {ours!r} and reads like {likeliest!r}.",
                remedy="Write it in the buyer's language, or change the letter's language.",
            )
    foreign = (_LATIN_RUN if is_cjk(ours) else _CJK_RUN).findall(_ADDRESS.sub(" ", reviewed.text))
    if ours != "en" and not is_cjk(ours):
        foreign += [sentence for sentence in reviewed.sentences if is_english(_ADDRESS.sub(" ", sentence))]
    for place in foreign[:_AT_MOST]:
        yield Warning(
            "other_language", "These words are in another language than the letter.", place, "Translate them."
        )


def _familiarity(reviewed: Reviewed, hits: Iterable[Hit]) -> float:
    """Share of a language's commonest words among all words."""
    return sum(hit.name == "common" for hit in hits) / reviewed.length


def _pitch(reviewed: Reviewed) -> Iterator[Warning]:
    if reviewed.plan.letter in {"complaint", "after_complaint"}:
        for hit in reviewed.found("pitch"):
            yield Warning("pitch_in_complaint", "A complaint is no occasion to sell.", hit.text, "Leave it out.", True)


def _leftovers(reviewed: Reviewed) -> Iterator[Warning]:
    ours = f"{reviewed.letter.subject.replace(reviewed.request.mail.subject, '')}\n{reviewed.text}"
    for place in dict.fromkeys(_PLACEHOLDER.findall(ours)):
        yield Warning("placeholder", "A placeholder was left in the letter.", place, "Fill it in or remove it.", True)
    if not reviewed.letter.attachments:
        for hit in reviewed.found("attached", but="not_attached"):
            yield Warning(
                "nothing_attached",
                "The letter speaks of an attachment and has none.",
                hit.text,
                "Attach the file, or give its link.",
                blocking=True,
            )


def _length(reviewed: Reviewed) -> Iterator[Warning]:
    limit = reviewed.words.longest_letter
    if reviewed.length > limit:
        yield Warning("too_long", f"The letter has {reviewed.length} words; {limit} are enough.", remedy="Shorten it.")
    if (lix := _lix(reviewed)) > _HARD:
        yield Warning(
            "hard_to_read", f"The letter is hard to read (LIX {lix:.0f}; {_HARD} is much).", remedy="Use shorter words."
        )
    most = reviewed.words.longest_sentence
    long = (s for s in reviewed.sentences if len(s) > most and len(tokens(s)) > most)
    for sentence in tuple(long)[:_AT_MOST]:
        yield Warning("long_sentence", "This sentence is hard to read.", sentence, "One idea a sentence.")


def _lix(reviewed: Reviewed) -> float:
    """Läsbarhetsindex of the running text: words a sentence, and the share of words over six letters. It knows no
    language; 0 for scripts without spaces and for a few words only."""
    prose = [s for s in reviewed.sentences if s[-1] in ".!?" and not s.startswith("- ")]
    words = [word for sentence in prose for word in sentence.split()]
    if is_cjk(reviewed.letter.language) or len(words) < _ENOUGH_PROSE:
        return 0.0
    return len(words) / len(prose) + 100 * sum(len(word) > 6 for word in words) / len(words)


def _wording(reviewed: Reviewed) -> Iterator[Warning]:
    for name, remedy in _WORDING.items():
        for hit in reviewed.found(name)[:_AT_MOST]:
            yield Warning(name, f"This wording is {'blaming' if name == 'blame' else name}.", hit.text, remedy)


def _name(reviewed: Reviewed) -> Iterator[Warning]:
    """The first line calls the buyer by a name that the buyer uses."""
    first, _, _ = reviewed.text.partition("\n")
    here = [hit for hit in reviewed.hits if hit.start < len(first)]
    if not any(hit.name == "greeting" for hit in here):
        return
    called = first
    for hit in here:
        if hit.name in {"greeting", "titles"}:
            called = called[: hit.start] + " " * (hit.end - hit.start) + called[hit.end :]
    request = reviewed.request
    names = [reviewed.plan.salutation.name, request.history.facts.get(FactName.PERSON, "")]
    names += [told.text for told in request.reading.told if told.fact is FactName.PERSON]
    names += [f"{who.name} {who.email}" for who in (request.mail.sender, *reviewed.letter.to) if who is not None]
    if set(tokens(called)) - set(tokens(" ".join(names))):
        yield Warning("wrong_name", "The buyer does not sign with this name.", first, "Check the name.")


def _products(reviewed: Reviewed) -> Iterator[Warning]:
    asked = reviewed.plan.matter.products
    expected = {product.id for product in asked} | {other for product in asked for other in product.alternatives}
    for product in reviewed.sources.products if asked else ():
        if product.id not in expected:
            name = look.name_in(product, reviewed.plan.language)
            yield Warning("other_product", "The buyer did not ask for this product.", name, "Check the product.")

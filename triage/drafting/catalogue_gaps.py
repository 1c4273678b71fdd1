"""What a sound catalogue lacks: words in a language that letters are written in, and prices that run out."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from triage.drafting import catalogue as look
from triage.drafting.faults import Fault
from triage.vocabulary.policy import Catalogue, Product

SOON = timedelta(days=30)


def catalogue_gaps(catalogue: Catalogue, languages: Sequence[str], today: date) -> tuple[Fault, ...]:
    """By product: letters leave such words out, or defer such prices; nothing of it is an error."""
    found = [gap for product in catalogue.products for gap in (*_ending(product, today), *_untold(product, languages))]
    for point, sentences in catalogue.answers.items():
        missing = ", ".join(language for language in languages if not sentences.get(language))
        if missing:
            found.append(Fault(f"answers.{point}", f"is not said in {missing}.", "Add it, or it is deferred."))
    return tuple(found)


def _ending(product: Product, today: date) -> Iterator[Fault]:
    ends = {product.prices_valid_until, *(tier.valid_until for tier in product.prices)}
    for end in sorted(day for day in ends if day is not None and day < today + SOON):
        told = "have run out" if end < today else "run out soon"
        yield Fault(product.id, f"prices {told}: valid until {end}.", "Enter new ones: letters defer old prices.")


def _untold(product: Product, languages: Sequence[str]) -> Iterator[Fault]:
    for language in languages:
        missing = ", ".join(key for key in look.WORDS if not look.is_said_in(product, key, language))
        if missing:
            yield Fault(product.id, f"has no {missing} in {language}.", f"Add it as text.{language}, or as columns.")

"""What a complaint is about (R24), by the words of the buyer's language and of English."""

from collections import Counter

from triage.drafting.render import Templates
from triage.drafting.words import GRIEVANCES, PREFIX
from triage.vocabulary.mail import ParsedMail

_TEXT_CAP = 20_000


def grievance_of(mail: ParsedMail, language: str, templates: Templates) -> str:
    """One of GRIEVANCES, the first of two with as many words; empty when it does not show."""
    text = f"{mail.subject}\n{mail.message}"[:_TEXT_CAP]
    languages = {language, "en"} & templates.languages()
    counts = Counter(
        hit.name.removeprefix(PREFIX)
        for name in sorted(languages)
        for hit in templates.words(name).index.hits(text)
        if hit.name.startswith(PREFIX)
    )
    return max(GRIEVANCES, key=lambda name: counts[name]) if counts else ""

"""What a mail says: language, points asked, facts told, country, signals; and the stage that follows. Pure."""

from collections.abc import Collection

from triage.reading.addresses import address
from triage.reading.country import conflict, country_evidence, decide
from triage.reading.facts import deal_facts
from triage.reading.folding import Text, fold
from triage.reading.language import detect_language
from triage.reading.lexicons import phrases
from triage.reading.marks import Marks
from triage.reading.parties import party_facts
from triage.reading.phones import Phone, find_phones, labelled_phone
from triage.reading.places import Place, find_places
from triage.reading.points import asked_points
from triage.reading.senders import with_imitation
from triage.reading.sentences import sentences
from triage.reading.signals import read_signals
from triage.reading.stage import stage
from triage.reading.subject import read_subject
from triage.vocabulary.inquiry import Reading
from triage.vocabulary.mail import ParsedMail

__all__ = ["read", "stage", "with_imitation"]

MAX_MESSAGE = 10_000
"""Characters. What a buyer writes is shorter; beyond lies matter pasted in, which says nothing new."""
MAX_SIGNATURE = 2_000
MAX_SUBJECT = 300


def read(mail: ParsedMail, languages: Collection[str] = ()) -> Reading:
    """Read one mail. `languages` (ISO 639-1) are those the desk expects: they win where the text leaves a doubt.

    Offsets in the result point into `mail.message`. Never raises on any text; time is linear in it and it is capped.
    """
    message = mail.message[:MAX_MESSAGE]
    subject = mail.subject[:MAX_SUBJECT]
    language, confidence = detect_language(message if any(map(str.isalpha, message)) else subject, languages)
    text, signature = fold(message), fold(mail.signature[:MAX_SIGNATURE])
    known = phrases(language)
    hits, signed_hits = known.find(text.folded), known.find(signature.folded)
    marks, signed = Marks(hits), Marks(signed_hits)
    spans = sentences(text.folded)
    places, signed_places = find_places(text, hits), find_places(signature, signed_hits)
    phones = _phones(text, signature, signed_places)

    asked = asked_points(text, marks, spans)
    about = read_subject(subject, known)
    asked += about.asks({item.point for item in asked})
    told = party_facts(mail, text, signature, marks, signed, phones)
    told += address(signature, signed_places)
    told += deal_facts(text, marks, spans, places, language, mail.date.date() if mail.date else None)
    told += about.told
    evidence = country_evidence(mail, text, marks, places, signed_places, signature, told, phones, language)
    signals = read_signals(mail, text, marks, asked, told, conflict(evidence, mail))
    return Reading(language, confidence, asked, tuple(told), decide(evidence), evidence, signals)


def _phones(text: Text, signature: Text, signed_places: list[Place]) -> tuple[Phone, ...]:
    """The signature's numbers first; their offsets are outside of the message."""
    signed = tuple(Phone(p.text, -1, -1, p.e164, p.country) for p in find_phones(signature.original))
    national = (
        None if signed else labelled_phone(signature.original, signed_places[0].country if signed_places else None)
    )
    return signed or ((national,) if national else find_phones(text.original))

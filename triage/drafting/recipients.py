"""To whom the answer goes, and under which subject. The sender's headers are hints, not orders (H12)."""

from collections.abc import Sequence

from triage.vocabulary.letter import LetterRequest, Warning
from triage.vocabulary.mail import Address
from triage.vocabulary.subjects import base_subject

_LONGEST = 200


def recipients(request: LetterRequest) -> tuple[Address, ...]:
    """The one address to answer: never a copy to all, never ourselves."""
    return tuple(a for a in _answer_to(request) if a.key not in request.own_addresses)[:1]


def _answer_to(request: LetterRequest) -> Sequence[Address]:
    mail = request.mail
    if mail.wrapped is not None and (inner := mail.wrapped.reply_to or mail.wrapped.buyer) is not None:
        return (inner,)
    if mail.sender is None:
        return ()
    same_house = [address for address in mail.reply_to if address.domain == mail.sender.domain]
    return (*same_house, mail.sender)


def recipient_warnings(request: LetterRequest) -> tuple[Warning, ...]:
    """What a person should look at before the answer leaves."""
    warnings = []
    chosen, mail = recipients(request), request.mail
    if not chosen:
        warnings.append(
            Warning(
                "no_recipient", "The mail has no address to answer.", remedy="Enter the buyer's address.", blocking=True
            )
        )
    elsewhere = [a for a in mail.reply_to if mail.sender is not None and a.domain != mail.sender.domain]
    if elsewhere and mail.wrapped is None:
        warnings.append(
            Warning(
                "reply_to_other_domain",
                f"The mail asks for answers to {elsewhere[0].email}, another domain than its sender's.",
                elsewhere[0].email,
                "The answer goes to the sender; change it only when you know that address.",
            )
        )
    if chosen and mail.wrapped is not None and mail.sender is not None and chosen[0].domain != mail.sender.domain:
        warnings.append(
            Warning(
                "recipient_from_body",
                f"The answer goes to {chosen[0].email}, an address found inside the notice.",
                chosen[0].email,
                "Check that it is the buyer's.",
            )
        )
    return tuple(warnings)


def reply_subject(subject: str, fallback: str) -> str:
    """The buyer's subject with a single `Re:`; `fallback` when there is none."""
    return f"Re: {base_subject(subject)[:_LONGEST].strip() or fallback}"

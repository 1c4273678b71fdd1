"""Marketplace notices, web-form mails and forwards unwrapped."""

from triage.vocabulary.mail import ParsedMail, Wrapped


def unwrap(mail: ParsedMail) -> Wrapped | None:
    return None

"""The error tree. Every error that a user meets says what happened and what to do about it."""


class TriageError(Exception):
    """Base of all. `remedy` is one sentence on what to do; the command line prints both and exits with 2."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.remedy}".rstrip()


class ConfigError(TriageError):
    """The configuration can't be used."""


class StoreError(TriageError):
    """The database can't be used."""


class IllegalMove(TriageError):
    """A draft can't go from its state to the one asked for."""


class NotFound(TriageError):
    """No such message, draft or customer."""


class Taken(TriageError):
    """A name is in use already."""


class SignInRefused(TriageError):
    """Name and password don't belong together, or there were too many tries; it is not told which."""


class LinkExpired(TriageError):
    """A one-time link was used already, or its time is over."""


class WeakPassword(TriageError):
    """A password that is too short or too easily guessed."""


class UnsafeTarget(TriageError):
    """A webhook leads where it must not (S12)."""


class ReviewConflict(TriageError):
    """The draft, its recipients or its conversation changed meanwhile; nothing was done."""


class BlockedByChecks(TriageError):
    """The letter has blocking warnings; mend them or override with a reason."""


class PlanError(TriageError):
    """A change of a letter's plan, or a promise on record, that the letter does not allow."""


class UnsafeHeader(TriageError):
    """A header value holds CR, LF or NUL (H06)."""


class MailboxError(TriageError):
    """Talking to an IMAP server failed; `transient` tells whether to try again later."""

    transient = True


class LoginRefused(MailboxError):
    """The server refused the credentials. Counted: three refusals stop the account (F19)."""

    transient = False


class ConnectionLost(MailboxError):
    """The link broke or the server said goodbye; reconnect with backoff."""


class Throttled(MailboxError):
    """The server asks for patience. `seconds` is how much (F18)."""

    def __init__(self, message: str, seconds: float, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.seconds = seconds


class CertificateRefused(MailboxError):
    """The server's certificate does not verify (F21)."""

    transient = False


class AnswerUnreadable(MailboxError):
    """The server's answer breaks the protocol or is larger than allowed; the connection is closed (F05, F15)."""


class UnsafeArgument(MailboxError):
    """A value for an IMAP command holds CR, LF, NUL or another control character; nothing was sent (F16)."""

    transient = False


class TemplateError(TriageError):
    """A letter template is missing, broken, or asks for a variable that does not exist."""


class CatalogueError(TriageError):
    """The catalogue has an error."""


class ModelError(TriageError):
    """The model file is missing, of another format, or damaged."""


class FilterError(TriageError):
    """The words of a filter can't be understood."""


class SheetError(TriageError):
    """A table can't be read or written."""


class ArchiveError(TriageError):
    """An archive can't be read."""

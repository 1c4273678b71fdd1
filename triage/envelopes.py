"""A letter as it leaves: from whom, with which files, in which thread."""

from collections.abc import Sequence

from triage.config import Settings
from triage.drafting.plan import is_mailing
from triage.drafting.quoting import quote_html
from triage.errors import ConfigError
from triage.vocabulary.letter import Letter, LetterAttachment
from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope, OutgoingFile
from triage.vocabulary.records import DraftRecord


class Envelopes:
    """Shared between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, draft: DraftRecord, letter: Letter) -> Envelope:
        """The draft with that letter instead of its own."""
        return self.make(draft.account_id, letter, draft.rfc_message_id, draft.in_reply_to, draft.references)

    def make(
        self, account_id: str, letter: Letter, rfc_message_id: str, in_reply_to: str | None, references: Sequence[str]
    ) -> Envelope:
        """Raises ConfigError for an attachment that may not leave."""
        sender = self._sender(account_id)
        return Envelope(
            sender=sender,
            to=letter.to,
            cc=(),
            subject=letter.subject,
            text="\n\n".join(filter(None, (letter.text.rstrip(), letter.quote))),
            html="\n".join(filter(None, (letter.html, quote_html(letter.quote, letter.language)))),
            message_id=rfc_message_id,
            in_reply_to=in_reply_to,
            references=tuple(references),
            files=tuple(self._file(attachment) for attachment in letter.attachments),
            unsubscribe=(self._settings.followups.unsubscribe or sender.email) if is_mailing(letter) else "",
        )

    def _sender(self, account_id: str) -> Address:
        account = self._settings.accounts.get(account_id)
        if account is None:
            return Address("", f"{account_id}@archive.invalid")
        return Address(account.sender_name or self._settings.company.name, account.address)

    def _file(self, attachment: LetterAttachment) -> OutgoingFile:
        """Only what lies below the attachments folder may leave."""
        folder = self._settings.attachments_folder
        path = (folder / attachment.path).resolve() if folder else None
        if folder is None or path is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise ConfigError(
                f"The attachment {attachment.path!r} is not in the attachments folder.",
                "Put it there, or set attachments_folder.",
            )
        return OutgoingFile(attachment.name, attachment.content_type, path.read_bytes())

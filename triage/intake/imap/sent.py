"""The folder of sent letters, for the outbox (F27)."""

from datetime import datetime

from triage.errors import MailboxError
from triage.intake.folders import find_sent
from triage.intake.imap.mailbox import Mailbox
from triage.vocabulary.servers import Credentials, MailboxPlan, Server


class ImapSentFolder:
    """An account's folder of sent letters, one connection a call."""

    def __init__(self, server: Server, plan: MailboxPlan, credentials: Credentials) -> None:
        self._server, self._plan, self._credentials = server, plan, credentials

    def find(self, message_id: str) -> bool:
        with Mailbox.open(self._server, self._credentials) as mailbox:
            return mailbox.find_message_id(self._name(mailbox), message_id)

    def append(self, raw: bytes, when: datetime) -> None:
        with Mailbox.open(self._server, self._credentials) as mailbox:
            mailbox.append(self._name(mailbox), raw, ["\\Seen"], when)

    def _name(self, mailbox: Mailbox) -> str:
        name = self._plan.sent or find_sent(mailbox.folders())
        if name is None:
            raise MailboxError(
                f"{self._server.host} shows no folder for sent letters.", "Name it with `sent` in the configuration."
            )
        return name

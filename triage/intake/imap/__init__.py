"""The edge to IMAP servers, with the traps of protocol and library handled here once (RFC 3501, RFC 9051).

Nothing else imports imapclient. Reading never changes anything on the server: folders are opened by EXAMINE and
bodies come by BODY.PEEK[] (F07); UIDs only, never sequence numbers (F08).
"""

from triage.intake.imap.mailbox import Mailbox, Opened
from triage.intake.imap.sent import ImapSentFolder

__all__ = ["ImapSentFolder", "Mailbox", "Opened"]

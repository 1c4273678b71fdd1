"""The internal notice about alarms: to addresses of our own only, so that nothing reaches a buyer without approval."""

from collections.abc import Sequence
from datetime import datetime

from triage.audit.alarms import Alarm
from triage.outbox.compose import outgoing
from triage.outbox.headers import new_message_id
from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope
from triage.vocabulary.records import Outgoing


def notice(sender: str, recipients: Sequence[str], alarms: Sequence[Alarm], now: datetime) -> Outgoing:
    """One mail for all alarms of one look."""
    number = len(alarms)
    text = "\n\n".join(alarm.text for alarm in alarms)
    return outgoing(
        Envelope(
            sender=Address("triage", sender),
            to=tuple(Address("", address) for address in recipients),
            cc=(),
            subject="A mail waits for its answer" if number == 1 else f"{number} mails wait for their answers",
            text=f"{text}\n\n`triage audit` shows all that wait.\n",
            html="",
            message_id=new_message_id(sender.rpartition("@")[2]),
            in_reply_to=None,
            references=(),
            files=(),
        ),
        now,
    )

"""Refused SMTP logins: three, then no more until the credentials change (F19)."""

from datetime import datetime

from triage.vocabulary.ports import UnitOfWork
from triage.vocabulary.records import Delivery, SendingState

REFUSALS = 3


def may_log_in(uow: UnitOfWork, account_id: str, credentials_digest: str, at: datetime) -> bool:
    """Whether this account may try. New credentials lift the stop."""
    state = uow.accounts.sending(account_id)
    if not state.stopped_reason:
        return True
    if state.credentials_digest == credentials_digest:
        return False
    uow.accounts.save_sending(SendingState(account_id))
    uow.audit.append(at, "outbox", "account.sending_resumed", f"account:{account_id}", {"why": "new credentials"})
    return True


def note_delivery(uow: UnitOfWork, account_id: str, delivery: Delivery, credentials_digest: str, at: datetime) -> None:
    """Count a refused login, forget earlier ones when the server talked to us, and let people know (I15)."""
    alert = f"sending:{account_id}"
    if delivery.phase not in {"connect", "login"}:
        if uow.accounts.sending(account_id) != SendingState(account_id):
            uow.accounts.save_sending(SendingState(account_id))
        uow.alerts.clear(alert, at)
        return
    text = f"Letters of {account_id} do not leave: {delivery.reply}"
    if delivery.login_refused:
        before = uow.accounts.sending(account_id)
        known = before.refused_logins if before.credentials_digest == credentials_digest else 0
        stopped = ""
        if known + 1 >= REFUSALS:
            stopped = f"The server refused the login {known + 1} times: {delivery.reply}"
            text = f"Sending for {account_id} is stopped until its credentials change. {stopped}"
            uow.audit.append(at, "outbox", "account.sending_stopped", f"account:{account_id}", {"why": stopped})
        uow.accounts.save_sending(SendingState(account_id, known + 1, stopped, credentials_digest))
    uow.alerts.raise_(alert, text, at)

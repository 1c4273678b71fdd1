"""Accounts and how far their folders have been read."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select, update

from triage.errors import NotFound
from triage.store.repositories.rows import columns, insert
from triage.store.tables import AccountRow, FolderRow
from triage.vocabulary.records import AccountState, FolderRole, FolderState, SendingState

_ACCOUNT = columns(AccountState, AccountRow)
_FOLDER = columns(FolderState, FolderRow)
_SENDING = columns(
    SendingState,
    AccountRow,
    account_id=AccountRow.id,
    refused_logins=AccountRow.sending_refused_logins,
    stopped_reason=AccountRow.sending_stopped_reason,
    credentials_digest=AccountRow.sending_credentials_digest,
)


class SqlAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure(self, account_id: str, address: str) -> AccountState:
        new = insert(self._connection, AccountRow).values(id=account_id, address=address)
        self._connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"address": address}))
        return self.get(account_id)

    def get(self, account_id: str) -> AccountState:
        row = self._connection.execute(select(*_ACCOUNT).where(AccountRow.id == account_id)).first()
        if row is None:
            raise NotFound(f"There is no account {account_id!r}.")
        return AccountState(*row)

    def all(self) -> Sequence[AccountState]:
        return [AccountState(*row) for row in self._connection.execute(select(*_ACCOUNT).order_by(AccountRow.id))]

    def save(self, state: AccountState) -> None:
        self._connection.execute(update(AccountRow).where(AccountRow.id == state.id).values(asdict(state)))

    def sending(self, account_id: str) -> SendingState:
        row = self._connection.execute(select(*_SENDING).where(AccountRow.id == account_id)).first()
        if row is None:
            raise NotFound(f"There is no account {account_id!r}.")
        return SendingState(*row)

    def save_sending(self, state: SendingState) -> None:
        values = {
            "sending_refused_logins": state.refused_logins,
            "sending_stopped_reason": state.stopped_reason,
            "sending_credentials_digest": state.credentials_digest,
        }
        self._connection.execute(update(AccountRow).where(AccountRow.id == state.account_id).values(values))

    def folder(self, account_id: str, name: str, role: FolderRole) -> FolderState:
        new = insert(self._connection, FolderRow).values(account_id=account_id, name=name, role=role)
        self._connection.execute(new.on_conflict_do_update(index_elements=["account_id", "name"], set_={"role": role}))
        wanted = select(*_FOLDER).where(FolderRow.account_id == account_id, FolderRow.name == name)
        return FolderState(*self._connection.execute(wanted).one())

    def folders(self, account_id: str) -> Sequence[FolderState]:
        wanted = select(*_FOLDER).where(FolderRow.account_id == account_id).order_by(FolderRow.id)
        return [FolderState(*row) for row in self._connection.execute(wanted)]

    def save_folder(self, state: FolderState) -> None:
        self._connection.execute(update(FolderRow).where(FolderRow.id == state.id).values(asdict(state)))

from dataclasses import replace

import pytest

from tests.unit.store.filling import ACCOUNT, NOW, OURS, minutes
from triage.errors import NotFound
from triage.store import SqlStore
from triage.vocabulary.records import AccountState, FolderRole, FolderState, SendingState


def test_an_account_is_made_once_and_follows_its_address(store: SqlStore) -> None:
    with store.begin() as uow:
        assert uow.accounts.ensure(ACCOUNT, OURS) == AccountState(ACCOUNT, OURS)
        uow.accounts.save(AccountState(ACCOUNT, OURS, refused_logins=2))
        again = uow.accounts.ensure(ACCOUNT, "new@muster.example")
        assert again == AccountState(ACCOUNT, "new@muster.example", refused_logins=2)
        uow.accounts.ensure("export", OURS)
        assert [state.id for state in uow.accounts.all()] == ["export", ACCOUNT]


def test_an_account_comes_back_as_saved(store: SqlStore) -> None:
    state = AccountState(ACCOUNT, OURS, NOW, 3, "login refused", "digest", NOW + minutes(5))
    with store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, OURS)
        uow.accounts.save(state)
        uow.commit()
    with store.begin(write=False) as uow:
        assert uow.accounts.get(ACCOUNT) == state


def test_reading_and_sending_stop_apart(store: SqlStore) -> None:
    reading = AccountState(ACCOUNT, OURS, refused_logins=1, stopped_reason="reading stopped")
    sending = SendingState(ACCOUNT, 3, "sending stopped", "digest")
    with store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, OURS)
        assert uow.accounts.sending(ACCOUNT) == SendingState(ACCOUNT)
        uow.accounts.save_sending(sending)
        uow.accounts.save(reading)
        assert (uow.accounts.get(ACCOUNT), uow.accounts.sending(ACCOUNT)) == (reading, sending)


def test_an_unknown_account_is_not_found(store: SqlStore) -> None:
    with store.begin() as uow:
        for call in (uow.accounts.get, uow.accounts.sending):
            with pytest.raises(NotFound, match="no account 'nobody'"):
                call("nobody")


def test_a_folder_is_made_on_first_use_and_comes_back_as_saved(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.accounts.ensure(ACCOUNT, OURS)
        sent = uow.accounts.folder(ACCOUNT, "Gesendete Objekte", FolderRole.SENT)
        inbox = uow.accounts.folder(ACCOUNT, "INBOX", FolderRole.INBOX)
        assert inbox == FolderState(inbox.id, ACCOUNT, "INBOX", FolderRole.INBOX)
        read = replace(inbox, uidvalidity=2**32 - 1, last_uid=2**32 - 2, gaps=(3, 9), stopped_reason="stopped")
        uow.accounts.save_folder(read)
        assert uow.accounts.folder(ACCOUNT, "INBOX", FolderRole.INBOX) == read
        assert uow.accounts.folders(ACCOUNT) == [sent, read]
        assert uow.accounts.folders("nobody") == []

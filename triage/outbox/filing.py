"""File the copy of a sent letter. Works on `sent_copy` alone: nothing in here can send or change a send state (I9)."""

import threading
from collections.abc import Callable
from datetime import datetime

from triage.errors import MailboxError
from triage.outbox.pace import gap
from triage.vocabulary.ports import Clock, SentFolder, Store
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.states import DraftStatus, SentCopyStatus

TRIES = 3


class Filing:
    """`folder_for` gives the Sent folder of an account."""

    def __init__(self, store: Store, clock: Clock, folder_for: Callable[[str], SentFolder]) -> None:
        self._store = store
        self._clock = clock
        self._folder_for = folder_for
        self._next_try: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def file_copy(self, draft_id: int) -> SentCopyStatus:
        """One try (F27): look whether the copy is there, append it if not, look again. The try is counted before the
        server is asked, so that a crash counts too; after three the copy is FAILED, and said so. Asked again too soon,
        it does nothing."""
        with self._store.begin() as uow:
            draft, outgoing = uow.drafts.get(draft_id), uow.drafts.outgoing(draft_id)
            pending = draft.status is DraftStatus.SENT and draft.sent_copy is SentCopyStatus.PENDING
            if not pending or outgoing is None or not self._due(draft):
                return draft.sent_copy
            if not uow.drafts.set_sent_copy(draft_id, SentCopyStatus.PENDING, SentCopyStatus.PENDING):
                return uow.drafts.get(draft_id).sent_copy
            uow.commit()
        try:
            filed, fault = self._file(draft, outgoing.data), "it is not there after it was filed"
        except MailboxError as error:
            filed, fault = False, str(error)
        if filed:
            return self._finish(draft, SentCopyStatus.FILED)
        if draft.sent_copy_attempts + 1 < TRIES:
            return SentCopyStatus.PENDING
        return self._finish(draft, SentCopyStatus.FAILED, fault)

    def _due(self, draft: DraftRecord) -> bool:
        now = self._clock.now()
        with self._lock:
            if now < self._next_try.get(draft.id, now):
                return False
            self._next_try[draft.id] = now + gap(draft.sent_copy_attempts + 1, 0.5)
            return True

    def _file(self, draft: DraftRecord, raw: bytes) -> bool:
        folder = self._folder_for(draft.account_id)
        if folder.find(draft.rfc_message_id):
            return True
        folder.append(raw, draft.sent_at or self._clock.now())
        return folder.find(draft.rfc_message_id)

    def _finish(self, draft: DraftRecord, after: SentCopyStatus, fault: str = "") -> SentCopyStatus:
        now, key = self._clock.now(), f"sent_copy:{draft.id}"
        with self._lock:
            self._next_try.pop(draft.id, None)
        with self._store.begin() as uow:
            if uow.drafts.set_sent_copy(draft.id, SentCopyStatus.PENDING, after):
                uow.audit.append(now, "outbox", f"draft.copy_{after}", f"draft:{draft.id}", {"fault": fault})
                if after is SentCopyStatus.FAILED:
                    text = f"Letter {draft.id} was sent, but its copy is not in the Sent folder: {fault}."
                    uow.alerts.raise_(key, text, now)
            uow.commit()
        return after

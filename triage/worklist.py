"""SERVICE: what people do with the lists themselves. As in `triage.viewing`, a foreign mailbox is NotFound (S04)."""

from collections.abc import Sequence
from datetime import datetime

from triage.errors import NotFound
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.worklist import SavedView


class Worklist:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def assign(self, message_id: int, assignee: str, by: str, mailboxes: frozenset[str] | None) -> None:
        """Somebody looks after the mail's conversation; the empty name: nobody in particular."""
        with self._store.begin() as uow:
            conversation_id = _conversation(uow, message_id, mailboxes)
            uow.worklist.assign(conversation_id, assignee)
            self._note(uow, by, "conversation.assigned", conversation_id, assignee)

    def snooze(self, message_id: int, until: datetime | None, by: str, mailboxes: frozenset[str] | None) -> None:
        """Out of the review list until then; None brings it back at once. Its clock runs on."""
        with self._store.begin() as uow:
            conversation_id = _conversation(uow, message_id, mailboxes)
            uow.worklist.snooze(conversation_id, until)
            self._note(uow, by, "conversation.snoozed", conversation_id, until.isoformat() if until else "")

    def views(self, person_id: int) -> Sequence[SavedView]:
        with self._store.begin(write=False) as uow:
            return uow.worklist.views(person_id)

    def keep_view(self, person_id: int, name: str, query: str) -> None:
        with self._store.begin() as uow:
            uow.worklist.keep_view(person_id, name, query)
            uow.commit()

    def forget_view(self, person_id: int, view_id: int) -> None:
        with self._store.begin() as uow:
            uow.worklist.forget_view(person_id, view_id)
            uow.commit()

    def _note(self, uow: UnitOfWork, by: str, name: str, conversation_id: int, what: str) -> None:
        uow.audit.append(self._clock.now(), by, name, f"conversation:{conversation_id}", {"to": what})
        uow.commit()


def _conversation(uow: UnitOfWork, message_id: int, mailboxes: frozenset[str] | None) -> int:
    message = uow.messages.get(message_id)
    if mailboxes is not None and message.account_id not in mailboxes:
        raise NotFound(f"There is no message {message_id}.")
    if message.conversation_id is None:
        raise NotFound(f"Message {message_id} belongs to no conversation.")
    return message.conversation_id

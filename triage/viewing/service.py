"""SERVICE: reads what the page and the API show. Everything is asked for on behalf of a person's mailboxes (S04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage.errors import NotFound
from triage.viewing.case import CaseView, LetterView, case_view, first_letter_view, letter_view
from triage.viewing.changes import Piece, changes
from triage.viewing.rows import WorkRow, work_row
from triage.vocabulary.letter import Letter
from triage.vocabulary.policy import WorkCalendar
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import DraftRecord, MessageRecord
from triage.vocabulary.states import Direction
from triage.vocabulary.worklist import Filter, Place, Tab

MOST = 100
"""Counts go no further: behind it the page shows 99+."""
Mailboxes = frozenset[str] | None
"""Account ids a person may see; None: all of them."""


@dataclass(frozen=True, slots=True)
class WorkPage:
    rows: Sequence[WorkRow]
    next: Place | None
    """Where the next page starts; None at the end."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened to a draft since somebody looked at it."""

    draft: DraftRecord
    subject: tuple[Piece, ...]
    text: tuple[Piece, ...]
    recipients_before: tuple[str, ...]
    recipients_now: tuple[str, ...]
    by: str
    """Who edited it last; empty for the machine."""
    mails: Sequence[MessageRecord]
    """Mails that joined the conversation after the draft was made."""


class Viewing:
    """Every method raises NotFound for what is not there and, alike, for what lies in a foreign mailbox."""

    def __init__(self, store: Store, clock: Clock, calendar: WorkCalendar) -> None:
        self._store, self._clock, self._calendar = store, clock, calendar
        self._counted: dict[Mailboxes, tuple[object, Mapping[Tab, int]]] = {}

    def page(self, tab: Tab, wanted: Filter, after: Place | None = None, limit: int = 50) -> WorkPage:
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            items = uow.worklist.page(tab, wanted, now, after=after, limit=limit + 1)
        rows = [work_row(item, self._calendar, now) for item in items[:limit]]
        return WorkPage(rows, rows[-1].place if len(items) > limit else None)

    def counts(self, mailboxes: Mailboxes) -> Mapping[Tab, int]:
        """Items of each tab, MOST or more counted as MOST; kept until something happens, a minute at most."""
        now = self._clock.now()
        with self._store.begin(write=False) as uow:
            state = (uow.audit.head()[0], now.replace(second=0, microsecond=0))
            kept = self._counted.get(mailboxes)
            if kept is None or kept[0] != state:
                kept = self._counted[mailboxes] = (state, uow.worklist.counts(Filter(mailboxes), now, MOST))
        return kept[1]

    def changes_so_far(self) -> int:
        """Grows whenever anything happened that the lists may show."""
        with self._store.begin(write=False) as uow:
            return uow.audit.head()[0]

    def draft(self, draft_id: int, mailboxes: Mailboxes) -> DraftRecord:
        with self._store.begin(write=False) as uow:
            return self._draft(uow, draft_id, mailboxes)

    def message(self, message_id: int, mailboxes: Mailboxes) -> MessageRecord:
        with self._store.begin(write=False) as uow:
            return self._message(uow, message_id, mailboxes)

    def case_of_draft(self, draft_id: int, mailboxes: Mailboxes) -> CaseView:
        with self._store.begin(write=False) as uow:
            draft = self._draft(uow, draft_id, mailboxes)
            if draft.message_id is None:
                return first_letter_view(uow, draft, self._clock.now())
            return case_view(uow, draft.message_id, draft, self._calendar, self._clock.now())

    def case_of_message(self, message_id: int, mailboxes: Mailboxes) -> CaseView:
        """With the newest of its drafts, if it has any."""
        with self._store.begin(write=False) as uow:
            self._message(uow, message_id, mailboxes)
            drafts = uow.drafts.of_message(message_id)
            return case_view(uow, message_id, drafts[-1] if drafts else None, self._calendar, self._clock.now())

    def letter(self, draft_id: int, letter: Letter, mailboxes: Mailboxes) -> LetterView:
        """A draft as it would stand with that letter."""
        with self._store.begin(write=False) as uow:
            draft = self._draft(uow, draft_id, mailboxes)
            return letter_view(uow, replace(draft, letter=letter))

    def meanwhile(self, draft_id: int, seen_hash: str, mailboxes: Mailboxes) -> Meanwhile:
        """Compare a draft with the letter that had `seen_hash`; with the machine's own when that is unknown."""
        with self._store.begin(write=False) as uow:
            draft = self._draft(uow, draft_id, mailboxes)
            revisions = uow.drafts.revisions(draft_id)
            seen = next((r for r in revisions if r.content_hash == seen_hash), revisions[0]).letter
            answers = uow.messages.get(draft.message_id).received_at if draft.message_id is not None else None
            mails = [
                mail
                for mail in uow.messages.in_conversation(draft.conversation_id)
                if answers is None or mail.received_at > answers
            ]
        return Meanwhile(
            draft=draft,
            subject=changes(seen.subject, draft.letter.subject),
            text=changes(seen.text, draft.letter.text),
            recipients_before=tuple(address.email for address in seen.to),
            recipients_now=tuple(address.email for address in draft.letter.to),
            by=revisions[-1].by,
            mails=[mail for mail in mails if mail.direction is Direction.OUT or mail.automatic is None],
        )

    @staticmethod
    def _draft(uow: UnitOfWork, draft_id: int, mailboxes: Mailboxes) -> DraftRecord:
        draft = uow.drafts.get(draft_id)
        if mailboxes is not None and draft.account_id not in mailboxes:
            raise NotFound(f"There is no draft {draft_id}.")
        return draft

    @staticmethod
    def _message(uow: UnitOfWork, message_id: int, mailboxes: Mailboxes) -> MessageRecord:
        message = uow.messages.get(message_id)
        if mailboxes is not None and message.account_id not in mailboxes:
            raise NotFound(f"There is no message {message_id}.")
        return message

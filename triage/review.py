"""A person decides: approve, edit, reject, relabel, hold, release. Nothing leaves without passing through here (I5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from triage.audit import response_times
from triage.drafting.distance import share_changed
from triage.errors import BlockedByChecks, NotFound, PlanError, ReviewConflict
from triage.outbox.compose import content_hash, outgoing
from triage.outbox.headers import check_text
from triage.vocabulary.access import FirstApproval
from triage.vocabulary.inquiry import Kind
from triage.vocabulary.letter import Choices, Letter, PromiseMade
from triage.vocabulary.mail import Address
from triage.vocabulary.outgoing import Envelope
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import DraftRecord
from triage.vocabulary.states import IN_REVIEW, DraftStatus, Occasion

UNAPPROVED_BY_EDIT = frozenset({DraftStatus.APPROVED, DraftStatus.RETRY_LATER, DraftStatus.HELD, DraftStatus.REFUSED})
"""An edit takes these back to PROPOSED: whatever was approved is void (I5)."""


class Review:
    """The reviewer's moves. Every one is a compare-and-set, an audit event and a review row in one transaction.

    `envelope_of` makes the envelope that a letter of a draft would leave in; `recheck` runs the drafting checks
    over an edited letter; `replanned` writes it anew on a changed plan; `redraft` proposes a new letter for a message
    whose kind a person has set; `leaves` says when an approved letter leaves, given the time that the reviewer names;
    `needs_second` says why two people must approve a draft, or nothing.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        envelope_of: Callable[[DraftRecord, Letter], Envelope],
        recheck: Callable[[UnitOfWork, DraftRecord, Letter], Letter],
        replanned: Callable[[UnitOfWork, DraftRecord, Choices], Letter],
        redraft: Callable[[UnitOfWork, int, Kind], int | None],
        leaves: Callable[[UnitOfWork, DraftRecord, datetime, datetime | None], datetime | None],
        needs_second: Callable[[UnitOfWork, DraftRecord], str] = lambda uow, draft: "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._envelope_of = envelope_of
        self._recheck = recheck
        self._replanned = replanned
        self._redraft = redraft
        self._leaves = leaves
        self._needs_second = needs_second

    def approve(
        self,
        draft_id: int,
        by: str,
        *,
        expected_hash: str | None = None,
        override: str = "",
        send_at: datetime | None = None,
    ) -> DraftRecord:
        """Approve exactly the letter whose `content_hash` the reviewer saw (None: as it stands now). Where two people
        must, the first approval is recorded, and the draft stays proposed until somebody else approves the same letter.

        Raises ReviewConflict when draft, recipients or conversation changed meanwhile, or someone else was quicker;
        BlockedByChecks when blocking warnings stand and `override` gives no reason.
        """
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = self._draft(uow, draft_id)
            if draft.status is not DraftStatus.PROPOSED:
                raise ReviewConflict(f"Draft {draft_id} is {draft.status}, not proposed.", "Look at it again.")
            if expected_hash not in (None, draft.content_hash):
                raise ReviewConflict(f"Draft {draft_id} changed since you looked.", "Read it again, then approve.")
            version = uow.conversations.get(draft.conversation_id).version
            if version != draft.conversation_version:
                raise ReviewConflict(
                    f"Draft {draft_id}: a new mail joined the conversation meanwhile.",
                    "Read it, then release or edit the draft.",
                )
            if draft.letter.blocking and not override:
                findings = "; ".join(w.text for w in draft.letter.blocking)
                raise BlockedByChecks(
                    f"Draft {draft_id} can't be approved: {findings}.", "Edit it, or override with a reason."
                )
            envelope = self._envelope_of(draft, draft.letter)
            if content_hash(envelope) != draft.content_hash:
                raise ReviewConflict(
                    f"Draft {draft_id}: its sender or an attachment changed since it was made.",
                    "Edit the draft to take the change over, then approve.",
                )
            if (why := self._needs_second(uow, draft)) and not self._is_second(uow, draft, by, why):
                uow.approvals.keep(FirstApproval(draft_id, by, draft.content_hash, now))
                self._record(uow, draft, "approve_first", by, now, override or why)
                uow.commit()
                return draft
            leaves = self._leaves(uow, draft, now, send_at)
            approved = uow.drafts.approve(
                draft_id, draft.revision, draft.content_hash, version, outgoing(envelope, now), by, now, leaves
            )
            if not approved:
                raise ReviewConflict(f"Draft {draft_id} was decided by someone else just now.", "Look at it again.")
            letter = draft.letter
            changed = share_changed(letter.plan.base, letter.text) if letter.plan.base else None
            self._record(uow, draft, "approve", by, now, override, letter.template, changed)
            uow.commit()
            return uow.drafts.get(draft_id)

    @staticmethod
    def _is_second(uow: UnitOfWork, draft: DraftRecord, by: str, why: str) -> bool:
        """Whether somebody else approved this very letter before. Raises ReviewConflict for the same person again."""
        first = uow.approvals.first(draft.id)
        if first is None or first.content_hash != draft.content_hash:
            return False
        if first.by.casefold() == by.casefold():
            raise ReviewConflict(
                f"Draft {draft.id} has your approval; {why}, so a second person must approve it too.",
                "Ask a colleague.",
            )
        return True

    def edit(
        self,
        draft_id: int,
        by: str,
        *,
        text: str | None = None,
        subject: str | None = None,
        expected_hash: str | None = None,
    ) -> DraftRecord:
        """Replace the words; the checks run again and any approval is void.

        Raises ReviewConflict when it has left or is not the letter with `expected_hash` any more, and UnsafeHeader for
        a subject that could not be sent.
        """

        def changed(uow: UnitOfWork, draft: DraftRecord) -> Letter:
            letter = draft.letter
            if text is not None:
                letter = replace(letter, text=text)
            if subject is not None:
                check_text("subject", subject)
                letter = replace(letter, subject=subject)
            return self._recheck(uow, draft, letter)

        return self._revise(draft_id, by, "edit", expected_hash, changed)

    def promise(
        self, draft_id: int, by: str, text: str, due: datetime, *, expected_hash: str | None = None
    ) -> DraftRecord:
        """Put a sentence of the letter on record as a promise (R9); any approval is void. Raises PlanError for words
        that do not stand in the letter and for a time that is over."""
        words = " ".join(text.split())
        if due <= self._clock.now():
            raise PlanError("The promised time is over.", "Name a time to come.")

        def changed(uow: UnitOfWork, draft: DraftRecord) -> Letter:
            letter = draft.letter
            if not words or words not in letter.text:
                raise PlanError(f"Draft {draft_id} does not say {words!r}.", "Copy the sentence from the letter.")
            others = tuple(promise for promise in letter.promises if promise.text != words)
            return self._recheck(uow, draft, replace(letter, promises=(*others, PromiseMade(words, due))))

        return self._revise(draft_id, by, "promise", expected_hash, changed)

    def replan(self, draft_id: int, by: str, choices: Choices, *, expected_hash: str | None = None) -> DraftRecord:
        """Write the letter anew as a person decided, with what was edited in its words; see `drafting.editing` for the
        choices. As with an edit the checks run again and any approval is void. Raises like `edit`, and
        TemplateError."""

        def changed(uow: UnitOfWork, draft: DraftRecord) -> Letter:
            return replace(self._replanned(uow, draft, choices), to=draft.letter.to)

        return self._revise(draft_id, by, "replan", expected_hash, changed)

    def readdress(
        self, draft_id: int, by: str, to: Sequence[Address], *, expected_hash: str | None = None
    ) -> DraftRecord:
        """Other recipients. The audit log names the two revisions that hold those before and after (S06); the addresses
        themselves are not in it, so that a person can be forgotten (S20). Raises like `edit`."""
        for address in to:
            check_text("To", address.email)

        def changed(uow: UnitOfWork, draft: DraftRecord) -> Letter:
            told = {"from_revision": str(draft.revision), "to_revision": str(draft.revision + 1)}
            uow.audit.append(self._clock.now(), by, "draft.readdressed", f"draft:{draft_id}", told)
            return self._recheck(uow, draft, replace(draft.letter, to=tuple(to)))

        return self._revise(draft_id, by, "readdress", expected_hash, changed)

    def _revise(
        self,
        draft_id: int,
        by: str,
        action: str,
        expected_hash: str | None,
        change: Callable[[UnitOfWork, DraftRecord], Letter],
    ) -> DraftRecord:
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = self._draft(uow, draft_id)
            if expected_hash not in (None, draft.content_hash):
                raise ReviewConflict(f"Draft {draft_id} changed since you looked.", "Read it again, then edit.")
            draft = self._to_proposed(uow, draft, now, "edited")
            letter = change(uow, draft)
            new_hash = content_hash(self._envelope_of(draft, letter))
            version = uow.conversations.get(draft.conversation_id).version
            if not uow.drafts.revise(draft_id, draft.revision, letter, new_hash, version, now, by):
                raise ReviewConflict(f"Draft {draft_id} was changed by someone else just now.", "Look at it again.")
            self._record(uow, draft, action, by, now, "")
            uow.commit()
            return uow.drafts.get(draft_id)

    def release(self, draft_id: int, by: str) -> DraftRecord:
        """Take a held, refused or approved draft back into review, bound to the conversation as it is now."""
        return self.edit(draft_id, by)

    def reject(self, draft_id: int, by: str, reason: str) -> None:
        """No letter goes out; the response clock of the mail is closed with the reason."""
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = self._draft(uow, draft_id)
            if draft.status not in IN_REVIEW | {DraftStatus.APPROVED, DraftStatus.RETRY_LATER}:
                raise ReviewConflict(f"Draft {draft_id} is {draft.status} and can't be rejected.")
            if not uow.drafts.move(draft_id, draft.status, DraftStatus.REJECTED, now, note=reason):
                raise ReviewConflict(f"Draft {draft_id} was decided by someone else just now.", "Look at it again.")
            _close_clock(uow, draft, f"rejected: {reason}", by, now)
            self._record(uow, draft, "reject", by, now, reason)
            uow.commit()

    def hold(self, draft_id: int, by: str, reason: str) -> None:
        """Set aside; nothing is sent until someone releases it."""
        now = self._clock.now()
        with self._store.begin() as uow:
            draft = self._draft(uow, draft_id)
            if not uow.drafts.move(draft_id, draft.status, DraftStatus.HELD, now, note=reason):
                raise ReviewConflict(f"Draft {draft_id} was decided by someone else just now.", "Look at it again.")
            self._record(uow, draft, "hold", by, now, reason)
            uow.commit()

    def relabel(self, message_id: int, kind: Kind, by: str) -> int | None:
        """A person's word on what the mail is (R28). Returns the id of the new draft, or None when none is due."""
        now = self._clock.now()
        with self._store.begin() as uow:
            before = uow.messages.get(message_id).kind
            uow.messages.label(message_id, kind, by, now)
            for draft in uow.drafts.of_message(message_id):
                if draft.status in IN_REVIEW | {DraftStatus.APPROVED, DraftStatus.RETRY_LATER}:
                    uow.drafts.move(
                        draft.id, draft.status, DraftStatus.SUPERSEDED, now, note=f"relabelled {kind} by {by}"
                    )
                    if not kind.is_buyer:
                        _close_clock(uow, draft, f"relabelled {kind}", by, now)
            draft_id = self._redraft(uow, message_id, kind)
            uow.audit.append(
                now, by, "message.relabelled", f"message:{message_id}", {"from": str(before or ""), "to": str(kind)}
            )
            uow.commit()
            return draft_id

    @staticmethod
    def _draft(uow: UnitOfWork, draft_id: int) -> DraftRecord:
        try:
            return uow.drafts.get(draft_id)
        except NotFound as error:
            raise NotFound(f"There is no draft {draft_id}.", "`triage queue` lists them.") from error

    @staticmethod
    def _to_proposed(uow: UnitOfWork, draft: DraftRecord, now: datetime, note: str) -> DraftRecord:
        if draft.status is DraftStatus.PROPOSED:
            return draft
        if draft.status not in UNAPPROVED_BY_EDIT:
            raise ReviewConflict(f"Draft {draft.id} is {draft.status} and can't be changed any more.")
        if not uow.drafts.move(draft.id, draft.status, DraftStatus.PROPOSED, now, note=note):
            raise ReviewConflict(f"Draft {draft.id} left or was decided just now.", "Look at it again.")
        return uow.drafts.get(draft.id)

    @staticmethod
    def _record(
        uow: UnitOfWork,
        draft: DraftRecord,
        action: str,
        by: str,
        now: datetime,
        reason: str,
        template: str = "",
        changed: float | None = None,
    ) -> None:
        uow.drafts.add_review(draft.id, action, by, now, reason, draft.content_hash, template, changed)
        uow.audit.append(
            now,
            by,
            f"draft.{action}",
            f"draft:{draft.id}",
            {"revision": str(draft.revision), "hash": draft.content_hash, "reason": reason},
        )


def _close_clock(uow: UnitOfWork, draft: DraftRecord, reason: str, by: str, now: datetime) -> None:
    """Of the mail that the draft answers; a follow-up answers none."""
    if draft.occasion is not Occasion.REPLY or draft.message_id is None:
        return
    response_times.close(uow, draft.conversation_id, draft.message_id, reason=reason, by=by, now=now)

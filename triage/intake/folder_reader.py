"""One look at one folder: what is new is fetched, stored and committed, batch by batch, before anything else (I1)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import structlog

from triage.errors import AnswerUnreadable, StoreError
from triage.intake.cursor import (
    Announced,
    advance,
    batches,
    by_weight,
    in_scope,
    is_another_mailbox,
    nothing_new,
    rematch,
    starting_uid,
    wanted,
)
from triage.intake.imap import Mailbox, Opened
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import FolderRole, FolderState, MessageRecord, NewMessage
from triage.vocabulary.servers import FirstRun, MailboxPlan

log = structlog.get_logger()

BODY_BYTES = 32_000_000
"""Bodies asked for in one command, in bytes: bounds the memory of an account."""
HEADER_WEIGHT = 64_000
TRIES = 3
"""Looks at which a mail may fail to come before it is listed as unfetchable (F05)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look brought: mails stored, and mails listed as unfetchable."""

    stored: int = 0
    listed: int = 0

    def __add__(self, other: "Look") -> "Look":
        return Look(self.stored + other.stored, self.listed + other.listed)


class FolderReader:
    """Reads the folders of one account. `may_store` says whether the disk has room; if not, fetching pauses (F35)."""

    def __init__(
        self, plan: MailboxPlan, store: Store, clock: Clock, may_store: Callable[[], bool] = lambda: True
    ) -> None:
        self._plan, self._store, self._clock, self._may_store = plan, store, clock, may_store
        self._tries: Counter[tuple[int, int]] = Counter()
        self._suspects: set[tuple[int, int]] = set()

    def look(self, mailbox: Mailbox, name: str, role: FolderRole) -> Look:
        """Take in all that is new in the folder. Raises MailboxError; whatever came before is safe then."""
        state = self._state(name, role)
        if state.stopped_reason:
            return Look()
        if mailbox.current != name:
            if role is FolderRole.SENT and self._unchanged(state, mailbox.status(name)):
                return Look()  # without leaving INBOX, which IDLE watches
            opened = mailbox.examine(name)
            if state.uidvalidity is None:
                state = self._start(mailbox, state, opened)
            elif state.uidvalidity != opened.uidvalidity:
                state = self._renumber(mailbox, state, opened)
                if state.stopped_reason:
                    return Look()
        return self._fetch(mailbox, state)

    def _unchanged(self, state: FolderState, now: Opened | None) -> bool:
        return now is not None and state.uidvalidity == now.uidvalidity and nothing_new(state, now.uidnext)

    # ---- the ordinary way --------------------------------------------------------------------------------------

    def _fetch(self, mailbox: Mailbox, state: FolderState) -> Look:
        """The server is asked first which mails are heavy (F15): the others come whole and many at a time."""
        uids = wanted(state, mailbox.uids_above(state.last_uid))
        if not uids:
            return Look()
        suspects = {uid for folder_id, uid in self._suspects if folder_id == state.id}
        heavy = mailbox.uids_larger(uids[0], uids[-1], BODY_BYTES // self._plan.batch) | suspects
        total = Look()
        for batch in batches(uids, self._plan.batch, suspects):
            if not self._may_store():
                raise StoreError(
                    "The disk is nearly full: no mail is fetched.", "Make room; fetching goes on by itself."
                )
            try:
                state, look = self._take_light(mailbox, state, batch, [uid for uid in batch if uid not in heavy])
                total += look
                state, look = self._take_heavy(mailbox, state, [uid for uid in batch if uid in heavy])
                total += look
            except AnswerUnreadable:
                self._suspect(state, batch)
                raise
        log.info("mail fetched", account=state.account_id, folder=state.name, stored=total.stored, listed=total.listed)
        return total

    def _suspect(self, state: FolderState, batch: Sequence[int]) -> None:
        """One of these breaks the connection: each comes by itself next time, and the culprit only so often (F05)."""
        keys = [(state.id, uid) for uid in batch]
        self._suspects.update(keys)
        if len(keys) == 1:
            self._tries.update(keys)

    def _take_light(
        self, mailbox: Mailbox, state: FolderState, batch: Sequence[int], light: Sequence[int]
    ) -> tuple[FolderState, Look]:
        """Store the light mails of the batch; its heavy ones become gaps until they are stored as well."""
        found = mailbox.whole(light, self._clock.now())
        mails = [self._mail(state, mail, raw) for mail, raw in found.values()]
        mails += self._unfetchable(mailbox, state, [uid for uid in light if uid not in found], {})
        return self._keep(mailbox, state, batch, mails)

    def _take_heavy(self, mailbox: Mailbox, state: FolderState, heavy: Sequence[int]) -> tuple[FolderState, Look]:
        """Sizes first; then few bodies at a time, and of those over the limit the headers only."""
        total = Look()
        hopeful = [uid for uid in heavy if self._tries[state.id, uid] < TRIES]
        announced = mailbox.listing(hopeful, self._clock.now())
        weights = {uid: self._weight(announced.get(uid)) for uid in heavy}
        for group in by_weight(weights, BODY_BYTES):
            asked = [announced[uid] for uid in group if uid in announced]
            raws = mailbox.bodies([mail.uid for mail in asked if mail.size <= self._plan.max_size])
            raws |= mailbox.headers([mail.uid for mail in asked if mail.size > self._plan.max_size])
            mails = [self._mail(state, mail, raws[mail.uid]) for mail in asked if mail.uid in raws]
            mails += self._unfetchable(mailbox, state, [uid for uid in group if uid not in raws], announced)
            state, look = self._keep(mailbox, state, group, mails)
            total += look
        return state, total

    def _keep(
        self, mailbox: Mailbox, state: FolderState, asked: Sequence[int], mails: Sequence[NewMessage]
    ) -> tuple[FolderState, Look]:
        """Mails and watermark in one transaction (I1)."""
        after = advance(state, asked, {mail.uid for mail in mails})
        with self._store.begin() as uow:
            new = uow.messages.add(mails)
            uow.accounts.save_folder(after)
            uow.commit()
        stored = [mail.uid for mail in mails if mail.raw is not None]
        self._mark(mailbox, state, stored)
        listed = len(mails) - len(stored)
        return after, Look(max(0, len(new) - listed), listed)

    def _mail(self, state: FolderState, mail: Announced, raw: bytes) -> NewMessage:
        fault, size = "", len(raw)
        if mail.size > self._plan.max_size:
            fault, size = f"too large: {mail.size} bytes", mail.size
        elif size < 0.9 * mail.size - 1024:
            fault = f"the server announced {mail.size} bytes and gave {size}"
        return NewMessage(state.id, _validity(state), mail.uid, mail.received_at, raw, size, fault)

    def _unfetchable(
        self, mailbox: Mailbox, state: FolderState, missing: Sequence[int], announced: Mapping[int, Announced]
    ) -> list[NewMessage]:
        """Those of the missing mails that are not asked for again: they are listed, so that nothing vanishes (I2)."""
        there = mailbox.present(missing)
        listed = []
        for uid in missing:
            self._tries[state.id, uid] += 1
            if uid in there and self._tries[state.id, uid] < TRIES:
                continue  # a gap: asked for again at the next look
            fault = "the server gives no readable body" if uid in there else "expunged before fetch"
            mail = announced.get(uid) or Announced(uid, 0, self._clock.now())
            listed.append(NewMessage(state.id, _validity(state), uid, mail.received_at, None, mail.size, fault))
            del self._tries[state.id, uid]
            self._suspects.discard((state.id, uid))
        return listed

    def _mark(self, mailbox: Mailbox, state: FolderState, uids: Sequence[int]) -> None:
        """Only where the user asked for it, and only after the commit (I1, I12)."""
        if not uids or state.role is not FolderRole.INBOX or not (self._plan.keyword or self._plan.move_to):
            return
        mailbox.select(state.name)
        if self._plan.keyword:
            mailbox.add_keyword(uids, self._plan.keyword)
        if self._plan.move_to:
            mailbox.move(uids, self._plan.move_to)
        mailbox.examine(state.name)

    def _weight(self, mail: Announced | None) -> int:
        if mail is None:
            return 0
        return mail.size if mail.size <= self._plan.max_size else HEADER_WEIGHT

    # ---- first look, and changed numbers -----------------------------------------------------------------------

    def _start(self, mailbox: Mailbox, state: FolderState, opened: Opened) -> FolderState:
        if self._plan.first_run is FirstRun.EVERYTHING:
            last_uid = 0
        elif self._plan.first_run is FirstRun.SINCE and self._plan.since is not None:
            last_uid = starting_uid(opened.uidnext, mailbox.uids_since(self._plan.since))
        else:
            last_uid = opened.uidnext - 1 if opened.uidnext else max(mailbox.uids_above(0), default=0)
        state = replace(state, uidvalidity=opened.uidvalidity, last_uid=last_uid, gaps=())
        with self._store.begin() as uow:
            uow.accounts.save_folder(state)
            self._tell(uow, "folder.attached", state, first_run=self._plan.first_run.value, after_uid=str(last_uid))
            uow.commit()
        return state

    def _renumber(self, mailbox: Mailbox, state: FolderState, opened: Opened) -> FolderState:
        """UIDVALIDITY changed: all UIDs mean nothing now. Known mails are found again and get their new UID, so that
        they are not taken for new; what stays unknown is new. Too few known: a person has to look (F04)."""
        uids = mailbox.uids_above(0)
        announced: list[Announced] = []
        for batch in batches(uids, self._plan.batch):
            announced += mailbox.listing(batch, self._clock.now(), message_ids=True).values()
        with self._store.begin(write=False) as uow:
            stored = uow.messages.in_folder(state.id, _validity(state))
            already = {record.uid for record in uow.messages.in_folder(state.id, opened.uidvalidity)}
        fresh = [mail for mail in announced if mail.uid not in already]
        scope = in_scope(fresh, self._scope_start(stored))
        found = rematch(stored, fresh)
        paired = set(found.pairs.values())
        pairs = {**found.pairs, **self._same_bytes(mailbox, found.lost, [m for m in scope if m.uid not in paired])}
        if is_another_mailbox(stored, fresh, len(pairs)):
            return self._stop(state, len(stored), len(pairs))
        gaps = tuple(sorted({mail.uid for mail in scope} - set(pairs.values())))
        state = replace(state, uidvalidity=opened.uidvalidity, last_uid=max(uids, default=0), gaps=gaps)
        with self._store.begin() as uow:
            for message_id, uid in pairs.items():
                uow.messages.rekey(message_id, opened.uidvalidity, uid)
            uow.accounts.save_folder(state)
            self._tell(uow, "folder.renumbered", state, known=str(len(pairs)), new=str(len(gaps)))
            uow.commit()
        return state

    def _same_bytes(
        self, mailbox: Mailbox, lost: Sequence[MessageRecord], unknown: Sequence[Announced]
    ) -> dict[int, int]:
        """Stored message id to UID for mails whose headers did not tell, but whose bytes are the same."""
        by_hash: dict[str, list[int]] = defaultdict(list)
        for record in reversed(lost):
            by_hash[record.sha256].append(record.id)
        pairs: dict[int, int] = {}
        sizes = {mail.uid: mail.size for mail in unknown if mail.size <= self._plan.max_size}
        for group in by_weight(sizes, BODY_BYTES) if lost else ():
            for uid, raw in mailbox.bodies(group).items():
                if candidates := by_hash.get(hashlib.sha256(raw).hexdigest()):
                    pairs[candidates.pop()] = uid
        return pairs

    def _stop(self, state: FolderState, stored: int, matched: int) -> FolderState:
        reason = (
            f"{state.account_id}: the server renumbered {state.name}, and of {stored} known mails only {matched} were "
            "found again. Reading this folder has stopped. Check that it is still the right mailbox, then resume it."
        )
        state = replace(state, stopped_reason=reason)
        with self._store.begin() as uow:
            uow.accounts.save_folder(state)
            uow.alerts.raise_(f"account:{state.account_id}:folder:{state.name}", reason, self._clock.now())
            self._tell(uow, "folder.stopped", state, known=str(matched), stored=str(stored))
            uow.commit()
        return state

    def _scope_start(self, stored: Sequence[MessageRecord]) -> datetime | None:
        """Since when the folder's mails are ours to take; None for all."""
        if self._plan.first_run is FirstRun.EVERYTHING:
            return None
        if self._plan.first_run is FirstRun.SINCE and self._plan.since is not None:
            return datetime.combine(self._plan.since, time(), UTC)
        if stored:
            return min(record.received_at for record in stored)
        with self._store.begin(write=False) as uow:
            last = uow.accounts.get(self._plan.account_id).last_round_trip_at
        return (last or self._clock.now()) - timedelta(hours=1)

    # ---- rows ---------------------------------------------------------------------------------------------------

    def _state(self, name: str, role: FolderRole) -> FolderState:
        with self._store.begin(write=False) as uow:
            for state in uow.accounts.folders(self._plan.account_id):
                if state.name == name and state.role is role:
                    return state
        with self._store.begin() as uow:
            state = uow.accounts.folder(self._plan.account_id, name, role)
            uow.commit()
        return state

    def _tell(self, uow: UnitOfWork, event: str, state: FolderState, **data: str) -> None:
        told = {"folder": state.name, **data}
        uow.audit.append(self._clock.now(), "intake", event, f"account:{state.account_id}", told)


def _validity(state: FolderState) -> int:
    assert state.uidvalidity is not None  # noqa: S101 (set by the first look, before anything is fetched)
    return state.uidvalidity

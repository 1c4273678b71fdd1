"""Lives through the quarter: mails arrive, people decide, letters leave, promises fall due; nothing is written by hand
into the tables, so that every figure of the audit follows from what happened, and the log proves it."""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from triage.app import App
from triage.audit.business_hours import promise_time
from triage.config import Settings
from triage.demo.mails import ADDRESS, SENT
from triage.demo.quarter.writers import Answered, Buyer, Writers, buyers, told_of
from triage.vocabulary.policy import SentCopy
from triage.vocabulary.records import DraftRecord, FolderRole, NewMessage
from triage.vocabulary.states import DraftStatus, Fault, PromiseStatus

ACCOUNT = "demo"
WEEKS = 13
BEGAN_WITH_THE_TOOL = 5
"""Weeks in which the desk still answered from its mail program."""
A_WEEK = 7.5
"""First mails."""
_ON_DAYS = (1.5, 1.2, 1.1, 1.0, 0.8, 0.1, 0.1)
"""How much of a week's mail each weekday brings."""
_DESK, _SHARES = ("Li Na", "Wang Jun", "Zhao Min"), (50, 32, 18)
"""Who reviews, and of a hundred drafts how many."""
_UNTIL_THE_SAMPLE = timedelta(hours=30)
"""The sample mailbox takes over there."""

_CAUSES = (
    ("cartons got wet on the truck", Fault.CARRIER, "new panels by courier"),
    ("two colour temperatures mixed on the line", Fault.OURS, "exchange, freight at our cost"),
    ("driver batch 2211 hums", Fault.OURS, "new drivers and a credit note"),
    ("the vessel skipped a port", Fault.CARRIER, "10 % off the next order"),
)

Progress = Callable[[str], None]
Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Mail:
    """A buyer's mail as it lies in the store; `letter` is what an answer refers to."""

    number: int
    buyer: Buyer
    kind: str
    letter: Answered


class TurnedClock:
    """Shows what it was turned to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def live_through(settings: Settings, now: datetime, progress: Progress = lambda words: None) -> None:
    """The thirteen weeks up to `now`, on the configured database and servers. The same `now` gives the same quarter."""
    start = datetime.combine((now - timedelta(weeks=WEEKS)).date(), time(0), UTC)
    clock = TurnedClock(start)
    app = App(_for_the_past(settings), clock)
    try:
        _Quarter(app, clock, now - _UNTIL_THE_SAMPLE).live(progress)
    finally:
        app.store.close()


def _for_the_past(settings: Settings) -> Settings:
    """Letters leave no copy in the mailbox that the daemon reads afterwards, and doubtful mails get no second look,
    which would take most of the time."""
    account = settings.accounts[ACCOUNT].model_copy(update={"sent_copy": SentCopy.SERVER})
    return settings.model_copy(update={"accounts": {ACCOUNT: account}, "second_look": False})


class _Quarter:
    def __init__(self, app: App, clock: TurnedClock, end: datetime) -> None:
        self._app = app
        self._clock = clock
        self._start = clock.at
        self._end = end
        self._chance = random.Random(20260302)  # noqa: S311 - a story, not a secret
        self._writers = Writers(self._chance)
        self._coming: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count(1)
        self._calendar = app.settings.calendars.company
        self._archive: list[int] | None = []
        """Mails of before the tool, until they are imported."""
        with app.store.begin() as uow:
            uow.accounts.ensure(ACCOUNT, ADDRESS)
            self._inbox = uow.accounts.folder(ACCOUNT, "Archive", FolderRole.INBOX).id
            self._sent = uow.accounts.folder(ACCOUNT, f"{SENT} archive", FolderRole.SENT).id
            uow.commit()

    def live(self, progress: Progress) -> None:
        self._plan_first_mails()
        self._at(self._start + timedelta(weeks=BEGAN_WITH_THE_TOOL), self._import)
        week = -1
        while self._coming:
            at, _, act = heapq.heappop(self._coming)
            self._clock.at = at
            self._app.upkeep.review_promises()
            act()
            if self._week() > week:
                week = self._week()
                progress(f"week {week + 1} of {WEEKS}")
        self._clock.at = self._end
        self._app.upkeep.review_promises()

    def _at(self, at: datetime, act: Act) -> None:
        if at < self._end:
            heapq.heappush(self._coming, (at, next(self._numbers), act))

    def _lot(self, share: float) -> bool:
        return self._chance.random() < share

    # ---- buyers

    def _plan_first_mails(self) -> None:
        days = (self._start.date() + timedelta(days=n) for n in range(WEEKS * 7))
        for day in days:
            expected = A_WEEK * _ON_DAYS[day.weekday()] / sum(_ON_DAYS)
            for _ in range(int(expected) + self._lot(expected % 1)):
                buyer = self._chance.choice(buyers())
                at = self._in_office(buyer, day)
                self._at(at, self._arrival(buyer, self._chance.choices(("inquiry", "sample"), (9, 1))[0], at))

    def _in_office(self, buyer: Buyer, day: date) -> datetime:
        """A moment of the buyer's day."""
        minutes = self._chance.triangular(8 * 60, 18 * 60, 10 * 60)
        return datetime.combine(day, time(0), buyer.zone) + timedelta(minutes=round(minutes))

    def _soon(self, buyer: Buyer, days: tuple[int, int]) -> datetime:
        """In the buyer's office, so many days from now, not at a weekend."""
        day = self._clock.at.astimezone(buyer.zone).date() + timedelta(days=self._chance.randint(*days))
        while day.weekday() > 4:
            day += timedelta(days=1)
        return self._in_office(buyer, day)

    def _arrival(self, buyer: Buyer, kind: str, at: datetime, to: Answered | None = None) -> Act:
        def act() -> None:
            raw = self._writers.mail(buyer, kind, at, to)
            self._decide(_Mail(self._store(raw, FolderRole.INBOX), buyer, kind, told_of(raw)))

        return act

    def _goes_on(self, mail: _Mail, letter: Answered) -> None:
        """What the buyer does after an answer."""
        buyer, kind = mail.buyer, mail.kind
        if kind in ("inquiry", "sample") and self._lot(0.45):
            at = self._soon(buyer, (1, 3))
            self._at(at, self._arrival(buyer, "reply", at, letter))
        elif kind in ("inquiry", "reply") and self._lot(0.3):
            at = self._soon(buyer, (4, 12))
            self._at(at, self._arrival(buyer, "order", at, letter))
        elif kind == "order" and self._lot(0.45):
            at = self._soon(buyer, (14, 30))
            self._at(at, self._arrival(buyer, "complaint", at))

    # ---- the desk

    def _decide(self, mail: _Mail) -> None:
        at = self._answer_time(mail.kind)
        if self._lot(0.02):
            return  # forgotten: the audit names it (R25)
        if self._lot(0.12):
            held = self._clock.at + (at - self._clock.at) / 4
            self._at(held, partial(self._elsewhere, mail, "holding"))
        with_the_tool = self._archive is None and self._lot(0.86)
        self._at(at, partial(self._review if with_the_tool else self._answer_elsewhere, mail))

    def _answer_time(self, kind: str) -> datetime:
        """Some working hours from now: fewer since the tool is there, more in the week of the fair."""
        hours = 5.0 if self._archive is not None else 1.6 - 0.09 * (self._week() - BEGAN_WITH_THE_TOOL)
        if self._week() == 8:
            hours *= 3
        if kind == "complaint":
            hours *= 0.6
        within = timedelta(hours=min(30.0, hours * self._chance.lognormvariate(0, 0.8)))
        early = timedelta(minutes=self._chance.randrange(30))
        at = promise_time(self._calendar, self._clock.at, within) - early
        if self._lot(0.05):
            at += timedelta(hours=6)  # late in the evening, from home
        return max(at, self._clock.at + timedelta(minutes=4))

    def _week(self) -> int:
        return (self._clock.at - self._start).days // 7

    def _review(self, mail: _Mail) -> None:
        """A reviewer takes the draft up: rejects it, or changes something, approves it, and it leaves."""
        draft = self._draft_of(mail, DraftStatus.PROPOSED)
        if draft is None:
            return
        person = self._chance.choices(_DESK, _SHARES)[0]
        if mail.kind == "inquiry" and self._lot(0.04):
            self._app.review.reject(draft.id, person, "a maker of lamps who asks for our prices")
            return
        if self._lot(0.35):
            draft = self._app.review.edit(draft.id, person, text=self._edited(draft))
        elif self._moved(draft):
            draft = self._app.review.release(draft.id, person)
        reason = "settled with production by telephone" if draft.letter.blocking else ""
        approved = self._app.review.approve(draft.id, person, override=reason)
        self._clock.at += timedelta(seconds=self._chance.randrange(4, 40))
        self._app.dispatcher.dispatch(approved.id)
        sent = self._app.draft(approved.id)
        if sent.status is DraftStatus.SENT:
            self._answered(mail, Answered(sent.rfc_message_id, sent.letter.subject))

    def _moved(self, draft: DraftRecord) -> bool:
        """Whether something joined the conversation since the draft was made, a holding reply for one."""
        with self._app.store.begin(write=False) as uow:
            return uow.conversations.get(draft.conversation_id).version != draft.conversation_version

    def _edited(self, draft: DraftRecord) -> str:
        """With a line more before the close, in the letter's language."""
        *body, close = draft.letter.text.split("\n\n")
        languages = {buyer.language for buyer in buyers()}
        language = draft.letter.language if draft.letter.language in languages else "en"
        return "\n\n".join((*body[:-1], self._writers.added(language), *body[-1:], close))

    def _answer_elsewhere(self, mail: _Mail) -> None:
        letter = self._elsewhere(mail, "answer")
        draft = self._draft_of(mail, DraftStatus.HELD) if self._archive is None else None
        if draft is not None:
            self._app.review.reject(draft.id, _DESK[0], "answered from the telephone")
        self._answered(mail, letter)

    def _elsewhere(self, mail: _Mail, sort: str) -> Answered:
        zone = ZoneInfo(self._calendar.time_zone)
        raw = self._writers.letter(mail.buyer, sort, self._clock.at.astimezone(zone), mail.letter)
        self._store(raw, FolderRole.SENT)
        return told_of(raw)

    def _answered(self, mail: _Mail, letter: Answered) -> None:
        self._goes_on(mail, letter)
        if self._archive is None:
            self._look_into(mail)
            self._keep_promises(mail)

    def _keep_promises(self, mail: _Mail) -> None:
        """Most promises are kept by a letter in time, some by telephone, some too late."""
        with self._app.store.begin(write=False) as uow:
            conversation_id = uow.messages.get(mail.number).conversation_id
            found = uow.promises.of_conversation(conversation_id or 0)
        due = min((promise.due for promise in found if promise.status is PromiseStatus.OPEN), default=None)
        if due is None:
            return
        left = due - self._clock.at
        if self._lot(0.12):
            for promise in found:
                self._at(self._clock.at + left * 0.7, partial(self._by_telephone, promise.id))
            return
        share = self._chance.uniform(0.3, 0.95) if self._lot(0.88) else self._chance.uniform(1.1, 2.0)
        self._at(self._clock.at + left * share, partial(self._elsewhere, mail, "answer"))

    def _by_telephone(self, promise_id: int) -> None:
        with self._app.store.begin(write=False) as uow:
            promise = uow.promises.get(promise_id)
        if promise is not None and promise.status is PromiseStatus.OPEN:
            self._app.end_promise(promise_id, PromiseStatus.KEPT, _DESK[0])

    def _look_into(self, mail: _Mail) -> None:
        """Of a complaint the cause is found, a remedy agreed, and the case closed some days later."""
        with self._app.store.begin(write=False) as uow:
            if uow.complaints.get(mail.number) is None:
                return
        cause, fault, remedy = self._chance.choice(_CAUSES)
        record = partial(self._app.complaints.record, mail.number, _DESK[0])
        at = self._clock.at + timedelta(hours=20)
        self._at(at, partial(record, cause=cause, fault=fault, remedy=remedy))
        self._at(at + timedelta(days=self._chance.randint(3, 9)), partial(record, closed=True))

    # ---- the store

    def _draft_of(self, mail: _Mail, status: DraftStatus) -> DraftRecord | None:
        with self._app.store.begin(write=False) as uow:
            drafts = uow.drafts.of_message(mail.number)
        return next((draft for draft in drafts if draft.status is status), None)

    def _store(self, raw: bytes, role: FolderRole) -> int:
        """Take a mail in, as the intake does, and read it; before the tool came, that waits for the import."""
        folder = self._inbox if role is FolderRole.INBOX else self._sent
        with self._app.store.begin() as uow:
            new = NewMessage(folder, 1, next(self._numbers), self._clock.at, raw, len(raw))
            (number,) = uow.messages.add([new])
            uow.commit()
        if self._archive is None:
            self._app.processor.process([number])
        else:
            self._archive.append(number)
        return number

    def _import(self) -> None:
        self._app.processor.process(self._archive or ())
        self._archive = None

"""What the service does by itself, by the clock: ends leftovers, reminds, warns, packs, and looks after its model."""

from collections.abc import Callable

from triage.alarm_mail import notice
from triage.audit import alarms
from triage.config import Settings
from triage.followups import promises
from triage.log_keeper import LogKeeper
from triage.outbox.dispatch import Dispatcher
from triage.pipeline import Classifier
from triage.scoring.kind import Abstainer
from triage.vitals import Vitals
from triage.vocabulary.ports import Clock, Deliverer, Store
from triage.vocabulary.records import Outcome

_RESTORED = "database:restored"
_NOTICE = "alarms:mail"


class Upkeep:
    """Each method may be called again at any time."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        vitals: Vitals,
        log_keeper: LogKeeper,
        sender_for: Callable[[str], Deliverer],
    ) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._vitals, self._log_keeper, self._sender_for = vitals, log_keeper, sender_for

    def end_leftovers(self, dispatcher: Dispatcher) -> None:
        """Once, before any letter goes out: end what an earlier process left behind, and doubt what a restored copy
        of the database holds for unsent (F39)."""
        dispatcher.recover()
        if self._log_keeper.is_restored():
            doubted = dispatcher.distrust()
            self._vitals.alert(
                _RESTORED,
                f"The database is older than its log's anchor: it was restored from a copy. {doubted} letters that"
                " waited to be sent are uncertain now; look for them in Sent, then use `triage resolve`.",
            )
        else:
            self._vitals.clear(_RESTORED)
        self._log_keeper.anchor()

    def watch_model(self, classifier: Classifier) -> None:
        """Raise or clear the alert about a kind model that can't be used: every mail waits for a person then."""
        if isinstance(classifier, Abstainer):
            self._vitals.alert("model", f"Every mail counts as unsure. {classifier.why}")
        else:
            self._vitals.clear("model")

    def review_promises(self) -> None:
        """Remind of what falls due and mark what is broken (R2)."""
        with self._store.begin() as uow:
            promises.review(uow, self._clock.now())
            uow.commit()

    def review_alarms(self) -> None:
        """Warn of mails that fall due, raise what is late, and tell the desk by mail where it wants that (R26)."""
        wanted, now = self._settings.alarms.value(), self._clock.now()
        with self._store.begin(write=False) as uow:
            found = alarms.look(uow, wanted, self._settings.calendars, now)
        if not (found.new or found.ended):
            return
        with self._store.begin() as uow:  # looked at again: another daemon may have been quicker, or the answer
            new = alarms.settle(uow, alarms.look(uow, wanted, self._settings.calendars, now), now)
            uow.commit()
        if wanted.mail_to and self._settings.daemon.sending:
            for account_id in sorted({alarm.account_id for alarm in new} & set(self._settings.accounts)):
                self._tell_desk(account_id, [alarm for alarm in new if alarm.account_id == account_id])

    def _tell_desk(self, account_id: str, raised: list[alarms.Alarm]) -> None:
        address = self._settings.accounts[account_id].address
        mail = notice(address, self._settings.alarms.mail_to, raised, self._clock.now())
        told = self._sender_for(account_id).deliver(mail, lambda: None)
        if told.outcome is Outcome.ACCEPTED:
            self._vitals.clear(_NOTICE)
        else:
            self._vitals.alert(_NOTICE, f"The notice about late answers could not be sent: {told.reply}")

    def pack_responses(self) -> None:
        """Keep past months of responses as columns, so that a report over a million of them takes no seconds."""
        today = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        packed = True
        while packed:
            with self._store.begin() as uow:
                packed = uow.responses.pack(today)
                uow.commit()

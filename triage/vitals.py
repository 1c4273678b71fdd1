"""How the service is: alerts that outlive a full disk, the room left on it, and whether every account answers (I15)."""

import shutil

import structlog

from triage.config import Settings
from triage.errors import StoreError
from triage.vocabulary.health import AccountHealth, Health
from triage.vocabulary.ports import Clock, Store
from triage.vocabulary.records import AccountState

log = structlog.get_logger()

DISK = "disk"
MEGABYTE = 1_000_000


class Vitals:
    """Shared between threads."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._unstored: dict[str, str] = {}
        """Alerts that the database could not take."""

    def alert(self, key: str, text: str) -> None:
        """Raise an alert; when even that can't be stored, keep it in memory, so that `/healthz` still tells."""
        try:
            with self._store.begin() as uow:
                uow.alerts.raise_(key, text, self._clock.now())
                uow.commit()
            self._unstored.pop(key, None)
        except StoreError as error:
            self._unstored[key] = text
            log.error("alert not stored", key=key, text=text, error=str(error))

    def clear(self, key: str) -> None:
        """End an alert. While the database takes no change it stands on, and the daemon with it."""
        try:
            with self._store.begin(write=False) as uow:
                standing = any(alert.key == key for alert in uow.alerts.standing())
            if standing:
                with self._store.begin() as uow:
                    uow.alerts.clear(key, self._clock.now())
                    uow.commit()
            self._unstored.pop(key, None)
        except StoreError as error:
            log.error("alert not ended", key=key, error=str(error))

    def unnoted(self, key: str, text: str) -> None:
        """What the database did not take, or an empty text when that is over."""
        if text:
            self._unstored[key] = text
        else:
            self._unstored.pop(key, None)

    def shortage(self) -> str:
        """Words when the database's disk has less room than the reserve, else empty (F35)."""
        file, reserve = self._settings.database.file, self._settings.database.disk_reserve_mb
        if file is None:
            return ""
        try:
            free = shutil.disk_usage(file.parent).free // MEGABYTE
        except OSError as error:
            return f"The disk of {file} can't be looked at: {error.strerror}. Check that it is mounted."
        if free >= reserve:
            return ""
        return (
            f"The disk of {file} is nearly full: {free} MB are free, {reserve} MB are kept in reserve. No mail is "
            "fetched until there is room; make some, and work goes on by itself."
        )

    def watch_disk(self) -> None:
        """Raise or clear the alert about the disk."""
        if shortage := self.shortage():
            self.alert(DISK, shortage)
        else:
            self.clear(DISK)

    def health(self) -> Health:
        """Healthy is: a full round trip to each account within its limit, and room to store what comes."""
        troubles = dict(self._unstored)
        try:
            with self._store.begin(write=False) as uow:
                states = {state.id: state for state in uow.accounts.all()}
                standing = {alert.key: alert.text for alert in uow.alerts.standing()}
        except StoreError as error:
            return Health(False, (), (str(error), *troubles.values()))
        accounts = tuple(self._account(name, states.get(name)) for name in self._settings.accounts)
        if shortage := self.shortage():
            troubles[DISK] = shortage
        alerts = tuple((standing | troubles).values())
        return Health(all(account.ok for account in accounts) and not troubles, accounts, alerts)

    def _account(self, account_id: str, state: AccountState | None) -> AccountHealth:
        last = state.last_round_trip_at if state else None
        age = (self._clock.now() - last).total_seconds() if last else None
        if state and state.stopped_reason:
            return AccountHealth(account_id, False, age, f"stopped: {state.stopped_reason}")
        if age is None:
            return AccountHealth(account_id, False, None, "no round trip yet")
        limit = 2 * self._settings.accounts[account_id].poll_seconds + 60
        return AccountHealth(account_id, age <= limit, age, f"last round trip {age:.0f} s ago (limit {limit:.0f} s)")

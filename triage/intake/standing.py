"""How an account stands with its server: counts refusals, obeys waits, raises and clears alerts (F18, F19, I15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from triage.errors import CertificateRefused, LoginRefused, StoreError, Throttled, TriageError
from triage.vocabulary.ports import Clock, Store, UnitOfWork
from triage.vocabulary.records import AccountState
from triage.vocabulary.servers import Credentials, MailboxPlan

log = structlog.get_logger()

MAX_REFUSALS = 3
"""Providers lock accounts out, or ban the address, after some wrong logins; three is below all known limits."""
FAILURES_TO_ALERT = 3
SAVE_EVERY = timedelta(seconds=15)
"""How often a round trip is written down: polling at short intervals must not wear the disk."""
ALERTS = ("login", "stopped", "throttled", "certificate", "failing")


class Standing:
    """For the one thread that reads the account. `unnoted` gets the words of a failure that the database did not take,
    and an empty text when the account is well again."""

    def __init__(
        self,
        plan: MailboxPlan,
        credentials: Credentials,
        store: Store,
        clock: Clock,
        unnoted: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._plan, self._credentials, self._store, self._clock = plan, credentials, store, clock
        self._unnoted = unnoted
        self._failures = 0
        self._saved_at: datetime | None = None

    def held_because(self) -> str:
        """Why no connection may be made now; empty when one may. New credentials lift a stop."""
        state = self._state()
        if state.stopped_reason and state.credentials_digest != self._credentials.digest():
            state = self.resume("the credentials changed")
        if state.stopped_reason:
            return state.stopped_reason
        if state.throttled_until is not None and state.throttled_until > self._clock.now():
            return f"throttled until {state.throttled_until:%Y-%m-%d %H:%M:%S} UTC"
        return ""

    def resume(self, why: str) -> AccountState:
        """Lift a stop."""
        with self._store.begin() as uow:
            before = uow.accounts.get(self._plan.account_id)
            after = replace(before, refused_logins=0, stopped_reason="", credentials_digest="")
            uow.accounts.save(after)
            self._clear_alerts(uow)
            uow.audit.append(self._clock.now(), "intake", "account.resumed", self._subject, {"why": why})
            uow.commit()
        return after

    def round_trip(self) -> None:
        """A connection, a look at every folder, and the answers: the account is well."""
        now = self._clock.now()
        if self._saved_at is not None and self._failures == 0 and now - self._saved_at < SAVE_EVERY:
            return
        with self._store.begin() as uow:
            state = uow.accounts.get(self._plan.account_id)
            uow.accounts.save(replace(state, last_round_trip_at=now, refused_logins=0, throttled_until=None))
            self._clear_alerts(uow)
            uow.commit()
        self._failures, self._saved_at = 0, now
        self._unnoted("")

    def failed(self, error: TriageError) -> None:
        """Write down what went wrong. Never raises: the fault may be the database's own."""
        self._failures += 1
        log.warning("account fails", account=self._plan.account_id, error=str(error), failures=self._failures)
        try:
            with self._store.begin() as uow:
                self._note(uow, error)
                uow.commit()
            self._unnoted("")
        except StoreError as fault:
            log.error("can't note the failure", account=self._plan.account_id, error=str(fault))
            self._unnoted(f"{self._plan.address} can't be read: {error}")

    def _note(self, uow: UnitOfWork, error: TriageError) -> None:
        now = self._clock.now()
        if isinstance(error, LoginRefused):
            self._credentials.forget()
            self._count_refusal(uow, error)
        elif isinstance(error, Throttled):
            until = now + timedelta(seconds=error.seconds)
            uow.accounts.save(replace(uow.accounts.get(self._plan.account_id), throttled_until=until))
            self._alert(uow, "throttled", f"waits until {until:%Y-%m-%d %H:%M} UTC as its server asked. {error}")
        elif isinstance(error, CertificateRefused):
            self._alert(uow, "certificate", str(error))
        elif self._failures >= FAILURES_TO_ALERT:
            self._alert(uow, "failing", f"could not be read in {self._failures} tries. {error}")

    def _count_refusal(self, uow: UnitOfWork, error: LoginRefused) -> None:
        state, digest = uow.accounts.get(self._plan.account_id), self._credentials.digest()
        refused = state.refused_logins + 1 if state.credentials_digest == digest else 1
        stopped = refused >= MAX_REFUSALS
        reason = f"after {refused} refused logins: {error}" if stopped else ""
        uow.accounts.save(replace(state, refused_logins=refused, credentials_digest=digest, stopped_reason=reason))
        if stopped:
            uow.alerts.clear(self._key("login"), self._clock.now())
            self._alert(uow, "stopped", f"is not read any more, {reason} It goes on when the credentials change.")
            data = {"refused": str(refused)}
            uow.audit.append(self._clock.now(), "intake", "account.stopped", self._subject, data)
        else:
            self._alert(uow, "login", f"was refused, try {refused} of {MAX_REFUSALS}. {error}")

    def _state(self) -> AccountState:
        with self._store.begin(write=False) as uow:
            known = {state.id: state for state in uow.accounts.all()}
        if (state := known.get(self._plan.account_id)) and state.address == self._plan.address:
            return state
        with self._store.begin() as uow:
            state = uow.accounts.ensure(self._plan.account_id, self._plan.address)
            uow.commit()
        return state

    @property
    def _subject(self) -> str:
        return f"account:{self._plan.account_id}"

    def _key(self, what: str) -> str:
        return f"account:{self._plan.account_id}:{what}"

    def _alert(self, uow: UnitOfWork, what: str, text: str) -> None:
        uow.alerts.raise_(self._key(what), f"{self._plan.address} {text}", self._clock.now())

    def _clear_alerts(self, uow: UnitOfWork) -> None:
        for what in ALERTS:
            uow.alerts.clear(self._key(what), self._clock.now())

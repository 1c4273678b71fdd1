"""Keeping webhooks, finding out what they are to be told, and telling it until it is taken."""

import secrets
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import timedelta

from triage.errors import NotFound, UnsafeTarget
from triage.vocabulary.access import HookDelivery, HookEvent, Webhook
from triage.vocabulary.ports import Clock, Store
from triage.webhooks.happened import happened
from triage.webhooks.post import post
from triage.webhooks.signature import HEADER, secret, signature
from triage.webhooks.targets import Resolve, Target, resolve, target

AT_ONCE = 500
"""Lines of the audit log looked at in one transaction."""
TOLD_AT_ONCE = 20
TRIES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=6)

TAKEN = timedelta(minutes=2)
"""How long one process has for one delivery; longer than any answer is waited for."""

Post = Callable[[Target, bytes, Mapping[str, str]], str]


class Webhooks:
    """`key` is that of the audit log; `allowed` are hosts on the inside that may be told."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        key: bytes,
        allowed: Container[str],
        *,
        resolve: Resolve = resolve,
        post: Post = post,
    ) -> None:
        self._store, self._clock, self._key, self._allowed = store, clock, key, allowed
        self._resolve, self._post = resolve, post

    def all(self) -> Sequence[Webhook]:
        with self._store.begin(write=False) as uow:
            return uow.webhooks.all()

    def newest(self, webhook_id: int, limit: int = 50) -> Sequence[HookDelivery]:
        """What it was told lately, the newest first. Raises NotFound."""
        with self._store.begin(write=False) as uow:
            uow.webhooks.get(webhook_id)
            return uow.webhooks.newest(webhook_id, limit)

    def add(self, url: str, events: Sequence[HookEvent], by: str) -> tuple[Webhook, str]:
        """A new webhook, told of what happens from now on, with its secret to be shown this once.

        Raises UnsafeTarget.
        """
        target(url, self._allowed, self._resolve)
        now, salt = self._clock.now(), secrets.token_hex(16)
        kept = tuple(sorted({event.value for event in events}))
        with self._store.begin() as uow:
            webhook_id = uow.webhooks.add(url, kept, salt, uow.audit.head()[0], now)
            uow.audit.append(now, by, "webhook.added", f"webhook:{webhook_id}", {"events": " ".join(kept)})
            uow.commit()
            return uow.webhooks.get(webhook_id), secret(self._key, salt)

    def remove(self, webhook_id: int, by: str) -> None:
        """With all that it was still to be told. Raises NotFound."""
        with self._store.begin() as uow:
            uow.webhooks.remove(webhook_id)
            uow.audit.append(self._clock.now(), by, "webhook.removed", f"webhook:{webhook_id}")
            uow.commit()

    def run(self) -> None:
        """Write down what is to be told, then tell what is due."""
        while self._collect():
            pass
        with self._store.begin(write=False) as uow:
            due = uow.webhooks.due(self._clock.now(), TOLD_AT_ONCE)
        for delivery in due:
            self._tell(delivery)

    def _collect(self) -> bool:
        """True when there may be more. A delivery is written once, however often a line is looked at."""
        with self._store.begin(write=False) as uow:
            hooks, head = uow.webhooks.all(), uow.audit.head()[0]
        behind = min((hook.seen_seq for hook in hooks), default=head)
        if behind >= head:
            return False
        with self._store.begin() as uow:
            lines = uow.audit.events(behind, AT_ONCE)
            for line in lines:
                if (told := happened(uow, line)) is not None:
                    for hook in hooks:
                        if line.seq > hook.seen_seq and told.event in hook.events:
                            uow.webhooks.tell(hook.id, told.id, told.event, told.body, self._clock.now())
            uow.webhooks.seen(lines[-1].seq if lines else head)
            uow.commit()
        return len(lines) == AT_ONCE

    def _tell(self, delivery: HookDelivery) -> None:
        """By one process only. No transaction is open meanwhile (F36): if we end between the two, it is told again."""
        now = self._clock.now()
        with self._store.begin() as uow:
            try:
                hook = uow.webhooks.get(delivery.webhook_id)
            except NotFound:
                return
            if not uow.webhooks.take(delivery, now + TAKEN):
                return
            uow.commit()
        body = delivery.body.encode()
        headers = {
            HEADER: signature(secret(self._key, hook.salt), body, now),
            "Triage-Event": delivery.event,
            "Triage-Delivery": delivery.event_id,
        }
        try:
            fault = self._post(target(hook.url, self._allowed, self._resolve), body, headers)
        except UnsafeTarget:
            fault = "its address can't be used any more"
        attempts = delivery.attempts + 1
        with self._store.begin() as uow:
            if not fault:
                uow.webhooks.tried(delivery.id, attempts, None, now, "")
                uow.alerts.clear(_alert(hook), now)
            elif attempts < TRIES:
                uow.webhooks.tried(delivery.id, attempts, now + wait(attempts), None, fault)
            else:
                uow.webhooks.tried(delivery.id, attempts, None, None, f"given up: {fault}")
                text = f"Webhook {hook.id} does not take what it is told: {fault}. See `triage webhook list`."
                uow.alerts.raise_(_alert(hook), text, now)
            uow.commit()


def wait(attempts: int) -> timedelta:
    """How long after so many tries the next one comes: each wait is twice the one before."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def _alert(hook: Webhook) -> str:
    return f"webhook:{hook.id}"

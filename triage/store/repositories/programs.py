"""What programs come in with and are told: tokens, kept answers, webhooks and their deliveries."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from triage.errors import NotFound, Taken
from triage.store.repositories.rows import changed, columns, insert_if_new
from triage.store.tables import ApiTokenRow, KeptAnswerRow, WebhookDeliveryRow, WebhookRow
from triage.vocabulary.access import HookDelivery, HookEvent, KeptAnswer, TokenRecord, Webhook

_TOKEN = columns(TokenRecord, ApiTokenRow)
_ANSWER = columns(KeptAnswer, KeptAnswerRow)
_HOOK = columns(Webhook, WebhookRow)
_DELIVERY = columns(HookDelivery, WebhookDeliveryRow)


class SqlTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, token_hash: str, person_id: int, scopes: Sequence[str], at: datetime) -> int:
        new = insert_if_new(self._connection, ApiTokenRow, ("name",), "id")
        values = {"name": name, "token_hash": token_hash, "person_id": person_id, "scopes": tuple(scopes)}
        made: int | None = self._connection.execute(new, {**values, "created_at": at}).scalar()
        if made is None:
            raise Taken(f"There is a token {name!r} already.", "Choose another name; a revoked one stays listed.")
        return made

    def all(self) -> Sequence[TokenRecord]:
        return [TokenRecord(*row) for row in self._connection.execute(select(*_TOKEN).order_by(ApiTokenRow.id))]

    def by_hash(self, token_hash: str) -> TokenRecord | None:
        row = self._connection.execute(select(*_TOKEN).where(ApiTokenRow.token_hash == token_hash)).first()
        return None if row is None else TokenRecord(*row)

    def used(self, token_id: int, at: datetime) -> None:
        self._connection.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(used_at=at))

    def revoke(self, token_id: int, at: datetime) -> bool:
        wanted = update(ApiTokenRow).where(ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None))
        return changed(self._connection, wanted.values(revoked_at=at))

    def reserve(self, answer: KeptAnswer) -> KeptAnswer | None:
        """Keep the place of an answer; None when it was free, else what is kept there."""
        new = insert_if_new(self._connection, KeptAnswerRow, ("owner", "key"), "key")
        if self._connection.execute(new, asdict(answer)).first() is not None:
            return None
        kept = select(*_ANSWER).where(KeptAnswerRow.owner == answer.owner, KeptAnswerRow.key == answer.key)
        return KeptAnswer(*self._connection.execute(kept).one())

    def keep(self, owner: str, key: str, status: int, answer: str) -> None:
        place = update(KeptAnswerRow).where(KeptAnswerRow.owner == owner, KeptAnswerRow.key == key)
        self._connection.execute(place.values(status=status, answer=answer))

    def give_up(self, owner: str, key: str) -> None:
        place = delete(KeptAnswerRow).where(KeptAnswerRow.owner == owner, KeptAnswerRow.key == key)
        self._connection.execute(place)

    def forget_answers(self, before: datetime) -> None:
        self._connection.execute(delete(KeptAnswerRow).where(KeptAnswerRow.created_at < before))


class SqlWebhooks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, url: str, events: Sequence[str], salt: str, seen_seq: int, at: datetime) -> int:
        values = {"url": url, "events": tuple(events), "salt": salt, "seen_seq": seen_seq, "created_at": at}
        made: int = self._connection.execute(insert(WebhookRow).returning(WebhookRow.id), values).scalar_one()
        return made

    def all(self) -> Sequence[Webhook]:
        return [Webhook(*row) for row in self._connection.execute(select(*_HOOK).order_by(WebhookRow.id))]

    def get(self, webhook_id: int) -> Webhook:
        row = self._connection.execute(select(*_HOOK).where(WebhookRow.id == webhook_id)).first()
        if row is None:
            raise NotFound(f"There is no webhook {webhook_id}.")
        return Webhook(*row)

    def remove(self, webhook_id: int) -> None:
        self.get(webhook_id)
        self._connection.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id))
        self._connection.execute(delete(WebhookRow).where(WebhookRow.id == webhook_id))

    def seen(self, seq: int) -> None:
        """Every webhook has been given what happened up to there."""
        self._connection.execute(update(WebhookRow).where(WebhookRow.seen_seq < seq).values(seen_seq=seq))

    def tell(self, webhook_id: int, event_id: str, event: HookEvent, body: str, at: datetime) -> None:
        """To be told from now on; once, however often it is asked for."""
        new = insert_if_new(self._connection, WebhookDeliveryRow, ("webhook_id", "event_id"))
        values = {"webhook_id": webhook_id, "event_id": event_id, "event": event, "body": body, "attempts": 0}
        self._connection.execute(new, {**values, "created_at": at, "due_at": at, "note": ""})

    def due(self, now: datetime, limit: int) -> Sequence[HookDelivery]:
        wanted = select(*_DELIVERY).where(WebhookDeliveryRow.due_at.is_not(None), WebhookDeliveryRow.due_at <= now)
        rows = self._connection.execute(wanted.order_by(WebhookDeliveryRow.due_at, WebhookDeliveryRow.id).limit(limit))
        return [HookDelivery(*row) for row in rows]

    def newest(self, webhook_id: int, limit: int) -> Sequence[HookDelivery]:
        wanted = select(*_DELIVERY).where(WebhookDeliveryRow.webhook_id == webhook_id)
        rows = self._connection.execute(wanted.order_by(WebhookDeliveryRow.id.desc()).limit(limit))
        return [HookDelivery(*row) for row in rows]

    def take(self, delivery: HookDelivery, until: datetime) -> bool:
        mine = update(WebhookDeliveryRow).where(
            WebhookDeliveryRow.id == delivery.id, WebhookDeliveryRow.due_at == delivery.due_at
        )
        return changed(self._connection, mine.values(due_at=until))

    def tried(
        self, delivery_id: int, attempts: int, due_at: datetime | None, delivered_at: datetime | None, note: str
    ) -> None:
        row = update(WebhookDeliveryRow).where(WebhookDeliveryRow.id == delivery_id)
        values = {"attempts": attempts, "due_at": due_at, "delivered_at": delivered_at, "note": note}
        self._connection.execute(row.values(**values))

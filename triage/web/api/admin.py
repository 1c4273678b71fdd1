"""Managing for programs: users, tokens, webhooks, parked mails, health. Who manages sees all mailboxes (S04)."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from triage.app import App
from triage.errors import NotFound
from triage.vocabulary.people import Permission, PersonRecord
from triage.web.api import asked, shapes
from triage.web.api.caller import Caller, Callers
from triage.web.api.idempotency import remembering
from triage.web.identity import NotAllowed


def admin_routes(app: App, callers: Callers) -> tuple[APIRouter, ...]:
    manager = _manager(callers)
    return (
        _health(app, callers),
        _parked(app, callers, manager),
        _users(app, manager),
        _tokens(app, manager),
        _webhooks(app, manager),
    )


def _manager(callers: Callers) -> Callable[..., Caller]:
    def manager(caller: Annotated[Caller, Depends(callers.require(Permission.MANAGE))]) -> Caller:
        """Raises NotAllowed for an admin of some mailboxes only: they would let themselves into the others."""
        if caller.person.mailboxes is not None:
            raise NotAllowed
        return caller

    return manager


def _health(app: App, callers: Callers) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["admin"])

    @routes.get("/health")
    def health(caller: Annotated[Caller, Depends(callers.require(Permission.VIEW))]) -> shapes.HealthShape:
        """How every account of one's own answers; `ok` tells of all."""
        found = shapes.HealthShape.model_validate(app.vitals.health())
        mine = caller.person.mailboxes
        if mine is None:
            return found
        accounts = [account for account in found.accounts if account.id in mine]
        return shapes.HealthShape(ok=found.ok, accounts=accounts, alerts=[])

    return routes


def _parked(app: App, callers: Callers, manager: Callable[..., Caller]) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["admin"], route_class=remembering(app, callers))

    @routes.get("/parked")
    def parked(caller: Annotated[Caller, Depends(manager)]) -> shapes.ParkedList:
        """Mails whose processing failed too often. Their bytes: `/messages/{id}/raw`."""
        with app.store.begin(write=False) as uow:
            items = uow.messages.parked()
        return shapes.ParkedList(items=[shapes.ParkedShape.model_validate(item) for item in items])

    @routes.post("/parked/{message_id}/replay", status_code=204)
    def replay(message_id: asked.Id, caller: Annotated[Caller, Depends(manager)]) -> None:
        """Process it again."""
        app.replay(message_id, caller.name)

    return routes


def _users(app: App, manager: Callable[..., Caller]) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["admin"])

    def shape(person: PersonRecord) -> shapes.UserShape:
        return shapes.UserShape(
            name=person.name,
            role=person.role,
            mailboxes=None if person.mailboxes is None else list(person.mailboxes),
            active=person.active,
            email=person.email,
            password_set=bool(person.password_hash),
            second_factor=app.second_factors.on(person.id),
        )

    def named(name: str) -> PersonRecord:
        found = next((person for person in app.people.all() if person.name == name), None)
        if found is None:
            raise NotFound(f"There is no user {name!r}.")
        return found

    def known(mailboxes: list[str] | None) -> list[str] | None:
        for mailbox in mailboxes or ():
            if mailbox not in app.settings.accounts:
                raise NotFound(f"There is no account {mailbox!r}.")
        return mailboxes

    def link(token: str) -> str:
        return f"{app.settings.web.url}/welcome/{token}"

    @routes.get("/users")
    def users(caller: Annotated[Caller, Depends(manager)]) -> shapes.UserList:
        return shapes.UserList(items=[shape(person) for person in app.people.all()])

    @routes.post("/users", status_code=201)
    def add(told: asked.AddUser, caller: Annotated[Caller, Depends(manager)]) -> shapes.NewUser:
        """The person sets the password by the link. As it is a secret, this answer is not kept for a repeated POST."""
        token = app.people.add(told.name, told.role, known(told.mailboxes), caller.name)
        return shapes.NewUser(user=shape(named(told.name)), link=link(token))

    @routes.patch("/users/{name}")
    def change(
        name: asked.Name, told: asked.ChangeUser, caller: Annotated[Caller, Depends(manager)]
    ) -> shapes.UserShape:
        app.people.change(name, caller.name, role=told.role, mailboxes=known(told.mailboxes), active=told.active)
        return shape(named(name))

    @routes.delete("/users/{name}/second-factor", status_code=204)
    def reset_second_factor(name: asked.Name, caller: Annotated[Caller, Depends(manager)]) -> None:
        """For who lost app and recovery codes; they are signed out everywhere."""
        app.second_factors.reset(name, caller.name)

    return routes


def _tokens(app: App, manager: Callable[..., Caller]) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["admin"])

    @routes.get("/tokens")
    def tokens(caller: Annotated[Caller, Depends(manager)]) -> shapes.TokenList:
        return shapes.TokenList(items=[shapes.TokenShape.model_validate(token) for token in app.tokens.all()])

    @routes.post("/tokens", status_code=201)
    def add(told: asked.AddToken, caller: Annotated[Caller, Depends(manager)]) -> shapes.NewToken:
        """Shown this once; not kept for a repeated POST."""
        return shapes.NewToken(name=told.name, token=app.tokens.add(told.name, told.owner, told.scopes, caller.name))

    @routes.delete("/tokens/{token_id}", status_code=204)
    def revoke(token_id: asked.Id, caller: Annotated[Caller, Depends(manager)]) -> None:
        """It stays listed, and opens nothing any more."""
        app.tokens.revoke(token_id, caller.name)

    return routes


def _webhooks(app: App, manager: Callable[..., Caller]) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["webhooks"])

    @routes.get("/webhooks")
    def webhooks(caller: Annotated[Caller, Depends(manager)]) -> shapes.WebhookList:
        return shapes.WebhookList(items=[shapes.WebhookShape.model_validate(hook) for hook in app.webhooks.all()])

    @routes.post("/webhooks", status_code=201)
    def add(told: asked.AddWebhook, caller: Annotated[Caller, Depends(manager)]) -> shapes.NewWebhook:
        """Told from now on. The secret is shown this once; not kept for a repeated POST."""
        hook, secret = app.webhooks.add(told.url, told.events, caller.name)
        return shapes.NewWebhook(webhook=shapes.WebhookShape.model_validate(hook), secret=secret)

    @routes.get("/webhooks/{webhook_id}/deliveries")
    def deliveries(webhook_id: asked.Id, caller: Annotated[Caller, Depends(manager)]) -> shapes.HookDeliveryList:
        """The newest 50, taken or not."""
        found = app.webhooks.newest(webhook_id)
        return shapes.HookDeliveryList(items=[shapes.HookDeliveryShape.model_validate(item) for item in found])

    @routes.delete("/webhooks/{webhook_id}", status_code=204)
    def remove(webhook_id: asked.Id, caller: Annotated[Caller, Depends(manager)]) -> None:
        """With all that it was still to be told."""
        app.webhooks.remove(webhook_id, caller.name)

    return routes

"""`triage token` and `triage webhook`: what programs come in with, and what they are told."""

from typing import Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, app_of, someone
from triage.cli.table import table
from triage.vocabulary.access import HookEvent, Scope

TokenName = Annotated[str, typer.Argument(help="What the token is for, e.g. `erp`.")]
WebhookId = Annotated[int, typer.Argument(help="Number of the webhook, as `triage webhook list` shows it.")]


def register(app: typer.Typer) -> None:
    token = typer.Typer(help="Tokens of the API.", no_args_is_help=True)
    token.command("add")(add_token)
    token.command("list")(list_tokens)
    token.command("revoke")(revoke)
    app.add_typer(token, name="token")
    webhook = typer.Typer(help="Addresses that are told what happens, signed.", no_args_is_help=True)
    webhook.command("add")(add_webhook)
    webhook.command("list")(list_webhooks)
    webhook.command("remove")(remove)
    app.add_typer(webhook, name="webhook")


def add_token(
    name: TokenName,
    user: Annotated[str, typer.Option(help="The user it speaks for; it never may more than they.")],
    scope: Annotated[
        list[Scope], typer.Option(help="read; review edits; approve approves; admin manages. Repeat it for several.")
    ],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Make a token and print it, this once."""
    print(app_of(config).tokens.add(name, user, scope, someone(by)))


def list_tokens(config: ConfigOption = None) -> None:
    """All tokens with their owners and scopes, revoked ones too; never the tokens themselves."""
    tokens = app_of(config).tokens.all()
    if not tokens:
        print("There are no tokens yet; `triage token add` makes one.")
        return
    lines = [
        (
            token.name,
            token.owner,
            " ".join(token.scopes),
            f"{token.used_at:%Y-%m-%d %H:%M} UTC" if token.used_at else "never",
            "revoked" if token.revoked_at else "in use",
        )
        for token in tokens
    ]
    print(table(("name", "owner", "scopes", "used", "state"), lines))


def revoke(name: TokenName, config: ConfigOption = None, by: ByOption = "") -> None:
    """The token opens nothing any more, from the next request on."""
    app = app_of(config)
    app.tokens.revoke(app.tokens.id_of(name), someone(by))
    print(f"Token {name} is revoked.")


def add_webhook(
    url: Annotated[
        str, typer.Argument(help="https address on the public network, or a host of webhooks.allowed_hosts.")
    ],
    event: Annotated[
        list[HookEvent] | None, typer.Option(help="What to tell; repeat it for several.", show_default="all")
    ] = None,
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Make a webhook and print the secret that signs what it is told, this once."""
    hook, secret = app_of(config).webhooks.add(url, event or list(HookEvent), someone(by))
    print(f"Webhook {hook.id}; its secret: {secret}")


def list_webhooks(config: ConfigOption = None) -> None:
    """All webhooks, and how the last delivery went."""
    app = app_of(config)
    lines = []
    for hook in app.webhooks.all():
        newest = next(iter(app.webhooks.newest(hook.id, 1)), None)
        state = "nothing told yet" if newest is None else newest.note or ("told" if newest.delivered_at else "waiting")
        lines.append((str(hook.id), hook.url, " ".join(hook.events), state))
    print(table(("id", "address", "told of", "last"), lines) if lines else "There are no webhooks yet.")


def remove(webhook: WebhookId, config: ConfigOption = None, by: ByOption = "") -> None:
    """No more is told, nor what was still waiting."""
    app_of(config).webhooks.remove(webhook, someone(by))
    print(f"Webhook {webhook} is removed.")

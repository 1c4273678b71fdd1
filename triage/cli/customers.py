"""`triage customers`: the cards."""

import json as json_module

import typer

from triage.cli.options import ConfigOption, JsonOption, app_of
from triage.cli.table import table
from triage.errors import NotFound
from triage.vocabulary.records import CustomerRecord


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The customer book.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    app.add_typer(group, name="customers")


def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """All cards, the latest contact first."""
    with app_of(config).store.begin(write=False) as uow:
        cards = uow.customers.all()
    if json:
        print(json_module.dumps([_plain(card) for card in cards], ensure_ascii=False, indent=2))
        return
    head = ("card", "name", "company", "country", "in", "out", "last contact", "addresses")
    print(table(head, [_row(card) for card in cards], wide={"name": 24, "company": 28, "addresses": 40}))


def show(customer_id: int, config: ConfigOption = None) -> None:
    """One card as JSON, with the facts the buyer told."""
    with app_of(config).store.begin(write=False) as uow:
        try:
            card = uow.customers.get(customer_id)
        except NotFound as error:
            raise NotFound(str(error), "`triage customers list` shows all cards.") from error
    print(json_module.dumps(_plain(card), ensure_ascii=False, indent=2))


def _row(card: CustomerRecord) -> tuple[str, ...]:
    last = f"{card.last_contact_at:%Y-%m-%d}" if card.last_contact_at else ""
    return (
        str(card.id),
        card.name,
        card.company,
        card.country or "",
        str(card.messages_in),
        str(card.messages_out),
        last,
        ", ".join(card.addresses),
    )


def _plain(card: CustomerRecord) -> dict[str, object]:
    return {
        "id": card.id,
        "name": card.name,
        "company": card.company,
        "country": card.country,
        "addresses": list(card.addresses),
        "facts": {str(name): text for name, text in card.facts.items()},
        "first_contact_at": card.first_contact_at.isoformat() if card.first_contact_at else None,
        "last_contact_at": card.last_contact_at.isoformat() if card.last_contact_at else None,
        "messages_in": card.messages_in,
        "messages_out": card.messages_out,
        "orders": card.orders,
        "do_not_contact": card.do_not_contact,
        "note": card.note,
    }

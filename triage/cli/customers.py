"""`triage customers`: look at cards, write on them, put them together."""

import json as json_module
import shlex
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from triage.cli import customer_files
from triage.cli.customer_page import card_page, duplicates_table, list_table, plain
from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.customers import split_words
from triage.errors import TriageError
from triage.vocabulary.customers import ContactKind

CustomerId = Annotated[int, typer.Argument(help="Number of the card, as `triage customers list` shows it.")]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        "-f",
        help="Which customers, as words such as 'country=DE,AT traded=yes contacts=3..'; docs/customers.md lists them.",
    ),
]
SavedOption = Annotated[str, typer.Option("--saved", help="A saved filter; --filter narrows it further.")]
SortOption = Annotated[
    str,
    typer.Option(
        "--sort",
        help="id, company, country, first_contact, last_contact, contacts, orders or value; with - in front the "
        "greatest first.",
        show_default="-last_contact",
    ),
]
AtOption = Annotated[datetime | None, typer.Option("--at", help="When, in the desk's time.", show_default="now")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The customer book.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("set")(set_)
    for command in (show, person, note, order, duplicates, merge, unmerge, filters):
        group.command()(command)
    customer_files.register(group)
    app.add_typer(group, name="customers")


def words_of(filters: list[str] | None) -> list[str]:
    """Several --filter options, each one or more words; quotes keep blanks in a word."""
    return [word for text in filters or [] for word in split_words(text)]


def list_(
    config: ConfigOption = None,
    json: JsonOption = False,
    filter: FilterOption = None,
    saved: SavedOption = "",
    sort: SortOption = "",
    limit: Annotated[int, typer.Option(min=1, help="Cards on a page.")] = 100,
    after: Annotated[int | None, typer.Option(help="Go on behind this card: the last one of the page before.")] = None,
) -> None:
    """List cards, the latest contact first. What does not fit on the page is told, never dropped in silence."""
    from triage.customers import parse_sort

    book = app_of(config).customers
    cards, total = book.page(book.filter(words_of(filter), saved), parse_sort(sort), after, limit)
    if json:
        print(json_module.dumps([plain(card, book.segment(card)) for card in cards], ensure_ascii=False, indent=2))
    else:
        print(list_table([(card, book.segment(card)) for card in cards]))
    if len(cards) == limit and total > limit:
        typer.echo(f"{limit} of {total}; go on with --after {cards[-1].id}, or --limit {total} for all.", err=True)


def show(customer_id: CustomerId, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Show one card: people, facts and where each comes from, contacts, possible duplicates, merges."""
    app = app_of(config)
    page = app.customers.show(customer_id)
    if json:
        print(json_module.dumps(plain(page.card, page.segment), ensure_ascii=False, indent=2))
    else:
        print(card_page(page, app.settings.calendar.time_zone))


def set_(
    customer_id: CustomerId,
    field: Annotated[
        str,
        typer.Argument(
            help="name, company, country, type, importance, stage, do_not_contact, note, person, role, business, "
            "website, phone, experience_with_china, channels or volume_per_year."
        ),
    ],
    value: Annotated[str, typer.Argument(help="What stands there from now on; '' for nothing.")] = "",
    config: ConfigOption = None,
    by: ByOption = "",
    machine: Annotated[
        bool, typer.Option("--machine", help="Forget that a person wrote it: mails may fill it again.")
    ] = False,
) -> None:
    """Write a value on a card. It outranks whatever mails tell."""
    app_of(config).customers.set(customer_id, field, value, someone(by), machine_may_fill=machine)
    print(f"Card {customer_id}: {field} is set.")


def person(
    customer_id: CustomerId,
    address: Annotated[str, typer.Argument(help="The person's mail address.")],
    config: ConfigOption = None,
    by: ByOption = "",
    name: Annotated[str, typer.Option()] = "",
    role: Annotated[str, typer.Option()] = "",
    phone: Annotated[str, typer.Option()] = "",
) -> None:
    """Add a person to a card, or write their name, role or phone."""
    app_of(config).customers.person(customer_id, address, someone(by), name=name, role=role, phone=phone)
    print(f"Card {customer_id}: {address} is written down.")


def note(
    customer_id: CustomerId,
    text: Annotated[str, typer.Argument(help="What was spoken of; why, of an outcome.")] = "",
    config: ConfigOption = None,
    by: ByOption = "",
    kind: Annotated[ContactKind, typer.Option(help="call, meeting, chat, note, sample or lost.")] = ContactKind.NOTE,
    at: AtOption = None,
    address: Annotated[str, typer.Option(help="With which of their persons.")] = "",
) -> None:
    """Note a call, a meeting, a chat or a remark on a card, or what became of the buyer: a sample sent, lost.

    Calls, meetings and chats count as contacts; `triage train` learns from outcomes."""
    app = app_of(config)
    number = app.customers.note(customer_id, kind, text, someone(by), app.local_instant(at) if at else None, address)
    print(f"Card {customer_id}: {kind} {number} is noted.")


def order(
    customer_id: CustomerId,
    amount: Annotated[float | None, typer.Argument(help="In the currency you keep your books in.")] = None,
    config: ConfigOption = None,
    by: ByOption = "",
    text: Annotated[str, typer.Option(help="Its number, or what was ordered.")] = "",
    at: AtOption = None,
    mail: Annotated[
        int | None, typer.Option(help="The mail that ordered: its amount is noted, nothing is counted.")
    ] = None,
) -> None:
    """Count an order that came by no mail. Mails that are orders count by themselves, with the total that they tell;
    --mail notes or corrects the amount of such an order."""
    app = app_of(config)
    if mail is not None:
        if amount is None:
            raise TriageError(
                "What does the order come to?", "Give the amount: triage customers order 12 4300 --mail 57."
            )
        print(f"Order {app.customers.price_order(mail, amount, someone(by))} comes to {amount:,.2f}.")
        return
    number = app.customers.order(customer_id, someone(by), amount, text, app.local_instant(at) if at else None)
    print(f"Card {customer_id}: order {number} is counted.")


def duplicates(
    config: ConfigOption = None,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1)] = 100,
) -> None:
    """List cards that may be one customer's: same company, phone, site or domain."""
    found = app_of(config).customers.duplicates(limit)
    if json:
        print(json_module.dumps([asdict(pair) for _, _, pair in found], ensure_ascii=False, indent=2))
    else:
        print(duplicates_table(found))


def merge(
    kept: Annotated[int, typer.Argument(help="The card that stays; its values stand.")],
    gone: Annotated[int, typer.Argument(help="The card that becomes part of it.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Make two cards one: people, contacts and conversations go to the first. `unmerge` takes it back."""
    number = app_of(config).customers.merge(kept, gone, someone(by))
    print(f"Card {gone} is part of card {kept} now; `triage customers unmerge {number}` takes it out again.")


def unmerge(
    merge_id: Annotated[int, typer.Argument(help="Number of the merge, as `merge` told and `show` lists.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Take a merged card out again, with what came for its addresses since."""
    done = app_of(config).customers.unmerge(merge_id, someone(by))
    print(f"Card {done.gone_id} stands by itself again, beside card {done.kept_id}.")


def filters(
    config: ConfigOption = None,
    by: ByOption = "",
    save: Annotated[str, typer.Option(help="Keep the --filter words under this name.")] = "",
    drop: Annotated[str, typer.Option(help="Forget the filter of this name.")] = "",
    filter: FilterOption = None,
) -> None:
    """List saved filters; save or drop one."""
    book = app_of(config).customers
    if drop:
        book.drop_filter(drop)
    if save:
        book.save_filter(save, words_of(filter), someone(by))
    for kept in book.filters():
        print(f"{kept.name}: {shlex.join(kept.words.splitlines())}")

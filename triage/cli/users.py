"""`triage users`: who may use the review page, and in which role."""

import json as json_module
from typing import Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.cli.table import table
from triage.errors import ConfigError
from triage.vocabulary.people import PersonRecord, Role

Name = Annotated[str, typer.Argument(help="The user's name, as typed at the sign-in.")]
RoleOption = Annotated[Role, typer.Option(help="viewer sees; reviewer edits; approver approves; admin does all.")]
MailboxOption = Annotated[
    list[str] | None, typer.Option("--mailbox", help="Only this account; repeat it for several.", show_default="all")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Users of the review page.", no_args_is_help=True)
    group.command("list")(list_)
    for command in (add, link, change, email):
        group.command()(command)
    group.command("reset-factor")(reset_factor)
    app.add_typer(group, name="users")


def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """All users with their roles and mailboxes."""
    people = app_of(config).people.all()
    rows = [
        {
            "name": person.name,
            "role": person.role.value,
            "mailboxes": None if person.mailboxes is None else list(person.mailboxes),
            "active": person.active,
            "password": bool(person.password_hash),
        }
        for person in people
    ]
    if json:
        print(json_module.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not people:
        print("There are no users yet; `triage users add` makes one.")
        return
    print(table(("name", "role", "mailboxes", "state"), [_line(person) for person in people]))


def add(
    name: Name,
    role: RoleOption = Role.REVIEWER,
    mailbox: MailboxOption = None,
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Make a user; prints the one-time link with which they set their password."""
    app = app_of(config)
    token = app.people.add(name, role, _known(mailbox, list(app.settings.accounts)), someone(by))
    print(_link(app.settings.web.url, app.settings.web.port, token))


def link(name: Name, config: ConfigOption = None, by: ByOption = "") -> None:
    """A new one-time link for somebody who forgot the password; it works for 24 hours."""
    app = app_of(config)
    print(_link(app.settings.web.url, app.settings.web.port, app.people.new_link(name, someone(by))))


def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="Their new role.")] = None,
    mailbox: MailboxOption = None,
    all_mailboxes: Annotated[bool, typer.Option("--all-mailboxes", help="Take every restriction away.")] = False,
    active: Annotated[bool | None, typer.Option("--let-in/--shut-out", help="May they sign in?")] = None,
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Another role, other mailboxes, or shut out: from the next request on."""
    app = app_of(config)
    known = _known(mailbox, list(app.settings.accounts))
    app.people.change(name, someone(by), role=role, mailboxes=known, all_mailboxes=all_mailboxes, active=active)
    print(f"{name} is changed.")


def email(
    name: Name,
    address: Annotated[str, typer.Argument(help="As the identity provider verifies it; empty takes it away.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """By which a user of the identity provider is known (section [oidc])."""
    app_of(config).people.set_email(name, address or None, someone(by))
    print(f"{name} is changed.")


def reset_factor(name: Name, config: ConfigOption = None, by: ByOption = "") -> None:
    """For who lost their app and their recovery codes: the password alone is asked for again."""
    app_of(config).second_factors.reset(name, someone(by))
    print(f"{name} signs in with the password alone.")


def _known(mailboxes: list[str] | None, accounts: list[str]) -> list[str] | None:
    for name in mailboxes or ():
        if name not in accounts:
            raise ConfigError(f"There is no account {name!r}.", f"Configured are: {', '.join(accounts) or 'none'}.")
    return mailboxes


def _link(url: str, port: int, token: str) -> str:
    return f"One use, 24 hours: {url or f'http://127.0.0.1:{port}'}/welcome/{token}"


def _line(person: PersonRecord) -> tuple[str, ...]:
    where = "all" if person.mailboxes is None else ", ".join(person.mailboxes)
    state = "shut out" if not person.active else "active" if person.password_hash else "has not set a password"
    return person.name, person.role, where, state

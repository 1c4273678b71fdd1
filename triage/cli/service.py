"""Commands of the operator: `run`, `check`, `status`, `resume`."""

import json as json_module
import os
import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.cli.table import clean

if TYPE_CHECKING:
    from triage.app import App


def register(app: typer.Typer) -> None:
    for command in (run, check, status, resume):
        app.command()(command)


def run(config: ConfigOption = None) -> None:
    """Watch the mailboxes, draft replies, send what is approved. Stops on SIGTERM or Ctrl-C within 10 seconds."""
    from triage import daemon
    from triage.logs import configure

    app = app_of(config)
    configure(app.settings.daemon.log_format, app.settings.daemon.log_level)
    if not daemon.run(app, on_ready=partial(_say_where, app)):
        os._exit(0)  # a server that hangs must not hold us up; what it left in mid-air is settled at the next start


def _say_where(app: "App", url: str) -> None:
    """The page's address, and at the first start the link with which its first admin sets a password (S01): to a person
    at a terminal only, for a log keeps no secrets (H25). Without one, `triage users add` prints such a link."""
    if not sys.stderr.isatty():
        return
    url = app.settings.web.url or url
    print(f"Review page: {url}", file=sys.stderr)
    if app.settings.web.login and (token := app.people.first_link()):
        print(f"First admin, one use, 24 hours: {url}/welcome/{token}", file=sys.stderr)


def check(
    config: ConfigOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Leave the mail servers out.")] = False,
) -> None:
    """Try every account, server, database, template, catalogue and model, and say what is wrong in words."""
    from triage.check import checks
    from triage.cli.options import settings_of

    bad = 0
    for result in checks(settings_of(config), offline=offline):
        bad += not result.ok
        print(f"{'ok  ' if result.ok else 'BAD '} {result.name}: {clean(result.text)}", flush=True)
    print("Everything works." if not bad else f"{bad} of these need attention.")
    if bad:
        raise typer.Exit(2)


def status(config: ConfigOption = None, json: JsonOption = False) -> None:
    """How the service is: accounts, mails and drafts by state, alerts that stand."""
    app = app_of(config)
    health, counts = app.vitals.health(), app.counts()
    if json:
        print(json_module.dumps({**asdict(health), "counts": counts}, ensure_ascii=False, indent=2))
        return
    for account in health.accounts:
        print(f"{'ok  ' if account.ok else 'BAD '} {account.id}: {account.text}")
    for thing, by_state in counts.items():
        print(f"{thing}: " + (", ".join(f"{number} {state}" for state, number in by_state.items()) or "none"))
    for alert in health.alerts:
        print(f"! {clean(alert)}")


def resume(
    account: Annotated[str, typer.Argument(help="Name of the account in the configuration.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Read a stopped account, and its stopped folders, again; the daemon notices within half a minute."""
    app_of(config).intake(account).resume(f"resumed by {someone(by)}")
    print(f"{account} is read again.")

"""`triage check`: tries everything the service needs and says in words what to do about each fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from triage.app import App
from triage.config import Settings
from triage.desk import catalogue_of, kind_model_of, templates_of, wrappers_of
from triage.drafting import check_templates
from triage.errors import MailboxError, StoreError, TemplateError, TriageError
from triage.intake.folders import find_sent
from triage.intake.imap import Mailbox


@dataclass(frozen=True, slots=True)
class CheckResult:
    name: str
    ok: bool
    text: str


def checks(settings: Settings, *, offline: bool = False, app: App | None = None) -> Iterator[CheckResult]:
    """Yields each result as soon as it is known. `offline` leaves out everything that talks to mail servers."""
    app = app or App(settings)
    yield _tried("database", lambda: _database(app))
    yield _tried("disk", lambda: _disk(app))
    yield _tried("audit log", lambda: _audit_log(app))
    yield _tried("model", lambda: _model(app))
    yield _tried("templates", lambda: _templates(app))
    yield _tried("catalogue", lambda: _catalogue(app))
    if settings.wrappers_file:
        yield _tried("wrappers", lambda: _wrappers(app))
    if not settings.accounts:
        yield CheckResult("accounts", False, "none is configured. Add a section [accounts.NAME].")
    for account_id in () if offline else settings.accounts:
        yield _tried(f"{account_id} imap", partial(_imap, app, account_id))
        yield _tried(f"{account_id} smtp", app.sender(account_id).check)


def _tried(name: str, attempt: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(name, True, attempt())
    except TriageError as error:
        return CheckResult(name, False, str(error))


def _imap(app: App, account_id: str) -> str:
    """Logs in, looks for the folders, reads nothing."""
    account = app.account(account_id)
    with Mailbox.open(account.imap.value(), app.credentials(account_id)) as mailbox:
        sent = account.sent or find_sent(mailbox.folders())
        mailbox.examine(account.inbox)
    if sent is None:
        raise MailboxError(
            "there is no folder for sent letters: answers from elsewhere would go unnoticed.",
            f"Name it with accounts.{account_id}.sent.",
        )
    return f"logged in as {account.login_name}; reads {account.inbox} and {sent}."


def _database(app: App) -> str:
    app.upgrade()
    app.store.check()
    with app.store.begin() as uow:
        counts = uow.messages.counts()
    return f"{sum(counts.values())} messages."


def _disk(app: App) -> str:
    if shortage := app.vitals.shortage():
        raise StoreError(shortage)
    return "enough room."


def _audit_log(app: App) -> str:
    faults = list(app.log_keeper.verify())
    if faults:
        raise TriageError(f"{len(faults)} faults in the chain.", "`triage log verify` lists them.")
    return "whole."


def _model(app: App) -> str:
    model = kind_model_of(app.settings)
    return f"version {model.version}, {'with' if model.embed else 'without'} second looks."


def _templates(app: App) -> str:
    faults = check_templates(app.settings.templates_folder)
    if faults:
        raise TemplateError(" ".join(map(str, faults)))
    return f"in order ({', '.join(sorted(templates_of(app.settings).languages()))})."


def _catalogue(app: App) -> str:
    catalogue = catalogue_of(app.settings)
    if not catalogue.products:
        return "no products: letters defer every price and specification."
    return f"{len(catalogue.products)} products."


def _wrappers(app: App) -> str:
    known = wrappers_of(app.settings)
    return f"{len(known.patterns) if known else 0} patterns of marketplaces and web forms."

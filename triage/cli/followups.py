"""`triage followups`, `triage complaints`, `triage complaint`: letters of our own accord, and cases of complaints."""

import json as json_module
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.customers import FilterOption, SavedOption, words_of
from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.cli.table import clean, table
from triage.errors import TriageError
from triage.vocabulary.records import ComplaintRecord
from triage.vocabulary.states import UNSENT_FOLLOW_UP, Fault, Occasion

if TYPE_CHECKING:
    from triage.app import App
    from triage.outreach import Proposed, Reach

CaseId = Annotated[int, typer.Argument(help="Number of the case, as `triage complaints` shows it.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Letters of our own accord: drafts only, a person approves each.", no_args_is_help=True)
    group.command("list")(list_)
    for command in (propose, news, drop):
        group.command()(command)
    app.add_typer(group, name="followups")
    app.command()(complaints)
    app.command()(complaint)


def list_(config: ConfigOption = None, json: JsonOption = False) -> None:
    """List the follow-ups that have not left: what for, to whom, when they would leave."""
    app = app_of(config)
    with app.store.begin(write=False) as uow:
        letters = uow.follow_ups.standing(UNSENT_FOLLOW_UP)
        cards = uow.customers.get_many({letter.customer_id for letter in letters})
        drafts = {letter.draft_id: uow.drafts.get(letter.draft_id) for letter in letters}
    if json:
        told = [
            {
                "draft": letter.draft_id,
                "customer": letter.customer_id,
                "occasion": letter.occasion,
                "status": letter.status,
                "not_before": _iso(drafts[letter.draft_id].not_before),
                "to": [address.email for address in drafts[letter.draft_id].letter.to],
                "subject": drafts[letter.draft_id].letter.subject,
            }
            for letter in letters
        ]
        print(json_module.dumps(told, ensure_ascii=False, indent=2))
        return
    rows = []
    for letter in letters:
        draft, card = drafts[letter.draft_id], cards.get(letter.customer_id)
        to = ", ".join(address.email for address in draft.letter.to)
        name = (card.company or card.name) if card else ""
        rows.append(
            (
                str(letter.draft_id),
                letter.occasion,
                letter.status,
                _when(app, draft.not_before),
                name,
                to,
                draft.letter.subject,
            )
        )
    head = ("draft", "occasion", "state", "not before", "customer", "to", "subject")
    print(table(head, rows, wide={"customer": 28, "to": 32, "subject": 40}) if rows else "No follow-up waits.")


def propose(config: ConfigOption = None) -> None:
    """Propose now what is due: nudges, letters to dormant customers, greetings, questions after complaints."""
    app = app_of(config)
    _tell(app.outreach.propose())


def news(
    text: Annotated[str, typer.Option(help="What is new, in a sentence or two; stands in the letter as it is.")],
    config: ConfigOption = None,
    filter: FilterOption = None,
    saved: SavedOption = "",
    language: Annotated[str, typer.Option(help="Write in this language.", show_default="the buyer's")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Letters at most.")] = 100,
    preview: Annotated[bool, typer.Option("--preview", help="Only say whom they would reach now.")] = False,
) -> None:
    """Propose a letter with what is new to the customers of a filter. Each is a draft that a person approves.

    Customers who never wrote to us are among them only with followups.to_silent_book = true, and only where a person
    put them into the customer book.
    """
    app = app_of(config)
    words = words_of(filter)
    if not words and not saved:
        raise TriageError(
            "Say to whom: all customers are too many.", "Add --filter 'country=DE dormant=no' or --saved NAME."
        )
    if language and language not in app.desk.templates.languages():
        known = ", ".join(sorted(app.desk.templates.languages()))
        raise TriageError(f"There are no letter templates for {language!r}.", f"There are some for {known}.")
    wanted = app.customers.filter(words, saved)
    if preview:
        _tell_reach(app.outreach.reach(wanted, limit))
        return
    _tell(app.outreach.news(wanted, text, language=language, limit=limit))


def drop(
    draft_ids: Annotated[list[int], typer.Argument(help="Numbers of the drafts.")],
    config: ConfigOption = None,
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")] = "",
    leave_alone: Annotated[
        bool, typer.Option("--leave-alone", help="Never write to these customers of our own accord again.")
    ] = False,
) -> None:
    """Send none of these follow-ups."""
    app, person = app_of(config), someone(by)
    for draft_id in draft_ids:
        if app.draft(draft_id).occasion is Occasion.REPLY:
            raise TriageError(f"Draft {draft_id} answers a mail; it is no follow-up.", "Use `triage reject`.")
        app.review.reject(draft_id, person, reason)
        print(f"Draft {draft_id} rejected.")
        if leave_alone:
            print(f"Customer {app.outreach.leave_alone(draft_id, person)} is left alone.")


def complaints(
    config: ConfigOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
) -> None:
    """List complaints, the oldest first: what they are about, whose fault, what was done."""
    app = app_of(config)
    cases = app.complaints.list(open_only=not all_)
    rows = [
        (
            str(case.message_id),
            "closed" if case.closed_at else "open",
            case.sort,
            str(case.fault or ""),
            _when(app, case.received_at),
            case.sender,
            case.subject,
            case.remedy,
        )
        for case in cases
    ]
    head = ("case", "state", "about", "fault", "came", "from", "subject", "remedy")
    print(table(head, rows, wide={"from": 28, "subject": 36, "remedy": 36}) if rows else "No complaint is open.")


def complaint(
    case_id: CaseId,
    config: ConfigOption = None,
    by: ByOption = "",
    cause: Annotated[str | None, typer.Option(help="What it came from, in your words.")] = None,
    fault: Annotated[Fault | None, typer.Option(help="Whose fault it was; none for a misunderstanding.")] = None,
    remedy: Annotated[str | None, typer.Option(help="What we do about it.")] = None,
    remedy_on: Annotated[
        datetime | None,
        typer.Option(
            help="When the remedy reaches the buyer, in the desk's time; we ask afterwards.", show_default="now"
        ),
    ] = None,
    closed: Annotated[bool | None, typer.Option("--closed/--reopen", help="The case is over, or is not.")] = None,
) -> None:
    """Show a complaint's case, or record cause, fault and remedy, and close it."""
    app = app_of(config)
    case = app.complaints.get(case_id)
    if any(told is not None for told in (cause, fault, remedy, remedy_on, closed)):
        case = app.complaints.record(
            case_id,
            someone(by),
            cause=cause,
            fault=fault,
            remedy=remedy,
            remedy_at=app.local_instant(remedy_on) if remedy_on else None,
            closed=closed,
        )
    print(_case_page(app, case))


def _case_page(app: "App", case: ComplaintRecord) -> str:
    told = (
        ("From", case.sender),
        ("Subject", case.subject),
        ("Came", _when(app, case.received_at)),
        ("About", case.sort or "-"),
        ("Cause", case.cause or "-"),
        ("Fault", str(case.fault or "-")),
        ("Remedy", case.remedy or "-"),
        ("Remedied", _when(app, case.remedy_at) or "-"),
        ("Closed", _when(app, case.closed_at) or "-"),
    )
    return "\n".join([f"Complaint {case.message_id}", *(f"{name + ':':<10}{clean(text)}" for name, text in told)])


def _tell(made: "Sequence[Proposed]") -> None:
    for proposed in made:
        print(f"Draft {proposed.draft_id}: {proposed.occasion}, customer {proposed.customer_id}.")
    print(f"{len(made)} proposed; `triage queue` shows them." if made else "Nothing is due.")


def _tell_reach(reach: "Reach") -> None:
    more = " There are more: they come with the next mailing." if reach.more else ""
    print(
        f"{reach.reached} of {reach.found} customers would get a letter now; {reach.unheard} never wrote to us.{more}"
    )
    for card in reach.first:
        print(f"  {card.id}  {clean(card.company or card.name or card.addresses[0])}")


def _when(app: "App", at: datetime | None) -> str:
    return f"{app.local_time(at):%Y-%m-%d %H:%M}" if at else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

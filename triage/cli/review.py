"""The reviewer's commands: see the queue, read a mail with its draft, decide."""

import os
import shlex
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.cli.show import draft_page, parked_table, queue_json, queue_table
from triage.errors import TriageError
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.states import NEEDS_A_PERSON, DraftStatus

DraftId = Annotated[int, typer.Argument(help="Number of the draft, as `triage queue` shows it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]


def register(app: typer.Typer) -> None:
    for command in (queue, show, approve, edit, reject, hold, release, relabel, tier, resolve, parked):
        app.command()(command)


def queue(
    config: ConfigOption = None,
    json: JsonOption = False,
    status: Annotated[
        list[DraftStatus] | None, typer.Option(help="Only these states.", show_default="those that need a person")
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List drafts that wait for a person, the most valuable and urgent first."""
    app = app_of(config)
    with app.store.begin(write=False) as uow:
        items = uow.drafts.queue(status or sorted(NEEDS_A_PERSON), limit=limit)
        alerts = uow.alerts.standing()
    now = app.clock.now()
    print(queue_json(items, now) if json else queue_table(items, alerts, now, app.settings.calendar.time_zone))


def show(draft_id: DraftId, config: ConfigOption = None) -> None:
    """Show a draft with the mail it answers: points, questions, promises, warnings, reasons."""
    app = app_of(config)
    print(draft_page(app, draft_id))


def approve(
    draft_id: DraftId,
    config: ConfigOption = None,
    by: ByOption = "",
    expected_hash: Annotated[
        str | None,
        typer.Option("--hash", help="Approve only if the letter's hash starts with this, as `triage show` printed it."),
    ] = None,
    override: Annotated[str, typer.Option(help="Approve although checks object, for this reason; it is logged.")] = "",
    send_at: Annotated[
        datetime | None, typer.Option(help="Send not before this moment, in the desk's time zone.")
    ] = None,
) -> None:
    """Approve exactly this letter; the daemon sends it."""
    app = app_of(config)
    draft = app.review.approve(
        draft_id,
        someone(by),
        expected_hash=app.full_hash(draft_id, expected_hash),
        override=override,
        send_at=app.local_instant(send_at) if send_at else None,
    )
    if draft.status is DraftStatus.PROPOSED:
        print(f"Draft {draft_id} has its first approval; it leaves when a second person approves it too.")
        return
    print(f"Draft {draft_id} approved by {draft.approved_by}; sha256 {draft.outgoing_sha256}.")


def edit(
    draft_id: DraftId,
    config: ConfigOption = None,
    by: ByOption = "",
    file: Annotated[
        Path | None,
        typer.Option(help="Take the text from this file (- for standard input) instead of opening $EDITOR."),
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Replace the subject.")] = None,
) -> None:
    """Change the words of a draft; the checks run again and any approval is void."""
    app = app_of(config)
    text = None
    if file is not None:
        text = _read(file)
    elif subject is None:
        text = _in_editor(app.draft(draft_id).letter.text)
    draft = app.review.edit(draft_id, someone(by), text=text, subject=subject)
    print(f"Draft {draft_id} is now revision {draft.revision}, hash {draft.content_hash[:12]}.")
    for warning in draft.letter.warnings:
        print(f"  {'BLOCKS' if warning.blocking else 'note'}: {warning.text} {warning.remedy}".rstrip())


def reject(draft_id: DraftId, reason: Reason = "", config: ConfigOption = None, by: ByOption = "") -> None:
    """Send nothing; the response clock of the mail is closed."""
    app_of(config).review.reject(draft_id, someone(by), reason)
    print(f"Draft {draft_id} rejected.")


def hold(draft_id: DraftId, reason: Reason = "", config: ConfigOption = None, by: ByOption = "") -> None:
    """Set a draft aside; nothing leaves until it is released."""
    app_of(config).review.hold(draft_id, someone(by), reason)
    print(f"Draft {draft_id} held.")


def release(draft_id: DraftId, config: ConfigOption = None, by: ByOption = "") -> None:
    """Take a held, refused or approved draft back into review, against the conversation as it is now."""
    draft = app_of(config).review.release(draft_id, someone(by))
    print(f"Draft {draft_id} is proposed again, revision {draft.revision}.")


def relabel(
    draft_id: DraftId,
    kind: Annotated[Kind, typer.Argument(help="What the mail really is.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Say what the mail of a draft really is; the draft is made anew, or dropped when none is due."""
    app = app_of(config)
    message_id = app.draft(draft_id).message_id
    if message_id is None:
        raise TriageError(f"Draft {draft_id} answers no mail.", "There is nothing to relabel.")
    new = app.review.relabel(message_id, kind, someone(by))
    print(f"Relabelled {kind}. " + (f"New draft: {new}." if new else "No reply is due."))


def tier(
    draft_id: DraftId,
    word: Annotated[Tier | None, typer.Argument(metavar="A|B|C", help="The tier the mail really is.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take your word back: the computed tier holds again.")] = False,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Say which tier the mail of a draft is; queue and target follow, and `triage train` learns from it."""
    if (word is None) is not undo:
        raise TriageError("Say which tier the mail is.", "Give A, B or C, or --undo.")
    app = app_of(config)
    message_id = app.draft(draft_id).message_id
    if message_id is None:
        raise TriageError(f"Draft {draft_id} answers no mail.", "It has no tier.")
    print(f"Tier {app.tiering.correct(message_id, word, someone(by), reason)} holds.")


def resolve(
    draft_id: DraftId,
    config: ConfigOption = None,
    by: ByOption = "",
    delivered: Annotated[bool | None, typer.Option("--delivered/--not-delivered", help="What you found out.")] = None,
    reason: Reason = "",
) -> None:
    """End an uncertain sending: you know whether the letter arrived. Nothing is resent by this."""
    if delivered is None:
        raise TriageError("Say whether the letter arrived.", "Add --delivered or --not-delivered.")
    app = app_of(config)
    app.draft(draft_id)
    app.dispatcher.resolve_uncertain(draft_id, delivered, someone(by), reason)
    print(f"Draft {draft_id} is {'sent' if delivered else 'refused; release it to send it again'}.")


def parked(
    config: ConfigOption = None,
    replay: Annotated[int | None, typer.Option(help="Process this message again.")] = None,
    save: Annotated[int | None, typer.Option(help="Write this message's raw bytes to standard output.")] = None,
    by: ByOption = "",
) -> None:
    """List mails whose processing failed too often; replay or download them."""
    app = app_of(config)
    if replay is not None:
        app.replay(replay, someone(by))
        print(f"Message {replay} is stored again; the daemon will process it.")
    elif save is not None:
        sys.stdout.buffer.write(app.raw(save))
    else:
        with app.store.begin(write=False) as uow:
            print(parked_table(uow.messages.parked()))


def _read(file: Path) -> str:
    """The text of a file, or of standard input for `-`. Raises TriageError."""
    standard_input = str(file) == "-"
    try:
        data = sys.stdin.buffer.read() if standard_input else file.read_bytes()
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        name = "standard input" if standard_input else file
        raise TriageError(f"Can't read {name}: {error}.", "Name a UTF-8 text file.") from error


def _in_editor(text: str) -> str:
    """Open the words in the person's own editor. Raises TriageError when it ends with an error."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "letter.txt"
        file.write_text(text, encoding="utf-8")
        try:
            ended = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603 - the user's own choice
        except OSError as error:
            raise TriageError(f"Can't start the editor {editor!r}.", "Set EDITOR, or use --file.") from error
        if ended != 0:
            raise TriageError(f"The editor {editor!r} ended with {ended}; nothing was changed.")
        return file.read_text(encoding="utf-8")

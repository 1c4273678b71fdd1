"""`triage plan`: what a letter says part by part, and a person's decisions on it."""

import json as json_module
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.options import ByOption, ConfigOption, JsonOption, app_of, someone
from triage.cli.table import clean, clean_block
from triage.errors import PlanError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import Choices, Letter, LetterPlan, PlanItem

if TYPE_CHECKING:
    from triage.app import App

Change = Callable[[LetterPlan], Choices]
_MARK = {True: "[x]", False: "[ ]"}


def register(app: typer.Typer) -> None:
    app.command()(plan)


def plan(
    draft_id: Annotated[int, typer.Argument(help="Number of the draft, as `triage queue` shows it.")],
    config: ConfigOption = None,
    by: ByOption = "",
    json: JsonOption = False,
    on: Annotated[list[str] | None, typer.Option(help="Put this item into the letter.", metavar="ITEM")] = None,
    off: Annotated[list[str] | None, typer.Option(help="Leave this item out.", metavar="ITEM")] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="Answer a point in your own words.", metavar="POINT=SENTENCE")
    ] = None,
    defer: Annotated[
        list[Point] | None, typer.Option(metavar="POINT", help="Leave this point open until the promised time.")
    ] = None,
    hold_all: Annotated[bool, typer.Option("--hold-all", help="Leave every point open: a holding reply.")] = False,
    restore: Annotated[
        list[Point] | None, typer.Option(help="Take the catalogue's answer to this point again.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Write in this language; an empty one is the buyer's.")] = None,
    letter: Annotated[
        str | None, typer.Option(help="Use this letter, e.g. decline; an empty one is the mail's.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Of a decline: market, minimum or product.")] = "",
    own_fault: Annotated[
        bool | None, typer.Option("--own-fault/--not-our-fault", help="Of a complaint: whether the fault is ours.")
    ] = None,
    remedy: Annotated[str | None, typer.Option(help="Of a complaint: what we do about it, as a sentence.")] = None,
    remedy_by: Annotated[
        datetime | None, typer.Option(help="Until when the remedy is promised, in the desk's time zone.")
    ] = None,
    read_in: Annotated[str, typer.Option(help="Show the plan in this language, for instance your own.")] = "",
) -> None:
    """Show the plan of a letter, or change it: the letter is written anew and keeps what you edited in it."""
    from triage.drafting import editing

    app = app_of(config)
    changes: list[Change] = [partial(editing.tick, item_id=name, on=True) for name in on or ()]
    changes += [partial(editing.tick, item_id=name, on=False) for name in off or ()]
    changes += [partial(editing.say, point=point, sentence=text) for point, text in map(_split, answer or ())]
    changes += [partial(editing.leave_open, point=point) for point in defer or ()]
    changes += [partial(editing.as_planned, point=point) for point in restore or ()]
    if hold_all:
        changes.append(editing.leave_all_open)
    if language is not None:
        changes.append(partial(editing.speak, language=language, available=app.desk.templates.languages()))
    if letter is not None:
        changes.append(partial(editing.switch, letter=letter, reason=reason))
    by_then = app.local_instant(remedy_by) if remedy_by else None
    if own_fault is not None or remedy is not None or by_then is not None:
        changes.append(partial(_settled, own_fault=own_fault, remedy=remedy, by=by_then))
    draft = app.draft(draft_id)
    if changes:
        draft = app.review.replan(draft_id, someone(by), _all(draft.letter.plan, changes))
    items = draft.letter.plan.items if not read_in else _read_in(app, draft_id, read_in)
    print(_as_json(draft.letter, items) if json else _page(draft.letter, items))


def _all(plan: LetterPlan, changes: Sequence[Change]) -> Choices:
    for change in changes:
        plan = replace(plan, choices=change(plan))
    return plan.choices


def _settled(plan: LetterPlan, own_fault: bool | None, remedy: str | None, by: datetime | None) -> Choices:
    from triage.drafting import editing

    before = plan.choices
    return editing.settle(
        plan,
        before.own_fault if own_fault is None else own_fault,
        before.remedy if remedy is None else remedy,
        by or before.remedy_by,
    )


def _split(answer: str) -> tuple[Point, str]:
    """Raises PlanError."""
    name, _, sentence = answer.partition("=")
    if name not in set(Point):
        raise PlanError(f"{name!r} is no point.", "Write --answer 'price=The price is USD 4.80 per piece.'")
    return Point(name), sentence


def _read_in(app: "App", draft_id: int, language: str) -> tuple[PlanItem, ...]:
    with app.store.begin(write=False) as uow:
        return app.processor.plan_in(uow, uow.drafts.get(draft_id), language)


def _page(letter: Letter, items: Sequence[PlanItem]) -> str:
    lines = [f"Letter {letter.template}"]
    for item in items:
        state = f" ({item.status})" if item.status is not None else ""
        whose = " in your words" if item.by_reviewer else ""
        text = clean_block(item.text).replace("\n", "\n        ")
        lines.append(f"{_MARK[item.on]} {item.id}{state}{whose}\n        {text}".rstrip())
    for conflict in letter.plan.conflicts:
        lines.append("CONFLICT: you changed this passage and the plan changed it too; your words stand.")
        lines += [
            f"  yours: {clean(conflict.mine) or '(removed)'}",
            f"  new:   {clean(conflict.theirs) or '(removed)'}",
        ]
    for warning in letter.warnings:
        lines.append(
            f"{'BLOCKS' if warning.blocking else 'note'}: {clean(warning.text)} {clean(warning.remedy)}".rstrip()
        )
    return "\n".join(lines)


def _as_json(letter: Letter, items: Sequence[PlanItem]) -> str:
    return json_module.dumps(
        {
            "template": letter.template,
            "language": letter.language,
            "items": [
                {
                    "id": item.id,
                    "part": item.part,
                    "on": item.on,
                    "status": item.status,
                    "by_reviewer": item.by_reviewer,
                    "text": item.text,
                }
                for item in items
            ],
            "conflicts": [{"yours": c.mine, "new": c.theirs} for c in letter.plan.conflicts],
            "warnings": [{"code": w.code, "text": w.text, "blocking": w.blocking} for w in letter.warnings],
        },
        ensure_ascii=False,
        indent=2,
    )

"""One reply from one request: plan, words, checks; again when a person changes the plan or the words."""

from dataclasses import replace

from triage.drafting.checks import check_letter
from triage.drafting.grievance import grievance_of
from triage.drafting.letter_html import to_html
from triage.drafting.letters import Written, write
from triage.drafting.merge import merge
from triage.drafting.plan import Plan, make_plan, shows_mail
from triage.drafting.quoting import quote_of
from triage.drafting.recipients import recipients, reply_subject
from triage.drafting.render import BASIS, Templates
from triage.errors import TemplateError
from triage.vocabulary.inquiry import Kind, Stage
from triage.vocabulary.letter import (
    AnswerStatus,
    Choices,
    Conflict,
    Letter,
    LetterPlan,
    LetterRequest,
    PlanItem,
    Warning,
)


class Drafter:
    """Writes letters from one set of templates and checks them, also after a person's edit."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates

    def draft(self, request: LetterRequest, choices: Choices | None = None) -> Letter:
        """The reply, as far as a person has decided by `choices`. The same request gives the same letter. Raises
        TemplateError when a template is broken."""
        plan, written = self._written(request, choices or Choices())
        answered = any(point.status is AnswerStatus.ANSWERED for point in written.points)
        letter = Letter(
            to=recipients(request),
            subject=written.subject or reply_subject(request.mail.subject, self.templates.words(plan.language).subject),
            language=plan.language,
            text=written.text,
            html=to_html(written.text, plan.language),
            points=written.points,
            questions=written.questions,
            promises=written.promises,
            attachments=written.attachments,
            quote=quote_of(request, plan.language, plan.mail_date, self.templates) if shows_mail(plan.letter) else "",
            template=f"{plan.language}/{plan.letter}",
            holding=plan.deadline is not None and not answered and not plan.choices.remedy,
            plan=LetterPlan(written.items, plan.choices, written.text),
        )
        findings = (*_untranslated(written), *check_letter(letter, plan, self.templates))
        return replace(letter, warnings=findings)

    def revise(self, letter: Letter, request: LetterRequest, choices: Choices) -> Letter:
        """The letter on a changed plan, with what a person edited in its words before.

        Where plan and person changed the same passage the person's words stand, and `plan.conflicts` shows both. In
        another language or on another template nothing can be carried over: the edits are shown as conflicts.
        """
        new = self.draft(request, choices)
        if (new.language, new.template) == (letter.language, letter.template):
            merged = merge(letter.plan.base, letter.text, new.text)
            text, conflicts = merged.text, merged.conflicts
        else:
            before = set(letter.plan.base.split("\n\n"))
            text = new.text
            conflicts = tuple(Conflict(part, "") for part in letter.text.split("\n\n") if part not in before)
        machines = {promise.text for promise in new.promises}
        confirmed = tuple(p for p in letter.promises if p.text in text and p.text not in machines)
        revised = replace(
            new,
            to=letter.to,
            subject=letter.subject,
            text=text,
            promises=new.promises + confirmed,
            html=to_html(text, new.language),
            plan=replace(new.plan, conflicts=conflicts),
        )
        return replace(revised, warnings=self.check(revised, request))

    def check(self, letter: Letter, request: LetterRequest) -> tuple[Warning, ...]:
        """The findings on a letter as it stands now: call it again after each edit of the text."""
        return check_letter(letter, self._plan(request, letter.language, letter.plan.choices), self.templates)

    def items(self, request: LetterRequest, choices: Choices, language: str) -> tuple[PlanItem, ...]:
        """The plan in another language, for a reviewer who does not read the letter's. Raises TemplateError."""
        readable = {i.id: i.text for i in write(self._plan(request, language, choices), self.templates).items}
        items = self._written(request, choices)[1].items
        return tuple(replace(item, text=readable.get(item.id) or item.text) for item in items)

    def _written(self, request: LetterRequest, choices: Choices) -> tuple[Plan, Written]:
        plan = self._plan(request, letter_language(request, self.templates, choices.language), choices)
        if not self.templates.has(plan.language, f"{plan.letter}.j2"):
            plan = self._plan(request, BASIS, choices)
        return plan, write(plan, self.templates)

    def _plan(self, request: LetterRequest, language: str, choices: Choices) -> Plan:
        complaint = Kind.COMPLAINT is request.kind or Stage.COMPLAINT is request.stage or choices.letter == "complaint"
        about = grievance_of(request.mail, request.reading.language, self.templates) if complaint else ""
        return make_plan(request, language, about, choices)


def _untranslated(written: Written) -> tuple[Warning, ...]:
    return tuple(
        Warning("not_translated", f"The words of {block} are English.", remedy="Translate them, or add the template.")
        for block in written.untranslated
    )


def letter_language(request: LetterRequest, templates: Templates, chosen: str = "") -> str:
    """The language asked for, else the buyer's where the desk answers in it and templates exist, else the desk's first.

    Raises TemplateError when there are no templates for that one either.
    """
    available = templates.languages()
    named = chosen or request.language
    wanted = named or request.reading.language
    ours = request.company.languages or (BASIS, *sorted(available - {BASIS}))
    if wanted in available and (named or wanted in ours):
        return wanted
    for language in ours:
        if language in available:
            return language
    raise TemplateError(
        f"There are no letter templates for {' or '.join(request.company.languages) or 'any language'}.",
        f"Set company.languages to some of {', '.join(sorted(available))}, or add a template folder.",
    )

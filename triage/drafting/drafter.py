"""One reply from one request: plan, words, checks."""

from dataclasses import replace

from triage.drafting.checks import check_letter
from triage.drafting.grievance import grievance_of
from triage.drafting.letters import to_html, write
from triage.drafting.plan import Plan, make_plan
from triage.drafting.recipients import recipients, reply_subject
from triage.drafting.render import BASIS, Templates
from triage.errors import TemplateError
from triage.vocabulary.inquiry import Kind, Stage
from triage.vocabulary.letter import AnswerStatus, Letter, LetterRequest, Warning


class Drafter:
    """Writes letters from one set of templates and checks them, also after a person's edit."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates

    def draft(self, request: LetterRequest) -> Letter:
        """The reply. The same request gives the same letter. Raises TemplateError when a template is broken."""
        language = letter_language(request, self.templates)
        plan = self._plan(request, language)
        if not self.templates.has(language, f"{plan.letter}.j2"):
            plan = self._plan(request, language := BASIS)
        written = write(plan, self.templates)
        answered = any(point.status is AnswerStatus.ANSWERED for point in written.points)
        letter = Letter(
            to=recipients(request),
            subject=reply_subject(request.mail.subject, self.templates.words(language).subject),
            language=language,
            text=written.text,
            html=to_html(written.text, language),
            points=written.points,
            questions=written.questions,
            promises=written.promises,
            template=f"{language}/{plan.letter}",
            holding=bool(written.promises) and not answered,
        )
        return replace(letter, warnings=check_letter(letter, plan, self.templates))

    def check(self, letter: Letter, request: LetterRequest) -> tuple[Warning, ...]:
        """The findings on a letter as it stands now: call it again after each edit of the text."""
        return check_letter(letter, self._plan(request, letter.language), self.templates)

    def _plan(self, request: LetterRequest, language: str) -> Plan:
        complaint = request.stage is Stage.COMPLAINT or request.kind is Kind.COMPLAINT
        about = grievance_of(request.mail, request.reading.language, self.templates) if complaint else ""
        return make_plan(request, language, about)


def letter_language(request: LetterRequest, templates: Templates) -> str:
    """The language asked for, else the buyer's where the desk answers in it and templates exist, else the desk's first.

    Raises TemplateError when there are no templates for that one either.
    """
    available = templates.languages()
    wanted = request.language or request.reading.language
    if wanted in available and (request.language or wanted in request.company.languages):
        return wanted
    for language in request.company.languages:
        if language in available:
            return language
    raise TemplateError(
        f"There are no letter templates for {' or '.join(request.company.languages) or 'any language'}.",
        f"Set company.languages to some of {', '.join(sorted(available))}, or add a template folder.",
    )

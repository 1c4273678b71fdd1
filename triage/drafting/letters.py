"""From the plan to the words: every sentence by its template, then the letter around them."""

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from triage.drafting import catalogue as look
from triage.drafting import formats
from triage.drafting.answers import Answer, Passage, Topic
from triage.drafting.formats import Count, Items, Moment
from triage.drafting.letter_html import BULLET
from triage.drafting.office_hours import OfficeHours, Span
from triage.drafting.options import attachable, enclosure_id
from triage.drafting.plan import CLOSED, Plan
from triage.drafting.render import Templates
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus, LetterAttachment, Part, PlanItem, PointAnswer, PromiseMade, Question
from triage.vocabulary.policy import Company, Enclosure

_RUN_ON = 2
"""Sentences that still read well in one line of thought."""
_LINK_AT_END = re.compile(r"https?://\S+\Z")
_UNSPACED = frozenset({"zh", "ja"})
_BLOCKS = {
    Part.SALUTATION: "salutation",
    Part.THANKS: "opening",
    Part.NEXT_STEP: "next_step",
    Part.CLOSE: "close",
}
"""Parts that are words of the letter's own template, and their blocks."""
_SUBJECT = "subject"
"""Block of a letter that begins a matter of its own; it stands in no frame."""
_REFUSAL = 2
"""Paragraph of a refusal that holds it, after salutation and thanks."""


@dataclass(frozen=True, slots=True)
class Written:
    """A plan in words."""

    text: str
    points: tuple[PointAnswer, ...]
    questions: tuple[Question, ...]
    promises: tuple[PromiseMade, ...]
    items: tuple[PlanItem, ...]
    """All parts of the letter, also those left out."""
    attachments: tuple[LetterAttachment, ...]
    subject: str
    """Of a letter that has one of its own; empty for the mail's."""
    untranslated: tuple[str, ...]
    """Templates whose words are not in the letter's language."""


def write(plan: Plan, templates: Templates) -> Written:
    """Render the plan. Raises TemplateError."""
    words = _Writer(plan, templates)
    values = words.values()
    text, blocks = templates.render_letter(plan.language, plan.letter, values, (*_BLOCKS.values(), _SUBJECT))
    if plan.letter in CLOSED:
        refusal = (*text.split("\n\n"), "", "", "")[_REFUSAL]
        points = tuple(
            PointAnswer(point, AnswerStatus.ANSWERED, refusal) for point in plan.matter.request.reading.points
        )
    else:
        points = tuple(
            _point(item, words.enclosed if item.enclosed else words.said[item.point], words.deferral)
            for item in plan.answers
        )
    promises = [PromiseMade(words.deferral, plan.deadline.at)] if plan.deadline is not None else []
    if plan.choices.remedy and plan.choices.remedy_by is not None and plan.letter == "complaint":
        promises.append(PromiseMade(plan.choices.remedy, plan.choices.remedy_by))
    items = tuple(words.items(blocks, str(values["hours"])))
    untranslated = tuple(dict.fromkeys(words.untranslated))
    subject = blocks.get(_SUBJECT, "")
    return Written(text, points, words.questions, tuple(promises), items, words.attachments, subject, untranslated)


def paragraphs(sentences: Sequence[str], language: str) -> list[str]:
    """Sentences as they stand in the letter: one or two run on, more are a list; a list of its own stays one."""
    found: list[str] = []
    for is_list, group in groupby(sentences, key=lambda sentence: "\n" in sentence):
        lines = list(group)
        if is_list:
            found.extend(lines)
        elif len(lines) > _RUN_ON:
            found.append("\n".join(BULLET + line for line in lines))
        elif any(_LINK_AT_END.search(line) for line in lines[:-1]):
            found.extend(lines)
        else:
            found.append(("" if language in _UNSPACED else " ").join(lines))
    return found


def _point(item: Answer, sentence: str, deferral: str) -> PointAnswer:
    if item.status is AnswerStatus.DEFERRED:
        return PointAnswer(item.point, item.status if deferral else AnswerStatus.MISSING, deferral)
    return PointAnswer(item.point, item.status if sentence else AnswerStatus.MISSING, sentence)


def _framed(part: Part, blocks: Mapping[str, str]) -> PlanItem:
    text = blocks.get(_BLOCKS[part], "")
    return PlanItem(str(part), part, text, bool(text))


def _signature(company: Company) -> Mapping[str, object]:
    return {
        "name": company.name,
        "person": company.person,
        "role": company.role,
        "website": company.website,
        "phone": company.phone,
    }


class _Writer:
    """One plan's words."""

    def __init__(self, plan: Plan, templates: Templates) -> None:
        self._plan = plan
        self._language = plan.language
        self._templates = templates
        self.untranslated: list[str] = []
        self.said: dict[Point, str] = {item.point: self.passage(item.passage) for item in plan.answers}
        self.said |= {item.point: self.said.get(item.within, "") for item in plan.answers if item.within is not None}
        self.deferral = self._deferral()
        self._files = tuple(file for file, on in plan.enclosures if on)
        self._attached = attachable(self._files, plan.matter.request.attachment_limit)
        self.enclosed = self._enclosed(self._files)
        self.attachments = tuple(self._attachment(file) for file in self._attached)
        self._options = {option.id: self.passage(option.passage) for option in plan.options}
        wording = templates.questions(plan.language)
        self._wording = wording
        self.questions = tuple(Question(name, wording[name]) for name in plan.questions if name in wording)

    def values(self) -> Mapping[str, object]:
        """What the letter's template gets."""
        plan, request = self._plan, self._plan.matter.request
        said = dict.fromkeys(text for text in self.said.values() if text and text != plan.choices.remedy)
        answers = paragraphs(list(said), self._language)
        return {
            "name": plan.salutation.name,
            "family": plan.salutation.family,
            "title": plan.salutation.title,
            "mail_date": plan.mail_date,
            "waited": plan.waited,
            "wrote": plan.wrote,
            "returning": request.history.messages_out > 0,
            "customer": request.history.orders > 0,
            "reference": plan.reference,
            "products": Items(plan.products),
            "answers": answers,
            "itemised": bool(answers) and answers[0].startswith(BULLET),
            "deferral": self.deferral,
            "offers": self._said_of(Part.ALTERNATIVE),
            "background": self._said_of(Part.EXTRA),
            "proof": " ".join(self._said_of(Part.PROOF)),
            "enclosed": self.enclosed,
            "grievance": plan.grievance,
            "own_fault": plan.choices.own_fault,
            "remedy": plan.choices.remedy,
            "reason": plan.reason,
            "about": plan.reason,
            "wanted": plan.matter.wanted,
            "minimum": self._minimum(),
            "message": plan.choices.message,
            "questions": [question.text for question in self.questions],
            "hours": self._hours(plan.hours),
            "company": _signature(request.company),
        }

    def _minimum(self) -> Count | str:
        """The smallest quantity of the one product that a refusal may be about."""
        products = self._plan.matter.products
        least = look.minimum(products[0]) if len(products) == 1 else None
        return Count(least, products[0].unit) if least is not None else ""

    def _said_of(self, part: Part) -> list[str]:
        texts = (self._options[option.id] for option in self._plan.options if option.part is part and option.on)
        return [text for text in texts if text]

    def items(self, blocks: Mapping[str, str], hours: str) -> Iterator[PlanItem]:
        """The letter part by part, for the reviewer."""
        plan = self._plan
        yield _framed(Part.SALUTATION, blocks)
        yield _framed(Part.THANKS, blocks)
        for option in plan.options:
            if option.part is Part.ALTERNATIVE:
                yield PlanItem(option.id, option.part, self._options[option.id], option.on)
        for answer in plan.answers:
            yield PlanItem(
                f"answer.{answer.point}",
                Part.ANSWER,
                self.enclosed if answer.enclosed else self.said[answer.point],
                status=answer.status,
                by_reviewer=answer.point in plan.choices.answers,
            )
        if self.deferral:
            yield PlanItem("deferral", Part.DEFERRAL, self.deferral)
        for option in plan.options:
            if option.part is not Part.ALTERNATIVE:
                yield PlanItem(option.id, option.part, self._options[option.id], option.on)
        for file, on in plan.enclosures:
            yield PlanItem(enclosure_id(file), Part.ENCLOSURE, look.title_in(file, self._language), on)
        for name in (*plan.questions, *plan.spare):
            yield PlanItem(f"question.{name}", Part.QUESTION, self._wording.get(name, ""), name in plan.questions)
        yield _framed(Part.NEXT_STEP, blocks)
        if plan.matter.request.calendar.windows and plan.letter not in CLOSED:
            yield PlanItem("hours", Part.HOURS, hours, plan.hours is not None)
        yield _framed(Part.CLOSE, blocks)
        company = plan.matter.request.company
        signed = (company.person, company.role, company.name, company.phone, company.website)
        yield PlanItem("signature", Part.SIGNATURE, "\n".join(filter(None, signed)))

    def passage(self, passage: Passage | None) -> str:
        """One line, but for lists: the words must stand as they are in the letter (R3)."""
        if passage is None:
            return ""
        if not self._templates.has(self._language, f"{passage.block}.j2"):
            self.untranslated.append(passage.block)
        lines = self._templates.render(self._language, passage.block, passage.values).splitlines()
        if any(line.startswith(BULLET) for line in lines):
            return "\n".join(line for line in lines if line)
        return " ".join(line for line in lines if line)

    def _enclosed(self, files: Sequence[Enclosure]) -> str:
        """Small files attached, large ones by their link."""
        titles = {id(file): look.title_in(file, self._language) for file in files}
        names = Items(tuple(titles[id(file)] for file in self._attached))
        links = [{"title": titles[id(f)], "url": f.link} for f in files if f not in self._attached and f.link]
        return self.passage(Passage("enclosed", {"files": names, "links": links})) if files else ""

    @staticmethod
    def _attachment(file: Enclosure) -> LetterAttachment:
        name = PurePath(file.path).name
        return LetterAttachment(name, file.path, mimetypes.guess_type(name)[0] or "application/octet-stream")

    def _deferral(self) -> str:
        """The one passage that leaves all open topics open, and says until when (R2)."""
        limit = self._plan.deadline
        if limit is None:
            return ""
        topics = Items(tuple(self._topic(name, group) for name, group in _by_name(self._plan.topics).items()))
        values = {
            "topics": topics,
            "due": Moment(limit.at),
            "city": formats.city(limit.zone, self._language),
            "theirs": limit.zone != limit.our_zone,
        }
        return self.passage(Passage("deferral", values))

    def _topic(self, name: str, group: Sequence[Topic]) -> str:
        details = Items(tuple(topic.detail for topic in group if topic.detail))
        return self.passage(Passage("topic", {"name": name, "details": details, "many": len(group) > 1}))

    def _hours(self, hours: OfficeHours | None) -> str:
        if hours is None:
            return ""
        spans = [self._span(span) for span in hours.spans]
        city = formats.city(hours.zone, self._language)
        return self.passage(Passage("office_hours", {"spans": spans, "city": city, "theirs": hours.theirs}))

    def _span(self, span: Span) -> Mapping[str, object]:
        return {
            "first": formats.weekday(span.first, self._language),
            "last": formats.weekday(span.last, self._language),
            "one_day": span.first == span.last,
            "start": span.start,
            "end": span.end,
            "next_day": span.next_day,
        }


def _by_name(topics: Sequence[Topic]) -> Mapping[str, list[Topic]]:
    groups: dict[str, list[Topic]] = {}
    for topic in topics:
        groups.setdefault(topic.name, []).append(topic)
    return groups

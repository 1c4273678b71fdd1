"""From the plan to the words: every sentence by its template, then the letter around them."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from triage.drafting import formats
from triage.drafting.answers import Answer, Passage, Topic
from triage.drafting.formats import Items, Moment
from triage.drafting.office_hours import OfficeHours, Span
from triage.drafting.plan import Plan
from triage.drafting.render import Templates
from triage.vocabulary.letter import AnswerStatus, PointAnswer, PromiseMade, Question
from triage.vocabulary.policy import Company

_BULLET = "- "
_RUN_ON = 2
"""Sentences that still read well in one line of thought."""
_UNSPACED = frozenset({"zh", "ja"})
_NUMBERED = re.compile(r"\d{1,2}[.、)] ?")


@dataclass(frozen=True, slots=True)
class Written:
    """A plan in words."""

    text: str
    points: tuple[PointAnswer, ...]
    questions: tuple[Question, ...]
    promises: tuple[PromiseMade, ...]


def write(plan: Plan, templates: Templates) -> Written:
    """Render the plan. Raises TemplateError."""
    words = _Writer(plan.language, templates)
    said = [words.passage(item.passage) for item in plan.answers]
    deferral = words.deferral(plan)
    wording = templates.questions(plan.language)
    questions = tuple(Question(name, wording[name]) for name in plan.questions if name in wording)
    request = plan.matter.request
    answers = paragraphs([sentence for sentence in said if sentence], plan.language)
    text = templates.render(
        plan.language,
        plan.letter,
        {
            "name": plan.salutation.name,
            "family": plan.salutation.family,
            "title": plan.salutation.title,
            "mail_date": plan.mail_date,
            "waited": plan.waited,
            "returning": request.history.messages_out > 0,
            "customer": request.history.orders > 0,
            "reference": plan.reference,
            "products": Items(plan.products),
            "answers": answers,
            "itemised": bool(answers) and answers[0].startswith(_BULLET),
            "deferral": deferral,
            "offers": [words.passage(offer) for offer in plan.offers],
            "background": [sentence for item in plan.background if (sentence := words.passage(item))],
            "proof": words.passage(plan.proof),
            "enclosed": "",
            "grievance": plan.grievance,
            "own_fault": False,
            "remedy": "",
            "reason": "",
            "wanted": plan.matter.wanted,
            "minimum": "",
            "about": "",
            "questions": [question.text for question in questions],
            "hours": words.hours(plan.hours),
            "company": _signature(request.company),
        },
    )
    points = tuple(_point(item, sentence, deferral) for item, sentence in zip(plan.answers, said, strict=True))
    promises = (PromiseMade(deferral, plan.deadline.at),) if plan.deadline is not None else ()
    return Written(text, points, questions, promises)


def paragraphs(sentences: Sequence[str], language: str) -> list[str]:
    """Sentences as they stand in the letter: one or two run on, more are a list; a list of its own stays one."""
    found: list[str] = []
    for is_list, group in groupby(sentences, key=lambda sentence: "\n" in sentence):
        lines = list(group)
        if is_list:
            found.extend(lines)
        elif len(lines) > _RUN_ON:
            found.append("\n".join(_BULLET + line for line in lines))
        else:
            found.append(("" if language in _UNSPACED else " ").join(lines))
    return found


def _point(item: Answer, sentence: str, deferral: str) -> PointAnswer:
    if item.status is AnswerStatus.DEFERRED:
        return PointAnswer(item.point, item.status if deferral else AnswerStatus.MISSING, deferral)
    return PointAnswer(item.point, item.status if sentence else AnswerStatus.MISSING, sentence)


def _signature(company: Company) -> Mapping[str, object]:
    return {
        "name": company.name,
        "person": company.person,
        "role": company.role,
        "website": company.website,
        "phone": company.phone,
    }


class _Writer:
    """One language's words for passages."""

    def __init__(self, language: str, templates: Templates) -> None:
        self._language = language
        self._templates = templates

    def passage(self, passage: Passage | None) -> str:
        """One line, but for lists: the words must stand as they are in the letter (R3)."""
        if passage is None:
            return ""
        lines = self._templates.render(self._language, passage.block, passage.values).splitlines()
        if any(line.startswith(_BULLET) for line in lines):
            return "\n".join(line for line in lines if line)
        return " ".join(line for line in lines if line)

    def deferral(self, plan: Plan) -> str:
        """The one sentence that leaves all open topics open, and says until when (R2)."""
        if plan.deadline is None:
            return ""
        limit = plan.deadline
        topics = Items(tuple(self._topic(name, group) for name, group in _by_name(plan.topics).items()))
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

    def hours(self, hours: OfficeHours | None) -> str:
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


def to_html(text: str, language: str) -> str:
    """The same text as simple HTML: paragraphs, lists, line breaks. Everything is escaped."""
    direction = ' dir="rtl"' if formats.is_right_to_left(language) else ""
    blocks = "\n".join(_block(block.split("\n")) for block in text.split("\n\n") if block.strip())
    return f'<div lang="{html.escape(language)}"{direction}>\n{blocks}\n</div>'


def _block(lines: Sequence[str]) -> str:
    return "\n".join(_run(tag, list(group)) for tag, group in groupby(lines, key=_tag))


def _tag(line: str) -> str:
    if line.startswith(_BULLET):
        return "ul"
    return "ol" if _NUMBERED.match(line) else "p"


def _run(tag: str, lines: Sequence[str]) -> str:
    if tag == "ul":
        return _list(tag, [line.removeprefix(_BULLET) for line in lines])
    if tag == "ol":
        return _list(tag, [_NUMBERED.sub("", line, count=1) for line in lines])
    return "<p>" + "<br>\n".join(map(html.escape, lines)) + "</p>"


def _list(tag: str, items: Sequence[str]) -> str:
    return f"<{tag}>\n" + "\n".join(f"<li>{html.escape(item)}</li>" for item in items) + f"\n</{tag}>"

"""`triage templates check`: finds a template's faults before a letter does."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from triage.drafting.faults import Fault
from triage.drafting.questions import bank
from triage.drafting.render import Templates
from triage.drafting.samples import SAMPLES
from triage.drafting.words import load_question_wording
from triage.errors import TemplateError


def check_templates(override: Path | None = None) -> tuple[Fault, ...]:
    """All faults of the letter templates in use, the user's folder over the shipped one: what is missing, broken,
    unknown, or asks for a variable that does not exist. Each template is rendered with sample values."""
    templates = Templates(override=override)
    faults: list[Fault] = []
    for language in sorted(templates.languages()):
        for block in SAMPLES:
            faults.extend(_template(templates, language, block))
        faults.extend(_lists(templates, language))
    if override is not None:
        faults.extend(_unused(override))
    return tuple(faults)


def _template(templates: Templates, language: str, block: str) -> Iterator[Fault]:
    known = {name for values in SAMPLES[block] for name in values}
    try:
        if not templates.has(language, f"{block}.j2"):
            yield Fault(f"{language}/{block}.j2", "is missing; its words are English.", "Translate it.")
            return
        strange = templates.strange_names(language, block, known)
        path = templates.find(language, f"{block}.j2")
        for name, line in strange:
            yield Fault(f"{path}, line {line}", f"there is no variable {name!r}.", f"Use {', '.join(sorted(known))}.")
        for values in SAMPLES[block] if not strange else ():
            templates.render(language, block, values)
    except TemplateError as error:
        yield Fault(f"{language}/{block}.j2", error.args[0], error.remedy)


def _lists(templates: Templates, language: str) -> Iterator[Fault]:
    try:
        templates.words(language)
        if not templates.has(language, "questions.toml"):
            yield Fault(f"{language}/questions.toml", "is missing; its words are English.", "Translate it.")
            return
        path = templates.find(language, "questions.toml")
        wording = load_question_wording(path)
    except TemplateError as error:
        yield Fault(language, error.args[0], error.remedy)
        return
    ids = [question.id for question in bank().questions]
    for missing in [name for name in ids if name not in wording]:
        yield Fault(str(path), f"the question {missing!r} has no words.", "Add a line for it.")
    for unknown in [name for name in wording if name not in ids]:
        yield Fault(str(path), f"there is no question {unknown!r}.{_nearest(unknown, ids)}", "Correct or remove it.")


def _unused(override: Path) -> Iterator[Fault]:
    for path in sorted(override.glob("*/*.j2")):
        if path.stem not in SAMPLES:
            hint = _nearest(path.stem, list(SAMPLES))
            yield Fault(str(path), f"no letter uses this file.{hint}", "Rename or remove it.")


def _nearest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f" Did you mean {close[0]!r}?" if close else ""

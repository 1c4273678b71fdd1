"""The drafting room: from an assessed mail and the catalogue to a reply with its points, questions and promises."""

from triage.drafting.catalogue_file import check_catalogue, load_catalogue
from triage.drafting.catalogue_gaps import catalogue_gaps
from triage.drafting.drafter import Drafter
from triage.drafting.faults import Fault
from triage.drafting.render import Templates, shipped_templates
from triage.drafting.template_check import check_templates
from triage.vocabulary.letter import Letter, LetterRequest

__all__ = [
    "Drafter",
    "Fault",
    "Templates",
    "catalogue_gaps",
    "check_catalogue",
    "check_templates",
    "draft_letter",
    "load_catalogue",
    "shipped_templates",
]


def draft_letter(request: LetterRequest, templates: Templates) -> Letter:
    """One reply; see `Drafter.draft`."""
    return Drafter(templates).draft(request)

"""A person's decisions on the letter's plan, made in the page's forms."""

import pytest

from tests.harness.desks import inquiry
from tests.unit.web.desk import Site, site
from triage.vocabulary.inquiry import Point
from triage.vocabulary.letter import AnswerStatus, Part
from triage.vocabulary.people import Role

__all__ = ["site"]


@pytest.fixture
def draft_id(site: Site) -> int:
    ((draft_id, _),) = site.desktop.drafts(site.desktop.arrive(inquiry()))
    return draft_id


def decide(site: Site, draft_id: int, act: str, **fields: object) -> int:
    draft = site.app.draft(draft_id)
    words = {"seen": draft.content_hash, "subject": draft.letter.subject, "text": draft.letter.text}
    client = site.signed_in(Role.REVIEWER, name=f"{act} {draft.revision}")
    return client.post(f"/drafts/{draft_id}/plan", data={**words, "act": act, **fields}).status_code


def statuses(site: Site, draft_id: int) -> dict[str, AnswerStatus | None]:
    items = site.app.draft(draft_id).letter.plan.items
    return {item.id.partition(".")[2]: item.status for item in items if item.part is Part.ANSWER}


def test_a_point_is_answered_left_open_and_restored(site: Site, draft_id: int) -> None:
    points = list(statuses(site, draft_id))
    before = statuses(site, draft_id)
    sentence = "We reserve the goods for you until Friday."
    fields = {"point": points, "answer": [sentence if point == points[0] else "" for point in points]}
    assert decide(site, draft_id, f"say:{points[0]}", **fields) == 303
    draft = site.app.draft(draft_id)
    assert sentence in draft.letter.text
    assert draft.letter.plan.choices.answers == {Point(points[0]): sentence}
    assert decide(site, draft_id, f"leave_open:{points[0]}") == 303
    assert sentence not in site.app.draft(draft_id).letter.text
    assert statuses(site, draft_id)[points[0]] is AnswerStatus.DEFERRED
    assert decide(site, draft_id, f"as_planned:{points[0]}") == 303
    assert statuses(site, draft_id) == before


def test_all_is_left_open(site: Site, draft_id: int) -> None:
    assert decide(site, draft_id, "leave_all_open") == 303
    assert set(statuses(site, draft_id).values()) == {AnswerStatus.DEFERRED}
    assert site.app.draft(draft_id).letter.holding


def test_we_decline_for_a_reason(site: Site, draft_id: int) -> None:
    assert decide(site, draft_id, "switch", letter="decline", reason="market") == 303
    letter = site.app.draft(draft_id).letter
    assert letter.template.endswith("/decline")
    assert letter.plan.choices.reason == "market"


def test_a_complaint_is_settled_with_a_day(site: Site, draft_id: int) -> None:
    assert decide(site, draft_id, "switch", letter="complaint") == 303
    remedy = "We send 20 new lamps at our cost by 12 March 2027."
    fields = {"own_fault": "true", "remedy": remedy, "remedy_by": "2027-03-12T17:00"}
    assert decide(site, draft_id, "settle", **fields) == 303
    letter = site.app.draft(draft_id).letter
    assert remedy in letter.text
    assert letter.plan.choices.own_fault
    by = letter.plan.choices.remedy_by
    assert by is not None
    assert site.app.local_time(by).isoformat()[:16] == "2027-03-12T17:00"


def test_optional_things_are_exactly_those_ticked(site: Site, draft_id: int) -> None:
    assert decide(site, draft_id, "bring") == 303
    client = site.signed_in(Role.VIEWER)
    assert 'name="item"' in client.get(f"/review?draft={draft_id}").text
    optional = [item for item in site.app.draft(draft_id).letter.plan.items if item.part in (Part.HOURS, Part.PROOF)]
    assert optional
    assert not any(item.on for item in optional)
    assert decide(site, draft_id, "bring", item=[optional[0].id]) == 303
    now = {item.id: item.on for item in site.app.draft(draft_id).letter.plan.items}
    assert now[optional[0].id]


def test_a_passage_that_both_changed_is_shown_twice(site: Site, draft_id: int) -> None:
    point = next(iter(statuses(site, draft_id)))

    def say(sentence: str) -> int:
        return decide(site, draft_id, f"say:{point}", point=[point], answer=[sentence])

    assert say("We answer at ten.") == 303
    own = site.app.draft(draft_id).letter.text.replace("We answer at ten.", "Ask me again on Friday.")
    site.app.review.edit(draft_id, "Li Na", text=own)
    assert say("We answer at noon.") == 303
    letter = site.app.draft(draft_id).letter
    assert [conflict.mine for conflict in letter.plan.conflicts] == ["Ask me again on Friday."]
    page = site.signed_in(Role.VIEWER).get(f"/review?draft={draft_id}").text
    assert "your words stand" in page
    assert "Ask me again on Friday." in letter.text


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("dance", {}),
        ("say:price", {"point": ["price"], "answer": [" "]}),
        ("leave_open:nonsense", {}),
        ("switch", {"letter": "../../etc"}),
        ("settle", {"remedy": "Soon.", "remedy_by": "tomorrow"}),
        ("bring", {"item": ["<script>"]}),
    ],
)
def test_nonsense_changes_nothing(site: Site, draft_id: int, act: str, fields: dict[str, object]) -> None:
    before = site.app.draft(draft_id).letter.text
    answer = decide(site, draft_id, act, **fields)
    if act == "bring":  # an item that the plan does not have is not there to be said
        assert "<script>" not in site.app.draft(draft_id).letter.text
    else:
        assert answer == 422
        assert site.app.draft(draft_id).letter.text == before


def test_the_plan_reads_in_the_reviewers_language(site: Site, draft_id: int) -> None:
    client = site.signed_in(Role.VIEWER)
    client.headers["accept-language"] = "zh-CN"
    assert "您好" in client.get(f"/drafts/{draft_id}/reading").text

"""The quarter before the demo: what its audit shows follows from what happened, and the log proves it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest

from triage.app import App
from triage.audit.report import Report
from triage.config import load
from triage.demo.quarter.living import WEEKS, live_through
from triage.demo.quarter.writers import Answered, Writers, buyers
from triage.demo.servers import start_demo_servers
from triage.demo.setting import write_config
from triage.parsing import parse
from triage.vocabulary.responses import Dimension
from triage.vocabulary.states import NEEDS_A_PERSON

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LETTER = Answered("<1@b.example>", "Re: LED")
KINDS = ("inquiry", "sample", "reply", "order", "complaint")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, list[str]]]:
    home = tmp_path_factory.mktemp("quarter")
    servers = start_demo_servers(home)
    settings = load(write_config(home, servers))
    app = App(settings)
    app.upgrade()
    said: list[str] = []
    try:
        live_through(settings, NOW, said.append)
        yield app, said
    finally:
        app.store.close()
        servers.stop()


@pytest.fixture(scope="module")
def report(lived: tuple[App, list[str]]) -> Report:
    return lived[0].reporting.response_times([Dimension.KIND, Dimension.TIER])


def test_a_quarter_of_answers(report: Report) -> None:
    total = report.total
    assert total.answered >= 100
    assert 0 < total.waiting < 0.1 * total.due
    assert total.working is not None
    assert total.working.p90 > 2 * total.working.median
    assert len(report.weeks) >= WEEKS
    assert len({cell.hour for cell in report.heat}) >= 10
    assert min(group.figures.due for group in report.turns) > 30
    assert report.resolution.resolved > 30


def test_what_the_tool_changed_shows_in_the_trend(report: Report) -> None:
    weeks = [group.figures for group in report.weeks]
    before = sum(week.in_target for week in weeks[:5]) / sum(week.due for week in weeks[:5])
    after = sum(week.in_target for week in weeks[-5:]) / sum(week.due for week in weeks[-5:])
    assert after > before + 0.1


def test_each_part_of_the_audit_has_something_to_show(report: Report) -> None:
    assert report.promises["kept"] > report.promises["broken"] > 0
    assert sum(count.came for count in report.complaints) >= 3
    assert sum(count.remedied for count in report.complaints) >= 3
    assert {count.person for count in report.reviewers} == {"Li Na", "Wang Jun", "Zhao Min"}
    assert sum(count.rejected for count in report.reviewers) >= 1
    assert 0 < report.edits.unedited < report.edits.letters
    assert report.total.held > 5
    assert {stage.name for stage in report.stages} == {"drafting", "review", "sending"}


def test_the_queue_is_not_flooded(lived: tuple[App, list[str]]) -> None:
    app, _ = lived
    with app.store.begin(write=False) as uow:
        assert len(uow.drafts.queue(sorted(NEEDS_A_PERSON), limit=100)) < 15
        assert not uow.drafts.copies_to_file(10)
        assert uow.messages.counts()["parked"] == 0


def test_every_figure_follows_from_the_log(lived: tuple[App, list[str]]) -> None:
    assert [*lived[0].log_keeper.verify()] == []


def test_it_says_how_far_it_is(lived: tuple[App, list[str]]) -> None:
    assert lived[1] == [f"week {week} of {WEEKS}" for week in range(1, WEEKS + 1)]


def test_the_same_chance_writes_the_same_mails() -> None:
    def written() -> list[bytes]:
        writers = Writers(random.Random(7))  # noqa: S311
        return [writers.mail(buyer, kind, NOW, LETTER) for buyer in buyers() for kind in KINDS]

    assert written() == written()


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_parses_and_names_only_reserved_domains(kind: str) -> None:
    writers = Writers(random.Random(3))  # noqa: S311
    for buyer in buyers():
        for mail in map(parse, (writers.mail(buyer, kind, NOW, LETTER) for _ in range(4))):
            assert mail.defects == ()
            assert mail.sender is not None
            assert mail.sender.domain.endswith(".example")
            assert "{" not in mail.text + mail.subject
            assert buyer.name in mail.text
            assert mail.date == NOW - timedelta(seconds=20)


def test_letters_of_the_desk_are_complete_in_every_language_of_the_buyers() -> None:
    writers = Writers(random.Random(3))  # noqa: S311
    for buyer in buyers():
        for sort in ("answer", "holding"):
            letter = message_from_bytes(writers.letter(buyer, sort, NOW, LETTER))
            assert (letter["To"], letter["Subject"], letter["In-Reply-To"]) == (buyer.email, "Re: LED", "<1@b.example>")
        assert writers.added(buyer.language)

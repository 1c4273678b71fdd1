"""`triage templates` and `triage catalogue`, as typed."""

from pathlib import Path

import pytest

from tests.harness.command_line import Triage, call
from tests.harness.desks import Desktop, inquiry
from triage.demo.letters import gallery, previews
from triage.drafting import Templates

ROOT = Path(__file__).parents[3]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration that has templates of its own."""
    (tmp_path / "config.toml").write_text('templates_folder = "mine"\n', encoding="utf-8")
    (tmp_path / "mine" / "en").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine" / "en"


def test_languages_are_listed_with_what_they_lack_and_the_users_files(elsewhere: Path) -> None:
    (elsewhere / "answer_moq.j2").write_text("At least.", encoding="utf-8")
    rows = {line.split()[0]: line for line in call("templates", "list").text.splitlines() if line}
    assert "answer_moq.j2" in rows["en"]
    assert "-" in rows["zh"]


def test_the_list_shows_how_letters_fare_with_reviewers(triage: Triage, desktop: Desktop) -> None:
    ((draft, _),) = desktop.drafts(desktop.arrive(inquiry()))
    letter = desktop.app.draft(draft).letter
    desktop.app.review.approve(draft, "Li Na", override="fine")
    (row,) = [line.split() for line in triage("templates", "list").text.splitlines() if letter.template in line]
    assert row == [letter.template, "1", "1", "0%"]


def test_a_sound_set_passes_and_a_fault_is_named_by_its_line(elsewhere: Path) -> None:
    assert call("templates", "check").text == "No fault.\n"
    (elsewhere / "answer_moq.j2").write_text("one\n{{ itmes }}", encoding="utf-8")
    answer = call("templates", "check")
    assert answer.code == 1
    assert "answer_moq.j2, line 2: there is no variable 'itmes'." in answer.text


def test_the_users_words_stand_in_the_preview(elsewhere: Path) -> None:
    (elsewhere / "answer_moq.j2").write_text("As few as you like.", encoding="utf-8")
    text = call("templates", "preview", "--mail", "gb-first").text
    assert text.startswith("=== gb-first (inquiry, en) -> en/first_inquiry\n")
    assert "As few as you like." in text
    assert call("templates", "preview", "--letter", "complaint", "--language", "en").text.count("=== ") >= 2
    assert call("templates", "preview", "--mail", "nobody").code == 2


def test_every_letter_of_the_sample_mails_passes_the_checks() -> None:
    found = list(previews(Templates()))
    assert len(found) > 30
    assert [item.mail.id for item in found if item.letter.blocking] == []


def test_the_gallery_is_fresh() -> None:
    """`triage templates preview --markdown > docs/letters.md` writes it anew."""
    assert (ROOT / "docs" / "letters.md").read_text(encoding="utf-8") == gallery(Templates())


def test_a_catalogue_is_checked_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("catalogue", "check").code == 2
    path = tmp_path / "catalogue.toml"
    path.write_text('[[product]]\nid = "A"\nname = "Lamp"\nmoq = 0\n', encoding="utf-8")
    answer = call("catalogue", "check", str(path))
    assert (answer.code, answer.text.startswith("product[1].moq (line 4): ")) == (1, True)
    path.write_text('[[product]]\nid = "A"\nname = "Lamp"\n', encoding="utf-8")
    assert call("catalogue", "check", str(path)).text == f"{path}: 1 product, 0 answers, no fault.\n"

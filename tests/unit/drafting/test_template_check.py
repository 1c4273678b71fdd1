from pathlib import Path

import pytest

from tests.unit.drafting.cases import cases
from tests.unit.drafting.requests import DESK, TEMPLATES
from triage.drafting import Templates, check_templates
from triage.drafting.samples import SAMPLES
from triage.vocabulary.inquiry import Point


def _user_file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_the_shipped_templates_have_no_faults() -> None:
    assert check_templates() == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_shipped_file_is_one_that_a_letter_uses(language: str) -> None:
    folder = TEMPLATES.folders[-1] / language
    assert sorted(path.stem for path in folder.glob("*.j2")) == sorted(SAMPLES)
    assert sorted(path.name for path in folder.glob("*.toml")) == ["questions.toml", "words.toml"]


def test_an_unknown_variable_is_found_with_its_line(tmp_path: Path) -> None:
    path = _user_file(tmp_path, "en/answer_moq.j2", "one\n{{ itmes }}")
    (fault,) = check_templates(tmp_path)
    assert (fault.place, fault.text, fault.remedy) == (f"{path}, line 2", "there is no variable 'itmes'.", "Use items.")


def test_a_variable_in_a_branch_that_no_sample_takes_is_found(tmp_path: Path) -> None:
    _user_file(tmp_path, "en/answer_moq.j2", "{% if items == 3 %}{{ nothing }}{% endif %}")
    assert [fault.text for fault in check_templates(tmp_path)] == ["there is no variable 'nothing'."]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("en/answer_moq.j2", "{% if %}", "Expected an expression"),
        ("en/answer_moq.j2", "{% for item in items %}{{ item.mok }}{% endfor %}", "has no attribute 'mok'"),
        ("en/answer_moq.j2", "{{ items | upper | tojson }}", "no filter"),
        ("en/answer_moqq.j2", "x", "no letter uses this file. Did you mean 'answer_moq'?"),
        ("en/questions.toml", 'quantity = "How many?"', "the question 'which_product' has no words."),
        ("en/questions.toml", 'quantity = ""', "quantity has no words."),
        ("en/words.toml", "[lists]", "'points'"),
    ],
)
def test_faults_of_a_users_file_are_found(tmp_path: Path, name: str, content: str, said: str) -> None:
    _user_file(tmp_path, name, content)
    assert [fault for fault in check_templates(tmp_path) if said in fault.text] != []


def test_a_question_of_the_users_own_invention_is_found(tmp_path: Path) -> None:
    shipped = TEMPLATES.find("en", "questions.toml").read_text(encoding="utf-8")
    _user_file(tmp_path, "en/questions.toml", shipped + 'quantiti = "How many?"\n')
    (fault,) = check_templates(tmp_path)
    assert fault.text == "there is no question 'quantiti'. Did you mean 'quantity'?"


def test_an_incomplete_language_lacks_what_it_lacks(tmp_path: Path) -> None:
    _user_file(tmp_path, "pl/letter.j2", "Dzień dobry")
    _user_file(tmp_path, "pl/words.toml", TEMPLATES.find("en", "words.toml").read_text(encoding="utf-8"))
    found = {fault.place for fault in check_templates(tmp_path) if fault.text == "is missing; its words are English."}
    assert found == {f"pl/{block}.j2" for block in SAMPLES if block != "letter"} | {"pl/questions.toml"}


def test_the_samples_have_the_values_that_letters_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `check_templates` knows and what templates get can't drift apart."""
    given: dict[str, set[str]] = {}
    render = Templates.render_letter

    def noting(self: Templates, language: str, block: str, values: dict[str, object], parts: object) -> object:
        given.setdefault(block, set()).update(_names(values))
        return render(self, language, block, values, parts)

    monkeypatch.setattr(Templates, "render_letter", noting)
    for case in cases().values():
        DESK.draft(case)
    samples = {block: {name for values in SAMPLES[block] for name in _names(values)} for block in given}
    assert {block: names - samples[block] for block, names in given.items()} == {block: set() for block in given}
    assert len(given) >= 25


def _names(values: object, inside: str = "") -> set[str]:
    if isinstance(values, dict):
        return {f"{inside}{key}" for key in values} | {n for k, v in values.items() for n in _names(v, f"{inside}{k}.")}
    if isinstance(values, list):
        return {name for value in values for name in _names(value, inside)}
    return set()


def test_every_point_has_words_to_be_deferred_by() -> None:
    for language in ("en", "zh"):
        words = {TEMPLATES.render(language, "topic", {"name": str(p), "details": "", "many": False}) for p in Point}
        assert len(words) == len(Point)


def test_the_guide_lists_every_template_and_variable() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
    missing = [block for block in SAMPLES if f"`{block}`" not in guide]
    missing += [name for values in SAMPLES.values() for name in values[0] if f"`{name}`" not in guide]
    assert missing == []

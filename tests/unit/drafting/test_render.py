"""The templates' sandbox (H22) and its words about faults."""

import os
from pathlib import Path

import pytest

from tests.unit.drafting.requests import TEMPLATES
from triage.drafting.render import Templates, shipped_templates, tidy
from triage.errors import TemplateError

VALUES = {"items": [{"product": "lamp", "moq": "200 pcs"}]}


def _templates(folder: Path, source: str, block: str = "answer_moq") -> Templates:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / f"{block}.j2").write_text(source, encoding="utf-8")
    return Templates(override=folder)


def test_the_shipped_templates_are_found_in_a_checkout() -> None:
    assert shipped_templates().name == "templates"
    assert TEMPLATES.languages() == {"ar", "de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "tr", "zh"}


def test_the_users_file_goes_before_the_shipped_one_file_by_file(tmp_path: Path) -> None:
    templates = _templates(tmp_path, "From {{ items[0].moq }}.".replace("[0]", "") + "")
    assert templates.render("en", "answer_lead_time", {"items": [{"product": "lamp", "lead_time": "25 days"}]}) == (
        "The lead time is 25 days for the lamp."
    )
    mine = _templates(tmp_path, "{% for item in items %}At least {{ item.moq }}.{% endfor %}")
    assert mine.render("en", "answer_moq", VALUES) == "At least 200 pcs."


def test_a_changed_file_is_used_without_a_restart(tmp_path: Path) -> None:
    templates = _templates(tmp_path, "one")
    assert templates.render("en", "answer_moq", VALUES) == "one"
    path = tmp_path / "en" / "answer_moq.j2"
    path.write_text("two", encoding="utf-8")
    os.utime(path, (1, 1))
    assert templates.render("en", "answer_moq", VALUES) == "two"


def test_a_users_folder_may_add_a_language(tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "letter.j2").write_text("Dzień dobry", encoding="utf-8")
    assert "pl" not in Templates(override=tmp_path).languages()
    words = TEMPLATES.find("en", "words.toml").read_text(encoding="utf-8")
    (tmp_path / "pl" / "words.toml").write_text(words, encoding="utf-8")
    templates = Templates(override=tmp_path)
    assert "pl" in templates.languages()
    assert templates.render("pl", "letter", {}) == "Dzień dobry"
    assert templates.render("pl", "answer_policy", {"sentence": "Tak."}) == "Tak."
    assert templates.questions("pl") == templates.questions("en")


def test_values_are_never_template_source() -> None:
    hostile = "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}"
    assert TEMPLATES.render("en", "answer_policy", {"sentence": hostile}) == hostile


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 'a' * 1000000000 }}", "can't hold 'mul'"),
        ("{{ 9 ** 999999999 }}", "can't hold 'pow'"),
        ("{{ 'a' ~ 'b' }}", "can't hold 'concat'"),
        ("{{ '%1000000000s' % 'a' }}", "can't hold 'mod'"),
        ("{{ 'a' + 'b' }}", "can't hold 'add'"),
        ("{% set a = 1 %}", "can't hold 'assign'"),
        ("{% include 'en/letter.j2' %}", "can't hold 'include'"),
        ("{% import 'en/letter.j2' as x %}", "can't hold 'import'"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "can't hold 'macro'"),
        ("{{ range(1000000) }}", "can't hold 'call'"),
        ("{{ items.append(1) }}", "can't hold 'call'"),
        ("{{ ''.join(items) }}", "can't hold 'call'"),
        ("{{ self.body() }}", "can't hold 'call'"),
        ("{{ super(1) }}", "can't hold 'call'"),
        ("{{ 'a' | center(1000000000) }}", "no filter"),
        ("{{ items | attr('__class__') }}", "no filter"),
        ("{{ items is defined }}", "can't hold 'test'"),
        ("{% for a in items %}" * 4 + "x" + "{% endfor %}" * 4, "loops lie too deep"),
    ],
)
def test_a_template_can_do_no_more_than_sentences_and_conditions(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        _templates(tmp_path, source).render("en", "answer_moq", VALUES)
    assert "answer_moq.j2" in str(caught.value)
    assert caught.value.remedy != ""


@pytest.mark.parametrize(
    "source",
    [
        "{{ items.__class__ }}",
        "{{ items['__class__'] }}",
        "{% for item in items %}{{ item.__init__ }}{% endfor %}",
        "{% for item in items %}{{ item.items }}{% endfor %}",
        "{% for item in items %}{{ item.product.upper }}{% endfor %}",
        "{% for item in items %}{{ loop.__init__ }}{% endfor %}",
        "{{ items[0][0] }}",
    ],
)
def test_no_attribute_or_method_of_a_value_can_be_reached(tmp_path: Path, source: str) -> None:
    with pytest.raises(TemplateError):
        _templates(tmp_path, source).render("en", "answer_moq", VALUES)


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "joiner", "namespace", "config", "request"])
def test_there_are_no_globals(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateError, match=f"'{name}' is undefined"):
        _templates(tmp_path, f"{{{{ {name} }}}}").render("en", "answer_moq", VALUES)


def test_a_missing_variable_is_named_with_file_line_and_remedy(tmp_path: Path) -> None:
    templates = _templates(tmp_path, "one\ntwo {{ itmes }}")
    with pytest.raises(TemplateError) as caught:
        templates.render("en", "answer_moq", VALUES)
    path = tmp_path / "en" / "answer_moq.j2"
    assert str(caught.value) == f"{path}, line 2: 'itmes' is undefined. Variables here: items."


def test_a_missing_variable_in_a_condition_is_no_silent_false(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="'waitd' is undefined"):
        _templates(tmp_path, "{% if waitd %}x{% endif %}").render("en", "answer_moq", VALUES)


def test_a_broken_tag_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"answer_moq\.j2, line 2: "):
        _templates(tmp_path, "one\n{% if %}").render("en", "answer_moq", VALUES)


def test_a_template_that_extends_itself_ends_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        _templates(tmp_path, '{% extends "en/answer_moq.j2" %}').render("en", "answer_moq", VALUES)


def test_a_missing_template_or_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"en/none\.j2 is missing"):
        TEMPLATES.render("en", "none", VALUES)
    with pytest.raises(TemplateError, match=r"en/none\.j2 is missing"):
        _templates(tmp_path, '{% extends "en/none.j2" %}').render("en", "answer_moq", VALUES)


def test_a_template_can_not_leave_its_folders(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        _templates(tmp_path, '{% extends "../../secret.j2" %}').render("en", "answer_moq", VALUES)


def test_what_a_template_makes_is_capped(tmp_path: Path) -> None:
    templates = _templates(tmp_path, "{% for a in items %}{% for b in items %}{{ b.moq }}{% endfor %}{% endfor %}")
    with pytest.raises(TemplateError, match="makes more than 64000 characters"):
        templates.render("en", "answer_moq", {"items": [{"moq": "x" * 100}] * 100})


def test_an_oversized_or_unreadable_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="longer than 64000 characters"):
        _templates(tmp_path, "x" * 65_000).render("en", "answer_moq", VALUES)
    (tmp_path / "en" / "answer_moq.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="answer_moq"):
        Templates(override=tmp_path).render("en", "answer_moq", VALUES)


def test_a_broken_word_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "words.toml").write_text("subject = 1\n[lists\n", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"words\.toml: "):
        Templates(override=tmp_path).words("en")


def test_tidy_keeps_single_blank_lines_and_single_spaces() -> None:
    assert tidy("\n\n  a   b \n\n\n\nc\n  \n") == "a b\n\nc"


@pytest.mark.parametrize(
    "iterated", ["'abc'", "['a', 'b']", "items | upper", "(items if items else items)", "items[0]"]
)
def test_a_loop_goes_over_a_list_of_the_letter_only(tmp_path: Path, iterated: str) -> None:
    source = f"{{% for a in {iterated} %}}x{{% endfor %}}"
    with pytest.raises(TemplateError, match="a loop goes over a list that the letter has"):
        _templates(tmp_path, source).render("en", "answer_moq", VALUES)


def test_no_loop_takes_a_text_apart(tmp_path: Path) -> None:
    """Three loops over the letters of a long text would not end today, and put out nothing to be counted."""
    loops = "".join(f"{{% for a{n} in sentence %}}" for n in range(3)) + "{% endfor %}" * 3
    (tmp_path / "en").mkdir(parents=True)
    (tmp_path / "en" / "answer_policy.j2").write_text(loops, encoding="utf-8")
    with pytest.raises(TemplateError, match="a text is no list"):
        Templates(override=tmp_path).render("en", "answer_policy", {"sentence": "x" * 5_000})


def test_a_file_that_is_put_in_later_is_used_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    templates = Templates(override=tmp_path)
    assert templates.render("en", "answer_moq", VALUES) == "The minimum order is 200 pcs for the lamp."
    path = tmp_path / "en" / "answer_moq.j2"
    path.write_text("mine", encoding="utf-8")
    assert templates.render("en", "answer_moq", VALUES) == "mine"
    path.unlink()
    assert templates.render("en", "answer_moq", VALUES) == "The minimum order is 200 pcs for the lamp."


def test_changed_words_and_questions_are_used_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    templates = Templates(override=tmp_path)
    assert templates.words("en").subject == "Your inquiry"
    words = TEMPLATES.find("en", "words.toml").read_text(encoding="utf-8")
    (tmp_path / "en" / "words.toml").write_text(words.replace("Your inquiry", "Hello"), encoding="utf-8")
    (tmp_path / "en" / "questions.toml").write_text('quantity = "How many?"', encoding="utf-8")
    assert templates.words("en").subject == "Hello"
    assert templates.questions("en")["quantity"] == "How many?"

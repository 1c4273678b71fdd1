import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import UnsafeArgument
from triage.intake.imap.connection import safe


@pytest.mark.parametrize("argument", ["<a@b>\r\nX1 UID MOVE 1:* Trash", "a\nb", "a\rb", "a\0b", "a\tb", "\x7f"])
def test_f16_control_characters_are_refused(argument: str) -> None:
    with pytest.raises(UnsafeArgument):
        safe(argument)


@given(st.text())
def test_f16_whatever_passes_stays_on_one_line(argument: str) -> None:
    try:
        passed = safe(argument)
    except UnsafeArgument:
        assert any(character < " " or character == "\x7f" for character in argument)
    else:
        assert passed == argument
        assert not {"\r", "\n", "\0"} & set(passed)


@pytest.mark.parametrize("argument", ["Gesendet-ü", "已发送", 'A&B "quoted" \\back', ""])
def test_ordinary_names_pass(argument: str) -> None:
    assert safe(argument) == argument

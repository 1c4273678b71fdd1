import pytest

from tests.unit.drafting.requests import letter
from triage.drafting.salutation import Salutation, parse_name
from triage.vocabulary.mail import Address
from triage.vocabulary.policy import Company


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Schmidt", Salutation("Anna Schmidt", "Schmidt", "")),
        ("ANNA SCHMIDT", Salutation("Anna Schmidt", "Schmidt", "")),
        ("anna schmidt", Salutation("Anna Schmidt", "Schmidt", "")),
        ("Schmidt, Anna", Salutation("Anna Schmidt", "Schmidt", "")),
        ("Mr. Miguel Torres", Salutation("Miguel Torres", "Torres", "mr")),
        ("Frau Dr. Berger", Salutation("Berger", "Berger", "ms")),
        ("Jean-Pierre O'Neill", Salutation("Jean-Pierre O'Neill", "O'Neill", "")),
        ("Ludwig van Beek", Salutation("Ludwig van Beek", "Beek", "")),
        ("J. McDonald", Salutation("J. McDonald", "McDonald", "")),
        ("王伟", Salutation("王伟", "", "")),
        ("王伟先生", Salutation("王伟", "王", "mr")),
        ("李女士", Salutation("李", "李", "ms")),
        ("Мария Иванова", Salutation("Мария Иванова", "Иванова", "")),
        ("г-жа Мария Иванова", Salutation("Мария Иванова", "Иванова", "ms")),
        ("佐藤 健", Salutation("佐藤健", "佐藤", "")),
        ("佐藤様", Salutation("佐藤", "", "")),
        ("佐々木 たろう", Salutation("佐々木 たろう", "佐々木", "")),
        ("김서연", Salutation("김서연", "", "")),
        ("김 서연", Salutation("김 서연", "김", "")),
        ("김서연 과장 드림", Salutation("김서연", "", "")),
    ],
)
def test_a_persons_name_is_read(text: str, expected: Salutation) -> None:
    assert parse_name(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sales Department",
        "Muster GmbH",
        "info",
        "purchase@muster.example",
        "{{7*7}}",
        "<b>Anna</b>",
        "Anna 007",
        "采购部门",
        "Sent From My Phone",
        "Yours Faithfully",
        "With Best Regards",
        "one two three four five six",
        "x" * 500,
    ],
)
def test_what_is_no_persons_name_is_not_used(text: str) -> None:
    assert parse_name(text) is None


@pytest.mark.parametrize(
    ("language", "name", "person", "first_line"),
    [
        ("en", "Anna Schmidt", "", "Dear Anna Schmidt,"),
        ("en", "Sales", "Ms. Anna Schmidt", "Dear Ms. Schmidt,"),
        ("en", "Sales", "", "Dear Sir or Madam,"),
        ("en", "x", "Dr. Bina Rai", "Dear Dr. Rai,"),
        ("en", "x", "Prof. Bina Rai", "Dear Professor Rai,"),
        ("zh", "王伟", "", "尊敬的王伟："),
        ("zh", "王伟先生", "", "尊敬的王先生："),
        ("zh", "采购部门", "", "尊敬的客户："),
        ("zh", "Anna Schmidt", "", "尊敬的Anna Schmidt："),
        ("ja", "佐藤 健", "", "佐藤 様"),
        ("ja", "株式会社アカリ", "", "ご担当者様"),
        ("ko", "김서연", "", "김서연 님께"),
        ("ru", "x", "г-н Игорь Соколов", "Уважаемый г-н Соколов!"),
        ("ru", "Мария Иванова", "", "Здравствуйте, Мария Иванова!"),
        ("tr", "Ayşe Demir", "", "Sayın Ayşe Demir,"),
        ("ar", "خالد العتيبي", "", "السيد/ة خالد العتيبي،"),
    ],
)
def test_the_buyer_is_addressed_by_culture(language: str, name: str, person: str, first_line: str) -> None:
    told = {"person": person} if person else None
    found = letter(
        "", told=told, language=language, company=Company(), headers={"sender": Address(name, "a@muster.example")}
    )
    assert found.text.split("\n")[0] == first_line
    assert "wrong_name" not in [warning.code for warning in found.warnings]

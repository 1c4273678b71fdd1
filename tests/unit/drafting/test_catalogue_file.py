from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.drafting.requests import CATALOGUE, DATA
from triage.drafting import check_catalogue, load_catalogue
from triage.errors import CatalogueError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, PriceTier, Product


def _file(folder: Path, text: str) -> Path:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_catalogue_has_no_faults() -> None:
    assert check_catalogue(DATA / "catalogue.toml") == ()
    assert [product.id for product in CATALOGUE.products] == ["DL-12", "CL-05", "KP-24", "GJ-10"]


def test_a_product_is_read_as_it_stands(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """
        [[product]]
        id = "A"
        name = "Lamp"
        prices = [{ quantity = 10, price = 4.10 }, { quantity = 20, price = "4.05" }]
        prices_valid_until = 2026-12-31
        moq = 10
        [answers.visit]
        en = "Welcome."
        """,
    )
    product = Product(
        id="A",
        name="Lamp",
        prices=(PriceTier(10, Decimal("4.10")), PriceTier(20, Decimal("4.05"))),
        prices_valid_until=date(2026, 12, 31),
        moq=10,
    )
    assert load_catalogue(path) == Catalogue((product,), {Point.VISIT: {"en": "Welcome."}})


def test_an_empty_file_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert load_catalogue(_file(tmp_path, "")) == Catalogue()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("colour = 1", "product[1].colour"),
        ('currency = "XYZ"', "product[1].currency"),
        ("moq = 0", "product[1].moq"),
        ('moq = "ten"', "product[1].moq"),
        ("lead_time_days = 2.5", "product[1].lead_time_days"),
        ("lead_time_days = true", "product[1].lead_time_days"),
        ('prices_valid_until = "2026-12-31"', "product[1].prices_valid_until"),
        ("prices = [{ quantity = 10 }]", "product[1].prices[1].price"),
        ("prices = [{ price = 10 }]", "product[1].prices[1].quantity"),
        ('prices = [{ quantity = 10, price = "dear" }]', "product[1].prices[1].price"),
        ("prices = [{ quantity = 10, price = -1 }]", "product[1].prices[1].price"),
        ("prices = [{ quantity = 10, price = nan }]", "product[1].prices[1].price"),
        ("prices = [{ quantity = 10, price = 1, unit = 2 }]", "product[1].prices[1].unit"),
        ("prices = [{ quantity = 9, price = 1 }, { quantity = 9, price = 1 }]", "product[1].prices[2].quantity"),
        ("prices = [{ quantity = 9, price = 1 }, { quantity = 99, price = 2 }]", "product[1].prices[2].price"),
        ("moq = 5\nprices = [{ quantity = 9, price = 1 }]", "product[1].prices[1].quantity"),
        ("prices = 4", "product[1].prices"),
        ('names = "Lamp"', "product[1].names"),
        ("names = [1]", "product[1].names[1]"),
        ("specs = 12", "product[1].specs"),
        ('alternatives = ["B"]', "product[1].alternatives"),
        ('alternatives = ["A"]', "product[1].alternatives"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, line: str, place: str) -> None:
    faults = check_catalogue(_file(tmp_path, f'[[product]]\nid = "A"\nname = "Lamp"\n{line}\n'))
    assert [fault.place.partition(" (line ")[0] for fault in faults] == [place]
    assert faults[0].remedy != ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[produkt]]\nid = "A"', "produkt"),
        ('[[product]]\nname = "Lamp"', "product[1].id"),
        ('[[product]]\nid = "A"', "product[1].name"),
        ("product = 1", "product"),
        ("answers = 1", "answers"),
        ('[answers]\nvisit = "Welcome."', "answers.visit"),
        ('[answers.vist]\nen = "Welcome."', "answers.vist"),
        ('[answers.visit]\nenglish = "Welcome."', "answers.visit.english"),
        ("[answers.visit]\nen = 1", "answers.visit.en"),
        ('[[product]]\nid = "A"\nname = "x"\n[[product]]\nid = "A"\nname = "y"', "product[2].id"),
    ],
)
def test_faults_of_the_whole_file_are_found(tmp_path: Path, text: str, place: str) -> None:
    places = [fault.place.partition(" (line ")[0] for fault in check_catalogue(_file(tmp_path, text))]
    assert places == [place]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path, '[[product]]\nid = "A"\nname = "Lamp"\nmoq = 0\ncurrency = "XYZ"\nspec = "12 W"\n')
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    message = str(caught.value)
    assert "has 3 faults" in message
    assert "product[1].spec (line 6): is not a known key. Did you mean 'specs'?" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"[[product]", "is not TOML"), (b"\xff\xfe\x00", "is not UTF-8 text.")],
)
def test_a_file_that_is_no_toml_is_said_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_bytes(content)
    (fault,) = check_catalogue(path)
    assert fault.text.startswith(said)


def test_a_missing_file_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    (fault,) = check_catalogue(tmp_path / "none.toml")
    assert fault.text == "can't be read: No such file or directory."

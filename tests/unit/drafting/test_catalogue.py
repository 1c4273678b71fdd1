from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.unit.drafting.requests import CATALOGUE
from triage.drafting import catalogue as look
from triage.drafting import catalogue_gaps
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, PriceTier, Product

LAMP, CLIP, COOKWARE, JAR = CATALOGUE.products


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("How much is the LED desk lamp?", ["DL-12"]),
        ("LED DESK LAMPS, please", ["DL-12"]),
        ("we need DL12 and CL 05", ["DL-12", "CL-05"]),
        ("clip lamps first, then desk lamps", ["CL-05", "DL-12"]),
        ("LED台灯和玻璃密封罐多少钱", ["DL-12", "GJ-10"]),
        ("ein Angebot für LED-Schreibtischlampe", ["DL-12"]),
        ("a lamp for the desk", []),
        ("the desk LED lamp, 300 pieces", ["DL-12"]),
        ("the lamp, LED, desk", ["DL-12"]),
        ("clip the paper to your desk under the lamp", []),
        ("desk lamp and LED clip lamp", ["DL-12", "CL-05"]),
        ("", []),
    ],
)
def test_products_are_found_by_any_of_their_names_in_order_of_appearance(text: str, ids: list[str]) -> None:
    assert [product.id for product in look.find_products([text], CATALOGUE)] == ids


def test_the_longest_name_at_a_place_wins() -> None:
    lamp = Product(id="1", name="lamp")
    desk_lamp = Product(id="2", name="desk lamp")
    assert look.find_products(["desk lamp"], Catalogue((lamp, desk_lamp))) == (desk_lamp,)


def test_an_empty_catalogue_has_nothing() -> None:
    assert look.find_products(["desk lamp"], Catalogue()) == ()
    assert look.nearest("desk lamp", Catalogue()) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("reading lamp 20 W", "DL-12"),
        ("lamps with a wireless charger", "DL-12"),
        ("clip-on spot lamp", "CL-05"),
        ("jar of thick glass", "GJ-10"),
        ("stainless steel flanges", None),
        ("desk light", None),
        ("wooden garden bench", None),
        ("12", None),
        ("玻璃大罐", "GJ-10"),
        ("商用不锈钢水槽", None),
        ("筒灯", None),
    ],
)
def test_the_nearest_product_is_of_the_same_sort(wanted: str, found: str | None) -> None:
    product = look.nearest(wanted, CATALOGUE)
    assert (product.id if product else None) == found


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("500 pcs", (500,)),
        ("1,000 units or 2.000 units", (1000, 2000)),
        ("10 000 Stück", (10000,)),
        ("5k pieces", (5000,)),
        ("500-1000 pcs", (500, 1000)),
        ("2x40ft containers", ()),
        ("one 40ft container", ()),
        ("20 cartons", ()),
        ("3 tons", ()),
        ("12 W", ()),
        ("500台", (500,)),
        ("0", ()),
        ("USD 4.80", ()),
    ],
)
def test_quantities_are_numbers_of_pieces(text: str, numbers: tuple[int, ...]) -> None:
    assert look.quantities([text]) == numbers


@pytest.mark.parametrize(
    ("quantity", "price"), [(199, None), (200, "5.20"), (499, "5.20"), (500, "4.80"), (1999, "4.80"), (90000, "4.35")]
)
def test_a_quantity_has_the_price_of_the_tier_it_reaches(quantity: int, price: str | None) -> None:
    tier = look.price_at(LAMP, quantity, date(2026, 11, 23))
    assert (tier.price if tier else None) == (Decimal(price) if price else None)


def test_prices_hold_on_their_last_day_and_not_after() -> None:
    assert len(look.prices(LAMP, date(2026, 12, 31))) == 3
    assert look.prices(LAMP, date(2027, 1, 1)) == ()


def test_the_minimum_is_the_moq_or_where_the_price_list_starts() -> None:
    assert look.minimum(LAMP) == 200
    assert look.minimum(replace(LAMP, moq=None)) == 200
    assert look.minimum(Product(id="x", name="x")) is None


def test_alternatives_are_those_that_can_be_had_in_the_quantity() -> None:
    assert look.alternatives(LAMP, CATALOGUE, 50) == (CLIP,)
    assert look.alternatives(LAMP, CATALOGUE, 49) == ()


@pytest.mark.parametrize(
    ("wanted", "differs"),
    [
        ("desk lamp 20 W", True),
        ("desk lamp 12W", False),
        ("desk lamp", False),
        ("lamp 4000 K", False),
        ("lamp 9000 K", True),
    ],
)
def test_a_measure_that_we_do_not_make_is_noticed(wanted: str, differs: bool) -> None:
    assert look.differs(wanted, LAMP) is differs


def test_a_policy_is_given_in_its_own_language_only() -> None:
    assert look.policy(CATALOGUE, Point.EXCLUSIVITY, "en").startswith("We grant exclusivity")
    assert look.policy(CATALOGUE, Point.EXCLUSIVITY, "zh") == ""
    assert look.policy(CATALOGUE, Point.REFUND, "en") == ""


def test_a_product_is_named_in_the_readers_script() -> None:
    assert look.name_in(COOKWARE, "zh") == "不锈钢锅具套装"
    assert look.name_in(COOKWARE, "en") == "stainless steel cookware set KP-24"
    assert look.name_in(Product(id="x", name="Lamp"), "zh") == "Lamp"


def test_tiers_in_any_order_are_read_by_quantity() -> None:
    product = Product(id="x", name="x", prices=(PriceTier(500, Decimal(1)), PriceTier(100, Decimal(2))))
    assert [tier.quantity for tier in look.prices(product, date(2026, 1, 1))] == [100, 500]


def test_a_tier_may_end_before_the_others() -> None:
    tiers = (
        PriceTier(100, Decimal("5")),
        PriceTier(500, Decimal("4"), date(2026, 6, 30)),
        PriceTier(1000, Decimal("3")),
    )
    product = replace(LAMP, prices=tiers, prices_valid_from=None, prices_valid_until=None)
    last, after = date(2026, 6, 30), date(2026, 7, 1)
    assert [tier.quantity for tier in look.prices(product, last)] == [100, 500, 1000]
    assert [tier.quantity for tier in look.prices(product, after)] == [100, 1000]
    assert look.price_at(product, 600, last) == tiers[1]
    assert look.price_at(product, 600, after) is None, "the price of 100 pieces is not that of 600"
    assert look.price_at(product, 400, after) == tiers[0]
    assert look.price_at(product, 1000, after) == tiers[2]


@pytest.mark.parametrize(
    ("key", "text", "language", "said"),
    [
        ("packing", "5 pcs, 655 x 655 x 120 mm, 15.5 kg", "de", True),
        ("packing", "one piece in a colour box", "de", False),
        ("packing", "one piece in a colour box", "en", True),
        ("specs", "595 x 595 mm, 40 W, UGR<19, IP65", "ja", True),
        ("specs", "40 W, flicker-free driver", "fr", False),
        ("warranty", "5 years", "ru", True),
        ("specs", "40 W, with a flicker-free driver", "es", True),
    ],
)
def test_words_of_the_catalogue_belong_to_a_language(key: str, text: str, language: str, said: bool) -> None:
    product = replace(LAMP, text={"es": {"specs": "40 W, driver sin parpadeo"}}, **{key: text})
    assert look.is_said_in(product, key, language) is said


def test_a_catalogue_in_chinese_is_said_in_chinese() -> None:
    product = replace(LAMP, specs="无频闪驱动", sample="样品免费", customization="", packing="", warranty="", text={})
    assert look.is_said_in(product, "specs", "zh")
    assert not look.is_said_in(product, "specs", "en")


def test_gaps_name_missing_words_and_prices_that_run_out() -> None:
    today = date(2026, 6, 1)
    ending = (PriceTier(100, Decimal("5"), date(2026, 5, 1)), PriceTier(500, Decimal("4"), date(2026, 6, 20)))
    lamp = Product(
        id="L", name="Lamp", prices=ending, specs="40 W, with a flicker-free driver and a plug", warranty="2 years"
    )
    answers = {Point.PAYMENT_TERMS: {"en": "30 % in advance."}}
    told = [str(gap) for gap in catalogue_gaps(Catalogue((lamp,), answers), ("en", "fr"), today)]
    assert [line.split(" Enter")[0].split(" Add")[0] for line in told] == [
        "L: prices have run out: valid until 2026-05-01.",
        "L: prices run out soon: valid until 2026-06-20.",
        "L: has no specs in fr.",
        "answers.payment_terms: is not said in fr.",
    ]

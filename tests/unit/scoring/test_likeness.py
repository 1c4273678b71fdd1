import pytest

from triage.scoring.likeness import bands_of, nearly_the_same

LETTER = (
    "Dear Sir or Madam, we are a trading company in {country} and interested in your products. Please send us your best"
    " price list and catalogue, the minimum order quantity and your payment terms. We hope for a long business"
    " together. Best regards, {name}"
)
OTHER = (
    "Hello, our shop needs 500 steel bottles with our logo for a summer event. Could you quote with delivery to Hamburg"
    " by the end of May? We also want to know about lids, colours and packing. Thanks and kind regards, Tim"
)


@pytest.mark.parametrize(
    ("country", "name"), [("Ghana", "Ben"), ("South Africa", "Lee Roe"), ("Peru", "Ana del Pilar")]
)
def test_a_letter_with_other_names_is_nearly_the_same_and_shares_a_band(country: str, name: str) -> None:
    first = bands_of(LETTER.format(country="Kenya", name="Tom"))
    second = bands_of(LETTER.format(country=country, name=name).upper())
    assert first is not None
    assert second is not None
    assert nearly_the_same(first, second)
    assert any(a == b for a, b in zip(first, second, strict=True))


def test_letters_on_the_same_matter_in_other_words_are_not() -> None:
    first, second = bands_of(LETTER), bands_of(OTHER)
    assert first is not None
    assert second is not None
    assert not nearly_the_same(first, second)


def test_scripts_without_spaces_have_fingerprints_too() -> None:
    text = "您好,我们是一家贸易公司,对贵公司的产品很感兴趣,请把最新的价格表和目录发给我们,谢谢"
    assert bands_of(text) == bands_of(text.replace(",", "。"))
    assert bands_of(text) is not None


def test_short_texts_have_none() -> None:
    assert bands_of("Please send your price list.") is None


def test_bands_fit_a_signed_integer_column() -> None:
    assert all(0 <= band < 2**31 for band in bands_of(LETTER) or (-1,))

"""Charsets as mails declare them, wrongly or not at all."""

import pytest

from triage.parsing.charset import decode, guess

TEXTS = {
    "gb18030": "您好，请问这个产品的最小起订量是多少？我们公司需要一百台。",
    "big5hkscs": "您好，請問這個產品的最小起訂量是多少？我們公司需要一百台。",
    "cp932": "お世話になっております。見積もりをお願いいたします。",
    "euc_jp": "お世話になっております。見積もりをお願いいたします。",
    "cp949": "안녕하세요. 이 제품의 가격과 최소 주문 수량을 알려 주시기 바랍니다.",
    "koi8-r": "Добрый день! Просим прислать прайс-лист и условия поставки.",
    "cp1251": "Добрый день! Просим прислать прайс-лист и условия поставки.",
    "cp1253": "Καλημέρα, θα θέλαμε τιμή για το προϊόν σας.",
    "cp1256": "السلام عليكم، نرجو إرسال عرض السعر لهذا المنتج",
    "cp1255": "שלום, אנו מבקשים הצעת מחיר למוצר הזה",
    "cp1252": "Sehr geehrte Damen, wir möchten fünf Kühlgeräte für das Büro. Grüße",
    "cp1250": "Prosimy o wycenę części zamiennych, dziękujemy za szybką odpowiedź",
}


@pytest.mark.parametrize("codec", TEXTS)
def test_undeclared_letters_are_guessed_by_their_script(codec: str) -> None:
    assert TEXTS[codec].encode(codec).decode(guess(TEXTS[codec].encode(codec))) == TEXTS[codec]


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("gb2312", "gb18030", "朱镕基"),
        ("GBK", "gb18030", "€ 朱镕基"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("euc-kr", "cp949", "똠방각하"),
        ("Shift_JIS", "cp932", "①髙橋"),
        ("iso-8859-1", "cp1252", "“10 €”"),
        ("iso-2022-jp", "iso2022_jp_ext", "見積"),
        ("unicode-1-1-utf-7", "utf-7", "Größe"),
        ("'utf-8'", "utf-8", "Größe"),
        ("windows-874", "cp874", "สวัสดี"),
    ],
)
def test_declared_charsets_are_read_with_their_wider_sets(declared: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), declared) == (text, codec, ())


def test_utf8_under_a_western_label_is_noticed() -> None:
    assert decode("Größe".encode(), "iso-8859-1") == ("Größe", "utf-8", ("charset-guessed",))


def test_a_cut_letter_at_the_end_costs_only_that_letter() -> None:
    decoded = decode(("请报价" * 100).encode("gb18030")[:-1], "gb2312")
    assert decoded.text.startswith("请报价" * 99)
    assert decoded.defects == ("decoded-with-loss",)

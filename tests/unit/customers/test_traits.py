import pytest

from triage.customers import company_domain, countries, region_of, traits
from triage.customers.traits import fold_company, fold_phone, fold_site
from triage.vocabulary.customers import Person, Region, Trait
from triage.vocabulary.inquiry import FactName
from triage.vocabulary.mail import Address
from triage.vocabulary.records import CustomerRecord


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "MULLER SOHNE"),
        ("Muster Import-Export Co., Ltd.", "Muster Import Export"),
        ("Ejemplo S.A. de C.V.", "ejemplo sa de cv"),
        ("Exemple S.p.A.", "exemple"),
        ("示例贸易有限公司", "示例贸易"),
        ("ООО Пример", "Пример"),
        ("The Sample Group", "Sample"),
    ],
)
def test_spellings_of_one_company_fold_to_the_same(one: str, other: str) -> None:
    assert fold_company(one) == fold_company(other) != ""


def test_different_companies_stay_apart_and_bare_forms_say_nothing() -> None:
    assert fold_company("Muster Trading") != fold_company("Muster Lighting")
    assert [fold_company(name) for name in ("", "Ltd.", "A B", "GmbH & Co. KG")] == ["", "", "a b", ""]


def test_phones_agree_in_their_last_digits() -> None:
    assert fold_phone("+49 (0)30 5550 1234") == fold_phone("0049 30 55501234") == "055501234"
    assert fold_phone("555-01") == ""


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Sample.example/about?x=1", "sample.example"),
        ("sample.example:8080", "sample.example"),
        ("https://sample.en.alibaba.com/", ""),
        ("www.facebook.com/sample", ""),
        ("notalibaba.com", "notalibaba.com"),
        ("none", ""),
    ],
)
def test_sites_of_one_s_own(url: str, host: str) -> None:
    assert fold_site(url) == host


def test_a_domain_is_a_company_s_unless_many_share_it() -> None:
    free = frozenset({"mail.example"})
    assert company_domain(Address("", "a@Sample.Example"), free) == "sample.example"
    assert company_domain(Address("", "a@mail.example"), free) == ""
    assert company_domain(Address("", "a@service.alibaba.com"), free) == ""
    assert company_domain(Address("", "a@localhost"), free) == ""


def test_the_traits_of_a_card() -> None:
    facts = {FactName.PHONE: "+49 30 5550 1234", FactName.WEBSITE: "https://muster.example"}
    card = CustomerRecord(1, "", "Muster GmbH", "DE", (), facts)
    people = [Person("a@muster.example", 1, phone="+49 30 5550 9999", domain="muster.example")]
    assert traits(card, people) == {
        Trait("company", "muster"),
        Trait("phone", "055501234"),
        Trait("phone", "055509999"),
        Trait("site", "muster.example"),
        Trait("domain", "muster.example"),
    }


def test_every_country_lies_on_one_continent() -> None:
    codes = [code for each in countries().values() for code in each]
    assert len(codes) == len(set(codes)) == 249  # ISO 3166-1 without Antarctica, and Kosovo's XK
    assert (region_of("DE"), region_of("BR"), region_of("KE")) == (Region.EUROPE, Region.SOUTH_AMERICA, Region.AFRICA)
    assert region_of("ZZ") is region_of(None) is None

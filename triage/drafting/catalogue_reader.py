"""A catalogue from the tables of a file, whatever its format: every fault at once, each with its place."""

import difflib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

from triage.drafting.catalogue import WORDS
from triage.drafting.faults import Fault
from triage.drafting.formats import is_currency
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, CompanyFacts, Enclosure, PriceTier, Product

IN_LANGUAGES = ("name", *WORDS)
TEXTS = ("incoterm", "unit", *WORDS, "link", "hs_code")
LISTS = ("names", "certificates", "alternatives", "photos")
WHOLES = ("moq", "lead_time_days")
DATES = ("prices_valid_from", "prices_valid_until")
COLUMNS = ("id", "name", "currency", "prices", *DATES, *TEXTS, *LISTS, *WHOLES)
_COMPANY = ("since", "certificates", "references", "bank")
_FILE = ("title", "path", "link", "products", "points")
_FIRST_YEAR = 1800


class Reader:
    """Walks the file's tables and notes each fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def catalogue(self, data: Mapping[str, Any]) -> Catalogue:
        self._unknown("", data, ("product", "answers", "company", "file"))
        tables = self._tables("product", data.get("product", []))
        products = tuple(self._product(f"product[{number}]", table) for number, table in enumerate(tables, 1))
        self._across(products)
        answers = self._answers(data.get("answers", {}))
        company = self._company(data.get("company", {}))
        files = enumerate(self._tables("file", data.get("file", [])), 1)
        known = {product.id for product in products}
        enclosures = tuple(self._enclosure(f"file[{number}]", table, known) for number, table in files)
        return Catalogue(products, answers, company, enclosures)

    def _product(self, place: str, table: Mapping[str, Any]) -> Product:
        self._unknown(place, table, (*COLUMNS, "text"))
        values: dict[str, Any] = {key: self._text(f"{place}.{key}", table[key]) for key in TEXTS if key in table}
        values |= {key: self._texts(f"{place}.{key}", table[key]) for key in LISTS if key in table}
        values |= {key: self._whole(f"{place}.{key}", table[key]) for key in WHOLES if key in table}
        values |= {key: self._date(f"{place}.{key}", table[key]) for key in DATES if key in table}
        values["text"] = self._in_languages(f"{place}.text", table.get("text", {}))
        if not values.get("unit", "pcs"):
            values.pop("unit")
        for key in ("id", "name"):
            values[key] = self._text(f"{place}.{key}", table.get(key, ""))
            if not values[key]:
                self._fault(f"{place}.{key}", "is missing.", "Give each product an id and a name.")
        currency = str(table.get("currency", "USD"))
        if not is_currency(currency):
            self._fault(
                f"{place}.currency", f"{currency!r} is no currency.", "Use an ISO 4217 code such as USD or EUR."
            )
        prices = self._prices(f"{place}.prices", table.get("prices", []))
        product = Product(**values, currency=currency, prices=prices)
        first, last = product.prices_valid_from, product.prices_valid_until
        if first is not None and last is not None and last < first:
            self._fault(f"{place}.prices_valid_until", "lies before prices_valid_from.", "Check both days.")
        if product.moq is not None and prices and prices[0].quantity > product.moq:
            self._fault(
                f"{place}.prices[1].quantity",
                f"the price list starts at {prices[0].quantity}, above the moq of {product.moq}.",
                "Add a price from the moq up, or raise the moq.",
            )
        return product

    def _prices(self, place: str, value: object) -> tuple[PriceTier, ...]:
        tiers: list[PriceTier] = []
        for number, table in enumerate(self._tables(place, value), 1):
            here = f"{place}[{number}]"
            self._unknown(here, table, ("quantity", "price", "valid_until"))
            quantity = self._whole(f"{here}.quantity", table.get("quantity"))
            price = self._price(f"{here}.price", table.get("price"))
            if quantity is None or price is None:
                continue
            if tiers and quantity <= tiers[-1].quantity:
                self._fault(f"{here}.quantity", "is not above the one before.", "List the prices by rising quantity.")
            elif tiers and price > tiers[-1].price:
                self._fault(f"{here}.price", "is higher than for the smaller quantity.", "Check both prices.")
            until = self._date(f"{here}.valid_until", table["valid_until"]) if "valid_until" in table else None
            tiers.append(PriceTier(quantity, price, until))
        return tuple(tiers)

    def _answers(self, value: object) -> Mapping[Point, Mapping[str, str]]:
        answers: dict[Point, Mapping[str, str]] = {}
        if not isinstance(value, Mapping):
            self._fault("answers", "is no table.", 'Write [answers.payment_terms] and below it en = "...".')
            return answers
        self._unknown("answers", value, tuple(Point))
        for name, sentences in value.items():
            if not isinstance(sentences, Mapping):
                self._fault(f"answers.{name}", "has no languages.", f'Write [answers.{name}] and below it en = "...".')
            elif name in set(Point):
                place = f"answers.{name}"
                answers[Point(name)] = {key: self._text(f"{place}.{key}", text) for key, text in sentences.items()}
                for key in sentences:
                    self._language(f"{place}.{key}", key)
        return answers

    def _in_languages(self, place: str, value: object) -> Mapping[str, Mapping[str, str]]:
        """A product's words by language and key."""
        found: dict[str, Mapping[str, str]] = {}
        if not isinstance(value, Mapping):
            self._fault(place, "is no table.", 'Write [product.text.zh] and below it name = "...".')
            return found
        for language, words in value.items():
            here = f"{place}.{language}"
            if self._language(here, language) and isinstance(words, Mapping):
                self._unknown(here, words, IN_LANGUAGES)
                found[language] = {key: self._text(f"{here}.{key}", text) for key, text in words.items()}
        return found

    def _company(self, value: object) -> CompanyFacts:
        if not isinstance(value, Mapping):
            self._fault("company", "is no table.", "Write [company] and below it since = 2008.")
            return CompanyFacts()
        self._unknown("company", value, _COMPANY)
        since = self._whole("company.since", value["since"]) if "since" in value else None
        if since is not None and not _FIRST_YEAR < since <= date.max.year:
            self._fault("company.since", f"{since} is no year.", "Write the year with four digits.")
        return CompanyFacts(
            since=since,
            certificates=self._texts("company.certificates", value.get("certificates", [])),
            references=self._texts("company.references", value.get("references", [])),
            bank=self._text("company.bank", value.get("bank", "")),
        )

    def _enclosure(self, place: str, table: Mapping[str, Any], known: set[str]) -> Enclosure:
        self._unknown(place, table, _FILE)
        title = table.get("title", "")
        titles = title if isinstance(title, Mapping) else {"": title}
        path, link = (self._text(f"{place}.{key}", table.get(key, "")) for key in ("path", "link"))
        if not any(titles.values()):
            self._fault(f"{place}.title", "is missing.", "Say in a few words what the file is.")
        if not path and not link:
            self._fault(f"{place}.path", "is missing, and so is link.", "Name a file, a link, or both.")
        if PurePath(path).is_absolute() or ".." in PurePath(path).parts:
            self._fault(f"{place}.path", f"{path!r} leaves the attachments folder.", "Name a file inside it.")
        products = self._texts(f"{place}.products", table.get("products", []))
        for name in products:
            if name not in known:
                self._fault(f"{place}.products", f"{name!r} is no product's id.", "Name ids of products of this file.")
        points = self._texts(f"{place}.points", table.get("points", []))
        for name in points:
            if name not in set(Point):
                self._fault(
                    f"{place}.points", f"{name!r} is no point.{_nearest(name, tuple(Point))}", "See the glossary."
                )
        return Enclosure(
            title={key: self._text(f"{place}.title", text) for key, text in titles.items()},
            path=path,
            link=link,
            products=products,
            points=tuple(Point(name) for name in points if name in set(Point)),
        )

    def _language(self, place: str, key: str) -> bool:
        known = len(key) == 2 and key.isascii() and key.islower()
        if not known:
            self._fault(place, "is no language.", "Use a two-letter code such as en or zh.")
        return known

    def _date(self, place: str, value: object) -> date | None:
        if type(value) is date:
            return value
        self._fault(place, f"{value!r} is no date.", "Write 2026-12-31, without quotes.")
        return None

    def _across(self, products: tuple[Product, ...]) -> None:
        """What only shows when all products are seen together."""
        first_with: dict[str, int] = {}
        for number, product in enumerate(products, 1):
            if product.id and first_with.setdefault(product.id, number) != number:
                self._fault(
                    f"product[{number}].id",
                    f"{product.id!r} is the id of product[{first_with[product.id]}] too.",
                    "Give each product its own id.",
                )
        for number, product in enumerate(products, 1):
            for other in product.alternatives:
                if other not in first_with or other == product.id:
                    self._fault(
                        f"product[{number}].alternatives",
                        f"{other!r} is no other product's id.{_nearest(other, first_with)}",
                        "Name the ids of other products of this file.",
                    )

    def _tables(self, place: str, value: object) -> list[Mapping[str, Any]]:
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
        self._fault(place, "is no list of tables.", f"Write [[{place}]] before each, or a list of {{...}}.")
        return []

    def _text(self, place: str, value: object) -> str:
        if isinstance(value, str):
            return " ".join(value.split())
        self._fault(place, f"{value!r} is no text.", "Put it between quotes.")
        return ""

    def _texts(self, place: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list):
            return tuple(self._text(f"{place}[{number}]", item) for number, item in enumerate(value, 1))
        self._fault(place, "is no list.", 'Write it as ["one", "two"].')
        return ()

    def _whole(self, place: str, value: object) -> int | None:
        if type(value) is int and value > 0:
            return value
        self._fault(
            place, f"{value!r} is no whole number above 0.", "Write a plain number without quotes or separators."
        )
        return None

    def _price(self, place: str, value: object) -> Decimal | None:
        try:
            price = Decimal(value) if isinstance(value, str | Decimal) or type(value) is int else Decimal(0)
        except InvalidOperation:
            price = Decimal(0)
        if price.is_finite() and price > 0:
            return price
        self._fault(place, f"{value!r} is no price above 0.", 'Write it as 4.20 or "4.20".')
        return None

    def _unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self._fault(
                    f"{place}.{key}".lstrip("."), f"is not a known key.{_nearest(key, known)}", "Correct or remove it."
                )

    def _fault(self, place: str, text: str, remedy: str) -> None:
        self.faults.append(Fault(place, text, remedy))


def _nearest(word: str, known: "Mapping[str, object] | tuple[str, ...]") -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f" Did you mean {close[0]!r}?" if close else ""

"""The user's catalogue file: TOML in, `Catalogue` out, or every fault at once, each with its key."""

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from triage.drafting.faults import Fault
from triage.drafting.formats import is_currency
from triage.errors import CatalogueError
from triage.vocabulary.inquiry import Point
from triage.vocabulary.policy import Catalogue, PriceTier, Product

_TEXTS = ("incoterm", "unit", "sample", "specs", "customization", "packing", "warranty", "link")
_TEXT_LISTS = ("names", "certificates", "alternatives")
_WHOLES = ("moq", "lead_time_days")
_KEYS = ("id", "name", "currency", "prices", "prices_valid_until", *_TEXTS, *_TEXT_LISTS, *_WHOLES)


def load_catalogue(path: Path) -> Catalogue:
    """Read the catalogue. Raises CatalogueError that lists all faults, each with its key."""
    catalogue, faults = _read(path)
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise CatalogueError(
            f"The catalogue {path} has {len(faults)} {'fault' if len(faults) == 1 else 'faults'}:\n{lines}\n",
            "Mend the keys named above.",
        )
    return catalogue


def check_catalogue(path: Path) -> tuple[Fault, ...]:
    """All faults of a catalogue file; none when it can be loaded."""
    return tuple(_read(path)[1])


def _read(path: Path) -> tuple[Catalogue, list[Fault]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        return Catalogue(), [
            Fault(str(path), f"can't be read: {error.strerror}.", "Check the path and its permissions.")
        ]
    except UnicodeDecodeError:
        return Catalogue(), [Fault(str(path), "is not UTF-8 text.", "Save it as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return Catalogue(), [Fault(str(path), f"is not TOML: {error}.", "Mend the line named.")]
    reader = _Reader()
    catalogue = reader.catalogue(data)
    return catalogue, reader.faults


class _Reader:
    """Walks the file's tables and notes each fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def catalogue(self, data: Mapping[str, Any]) -> Catalogue:
        self._unknown("", data, ("product", "answers"))
        tables = self._tables("product", data.get("product", []))
        products = tuple(self._product(f"product[{number}]", table) for number, table in enumerate(tables, 1))
        self._across(products)
        return Catalogue(products, self._answers(data.get("answers", {})))

    def _product(self, place: str, table: Mapping[str, Any]) -> Product:
        self._unknown(place, table, _KEYS)
        values: dict[str, Any] = {key: self._text(f"{place}.{key}", table[key]) for key in _TEXTS if key in table}
        values |= {key: self._texts(f"{place}.{key}", table[key]) for key in _TEXT_LISTS if key in table}
        values |= {key: self._whole(f"{place}.{key}", table[key]) for key in _WHOLES if key in table}
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
        valid_until = table.get("prices_valid_until")
        if valid_until is not None and type(valid_until) is not date:
            self._fault(
                f"{place}.prices_valid_until", f"{valid_until!r} is no date.", "Write 2026-12-31, without quotes."
            )
            valid_until = None
        prices = self._prices(f"{place}.prices", table.get("prices", []))
        product = Product(**values, currency=currency, prices_valid_until=valid_until, prices=prices)
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
            self._unknown(here, table, ("quantity", "price"))
            quantity = self._whole(f"{here}.quantity", table.get("quantity"))
            price = self._price(f"{here}.price", table.get("price"))
            if quantity is None or price is None:
                continue
            if tiers and quantity <= tiers[-1].quantity:
                self._fault(f"{here}.quantity", "is not above the one before.", "List the prices by rising quantity.")
            elif tiers and price > tiers[-1].price:
                self._fault(f"{here}.price", "is higher than for the smaller quantity.", "Check both prices.")
            tiers.append(PriceTier(quantity, price))
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
                    if not (len(key) == 2 and key.isascii() and key.islower()):
                        self._fault(f"{place}.{key}", "is no language.", "Use a two-letter code such as en or zh.")
        return answers

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

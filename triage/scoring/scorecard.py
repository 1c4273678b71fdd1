"""The buyer scorecard: points out of 100 for each thing a buyer tells, asks or shows (R13-R16), and the words for it.

The shipped points are in scorecard.toml, fitted on the training mails (fitting.py); a desk's own labels may fit others,
kept in its model files. Facts and buying signals are never negative, signs of risk never positive.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from triage.errors import ModelError
from triage.vocabulary.inquiry import FactName, Kind

Points = Mapping[str, Mapping[str, float]]
Line = tuple[float, str, str]
"""Effect, and the words for it in English and Chinese."""

_FACT_WORDS: Mapping[FactName, tuple[str, str]] = {
    FactName.COMPANY: ("names the company", "说明公司名称"),
    FactName.PERSON: ("gives a name", "留下姓名"),
    FactName.ROLE: ("tells the role", "说明职务"),
    FactName.BUSINESS: ("tells what the company does", "说明公司业务"),
    FactName.QUANTITY: ("gives a quantity", "给出数量"),
    FactName.PRODUCT: ("names the product", "说明产品"),
    FactName.DESTINATION: ("tells where the goods go", "说明目的地"),
    FactName.TARGET_PRICE: ("has a target price", "有目标价"),
    FactName.ORDER_TOTAL: ("tells what the order comes to", "说明订单总额"),
    FactName.DEADLINE: ("has a date in mind", "有时间要求"),
    FactName.WEBSITE: ("gives a website", "给出网站"),
    FactName.PHONE: ("gives a telephone number", "留下电话"),
    FactName.ADDRESS: ("gives a postal address", "留下地址"),
    FactName.EXPERIENCE_WITH_CHINA: ("tells of experience with imports", "谈到进口经验"),
    FactName.CHANNELS: ("has sales channels", "有销售渠道"),
    FactName.VOLUME_PER_YEAR: ("tells the yearly volume", "说明年采购量"),
}
POINT_STEPS = 4
"""How many points asked beyond the first count."""

STRANGERS = frozenset({Kind.INQUIRY, Kind.RFQ, Kind.SAMPLE_REQUEST, Kind.COOPERATION, Kind.FOLLOW_UP})
"""Kinds a stranger writes. In running business nobody introduces themselves or names the goods again."""
ASKED_OF_STRANGERS = frozenset({"no_name", "no_product"})


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One set of points, by section and name as in scorecard.toml."""

    points: Points

    @property
    def base(self) -> float:
        return self.points["base"]["base"]

    @property
    def high(self) -> float:
        """From this score up the quality is called high."""
        return self.points["base"]["high"]

    @property
    def medium(self) -> float:
        return self.points["base"]["medium"]

    @property
    def facts(self) -> Mapping[FactName, Line]:
        return {fact: (self.points["facts"][fact], *words) for fact, words in _FACT_WORDS.items()}

    @property
    def signals(self) -> Mapping[str, float]:
        """R14 and R15, by the name of the signal; the words are those of `vocabulary.inquiry.SIGNALS`."""
        return self.points["signals"]

    @property
    def risks(self) -> Mapping[str, float]:
        """R16, likewise. Haste alone is no sin: it makes a mail urgent (priority.py)."""
        return self.points["risks"]

    @property
    def man(self) -> Line:
        """R14: a buyer with all three is first choice."""
        return self.points["steps"]["man"], "has money, authority and need together", "资金、决定权、需求三者俱备"

    @property
    def point_step(self) -> float:
        return self.points["steps"]["points"] / POINT_STEPS

    @property
    def kinds(self) -> Mapping[Kind, float]:
        """How far along the way to a deal the mail itself shows the buyer to be."""
        return {Kind(name): effect for name, effect in self.points["kinds"].items()}

    @property
    def came_back(self) -> Line:
        return self.points["history"]["came_back"], "has written before", "曾经来信"

    @property
    def customer(self) -> Line:
        return self.points["history"]["customer"], "has ordered before", "曾经下单"

    @property
    def loyal(self) -> Line:
        """R20: the loyal buyer. Set by hand: the training mails have no history."""
        return self.points["history"]["loyal"], "has ordered three times or more", "下单三次以上"

    @property
    def detail(self) -> tuple[tuple[int, float, str, str], ...]:
        """Letters of the message from which on each holds; the last that does counts. Wide scripts count double."""
        most = self.points["steps"]["detail"]
        return (
            (60, most / 3, "writes a few sentences", "写了几句话"),
            (250, most * 2 / 3, "explains the need", "说明了需求"),
            (600, most, "explains the need at length", "详细说明需求"),
        )

    @property
    def nothing_told(self) -> Line:
        return self.points["steps"]["introduction"], "tells nothing about the buyer or the need", "没有介绍自己或需求"

    def most_effects(self) -> dict[str, float]:
        """Each line that the training mails may speak about, by factor, and the most points it comes to."""
        sections = ("facts", "signals", "risks", "steps")
        return {name: effect for section in sections for name, effect in self.points[section].items()}


SHIPPED = Scorecard(tomllib.loads(files("triage.scoring").joinpath("scorecard.toml").read_text("utf-8")))


def scorecard_of(notes: Mapping[str, object]) -> Scorecard:
    """The card that a model file's manifest carries; the shipped one where it carries none. Raises ModelError for one
    that is not whole or breaks the signs."""
    points = notes.get("scorecard")
    if points is None:
        return SHIPPED
    if not isinstance(points, dict) or not _sound(points):
        raise ModelError(
            "The model's scorecard is not whole or breaks its signs.", "`triage models list` shows others."
        )
    return Scorecard(points)


def _sound(points: Mapping[str, object]) -> bool:
    for section, effects in SHIPPED.points.items():
        told = points.get(section)
        if not isinstance(told, dict) or told.keys() != effects.keys():
            return False
        if not all(isinstance(effect, int | float) and math.isfinite(effect) for effect in told.values()):
            return False
        if section in ("facts", "signals") and min(told.values()) < 0:
            return False
        if section == "risks" and max(told.values()) > 0:
            return False
    return True

"""The values that each template gets, by example: what `check_templates` renders and what templates/README.md lists."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from triage.drafting.formats import Count, Items, Moment, Money
from triage.drafting.plan import LETTERS, TOPICS

_PIECE = Count(None, "pcs")
_QUOTE = {"count": Count(500, "pcs"), "price": Money(Decimal("4.80"), "USD")}
_PRICE = {
    "product": "LED desk lamp DL-12",
    "unit": _PIECE,
    "incoterm": "FOB Ningbo",
    "valid_until": date(2026, 12, 31),
    "exact": True,
    "quotes": [_QUOTE],
}
_FACTS: Mapping[str, object] = {
    "product": "LED desk lamp DL-12",
    "specs": "12 W, 900 lm",
    "certificates": Items(("CE", "RoHS")),
    "packing": "20 in a carton",
    "warranty": "24 months",
    "customization": "own logo from 500 pcs",
    "link": "https://example.com/dl-12",
    "moq": Count(200, "pcs"),
    "price": Money(Decimal("5.20"), "USD"),
    "unit": _PIECE,
    "lead_time": Count(25, "day"),
}
_EMPTY = {key: Items(()) if key == "certificates" else "" for key in _FACTS} | {"product": "LED desk lamp DL-12"}
_SPAN = {"first": "Monday", "last": "Friday", "one_day": False, "start": time(2), "end": time(11), "next_day": False}
_OTHER = {"product": "LED clip lamp CL-05", "from": Count(50, "pcs"), "unit": _PIECE, "price": ""}
_LETTER: Mapping[str, object] = {
    "name": "Anna Schmidt",
    "family": "Schmidt",
    "title": "",
    "mail_date": date(2026, 11, 20),
    "waited": True,
    "returning": True,
    "customer": True,
    "answers": ["The minimum order is 200 pcs.", "The lead time is 25 days.", "Samples are free."],
    "deferral": "We are checking the discount.",
    "offers": ["You can order 200 pcs."],
    "background": ["We have made lamps since 2008."],
    "questions": ["What quantity do you need?"],
    "hours": "Our office hours: Monday to Friday, 09:00 to 18:00.",
    "company": {"name": "Example Co.", "person": "Li Na", "role": "Sales", "website": "", "phone": ""},
}
_BARE_LETTER = {**_LETTER, "name": "", "family": "", "waited": False, "returning": False, "customer": False} | {
    "answers": [],
    "deferral": "",
    "offers": [],
    "background": [],
    "questions": [],
    "hours": "",
    "company": dict.fromkeys(("name", "person", "role", "website", "phone"), ""),
}


def _item(**values: object) -> dict[str, object]:
    return {"items": [{"product": "LED desk lamp DL-12", **values}]}


SAMPLES: Mapping[str, tuple[Mapping[str, object], ...]] = {
    **dict.fromkeys(("letter", *LETTERS), (_LETTER, _BARE_LETTER)),
    "answer_price": ({"items": [_PRICE]}, {"items": [{**_PRICE, "exact": False, "quotes": [_QUOTE, _QUOTE]}]}),
    "answer_moq": (_item(moq=Count(200, "pcs")),),
    "answer_lead_time": (_item(lead_time=Count(25, "day")),),
    "answer_certification": (_item(certificates=Items(("CE", "RoHS"))),),
    "answer_sample": (_item(sample="one piece is free of charge"),),
    "answer_incoterm": (_item(incoterm="FOB Ningbo"),),
    "answer_customization": (_item(customization="own logo from 500 pcs"),),
    "answer_warranty": (_item(warranty="24 months"),),
    "answer_specs": (_item(specs="12 W, 900 lm", link=""), _item(specs="12 W", link="https://example.com/dl-12")),
    "answer_availability": (_item(lead_time=""), _item(lead_time=Count(25, "day"))),
    "answer_catalog": (
        {"link": "https://example.com/catalogue.pdf", "product_links": ()},
        {"link": "", "product_links": ("https://example.com/dl-12",)},
    ),
    "answer_company_info": ({"profile": "We have made lamps since 2008", "website": ""},),
    "answer_policy": ({"sentence": "Our payment terms are 30% deposit by T/T."},),
    "background": (_FACTS, _EMPTY),
    "offer_nearest": ({**_FACTS, "wanted": "20 W desk lamp"}, {**_EMPTY, "wanted": ""}),
    "offer_minimum": (
        {"product": "LED desk lamp", "asked": Count(50, "pcs"), "minimum": Count(200, "pcs"), "alternatives": []},
        {"product": "LED desk lamp", "asked": Count(50, "pcs"), "minimum": Count(200, "pcs"), "alternatives": [_OTHER]},
    ),
    "deferral": (
        {
            "topics": Items(("the price", "the discount")),
            "due": Moment(datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Europe/Berlin"))),
            "city": "Berlin",
            "theirs": True,
        },
    ),
    "topic": tuple(
        {"name": name, "details": Items(details), "many": len(details) > 1}
        for name in TOPICS
        for details in ((), ("UL", "ETL"))
    ),
    "office_hours": (
        {"spans": [_SPAN, {**_SPAN, "one_day": True, "next_day": True}], "city": "Berlin", "theirs": True},
        {"spans": [], "city": "Shanghai", "theirs": False},
    ),
}
"""Each template's name to one or more sets of values. A template may use these names and no others."""

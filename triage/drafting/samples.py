"""The values that each template gets, by example: what `check_templates` renders and what templates/README.md lists."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from triage.drafting.formats import Count, Items, Moment, Money
from triage.drafting.plan import FOLLOW_UPS, LETTERS, REFUSALS, TOPICS
from triage.drafting.words import GRIEVANCES, HOLIDAYS

_PIECE = Count(None, "pcs")
_QUOTE = {"count": Count(500, "pcs"), "price": Money(Decimal("4.80"), "USD")}
_PRICE = {
    "product": "LED desk lamp DL-12",
    "unit": "",
    "incoterm": "",
    "valid_until": "",
    "exact": True,
    "quotes": [_QUOTE],
}
_COMMON = {"unit": _PIECE, "incoterm": "FOB Ningbo", "valid_until": date(2026, 12, 31)}
_APART = dict.fromkeys(_COMMON, "")
_FACTS: Mapping[str, object] = {
    "product": "LED desk lamp DL-12",
    "specs": "12 W, 900 lm",
    "certificates": Items(("CE", "RoHS")),
    "packing": "20 in a carton",
    "warranty": "24 months",
    "customization": "own logo from 500 pcs",
    "hs_code": "9405.21",
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
    "wrote": True,
    "returning": True,
    "customer": True,
    "reference": "PO-4711",
    "products": Items(("LED desk lamp DL-12",)),
    "answers": ["- The minimum order is 200 pcs.\n- The lead time is 25 days.\n- Samples are free."],
    "itemised": True,
    "deferral": "We are checking the discount.",
    "offers": ["You can order 200 pcs."],
    "background": ["You can find our catalogue here: https://example.com/catalogue.pdf"],
    "proof": "We have made lamps since 2008.",
    "enclosed": "Attached you find the catalogue.",
    "grievance": "quality",
    "own_fault": True,
    "remedy": "We replace the lamps.",
    "reason": "minimum",
    "wanted": "20 W desk lamp",
    "minimum": Count(200, "pcs"),
    "about": "application",
    "message": "Our catalogue has two more desk lamps.",
    "questions": ["What quantity do you need?"],
    "hours": "Our office hours: Monday to Friday, 09:00 to 18:00.",
    "company": {"name": "Example Co.", "person": "Li Na", "role": "Sales", "website": "", "phone": ""},
}
_BARE_LETTER = {
    **_LETTER,
    "name": "",
    "family": "",
    "waited": False,
    "wrote": False,
    "returning": False,
    "customer": False,
} | {
    "answers": [],
    "itemised": False,
    "deferral": "",
    "offers": [],
    "background": [],
    **dict.fromkeys(
        ("reference", "proof", "enclosed", "grievance", "remedy", "reason", "wanted", "minimum", "about", "message"), ""
    ),
    "products": Items(()),
    "own_fault": False,
    "questions": [],
    "hours": "",
    "company": dict.fromkeys(("name", "person", "role", "website", "phone"), ""),
}


def _item(**values: object) -> dict[str, object]:
    return {"items": [{"product": "LED desk lamp DL-12", **values}]}


SAMPLES: Mapping[str, tuple[Mapping[str, object], ...]] = {
    **dict.fromkeys(("letter", *LETTERS, *FOLLOW_UPS), (_LETTER, _BARE_LETTER)),
    "greeting": (*({**_LETTER, "about": name} for name in HOLIDAYS), _BARE_LETTER),
    "complaint": (*({**_LETTER, "grievance": name} for name in GRIEVANCES), _BARE_LETTER),
    "decline": (*({**_LETTER, "reason": name} for name in REFUSALS), _BARE_LETTER),
    "thanks": tuple({**_LETTER, "about": name} for name in ("offer", "application")),
    "answer_price": (
        {"items": [_PRICE], **_COMMON},
        {"items": [{**_PRICE, "exact": False, "quotes": [_QUOTE, _QUOTE]}], **_COMMON},
        {"items": [_PRICE, {**_PRICE, "product": "CL-05"}], **_COMMON},
        {"items": [{**_PRICE, **_COMMON}, {**_PRICE, **_COMMON, "valid_until": ""}], **_APART},
    ),
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
    "proof": (
        {
            "profile": "We have made lamps since 2008.",
            "since": "2008",
            "certificates": Items(("ISO 9001:2015",)),
            "references": Items(("Example Retail Ltd",)),
            "bank": "Example Bank",
        },
        {"profile": "We make lamps.", "since": "", "certificates": Items(()), "references": Items(()), "bank": ""},
    ),
    "enclosed": (
        {"files": Items(("the catalogue",)), "links": [{"title": "Video", "url": "https://example.com/v"}]},
        {"files": Items(()), "links": []},
    ),
    "quote_intro": ({"date": date(2026, 11, 20), "name": "Anna Schmidt"},),
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

"""How cards look on a terminal and as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from triage.cli.table import clean, clean_block, table
from triage.customers import display, region_of
from triage.customers.fields import READERS, value_of
from triage.vocabulary.customers import Duplicates, Segment, Source
from triage.vocabulary.records import CustomerRecord

if TYPE_CHECKING:
    from triage.customers_desk import CardPage

_HEAD = ("card", "name", "company", "country", "segment", "in", "out", "orders", "last contact", "addresses")


def list_table(cards: Sequence[tuple[CustomerRecord, Segment]]) -> str:
    return table(_HEAD, [_row(*card) for card in cards], wide={"name": 24, "company": 28, "addresses": 40})


def duplicates_table(found: Sequence[tuple[CustomerRecord, CustomerRecord, Duplicates]]) -> str:
    rows = [
        (
            str(first.id),
            display(first),
            str(second.id),
            display(second),
            ", ".join(f"{trait.kind} {trait.value}" for trait in pair.shared),
        )
        for first, second, pair in found
    ]
    return table(("card", "who", "card", "who", "both have"), rows, wide={"who": 36, "both have": 60})


def card_page(page: "CardPage", time_zone: str) -> str:
    """The whole card; times are the desk's."""
    card, zone = page.card, ZoneInfo(time_zone)
    region = region_of(card.country)
    lines = [
        f"Card {card.id}: {clean(display(card))}",
        f"segment {page.segment}; region {region or 'unknown'}",
        f"first contact {_moment(card.first_contact_at, zone)}; last contact {_moment(card.last_contact_at, zone)}",
        f"mails in {card.messages_in}, out {card.messages_out}; calls, meetings and chats {card.meetings}; "
        f"orders {card.orders}, value {card.value:,.2f}",
        "",
        "People",
        *(f"  {clean(_person(p.address, p.name, p.role, p.phone))}" for p in page.people),
        "",
        "Known",
    ]
    for field in READERS:
        value = value_of(card, field)
        if value:
            shown = "yes" if value is True else clean(str(value))
            lines.append(f"  {field}: {shown}{_origin(card.sources.get(field))}")
    if page.contacts:
        lines += ["", "Contacts, the newest first"]
    for contact in page.contacts:
        amount = f" {contact.amount:,.2f}" if contact.amount is not None else ""
        told = clean_block(contact.text or contact.address).replace("\n", "\n    ")
        by = f" ({clean(contact.by)})" if contact.by else ""
        lines.append(f"  {_moment(contact.at, zone)} {contact.kind}{amount} {told}{by}".rstrip())
    if page.duplicates:
        lines += ["", "Possibly the same customer"]
    for pair in page.duplicates:
        other = pair.second_id if pair.first_id == card.id else pair.first_id
        shared = ", ".join(f"{trait.kind} {clean(trait.value)}" for trait in pair.shared)
        lines.append(f"  card {other}: {shared}; `triage customers merge {card.id} {other}`")
    if page.merges:
        lines += ["", "Merged into this card"]
    for merge in page.merges:
        lines.append(f"  card {merge.gone_id} by {clean(merge.by)}; `triage customers unmerge {merge.id}`")
    return "\n".join(lines)


def plain(card: CustomerRecord, segment: Segment) -> dict[str, object]:
    """A card as JSON values."""
    return {
        "id": card.id,
        "name": card.name,
        "company": card.company,
        "country": card.country,
        "region": region_of(card.country),
        "addresses": list(card.addresses),
        "type": card.type,
        "importance": card.importance,
        "stage": card.stage,
        "segment": segment,
        "facts": {str(name): text for name, text in card.facts.items()},
        "sources": {name: _plain_source(source) for name, source in card.sources.items()},
        "first_contact_at": card.first_contact_at.isoformat() if card.first_contact_at else None,
        "last_contact_at": card.last_contact_at.isoformat() if card.last_contact_at else None,
        "messages_in": card.messages_in,
        "messages_out": card.messages_out,
        "meetings": card.meetings,
        "orders": card.orders,
        "value": round(card.value, 2),
        "do_not_contact": card.do_not_contact,
        "note": card.note,
        "greets": card.greets,
    }


def _plain_source(source: Source) -> dict[str, object]:
    """Who wrote it, or which mail tells it and where; offsets are left out when it stands outside of its text."""
    if source.by:
        return {"by": source.by, "at": source.at.isoformat()}
    place = {"start": source.start, "end": source.end} if source.start >= 0 else {}
    return {"message": source.message_id, **place, "at": source.at.isoformat()}


def _row(card: CustomerRecord, segment: Segment) -> tuple[str, ...]:
    last = f"{card.last_contact_at:%Y-%m-%d}" if card.last_contact_at else ""
    return (
        str(card.id),
        card.name,
        card.company,
        card.country or "",
        segment,
        str(card.messages_in),
        str(card.messages_out),
        str(card.orders),
        last,
        ", ".join(card.addresses),
    )


def _person(address: str, *told: str) -> str:
    return ", ".join([address, *filter(None, told)])


def _origin(source: Source | None) -> str:
    if source is None:
        return ""
    return f"  [by {clean(source.by)}]" if source.by else f"  [mail {source.message_id}]"


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"

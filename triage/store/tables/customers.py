"""The customer book."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from triage.store.base import Facts, Numbers, Table, Texts
from triage.store.columns import Json, Word
from triage.vocabulary.customers import ContactKind, Source
from triage.vocabulary.inquiry import BuyerType, Quality, Stage
from triage.vocabulary.records import CustomerRecord


class CustomerRow(Table):
    """The card. The counts are those of the contacts below, and what an import brought along. A card that was merged
    into another stays, hidden, so that the merge can be undone."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None]
    facts: Mapped[Facts]
    first_contact_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    messages_in: Mapped[int] = mapped_column(default=0)
    messages_out: Mapped[int] = mapped_column(default=0)
    orders: Mapped[int] = mapped_column(default=0)
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    type: Mapped[BuyerType | None]
    importance: Mapped[Quality | None]
    stage: Mapped[Stage | None]
    meetings: Mapped[int] = mapped_column(default=0)
    value: Mapped[float] = mapped_column(default=0.0)
    sources: Mapped[Mapping[str, Source]] = mapped_column(Json(dict[str, Source]), default=dict)
    greets: Mapped[str] = mapped_column(default="", server_default="")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)


class CustomerAddressRow(Table):
    """A person by their address, lower case; it belongs to one card. `domain` is empty for free mail."""

    __tablename__ = "customer_address"
    address: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    domain: Mapped[str] = mapped_column(default="", index=True)


class CustomerContactRow(Table):
    """What happened with a customer, mails and notes by hand alike (R18). A mail or a letter counts once for each
    address, however often it is processed."""

    __tablename__ = "customer_contact"
    __table_args__ = (
        UniqueConstraint("message_id", "kind", "address"),
        UniqueConstraint("draft_id", "address"),
        Index("ix_customer_contact_customer_id", "customer_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[ContactKind]
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str]
    address: Mapped[str]
    amount: Mapped[float | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))


class CustomerTraitRow(Table):
    """What cards are compared by, so that duplicates are found by an index."""

    __tablename__ = "customer_trait"
    __table_args__ = (Index("ix_customer_trait_kind", "kind", "value"),)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class CustomerMergeRow(Table):
    """All that is needed to take a merged card out again."""

    __tablename__ = "customer_merge"
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    before: Mapped[CustomerRecord] = mapped_column(Json(CustomerRecord))
    moved_addresses: Mapped[Texts]
    moved_contacts: Mapped[Numbers]
    moved_conversations: Mapped[Numbers]


class SavedFilterRow(Table):
    __tablename__ = "saved_filter"
    name: Mapped[str] = mapped_column(Word, primary_key=True)
    words: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

"""What the store offers to the people of the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.people import PersonRecord, Role, SessionRecord
from triage.vocabulary.records import ComplaintRecord
from triage.vocabulary.worklist import Filter, Place, SavedView, Tab, WorkItem


class Worklist(Protocol):
    """The reviewer's lists (R25): each tab in its own order, a page at a time."""

    def page(
        self, tab: Tab, wanted: Filter, now: datetime, *, after: Place | None = None, limit: int = 50
    ) -> Sequence[WorkItem]:
        """The items behind `after` that fit the filter."""
        ...

    def counts(self, wanted: Filter, now: datetime, most: int = 100) -> Mapping[Tab, int]:
        """How many items each tab but ALL has; `most` stands for that many or more, so that counting costs little."""
        ...

    def assign(self, conversation_id: int, assignee: str) -> None: ...
    def snooze(self, conversation_id: int, until: datetime | None) -> None: ...
    def views(self, person_id: int) -> Sequence[SavedView]:
        """By name."""
        ...

    def keep_view(self, person_id: int, name: str, query: str) -> None:
        """Under a name in use the new one takes the old one's place."""
        ...

    def forget_view(self, person_id: int, view_id: int) -> None: ...


class People(Protocol):
    """Users, sessions and one-time links. Tokens come hashed: what is stored opens nothing (S02, S03)."""

    def add(self, name: str, role: Role, mailboxes: Sequence[str] | None, at: datetime) -> int:
        """Raises `Taken` when the name is in use."""
        ...

    def get(self, person_id: int) -> PersonRecord: ...
    def by_name(self, name: str) -> PersonRecord | None: ...
    def by_email(self, email: str) -> PersonRecord | None: ...
    def set_email(self, person_id: int, email: str | None) -> None:
        """Lower case; nobody else's."""
        ...

    def all(self) -> Sequence[PersonRecord]: ...
    def change(
        self,
        person_id: int,
        *,
        role: Role | None = None,
        mailboxes: Sequence[str] | None = None,
        all_mailboxes: bool = False,
        password_hash: str | None = None,
        active: bool | None = None,
    ) -> None:
        """Only what is given; `all_mailboxes` takes every restriction away."""
        ...

    def open_session(self, session: SessionRecord) -> None: ...
    def session(self, token_hash: str) -> SessionRecord | None: ...
    def touch(self, token_hash: str, at: datetime) -> None: ...
    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, person_id: int) -> None: ...
    def forget_sessions(self, created_before: datetime) -> None: ...
    def invite(self, person_id: int, token_hash: str, ends_at: datetime) -> None:
        """The newest link is the only one that works."""
        ...

    def invited(self, token_hash: str, now: datetime) -> PersonRecord | None:
        """Whose link it is, while it may be used."""
        ...

    def use_invitation(self, token_hash: str) -> bool:
        """True for the one caller that used it."""
        ...


class Complaints(Protocol):
    """The cases of complaints (R24), by the complaint's message."""

    def open(self, message_id: int, conversation_id: int, received_at: datetime, sort: str) -> None:
        """Once; a further complaint of a conversation whose case is open belongs to that one."""
        ...

    def drop(self, message_id: int) -> bool:
        """That mail is no complaint after all."""
        ...

    def get(self, message_id: int) -> ComplaintRecord | None: ...
    def of_conversation(self, conversation_id: int) -> ComplaintRecord | None:
        """The newest."""
        ...

    def all(self, *, open_only: bool = False) -> Sequence[ComplaintRecord]:
        """Oldest first."""
        ...

    def between(self, since: datetime | None, until: datetime | None) -> Sequence[ComplaintRecord]:
        """Those that came from `since` to before `until`."""
        ...

    def save(self, case: ComplaintRecord) -> bool:
        """Write what people found and did."""
        ...

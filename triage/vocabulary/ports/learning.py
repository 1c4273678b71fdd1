"""What the store offers for learning from the desk's decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Assessment, Kind, Tier
from triage.vocabulary.policy import Experience
from triage.vocabulary.records import EarlierScore, TierLabel


class Learning(Protocol):
    def confirmed(self) -> Sequence[tuple[int, Kind]]:
        """Messages whose first draft a person approved without a change: the kind was right (R28)."""
        ...

    def unlabelled(self, limit: int) -> Sequence[tuple[int, Assessment]]:
        """Incoming mails without a label, the unsure and the newest first."""
        ...

    def scored(self, after: int, limit: int) -> Sequence[int]:
        """Ids of incoming mails that carry a score, ascending, those above `after`."""
        ...

    def rescore(
        self, message_id: int, new: Assessment, label: Kind | None, rank: tuple[Tier, float], at: datetime
    ) -> None:
        """The new score takes the old one's place, which stays readable. `label`: a person's word on the kind; `rank`:
        tier and priority that the mail stands at."""
        ...

    def say_tier(self, message_id: int, tier: Tier | None, by: str, at: datetime, reason: str) -> None:
        """Keep a person's word on the tier; None takes it back."""
        ...

    def rank(self, message_id: int, tier: Tier, priority: float) -> None:
        """Where the mail and its drafts stand in the queue from now on."""
        ...

    def outcomes(self) -> Sequence[tuple[int, ContactKind]]:
        """Incoming mails and what became of their customers later, as people said or confirmed: samples, orders, lost.
        Of several the best: an order, else a sample."""
        ...

    def tier_labels(self, message_id: int | None = None) -> Mapping[int, TierLabel]:
        """The words on tiers that hold, of one mail or of all."""
        ...

    def earlier_scores(self, message_id: int) -> Sequence[EarlierScore]: ...
    def remember_likeness(self, message_id: int, bands: tuple[int, int, int, int]) -> None: ...
    def alike(self, bands: tuple[int, int, int, int], since: datetime) -> Sequence[tuple[int, str, tuple[int, ...]]]:
        """(message, sender, bands) of incoming mails since then that share a band, newest first, at most 50."""
        ...

    def experience(self) -> Mapping[str, Experience]:
        """What became of the customers of each country."""
        ...

"""SERVICE: a person's word on the tier of a mail. It stands beside the computed tier and wins over it (R28)."""

from triage.audit import response_times
from triage.errors import TriageError
from triage.vocabulary.inquiry import Tier
from triage.vocabulary.policy import Targets, TierRule
from triage.vocabulary.ports import Clock, Store

SAID = (Tier.A, Tier.B, Tier.C)
"""D is a matter of the kind: `relabel` says that no answer is due."""


class Tiering:
    def __init__(self, store: Store, clock: Clock, rule: TierRule, targets: Targets) -> None:
        self._store = store
        self._clock = clock
        self._rule = rule
        self._targets = targets

    def correct(self, message_id: int, tier: Tier | None, by: str, reason: str = "") -> Tier:
        """Queue and target follow that word, also after a rescoring; None takes it back. Returns the tier that holds.

        Raises NotFound, and TriageError for a mail that has no tier to correct.
        """
        now = self._clock.now()
        with self._store.begin() as uow:
            message = uow.messages.get(message_id)
            stored = uow.messages.assessment_of(message_id)
            found = stored.assessment if stored else None
            if found is None or message.kind is None or not message.kind.is_buyer or tier is Tier.D:
                raise TriageError(
                    f"Message {message_id} can't be of that tier.", "`triage relabel` says what a mail is."
                )
            holds, priority = self._rule.standing(found.priority, tier)
            uow.learning.say_tier(message_id, tier, by, now, reason.strip())
            uow.learning.rank(message_id, holds, priority)
            response_times.retier(uow, message, holds, self._targets, by, now)
            data = {"from": message.tier or "", "to": holds, "computed": found.priority.tier, "reason": reason.strip()}
            name = "message.tier_corrected" if tier else "message.tier_restored"
            uow.audit.append(now, by, name, f"message:{message_id}", data)
            uow.commit()
            return holds

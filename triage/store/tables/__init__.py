"""The tables. Words are those of docs/glossary.md; the legal moves between states are `triage.vocabulary.states`."""

from triage.store.base import Table
from triage.store.tables.access import (
    ApiTokenRow,
    IdentityRow,
    InvitationRow,
    KeptAnswerRow,
    PendingSignInRow,
    PersonRow,
    RecoveryCodeRow,
    SavedViewRow,
    SecondFactorRow,
    SessionRow,
    WebhookDeliveryRow,
    WebhookRow,
)
from triage.store.tables.customers import (
    CustomerAddressRow,
    CustomerContactRow,
    CustomerMergeRow,
    CustomerRow,
    CustomerTraitRow,
    SavedFilterRow,
)
from triage.store.tables.letters import (
    DeliveryAttemptRow,
    DraftRevisionRow,
    DraftRow,
    FirstApprovalRow,
    OutgoingRow,
    PromiseRow,
    ReviewRow,
)
from triage.store.tables.mail import (
    AccountRow,
    AttachmentRow,
    ConversationRow,
    FolderRow,
    MessageContentRow,
    MessageReferenceRow,
    MessageRow,
    ParkedMessageRow,
    RawMessageRow,
)
from triage.store.tables.pulse import AlertRow, AuditEventRow, ComplaintRow, ResponseBlockRow, ResponseRow
from triage.store.tables.scores import EarlierScoreRow, LabelRow, MessageLikenessRow, ModelVersionRow, PredictionRow

METADATA = Table.metadata
"""All of the tables: importing this package has made them known."""

__all__ = [
    "METADATA",
    "AccountRow",
    "AlertRow",
    "ApiTokenRow",
    "AttachmentRow",
    "AuditEventRow",
    "ComplaintRow",
    "ConversationRow",
    "CustomerAddressRow",
    "CustomerContactRow",
    "CustomerMergeRow",
    "CustomerRow",
    "CustomerTraitRow",
    "DeliveryAttemptRow",
    "DraftRevisionRow",
    "DraftRow",
    "EarlierScoreRow",
    "FirstApprovalRow",
    "FolderRow",
    "IdentityRow",
    "InvitationRow",
    "KeptAnswerRow",
    "LabelRow",
    "MessageContentRow",
    "MessageLikenessRow",
    "MessageReferenceRow",
    "MessageRow",
    "ModelVersionRow",
    "OutgoingRow",
    "ParkedMessageRow",
    "PendingSignInRow",
    "PersonRow",
    "PredictionRow",
    "PromiseRow",
    "RawMessageRow",
    "RecoveryCodeRow",
    "ResponseBlockRow",
    "ResponseRow",
    "ReviewRow",
    "SavedFilterRow",
    "SavedViewRow",
    "SecondFactorRow",
    "SessionRow",
    "WebhookDeliveryRow",
    "WebhookRow",
]

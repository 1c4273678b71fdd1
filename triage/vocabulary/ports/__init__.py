"""What services need from the outside, as protocols. The store and the edges fulfil them; `triage.app` brings them
together."""

from triage.vocabulary.ports.access import Approvals, SignIns, Tokens, Webhooks
from triage.vocabulary.ports.customers import CustomerMerges, Customers, Erasure, SavedFilters
from triage.vocabulary.ports.desk import Complaints, People, Worklist
from triage.vocabulary.ports.learning import Learning
from triage.vocabulary.ports.letters import Deliverer, Drafts, FollowUps, Promises, SentFolder
from triage.vocabulary.ports.mail import Accounts, Conversations, Messages
from triage.vocabulary.ports.pulse import Alerts, AuditLog, Responses, Seal
from triage.vocabulary.ports.store import Clock, Store, UnitOfWork

__all__ = [
    "Accounts",
    "Alerts",
    "Approvals",
    "AuditLog",
    "Clock",
    "Complaints",
    "Conversations",
    "CustomerMerges",
    "Customers",
    "Deliverer",
    "Drafts",
    "Erasure",
    "FollowUps",
    "Learning",
    "Messages",
    "People",
    "Promises",
    "Responses",
    "SavedFilters",
    "Seal",
    "SentFolder",
    "SignIns",
    "Store",
    "Tokens",
    "UnitOfWork",
    "Webhooks",
    "Worklist",
]

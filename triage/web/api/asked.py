"""What the API takes: exactly these fields, of exactly these types (S06)."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from triage.vocabulary.access import HookEvent, Scope
from triage.vocabulary.customers import ContactKind
from triage.vocabulary.inquiry import Kind, Tier
from triage.vocabulary.people import Role
from triage.vocabulary.states import PromiseStatus
from triage.web.routes.deciding import MOST_RECIPIENTS

LARGEST_ID = 2**31 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])]
Limit = Annotated[int, Query(ge=1, le=200, description="Items of a page.")]
Cursor = Annotated[str | None, Query(min_length=1, max_length=500, description="`next` of the page before.")]
Line = Annotated[str, Field(max_length=1000)]
OneLine = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""As the headers of a letter take it."""
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`content_hash` of the draft as you saw it.")]


Email = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
        r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        examples=["karl@muster.example"],
    ),
]


def _written(value: object) -> object:
    """Numbers are no instants, though pydantic would take them for seconds."""
    if value is not None and not isinstance(value, str):
        raise ValueError("Input should be an instant in ISO 8601, with its offset")
    return value


def _counted(value: object) -> object:
    """JSON has one kind of number: 1.0 is a whole one; texts and truths are none."""
    if isinstance(value, str | bool):
        raise ValueError("Input should be a whole number")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written, json_schema_input_type=AwareDatetime)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Edit(Asked):
    """What is given is replaced; the checks run again, and any approval is void."""

    content_hash: Hash
    subject: Annotated[str, Field(max_length=500, pattern=OneLine)] | None = None
    text: Annotated[str, Field(max_length=100_000)] | None = None
    questions: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] | None = Field(
        None, description="Ids of the questions to be asked."
    )


class Readdress(Asked):
    content_hash: Hash
    to: Annotated[list[Email], Field(min_length=1, max_length=MOST_RECIPIENTS)]


class Rewrite(Asked):
    content_hash: Hash
    language: Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1.", examples=["de"])]


class Approve(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"content_hash": "0" * 64, "when": "morning"}]})

    content_hash: Hash
    override: Line = Field("", description="Why it is approved although checks object.")
    when: Literal["now", "morning"] = Field(
        "now", description="`now`: when the time to undo is over; `morning`: at the buyer's next one."
    )


class Why(Asked):
    reason: Line = Field("", examples=["We do not sell this."])


class Resolve(Asked):
    found: Literal["delivered", "not_delivered"]
    reason: Line = ""


class Relabel(Asked):
    kind: Kind


class TierWord(Asked):
    tier: Literal[Tier.A, Tier.B, Tier.C] | None = Field(description="null takes the word back.")
    reason: Line = ""


class Assign(Asked):
    assignee: Annotated[str, Field(max_length=100)] = Field(description="Empty: nobody in particular.")


class Snooze(Asked):
    until: Instant | None = Field(description="Null brings it back at once.")


class Settle(Asked):
    status: Literal[PromiseStatus.KEPT, PromiseStatus.DROPPED]


class AddUser(Asked):
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=OneLine)]
    role: Role
    mailboxes: Annotated[list[str], Field(max_length=100)] | None = Field(None, description="Null: all of them.")


class ChangeUser(Asked):
    """What is given takes effect with the person's next request."""

    role: Role | None = None
    mailboxes: Annotated[list[str], Field(max_length=100)] | None = None
    active: Annotated[bool, Field(strict=True)] | None = None


class AddToken(Asked):
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=OneLine)]
    owner: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class AddWebhook(Asked):
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[!-~]+$")]
    events: Annotated[list[HookEvent], Field(min_length=1, max_length=len(HookEvent))]


Name = Annotated[str, Path(min_length=1, max_length=100, examples=["Li Na"])]


class SetField(Asked):
    field: Annotated[str, Field(min_length=1, max_length=50, examples=["company"])]
    value: Annotated[str, Field(max_length=2000)]


class Note(Asked):
    kind: Literal[
        ContactKind.CALL,
        ContactKind.MEETING,
        ContactKind.CHAT,
        ContactKind.NOTE,
        ContactKind.SAMPLE,
        ContactKind.LOST,
    ]
    text: Annotated[str, Field(max_length=10_000)] = Field(
        "", description="Needed for all but outcomes: a sample sent, a buyer lost."
    )
    at: Instant | None = Field(None, description="When it was; null: now.")


CardNumber = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Merge(Asked):
    other_id: Annotated[CardNumber, BeforeValidator(_counted, json_schema_input_type=CardNumber)]

"""The application on both databases, with what follow-ups are about: letters that leave, and time that passes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.stores import BOTH
from triage.app import App
from triage.vocabulary.records import DraftRecord, FolderRole
from triage.vocabulary.states import DraftStatus

CATALOGUE = Path(__file__).parents[2] / "data" / "catalogue.toml"
FOLLOWUPS = "[followups]\nenabled = true\n"
RFQ = "Dear sirs,\n\nplease quote your price for 500 pcs of the LED desk lamp DL-12. What is your MOQ?\n\nKarl Beispiel"
COMPLAINT = (
    "Dear sirs,\n\nwe must complain about order PO-4711: 120 of the lamps are broken and defective. "
    "We demand a replacement.\n\nKarl Beispiel"
)


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, make_app: Callable[[str], App]) -> Iterator[Desktop]:
    config = f'catalogue_file = "{CATALOGUE}"\n' + CONFIG + FOLLOWUPS
    if request.param == "postgresql":
        config += f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n'
    app = make_app(config)
    assert isinstance(app.clock, MovableClock)
    yield Desktop(app, app.clock)
    app.store.close()


def asks(office: Desktop, text: str = RFQ, number: int = 1, sender: str = "karl@muster.example", **headers: str) -> int:
    return office.arrive(inquiry(sender, "Quotation for LED bulbs", text, f"<{number}@muster.example>", **headers))


def send(office: Desktop, draft_id: int, override: str = "a test") -> DraftRecord:
    """Approve the draft and have it accepted by the server."""
    office.app.review.approve(draft_id, "li", override=override)
    now = office.clock.now()
    with office.app.store.begin() as uow:
        for before, after in (
            (DraftStatus.APPROVED, DraftStatus.CLAIMED),
            (DraftStatus.CLAIMED, DraftStatus.BODY_MAY_HAVE_LEFT),
            (DraftStatus.BODY_MAY_HAVE_LEFT, DraftStatus.SENT),
        ):
            assert uow.drafts.move(draft_id, before, after, now)
        draft = uow.drafts.get(draft_id)
        office.app._letter_sent(uow, draft, now)
        uow.commit()
    return draft


def answered(office: Desktop, number: int = 1, text: str = RFQ) -> int:
    """A buyer asked, and our answer left; the message."""
    message = asks(office, text, number)
    ((draft_id, _),) = office.drafts(message)
    send(office, draft_id)
    return message


def from_a_phone(office: Desktop, number: int = 1) -> None:
    """We wrote to the buyer from another program."""
    mail = inquiry(
        "x@seller.example", "Re: Quotation", "Dear Karl, the price is USD 1.", f"<phone{number}@seller.example>"
    )
    raw = mail.replace(b"To: sales@seller.example", b"To: karl@muster.example").replace(
        b"From: Karl Beispiel <x@seller.example>", b"From: sales@seller.example\nIn-Reply-To: <1@muster.example>"
    )
    office.arrive(raw, FolderRole.SENT)


def draft(office: Desktop, draft_id: int) -> DraftRecord:
    return office.app.draft(draft_id)


def card_id(office: Desktop, address: str = "karl@muster.example") -> int:
    with office.app.store.begin(write=False) as uow:
        card = uow.customers.by_address(address)
    assert card is not None
    return card.id

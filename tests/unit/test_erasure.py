"""Content goes, hashes stay, and the audit log still verifies (S20): on both databases, in the whole application."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.stores import BOTH
from tests.unit.store.filling import outgoing
from triage.app import App
from triage.errors import NotFound, ReviewConflict, TriageError
from triage.store.tables import METADATA
from triage.vocabulary.access import KeptAnswer
from triage.vocabulary.customers import ContactKind, Erased
from triage.vocabulary.records import FolderRole
from triage.vocabulary.states import DraftStatus

SECRET = "Geheimwort-4711"
"""Stands in everything that has to go."""


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, make_app: Callable[[str], App]) -> Iterator[Desktop]:
    """The application on a fresh database of each kind."""
    config = CONFIG
    if request.param == "postgresql":
        config += f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n'
    app = make_app(config)
    assert isinstance(app.clock, MovableClock)
    yield Desktop(app, app.clock)
    app.store.close()


def mail(sender: str, number: int, **headers: str) -> bytes:
    text = f"Dear sirs,\n\nplease quote 5000 LED bulbs for {SECRET}. Your MOQ?\n\nKarl Beispiel\n{SECRET} GmbH"
    return inquiry(sender, f"{SECRET} bulbs", text, f"<{number}-{SECRET}@muster.example>", **headers)


def whole_database(app: App) -> bytes:
    """What lies on the disk, or all rows of all tables as text."""
    url = app.settings.database.url
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    with app.store._engine.connect() as connection:
        rows = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in METADATA.tables]  # noqa: S608
    return repr([tuple(row) for table in rows for row in table]).encode()


def card_of(app: App, address: str) -> int | None:
    with app.store.begin(write=False) as uow:
        card = uow.customers.by_address(address)
    return card.id if card else None


def written_to(office: Desktop) -> tuple[int, int]:
    """A customer with a mail, an approved draft, a note, an alert, and another customer: (card, message)."""
    message = office.arrive(mail("karl@muster.example", 1))
    office.arrive(inquiry("ann@sample.example", "Other lamps", message_id="<o@sample.example>"))
    card = card_of(office.app, "karl@muster.example")
    assert card is not None
    office.app.customers.note(card, ContactKind.CALL, f"spoke of {SECRET}", "li")
    office.app.customers.set(card, "note", SECRET, "li")
    ((draft_id, _),) = office.drafts(message)
    office.app.review.edit(draft_id, "li", text=f"Dear Karl, {SECRET}")
    with office.app.store.begin() as uow:
        uow.alerts.raise_(f"draft:{draft_id}:bounced", SECRET, office.clock.now())
        uow.tokens.reserve(KeptAnswer("token:1", "key", "", 200, SECRET, office.clock.now()))
        uow.commit()
    return card, message


def test_an_erased_customer_leaves_no_word_behind_and_a_whole_log(office: Desktop) -> None:
    app = office.app
    card, message = written_to(office)
    with app.store.begin(write=False) as uow:
        before = uow.messages.get(message)
    assert SECRET.encode() in whole_database(app)
    assert app.erasure.doomed(str(card)).extent == Erased(1, 1, 1)

    assert app.erasure.erase(str(card), "li") == Erased(1, 1, 1)

    for word in (SECRET, "karl@muster", "muster.example", "5000 LED bulbs for"):
        assert word.encode() not in whole_database(app), word
    assert list(app.log_keeper.verify()) == []
    with app.store.begin(write=False) as uow:
        after = uow.messages.get(message)
        assert (after.sha256, after.size, after.received_at, after.kind) == (
            before.sha256,
            before.size,
            before.received_at,
            before.kind,
        )
        assert after.fault == "erased 2026-11-23"
        (draft,) = uow.drafts.of_message(message)
        assert (draft.status, draft.letter.text, draft.letter.to) == (DraftStatus.REJECTED, "", ())
        assert draft.content_hash
        assert uow.responses.waiting_in(draft.conversation_id) == []
        last = uow.audit.events()[-1]
        assert (last.actor, last.name, last.subject) == ("li", "customer.erased", f"customer:{card}")
        assert dict(last.data) == {"messages": "1", "drafts": "1"}
        assert [each.addresses for each in uow.customers.all()] == [("ann@sample.example",)]
    with pytest.raises(NotFound):
        app.erasure.erase(str(card), "li")


NO_PEOPLES_CONTENT = {
    "account",
    "api_token",
    "audit_event",
    "earlier_score",
    "first_approval",
    "folder",
    "identity",
    "invitation",
    "label",
    "model_version",
    "pending_sign_in",
    "person",
    "recovery_code",
    "response",
    "response_block",
    "saved_filter",
    "saved_view",
    "second_factor",
    "session",
    "webhook",
    "webhook_delivery",
}
"""Tables that hold ids, times, kinds, figures, and words of our own people."""
EMPTIED = {
    "alert",
    "attachment",
    "complaint",
    "conversation",
    "customer",
    "customer_address",
    "customer_contact",
    "customer_merge",
    "customer_trait",
    "delivery_attempt",
    "draft",
    "draft_revision",
    "kept_answer",
    "message",
    "message_content",
    "message_likeness",
    "message_reference",
    "outgoing",
    "parked_message",
    "prediction",
    "promise",
    "raw_message",
    "review",
    "tier_label",
}
"""Tables whose rows go, or lose what a customer's mail or letter says, in `store/repositories/erasure.py`."""


def test_every_table_is_either_emptied_or_holds_no_content() -> None:
    """Whoever adds a table decides what an erasure does with it, and says so here."""
    assert set(METADATA.tables) == EMPTIED | NO_PEOPLES_CONTENT
    assert not EMPTIED & NO_PEOPLES_CONTENT


def test_one_person_of_a_company_is_erased_alone(office: Desktop) -> None:
    app = office.app
    office.arrive(mail("karl@firma.example", 1))
    office.arrive(inquiry("eva@firma.example", "Chairs", "Please quote 10 chairs.\n\nEva", "<e@firma.example>"))
    card = card_of(app, "karl@firma.example")
    assert card == card_of(app, "eva@firma.example")

    assert app.erasure.erase("Karl@firma.example", "li") == Erased(0, 1, 1)

    assert card_of(app, "karl@firma.example") is None
    page = app.customers.show(card)  # type: ignore[arg-type]
    assert [person.address for person in page.people] == ["eva@firma.example"]
    assert SECRET.encode() not in whole_database(app)
    assert list(app.log_keeper.verify()) == []


def test_mails_seen_again_bring_nothing_back(office: Desktop) -> None:
    raw = mail("karl@muster.example", 1)
    office.arrive(raw)
    office.app.erasure.erase("karl@muster.example", "li")
    again = office.arrive(raw)
    assert SECRET.encode() not in whole_database(office.app)
    with office.app.store.begin(write=False) as uow:
        assert uow.messages.get(again).sender == ""


def test_nothing_is_erased_while_a_letter_is_under_way(office: Desktop) -> None:
    app = office.app
    card, message = written_to(office)
    ((draft_id, _),) = office.drafts(message)
    with app.store.begin() as uow:
        draft = uow.drafts.get(draft_id)
        version = uow.conversations.get(draft.conversation_id).version
        now = office.clock.now()
        uow.drafts.approve(draft_id, draft.revision, draft.content_hash, version, outgoing(), "li", now, None)
        uow.drafts.move(draft_id, DraftStatus.APPROVED, DraftStatus.CLAIMED, now)
        uow.commit()
    with pytest.raises(ReviewConflict, match=r"under way \(claimed\)"):
        app.erasure.erase(str(card), "li")
    assert card_of(app, "karl@muster.example") == card
    assert [part for part in _older(office, days=1) if part != Erased()] == [Erased(1, 1, 1)]


def _older(office: Desktop, days: float) -> list[Erased]:
    office.clock.move(days=days + 1)
    return list(office.app.erasure.erase_older(days, "li"))


def test_what_is_old_is_erased_and_what_is_not_stays(office: Desktop) -> None:
    app = office.app
    office.arrive(mail("karl@muster.example", 1))
    office.arrive(mail("noreply@shop.example", 2, Precedence="bulk", List_Id="<news.shop.example>"))
    office.clock.move(days=400)
    office.arrive(inquiry("ann@sample.example", "Lamps", message_id="<a@sample.example>"))
    assert app.erasure.older(365) == (1, 1)

    parts = list(app.erasure.erase_older(365, "li"))

    assert sum(parts, Erased()) == Erased(1, 2, 1)
    assert SECRET.encode() not in whole_database(app)
    assert card_of(app, "ann@sample.example") is not None
    assert app.erasure.older(365) == (0, 0)
    assert list(app.erasure.erase_older(365, "li")) == []
    assert list(app.log_keeper.verify()) == []
    with pytest.raises(TriageError, match="0 is no age"):
        list(app.erasure.erase_older(0, "li"))


def test_a_person_gets_all_that_is_kept_of_them(office: Desktop, tmp_path: Path) -> None:
    card, message = written_to(office)
    raw = office.app.raw(message)
    path = tmp_path / "karl.zip"
    assert office.app.erasure.extract("karl@muster.example", path, "li") == Erased(1, 1, 1)
    with zipfile.ZipFile(path) as packed:
        ((draft_id, _),) = office.drafts(message)
        assert sorted(packed.namelist()) == ["card.json", f"letters/{draft_id}.json", f"mails/{message}.eml"]
        assert packed.read(f"mails/{message}.eml") == raw
        told = json.loads(packed.read("card.json"))
        assert (told["card"]["id"], told["card"]["note"]) == (card, SECRET)
        assert [contact["kind"] for contact in told["contacts"]] == ["call", "mail_in"]
        assert json.loads(packed.read(f"letters/{draft_id}.json"))["letter"]["text"] == f"Dear Karl, {SECRET}"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TriageError, match="is there already"):
        office.app.erasure.extract(str(card), path, "li")
    with pytest.raises(NotFound, match=r"No card has the address nobody@muster\.example"):
        office.app.erasure.extract("nobody@muster.example", tmp_path / "x.zip", "li")
    assert [each.name for each in tmp_path.iterdir() if "zip" in each.name] == ["karl.zip"]


def test_letters_of_ours_found_in_sent_count_and_go_too(office: Desktop) -> None:
    app = office.app
    office.arrive(mail("karl@muster.example", 1))
    ours = (
        inquiry("sales@seller.example", "Re: bulbs", f"Dear Karl, {SECRET}", "<r@seller.example>")
        .replace(b"To: sales@seller.example", b"To: karl@muster.example")
        .replace(b"Message-ID:", f"In-Reply-To: <1-{SECRET}@muster.example>\r\nMessage-ID:".encode())
    )
    office.clock.move(hours=1)
    office.arrive(ours, FolderRole.SENT)
    card = card_of(app, "karl@muster.example")
    page = app.customers.show(card)  # type: ignore[arg-type]
    assert (page.card.messages_in, page.card.messages_out) == (1, 1)
    assert app.erasure.erase(str(card), "li").messages == 2
    assert SECRET.encode() not in whole_database(app)

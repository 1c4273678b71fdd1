"""Webhooks against a real receiver on loopback that the configuration names: signed, repeated until taken, in order."""

import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from tests.harness.receiver import Receiver, receiver
from triage.app import App
from triage.errors import UnsafeTarget
from triage.vocabulary.access import HookEvent
from triage.webhooks.service import TRIES

__all__ = ["receiver"]

pytestmark = pytest.mark.integration
SETTINGS = '[webhooks]\nallowed_hosts = ["127.0.0.1"]\n[markets]\nweights = { DE = 2.0 }\n'
GOOD = (
    "Dear sirs,\n\nwe are Muster GmbH, an importer and wholesaler in Hamburg, Germany. Please quote 50000 LED bulbs "
    "E27 9W CIF Hamburg, target price USD 1.20, delivery by March. What are your MOQ, lead time and payment terms?\n\n"
    "Karl Beispiel\nPurchasing Manager\nMuster GmbH, Hamburg, Germany\nwww.muster.example"
)


@pytest.fixture
def desk(make_app: Callable[[str], App]) -> Iterator[Desktop]:
    app = make_app(SETTINGS + CONFIG)
    assert isinstance(app.clock, MovableClock)
    yield Desktop(app, app.clock)
    app.store.close()


def happen(desk: Desktop, name: str, subject: str, **data: str) -> None:
    with desk.app.store.begin() as uow:
        uow.audit.append(desk.clock.now(), "test", name, subject, data)
        uow.commit()


def test_what_happens_is_told_signed_and_once(desk: Desktop, receiver: Receiver) -> None:
    _, secret = desk.app.webhooks.add(receiver.url, list(HookEvent), "test")
    message_id = desk.arrive(inquiry(text=GOOD))
    ((draft_id, _),) = desk.drafts(message_id)
    with desk.app.store.begin(write=False) as uow:
        assert uow.messages.get(message_id).tier == "A"
    happen(desk, "response.alarm", "response:1", level="late1", mailbox="sales")
    happen(desk, "draft.uncertain", f"draft:{draft_id}")
    for _ in range(3):
        desk.app.webhooks.run()
    told = [json.loads(body) for _, body in receiver.got]
    assert [one["event"] for one in told] == ["mail.a_tier", "response.due", "send.uncertain"]
    assert told[0]["data"]["message_id"] == message_id
    assert told[1]["data"]["level"] == "late1"
    assert told[2]["data"]["draft_id"] == draft_id
    for headers, body in receiver.got:
        seconds, _, mac = headers["triage-signature"].partition(",v1=")
        signed = f"{seconds.removeprefix('t=')}.".encode() + body
        assert mac == hmac.new(secret.encode(), signed, "sha256").hexdigest()
        assert headers["triage-delivery"] == json.loads(body)["id"]
        for word in (b"bulbs", b"Karl", b"muster"):
            assert word not in body
    path = Path(str(desk.app.settings.database.file))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert secret.encode() not in stored


def test_what_was_before_and_what_was_not_asked_for_is_not_told(desk: Desktop, receiver: Receiver) -> None:
    desk.arrive(inquiry(text=GOOD))
    desk.app.webhooks.add(receiver.url, [HookEvent.A_TIER_MAIL], "test")
    happen(desk, "response.alarm", "response:1", level="soon", mailbox="sales")
    desk.arrive(inquiry(message_id="<2@muster.example>", sender="kim@hotmail.example", text="hello, price?"))
    desk.app.webhooks.run()
    assert receiver.got == []


def test_what_is_not_taken_is_told_again_with_growing_waits_then_given_up(desk: Desktop, receiver: Receiver) -> None:
    hook, _ = desk.app.webhooks.add(receiver.url, [HookEvent.RESPONSE_DUE], "test")
    receiver.answers = [500] * TRIES
    happen(desk, "response.alarm", "response:1", level="late1", mailbox="sales")
    waits = []
    for _ in range(TRIES):
        desk.app.webhooks.run()
        (delivery,) = desk.app.webhooks.newest(hook.id)
        if delivery.due_at is None:
            break
        waits.append((delivery.due_at - desk.clock.now()).total_seconds())
        desk.app.webhooks.run()
        desk.clock.move(seconds=waits[-1])
    assert len(receiver.got) == TRIES
    assert waits[:4] == [15, 30, 60, 120]
    assert delivery.note == "given up: answered 500"
    with desk.app.store.begin(write=False) as uow:
        assert [alert.key for alert in uow.alerts.standing() if alert.key.startswith("webhook")] == [
            f"webhook:{hook.id}"
        ]
    happen(desk, "response.alarm", "response:2", level="late1", mailbox="sales")
    desk.app.webhooks.run()
    assert len({headers["triage-delivery"] for headers, _ in receiver.got}) == 2
    with desk.app.store.begin(write=False) as uow:
        assert not [alert for alert in uow.alerts.standing() if alert.key.startswith("webhook")]


def test_a_redirect_is_not_followed(desk: Desktop, receiver: Receiver) -> None:
    hook, _ = desk.app.webhooks.add(receiver.url, [HookEvent.RESPONSE_DUE], "test")
    receiver.answers = [302]
    happen(desk, "response.alarm", "response:1", level="late1", mailbox="sales")
    desk.app.webhooks.run()
    assert len(receiver.got) == 1
    assert desk.app.webhooks.newest(hook.id)[0].note == "answered 302"


def test_a_receiver_that_is_gone_is_tried_again(desk: Desktop, receiver: Receiver) -> None:
    nowhere = receiver.url.rsplit(":", 1)[0] + ":1/in"
    hook, _ = desk.app.webhooks.add(nowhere, [HookEvent.RESPONSE_DUE], "test")
    happen(desk, "response.alarm", "response:1", level="late1", mailbox="sales")
    desk.app.webhooks.run()
    (delivery,) = desk.app.webhooks.newest(hook.id)
    assert (delivery.note, delivery.delivered_at) == ("no connection", None)
    assert delivery.due_at is not None


def test_loopback_is_refused_unless_the_configuration_names_it(
    make_app: Callable[[str], App], receiver: Receiver
) -> None:
    app = make_app(CONFIG)
    for url in (receiver.url, "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/"):
        with pytest.raises(UnsafeTarget):
            app.webhooks.add(url, list(HookEvent), "test")
    app.store.close()


def test_a_removed_webhook_is_told_nothing(desk: Desktop, receiver: Receiver) -> None:
    hook, _ = desk.app.webhooks.add(receiver.url, [HookEvent.RESPONSE_DUE], "test")
    happen(desk, "response.alarm", "response:1", level="late1", mailbox="sales")
    desk.app.webhooks.remove(hook.id, "test")
    desk.app.webhooks.run()
    assert receiver.got == []

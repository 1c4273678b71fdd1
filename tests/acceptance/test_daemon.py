"""The daemon as its user runs it, between a real Dovecot and a real Postfix."""

from email import message_from_bytes, policy

import pytest

from tests.acceptance.mails import mail
from tests.harness.service import Service, wait_for

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]


def drafted(service: Service) -> int:
    return sum(service.status()["drafts"].values())


def processed(service: Service) -> int:
    return service.status()["messages"].get("processed", 0)


def test_200_mails_become_drafts_and_20_approvals_become_20_letters(service: Service) -> None:
    """With the daemon killed in the middle of reading and in the middle of sending."""
    mails = [mail(number, service.address) for number in range(200)]
    service.start()
    service.deliver([(sender, raw) for sender, raw, _ in mails[:100]])
    wait_for(lambda: processed(service) > 20, "the first mails are processed")
    service.kill()
    service.deliver([(sender, raw) for sender, raw, _ in mails[100:]])
    service.start()
    wait_for(lambda: processed(service) == 200, "all mails are processed", 120)

    answered = {item["from"] for item in service.queue()}
    buyers = {sender for sender, _, buyer in mails if buyer}
    assert answered == buyers

    chosen = service.queue()[:20]
    originals = {sender: message_from_bytes(raw, policy=policy.default) for sender, raw, _ in mails}
    for position, item in enumerate(chosen):
        answer = service.triage("approve", str(item["draft"]), "--by", "Wang Wei", "--hash", item["hash"][:12])
        assert answer.returncode == 0, answer.stderr
        if position == 10:
            service.kill()
            service.start()
    wait_for(lambda: _settled(service) == 20, "all letters have left or are uncertain", 120)
    service.postfix.wait_until_delivered()

    uncertain = {item["from"] for item in service.queue("uncertain")}
    for item in chosen:
        copies = service.dovecot.copies(item["from"])
        assert len(copies) <= 1
        assert copies or item["from"] in uncertain
        for copy in copies:
            letter = message_from_bytes(copy, policy=policy.default)
            original = originals[item["from"]]
            assert letter["In-Reply-To"] == original["Message-ID"]
            assert letter["References"] == original["Message-ID"]
            assert letter["Subject"] == f"Re: {original['Subject']}"
    wait_for(lambda: len(service.dovecot.copies(service.address, "Sent")) == 20 - len(uncertain), "copies lie in Sent")
    assert service.stop() < 10
    assert service.triage("log", "verify").returncode == 0


def _settled(service: Service) -> int:
    drafts = service.status()["drafts"]
    return drafts.get("sent", 0) + drafts.get("uncertain", 0)

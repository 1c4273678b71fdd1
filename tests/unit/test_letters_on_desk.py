"""What the configuration adds to letters: thanks, refusals, the quoted original, files that go along."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from triage import draft
from triage.app import App
from triage.pipeline import UNDERSTAND, Case, walk
from triage.scoring.kind import certain
from triage.vocabulary.inquiry import Kind

MakeApp = Callable[[str], App]
PITCH = "Hi, we are a freight forwarder and offer sea freight from Ningbo at low rates. Shall I send our rate sheet?"


def desktop_with(make_app: MakeApp, top: str = "", bottom: str = "") -> Desktop:
    app = make_app(top + CONFIG + bottom)
    return Desktop(app, cast(MovableClock, app.clock))


def relabelled(desktop: Desktop, kind: Kind) -> int | None:
    message_id = desktop.arrive(inquiry(text=PITCH, subject="Sea freight offer"))
    return desktop.app.review.relabel(message_id, kind, "Li Na")


def test_vendors_are_thanked_where_the_desk_wants_it(make_app: MakeApp) -> None:
    desktop = desktop_with(make_app, bottom="[letters]\nthank_vendors = true\n")
    draft = relabelled(desktop, Kind.VENDOR_PITCH)
    assert draft is not None
    assert desktop.app.draft(draft).letter.template == "en/thanks"


def test_vendors_and_junk_get_no_letter_otherwise(make_app: MakeApp) -> None:
    assert relabelled(desktop_with(make_app), Kind.VENDOR_PITCH) is None


def test_junk_gets_no_letter_even_where_vendors_are_thanked(make_app: MakeApp) -> None:
    desktop = desktop_with(make_app, bottom="[letters]\nthank_vendors = true\nthank_applicants = true\n")
    for kind in (Kind.SCAM, Kind.PHISHING, Kind.NEWSLETTER, Kind.PERSONAL, Kind.OTHER):
        assert not _case(desktop, kind).gets_a_letter(desktop.app.desk.thanked)


def _case(desktop: Desktop, kind: Kind) -> Case:
    now = desktop.clock.now()
    case = walk(desktop.app.desk, Case(inquiry(text=PITCH), now, now), UNDERSTAND)
    return replace(case, kind=certain(kind, "reviewer"))


def test_a_market_of_weight_zero_is_declined(make_app: MakeApp) -> None:
    desktop = desktop_with(make_app, bottom="[markets.weights]\nDE = 0\n")
    ((draft, _),) = desktop.drafts(desktop.arrive(inquiry(text="Please quote 500 LED bulbs.\n\nKarl\nBerlin, Germany")))
    assert desktop.app.draft(draft).letter.template == "en/decline"


def sent(desktop: Desktop, draft: int) -> EmailMessage:
    desktop.app.review.approve(draft, "Li Na", override="fine")
    with desktop.app.store.begin(write=False) as uow:
        outgoing = uow.drafts.outgoing(draft)
    assert outgoing is not None
    return cast(EmailMessage, message_from_bytes(outgoing.data, policy=policy.default))


def test_the_mail_that_leaves_quotes_the_buyers_below_our_letter_in_both_parts(desktop: Desktop) -> None:
    ((draft, _),) = desktop.drafts(desktop.arrive(inquiry()))
    mail = sent(desktop, draft)
    plain, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "\n\nOn 23 November 2026, Karl Beispiel wrote:\n> Dear sirs,\n" in plain
    assert plain.index("Best regards,") < plain.index("wrote:")
    assert "On 23 November 2026, Karl Beispiel wrote:</p>\n<blockquote" in html


def test_the_desk_may_leave_the_quote_out(make_app: MakeApp) -> None:
    desktop = desktop_with(make_app, bottom="[letters]\nquote_original = false\n")
    ((draft, _),) = desktop.drafts(desktop.arrive(inquiry()))
    assert "wrote:" not in sent(desktop, draft).as_string()


def test_r8_the_catalogue_goes_along_when_it_is_asked_for(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "catalogue.pdf").write_bytes(b"%PDF-1.4 our lamps")
    (tmp_path / "catalogue.toml").write_text(
        '[[file]]\ntitle = "our catalogue"\npath = "catalogue.pdf"\npoints = ["catalog"]\n', encoding="utf-8"
    )
    desktop = desktop_with(make_app, top='catalogue_file = "catalogue.toml"\nattachments_folder = "files"\n')
    text = "Dear Sirs,\n\nplease send us your catalogue of LED bulbs.\n\nKarl Beispiel"
    ((draft, _),) = desktop.drafts(desktop.arrive(inquiry(text=text)))
    assert "Attached you find our catalogue." in desktop.app.draft(draft).letter.text
    (file,) = sent(desktop, draft).iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("catalogue.pdf", b"%PDF-1.4 our lamps")


def test_an_old_mail_of_a_file_is_thanked_for_by_its_own_date() -> None:
    raw = inquiry().replace(b"Mon, 23 Nov 2026 09:55:00 +0100", b"Tue, 03 Mar 2015 09:55:00 +0100")
    assert "of 3 March 2015" in draft(raw).text

"""The customer book, as typed."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.harness.command_line import Answer, Triage
from tests.harness.desks import Desktop, inquiry
from triage.vocabulary.inquiry import Kind

TEXT = (
    "Dear sirs,\n\nplease quote 5000 LED bulbs and tell us your MOQ and lead time.\n\n"
    "Best regards,\nKarl Beispiel\nHamburg, Germany\n+49 40 5550 1234\n"
)


@pytest.fixture
def book(desktop: Desktop) -> Desktop:
    """Karl (card 1), his colleague Eva on the same card, and Ann (card 2)."""
    desktop.arrive(inquiry(text=TEXT))
    desktop.clock.move(minutes=1)
    desktop.arrive(inquiry("eva@muster.example", "Bases", "Please quote 100 bases.\n\nEva", "<2@muster.example>"))
    desktop.clock.move(minutes=1)
    desktop.arrive(inquiry("ann@sample.example", "Lamps", "Please quote 10 lamps.\n\nAnn", "<3@sample.example>"))
    return desktop


def refused(answer: Answer) -> str:
    assert (answer.code, answer.text) == (2, ""), answer
    return answer.errors.removeprefix("triage: ").rstrip("\n")


def card(triage: Triage, number: int = 1) -> dict[str, object]:
    shown: dict[str, object] = json.loads(triage("customers", "show", str(number), "--json").text)
    return shown


def test_lists_are_filtered_sorted_and_paged(triage: Triage, book: Desktop) -> None:
    def ids(*options: str) -> list[int]:
        return [each["id"] for each in json.loads(triage("customers", "list", "--json", *options).text)]

    assert ids() == [2, 1]
    assert ids("--sort", "id") == [1, 2]
    assert ids("--filter", "text=ann@sample") == [2]
    assert ids("-f", "country=DE contacts=2..", "-f", "traded=no") == [1]
    page = triage("customers", "list", "--limit", "1")
    assert page.text.splitlines()[1].startswith("2")
    assert page.errors == "1 of 2; go on with --after 2, or --limit 2 for all.\n"
    assert ids("--limit", "1", "--after", "2") == [1]
    assert refused(triage("customers", "list", "--filter", "colour=red")).startswith("A filter knows no 'colour'.")
    assert refused(triage("customers", "list", "--filter", "text='x")).startswith("The filter can't be read: ")


def test_filters_are_saved_and_narrowed(triage: Triage, book: Desktop) -> None:
    saved = triage("customers", "filters", "--save", "Asia", "--filter", "region=asia 'text=two words'")
    assert saved.text == "Asia: region=asia 'text=two words'\n"
    triage("customers", "filters", "--save", "muster", "--filter", "text=muster")
    listed = triage("customers", "list", "--saved", "muster", "--filter", "traded=no", "--json")
    assert [each["id"] for each in json.loads(listed.text)] == [1]
    assert triage("customers", "filters", "--drop", "Asia").text == "muster: text=muster\n"
    assert "no saved filter 'Asia'" in refused(triage("customers", "list", "--saved", "Asia"))
    assert "needs a name and words" in refused(triage("customers", "filters", "--save", "empty"))


def test_a_card_shows_people_facts_with_their_sources_and_contacts(triage: Triage, book: Desktop) -> None:
    triage("customers", "set", "1", "company", "Muster GmbH", "--by", "li")
    triage("customers", "note", "1", "Wants a visit\nin May", "--kind", "meeting", "--by", "li")
    triage("customers", "order", "1", "12500.5", "--text", "PO 7", "--by", "li")
    text = triage("customers", "show", "1").text
    assert text.startswith("Card 1: Karl Beispiel, Muster GmbH (DE)\nsegment developing; region europe\n")
    assert "mails in 2, out 0; calls, meetings and chats 1; orders 1, value 12,500.50\n" in text
    assert "  eva@muster.example, Karl Beispiel\n  karl@muster.example, Karl Beispiel, +49 40 5550 1234\n" in text
    assert "  company: Muster GmbH  [by li]\n" in text
    assert "  name: Karl Beispiel  [mail 1]\n" in text
    assert " meeting Wants a visit\n    in May (li)\n" in text
    assert " order 12,500.50 PO 7 (li)\n" in text
    assert " mail_in karl@muster.example" in text
    assert card(triage)["sources"]["name"] == {"message": 1, "at": "2026-11-23T09:00:00+00:00"}  # type: ignore[index]


def test_what_a_person_writes_stands_until_the_machine_may_again(triage: Triage, book: Desktop) -> None:
    assert triage("customers", "set", "1", "country", "at").text == "Card 1: country is set.\n"
    book.arrive(inquiry(text=TEXT, message_id="<9@muster.example>"))
    assert card(triage)["country"] == "AT"
    triage("customers", "set", "1", "country", "", "--machine")
    book.arrive(inquiry(text=TEXT, message_id="<10@muster.example>", subject="Again"))
    assert card(triage)["country"] == "DE"


def test_wrong_entries_are_told(triage: Triage, book: Desktop) -> None:
    wrong = {
        ("set", "1", "shoe_size", "42"): "A card has no field 'shoe_size'. It has name, company, country",
        ("set", "1", "type", "king"): "type may be end_user, retailer",
        ("set", "9", "name", "x"): "There is no customer 9. `triage customers list` shows all cards.",
        ("note", "1", " "): "The note is empty. Say in a few words what was spoken of.",
        (
            "note",
            "1",
            "x",
            "--kind",
            "mail_in",
        ): "mail_in can't be noted by hand. Note call, meeting, chat, note, sample, lost.",
        ("note", "1", "x", "--at", "2999-01-01"): "That time is still to come. Note what has happened.",
        ("order", "1", "nan"): "nan is no amount of an order. Write a number such as 12500.50.",
        ("person", "1", "no address"): "'no address' is no mail address.",
        (
            "person",
            "1",
            "ann@sample.example",
        ): "ann@sample.example is on the card 2. Merge the two cards, if they are one.",
        ("merge", "1", "1"): "Customer 1 can't be merged with itself.",
        ("unmerge", "5"): "There is no merge 5. `triage customers show` lists those of a card.",
    }
    for arguments, told in wrong.items():
        assert refused(triage("customers", *arguments)).startswith(told), arguments


def test_duplicates_are_merged_and_taken_apart(triage: Triage, book: Desktop) -> None:
    assert triage("customers", "duplicates", "--json").text == "[]\n"
    for number in ("1", "2"):
        triage("customers", "set", number, "phone", "+49 30 5550 1234")
    assert "phone 055501234" in triage("customers", "duplicates").text
    assert "card 2: phone 055501234; `triage customers merge 1 2`" in triage("customers", "show", "1").text
    before = card(triage, 1), card(triage, 2)

    told = triage("customers", "merge", "1", "2", "--by", "li").text

    assert told == "Card 2 is part of card 1 now; `triage customers unmerge 1` takes it out again.\n"
    assert card(triage)["addresses"] == ["ann@sample.example", "eva@muster.example", "karl@muster.example"]
    assert "card 2 by li; `triage customers unmerge 1`" in triage("customers", "show", "1").text
    assert triage("customers", "unmerge", "1").text == "Card 2 stands by itself again, beside card 1.\n"
    assert (card(triage, 1), card(triage, 2)) == before


def test_people_are_added_by_hand(triage: Triage, book: Desktop) -> None:
    triage("customers", "person", "2", "Bo@sample.example", "--name", "Bo", "--role", "buyer")
    triage("customers", "person", "2", "bo@sample.example", "--phone", "+1 617 555 0142")
    assert "  bo@sample.example, Bo, buyer, +1 617 555 0142\n" in triage("customers", "show", "2").text


def test_the_book_goes_out_and_comes_back(triage: Triage, book: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert triage("customers", "export", str(path), "--filter", "text=muster").errors.endswith(
        f"1 customers are in {path}.\n"
    )
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Customers"]
    sheet.cell(2, 3).value = "Muster GmbH"
    workbook.save(path)
    dry = triage("customers", "import", str(path), "--dry-run")
    assert dry.text == (
        "Customers!2 card 1, Muster GmbH: company: 'Muster GmbH'\n0 would be new, 1 would be changed, 0 as they are.\n"
    )
    assert card(triage)["company"] == ""
    assert triage("customers", "import", str(path)).text.endswith("0 new, 1 changed, 0 as they are.\n")
    assert card(triage)["company"] == "Muster GmbH"
    sheet.cell(2, 4).value = "Germany"
    workbook.save(path)
    bad = triage("customers", "import", str(path))
    assert bad.code == 2
    assert bad.text == "Customers!D2: country is no country: 'Germany'; write two letters, such as DE\n"
    assert bad.errors == "triage: 1 cell is wrong; nothing was changed. Mend the file and import it again.\n"


def test_purge_asks_first(triage: Triage, book: Desktop) -> None:
    dry = triage("customers", "purge", "2", "--dry-run")
    assert (dry.code, dry.text) == (0, "1 cards, 1 mails, 1 drafts of Karl Beispiel.\n")
    declined = triage("customers", "purge", "2")
    assert declined.code == 1
    assert card(triage, 2)["id"] == 2
    done = triage("customers", "purge", "2", "--yes")
    assert done.text.endswith("Erased: 1 cards, 1 mails, 1 drafts. Copies in backups and on the mail server remain.\n")
    assert "no customer 2" in refused(triage("customers", "show", "2"))
    assert triage("log", "verify").code == 0


def test_purge_by_age(triage: Triage, book: Desktop) -> None:
    none = "0 customers without contact for 36500 days, and 0 other mails.\n"
    assert triage("customers", "purge", "--older-than", "36500", "--dry-run").text == none
    book.clock.move(days=40)
    assert book.app.erasure.older(30) == (2, 0)
    assert "One of the two." in refused(triage("customers", "purge"))
    assert "One of the two." in refused(triage("customers", "purge", "1", "--older-than", "3"))
    assert "is no age to erase by" in refused(triage("customers", "purge", "--older-than", "0"))


def test_a_customer_s_data_is_handed_out(triage: Triage, book: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "ann.zip"
    told = triage("customers", "extract", "ann@sample.example", str(path)).text
    assert told == f"1 cards, 1 mails, 1 drafts are in {path}. Keep it as safe as the mailbox.\n"
    with zipfile.ZipFile(path) as packed:
        assert {name.split("/")[0] for name in packed.namelist()} == {"card.json", "mails", "letters"}
    assert "is there already. Name another file." in refused(triage("customers", "extract", "2", str(path)))


def test_orders_come_from_mails_and_follow_the_reviewers_word(triage: Triage, book: Desktop) -> None:
    book.app.review.relabel(1, Kind.ORDER, "li")
    book.app.review.relabel(1, Kind.ORDER, "li")
    assert card(triage)["orders"] == 1
    book.app.review.relabel(1, Kind.INQUIRY, "li")
    assert card(triage)["orders"] == 0


def test_processing_a_mail_again_counts_nothing_twice(triage: Triage, book: Desktop) -> None:
    before = card(triage)
    assert before["messages_in"] == 2
    with book.app.store.begin() as uow:
        uow.messages.replay(1)
        uow.commit()
    book.app.processor.process([1])
    assert card(triage) == before

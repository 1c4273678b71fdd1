"""`triage users`, as typed."""

import json

from tests.harness.command_line import Triage
from tests.harness.desks import Desktop


def test_a_user_is_made_changed_and_shut_out(triage: Triage, desktop: Desktop) -> None:
    assert triage("users", "list").text == "There are no users yet; `triage users add` makes one.\n"
    made = triage("users", "add", "Li Na", "--role", "approver", "--mailbox", "sales")
    assert made.text.startswith("One use, 24 hours: http://127.0.0.1:8025/welcome/")
    token = made.text.strip().rpartition("/")[2]
    assert desktop.app.people.invited(token) == "Li Na"

    (user,) = json.loads(triage("users", "list", "--json").text)
    assert user == {"name": "Li Na", "role": "approver", "mailboxes": ["sales"], "active": True, "password": False}
    assert triage("users", "change", "Li Na", "--role", "viewer", "--all-mailboxes", "--shut-out").code == 0
    (user,) = json.loads(triage("users", "list", "--json").text)
    assert (user["role"], user["mailboxes"], user["active"]) == ("viewer", None, False)
    assert "shut out" in triage("users", "list").text


def test_what_does_not_exist_is_refused_in_words(triage: Triage, desktop: Desktop) -> None:
    assert triage("users", "add", "Li Na", "--mailbox", "nowhere").errors == (
        "triage: There is no account 'nowhere'. Configured are: sales.\n"
    )
    assert triage("users", "link", "Nobody").errors == (
        "triage: There is no user 'Nobody'. `triage users list` names them.\n"
    )
    triage("users", "add", "Li Na")
    again = triage("users", "add", "Li Na")
    assert (again.code, again.errors.startswith("triage: There is a user 'Li Na' already.")) == (2, True)


def test_a_forgotten_password_gets_a_new_link_and_the_old_one_dies(triage: Triage, desktop: Desktop) -> None:
    first = triage("users", "add", "Li Na").text.strip().rpartition("/")[2]
    second = triage("users", "link", "Li Na").text.strip().rpartition("/")[2]
    assert desktop.app.people.invited(second) == "Li Na"
    assert first != second
    with desktop.app.store.begin(write=False) as uow:
        events = [event.name for event in uow.audit.events()]
    assert events == ["person.added", "person.invited", "person.invited"]

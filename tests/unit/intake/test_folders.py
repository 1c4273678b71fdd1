import pytest

from triage.intake.folders import Folder, find_sent


def folder(name: str, *flags: str, delimiter: str = "/") -> Folder:
    return Folder(name, frozenset(flags), delimiter)


def test_f13_the_announced_folder_wins_whatever_it_is_called() -> None:
    assert find_sent([folder("INBOX"), folder("Sent"), folder("Verschickt-ü", "\\sent")]) == "Verschickt-ü"


@pytest.mark.parametrize(
    "name", ["Sent", "SENT ITEMS", "Gesendet", "已发送", "Enviados", "Отправленные", "送信済み", "Éléments envoyés"]
)
def test_f13_without_announcement_a_known_name_is_taken(name: str) -> None:
    assert find_sent([folder("INBOX"), folder("Drafts"), folder(name)]) == name


def test_f13_the_name_is_the_last_part() -> None:
    assert find_sent([folder("INBOX.Sent", delimiter="."), folder("INBOX", delimiter=".")]) == "INBOX.Sent"
    assert find_sent([folder("[Gmail]/Sent Mail")]) == "[Gmail]/Sent Mail"
    assert find_sent([folder("sent", delimiter="")]) == "sent"


def test_f12_the_folder_of_all_mail_is_never_taken() -> None:
    assert find_sent([folder("Sent", "\\all", "\\sent")]) is None
    assert find_sent([folder("Sent", "\\noselect")]) is None


def test_a_mailbox_without_such_a_folder_has_none() -> None:
    assert find_sent([folder("INBOX"), folder("Sentinel")]) is None
    assert find_sent([]) is None

"""Finding a mailbox's special folders (F12, F13)."""

from collections.abc import Sequence
from dataclasses import dataclass

SENT_NAMES = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "gesendet",
    "gesendete objekte",
    "gesendete elemente",
    "已发送",
    "已发送邮件",
    "已发邮件",
    "寄件備份",
    "送信済み",
    "送信済みアイテム",
    "보낸편지함",
    "보낸 편지함",
    "enviados",
    "elementos enviados",
    "itens enviados",
    "mensajes enviados",
    "envoyés",
    "messages envoyés",
    "éléments envoyés",
    "inviati",
    "posta inviata",
    "verzonden",
    "verzonden items",
    "отправленные",
    "wysłane",
    "elementy wysłane",
    "gönderilmiş öğeler",
    "gönderilenler",
    "odeslané",
    "skickat",
    "sendt",
    "đã gửi",
    "المرسلة",
)
"""What mail programs and providers call the folder of sent letters, in lower case, likeliest first."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as listed: `name` decoded, `flags` in lower case with their backslash, `delimiter` between its parts."""

    name: str
    flags: frozenset[str] = frozenset()
    delimiter: str = "/"


def find_sent(folders: Sequence[Folder]) -> str | None:
    """The folder of sent letters: by SPECIAL-USE, else by a known name. Never the one that holds all mail (F12)."""
    usable = [folder for folder in folders if not folder.flags & {"\\all", "\\noselect", "\\nonexistent"}]
    for folder in usable:
        if "\\sent" in folder.flags:
            return folder.name
    by_name = {_last_part(folder).casefold(): folder.name for folder in reversed(usable)}
    return next((by_name[name] for name in SENT_NAMES if name in by_name), None)


def _last_part(folder: Folder) -> str:
    """`INBOX.Sent` and `[Gmail]/Sent Mail` are called by their last part."""
    return folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name

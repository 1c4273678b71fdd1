"""File names of attachments: ours in the end, never the sender's alone (H10, H17)."""

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
_MAX_LENGTH = 120
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/x-vcard": ".vcf",
    "text/vcard": ".vcf",
    "application/zip": ".zip",
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


def safe_name(offered: str, content_type: str, number: int) -> str:
    """A name safe to show and to save under: no invisible letters, no path, no device name, never empty.

    Cleaning comes first and the checks after it, so that nothing invisible can slip past a check (H10).
    """
    text = "".join(
        letter for letter in offered if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    text = text.replace("\\", "/").rpartition("/")[2]
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if len(text) > _MAX_LENGTH:
        stem, dot, extension = text.rpartition(".")
        keep = extension if dot and len(extension) <= 10 else ""
        text = f"{(stem or text)[: _MAX_LENGTH - len(keep) - 1]}.{keep}".rstrip(".") if keep else text[:_MAX_LENGTH]
    if not text:
        return f"attachment-{number}{_EXTENSIONS.get(content_type, '.bin')}"
    return f"_{text}" if _RESERVED.match(text) else text

"""The true inquiry inside of a marketplace notice, a website form's mail or a forward; patterns in `wrappers.toml`."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from triage.parsing.forwards import forwarded_part
from triage.parsing.headers import addresses, clean_line
from triage.parsing.patterns import Pattern, Patterns
from triage.parsing.phrases import EMAIL
from triage.parsing.quotes import newest_text
from triage.vocabulary.mail import Address, ParsedMail, Wrapped

_READ = 30_000
_MAX_LINES = 600
_MAX_FIELDS = 40


def unwrap(mail: ParsedMail, known: Patterns) -> Wrapped | None:
    """The buyer and the message inside of the mail, or None when it is an ordinary mail."""
    return _forwarded(mail, known) or _by_pattern(mail, known)


def _by_pattern(mail: ParsedMail, known: Patterns) -> Wrapped | None:
    head = f"{mail.subject}\n{mail.text[:_READ]}".lower()
    headers = dict(reversed(mail.headers))
    domain = f".{mail.sender.domain}" if mail.sender else ""
    for pattern in known.patterns:
        if _matches(pattern, headers, domain, head):
            found = _read(pattern, mail, known.labels)
            if found is not None:
                return found
    return None


def _matches(pattern: Pattern, headers: dict[str, str], domain: str, head: str) -> bool:
    if pattern.form:
        return "@" in head
    if domain.endswith(pattern.domains):
        return True
    for name, value in pattern.headers:
        if name in headers and value in headers[name].lower():
            return True
    return any(phrase in head for phrase in pattern.phrases)


class _Field(NamedTuple):
    """`field` is what the label, as written, stands for."""

    field: str
    label: str
    value: str


# ---- labelled values -------------------------------------------------------------------------------------------------

_LABELLED = re.compile(
    r"[\s>*•·_|-]{0,6}([^:：\n]{1,40}?)[\s*_]{0,4}(?:\((?:required|optional)\))?[\s*_]{0,4}[:：][\s*_]{0,4}(.*)"
)
_BARE = re.compile(r"[\s>*•·_|-]{0,8}([^:：\n]{1,40}?)[\s*_:-]{0,8}\Z")


def _label(line: str, labels: Mapping[str, str]) -> _Field | None:
    """A `Label: value` line, or a row of a table with the label in its first cell, with a known label."""
    if "\t" in line[:60]:
        cell, _, value = line.strip().partition("\t")
        word = cell.strip(" *_-•:：").casefold()
        if word in labels and value.strip():
            return _Field(labels[word], cell.strip(" *_-•:："), value.strip())
    if ":" not in line[:60] and "：" not in line[:60]:
        return None
    found = _LABELLED.match(line)
    if found is None:
        return None
    word = found[1].strip(" *_-•").casefold()
    field = labels.get(word)
    return _Field(field, found[1].strip(" *_-•"), found[2].strip().strip("*").strip()) if field else None


def _bare_label(line: str, labels: Mapping[str, str]) -> _Field | None:
    """A known label alone on its line, as forms that put the value below write it."""
    found = _BARE.match(line)
    field = labels.get(found[1].strip(" *_-•").casefold()) if found else None
    return _Field(field, found[1].strip(" *_-•"), "") if found and field and field != "other" else None


def _read(pattern: Pattern, mail: ParsedMail, labels: Mapping[str, str]) -> Wrapped | None:
    lines = mail.text[:_READ].split("\n")[:_MAX_LINES]
    fields = _fields(lines, pattern.ends, labels, bare=not pattern.form or _from_a_site(mail))
    known: dict[str, str] = {}
    for field, _, value in fields:
        known.setdefault(field, value)
    if pattern.form and not (_is_form(mail, known) and _begins_as_form(lines, fields)):
        return None
    said = _said(pattern, mail, lines)
    name = _name(fields) or said.get("name", "")
    message = known.get("message", "")
    if not message and not (pattern.domains and name):
        return None
    relay = (mail.reply_to[0] if mail.reply_to else mail.sender) if pattern.relay else None
    extra = [
        (label.lower() if field == "other" else field, value)
        for field, label, value in fields
        if field not in ("email", "message", "name") and value
    ]
    extra += [(field, value) for field, value in said.items() if field != "name" and field not in known]
    buyer = _buyer(known, mail, name, relay)
    return Wrapped(pattern.name, buyer, message or mail.newest_text, tuple(extra[:_MAX_FIELDS]), relay)


def _buyer(known: dict[str, str], mail: ParsedMail, name: str, relay: Address | None) -> Address | None:
    """By the address in the form, else by the Reply-To, else by the platform's relay under the buyer's name."""
    address = _address(known.get("email", "")) or _address(known.get("name", ""))
    if address is None and relay is None and mail.reply_to:
        address = mail.reply_to[0]
    if address is not None:
        return Address(name or address.name, address.email)
    return Address(name, relay.email) if relay is not None and name else None


_SITE = re.compile(
    r"(?:no-?_?reply|do-?not-?reply|wordpress|web(?:site|master|form|mail)?|www(?:-data)?|apache|nginx|forms?|formular|"
    r"contact|kontakt|info|mailer|mail|notif\w{0,10}|system|server|shop|sales|admin|support|hello|office|website)(?:[-_.+].{0,40})?"
)


def _is_form(mail: ParsedMail, known: dict[str, str]) -> bool:
    """Any labelled mail may be a form, so it needs a message and an address and comes from where forms come from: the
    writer's own address, a machine's, or our site. A stranger can't make us write to a third person (H13)."""
    address = _address(known.get("email", ""))
    if address is None or not known.get("message") or mail.sender is None:
        return False
    own = address.key in {mail.sender.key, *(reply.key for reply in mail.reply_to)}
    return (own and not _is_bulk(mail)) or _from_a_site(mail)


_PREAMBLE = 200


def _begins_as_form(lines: list[str], fields: list[_Field]) -> bool:
    """A form is a form from its top on: a sentence or two, then who writes, then what. A buyer's own letter with a line
    "Requirements:" in it and "Email:" below the name is none."""
    names = [field.field for field in fields]
    if names.index("email") > names.index("message") and "name" not in names:
        return False
    first = fields[0].label
    above = [line for line in lines[: next(at for at, line in enumerate(lines) if first in line)] if line.strip()]
    return sum(map(len, above)) <= _PREAMBLE and not any(line.rstrip().endswith(("?", "？")) for line in above)


def _from_a_site(mail: ParsedMail) -> bool:
    """From our own domain or from a machine's address; what comes by a list needs both."""
    if mail.sender is None:
        return False
    ours = any(to.domain == mail.sender.domain for to in mail.to)
    machine = _SITE.fullmatch(mail.sender.key.rpartition("@")[0]) is not None
    return (ours and machine) if _is_bulk(mail) else (ours or machine)


def _is_bulk(mail: ParsedMail) -> bool:
    listed = mail.header("list-unsubscribe") or mail.header("list-id")
    return listed is not None or (mail.header("precedence") or "").lower() in ("bulk", "list")


def _fields(lines: list[str], ends: tuple[str, ...], labels: Mapping[str, str], bare: bool) -> list[_Field]:
    """All labelled values in order; the message may run over several lines and paragraphs."""
    read = [_label(line, labels) or (_bare_label(line, labels) if bare else None) for line in lines]
    fields: list[_Field] = []
    at = 0
    while at < len(lines) and len(fields) < _MAX_FIELDS:
        here = read[at]
        at += 1
        if here is None:
            continue
        field, label, value = here
        if field == "message":
            rest: list[str] = [value] if value else []
            while at < len(lines) and not _ends(lines[at], ends) and not _next_field(read, lines, at):
                rest.append(lines[at].rstrip())
                at += 1
            value = "\n".join(rest).strip()
        elif not value:
            below = next((n for n in range(at, min(at + 3, len(lines))) if lines[n].strip()), None)
            if below is not None and read[below] is None and not _ends(lines[below], ends):
                value, at = lines[below].strip(), below + 1
        fields.append(_Field(field, label, value[:5_000] if field == "message" else value[:300]))
    return fields


def _next_field(read: list[_Field | None], lines: list[str], at: int) -> bool:
    """Does the form go on here? A label inside of the message counts only after a blank line or before another one."""
    here = read[at]
    if here is None or here[0] == "message":
        return False
    following = next((n for n in range(at + 1, min(at + 3, len(lines))) if lines[n].strip()), None)
    return not lines[at - 1].strip() or (following is not None and read[following] is not None)


def _ends(line: str, ends: tuple[str, ...]) -> bool:
    plain = line.strip(" *_|>[").lower()
    return bool(plain) and plain.startswith(ends)


def _address(text: str) -> Address | None:
    found = addresses(text[:500].encode("utf-8", "replace"), limit=1) if "@" in text else ()
    return found[0] if found else None


_FIRST_NAME = frozenset({"first name", "vorname", "prénom", "voornaam", "imię", "nombre"})


def _name(fields: list[_Field]) -> str:
    given = [_without_address(value) for field, _, value in fields if field == "name" and value]
    given = [name for name in given if name]
    if not given:
        return ""
    first_and_last = len(given) > 1 and any(label.lower() in _FIRST_NAME for _, label, _ in fields)
    return (" ".join(given[:2]) if first_and_last else given[0])[:100]


def _without_address(value: str) -> str:
    address = _address(value)
    return value if address is None else address.name


_NOBODY = re.compile(
    r"(?:an?|the|new|your)?\s?(?:buyer|customer|visitor|user|supplier|client|someone|you)?\W*", re.IGNORECASE
)


def _said(pattern: Pattern, mail: ParsedMail, lines: list[str]) -> dict[str, str]:
    """What the platform's own sentences say: the name, and with some patterns the country or the product."""
    said: dict[str, str] = {}
    for line in (mail.subject, *lines[:60]):
        text = line[:300].strip()
        for expression in pattern.name_from:
            found = expression.search(text)
            if found is None or _NOBODY.fullmatch(found["name"]):
                continue
            for field, value in found.groupdict().items():
                if value and value.strip(" *\"'"):
                    said.setdefault(field, value.strip(" *\"'")[:100])
    return said


# ---- forwards --------------------------------------------------------------------------------------------------------

_COVER_NOTE = 400


def _forwarded(mail: ParsedMail, known: Patterns) -> Wrapped | None:
    """An inquiry that a colleague passed on, perhaps itself a form's mail. Believed only when the one who forwards, or
    somebody of the same domain, was an addressee of it: a stranger can't make us write to a third person (H13)."""
    found = forwarded_part(mail.text, mail.subject)
    if found is None or mail.sender is None or len(found.cover) > _COVER_NOTE:
        return None
    buyer = _quoted_sender(found.headers.get("from", ""))
    recipients = addresses(f"{found.headers.get('to', '')}, {found.headers.get('cc', '')}".encode("utf-8", "replace"))
    # Some programs name no addressees; then the mail itself must be addressed to a colleague.
    ours = any(to.domain == mail.sender.domain for to in recipients or mail.to)
    if buyer is None or not ours or buyer.key == mail.sender.key or _from_outside(mail):
        return None
    newest = newest_text(found.body)
    subject = found.headers.get("subject", "")
    notice = ParsedMail(subject=subject, sender=buyer, to=recipients, text=found.body, newest_text=newest)
    inside = _by_pattern(notice, known)
    if inside is not None:
        return inside
    fields = tuple((name, value) for name in ("subject", "date") if (value := found.headers.get(name, "")))
    return Wrapped("forwarded", buyer, newest, fields)


def _from_outside(mail: ParsedMail) -> bool:
    """Does the one who forwards sit in another firm than those to whom the mail goes? Then it is a buyer who passes on
    what his own colleagues wrote."""
    addressees = {to.domain for to in (*mail.to, *mail.cc)}
    return bool(addressees) and mail.sender is not None and mail.sender.domain not in addressees


def _quoted_sender(text: str) -> Address | None:
    """Of a quoted header, where names stand without quotes: `Lee, Ann [mailto:ann@shop.example]`."""
    found = EMAIL.search(text)
    if found is None:
        return None
    local, _, domain = found[0].strip(".'").rpartition("@")
    name = text[: found.start()].replace("mailto:", "").strip(" <[(\"'")
    comment = re.search(r"\(([^()]{2,60})\)", text[found.end() :])
    if not name and comment is not None:
        name = comment[1]
    last, comma, first = name.partition(", ")
    if comma and " " not in last and len(first.split()) == 1:
        name = f"{first} {last}"
    return Address(clean_line(name)[:100], f"{local}@{domain.lower()}")

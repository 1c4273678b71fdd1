"""The true inquiry inside of a marketplace notice, a website form's mail or a forward; patterns in `wrappers.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from triage.parsing.forwards import forwarded_part
from triage.parsing.headers import addresses
from triage.parsing.quotes import newest_text
from triage.vocabulary.mail import Address, ParsedMail, Wrapped

_READ = 30_000
_MAX_LINES = 600
_MAX_FIELDS = 40


@dataclass(frozen=True)
class Pattern:
    """One [[wrapper]] of `wrappers.toml`."""

    name: str
    domains: tuple[str, ...]
    """Each with a dot in front: `.alibaba.com`."""
    headers: tuple[tuple[str, str], ...]
    """Names with a part of the value, the empty string where any value will do."""
    phrases: tuple[str, ...]
    name_from: tuple[re.Pattern[str], ...]
    ends: tuple[str, ...]
    relay: bool
    form: bool


@dataclass(frozen=True)
class _Data:
    patterns: tuple[Pattern, ...]
    labels: dict[str, str]


@cache
def _data() -> _Data:
    raw = tomllib.loads(resources.files("triage.parsing").joinpath("wrappers.toml").read_text("utf-8"))
    labels = {word.casefold(): field for field in reversed(raw["labels"]) for word in raw["labels"][field]}
    return _Data(tuple(map(_pattern, raw["wrapper"])), labels)


def _pattern(row: dict[str, object]) -> Pattern:
    def words(key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        return tuple(str(word).lower() for word in found) if isinstance(found, list) else ()

    expressions = row.get("name_from", [])
    return Pattern(
        str(row["name"]),
        tuple(f".{domain}" for domain in words("domains")),
        tuple((name, value) for name, _, value in (header.partition(": ") for header in words("headers"))),
        words("phrases"),
        tuple(re.compile(str(one)) for one in expressions) if isinstance(expressions, list) else (),
        words("ends"),
        bool(row.get("relay")),
        bool(row.get("form")),
    )


def unwrap(mail: ParsedMail) -> Wrapped | None:
    """The buyer and the message inside of the mail, or None when it is an ordinary mail."""
    head = f"{mail.subject}\n{mail.text[:_READ]}".lower()
    headers = dict(reversed(mail.headers))
    domain = f".{mail.sender.domain}" if mail.sender else ""
    for pattern in _data().patterns:
        if _matches(pattern, headers, domain, head):
            found = _read(pattern, mail)
            if found is not None:
                return found
    return _forwarded(mail)


def _matches(pattern: Pattern, headers: dict[str, str], domain: str, head: str) -> bool:
    if pattern.form:
        return "@" in head and (":" in head or "：" in head)
    if domain.endswith(pattern.domains):
        return True
    for name, value in pattern.headers:
        if name in headers and value in headers[name].lower():
            return True
    return any(phrase in head for phrase in pattern.phrases)


# ---- labelled values -------------------------------------------------------------------------------------------------

_LABELLED = re.compile(
    r"[\s>*•·_|-]{0,6}([^:：\n]{1,40}?)[\s*_]{0,4}(?:\((?:required|optional)\))?[\s*_]{0,4}[:：][\s*_]{0,4}(.*)"
)
_BARE = re.compile(r"[\s>*•·_|-]{0,8}([^:：\n]{1,40}?)[\s*_:-]{0,8}\Z")


def _label(line: str) -> tuple[str, str, str] | None:
    """(field, label as written, value on the same line) of a `Label: value` line with a known label."""
    if ":" not in line[:60] and "：" not in line[:60]:
        return None
    found = _LABELLED.match(line)
    if found is None:
        return None
    word = found[1].strip(" *_-•").casefold()
    field = _data().labels.get(word)
    return (field, found[1].strip(" *_-•"), found[2].strip().strip("*").strip()) if field else None


def _bare_label(line: str) -> tuple[str, str, str] | None:
    """A known label alone on its line, as forms that put the value below write it."""
    found = _BARE.match(line)
    field = _data().labels.get(found[1].strip(" *_-•").casefold()) if found else None
    return (field, found[1].strip(" *_-•"), "") if found and field and field != "other" else None


def _read(pattern: Pattern, mail: ParsedMail) -> Wrapped | None:
    lines = mail.text[:_READ].split("\n")[:_MAX_LINES]
    fields = _fields(lines, pattern.ends, bare=not pattern.form)
    known: dict[str, str] = {}
    for field, _, value in fields:
        known.setdefault(field, value)
    if pattern.form and not _is_form(mail, known):
        return None
    name = _name(pattern, mail, lines, fields)
    message = known.get("message", "")
    if not message and not (pattern.domains and name):
        return None
    relay = (mail.reply_to[0] if mail.reply_to else mail.sender) if pattern.relay else None
    extra = tuple(
        (label.lower() if field == "other" else field, value)
        for field, label, value in fields
        if field not in ("email", "message", "name") and value
    )
    buyer = _buyer(known, mail, name, relay)
    return Wrapped(pattern.name, buyer, message or mail.newest_text, extra[:_MAX_FIELDS], relay)


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
    ours = any(to.domain == mail.sender.domain for to in mail.to)
    return own or ours or _SITE.fullmatch(mail.sender.key.rpartition("@")[0]) is not None


def _fields(lines: list[str], ends: tuple[str, ...], bare: bool) -> list[tuple[str, str, str]]:
    """All labelled values in order; the message may run over several lines and paragraphs."""
    read = [_label(line) or (_bare_label(line) if bare else None) for line in lines]
    fields: list[tuple[str, str, str]] = []
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
        fields.append((field, label, value[:5_000] if field == "message" else value[:300]))
    return fields


def _next_field(read: list[tuple[str, str, str] | None], lines: list[str], at: int) -> bool:
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


def _name(pattern: Pattern, mail: ParsedMail, lines: list[str], fields: list[tuple[str, str, str]]) -> str:
    given = [value for field, label, value in fields if field == "name" and value and "@" not in value]
    if given:
        first_and_last = len(given) > 1 and any(label.lower() in _FIRST_NAME for _, label, _ in fields)
        return (" ".join(given[:2]) if first_and_last else given[0])[:100]
    for expression in pattern.name_from:
        for line in (mail.subject, *lines[:60]):
            found = expression.search(line[:300].strip())
            if found:
                return found["name"].strip(" *\"'")[:100]
    return ""


# ---- forwards --------------------------------------------------------------------------------------------------------

_COVER_NOTE = 400


def _forwarded(mail: ParsedMail) -> Wrapped | None:
    """An inquiry that a colleague passed on. Believed only when the one who forwards, or somebody of the same domain,
    was an addressee of it: a stranger can't make us write to a third person (H13)."""
    found = forwarded_part(mail.text)
    if found is None or mail.sender is None or len(found.cover) > _COVER_NOTE:
        return None
    buyer = _address(found.headers.get("from", ""))
    recipients = addresses(f"{found.headers.get('to', '')}, {found.headers.get('cc', '')}".encode("utf-8", "replace"))
    ours = any(to.domain == mail.sender.domain for to in recipients)
    if buyer is None or not ours or buyer.key == mail.sender.key:
        return None
    fields = tuple((name, value) for name in ("subject", "date") if (value := found.headers.get(name, "")))
    return Wrapped("forwarded", buyer, newest_text(found.body), fields)

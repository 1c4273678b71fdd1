"""What the writer wrote this time, apart from quotes, forwarded history and signature (H26).

A scanner over lines: each step looks at a bounded number of lines, so the whole is linear. Text is cut only on
evidence: a quote mark, an attribution with a date or an address, a block of header labels, a separator.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from triage.parsing.attributions import attribution_start, may_go_on
from triage.parsing.header_blocks import NOTES_DATE, header_block, next_filled, without_directions
from triage.parsing.phrases import label, phrases, separator
from triage.parsing.signatures import without_signature

MAX_TEXT = 1_000_000
MAX_LINES = 5_000
"""What stands below is kept as it is, unscanned: no person quotes there."""
_MAX_LINE = 1_000
_ATTRIBUTION_LINES = 4


class Split(NamedTuple):
    """`newest` as written; `body` is `newest` without the signature, which stands in `signature`."""

    newest: str
    body: str
    signature: str


def newest_text(text: str) -> str:
    """The newest words of a mail: quotes, history and delimited signatures gone, closing words kept. Never raises."""
    return split_text(text).newest


def split_text(text: str, sender: str = "") -> Split:
    """`sender`, display name and address, helps to know a bare name at the end for a signature."""
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = own_lines(lines)
    newest = _joined([lines[at] for at in kept.own])
    if not newest and not kept.attributed:
        newest = text[:MAX_TEXT].strip()
    body, block = without_signature(newest, sender)
    delimited = _joined([lines[at] for at in kept.signature])
    return Split(newest, body, "\n".join(part for part in (block, delimited) if part))


class Kept(NamedTuple):
    """Indices of the writer's own lines and of delimited signatures. `attributed`: others' words were left out."""

    own: list[int]
    signature: list[int]
    attributed: bool


def own_lines(lines: list[str]) -> Kept:
    """Tell the writer's own lines. A line that an attribution shares is cut in place: `lines` changes."""
    scan = _Scan(lines, min(len(lines), MAX_LINES))
    scan.run()
    if not scan.attributed:
        scan.own.extend(range(MAX_LINES, len(lines)))
    return Kept(scan.own, scan.signature, scan.attributed)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


@dataclass
class _Scan:
    """The walk over the lines. `attributed`: something left out was announced as another's; `quoted`: it was marked."""

    lines: list[str]
    end: int
    attributed: bool = False
    quoted: bool = False
    spoke: bool = False
    """Something of the writer's own stands already."""
    own: list[int] = field(default_factory=list)
    signature: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.marked = [_is_quoted(line) for line in self.lines]
        self.last_mark = next((at for at in reversed(range(len(self.lines))) if self.marked[at]), -1)

    def run(self) -> None:
        into, at = self.own, 0
        while at < self.end:
            line = self.lines[at]
            if self.marked[at] and not _GROUPWISE.fullmatch(line):
                at, into = self._skip_quote(at), self.own
                continue
            found = self._history_at(at)
            if found is not None:
                self.attributed = True
                self._drop_tail(found.begins_above)
                if found.kept:
                    self.lines[at] = found.kept
                    into.append(at)
                    self.spoke = True
                after = found.after
                if found.quoted_follows:
                    at = after
                    continue
                if any(self.lines[mine].strip() for mine in self.own):
                    break
                # Nothing of the writer's own: a bare forward, whose words are then the newest.
                self.own.clear()
                self.spoke = False
                into, at = self.own, after
                continue
            if self._signature_starts(at):
                into = self.signature
            into.append(at)
            self.spoke = self.spoke or bool(line.strip())
            at += 1
        while self.own and _TRACKER.fullmatch(self.lines[self.own[-1]]):
            self.own.pop()

    def _signature_starts(self, at: int) -> bool:
        words = phrases()
        line = self.lines[at]
        if not self.spoke:
            return False
        if self.quoted and _RULE.fullmatch(line):
            return True  # what stands below a quote and a rule is a list's or a provider's footer
        if _DELIMITER.fullmatch(line):
            following = next((text for text in self.lines[at + 1 : at + 4] if text.strip()), "")
            return words.not_after_delimiter.of(following.strip()) is None
        said = words.sent_from.of(line.lstrip(" \t*_[(<")) if len(line) < 120 else None
        # "Sent from my desk, which is much easier than from my phone" is a sentence.
        return said is not None and (said != "sent from my" or len(line.split()) <= 10)

    def _skip_quote(self, at: int) -> int:
        """Past the quoted lines from `at`, and past the ends of quoted lines that a mail program wrapped."""
        self.quoted = True
        first = self.lines[at].lstrip("> \t")
        if len(first) < 500 and attribution_start(first, True, alone=True) == 0:
            self.attributed = True
        while at < len(self.lines):
            gap = not self.lines[at].strip() and at + 1 < len(self.lines) and self.marked[at + 1]
            if not (gap or self.marked[at] or self._is_wrapped_end(at)):
                break
            at += 1
        return at

    def _is_wrapped_end(self, at: int) -> bool:
        """Is this unmarked line, between marked ones, the end of the line above that a mail program broke?"""
        line, before = self.lines[at], self.lines[at - 1]
        if not line.strip() or at + 1 >= len(self.lines):
            return False
        if not self.marked[at + 1]:
            # Broken twice: a long line without an end, both times.
            twice = at + 2 < len(self.lines) and self.marked[at + 2] and self.lines[at + 1].strip()
            return bool(twice) and self.marked[at - 1] and _goes_on(before, 66) and _goes_on(line, 60)
        open_link = max(before.rfind("(http"), before.rfind("<http")) > max(before.rfind(")"), before.rfind(">", 1))
        broken = len(before) >= (66 if before.rstrip()[-1] in ".?!:" else 45)
        return open_link or broken or line.strip().startswith(("(http", "<http")) or _RULE.fullmatch(line) is not None

    def _drop_tail(self, count: int) -> None:
        if count:
            del self.own[-count:]
        for mine in (self.own, self.signature):
            while mine and (not (last := self.lines[mine[-1]]).strip() or _RULE.fullmatch(last)):
                mine.pop()

    def _history_at(self, at: int) -> "_History | None":
        line = self.lines[at]
        if not line.strip() or len(line) > _MAX_LINE:
            return None
        if _GROUPWISE.fullmatch(line):
            return _History(at + 1)
        return self._separator(at) or self._header_block(at) or self._attribution(at)

    # ---- "-----Original Message-----" ---------------------------------------------------------------------------

    def _separator(self, at: int) -> "_History | None":
        line = self.lines[at]
        found = separator(line, phrases().separators)
        if found is None and line.startswith("---") and line.rstrip().endswith("---"):
            found = separator(line, phrases().between_dashes)
            if found is not None and not _RULE.fullmatch(found.after):
                return None
        if found is None:
            return None
        rest = found.after.strip(" *>_")
        decorated = found.before or line.lstrip(" \t>*").startswith("_") or rest.startswith("-") or rest.endswith("--")
        if not decorated and not self._header_soon(at + 1):
            return None
        after = at + 1
        if not rest and decorated and after < len(self.lines) and _RULE_END.search(self.lines[after]):
            after += 1
        block = self._header_block(next_filled(self.lines, after))
        quoted = self._quote_follows(after) and block is None
        return _History(block.after if block else after, quoted)

    def _header_soon(self, at: int) -> bool:
        at = next_filled(self.lines, at)
        return at < len(self.lines) and (
            label(self.lines[at].lstrip("> ")) is not None or self._header_block(at) is not None
        )

    def _quote_follows(self, at: int) -> bool:
        if at > self.last_mark:
            return False
        at = next_filled(self.lines, at)
        return at < len(self.lines) and self.marked[at]

    # ---- "From: ... Sent: ... To: ... Subject: ..." ---------------------------------------------------------------

    def _header_block(self, at: int) -> "_History | None":
        block = header_block(self.lines, at)
        return _History(block.after, begins_above=self._name_above(block.lines)) if block is not None else None

    def _name_above(self, kinds: dict[str, str]) -> int:
        """Lotus Notes puts name and date on lines of their own above `To:`: how many of our own lines those are."""
        if "from" in kinds:
            if not kinds["from"].startswith("\t"):
                return 0
            above = next((n for n, line in enumerate(self._above(3), 1) if line.strip()), 0)
            return above if above and self._above(above)[-1].startswith("\t") else 0
        count = seen = 0
        for line in self._above(6):
            count += 1
            if not line.strip():
                continue
            if _RESPOND_TO.match(line):
                seen = count
                continue
            if NOTES_DATE.search(line):
                seen = count
                if line.strip()[0].isdigit():
                    continue
                return seen
            if label(line) == "other" or (seen and len(line.strip()) < 70):
                seen = count
                if label(line) == "other":
                    continue
                return seen
            return seen
        return seen

    def _above(self, count: int) -> list[str]:
        """Own lines upwards from here."""
        return [self.lines[at] for at in reversed(self.own[-count:])]

    # ---- "On Monday, Ann wrote:" ----------------------------------------------------------------------------------

    def _attribution(self, at: int) -> "_History | None":
        first = without_directions(self.lines[at]).strip()
        if _EVIDENT.search(first) is None and not self._quote_follows(at + 1):
            return None
        joined = ""
        for here in range(at, min(at + _ATTRIBUTION_LINES, len(self.lines))):
            line = without_directions(self.lines[here]).strip()
            if not line or (here > at and self._attribution_alone(here)):
                break
            joined = f"{joined} {line}" if joined else line
            quoted = self._quote_follows(here + 1)
            start = attribution_start(joined, quoted, alone=here == at)
            if start is not None and (here == at or start <= len(first)):
                return _History(here + 1, quoted, kept=joined[:start].rstrip(" -"))
            if start is not None or (here == at and not may_go_on(joined)):
                break
        return None

    def _attribution_alone(self, at: int) -> bool:
        line = self.lines[at].strip()
        return phrases().opener.match(line) is not None and attribution_start(line, False, alone=True) == 0


@dataclass(frozen=True, slots=True)
class _History:
    """Something that is not the writer's own: `after` is the line behind it."""

    after: int
    quoted_follows: bool = False
    begins_above: int = 0
    kept: str = ""


_EVIDENT = re.compile(r"[\d<@:：\"]")
_MARKS = frozenset(">＞|｜")
_QUOTED = re.compile(r"\s{0,3}(?:[>＞]|[|｜]\s[^|｜]*\Z)")
_GROUPWISE = re.compile(r">>> [^\n]{1,200}\d[/.:]\d[^\n]{0,30} >>>\s*")
_TRACKER = re.compile(r"\s*\u1427?\s*")  # a mark that tracking plug-ins leave at the end
_DELIMITER = re.compile(r"\s{0,3}(?:-- ?|—|–{1,2}|__|--\xa0|-- {2,4})\s*")
_RULE = re.compile(r"[\s>*]*[-_=*#~—–\u1427]{3,}\s*|\s*\u1427\s*")
_RULE_END = re.compile(r"-{3,}\s*$")
_RESPOND_TO = re.compile(r"\s*please respond to\s", re.IGNORECASE)


def _goes_on(line: str, length: int) -> bool:
    return len(line) >= length and line.rstrip()[-1] not in ".?!:"


def _is_quoted(line: str) -> bool:
    if line[:4].lstrip()[:1] not in _MARKS:
        return False
    return _QUOTED.match(line) is not None and not line.startswith(">From ")  # mbox writes that one

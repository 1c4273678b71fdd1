"""Letter templates: where they lie, what they may do, and plain words about every fault.

The only module that knows Jinja. A mail's text reaches a template as the value of a variable, never as source (H22).
A template is sentences with conditions, not a program: `_ALLOWED` names all that it may hold, so that none can call a
method, grow a string, import, recurse or loop without end, whoever wrote it.
"""

import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2 import TemplateError as JinjaError
from jinja2.runtime import BlockReference, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from triage.drafting import formats
from triage.drafting.words import Words, load_question_wording, load_words
from triage.errors import TemplateError

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.For,
    nodes.Block,
    nodes.Extends,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Tuple,
    nodes.List,
    nodes.Dict,
    nodes.Pair,
    nodes.Call,
)
BASIS = "en"
"""What another language lacks is taken from this one."""
_FILTERS = ("capitalize", "first", "join", "last", "length", "lower", "upper")
_LOOP = frozenset({"first", "last", "index", "length"})
_DEEPEST_LOOP = 3
_MEND = "Mend the template's tags."
_SOURCE_CAP = 64_000
_RENDER_CAP = 64_000
"""Characters: a letter is two or three thousand."""
_BLANKS = re.compile(r"[ \t]+")
"""Not the blanks that hold a number or a sign together: `2 000` stays on one line, and one number."""
_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?=\s|$)")
_SECONDS = 5
"""A letter takes a few milliseconds; a machine under load may need longer."""


def shipped_templates() -> Path:
    """The folder of the templates that come with the product, in a wheel and in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "_shipped" / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


class _Environment(ImmutableSandboxedEnvironment):
    """Values are strings, lists and mappings: a dot reads a key of a mapping or where a loop stands, nothing else."""

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: object, argument: object) -> object:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: object) -> bool:
        return isinstance(obj, BlockReference)


class _VettedLoader(FileSystemLoader):
    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, current = super().get_source(environment, template)
        vet(environment.parse(source, template, path), path, source)
        return source, path, lambda: current() and Path(path) == self._first(template)

    def _first(self, template: str) -> Path | None:
        """The file in use now: one that the user puts before it is taken up without a restart."""
        return next((p for folder in self.searchpath if (p := Path(folder, template)).is_file()), None)


def vet(tree: nodes.Template, path: str, source: str = "") -> None:
    """Refuse a template that holds more than sentences and conditions. Raises TemplateError with file and line."""
    if len(source) > _SOURCE_CAP:
        raise TemplateError(f"{path}: the template is longer than {_SOURCE_CAP} characters.", "Shorten it.")
    for node, loops in _walk(tree, 0):
        word = type(node).__name__.lower()
        if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Call) and not _is_super(node)):
            raise TemplateError(
                f"{path}, line {node.lineno}: a letter template can't hold {word!r}.",
                "Use variables, if, for, block and extends only.",
            )
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise TemplateError(
                f"{path}, line {node.lineno}: there is no filter {node.name!r}.", f"Use one of {', '.join(_FILTERS)}."
            )
        if isinstance(node, nodes.For) and not isinstance(node.iter, nodes.Name | nodes.Getattr):
            raise TemplateError(
                f"{path}, line {node.lineno}: a loop goes over a list that the letter has.", "Name the list alone."
            )
        if loops > _DEEPEST_LOOP:
            raise TemplateError(f"{path}, line {node.lineno}: loops lie too deep in each other.", "Use three at most.")


def _walk(node: nodes.Node, loops: int) -> Iterator[tuple[nodes.Node, int]]:
    inside = loops + isinstance(node, nodes.For)
    yield node, inside
    for child in node.iter_child_nodes():
        yield from _walk(child, inside)


def _is_super(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "super" and not (call.args or call.kwargs)


class Templates:
    """Letter templates by language: the user's folder first, file by file, then the shipped one. Compiled once,
    compiled again when a file changes."""

    def __init__(self, shipped: Path | None = None, override: Path | None = None) -> None:
        self.folders = tuple(folder for folder in (override, shipped or shipped_templates()) if folder is not None)
        self._environment = _Environment(
            loader=_VettedLoader(self.folders),
            undefined=StrictUndefined,
            autoescape=False,  # the output is plain text; `letters.to_html` escapes it as a whole
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=2000,
        )
        self._environment.globals.clear()
        self._environment.filters = {name: self._environment.filters[name] for name in _FILTERS}
        self._words: dict[tuple[Path, int], Words] = {}
        self._questions: dict[tuple[Path, int], Mapping[str, str]] = {}

    def languages(self) -> frozenset[str]:
        """Languages (ISO 639-1) that have a template set: a frame and words at least, the rest may be English."""
        frames = {frame.parent.name for folder in self.folders for frame in folder.glob("*/letter.j2")}
        return frozenset(language for language in frames if self.has(language, "words.toml"))

    def has(self, language: str, name: str) -> bool:
        """Whether the language has this file itself."""
        return any((folder / language / name).is_file() for folder in self.folders)

    def words(self, language: str) -> Words:
        """The language's word lists, read again when the file changes."""
        key = _version(self.find(language, "words.toml"))
        if key not in self._words:
            self._words[key] = load_words(key[0])
        return self._words[key]

    def questions(self, language: str) -> Mapping[str, str]:
        """Ask-back questions by id, read again when the file changes; in English where the language lacks one."""
        key = _version(self.find(language, "questions.toml"))
        if key not in self._questions:
            self._questions[key] = load_question_wording(key[0])
        own = self._questions[key]
        return own if language == BASIS else {**self.questions(BASIS), **own}

    def find(self, language: str, name: str) -> Path:
        """The file in use, in English where the language lacks it. Raises TemplateError when neither folder has it."""
        for spoken in dict.fromkeys((language, BASIS)):
            for folder in self.folders:
                if (path := folder / spoken / name).is_file():
                    return path
        raise TemplateError(
            f"The template {language}/{name} is missing.",
            f"Put it into {self.folders[0] / language}, or remove the language from company.languages.",
        )

    def render(self, language: str, block: str, values: Mapping[str, object]) -> str:
        """The words of `<language>/<block>.j2`: lines trimmed, no more than one blank line in a row.

        Raises TemplateError, with file, line and remedy, when the template is missing or broken, asks for a variable
        that does not exist, or makes more than a letter can be.
        """
        return self.render_letter(language, block, values, ())[0]

    def render_letter(
        self, language: str, block: str, values: Mapping[str, object], parts: Iterable[str]
    ) -> tuple[str, Mapping[str, str]]:
        """The words as in `render`, and those of some of its blocks alone."""
        name = f"{language if self.has(language, f'{block}.j2') else BASIS}/{block}.j2"
        units = self.words(language).units
        words = {key: _without_letters(formats.plain(value, language, units)) for key, value in values.items()}
        try:
            return self._rendered(name, words, parts)
        except TemplateNotFound as error:
            raise TemplateError(f"The template {error.name} is missing.", f"Put it into {self.folders[0]}.") from error
        except TemplateSyntaxError as error:
            raise TemplateError(f"{error.filename or name}, line {error.lineno}: {error.message}.", _MEND) from error
        except (JinjaError, TypeError, ValueError, OSError, RecursionError) as error:
            raise TemplateError(
                f"{self._where(error, name)}: {error}.", f"Variables here: {', '.join(sorted(words))}."
            ) from error

    def _rendered(self, name: str, words: dict[str, object], parts: Iterable[str]) -> tuple[str, Mapping[str, str]]:
        template = self._environment.get_template(name)
        context = template.new_context(words)
        try:
            text = tidy(_capped(template.root_render_func(context)))
            blocks = {part: tidy(_capped(context.blocks[part][0](context))) for part in parts if part in context.blocks}
        except Exception:
            self._environment.handle_exception()  # raises it anew, with the template's own lines
        return text, blocks

    def strange_names(self, language: str, block: str, known: Iterable[str]) -> tuple[tuple[str, int], ...]:
        """Variables that a template asks for and that nothing gives it, with their lines. Raises TemplateError."""
        path = self.find(language, f"{block}.j2")
        try:
            tree = self._environment.parse(path.read_text(encoding="utf-8"), block, str(path))
        except TemplateSyntaxError as error:
            raise TemplateError(f"{path}, line {error.lineno}: {error.message}.", _MEND) from error
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{path}: {error}.", "Save it as UTF-8 text that can be read.") from error
        vet(tree, str(path))
        strange = meta.find_undeclared_variables(tree) - {*known, "super"}
        return tuple((node.name, node.lineno) for node in tree.find_all(nodes.Name) if node.name in strange)

    def _where(self, error: Exception, name: str) -> str:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
        return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else name


class _Text(str):
    """A text that no loop can take apart: three loops over letters would take hours (H22)."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a text is no list")


def _without_letters(value: object) -> object:
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, Mapping):
        return {key: _without_letters(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_letters(item) for item in value]
    return value


def _version(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_mtime_ns


def _capped(output: Iterable[str]) -> str:
    pieces: list[str] = []
    length = 0
    until = time.monotonic() + _SECONDS
    for piece in output:
        length += len(piece)
        if length > _RENDER_CAP:
            raise ValueError(f"the template makes more than {_RENDER_CAP} characters")
        if time.monotonic() > until:
            raise ValueError(f"the template takes more than {_SECONDS} seconds")
        pieces.append(piece)
    return "".join(pieces)


def tidy(text: str) -> str:
    """Lines trimmed, inner spaces single, at most one blank line in a row; where a sentence ends in an abbreviation
    ("20 ноября 2026 г."), one full stop is enough."""
    lines: list[str] = []
    for line in text.splitlines():
        words = _TWO_STOPS.sub(".", _BLANKS.sub(" ", line.strip()))
        if words or (lines and lines[-1]):
            lines.append(words)
    return "\n".join(lines).strip()

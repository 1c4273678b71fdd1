"""The documents are true: every key, command and rule id that the code has is explained where users look."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from triage.cli.main import app
from triage.config import Settings

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"\b(R\d{1,2}|I\d{1,2}|A\d{1,2}|[FHS]\d\d)\b")


def keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for part in _models(field.annotation):
            yield from keys(part)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


@pytest.mark.parametrize("key", sorted(set(keys(Settings))))
def test_every_configuration_key_stands_in_the_example(key: str) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    assert re.search(rf"\b{key}\b", example), f"config.example.toml does not explain {key}"


def commands(group: typer.Typer, prefix: str = "triage") -> Iterator[str]:
    for command in group.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")  # type: ignore[union-attr]
        yield f"{prefix} {name}"
    for sub in group.registered_groups:
        yield from commands(sub.typer_instance, f"{prefix} {sub.name}")  # type: ignore[arg-type]


@pytest.mark.parametrize("command", sorted(commands(app)))
def test_every_command_stands_in_the_reference(command: str) -> None:
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert f"`{command}" in reference


def test_every_rule_that_the_code_cites_is_explained() -> None:
    explained = _explained()
    cited = {
        (rule, str(path.relative_to(ROOT)))
        for path in (ROOT / "triage").rglob("*.py")
        for words in _comments(path)
        for rule in RULE.findall(words)
    }

    assert len(cited) > 50
    assert {(rule, path) for rule, path in cited if rule not in explained} == set()


def _comments(path: Path) -> Iterator[str]:
    """Comments and docstrings, where rules are cited; strings that hold product names are left out."""
    with path.open("rb") as file:
        yield from (token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def _explained() -> set[str]:
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("rules.md", "audit-rules.md"))
    found = set(RULE.findall(text))
    for kind, first, last in re.findall(r"\b([RFHSIA])(\d{1,2})-[RFHSIA](\d{1,2})\b", text):
        width = len(first)
        found |= {f"{kind}{number:0{width}d}" for number in range(int(first), int(last) + 1)}
    return found


def test_the_tests_that_hold_the_rules_exist() -> None:
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", rules)

    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / "tests" / "unit" / file).read_text(encoding="utf-8")
    ]

    assert named
    assert missing == []

"""The transcript of docs/api.md, asked for real: each command gets the status and the fields that are shown there."""

import re
import shlex
from pathlib import Path

from tests.harness.desks import inquiry
from tests.unit.web.api import program
from tests.unit.web.desk import Site, site
from triage.vocabulary.access import Scope

__all__ = ["site"]
DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"
STEP = re.compile(r"^\$ (curl .+)\n(\d{3}) (.+)$", re.MULTILINE)


def parsed(command: str) -> tuple[str, str, dict[str, str], str]:
    """(method, address, headers, body) of a curl command."""
    words = shlex.split(command)[1:]
    method, address, headers, body = "GET", "", {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            address = word
    return method, address, headers, body


def test_the_transcript_is_true(site: Site) -> None:
    site.desktop.arrive(inquiry())
    token = program(site, Scope.REVIEW, Scope.APPROVE).headers["authorization"].removeprefix("Bearer ")
    client, seen = site.stranger(), ""
    steps = STEP.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(steps) == 7
    for command, status, shown in steps:
        filled = command.replace("$TOKEN", token).replace("$HASH", seen).replace("$TRIAGE", "")
        method, address, headers, body = parsed(filled)
        answer = client.request(method, address, headers=headers, content=body.encode())
        assert answer.status_code == int(status), (command, answer.text)
        assert set(re.findall(r'"(\w+)":', shown)) <= set(re.findall(r'"(\w+)":', answer.text)), command
        for field, value in re.findall(r'"(status|approved_by|edited_by|revision)": ("?[\w ]+"?)', shown):
            assert f'"{field}":{value}' in answer.text, command
        seen = answer.json().get("content_hash", seen)

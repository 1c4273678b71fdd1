"""Every rule of the page has tests that exist, and those rules that no other file of tests is about."""

import re
from pathlib import Path

import pytest

from tests.harness.desks import CONFIG
from tests.unit.web.api import program
from tests.unit.web.desk import Site, site
from triage.vocabulary.people import Role

__all__ = ["site"]
ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| (S\d\d) \| (.+) \|$", re.MULTILINE)


def table() -> dict[str, list[tuple[str, str]]]:
    """Rule to (file, test)."""
    text = (ROOT / "docs" / "page-rules.md").read_text(encoding="utf-8")
    return {rule: re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests) for rule, tests in ROW.findall(text)}


@pytest.mark.parametrize("number", range(1, 21))
def test_every_rule_has_tests_that_exist(number: int) -> None:
    named = table()[f"S{number:02d}"]
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_nothing_draws_a_mail_on_the_server() -> None:
    """A renderer with access to files and network once gave any file to anybody (CVE-2026-22200)."""
    wanted = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(wanted) > 20
    renderers = {"weasyprint", "pdfkit", "reportlab", "xhtml2pdf", "imgkit", "playwright", "selenium", "pyppeteer"}
    assert not renderers & {name.lower() for name in wanted}


def test_every_dependency_is_pinned_with_its_hash() -> None:
    for name in ("run.txt", "test.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        entries = [entry for entry in re.split(r"\n(?=\S)", text) if "==" in entry and not entry.startswith("#")]
        assert len(entries) > 20
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_secret_of_the_configuration_is_shown(site: Site) -> None:
    """Neither on a page nor by the API: the passwords of the mailboxes, and the key of the audit log."""
    secret = re.search(r'password = \{ value = "(\w+)" \}', CONFIG)
    assert secret
    key = site.app.settings.database.audit_key_file.read_text(encoding="ascii").strip()
    page, client = site.signed_in(Role.ADMIN), program(site)
    for path in ("/review", "/health", "/settings", "/account", "/metrics", "/healthz"):
        text = page.get(path).text
        assert key not in text
        assert f">{secret[1]}<" not in text
    for path in ("health", "users", "tokens", "webhooks", "parked"):
        text = client.get(f"/api/v1/{path}").text
        assert key not in text
        assert f'"{secret[1]}"' not in text

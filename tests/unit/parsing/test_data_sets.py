"""Real mails of the shared development data, held to a little less than measured. Skipped where the data is absent."""

import gzip
import json
import time
from pathlib import Path
from statistics import median

import pytest

from benchmarks import machine_mail, mime, newest_text
from triage.parsing import parse

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")


@pytest.mark.parametrize(
    ("name", "exact", "ratio"),
    [
        ("discourse", 87, 0.94),
        ("crisp", 96, 0.96),
        ("talon", 96, 0.96),
        ("quotequail", 100, 1.0),
        ("Enron top-post", 98, 0.98),
        ("Apache top-post", 94, 0.975),
        ("Enron plain", 99, 0.995),
        ("Apache plain", 98, 0.99),
    ],
)
def test_newest_text_of_plain_mails(name: str, exact: float, ratio: float) -> None:
    result = newest_text.score(list(newest_text.SETS[name](DATA)), newest_text.READERS["ours"])
    assert result.exact >= exact
    assert result.ratio >= ratio


def test_newest_part_of_html_replies() -> None:
    assert newest_text.score(list(newest_text.html(DATA)), newest_text.read_html).exact == 100


def test_newest_part_of_whole_mails() -> None:
    assert newest_text.score(list(newest_text.eml(DATA)), newest_text.read_eml).exact == 100


def test_signatures_are_found_and_not_invented() -> None:
    result = newest_text.signatures(DATA)
    assert result.exact >= 80
    assert result.recall >= 0.82
    assert result.precision >= 0.93


def test_bounces_reports_and_vacation_notes_are_known() -> None:
    right = machine_mail.kinds_right(list(machine_mail.labelled(DATA, "bounce-sisimai")))
    assert right["bounce", True] >= 0.99 * (right["bounce", True] + right["bounce", False])
    assert (right["feedback_report", False], right["auto_reply", False], right["person", False]) == (0, 0, 0)


def test_people_are_not_taken_for_machines() -> None:
    assert machine_mail.false_alarms(list(machine_mail.ham(DATA, "spam-enron"))) == []
    alarms = machine_mail.false_alarms(list(machine_mail.ham(DATA, "spam-spamassassin")))
    assert all("mail server" in alarm.reason or "RFC 3464" in alarm.reason for alarm in alarms)


def test_no_mail_of_any_set_defeats_the_parser() -> None:
    for path in [*(DATA / "mime-robust" / "eml").rglob("*"), *(DATA / "mime-stalwart" / "eml").iterdir()]:
        if path.is_file():
            assert "parse-failed" not in [defect.code for defect in parse(path.read_bytes()).defects], path.name


def test_well_formed_mime_is_read_as_expected() -> None:
    cases = list(mime.well_formed(DATA))
    for figure, misses in mime.accuracy(cases, mime.ours).items():
        assert 100 * (1 - len(misses) / len(cases)) >= mime.BARS[figure], (figure, misses)


def test_spam_and_ham_are_read_without_loss_and_in_time() -> None:
    lossy, took = 0, []
    rows = gzip.decompress((DATA / "spam-spamassassin" / "mails.jsonl.gz").read_bytes()).splitlines()
    for line in rows:
        raw = json.loads(line)["raw"].encode("latin-1")
        start = time.thread_time()
        mail = parse(raw)
        took.append(time.thread_time() - start)
        lossy += "\ufffd" in mail.text
    assert lossy <= 0.003 * len(rows)
    assert median(took) < 0.002

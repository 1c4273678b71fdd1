import json
from pathlib import Path

import pytest

from triage import parsing
from triage.scoring.corpus import CorpusError
from triage.scoring.evaluation import figures_of, intervals_of
from triage.scoring.labelled import read_labelled
from triage.scoring.report import html_report
from triage.vocabulary.inquiry import Kind

RAW = "From: a@buyer.example\nSubject: Angebot f\xfcr Lampen\n\nBitte 20 St\xfcck\n"


def test_lines_with_fields_or_whole_mails_are_read(tmp_path: Path) -> None:
    rows = [{"kind": "rfq", "subject": "Lamps", "text": "20 pcs?"}, {"kind": "scam", "raw": RAW, "lang": "de"}]
    path = tmp_path / "mails.jsonl"
    path.write_text("\n\n".join(json.dumps(row) for row in rows), "utf-8")
    first, second = read_labelled(path)
    assert (first.id, first.kind, first.language, parsing.parse(first.raw).subject) == (
        "mails.jsonl:1",
        Kind.RFQ,
        "und",
        "Lamps",
    )
    assert (second.id, second.kind, second.language, second.raw) == (
        "mails.jsonl:3",
        Kind.SCAM,
        "de",
        RAW.encode("latin-1"),
    )


def test_a_folder_for_each_kind_is_read(tmp_path: Path) -> None:
    for kind in ("complaint", "rfq"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "a.eml").write_bytes(RAW.encode("latin-1"))
    assert [(mail.id, mail.kind) for mail in read_labelled(tmp_path)] == [
        ("rfq/a.eml", Kind.RFQ),
        ("complaint/a.eml", Kind.COMPLAINT),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "mails.jsonl line 1"),
        ('{"kind": "love_letter", "raw": "x"}', "love_letter"),
        ('{"kind": "rfq"}', "subject"),
        ("[]", "mails.jsonl line 1"),
        ("", "no labelled mails"),
    ],
)
def test_a_bad_line_is_named_with_the_forms_that_are_read(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mails.jsonl").write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        read_labelled(tmp_path / "mails.jsonl")
    assert "one subfolder for each kind" in caught.value.remedy


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nothing at"):
        read_labelled(tmp_path / "none")


def test_the_report_stands_alone_and_shows_figures_as_text() -> None:
    import numpy as np

    labels, true = (Kind.RFQ, Kind.SCAM), [Kind.RFQ, Kind.RFQ, Kind.SCAM]
    figures = figures_of(true, np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]]), labels, ["en", "de", "en"])
    intervals = intervals_of(true, [Kind.RFQ, Kind.SCAM, Kind.SCAM])
    page = html_report(figures, intervals, "<script>alert(1)</script>", "kind-1")
    assert "<script>" not in page
    assert "http" not in page
    assert page.count("<svg") == 2
    assert "0.667" in page
    assert intervals["accuracy"][0] <= figures.accuracy <= intervals["accuracy"][1]

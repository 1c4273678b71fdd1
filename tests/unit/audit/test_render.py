import csv
import io
import json

import pytest

from tests.unit.audit.desk import OFFICE, at
from tests.unit.audit.test_report import NOW, response
from triage.audit.render import as_csv, as_json, duration, guarded, shown, table, width
from triage.audit.report import Dimension, Report, report
from triage.vocabulary.inquiry import Kind, Tier

ROWS = (
    response(1, at(9), 1800.0, country="US", tier=Tier.A, kind=Kind.RFQ),
    response(2, at(10), 7500.0, country="CN", subject="询价:LED面板灯 3000件", holding_at=at(10.5)),
    response(3, at(16, days=1), country="DE", subject="Where is my\x1b[31m order?\r\nBcc: x\u202e"),
)


def made(*by: Dimension) -> Report:
    return report(ROWS, by, NOW, OFFICE)


def test_the_table_reads_at_a_glance() -> None:
    assert table(made(Dimension.MARKET)).splitlines() == [
        "Response times of mails that came 2026-06-15 to 2026-06-16 (UTC)",
        "",
        "due an answer  3",
        "answered       2 (67 %)",
        "in target      1 of 3 (33 %)",
        "waiting        1",
        "holding reply  1",
        "",
        "             median        mean         p90     longest",
        "elapsed  3 h 52 min  3 h 52 min  5 h 46 min  6 h 15 min",
        "working  1 h 17 min  1 h 17 min  1 h 55 min  2 h 05 min",
        "",
        "By market (working time)",
        "market  due  answered  answered %  in target %  held      median        mean         p90",
        "CN        1         1       100 %          0 %     1  2 h 05 min  2 h 05 min  2 h 05 min",
        "DE        1         0         0 %          0 %     0           -           -           -",
        "US        1         1       100 %        100 %     0      30 min      30 min      30 min",
        "",
        "Longest waits for an answer (working time)",
        "      took     elapsed      target  tier  kind     came              from                   subject",
        "2 h 05 min  6 h 15 min  1 h 00 min  B     inquiry  2026-06-15 10:00  buyer2@muster.example  "
        "询价:LED面板灯 3000件",
        "    30 min  1 h 30 min  1 h 00 min  A     rfq      2026-06-15 09:00  buyer1@muster.example  Subject 1",
        "",
        "Waiting now (working time)",
        "      took      elapsed      target  tier  kind     came              from                   subject",
        "7 h 00 min  23 h 00 min  1 h 00 min  B     inquiry  2026-06-16 16:00  buyer3@muster.example  "
        "Where is my [31m order? Bcc: x",
    ]


def test_an_empty_report_says_so() -> None:
    text = table(report([], (Dimension.TIER,), NOW, OFFICE))
    assert text.splitlines()[0] == "Response times: no mail was due an answer"
    assert "answered       0 (-)" in text.splitlines()


def test_a_shortened_list_says_how_many_there_are() -> None:
    found = report([response(n, at(9)) for n in range(1, 5)], (), NOW, OFFICE, waiting=2)
    assert "Waiting now, the longest 2 of 4 (working time)" in table(found).splitlines()


def test_columns_stay_aligned_after_wide_words() -> None:
    rows = [response(1, at(9), 60.0, person="陈小姐"), response(2, at(9), 60.0, person="Lin")]
    lines = table(report(rows, (Dimension.PERSON,), NOW, OFFICE)).splitlines()
    start = lines.index("By person (working time)")
    assert {width(line) for line in lines[start + 1 : start + 4]} == {width(lines[start + 1])}


def test_width_counts_columns_of_a_terminal() -> None:
    assert [width(text) for text in ("abc", "询价", "カタ", "ｶﾀ", "한국", "e\u0301", "")] == [3, 4, 4, 2, 4, 1, 0]


def test_hostile_names_become_one_short_line() -> None:
    assert shown("a\x1b[2J\r\n\tb\u202ec\x00", 40) == "a [2J b c"
    assert shown("询" * 40, 40) == "询" * 19 + "…"
    assert width(shown("x" * 100_000, 32)) == 32


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00 min"), (90_061, "25 h 01 min")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_json_carries_every_figure_with_its_definition() -> None:
    told = json.loads(as_json(made(Dimension.TIER, Dimension.MARKET)))
    assert sorted(told) == [
        "by",
        "groups",
        "now",
        "percentiles",
        "since",
        "time_zone",
        "total",
        "until",
        "waiting",
        "worst",
    ]
    assert told["total"]["due"] == 3
    assert told["total"]["share_answered"] == 0.6667
    assert told["total"]["working_p90"] == 6930
    assert told["by"] == ["tier", "market"]
    assert [(group["tier"], group["market"], group["due"]) for group in told["groups"]] == [
        ("A", "US", 1),
        ("B", "CN", 1),
        ("B", "DE", 1),
    ]
    assert told["groups"][2]["working_median"] is None
    assert told["waiting"][0]["received_at"] == "2026-06-16T16:00:00+00:00"
    assert told["worst"][0]["subject"] == "询价:LED面板灯 3000件"


def test_csv_has_a_line_for_each_group_and_the_total() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(made(Dimension.MARKET)))))
    assert [(row["market"], row["due"], row["working_median"]) for row in rows] == [
        ("CN", "1", "7500.0"),
        ("DE", "1", ""),
        ("US", "1", "1800.0"),
        ("", "3", "4650.0"),
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49 30", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
)
def test_h24_no_cell_is_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    told = as_csv(report([response(1, at(9), 60.0, person=cell)], (Dimension.PERSON,), NOW, OFFICE))
    assert list(csv.reader(io.StringIO(told, newline="")))[1][0] == f"'{cell}"


def test_plain_words_stay_as_they_are() -> None:
    assert [guarded(cell) for cell in ("DE", "lin", "1=1", "")] == ["DE", "lin", "1=1", ""]

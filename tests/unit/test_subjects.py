import pytest

from triage.vocabulary.subjects import base_subject, is_continued, is_forward


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Valves", "Valves"),
        ("Re: Valves", "Valves"),
        ("RE: AW: re[2]: Valves", "Valves"),
        ("Re(3) : Valves", "Valves"),
        ("SV: VS: Valves", "Valves"),
        ("R: I: Valvole", "Valvole"),
        ("Res: RES: Válvula", "Válvula"),
        ("Fwd: [EXT] Re: Valves", "Valves"),
        ("[External] Valves", "Valves"),
        ("回复：报价", "报价"),
        ("回复：答复: Re：转发: 报价 ", "报价"),
        ("답장: 견적", "견적"),
        ("Re-order of valves", "Re-order of valves"),
        ("Regarding valves", "Regarding valves"),
        ("Resistance bands: price", "Resistance bands: price"),
        ("[valves] price", "[valves] price"),
        ("Re:", ""),
        ("", ""),
        ("  two\r\n lines\0 ", "two lines"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\ud800b", "a b"),
        ("re: " * 400 + "x", "x"),
    ],
)
def test_marks_tags_and_what_no_header_carries_go(subject: str, expected: str) -> None:
    assert base_subject(subject) == expected


@pytest.mark.parametrize(
    ("subject", "continued", "forward"),
    [
        ("Valves", False, False),
        ("Re: Valves", True, False),
        ("[EXT] AW: Valves", True, False),
        ("Fwd: Re: Valves", True, True),
        ("Re: Fwd: Valves", True, False),
        (" WG: Ventile", True, True),
        ("转发：报价", True, True),
        ("Repair: valves", False, False),
        ("", False, False),
    ],
)
def test_answers_and_forwards_are_told_by_the_newest_mark(subject: str, continued: bool, forward: bool) -> None:
    assert (is_continued(subject), is_forward(subject)) == (continued, forward)

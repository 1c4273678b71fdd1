from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from triage.audit.anchors import MOST_BYTES, Anchor, last_anchor, read_anchors, write_anchor
from triage.audit.log import Fault, check_chain, seal, sealer, verify
from triage.errors import StoreError
from triage.vocabulary.records import AuditEvent

KEY = b"a key for tests only"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def chain(length: int, key: bytes = KEY) -> list[AuditEvent]:
    events: list[AuditEvent] = []
    mac = ""
    for seq in range(1, length + 1):
        data = {"hash": f"h{seq}", "a": "b"}
        mac = seal(key, mac, seq, NOW, "li", "draft.approved", f"draft:{seq}", data)
        events.append(AuditEvent(seq, NOW, "li", "draft.approved", f"draft:{seq}", data, mac))
    return events


def codes(faults: Iterable[Fault]) -> list[tuple[int, str]]:
    return [(fault.seq, fault.code) for fault in faults]


def test_a_whole_chain_has_no_faults() -> None:
    events = chain(5)
    assert list(check_chain(events, KEY, [Anchor(3, events[2].mac), Anchor(5, events[4].mac)])) == []
    assert list(check_chain([], KEY)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda event: replace(event, at=NOW + timedelta(microseconds=1)),
        lambda event: replace(event, actor="wang"),
        lambda event: replace(event, name="draft.sent"),
        lambda event: replace(event, subject="draft:4"),
        lambda event: replace(event, data={}),
        lambda event: replace(event, data={"hash": "h3", "ab": ""}),
        lambda event: replace(event, mac="0" * 64),
    ],
)
def test_an_edited_event_is_found(change: Callable[[AuditEvent], AuditEvent]) -> None:
    events = chain(5)
    events[2] = change(events[2])
    faults = list(check_chain(events, KEY))
    assert (3, "altered") in codes(faults)
    assert str(faults[0]) == "Event 3 is not what was written."


def test_one_edit_is_one_fault() -> None:
    events = chain(5)
    events[2] = replace(events[2], actor="wang")
    assert codes(check_chain(events, KEY)) == [(3, "altered")]


@pytest.mark.parametrize(("gone", "said"), [((0,), 1), ((2,), 3), ((1, 2), 2)])
def test_deleted_events_are_found(gone: tuple[int, ...], said: int) -> None:
    events = [event for place, event in enumerate(chain(5)) if place not in gone]
    assert codes(check_chain(events, KEY)) == [(said, "missing")]


def test_renumbering_after_a_deletion_is_found() -> None:
    events = chain(5)
    del events[2]
    renumbered = [replace(event, seq=seq) for seq, event in enumerate(events, 1)]
    assert (3, "altered") in codes(check_chain(renumbered, KEY))


def test_reordered_events_are_found() -> None:
    events = chain(5)
    events[1], events[2] = replace(events[2], seq=2), replace(events[1], seq=3)
    assert {(2, "altered"), (3, "altered")} <= set(codes(check_chain(events, KEY)))


def test_an_inserted_event_is_found() -> None:
    events = chain(5)
    again = [*events[:3], replace(events[2], seq=4), *(replace(event, seq=event.seq + 1) for event in events[3:])]
    assert (4, "altered") in codes(check_chain(again, KEY))


def test_a_chain_made_anew_without_the_key_is_found() -> None:
    forged = chain(3, b"another key")
    assert codes(check_chain(forged, KEY)) == [(1, "altered"), (2, "altered"), (3, "altered")]


def test_a_cut_off_end_is_found_by_an_anchor_alone() -> None:
    events = chain(5)
    assert list(check_chain(events[:3], KEY)) == []
    assert codes(check_chain(events[:3], KEY, [Anchor(5, events[4].mac)])) == [(4, "cut_off")]
    assert codes(check_chain([], KEY, [Anchor(5, events[4].mac)])) == [(1, "cut_off")]


def test_another_end_of_the_same_length_is_found_by_an_anchor() -> None:
    events = chain(3)
    mac = seal(KEY, events[1].mac, 3, NOW, "li", "draft.rejected", "draft:3", {})
    other = [*events[:2], AuditEvent(3, NOW, "li", "draft.rejected", "draft:3", {}, mac)]
    assert list(check_chain(other, KEY)) == []
    assert codes(check_chain(other, KEY, [Anchor(3, events[2].mac)])) == [(3, "altered")]


def test_the_seal_holds_in_any_time_zone_and_order_of_data() -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    there = seal(KEY, "", 1, local, "li", "n", "s", {"b": "2", "a": "1"})
    assert sealer(KEY)("", 1, NOW, "li", "n", "s", {"a": "1", "b": "2"}) == there


def test_fields_that_run_together_have_different_seals() -> None:
    assert seal(KEY, "", 1, NOW, "ab", "c", "d", {}) != seal(KEY, "", 1, NOW, "a", "bc", "d", {})
    assert seal(KEY, "", 1, NOW, "a", "b", "c", {"x": "y"}) != seal(KEY, "", 1, NOW, "a", "b", "c", {"xy": ""})


class Log:
    """A log in memory that hands out small pages."""

    def __init__(self, events: list[AuditEvent]) -> None:
        self._events = events

    def append(self, *_: object) -> None:
        raise AssertionError("verification only reads")

    def by_subject(self, sort: str) -> Iterator[AuditEvent]:
        return iter(())

    def events(self, after_seq: int = 0, limit: int = 10_000) -> Sequence[AuditEvent]:
        return [event for event in self._events if event.seq > after_seq][: min(limit, 3)]

    def head(self) -> tuple[int, str]:
        return self._events[-1].seq, self._events[-1].mac


def test_a_long_log_is_read_in_pages() -> None:
    events = chain(10)
    assert list(verify(Log(events), KEY)) == []
    events[7] = replace(events[7], actor="wang")
    assert codes(verify(Log(events), KEY)) == [(8, "altered")]


def test_how_far_the_check_is_can_be_watched_and_faults_come_as_they_are_found() -> None:
    events, steps = chain(10), list[int]()
    events[0] = replace(events[0], actor="wang")
    found = verify(Log(events), KEY, checked=steps.append)
    assert next(found).code == "altered"
    assert steps == [], "nothing but the first page was read"
    assert list(found) == []
    assert steps == [3, 6, 9, 10]


def test_anchors_are_added_to_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    assert read_anchors(path) == []
    write_anchor(path, (0, ""), NOW)
    assert not path.exists(), "an empty log has no head to anchor"
    for head in ((3, "aa"), (3, "aa"), (7, "bb")):
        write_anchor(path, head, NOW)
    assert read_anchors(path) == [Anchor(3, "aa"), Anchor(7, "bb")]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().splitlines()[0] == '{"seq": 3, "mac": "aa", "at": "2026-03-02T01:00:00+00:00"}'


def test_of_a_file_of_anchors_only_the_end_is_read_before_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    path.write_text("no anchor\n" * 500 + '{"seq": 2, "mac": "bb"}\n')
    assert last_anchor(path) == Anchor(2, "bb")
    for head in ((2, "bb"), (3, "aa"), (3, "aa")):
        write_anchor(path, head, NOW)
    assert last_anchor(path) == Anchor(3, "aa")
    assert len(path.read_text().splitlines()) == 502
    with pytest.raises(StoreError, match="can't be read"):
        read_anchors(path)


def test_a_file_of_anchors_stays_small_and_keeps_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    for seq in range(1, 5_001):
        write_anchor(path, (seq, f"{seq:064x}"), NOW)
    assert path.stat().st_size <= MOST_BYTES + 200
    assert path.stat().st_mode & 0o777 == 0o600
    known = [anchor.seq for anchor in read_anchors(path)]
    assert known == sorted(set(known)), "in order, each once"
    assert known[0] == 1, "the oldest stays"
    assert known[-500:] == list(range(4_501, 5_001)), "the newest are all there"
    assert not path.with_name("anchors.new").exists()


def test_no_anchor_is_lost_when_processes_write_and_thin_out_at_once(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    path.write_text('{"seq": 1, "mac": "aa"}\n' * (MOST_BYTES // 24))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seq: write_anchor(path, (seq, f"{seq:064x}"), NOW), range(2, 402)))
    known = [anchor.seq for anchor in read_anchors(path)]
    assert sorted(seq for seq in known if seq > 1) == list(range(2, 402))


@pytest.mark.parametrize("content", ["no json\n", '{"seq": 1}\n', "[1]\n", '{"seq": 1, "mac": "a', "\xff"])
def test_a_broken_anchor_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "anchors"
    path.write_text(content)
    with pytest.raises(StoreError, match=r"anchors can't be read: .* Restore it from a copy"):
        read_anchors(path)


def test_an_anchor_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be written"):
        write_anchor(tmp_path / "missing" / "anchors", (1, "aa"), NOW)

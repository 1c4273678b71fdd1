"""Training on a handful of mails: quick, and enough to see the rules hold."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from triage import parsing, reading, screening
from triage.scoring.calibration import LABELS, abstain_below, best_temperature
from triage.scoring.card import model_card
from triage.scoring.corpus import PUBLIC, CorpusError, digest, read_corpus, read_extra
from triage.scoring.embedding import SIZE
from triage.scoring.features import Item
from triage.scoring.kind import KindModel
from triage.scoring.training import folds, label_by_likeliest, prepare, train
from triage.vocabulary.inquiry import Kind, Quality

MODELS = Path(__file__).parents[3] / "models"
SHIPPED = MODELS / "corpus"
TEXTS = {
    Kind.RFQ: "Please quote {n} pcs of item {n} CIF Lagos",
    Kind.COMPLAINT: "{n} of the lamps arrived broken, we want a refund",
    Kind.SCAM: "My late client left {n} million dollars without next of kin",
}


def read(raw: bytes) -> Item:
    mail = parsing.parse(raw)
    return Item(mail, reading.read(mail), screening.screen(mail, frozenset()))


def row(kind: Kind, number: int, /, **changes: object) -> dict[str, object]:
    text = TEXTS[kind].format(n=number)
    quality = "medium" if kind.is_buyer else "none"
    plain = {
        "id": f"{kind}-{number}",
        "lang": "en",
        "kind": kind,
        "quality": quality,
        "subject": f"No {number}",
        "text": text,
    }
    return {**plain, **changes}


def write(folder: Path, rows: list[dict[str, object]]) -> Path:
    (folder / "en.jsonl").write_text("".join(json.dumps(line) + "\n" for line in rows), "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path, [row(kind, number) for kind in TEXTS for number in range(8)])


def told_apart(texts: Sequence[str]) -> NDArray[np.float32]:
    """An embedding that knows three subjects."""
    words = ("quote", "refund", "million")
    vectors = np.full((len(texts), SIZE), 0.01, dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row, [place for place, word in enumerate(words) if word in text]] = 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_second_look_is_kept_in_the_file(corpus: Path, tmp_path: Path) -> None:
    trained = train(corpus, read, embed=told_apart)
    path = tmp_path / "kind.model"
    trained.model.save(path, trained.notes)
    kept = KindModel.load(path, second_look=False)
    vectors, bags = told_apart(["they lost a million"]), [trained.examples[0].bag]
    for loaded, fitted in zip(kept.logits(bags, vectors), trained.model.logits(bags, vectors), strict=True):
        assert loaded == pytest.approx(fitted, abs=1e-2)
    assert trained.logits.second is not None
    told = [LABELS[row.argmax()] for row in trained.logits.second]
    assert told == [example.mail.kind for example in trained.examples]


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    """A public collection in the SpamAssassin layout."""
    folder = tmp_path / "public"
    folder.mkdir()
    groups = ("spam-1", "easy-ham-1", "hard-ham-1", "spam-2")
    with gzip.open(folder / "mails.jsonl.gz", "wt", encoding="utf-8") as file:
        for number, group in enumerate(groups):
            raw = f"Subject: x\n\nmillions of dollars {number} caf\xe9\n"
            file.write(json.dumps({"id": str(number), "group": group, "raw": raw}) + "\n")
    return folder


def test_training_learns_what_the_corpus_shows(corpus: Path) -> None:
    lines: list[str] = []
    trained = train(corpus, read, progress=lines.append)
    assert trained.figures.accuracy == 1.0
    assert (trained.later, trained.extra, trained.notes["corpus_mails"]) == (None, 0, 24)
    assert trained.notes["corpus_sha256"] == digest(corpus)
    assert lines[0] == "24 training mails read, 0 of them labelled here"
    (prediction,) = trained.model.predict(
        [read(b"Subject: claim\n\n9 of the lamps arrived broken, we want a refund\n")]
    )
    assert prediction.kind is Kind.COMPLAINT


def test_the_same_corpus_gives_the_same_file(corpus: Path, tmp_path: Path) -> None:
    for name in ("a.model", "b.model"):
        trained = train(corpus, read)
        trained.model.save(tmp_path / name, trained.notes)
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()
    assert KindModel.load(tmp_path / "a.model").version == trained.model.version


def test_later_batches_have_figures_of_their_own(corpus: Path) -> None:
    rows = [row(kind, number, batch=2 if number > 5 else 1) for kind in TEXTS for number in range(8)]
    later = train(write(corpus, rows), read).later
    assert later is not None
    assert later.mails == 6


def test_a_group_is_never_in_two_folds(corpus: Path) -> None:
    rows = [row(kind, number, group=f"{kind}-{number // 2}") for kind in TEXTS for number in range(20)]
    examples = prepare(read_corpus(write(corpus, rows)), read)
    groups = [{examples[i].mail.group for i in part} for part in folds(examples)]
    assert sum(map(len, groups)) == len(set().union(*groups)) == 30


def test_public_mails_take_the_likeliest_kind_they_may_be(corpus: Path, extra: Path) -> None:
    model = train(corpus, read).model
    public = label_by_likeliest(prepare(read_extra(extra), read), model)
    assert [example.mail.kind in mail.kinds for example, mail in zip(public, read_extra(extra), strict=True)] == [
        True,
        True,
    ]
    assert not any(example.mail.kind.is_buyer for example in public)


def test_public_mails_take_part_in_training_and_are_told(corpus: Path, extra: Path) -> None:
    trained = train(corpus, read, extra)
    assert (trained.extra, trained.figures.mails, trained.notes["extra_mails"]) == (2, 24, 2)


def test_public_mails_leave_the_odd_rows_for_measuring(extra: Path) -> None:
    assert [(mail.id, mail.batch, mail.quality) for mail in read_extra(extra)] == [
        ("extra-0", PUBLIC, Quality.NONE),
        ("extra-2", PUBLIC, Quality.NONE),
    ]


def test_a_folder_without_public_mail_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"mails\.jsonl\.gz"):
        list(read_extra(tmp_path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "love_letter"}, "en.jsonl line 2.*love_letter"),
        ({"quality": "superb"}, "en.jsonl line 2.*superb"),
        ({"id": "rfq-1"}, "share an id"),
    ],
)
def test_a_bad_line_is_named_with_file_and_number(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_corpus(write(tmp_path, [row(Kind.RFQ, 1), row(Kind.RFQ, 2, **changes)]))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no training mails"):
        read_corpus(tmp_path)


def test_a_line_becomes_the_mail_it_describes(tmp_path: Path) -> None:
    line = row(
        Kind.RFQ, 1, from_name='Ana "Q"', headers={"List-Unsubscribe": "<mailto:x@news.example>"}, files=["po.pdf"]
    )
    (mail,) = read_corpus(write(tmp_path, [line]))
    parsed = parsing.parse(mail.raw)
    assert parsed.sender is not None
    assert (parsed.subject, parsed.sender.name, parsed.header("list-unsubscribe")) == (
        "No 1",
        "Ana Q",
        "<mailto:x@news.example>",
    )
    assert parsed.newest_text == "Please quote 1 pcs of item 1 CIF Lagos"
    assert [attachment.name for attachment in parsed.attachments] == ["po.pdf"]


def test_the_temperature_cools_wild_claims() -> None:
    wild = np.zeros((4, len(LABELS)), dtype=np.float32)
    wild[:, 0] = 10.0
    half_right = [LABELS[0], LABELS[0], LABELS[0], LABELS[1]]
    assert best_temperature(wild, half_right) > 1.0


def test_the_threshold_keeps_the_predictions_that_are_mostly_right() -> None:
    probabilities = np.full((4, len(LABELS)), 0.01)
    probabilities[:, 0] = (0.59, 0.55, 0.5, 0.4)
    assert abstain_below(probabilities, [LABELS[0], LABELS[0], LABELS[1], LABELS[1]]) == 0.55


def test_the_card_tells_the_figures_of_the_run(corpus: Path) -> None:
    trained = train(corpus, read)
    card = model_card(trained, trained.held_out, {"elsewhere": trained.figures}, 1_500_000)
    assert f"Version `{trained.model.version}`" in card
    assert "| elsewhere | 24 | 1.000 |" in card
    assert "(1.5 MB)" in card
    assert "$" not in card


@pytest.mark.parametrize("folder", ["corpus", "exam"])
def test_shipped_mails_are_of_all_kinds_and_only_buyers_have_a_quality(folder: str) -> None:
    mails = read_corpus(MODELS / folder)
    assert all((mail.quality is Quality.NONE) is (not mail.kind.is_buyer) for mail in mails)
    assert {mail.kind for mail in mails} == set(Kind)


def test_no_mail_of_the_exam_is_trained_on() -> None:
    trained_on = {mail.raw for mail in read_corpus(SHIPPED)}
    assert not [mail.id for mail in read_corpus(MODELS / "exam") if mail.raw in trained_on]


def test_the_shipped_corpus_is_what_its_guide_says() -> None:
    mails = read_corpus(SHIPPED)
    assert len(mails) >= 600
    assert len({mail.language for mail in mails}) >= 12

"""The classifier's file and its answers, on a small model made here and on the shipped one."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from triage import parsing, reading, screening
from triage.errors import ModelError
from triage.scoring import artifact
from triage.scoring.features import Item, Vocabulary, bags_of
from triage.scoring.kind import FIRST, KindModel, Look, certain, kind_of_automatic, softmax
from triage.scoring.landmarks import Landmarks
from triage.scoring.meaning import meaning
from triage.vocabulary.inquiry import JUNK_KINDS, Kind, Reading
from triage.vocabulary.mail import Address, Automatic, ParsedMail, Screening

SHIPPED = Path(__file__).parents[3] / "models" / "kind.model"
LABELS = (Kind.ORDER, Kind.SCAM)


def mail(text: str, subject: str = "") -> Item:
    return Item(ParsedMail(subject=subject, newest_text=text), Reading(), Screening(None))


@pytest.fixture
def small() -> KindModel:
    """Knows two words: `order` speaks for an order, `million` for a scam, and so for junk."""
    items = [mail("order"), mail("million")]
    bags = bags_of(items)
    vocabulary = Vocabulary.fit(bags, at_least=1)
    weights = np.zeros((vocabulary.size, 3), dtype=np.float32)
    for label, bag in enumerate(bags):
        words = vocabulary.vector(bag)[0][:-1]
        weights[words, label] = 2.0
        weights[words, 2] = 2.0 if LABELS[label] in JUNK_KINDS else -2.0
    places = np.zeros((0, meaning().size + vocabulary.fact_count), np.float32)
    nowhere = Landmarks(places, np.zeros((0, 2), np.float32), FIRST.gamma)
    return KindModel(
        vocabulary,
        LABELS,
        weights,
        np.zeros(3, dtype=np.float32),
        Look(FIRST, np.zeros(meaning().size, np.float32), nowhere),
        threshold=0.6,
        margin=0.1,
        version="small-1",
    )


def test_the_likeliest_kind_is_told_with_probabilities_over_all_kinds(small: KindModel) -> None:
    (prediction,) = small.predict([mail("order")])
    assert (prediction.kind, prediction.unsure, prediction.model) == (Kind.ORDER, False, "small-1")
    assert set(prediction.probabilities) == set(Kind)
    assert sum(prediction.probabilities.values()) == pytest.approx(1.0)


def test_it_abstains_when_nothing_speaks_for_any_kind(small: KindModel) -> None:
    assert small.predict([mail("zebra")])[0].unsure is True


def test_many_mails_are_answered_in_order_as_one_by_one(small: KindModel) -> None:
    items = [mail("million"), mail("order"), mail("")]
    assert small.predict(items) == [small.predict([item])[0] for item in items]


def test_a_picture_that_leads_elsewhere_is_phishing_and_a_person_looks(small: KindModel) -> None:
    page = '<a href="https://elsewhere.example/x"><img src="cid:1"></a>'
    picture = ParsedMail(subject="order", sender=Address("", "info@bakery.example"), html=page)
    (found,) = small.predict([Item(picture, Reading(), Screening(None))])
    assert (found.kind, found.unsure) == (Kind.PHISHING, True)
    own = replace(picture, sender=Address("", "info@elsewhere.example"))
    assert small.predict([Item(own, Reading(), Screening(None))])[0].kind is Kind.ORDER


def test_what_is_likeliest_junk_is_unsure_where_the_junk_lead_says_not(small: KindModel) -> None:
    assert small.predict([mail("million")])[0].unsure is False
    small.bias[2] = -100.0
    found, order = small.predict([mail("million"), mail("order")])
    assert (found.kind, found.unsure) == (Kind.SCAM, True)
    assert (order.kind, order.unsure) == (Kind.ORDER, False)


def test_no_mails_give_no_predictions(small: KindModel) -> None:
    assert small.predict([]) == []


def test_a_saved_model_answers_the_same(small: KindModel, tmp_path: Path) -> None:
    small.save(tmp_path / "m.model", {"corpus_mails": 2})
    loaded = KindModel.load(tmp_path / "m.model")
    items = [mail("order of a million"), mail("order")]
    assert loaded.predict(items) == small.predict(items)


def test_saving_twice_gives_the_same_bytes_and_leaves_no_scrap(small: KindModel, tmp_path: Path) -> None:
    for name in ("a.model", "b.model"):
        small.save(tmp_path / name, {})
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.model", "b.model"]


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None], seal: bool = True) -> None:
    """Changes the members of a model file; `seal` makes the checksum fit again."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if seal:
        members["sha256"] = artifact.checksum(members).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def changed_manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **values}).encode()

    return change


def test_a_missing_model_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no model at .*triage train"):
        KindModel.load(tmp_path / "none.model")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.model").write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(ModelError, match="can't be read"):
        KindModel.load(tmp_path / "m.model")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_cut_file_is_refused(small: KindModel, tmp_path: Path, keep: float) -> None:
    path = tmp_path / "m.model"
    small.save(path, {})
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(ModelError, match="can't be read"):
        KindModel.load(path)


def test_a_changed_threshold_is_noticed(small: KindModel, tmp_path: Path) -> None:
    small.save(tmp_path / "m.model", {})
    rewrite(tmp_path / "m.model", changed_manifest(threshold=0.0), seal=False)
    with pytest.raises(ModelError, match="changed or damaged"):
        KindModel.load(tmp_path / "m.model")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 99}, "another format"),
        ({"hash_bits": 12}, "made differently"),
        ({"blocks": ["words"]}, "made differently"),
        ({"meaning": "meaning-0"}, "another network of meanings"),
        ({"labels": ["order", "love_letter"]}, "love_letter"),
        ({"labels": ["order"]}, "do not fit together"),
        ({"temperatures": {}}, "does not hold what it should"),
        ({"temperatures": {"first": 1.0, "second": 1.0}}, "does not hold what it should"),
        ({"threshold": None}, "does not hold what it should"),
    ],
)
def test_a_model_of_another_make_is_refused(
    small: KindModel, tmp_path: Path, values: dict[str, object], message: str
) -> None:
    small.save(tmp_path / "m.model", {})
    rewrite(tmp_path / "m.model", changed_manifest(**values))
    with pytest.raises(ModelError, match=message):
        KindModel.load(tmp_path / "m.model")


def test_weights_that_are_no_numbers_are_refused(small: KindModel, tmp_path: Path) -> None:
    small.weights[0, 0] = np.nan
    small.save(tmp_path / "m.model", {})
    with pytest.raises(ModelError, match="not numbers"):
        KindModel.load(tmp_path / "m.model")


def test_pickled_arrays_are_refused(small: KindModel, tmp_path: Path) -> None:
    def smuggle(members: dict[str, bytes]) -> None:
        scratch = tmp_path / "x.npz"
        np.savez(scratch, allow_pickle=True, weights=np.array([{"run": "me"}], dtype=object))
        members["arrays.npz"] = scratch.read_bytes()

    small.save(tmp_path / "m.model", {})
    rewrite(tmp_path / "m.model", smuggle)
    with pytest.raises(ModelError, match="can't be read"):
        KindModel.load(tmp_path / "m.model")


def test_machines_have_certain_kinds() -> None:
    assert [kind_of_automatic(automatic) for automatic in Automatic] == [
        Kind.BOUNCE,
        Kind.AUTO_REPLY,
        Kind.OTHER,
        Kind.OTHER,
        Kind.AUTO_REPLY,
        Kind.OTHER,
        Kind.NEWSLETTER,
        Kind.OTHER,
    ]
    prediction = certain(Kind.BOUNCE, "screening")
    assert (prediction.kind, prediction.unsure, prediction.probabilities[Kind.BOUNCE]) == (Kind.BOUNCE, False, 1.0)


def test_softmax_survives_large_logits() -> None:
    assert softmax(np.array([[1e6, 0.0], [-1e6, -1e6]])).tolist() == [[1.0, 0.0], [0.5, 0.5]]


def read(text: str, subject: str) -> Item:
    raw = f"From: A Buyer <a@buyer.example>\nTo: sales@seller.example\nSubject: {subject}\n\n{text}\n".encode()
    parsed = parsing.parse(raw)
    return Item(parsed, reading.read(parsed), screening.screen(parsed, frozenset()))


GOLDEN = [
    ("rfq", "Please quote 500 pcs power banks with our logo, CIF Lagos, delivery before end of May.", "Quotation"),
    ("complaint", "12 of the 40 lamps arrived broken. Please send replacements or refund us.", "Broken goods"),
    ("payment", "The deposit was transferred today, swift copy attached. Please confirm receipt.", "Deposit"),
    ("sample_request", "Before ordering we would like a sample of the blue bottle. We pay the courier.", "Sample"),
    (
        "phishing",
        "Your mailbox is full. Click here and confirm your password or the account is suspended.",
        "Mailbox full",
    ),
    ("scam", "I am a barrister. My late client left 12 million US dollars and has no next of kin.", "Inheritance"),
    ("vendor_pitch", "We are an SEO agency and can bring your website to the first page of Google.", "Your website"),
    ("job_application", "I apply for the position of sales assistant, my CV is attached.", "Application"),
    ("complaint", "12 von 40 Lampen kamen defekt an. Bitte Ersatzlieferung oder Gutschrift.", "Reklamation"),
    ("order", "附件是采购订单,请确认并安排生产。", "采购订单"),
]


@pytest.mark.parametrize(("kind", "text", "subject"), GOLDEN)
def test_the_shipped_model_knows_plain_cases(kind: str, text: str, subject: str) -> None:
    assert KindModel.load(SHIPPED).predict([read(text, subject)])[0].kind == kind


def test_the_shipped_model_is_small() -> None:
    assert SHIPPED.stat().st_size < 15_000_000


def test_predicting_needs_no_scikit_learn() -> None:
    code = (
        "import sys\n"
        "import triage.scoring\n"
        "assert 'numpy' not in sys.modules, 'scoring alone must be cheap'\n"
        "from pathlib import Path\n"
        "from triage.scoring.kind import KindModel\n"
        "from triage.vocabulary.inquiry import Reading\n"
        "from triage.vocabulary.mail import ParsedMail, Screening\n"
        f"model = KindModel.load(Path({str(SHIPPED)!r}))\n"
        "model.predict([(ParsedMail(newest_text='please quote'), Reading(), Screening(None))])\n"
        "assert not {'sklearn', 'scipy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

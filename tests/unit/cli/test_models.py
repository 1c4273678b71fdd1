"""Training, keeping, measuring and explaining on the command line; small corpora, so that it is quick."""

import json
from pathlib import Path

import pytest

from tests.harness.command_line import Triage
from tests.harness.desks import Desktop, inquiry

TEXTS = {
    "rfq": "Please quote {n} pcs of item {n} CIF Lagos",
    "complaint": "{n} of the lamps arrived broken, we want a refund",
    "scam": "My late client left {n} million dollars without next of kin",
}


@pytest.fixture(autouse=True)
def first_look_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the optional embedding is installed must not matter here."""
    monkeypatch.setenv("TRIAGE_SECOND_LOOK", "false")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = [
        {
            "id": f"{kind}-{n}",
            "lang": "en",
            "kind": kind,
            "quality": "none" if kind == "scam" else "medium",
            "subject": f"No {n}",
            "text": text.format(n=n),
        }
        for kind, text in TEXTS.items()
        for n in range(8)
    ]
    (folder / "en.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def test_a_trained_model_is_kept_compared_and_used(
    triage: Triage, desktop: Desktop, corpus: Path, tmp_path: Path
) -> None:
    """The three kinds of this corpus are told apart without a mistake, so that the new model wins."""
    trained = triage("train", "--corpus", str(corpus))
    assert (trained.code, trained.errors) == (0, "")
    assert "is in use" in trained.text
    (kept,) = (tmp_path / "models").glob("kind-*.model")
    assert (tmp_path / "models" / "kind.model").read_bytes() == kept.read_bytes()

    listed = triage("models", "list").text
    assert f"*    {kept.stem}" in listed

    compared = triage("models", "compare", kept.stem, kept.stem, "--on", str(corpus))
    assert "kind right" in compared.text
    assert triage("models", "use", kept.stem).code == 0


def test_a_model_that_is_worse_is_kept_but_not_used(
    triage: Triage, desktop: Desktop, corpus: Path, tmp_path: Path
) -> None:
    assert triage("train", "--corpus", str(corpus)).code == 0
    before = (tmp_path / "models" / "kind.model").read_bytes()
    lines = (corpus / "en.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows):
        row["kind"] = ("rfq", "complaint", "order")[number % 3]
        row["quality"] = "medium"
    (corpus / "en.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    worse = triage("train", "--corpus", str(corpus))

    assert (worse.code, "is kept, not used" in worse.text) == (1, True)
    assert (tmp_path / "models" / "kind.model").read_bytes() == before
    assert len(list((tmp_path / "models").glob("kind-*.model"))) == 2


def test_training_is_the_way_out_of_a_model_that_cannot_be_read(
    triage: Triage, desktop: Desktop, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir(exist_ok=True)
    (tmp_path / "models" / "kind.model").write_bytes(b"rubbish")
    trained = triage("train", "--corpus", str(corpus))
    assert (trained.code, "The model in use can't be read." in trained.text) == (0, True)
    assert triage("models", "list").text.count("*") == 1


def test_a_model_nobody_keeps_is_named(triage: Triage, desktop: Desktop) -> None:
    answer = triage("models", "use", "kind-none")
    assert (answer.code, "There is no model 'kind-none'" in answer.errors) == (2, True)


def test_own_labels_take_part_in_training(triage: Triage, desktop: Desktop, corpus: Path) -> None:
    assert triage("relabel", str(draft_of(desktop)), "complaint").code == 0
    assert "25 training mails read, 1 of them labelled here" in triage("train", "--corpus", str(corpus)).text


def draft_of(desktop: Desktop) -> int:
    ((draft_id, _),) = desktop.drafts(desktop.arrive(inquiry()))
    return draft_id


def test_labels_of_yours_are_measured_with_a_report(
    triage: Triage, desktop: Desktop, corpus: Path, tmp_path: Path
) -> None:
    answer = triage("evaluate", str(corpus), "--html", str(tmp_path / "report.html"))
    assert answer.code == 0
    assert answer.text.startswith(f"24 mails of {corpus}, model kind-")
    for words in ("buyer or not, AUC", "Brier", "calibration error", "95 % interval", "true / told"):
        assert words in answer.text
    assert (tmp_path / "report.html").read_text("utf-8").count("<svg") == 2

    figures = json.loads(triage("evaluate", str(corpus), "--json").text)
    assert figures["mails"] == 24
    assert set(figures["intervals"]) == {"accuracy", "macro_f1", "buyer_f1", "group_accuracy"}


def test_labels_that_cannot_be_read_are_named(triage: Triage, desktop: Desktop, tmp_path: Path) -> None:
    answer = triage("evaluate", str(tmp_path / "none"))
    assert (answer.code, "There is nothing at" in answer.errors) == (2, True)


def test_a_mail_is_explained_in_both_languages_and_as_json(triage: Triage, desktop: Desktop) -> None:
    message_id = desktop.arrive(inquiry())
    assert "buyer quality" in triage("explain", str(message_id)).text
    assert "买家质量" in triage("explain", str(message_id), "--zh").text
    told = json.loads(triage("explain", str(message_id), "--json").text)
    priority = told["scores"][0]
    assert sum(reason["effect"] for reason in priority["reasons"]) == pytest.approx(priority["value"], abs=0.05)
    assert triage("explain", "99").code == 2


def test_history_is_rescored(triage: Triage, desktop: Desktop) -> None:
    desktop.arrive(inquiry())
    assert triage("rescore").text == "0 scores changed; `triage explain N` shows old and new.\n"


def test_mails_are_offered_for_labelling(triage: Triage, desktop: Desktop) -> None:
    first = desktop.arrive(inquiry())
    answer = triage("label", stdin=b"love_letter\nsample_request\n")
    assert answer.code == 0
    assert f"message {first}" in answer.text
    assert "1 mails labelled" in answer.text
    with desktop.app.store.begin(write=False) as uow:
        assert uow.messages.labels() == [(first, "sample_request")]


def test_a_tier_said_on_the_command_line_is_a_label_and_can_be_taken_back(
    triage: Triage, desktop: Desktop, corpus: Path
) -> None:
    draft = str(draft_of(desktop))
    assert triage("tier", draft).code != 0
    assert triage("tier", draft, "B", "--reason", "a reseller").text == "Tier B holds.\n"
    assert "Tier:     B, said " in triage("show", draft).text
    assert "a reseller" in triage("show", draft).text
    trained = triage("train", "--corpus", str(corpus)).text
    assert "own labels of buyer quality: 1 tier corrected" in trained
    assert "The scorecard stays: 1 new labels of buyer quality, 20 are needed." in trained
    assert triage("tier", draft, "--undo").code == 0
    assert "own labels of buyer quality: none" in triage("train", "--corpus", str(corpus), "--force").text


def test_a_better_card_goes_on_with_the_model_in_use_when_the_new_model_is_worse(
    triage: Triage, desktop: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, corpus: Path
) -> None:
    from triage.scoring import fitting, promotion
    from triage.scoring.scorecard import SHIPPED, Scorecard
    from triage.scoring.shelf import look

    better = Scorecard({**SHIPPED.points, "base": {**SHIPPED.points["base"], "base": 20.0}})
    monkeypatch.setattr(fitting, "card_verdict", lambda *_: fitting.CardVerdict(better, True, "better"))
    monkeypatch.setattr(promotion, "verdict", lambda *_: promotion.Verdict(False, "worse"))

    trained = triage("train", "--corpus", str(corpus))

    assert trained.code == 0, trained.errors
    used = look(tmp_path / "models" / "kind.model")
    shipped = look(Path("models/kind.model"))
    assert used.version.partition("+")[0] == shipped.version
    assert used.notes["scorecard"] == better.points
    names = [
        line.split()[1 if "*" in line else 0] for line in triage("models", "list").text.splitlines()[1:] if "+" in line
    ]
    assert len(names) == 2
    compared = triage("models", "compare", names[0], names[1], "--on", str(corpus)).text
    assert "Both score buyers by the same card." in compared


def test_training_that_is_broken_off_leaves_everything_as_it_was(
    triage: Triage, desktop: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, corpus: Path
) -> None:
    assert triage("train", "--corpus", str(corpus)).code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "models").iterdir()}

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    for module, name in (("triage.scoring.artifact.os", "fsync"), ("triage.scoring.shelf.shutil", "copyfile")):
        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{name}", broken_off)
            assert triage("train", "--corpus", str(corpus)).code != 0
        assert {path.name: path.read_bytes() for path in (tmp_path / "models").iterdir()} == before

"""A kind model that can't be used is told of, and the service goes on (I15)."""

from collections.abc import Callable
from pathlib import Path

from tests.harness.desks import CONFIG
from triage.app import App


def test_a_model_that_does_not_load_raises_an_alert_which_a_sound_one_ends(
    make_app: Callable[[str], App], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.model"
    broken.write_bytes(b"no model")
    app = make_app(f'model_file = "{broken}"\n{CONFIG}')

    app.upkeep.watch_model(app.desk.classifier)

    (alert,) = app.vitals.health().alerts
    assert "unsure" in alert
    assert str(broken) in alert

    sound = make_app(CONFIG)
    sound.upkeep.watch_model(sound.desk.classifier)
    assert sound.vitals.health().alerts == ()

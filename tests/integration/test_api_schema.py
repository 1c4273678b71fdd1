"""What the description of the API promises holds: schemathesis asks every operation with right and wrong values.

All its checks are on. The order of requests follows from a fixed seed.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import (
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.engine import Status, events

from tests.harness.desks import CONFIG, Desktop, MovableClock, inquiry
from triage.app import App
from triage.vocabulary.access import HookEvent, Scope
from triage.vocabulary.people import Role
from triage.web.app import create

SETTINGS = """
[web]
trusted_hosts = ["testserver"]
[api]
requests_per_minute = 1000000
"""
PROBE = "Prober 7c1f"
DECOYS = 60
"""Tokens that the probes may revoke: theirs has a number that they don't come upon."""
EXAMPLES = 12


@pytest.fixture
def desk(make_app: Callable[[str], App]) -> Iterator[Desktop]:
    app = make_app(SETTINGS + CONFIG)
    assert isinstance(app.clock, MovableClock)
    desktop = Desktop(app, app.clock)
    for number in range(1, 4):
        desktop.arrive(inquiry(subject=f"LED bulbs {number}", message_id=f"<{number}@muster.example>"))
    yield desktop
    app.store.close()


def filled(app: App) -> str:
    """Something of everything; the token of an admin."""
    for name in ("Li Na", PROBE):
        app.people.add(name, Role.ADMIN, None, "test")
    for number in range(DECOYS):
        app.tokens.add(f"decoy {number}", "Li Na", [Scope.READ], "test")
    with app.store.begin() as uow:
        for _ in range(3):
            uow.webhooks.add("https://hooks.example.com/", tuple(HookEvent), "salt", 0, app.clock.now())
        uow.commit()
    return app.tokens.add("probe", PROBE, list(Scope), "test")


def configured(token: str) -> SchemathesisConfig:
    project = ProjectConfig(
        headers={"Authorization": f"Bearer {token}"},
        generation=GenerationConfig(max_examples=EXAMPLES, deterministic=True, database="none", no_shrink=True),
        phases=PhasesConfig(stateful=StatefulPhaseConfig(enabled=True)),
        continue_on_failure=True,
    )
    return SchemathesisConfig(seed=7, projects=ProjectsConfig(default=project))


@pytest.mark.integration
@pytest.mark.timeout(600)
def test_the_service_keeps_to_its_description(desk: Desktop) -> None:
    token = filled(desk.app)
    web = create(desk.app)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", web, config=configured(token))
    faults: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    asked: Counter[str] = Counter()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            faults[f"error {event.label}"] = str(event.value)
        if isinstance(event, events.ScenarioFinished):
            for interaction in event.recorder.interactions.values():
                if interaction.response is not None:
                    statuses[interaction.response.status_code] += 1
            for case_id, checks in event.recorder.checks.items():
                case = event.recorder.cases[case_id].value
                asked[case.operation.label] += 1
                for check in checks:
                    if check.status is Status.FAILURE and check.failure_info is not None:
                        code = check.failure_info.code_sample
                        faults[f"{case.operation.label} {check.name}"] = f"{check.failure_info.failure}\n{code}"
    assert not faults, "\n\n".join(f"{where}: {what}" for where, what in sorted(faults.items()))
    operations = {f"{method.upper()} {path}" for path, found in web_description(web).items() for method in found}
    assert {label.replace("/api", "") for label in asked} >= operations
    assert statuses[200] > 100
    assert desk.app.tokens.holder(token) is not None, "the probes shut themselves out: what followed proves nothing"


def web_description(web: object) -> dict[str, dict[str, object]]:
    from fastapi.testclient import TestClient

    paths: dict[str, dict[str, object]] = TestClient(web).get("/api/openapi.json").json()["paths"]  # type: ignore[arg-type]
    return paths

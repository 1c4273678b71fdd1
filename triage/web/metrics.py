"""Figures in the Prometheus text format."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from triage.vocabulary.health import Health


def render(health: Health, counts: Mapping[str, Mapping[str, int]]) -> str:
    """All gauges, made anew from the rows: nothing to keep in step, nothing to lose at a restart."""
    registry = CollectorRegistry()
    for thing, by_state in counts.items():
        gauge = Gauge(f"triage_{thing}", f"Number of {thing} by state.", ["state"], registry=registry)
        for state, number in by_state.items():
            gauge.labels(state).set(number)
    alerts = Gauge("triage_alerts", "Alerts that stand.", registry=registry)
    alerts.set(len(health.alerts))
    age = Gauge(
        "triage_round_trip_age_seconds",
        "Since the last full round trip to the account.",
        ["account"],
        registry=registry,
    )
    for account in health.accounts:
        if account.round_trip_age is not None:
            age.labels(account.id).set(account.round_trip_age)
    return generate_latest(registry).decode()

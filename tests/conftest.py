"""Fixtures of all tests: the real servers live in `tests/harness`, each started on free loopback ports."""

pytest_plugins = [
    "tests.harness.dovecot",
    "tests.harness.postfix",
    "tests.harness.postgres",
    "tests.harness.stores",
    "tests.harness.service",
    "tests.harness.browser",
    "tests.harness.desks",
    "tests.harness.command_line",
]

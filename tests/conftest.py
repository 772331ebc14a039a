"""Of every test: a busy machine makes none fail, and with LLMVPN_NO_SKIPS=1, as in CI, a skipped one has failed."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LLMVPN_NO_SKIPS") == "1" and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("LLMVPN_NO_SKIPS is set: every skipped test is a failure.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

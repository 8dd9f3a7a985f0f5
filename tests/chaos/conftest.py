"""The seed, on the command line and with every failure; a table of what was done and what came of it at the end."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="What moments and faults are drawn from; default 1.")


def pytest_configure(config: pytest.Config) -> None:
    if (seed := config.getoption("--seed")) is not None:
        os.environ["DIALER_TEST_SEED"] = str(seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        report.sections.append(("what repeats it", f"--seed={os.environ.get('DIALER_TEST_SEED', '1')}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    for report in reports:
        if report.user_properties:
            figures = ", ".join(f"{name} {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid.split('::')[-1]}: {figures}")

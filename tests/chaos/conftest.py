"""The seed on the command line, and a table of what was done and what came of it at the end of the run."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="What moments and faults are drawn from; default 1.")


def pytest_configure(config: pytest.Config) -> None:
    if (seed := config.getoption("--seed")) is not None:
        os.environ["DIALER_TEST_SEED"] = str(seed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    for report in reports:
        if report.user_properties:
            figures = ", ".join(f"{name} {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid.split('::')[-1]}: {figures}")

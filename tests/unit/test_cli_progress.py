"""How far the reading of a long list has come."""

from __future__ import annotations

import pytest

from dialer.cli import progress
from dialer.cli.progress import Progress


def test_a_line_says_rows_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    reading = Progress("Reading", 1_000_000)
    reading.advance(120_000)
    assert reading.said(102.0) == "Reading: 120,000 of 1,000,000 rows, 60,000 a second, 15 s left"


def test_off_a_terminal_a_line_every_five_seconds_and_none_for_what_is_quick(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with Progress("Reading", 100) as reading:
        reading.advance(50)
        now = 104.9
        reading.advance(10)
        assert capsys.readouterr().err == ""
        now = 105.1
        reading.advance(10)
        reading.advance(10)
        assert capsys.readouterr().err.count("\n") == 1

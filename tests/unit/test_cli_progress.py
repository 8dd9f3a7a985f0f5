"""How far the reading of a long list has come."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.spec import Leads
from dialer.cli import progress
from dialer.cli.checking import Checking, check
from dialer.cli.drafting import draft, needs_country
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


@pytest.fixture
def leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of two rows, one of them to fix, of which every step is shown."""
    monkeypatch.setattr(progress, "EVERY_LINE_S", 0.0)
    (tmp_path / "leads.csv").write_text("Name,Phone\nAnn,+1 212 555 0101\nBob,+1 212 555\n")
    return tmp_path / "leads.csv"


def test_every_way_through_a_list_that_check_takes_is_shown(leads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(Checking(leads, annotated=leads.with_name("all.xlsx"), to_fix=leads.with_name("fix.csv")))
    shown = [line.split(" rows")[0] for line in capsys.readouterr().err.splitlines()]
    assert shown == ["Checking: 2 of 2", "Writing all.xlsx: 2 of 2", "Writing fix.csv: 2 of 2"]


def test_what_init_reads_is_shown(leads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not needs_country(leads, Leads())
    assert "Reading: 2 of 2 rows" in capsys.readouterr().err
    draft(leads, Leads())
    assert "Reading: 2 of 2 rows" in capsys.readouterr().err
